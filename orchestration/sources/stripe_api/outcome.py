"""What a pull did, for whoever called it."""

from __future__ import annotations

from dataclasses import dataclass, field

from orchestration.sources.stripe_api.failures import StripeFailed


@dataclass(frozen=True)
class Outcome:
    """The result of one pull.

    Attributes:
        accounts: Accounts that were to be pulled.
        complete: Those whose lists, events and proof are complete.
        read: Rows that Stripe showed, per object.
        landed: Rows that were new or changed, per object.
        requests: Requests sent, per object; repeated ones included.
        seconds: How long it took.
        commits: Commit points.
        failures: What could not be read; the next pull tries it again.
        remarks: What the user should know.
        allocation_percent: Part of Stripe's monthly allocation of reads that is spent.
        events: Events that the proof looked at.
        creations: Objects that events and other objects tell of, and that lists must show.
        found_by_id: Objects that no list showed yet, found by their ids.
        open_questions: Objects that only events tell of.
    """

    accounts: list[str]
    complete: list[str]
    read: dict[str, int]
    landed: dict[str, int]
    requests: dict[str, int]
    seconds: float
    commits: int
    failures: list[StripeFailed] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    allocation_percent: int = 0
    events: int = 0
    creations: int = 0
    found_by_id: int = 0
    open_questions: int = 0

    @property
    def requests_per_thousand(self) -> float:
        """Requests per 1,000 objects that Stripe showed."""
        objects = sum(self.read.values())
        return 1000 * sum(self.requests.values()) / objects if objects else 0.0
