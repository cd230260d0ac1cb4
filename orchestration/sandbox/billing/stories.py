"""The stories that subscriptions have: the first customers live one each, the others draw theirs by weight."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import accumulate

from orchestration.sandbox.billing import plots
from orchestration.sandbox.billing.amendments import PRORATIONS, amend
from orchestration.sandbox.billing.calendar import MONTHLY, QUARTERLY, WEEKLY, YEARLY, Cadence
from orchestration.sandbox.billing.client import Client
from orchestration.sandbox.billing.contract import Contract
from orchestration.sandbox.billing.endings import FEEDBACK, cancel_at_period_end, cancel_now
from orchestration.sandbox.billing.pauses import BEHAVIORS, pause
from orchestration.sandbox.billing.terms import Terms
from orchestration.sandbox.world.money import DAY


@dataclass(frozen=True)
class Story:
    """What is bought, on which terms, and what happens then.

    Attributes:
        weight: How often it is drawn, of the sum of all weights.
        orders: Plans and quantities; None to be drawn.
        deal: Name of a coupon.
        method: Payment method; bank debits are in euros.
        before_end: Begins so many seconds before the story's end; 0 begins anywhere.
        on_the_31st: Begins on the last day of a month of 31 days.
    """

    weight: int
    orders: tuple[tuple[str, int], ...] | None = None
    cadence: Cadence = MONTHLY
    trial_days: int = 0
    deal: str | None = None
    due_days: int | None = None
    method: str = "card"
    has_card: bool = True
    ends_unpaid: bool = False
    plot: Callable[[Contract], None] | None = None
    before_end: int = 0
    on_the_31st: bool = False


_STARTER, _TEAM, _BUSINESS, _SEATS = (("starter", 1),), (("team", 1),), (("business", 1),), (("seat", 10),)
_AT_ONCE = "always_invoice"

STORIES = (
    Story(400),
    Story(20, _TEAM, deal="nonprofit", on_the_31st=True),
    Story(30, _STARTER, WEEKLY),
    Story(40, _TEAM, QUARTERLY),
    Story(80, _BUSINESS, YEARLY),
    Story(40, _SEATS, plot=plots.hire_and_dismiss),
    Story(60, _TEAM, trial_days=14, deal="launch"),
    Story(25, _STARTER, trial_days=14, plot=plots.leave_in_trial),
    Story(15, _TEAM, trial_days=7, plot=plots.lose_card_in_trial),
    Story(8, _STARTER, trial_days=14, has_card=False, plot=plots.get_card_late),
    Story(12, _STARTER, trial_days=30, has_card=False),
    Story(40, _STARTER, plot=plots.upgrade),
    Story(15, _TEAM, plot=partial(plots.upgrade, proration=_AT_ONCE)),
    Story(15, _BUSINESS, plot=plots.downgrade),
    Story(8, _BUSINESS, plot=partial(plots.downgrade, proration=_AT_ONCE)),
    Story(3, _STARTER, plot=plots.upgrade_forgiven),
    Story(10, (("team 2024", 1),), plot=plots.migrate),
    Story(15, _TEAM, plot=plots.go_yearly),
    Story(20, _TEAM, deal="welcome"),
    Story(40, _TEAM, deal="spring", plot=plots.upgrade),
    Story(40, _BUSINESS, method="sepa_debit"),
    Story(15, _BUSINESS, deal="loyal"),
    Story(15, _STARTER, deal="gift"),
    Story(10, _TEAM, method="sepa_debit", plot=plots.run_dry),
    Story(40, (("team", 1), ("support", 1), ("seat", 5))),
    Story(30, (("calls", 400),)),
    Story(15, (("storage", 1),)),
    Story(30, (("business", 1), ("calls", 1_500), ("storage", 9)), plot=plots.leave),
    Story(6, _TEAM, plot=partial(plots.rest, behavior="void")),
    Story(6, _TEAM, plot=partial(plots.rest, behavior="keep_as_draft")),
    Story(4, _STARTER, plot=partial(plots.rest, behavior="mark_uncollectible")),
    Story(15, _TEAM, plot=plots.leave_at_once),
    Story(10, _BUSINESS, plot=partial(plots.leave_at_once, is_prorated=True)),
    Story(40, _STARTER, plot=plots.leave),
    Story(10, _TEAM, plot=plots.stay_after_all),
    Story(15, _STARTER, plot=plots.run_dry),
    Story(15, _TEAM, plot=partial(plots.lose_card, code="expired_card", days=4)),
    Story(10, _TEAM, plot=partial(plots.lose_card, code="card_declined")),
    Story(8, _STARTER, plot=plots.lose_card_for_good),
    Story(6, _TEAM, ends_unpaid=True, plot=partial(plots.lose_card, code="lost_card", days=40)),
    Story(4, _TEAM, ends_unpaid=True, plot=partial(plots.lose_card, code="lost_card")),
    Story(10, _STARTER, plot=plots.begin_at_second_try),
    Story(8, _STARTER, plot=plots.never_begin),
    Story(12, _STARTER, plot=plots.come_back),
    Story(15, _TEAM, plot=plots.subscribe_twice),
    Story(5, _STARTER, plot=plots.be_deleted),
    Story(8, _TEAM, plot=plots.be_disputed),
    Story(20, _BUSINESS, due_days=30),
    Story(0, _STARTER, plot=plots.never_begin, before_end=5 * 3600),
    Story(0, _TEAM, trial_days=14, before_end=5 * DAY),
    Story(0, _STARTER, WEEKLY, plot=plots.lose_card_at_the_end),
)
_WEIGHTS = tuple(accumulate(story.weight for story in STORIES))
_DRAWN = (_STARTER, _TEAM, _BUSINESS, _SEATS)
_DRAWN_WEIGHTS = (40, 35, 15, 10)


def is_story_dealt(number: int | None) -> bool:
    """Whether the subscriber with this number, counted from 0, lives a certain story, and only that."""
    return number is not None and number < len(STORIES)


def story_of(rng: random.Random, number: int) -> Story:
    """The story of the subscriber with this number."""
    if is_story_dealt(number):
        return STORIES[number]
    return rng.choices(STORIES, cum_weights=_WEIGHTS)[0]


def terms_of(client: Client, story: Story) -> Terms:
    """What the client agrees to at the beginning of its story."""
    orders = story.orders or client.rng.choices(_DRAWN, _DRAWN_WEIGHTS)[0]
    return Terms(
        tuple((client.offer(plan, story.cadence), quantity) for plan, quantity in orders),
        trial_days=story.trial_days,
        deal=client.catalog.deals[story.deal] if story.deal else None,
        due_days=story.due_days,
        has_card=story.has_card,
        ends_unpaid=story.ends_unpaid,
    )


def chance(contract: Contract, at: int) -> None:
    """What may happen to anybody in the period that begins now."""
    client = contract.client
    agenda, rng = client.agenda, client.rng
    if rng.random() > 0.07:
        return
    dice = rng.randrange(70)
    moment = at + rng.randrange(DAY, max(contract.end - at - DAY, DAY + 1))
    entry = contract.entries[0]
    offer = entry.offer
    if dice < 22:
        agenda.at(moment, cancel_at_period_end, contract, rng.choice(FEEDBACK))
    elif dice < 26:
        agenda.at(moment, cancel_now, contract, rng.choice(FEEDBACK), rng.random() < 0.3)
    elif dice < 32:
        agenda.at(moment, plots.refund_half, contract)
    elif dice < 36:
        agenda.at(moment, plots.dispute_latest, contract)
    elif dice < 40:
        agenda.at(moment, pause, contract, rng.choice(BEHAVIORS), contract.end + 20 * DAY)
    elif offer.key == "seat":
        seats = max(1, entry.quantity + rng.randrange(-3, 9))
        agenda.at(moment, amend, contract, offer, seats, "create_prorations")
    elif offer.key in plots.LADDER and rng.random() < 0.5:
        higher = client.offer(plots.LADDER[offer.key], offer.cadence)
        agenda.at(moment, amend, contract, higher, 1, rng.choice(PRORATIONS))
