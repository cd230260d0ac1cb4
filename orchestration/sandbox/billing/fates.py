"""Everything that can become of a one-off invoice: each fate draws one up and plans what follows."""

from __future__ import annotations

from orchestration.sandbox.billing.calendar import months_later
from orchestration.sandbox.billing.catalog import redeem
from orchestration.sandbox.billing.client import Client
from orchestration.sandbox.billing.collection import attempt, collect, pay_out_of_band, void, write_off
from orchestration.sandbox.billing.credit_notes import credit, issue_note, void_note
from orchestration.sandbox.billing.invoices import Bill
from orchestration.sandbox.billing.lines import Discount
from orchestration.sandbox.billing.one_off import free, hours, invoice, rebate, set_up, small_change, training
from orchestration.sandbox.billing.subscription_forms import discount_form
from orchestration.sandbox.payments.refunds import refund
from orchestration.sandbox.world.money import DAY

_LONGEST = 250  # lines


def paid_in_time(at: int, client: Client) -> None:
    """Paid some days before it is due."""
    _collect_later(invoice(client, at, [set_up(client, at), training(client, at)]), at, 12)


def paid_in_two(at: int, client: Client) -> None:
    """Paid in two parts."""
    bill = invoice(client, at, [training(client, at)])
    client.agenda.at(at + 9 * DAY, _pay_part, bill, 40)
    _collect_later(bill, at, 24)


def paid_in_part(at: int, client: Client) -> None:
    """A part is paid, the rest never."""
    client.agenda.at(at + 9 * DAY, _pay_part, invoice(client, at, [training(client, at, 180)]), 60)


def voided(at: int, client: Client) -> None:
    """Sent by mistake."""
    client.agenda.at(at + 6 * DAY, void, invoice(client, at, [set_up(client, at)]))


def written_off(at: int, client: Client) -> None:
    """Never paid."""
    client.agenda.at(at + 60 * DAY, write_off, invoice(client, at, [training(client, at)]))


def paid_after_all(at: int, client: Client) -> None:
    """Given up, then paid."""
    bill = invoice(client, at, [set_up(client, at, 2)])
    client.agenda.at(at + 45 * DAY, write_off, bill)
    _collect_later(bill, at, 58)


def paid_elsewhere(at: int, client: Client) -> None:
    """Paid by a bank transfer that Stripe does not see."""
    client.agenda.at(at + 21 * DAY, pay_out_of_band, invoice(client, at, [set_up(client, at)]))


def left_open(at: int, client: Client) -> None:
    """Sent, and nothing happens."""
    invoice(client, at, [set_up(client, at)])


def kept_as_draft(at: int, client: Client) -> None:
    """Drawn up, never finalized."""
    invoice(client, at, [set_up(client, at)], auto_advance=False)


def thrown_away(at: int, client: Client) -> None:
    """A draft that is deleted, with its invoice items."""
    bill = invoice(client, at, [set_up(client, at), free(client, at)], auto_advance=False)
    client.agenda.at(at + 2 * DAY, _throw_away, bill)


def free_of_charge(at: int, client: Client) -> None:
    """Nothing to pay."""
    invoice(client, at, [free(client, at)])


def many_lines(at: int, client: Client) -> None:
    """More lines than Stripe shows at once."""
    _collect_later(invoice(client, at, hours(client, at, client.rng.randrange(12, 31))), at, 15)


def longest(at: int, client: Client) -> None:
    """Far more lines than Stripe shows at once."""
    _collect_later(invoice(client, at, hours(client, at, _LONGEST)), at, 28)


def credited_while_open(at: int, client: Client) -> None:
    """A part is credited before the rest is paid."""
    bill = invoice(client, at, [training(client, at), set_up(client, at)])
    client.agenda.at(at + 5 * DAY, credit, bill, 30, "none")
    _collect_later(bill, at, 20)


def credited_in_full(at: int, client: Client) -> None:
    """Credited until nothing is owed."""
    client.agenda.at(at + 5 * DAY, credit, invoice(client, at, [set_up(client, at)]), 100, "none")


def credit_taken_back(at: int, client: Client) -> None:
    """A credit note that is voided, so that everything is paid."""
    bill = invoice(client, at, [set_up(client, at)])
    client.agenda.at(at + 5 * DAY, _credit_by_mistake, bill)
    _collect_later(bill, at, 20)


def refunded(at: int, client: Client) -> None:
    """Half of it goes back, by credit note."""
    _credit_later(client, at, 50, "refund")


def credited_elsewhere(at: int, client: Client) -> None:
    """A part goes back in another way than through Stripe."""
    _credit_later(client, at, 25, "out_of_band")


def refunded_without_note(at: int, client: Client) -> None:
    """A tenth goes back, and the invoice knows nothing of it."""
    bill = invoice(client, at, [training(client, at)])
    _collect_later(bill, at, 8)
    client.agenda.at(at + 19 * DAY, _refund_tenth, bill)


def charged(at: int, client: Client) -> None:
    """Charged to the card, which is declined at first."""
    client.break_card(at, "processing_error", at + 2 * DAY)
    invoice(client, at, [set_up(client, at)], due_days=None)


def discounted(at: int, client: Client) -> None:
    """The customer gets a coupon on everything for three months."""
    deal = client.catalog.deals["spring"]
    until = months_later(at, deal.months or 0)
    obj = discount_form(client.books.new_id("di_1"), deal, client.customer["id"], at, until)
    client.discount = Discount(obj, deal)
    client.books.change(client.customer, at, "customer.updated", discount=obj)
    redeem(client.books, deal, at)
    _collect_later(invoice(client, at, [set_up(client, at), training(client, at)]), at, 10)
    client.agenda.at(until, _end_discount, client)


def turned_round(at: int, client: Client) -> None:
    """More rebate than price: the customer has credit afterwards."""
    invoice(client, at, [set_up(client, at), rebate(client, at)])


def paid_by_balance(at: int, client: Client) -> None:
    """The customer has more credit than the invoice is worth."""
    line = set_up(client, at)
    client.move_balance("adjustment", -2 * line.amount, at)
    invoice(client, at, [line])


def paid_partly_by_balance(at: int, client: Client) -> None:
    """The customer has some credit."""
    line = training(client, at)
    client.move_balance("adjustment", -(line.amount // 4), at)
    _collect_later(invoice(client, at, [line]), at, 14)


def charged_with_balance(at: int, client: Client) -> None:
    """The customer owes something from before."""
    line = set_up(client, at)
    client.move_balance("adjustment", line.amount // 10, at)
    _collect_later(invoice(client, at, [line]), at, 14)


def voided_with_balance(at: int, client: Client) -> None:
    """Voided after it had used credit, which is free again."""
    line = training(client, at)
    client.move_balance("adjustment", -(line.amount // 3), at)
    client.agenda.at(at + 6 * DAY, void, invoice(client, at, [line]))


def credited_to_balance(at: int, client: Client) -> None:
    """A part of what was paid becomes credit."""
    _credit_later(client, at, 35, "balance")


def too_small(at: int, client: Client) -> None:
    """Less than a card can be charged: the customer owes it until the next invoice."""
    invoice(client, at, [small_change(client, at)], due_days=None)


def _collect_later(bill: Bill, at: int, days: int) -> None:
    """The customer pays after so many days, in some hour of the day."""
    bill.client.agenda.at(at + days * DAY + bill.client.rng.randrange(6 * 3600), collect, bill)


def _credit_later(client: Client, at: int, per_cent: int, settlement: str) -> None:
    bill = invoice(client, at, [set_up(client, at, 2), training(client, at)])
    _collect_later(bill, at, 10)
    client.agenda.at(at + 22 * DAY, credit, bill, per_cent, settlement)


def _credit_by_mistake(at: int, bill: Bill) -> None:
    note = issue_note(bill, at, 20, "none")
    if note is not None:
        bill.client.agenda.at(at + 3 * DAY, void_note, bill, note)


def _pay_part(at: int, bill: Bill, per_cent: int) -> None:
    if bill.is_due and not bill.is_processing:
        attempt(bill, at, bill.invoice["amount_remaining"] * per_cent // 100)


def _refund_tenth(at: int, bill: Bill) -> None:
    if bill.payments:
        refund(bill.client.books, bill.payments[-1], bill.payments[-1].left // 10, at)


def _throw_away(at: int, bill: Bill) -> None:
    books = bill.client.books
    for item in bill.items:
        books.delete(item, at, "invoiceitem.deleted")
    books.delete(bill.invoice, at, "invoice.deleted")


def _end_discount(at: int, client: Client) -> None:
    client.discount = None
    client.books.change(client.customer, at, "customer.updated", discount=None)
