"""One payment at a time: what each step writes into the books, in cents."""

from __future__ import annotations

from typing import Any

import pytest

from orchestration.sandbox.payments.authorizations import authorize, capture, release
from orchestration.sandbox.payments.charges import Payment, Sale, refuse_payment, take_payment
from orchestration.sandbox.payments.debits import confirm_debit, fail_debit, start_debit
from orchestration.sandbox.payments.disputes import (
    close_dispute,
    close_inquiry,
    open_dispute,
    open_inquiry,
    warn_of_fraud,
)
from orchestration.sandbox.payments.refunds import fail_refund, refund
from orchestration.sandbox.world.books import PLATFORM, Books
from orchestration.sandbox.world.plan import Plan

DAY = 86_400


@pytest.fixture
def books() -> Books:
    return Books(Plan())


def sale(books: Books, amount: int = 10_000, currency: str = "usd", **more: Any) -> Sale:
    return Sale(PLATFORM, None, amount, currency, books.start + 10 * DAY, "Lantern", **more)


def rows(books: Books) -> list[tuple[str, str, int, int]]:
    """Type, category, amount and fee of every transaction, in the order of booking."""
    return [
        (row["type"], row["reporting_category"], row["amount"], row["fee"])
        for _, row in books.objects["balance_transaction"]
    ]


def events(books: Books, obj: dict[str, Any]) -> list[str | None]:
    return [change.event for change in books.history[obj["id"]]]


def test_a_refund_gives_back_the_money_but_not_the_fee(books: Books) -> None:
    payment = take_payment(books, sale(books))
    back = refund(books, payment, 2_500, books.start + 12 * DAY)
    assert rows(books) == [("charge", "charge", 10_000, 320), ("refund", "refund", -2_500, 0)]
    assert back["id"].startswith("re_") and events(books, back) == ["refund.created"]
    assert (payment.charge["amount_refunded"], payment.charge["refunded"], payment.left) == (2_500, False, 7_500)
    refund(books, payment, 7_500, books.start + 13 * DAY)
    assert payment.charge["refunded"]
    assert events(books, payment.charge) == ["charge.succeeded", "charge.refunded", "charge.refunded"]


@pytest.mark.parametrize("amount", [0, -1, 10_001])
def test_a_refund_beyond_what_is_left_is_refused(books: Books, amount: int) -> None:
    payment = take_payment(books, sale(books))
    with pytest.raises(ValueError, match=f"refund of {amount}, but 10000 are left"):
        refund(books, payment, amount, books.start + 12 * DAY)


def test_a_failed_refund_brings_back_what_it_cost_and_the_charge_is_paid_again(books: Books) -> None:
    payment = take_payment(books, sale(books, 5_000, "gbp", settles_in="usd"))
    refund(books, payment, 1_000, books.start + 30 * DAY)
    back = refund(books, payment, 4_000, books.start + 40 * DAY)
    assert payment.charge["refunded"]
    fail_refund(books, payment, back, books.start + 45 * DAY)
    sent, returned = rows(books)[2:]
    assert sent == ("refund", "refund", -returned[2], 0)
    assert returned[:2] == ("refund_failure", "refund_failure")
    assert back["status"] == "failed"
    assert (payment.charge["amount_refunded"], payment.charge["refunded"]) == (1_000, False)
    assert events(books, back) == ["refund.created", "refund.failed"]


def test_a_part_capture_settles_the_whole_charge_and_refunds_the_rest(books: Books) -> None:
    """Authorized 100.00, captured 70.00: the fee is 2.9 % of 70.00 and 30 cents."""
    order = sale(books, 10_000)
    payment = authorize(books, order)
    assert rows(books) == [] and payment.intent["status"] == "requires_capture"
    capture(books, order, payment, 7_000, books.start + 13 * DAY)
    assert rows(books) == [
        ("charge", "charge", 10_000, 233),
        ("refund", "partial_capture_reversal", -3_000, 0),
    ]
    charge = payment.charge
    assert (charge["amount"], charge["amount_captured"], charge["amount_refunded"]) == (10_000, 7_000, 3_000)
    assert events(books, charge) == ["charge.succeeded", "charge.captured", "charge.refunded"]
    assert (payment.intent["status"], payment.intent["amount_received"]) == ("succeeded", 7_000)


@pytest.mark.parametrize(
    ("reason", "event", "intent_says"),
    [
        ("expired", "charge.expired", "automatic"),
        ("requested_by_customer", "charge.refunded", "requested_by_customer"),
    ],
)
def test_an_authorization_that_is_given_up_moves_no_money(
    books: Books, reason: str, event: str, intent_says: str
) -> None:
    payment = authorize(books, sale(books))
    release(books, payment, books.start + 17 * DAY, reason)
    assert rows(books) == []
    assert payment.charge["refunded"] and not payment.charge["captured"]
    assert events(books, payment.charge)[-1] == event
    assert (payment.intent["status"], payment.intent["cancellation_reason"]) == ("canceled", intent_says)
    assert books.objects["refund"][0][1]["balance_transaction"] is None


def test_declines_and_the_payment_after_them_share_one_intent(books: Books) -> None:
    first = refuse_payment(books, sale(books), "insufficient_funds")
    second = refuse_payment(books, sale(books), "expired_card", after=first)
    paid = take_payment(books, sale(books), after=first)
    intents, charges = books.objects["payment_intent"], books.objects["charge"]
    assert len(intents) == 1 and len(charges) == 3
    assert {charge["payment_intent"] for _, charge in charges} == {paid.intent["id"]}
    assert second.charge["failure_code"] == "expired_card"
    intent = paid.intent
    assert (intent["status"], intent["latest_charge"], intent["last_payment_error"]) == (
        "succeeded",
        paid.charge["id"],
        None,
    )
    failed = "payment_intent.payment_failed"
    assert events(books, intent) == [failed, failed, "payment_intent.succeeded"]
    assert rows(books) == [("charge", "charge", 10_000, 320)]


def debit(books: Books) -> Payment:
    return start_debit(books, sale(books, 20_000, "eur", method="sepa_debit", days_to_available=7))


def test_a_debit_is_pending_until_the_bank_has_paid(books: Books) -> None:
    payment = debit(books)
    assert (payment.charge["status"], payment.charge["paid"], payment.intent["status"]) == (
        "pending",
        False,
        "processing",
    )
    confirm_debit(books, payment, books.start + 15 * DAY)
    assert (payment.charge["status"], payment.intent["amount_received"]) == ("succeeded", 20_000)
    assert events(books, payment.charge) == ["charge.pending", "charge.succeeded"]
    assert rows(books) == [("payment", "charge", 20_000, 325)]


def test_a_debit_that_fails_late_is_taken_back_before_it_could_be_paid_out(books: Books) -> None:
    payment = debit(books)
    fail_debit(books, payment, books.start + 14 * DAY)
    assert rows(books)[1:] == [("payment_failure_refund", "charge_failure", -20_000, 0)]
    taken, back = (row for _, row in books.objects["balance_transaction"])
    assert taken["available_on"] == back["available_on"] > back["created"]
    assert payment.charge["failure_balance_transaction"] == back["id"]
    assert events(books, payment.charge) == ["charge.pending", "charge.failed"]


@pytest.mark.parametrize(
    ("currency", "fee"), [("usd", 1_500), ("eur", 1_500), ("jpy", 1_500), ("kwd", 5_000)]
)
def test_a_won_dispute_brings_back_money_and_fee(books: Books, currency: str, fee: int) -> None:
    payment = take_payment(books, sale(books, 30_000, currency))
    dispute = open_dispute(books, payment, books.start + 20 * DAY)
    assert rows(books)[1:] == [("adjustment", "dispute", -30_000, fee)]
    close_dispute(books, payment, dispute, books.start + 50 * DAY, won=True)
    assert rows(books)[2:] == [("adjustment", "dispute_reversal", 30_000, -fee)]
    assert events(books, dispute) == [
        "charge.dispute.created",
        "charge.dispute.funds_withdrawn",
        "charge.dispute.funds_reinstated",
        "charge.dispute.closed",
    ]
    assert payment.charge["disputed"]


def test_a_lost_dispute_moves_nothing_more(books: Books) -> None:
    payment = take_payment(books, sale(books))
    dispute = open_dispute(books, payment, books.start + 20 * DAY)
    close_dispute(books, payment, dispute, books.start + 50 * DAY, won=False)
    assert len(rows(books)) == 2 and dispute["status"] == "lost"
    assert len(dispute["balance_transactions"]) == 1


def test_a_converted_dispute_comes_back_at_the_rate_at_which_it_went(books: Books) -> None:
    payment = take_payment(books, sale(books, 9_999, "gbp", settles_in="usd"))
    dispute = open_dispute(books, payment, books.start + 20 * DAY)
    close_dispute(books, payment, dispute, books.start + 60 * DAY, won=True)
    out, back = (row for _, row in books.objects["balance_transaction"][1:])
    assert (out["net"] + back["net"], out["exchange_rate"]) == (0, back["exchange_rate"])


def test_after_a_part_refund_the_rest_is_disputed(books: Books) -> None:
    payment = take_payment(books, sale(books))
    refund(books, payment, 4_000, books.start + 12 * DAY)
    assert open_dispute(books, payment, books.start + 20 * DAY)["amount"] == 6_000
    refund(books, payment, 6_000, books.start + 21 * DAY)
    assert open_dispute(books, payment, books.start + 22 * DAY)["amount"] == 10_000


def test_inquiries_and_fraud_warnings_move_no_money(books: Books) -> None:
    payment = take_payment(books, sale(books))
    warning = warn_of_fraud(books, payment, books.start + 12 * DAY)
    inquiry = open_inquiry(books, payment, books.start + 20 * DAY)
    assert inquiry["is_charge_refundable"] and warning["actionable"]
    close_inquiry(books, inquiry, books.start + 60 * DAY)
    assert inquiry["status"] == "warning_closed" and len(rows(books)) == 1
