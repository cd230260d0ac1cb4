"""Random customers whose cohorts are known before anything is computed: when they begin, with what, and when they leave."""

from __future__ import annotations

import random
from collections import defaultdict
from datetime import datetime, timedelta

from tests.golden.revenue.tables import Tables
from tests.golden.subscriptions.story import Subscriber
from tests.pipeline.survival import Cohort, Life, after_cycles

AS_OF = datetime(2026, 4, 2)
_INTERVALS = (("month", 1),) * 6 + (("year", 1), ("month", 3), ("week", 1), ("week", 2), ("day", 10))
_TRIALS = {0: "0", 5: "1-7", 7: "1-7", 8: "8-14", 14: "8-14", 15: "15-30", 30: "15-30", 31: "> 30", 60: "> 30"}
_AMOUNTS = {"month": 30, "year": 360, "week": 7, "day": 10}


class RandomLives:
    """Tells `count` customers of two accounts into tables; `lives` is what is true of them.

    Attributes:
        back: Cohort -> (life, when it came back), of those who did.
    """

    def __init__(self, tables: Tables, seed: int, count: int) -> None:
        self.lives: list[Life] = []
        self.back: dict[Cohort, list[tuple[Life, datetime]]] = defaultdict(list)
        self._rng = random.Random(seed)
        self._accounts = [Subscriber(tables, f"R{seed}x{place}", currency) for place, currency in enumerate(("usd", "eur"))]
        for _ in range(count):
            self._live(self._rng.choice(self._accounts))

    def _live(self, story: Subscriber) -> None:
        rng = self._rng
        story.new_customer()
        unit, count = rng.choice(_INTERVALS)
        # the last days of months, and the hours around as_of, are where ages go wrong
        begun = datetime(2024, rng.randrange(1, 13), 1) + timedelta(days=rng.choice((0, 14, 27, 28, 29, 30)), hours=rng.choice((0, 9, 23)))
        begun += timedelta(days=rng.choice((0, 0, 365)), seconds=rng.choice((0, 1)))
        trial = rng.choice((0, 0, 0, *_TRIALS))
        start = begun + timedelta(days=trial)
        lost = self._end(start, unit, count)
        kind = rng.choice(("voluntary", "voluntary", "involuntary"))
        price = story.price(str(_AMOUNTS[unit] * count), unit, count)
        sub = story.subscribe([(price, 1)], str(begun), trial_end=str(start) if trial else "")
        interval = unit if count == 1 else f"{count} {unit}s"
        cohort = (story.account, story.currency, f"{start:%Y-%m}-01", interval, _TRIALS[trial], "clean")
        life = Life(cohort, start, unit, count, lost, kind)
        self.lives.append(life)
        if lost is None:
            return
        story.cancel(sub, str(lost), reason="cancellation_requested" if kind == "voluntary" else "payment_failed")
        back = lost + timedelta(days=rng.randrange(1, 90))
        if rng.random() < 0.2 and back < AS_OF:
            story.subscribe([(price, 1)], str(back))
            self.back[cohort].append((life, back))

    def _end(self, start: datetime, unit: str, count: int) -> datetime | None:
        """Never, at the very end of a cycle, a second before or after it, or somewhen."""
        rng = self._rng
        if rng.random() < 0.4:
            return None
        edge = after_cycles(start, unit, count, rng.randrange(1, 9))
        lost = edge + timedelta(seconds=rng.choice((0, 0, 0, -1, 1, rng.randrange(-300_000, 300_000))))
        return lost if start < lost <= AS_OF else None

    def payers(self, cohort: Cohort, cycle: int) -> tuple[int, int, int]:
        """Members who are old enough to have ended a cycle, those of them who pay as it ends, and those who came back for it."""
        old_enough = paying = again = 0
        for life in self.lives:
            end = after_cycles(life.start, life.unit, life.count, cycle)
            if life.cohort == cohort and end <= AS_OF:
                is_back = any(back <= end for one, back in self.back[cohort] if one is life)
                old_enough, again = old_enough + 1, again + is_back
                paying += is_back or life.lost is None or life.lost > end
        return old_enough, paying, again

    def open_at(self, life: Life, at: datetime) -> bool:
        """Whether a customer has revenue before anything that happens at an instant."""
        is_back = any(back < at for one, back in self.back[life.cohort] if one is life)
        return life.start < at and (life.lost is None or life.lost >= at or is_back)
