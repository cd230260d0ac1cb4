"""Money in from customers, and back: payments, refunds, disputes.

Each function writes the object and its balance transactions together, so that neither can exist alone.
"""

from __future__ import annotations

from dataclasses import dataclass

from orchestration.sandbox.company_shapes import (
    charge_form,
    dispute_form,
    intent_form,
    method_details,
    refund_form,
)
from orchestration.sandbox.facts import DAY, PLATFORM, Books, Fee, Obj, half_up

# per currency: parts per thousand, fixed part in minor units
_PRICING = {"usd": (29, 30), "eur": (15, 25), "jpy": (36, 0), "kwd": (29, 100)}
DISPUTE_FEE = 1500


@dataclass(frozen=True)
class Sale:
    """One payment of a customer; amounts in minor units of `currency`."""

    tenant: str
    customer: str | None
    amount: int
    currency: str
    created: int
    description: str
    settles_in: str | None = None
    authorized: int | None = None  # more than `amount` when only a part was captured
    method: str = "card"
    country: str = "US"
    application_fee: int = 0
    destination: str | None = None
    transfer_group: str | None = None
    order_id: str | None = None
    fee_tax_percent: int = 0


def take_payment(books: Books, sale: Sale) -> Obj:
    """Book a successful payment: payment intent, charge, balance transaction; returns the charge.

    A part capture also books the refund of what was authorized but not captured.
    """
    charge = _charge_of(books, sale)
    currency = sale.settles_in or sale.currency
    settled, rate = books.convert(charge["amount"], sale.currency, currency, sale.created)
    captured, _ = books.convert(sale.amount, sale.currency, currency, sale.created)
    is_card = sale.method == "card"
    transaction = books.post(
        sale.tenant,
        "charge" if is_card else "payment",
        "charge",
        settled,
        currency,
        sale.created,
        source=charge["id"],
        fees=_fees(books, sale, captured, currency),
        available_on=(sale.created // DAY + (2 if is_card else 5)) * DAY,
        description=sale.description,
        rate=rate,
    )
    charge["balance_transaction"] = transaction["id"]
    intent = books.add(sale.tenant, intent_form(books.new_id("pi_3"), charge))
    charge["payment_intent"] = intent["id"]
    if sale.authorized:
        intent["capture_method"] = "manual"
        give_back(
            books,
            sale.tenant,
            charge,
            sale.authorized - sale.amount,
            sale.created,
            "partial_capture",
        )
    return charge


def refuse_payment(books: Books, sale: Sale) -> Obj:
    """Book a declined attempt: a failed charge and a payment intent without any balance transaction."""
    charge = _charge_of(books, sale)
    charge.update(
        amount_captured=0,
        captured=False,
        failure_code="card_declined",
        failure_message="Your card was declined.",
        paid=False,
        status="failed",
    )
    charge["outcome"] = {
        "network_status": "declined_by_network",
        "reason": "generic_decline",
        "risk_level": "normal",
        "seller_message": "The bank did not return any further details with this decline.",
        "type": "issuer_declined",
    }
    intent = books.add(sale.tenant, intent_form(books.new_id("pi_3"), charge))
    intent.update(status="requires_payment_method", payment_method=None)
    charge["payment_intent"] = intent["id"]
    return charge


def hold_payment(books: Books, sale: Sale) -> Obj:
    """Book an authorization that is not captured yet: no balance transaction."""
    charge = _charge_of(books, sale)
    charge.update(amount_captured=0, captured=False)
    intent = books.add(sale.tenant, intent_form(books.new_id("pi_3"), charge))
    intent.update(status="requires_capture", capture_method="manual", amount_capturable=sale.amount)
    charge["payment_intent"] = intent["id"]
    return charge


def give_back(
    books: Books,
    tenant: str,
    charge: Obj,
    amount: int,
    created: int,
    reason: str | None = "requested_by_customer",
    *,
    fees: tuple[Fee, ...] = (),
    fails_at: int | None = None,
) -> Obj:
    """Refund `amount` minor units of a charge at the rate of the day; returns the refund.

    With `fails_at` the bank sends the money back then: a second transaction, and the charge stays paid.
    """
    is_card = charge["id"].startswith("ch_")
    refund = books.add(
        tenant,
        refund_form(books.new_id("re_3" if is_card else "pyr_1"), charge, amount, created, reason),
    )
    currency = books.transaction(charge["balance_transaction"])["currency"]
    settled, rate = books.convert(amount, charge["currency"], currency, created)
    label = "CHARGE" if is_card else "PAYMENT"
    transaction = books.post(
        tenant,
        "refund" if is_card else "payment_refund",
        "partial_capture_reversal" if reason == "partial_capture" else "refund",
        -settled,
        currency,
        created,
        source=refund["id"],
        fees=fees,
        description=f"REFUND FOR {label} ({charge['description']})",
        rate=rate,
    )
    refund["balance_transaction"] = transaction["id"]
    if fails_at is None:
        charge["amount_refunded"] += amount
        charge["refunded"] = charge["amount_refunded"] == charge["amount"]
    else:
        _fail_refund(books, tenant, charge, refund, fails_at)
    return refund


def dispute(
    books: Books, tenant: str, charge: Obj, created: int, status: str, won_at: int | None = None
) -> Obj:
    """A chargeback over a whole charge with a fee of 15.00; a win returns the money and the fee."""
    reason = "fraudulent" if status == "lost" else "product_not_received"
    claim = books.add(tenant, dispute_form(books.new_id("du_1"), charge, created, status, reason))
    charge["disputed"] = True
    currency = books.transaction(charge["balance_transaction"])["currency"]
    settled, rate = books.convert(charge["amount"], charge["currency"], currency, created)
    moves = [(-1, "dispute", "Chargeback withdrawal", created)]
    if won_at is not None:
        moves.append((1, "dispute_reversal", "Chargeback reversal", won_at))
    for sign, category, text, at in moves:
        transaction = books.post(
            tenant,
            "adjustment",
            category,
            sign * settled,
            currency,
            at,
            source=claim["id"],
            fees=(Fee("stripe_fee", -sign * DISPUTE_FEE, "Dispute fee"),),
            description=f"{text} for {charge['id']}",
            rate=rate,
        )
        claim["balance_transactions"].append(transaction)
    return claim


def _fail_refund(books: Books, tenant: str, charge: Obj, refund: Obj, at: int) -> None:
    """The bank returns a refund: what was taken for it comes back."""
    sent = books.transaction(refund["balance_transaction"])
    back = books.post(
        tenant,
        "refund_failure",
        "refund_failure",
        -sent["amount"],
        sent["currency"],
        at,
        source=refund["id"],
        description=f"REFUND FAILURE FOR CHARGE ({charge['description']})",
    )
    refund.update(
        status="failed",
        failure_reason="lost_or_stolen_card",
        failure_balance_transaction=back["id"],
    )


def _charge_of(books: Books, sale: Sale) -> Obj:
    """The charge of a sale, not settled yet."""
    prefix = "ch_3" if sale.method == "card" else "py_3"
    amount = sale.authorized or sale.amount
    charge = charge_form(books.new_id(prefix), amount, sale.currency, sale.created)
    charge.update(
        amount_captured=sale.amount,
        application=books.application if sale.tenant != PLATFORM else None,
        application_fee_amount=sale.application_fee or None,
        customer=sale.customer,
        description=sale.description,
        metadata={"order_id": sale.order_id} if sale.order_id else {},
        payment_method=books.new_id("pm_1"),
        payment_method_details=method_details(
            sale.method, sale.country, books.rng.choice(["visa", "mastercard", "amex"])
        ),
        transfer_data={"amount": None, "destination": sale.destination} if sale.destination else None,
        transfer_group=sale.transfer_group,
    )
    return books.add(sale.tenant, charge)


def _fees(books: Books, sale: Sale, settled: int, currency: str) -> tuple[Fee, ...]:
    """What is kept from a payment: Stripe's fee, tax on it, and a direct charge's application fee."""
    per_thousand, fixed = _PRICING[currency]
    if sale.settles_in not in (None, sale.currency):
        per_thousand += 10
    stripe_fee = half_up(settled * per_thousand, 1000) + fixed
    fees = [Fee("stripe_fee", stripe_fee, "Stripe processing fees")]
    if sale.fee_tax_percent:
        fees.append(Fee("tax", half_up(stripe_fee * sale.fee_tax_percent, 100), "VAT"))
    if sale.tenant != PLATFORM and sale.application_fee:
        text = "Lantern Hill application fee"
        fees.insert(0, Fee("application_fee", sale.application_fee, text, books.application))
    return tuple(fees)
