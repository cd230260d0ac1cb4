"""What happens in the story of a subscription: each plot puts on the agenda what people decide, and when."""

from __future__ import annotations

from orchestration.sandbox.billing.amendments import amend, change_cadence, forgive
from orchestration.sandbox.billing.beginnings import begin
from orchestration.sandbox.billing.calendar import MONTHLY, YEARLY
from orchestration.sandbox.billing.collection import pay_owed, write_off
from orchestration.sandbox.billing.contract import Contract
from orchestration.sandbox.billing.endings import (
    FEEDBACK,
    cancel_at_period_end,
    cancel_now,
    terminate,
    withdraw,
)
from orchestration.sandbox.billing.pauses import pause, wake
from orchestration.sandbox.billing.terms import Terms
from orchestration.sandbox.payments.charges import Payment
from orchestration.sandbox.payments.disputes import close_dispute, open_dispute
from orchestration.sandbox.payments.refunds import refund
from orchestration.sandbox.world.history import Obj
from orchestration.sandbox.world.money import DAY

LADDER = {"starter": "team", "team 2024": "team", "team": "business"}
_DOWN = {"business": "team", "team": "starter"}


def moment(contract: Contract, period: int, per_cent: int) -> int:
    """An instant in a period to come, counted from 0; epoch seconds."""
    cadence = contract.terms.cadence
    start = cadence.after(contract.anchor, period)
    return start + (cadence.after(contract.anchor, period + 1) - start) * per_cent // 100


def upgrade(contract: Contract, proration: str = "create_prorations") -> None:
    """To the next higher plan, within the second period."""
    client, offer = contract.client, contract.terms.orders[0][0]
    higher = client.offer(LADDER[offer.key], offer.cadence)
    client.agenda.at(moment(contract, 1, 40), amend, contract, higher, 1, proration)


def downgrade(contract: Contract, proration: str = "create_prorations") -> None:
    """To the next lower plan, within the second period."""
    client, offer = contract.client, contract.terms.orders[0][0]
    lower = client.offer(_DOWN[offer.key], offer.cadence)
    client.agenda.at(moment(contract, 1, 30), amend, contract, lower, 1, proration)


def hire_and_dismiss(contract: Contract) -> None:
    """Seats are added twice within a period, and some given up in another."""
    agenda, (offer, quantity) = contract.client.agenda, contract.terms.orders[0]
    agenda.at(moment(contract, 1, 20), amend, contract, offer, quantity + 3, "create_prorations")
    agenda.at(moment(contract, 1, 70), amend, contract, offer, quantity + 5, "create_prorations")
    agenda.at(moment(contract, 3, 50), amend, contract, offer, quantity - 2, "create_prorations")


def upgrade_forgiven(contract: Contract) -> None:
    """An upgrade that support does not charge for."""
    upgrade(contract)
    contract.client.agenda.at(moment(contract, 1, 60), forgive, contract)


def migrate(contract: Contract) -> None:
    """The company moves an old price to the new one, without prorations."""
    client = contract.client
    offer = client.offer("team", MONTHLY)
    client.agenda.at(moment(contract, 2, 10), amend, contract, offer, 1, "none")


def go_yearly(contract: Contract) -> None:
    """From months to years, in the middle of a month."""
    offer = contract.client.offer(contract.terms.orders[0][0].key, YEARLY)
    contract.client.agenda.at(moment(contract, 1, 45), change_cadence, contract, offer)


def leave_in_trial(contract: Contract) -> None:
    """Notice within the trial."""
    at = contract.start + (contract.end - contract.start) // 2
    contract.client.agenda.at(at, cancel_at_period_end, contract, "unused")


def get_card_late(contract: Contract) -> None:
    """A card arrives some days after the trial ended without one."""
    contract.client.agenda.at(contract.end + 4 * DAY, wake, contract)


def leave(contract: Contract, period: int = 2) -> None:
    """Notice within a period."""
    feedback = contract.client.rng.choice(FEEDBACK)
    contract.client.agenda.at(moment(contract, period, 50), cancel_at_period_end, contract, feedback)


def stay_after_all(contract: Contract) -> None:
    """Notice, taken back within the same period."""
    leave(contract, 1)
    contract.client.agenda.at(moment(contract, 1, 80), withdraw, contract)


def leave_at_once(contract: Contract, is_prorated: bool = False) -> None:
    """Gone within a period; the unused time is credited, or half of the last payment refunded."""
    at = moment(contract, 2, 30)
    contract.client.agenda.at(at, cancel_now, contract, "switched_service", is_prorated)
    if not is_prorated:
        contract.client.agenda.at(at + DAY, refund_half, contract)


def refund_half(at: int, contract: Contract) -> None:
    """Half of the last payment goes back, without a credit note."""
    bill = contract.latest
    if bill is None or not bill.payments:
        return
    payment = bill.payments[-1]
    if not payment.charge["amount_refunded"] and not payment.charge["disputed"]:
        refund(contract.client.books, payment, payment.left // 2, at)


def be_disputed(contract: Contract) -> None:
    """The second payment is disputed."""
    contract.client.agenda.at(moment(contract, 1, 30), dispute_latest, contract)


def dispute_latest(at: int, contract: Contract) -> None:
    """The last payment is disputed; the bank decides three weeks later."""
    client, bill = contract.client, contract.latest
    if bill is None or not bill.payments or client.method != "card":
        return
    payment = bill.payments[-1]
    if not payment.charge["disputed"] and not payment.charge["refunded"]:
        dispute = open_dispute(client.books, payment, at)
        client.agenda.at(at + 3600, client.ticket, "dispute")
        client.agenda.at(at + 21 * DAY, _decide, contract, payment, dispute)


def rest(contract: Contract, behavior: str) -> None:
    """Collection pauses over two renewals."""
    until = moment(contract, 3, 60)
    contract.client.agenda.at(moment(contract, 1, 60), pause, contract, behavior, until)


def run_dry(contract: Contract) -> None:
    """The card has no money for some days around a renewal."""
    until = moment(contract, 2, 0) + 7 * DAY
    at = moment(contract, 1, 50)
    contract.client.agenda.at(at, contract.client.break_card, "insufficient_funds", until)


def lose_card(contract: Contract, code: str, days: int = 0) -> None:
    """The card is declined from the third period on; another one comes some days later, or never."""
    client = contract.client
    client.agenda.at(moment(contract, 1, 50), client.break_card, code)
    if days:
        at = moment(contract, 2, 0) + days * DAY
        client.agenda.at(at, client.replace_card)
        client.agenda.at(at + 60, pay_owed, client)


def lose_card_for_good(contract: Contract) -> None:
    """As `lose_card`; what was invoiced last is written off in the end."""
    lose_card(contract, "lost_card")
    contract.client.agenda.at(moment(contract, 2, 0) + 45 * DAY, _write_off, contract)


def lose_card_in_trial(contract: Contract) -> None:
    """The first payment after the trial is declined, and all that follow."""
    client = contract.client
    client.agenda.at(contract.start + DAY, client.break_card, "card_declined")


def lose_card_at_the_end(contract: Contract) -> None:
    """Declined in the story's last days: nobody knows yet how it ends."""
    client = contract.client
    client.agenda.at(client.books.end - 8 * DAY, client.break_card, "expired_card")


def begin_at_second_try(contract: Contract) -> None:
    """Declined at first, paid a quarter of an hour later."""
    client = contract.client
    client.break_card(contract.start, "incorrect_cvc", contract.start + 600)
    client.agenda.at(contract.start + 900, pay_owed, client)


def never_begin(contract: Contract) -> None:
    """Declined at first, and never paid."""
    contract.client.break_card(contract.start, "card_declined")


def come_back(contract: Contract) -> None:
    """Gone for two months, then a new subscription."""
    leave(contract, 1)
    at, client = moment(contract, 2, 0) + 61 * DAY, contract.client
    client.agenda.at(at, begin, Contract(client, Terms(((client.offer("starter", MONTHLY), 1),))))


def subscribe_twice(contract: Contract) -> None:
    """A second subscription beside the first; one of them ends."""
    client = contract.client
    second = Contract(client, Terms(((client.offer("support", MONTHLY), 1),)))
    client.agenda.at(moment(contract, 0, 60), begin, second)
    client.agenda.at(moment(contract, 4, 50), cancel_at_period_end, second, "unused")


def be_deleted(contract: Contract) -> None:
    """Gone, and asks for its data to be deleted, unless it also buys by invoice."""
    leave(contract, 1)
    if contract.client.is_invoiced:
        return
    contract.client.agenda.at(moment(contract, 2, 0) + 12 * DAY, _delete, contract)


def _decide(at: int, contract: Contract, payment: Payment, dispute: Obj) -> None:
    """More disputes are lost than won; who wins one is not a customer any longer."""
    is_won = contract.client.rng.random() < 0.3
    close_dispute(contract.client.books, payment, dispute, at, is_won)
    if not is_won and not contract.is_over:
        terminate(contract, at, reason="payment_disputed")


def _write_off(at: int, contract: Contract) -> None:
    if contract.latest is not None:
        write_off(at, contract.latest)


def _delete(at: int, contract: Contract) -> None:
    if contract.is_over:
        contract.client.delete(at)
