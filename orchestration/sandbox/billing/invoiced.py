"""Who buys by invoice: how often, and with which fates."""

from __future__ import annotations

from collections.abc import Callable

from orchestration.sandbox.billing import fates
from orchestration.sandbox.billing.client import Client
from orchestration.sandbox.world.money import DAY

Fate = Callable[[int, Client], None]
_LEAST_CUSTOMERS = 40  # of a company that sends an invoice of 250 lines

# Weight and fate. Two neighbours meet one customer, so those that leave a balance behind come second.
FATES: tuple[tuple[int, Fate], ...] = (
    (8, fates.many_lines),
    (4, fates.turned_round),
    (60, fates.paid_in_two),
    (8, fates.paid_by_balance),
    (20, fates.voided),
    (8, fates.paid_partly_by_balance),
    (15, fates.paid_after_all),
    (4, fates.charged_with_balance),
    (15, fates.credited_while_open),
    (4, fates.voided_with_balance),
    (15, fates.refunded),
    (8, fates.credited_to_balance),
    (20, fates.charged),
    (2, fates.too_small),
    (400, fates.paid_in_time),
    (10, fates.paid_in_part),
    (25, fates.paid_elsewhere),
    (15, fates.written_off),
    (6, fates.kept_as_draft),
    (25, fates.left_open),
    (4, fates.thrown_away),
    (8, fates.credited_in_full),
    (5, fates.credit_taken_back),
    (6, fates.free_of_charge),
    (6, fates.credited_elsewhere),
    (15, fates.refunded_without_note),
    (20, fates.discounted),
)
_WEIGHTS = tuple(weight for weight, _ in FATES)


def are_fates_dealt(number: int | None) -> bool:
    """Whether the buyer with this number, counted from 0, meets certain fates at first."""
    return number is not None and 2 * number < len(FATES)


def be_invoiced(at: int, client: Client, number: int) -> None:
    """Buy by invoice from now on: two fates are dealt to the first customers, later ones are drawn."""
    agenda, rng = client.agenda, client.rng
    for turn in range(2):
        dealt = 2 * number + turn
        fate = FATES[dealt][1] if dealt < len(FATES) else _drawn(client)
        agenda.at(at + turn * 35 * DAY, fate, client)
    if number == 0 and client.books.plan.customers >= _LEAST_CUSTOMERS:
        agenda.at(at + 20 * DAY, fates.longest, client)
    agenda.at(at + rng.randrange(70 * DAY, 110 * DAY), _buy_again, client)


def _drawn(client: Client) -> Fate:
    return client.rng.choices(FATES, _WEIGHTS)[0][1]


def _buy_again(at: int, client: Client) -> None:
    _drawn(client)(at, client)
    client.agenda.at(at + client.rng.randrange(30 * DAY, 120 * DAY), _buy_again, client)
