"""How Stripe can fail us; each says which object, account and time it is about, and under which request id."""

from __future__ import annotations

from orchestration.domain.errors import SourceFailed


class StripeFailed(SourceFailed):
    """Stripe did not give what was asked for."""


class KeyRefused(StripeFailed):
    """The key itself is not accepted; nothing can be read with it."""


class AccountRefused(StripeFailed):
    """One connected account no longer gives access; the others may."""


class NotPermitted(StripeFailed):
    """The key may not read one kind of object."""


class Missing(StripeFailed):
    """There is no object of that id, or none any more.

    Args:
        param: Parameter that named it, as Stripe says it; `starting_after` for the end of the page before.
    """

    def __init__(self, what: str, *, where: str = "", remedy: str = "", param: str = "") -> None:
        super().__init__(what, where=where, remedy=remedy)
        self.param = param


class Unanswered(StripeFailed):
    """Every attempt failed: refused for the rate, broken off, or an error on Stripe's side."""


class AllocationSpent(StripeFailed):
    """Stripe's monthly allocation of reads would be exceeded."""


class Stopped(Exception):
    """The pull is being ended; what ended it is reported elsewhere."""
