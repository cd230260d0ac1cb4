"""Completeness at the source: every object whose creation an event tells must be in a list, or be found by its id.

What is neither listed, nor there, nor told to be deleted stays an open question, asked again in every pull.
"""

from __future__ import annotations

from orchestration.sources.stripe_api.endpoints import DAY, ENDPOINTS
from orchestration.sources.stripe_api.pull import Pull
from orchestration.sources.stripe_api.retrieval import Retrieval
from orchestration.sources.stripe_api.tenant import Tenant
from orchestration.sources.stripe_api.told import Slice

_ASKED_FOR = 60 * DAY


class Proof:
    """The proof of one account in one pull.

    Attributes:
        events: Events looked at.
        creations: Creations told, of objects that lists must show.
        found: Objects that no list showed yet, found by their ids.
    """

    def __init__(self, pull: Pull, tenant: Tenant) -> None:
        self._pull, self._tenant = pull, tenant
        self.events = self.creations = self.found = 0
        self._is_first = True

    def take(self, told: Slice, retrieval: Retrieval) -> None:
        """Settle what one slice of events leaves open.

        Raises:
            StripeFailed: An object cannot be asked for.
        """
        questions = self._tenant.cursor.questions
        doubts = {(name, object_id) for name, object_id in told.unlisted if object_id not in told.deaths}
        if self._is_first:
            doubts |= {(entry[0], object_id) for object_id, entry in questions.items()}
        self._is_first = False
        asked = sorted(key for key in doubts if key[0] in ENDPOINTS and key[1] not in told.deaths)
        answers = self._pull.crew.gather(retrieval.land, asked)
        with self._tenant.lock:
            for object_id in told.deaths:
                questions.pop(object_id, None)
            for (name, object_id), row in zip(asked, answers, strict=True):
                if row is not None:
                    self.found += 1
                    questions.pop(object_id, None)
                else:
                    questions.setdefault(object_id, (name, self._pull.now))
            self.events += told.events
            self.creations += told.creations
            self._tenant.touch()

    def end(self) -> None:
        """Write the result down, for the summary and the cursor."""
        tenant = self._tenant
        with tenant.lock:
            questions = tenant.cursor.questions
            for object_id in [
                key for key, (_, since) in questions.items() if since < self._pull.now - _ASKED_FOR
            ]:
                del questions[object_id]
            tenant.cursor.proof = {
                "at": self._pull.now,
                "events": self.events,
                "creations": self.creations,
                "found_by_id": self.found,
                "open": len(questions),
                "rows": {name: stream.rows for name, stream in sorted(tenant.cursor.streams.items())},
            }
            tenant.touch()
        if questions:
            shown = ", ".join(sorted(questions)[:5])
            self._pull.tally.remark(
                f"Account {tenant.account}: {len(questions)} object(s) are told of by events only, not listed, not "
                f"found and not known to be deleted: {shown}."
            )
