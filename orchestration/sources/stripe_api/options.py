"""What a pull may be told."""

from __future__ import annotations

from dataclasses import dataclass, field

from orchestration.sources.stripe_api.client import Patience


@dataclass(frozen=True)
class Options:
    """The options of one pull; times in seconds.

    Attributes:
        since: Creation time from which objects are wanted, epoch seconds; None: all, or as far as before.
        accounts: Accounts to pull, `platform` among them; None for all.
        objects: Stripe's names of the objects to pull; empty for all. `event` is one of them.
        rate: Requests per second, all workers together.
        hold_back: Objects and events younger than this wait for the next pull: lists show them late.
        overlap: How far a pull looks back behind the end of the one before, for what was later still.
        split_after: Pages after which a stretch of time is cut into pieces that are read side by side.
        commit_every: Longest time between two commit points.
        beyond_allocation: Go on when Stripe's monthly allocation of reads is spent.
    """

    since: int | None = None
    accounts: tuple[str, ...] | None = None
    objects: frozenset[str] = frozenset()
    rate: float = 20.0
    workers: int = 8
    hold_back: int = 300
    overlap: int = 7200
    page_size: int = 100
    split_after: int = 10
    pieces: int = 6
    commit_every: float = 30.0
    beyond_allocation: bool = False
    patience: Patience = field(default_factory=Patience)

    def wants(self, name: str) -> bool:
        """Whether an object is to be pulled."""
        return not self.objects or name in self.objects
