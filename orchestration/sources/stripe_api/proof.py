"""Completeness at the source: what events or other objects tell of must be in a list, or be found by its id.

Events tell of created objects; no event tells of a balance transaction, but whatever caused it names it. What is
neither listed, nor there, nor told to be deleted stays an open question, asked again in every pull.
"""

from __future__ import annotations

from collections.abc import Mapping

from orchestration.sources.stripe_api.endpoints import BALANCE_TRANSACTION, DAY, ENDPOINTS
from orchestration.sources.stripe_api.lines import digest
from orchestration.sources.stripe_api.lists import ListReader
from orchestration.sources.stripe_api.pull import Pull
from orchestration.sources.stripe_api.retrieval import Retrieval
from orchestration.sources.stripe_api.tenant import Tenant
from orchestration.sources.stripe_api.told import Slice

_ASKED_FOR = 60 * DAY


class Proof:
    """The proof of one account in one pull.

    Attributes:
        events: Events looked at.
        creations: Objects told of that lists must show.
        found: Objects that no list showed yet, found by their ids.
    """

    def __init__(self, pull: Pull, tenant: Tenant, readers: Mapping[str, ListReader]) -> None:
        self._pull, self._tenant, self._readers = pull, tenant, readers
        self.events = self.creations = self.found = 0
        self._is_first = True

    def take(self, told: Slice, retrieval: Retrieval) -> None:
        """Settle what one slice of events leaves open.

        Raises:
            StripeFailed: An object cannot be asked for.
        """
        questions = self._tenant.cursor.questions
        named = set(told.named)
        doubts = set(told.unlisted)
        if self._is_first:
            named = named.union(*(reader.named for reader in self._readers.values()))
            doubts |= {(entry[0], object_id) for object_id, entry in questions.items()}
        self._is_first = False
        doubts |= {(BALANCE_TRANSACTION, name) for name in self._unlisted_transactions(named)}
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

    def _unlisted_transactions(self, named: set[str]) -> set[str]:
        """Those that neither this pull nor, as far as is remembered, an earlier one was shown in a list."""
        listed = self._readers.get(BALANCE_TRANSACTION)
        if listed is None or listed.failure is not None:
            return set()
        self.creations += len(named)
        seen = listed.cursor.seen
        return {name for name in named if digest(name) not in listed.shown and not seen.has(name)}

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
                f"Account {tenant.account}: {len(questions)} object(s) are told of, but not listed, not found "
                f"and not known to be deleted: {shown}."
            )
