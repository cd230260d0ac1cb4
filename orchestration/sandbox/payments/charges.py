"""Payments of customers: the payment intent, its charge and what it does to the balance, booked together."""

from __future__ import annotations

from dataclasses import dataclass, field

from orchestration.sandbox.payments.forms import charge_form, intent_form, method_details
from orchestration.sandbox.world.books import PLATFORM, Books, Fee
from orchestration.sandbox.world.history import Obj
from orchestration.sandbox.world.money import DAY, half_up

# per settlement currency: parts per thousand, fixed part in minor units
_PRICING = {"usd": (29, 30), "eur": (15, 25), "gbp": (15, 20), "jpy": (36, 0), "kwd": (29, 100)}
CONVERSION_PER_THOUSAND = 10
APPLICATION_FEE_TEXT = "Lantern Hill application fee"
_DECLINES = {
    "card_declined": "Your card was declined.",
    "insufficient_funds": "Your card has insufficient funds.",
    "expired_card": "Your card has expired.",
    "lost_card": "Your card was declined.",
    "incorrect_cvc": "Your card's security code is incorrect.",
    "processing_error": "An error occurred while processing your card. Try again in a little bit.",
}
DECLINE_CODES = tuple(_DECLINES)
_OF_ATTEMPT = (
    "amount_received",
    "capture_method",
    "last_payment_error",
    "latest_charge",
    "payment_method",
    "payment_method_types",
    "receipt_email",
    "status",
)  # what a payment intent takes over from its latest attempt


@dataclass(slots=True)
class Sale:
    """One attempt to be paid; amounts in minor units of `currency`.

    Attributes:
        settles_in: Currency of the balance that it goes to; None for `currency` itself.
        authorized: More than `amount` when only a part of the authorization is captured.
        application_fee: What the platform takes of it, in minor units of `currency`.
        fee_tax_percent: Tax that Stripe adds to its own fee.
        brand: Card brand.
        days_to_available: Days until the money can be paid out; None for the method's own.
        transfer_amount: What `destination` gets, in minor units of `currency`; None for everything.
        platform_pays_stripe: Stripe's fee for a direct charge is not on its row: the platform pays it.
        billing_details: Name and address that the buyer typed in; its e-mail address also gets the receipt.
    """

    tenant: str
    customer: str | None
    amount: int
    currency: str
    created: int
    description: str
    settles_in: str | None = None
    authorized: int | None = None
    method: str = "card"
    country: str = "US"
    application_fee: int = 0
    destination: str | None = None
    on_behalf_of: str | None = None
    transfer_group: str | None = None
    fee_tax_percent: int = 0
    brand: str = "visa"
    metadata: dict[str, str] = field(default_factory=dict)
    payment_method: str | None = None
    days_to_available: int | None = None
    transfer_amount: int | None = None
    platform_pays_stripe: bool = False
    billing_details: Obj | None = None


@dataclass(slots=True)
class Payment:
    """A booked payment: its objects, and the tenant whose books it is in; `transaction` is None if refused."""

    tenant: str
    charge: Obj
    intent: Obj
    transaction: Obj | None

    @property
    def settled_in(self) -> str:
        """Currency of the balance that it went to."""
        assert self.transaction is not None, self.charge["id"]
        currency: str = self.transaction["currency"]
        return currency

    @property
    def left(self) -> int:
        """What can still be refunded, in minor units of the charge's currency."""
        left: int = self.charge["amount"] - self.charge["amount_refunded"]
        return left


def take_payment(books: Books, sale: Sale, *, after: Payment | None = None) -> Payment:
    """Book a successful payment. A part capture is the caller's to complete, by refunding the rest.

    Args:
        after: The declined attempt that this one repeats, within the same payment intent.
    """
    charge, intent = new_attempt(books, sale, after)
    transaction = settle_charge(books, sale, charge, sale.created)
    charge["balance_transaction"] = transaction["id"]
    if sale.authorized:
        intent["capture_method"] = "manual"
    keep_attempt(books, sale, charge, intent, ("payment_intent.succeeded", "charge.succeeded"), after)
    return Payment(sale.tenant, charge, after.intent if after else intent, transaction)


def settle_charge(books: Books, sale: Sale, charge: Obj, at: int) -> Obj:
    """Write the balance transaction of a charge; Stripe's fee is on `sale.amount`, which was captured."""
    is_card = sale.method == "card"
    currency = sale.settles_in or sale.currency
    settled, rate = books.convert(charge["amount"], sale.currency, currency, at)
    captured = settled
    if sale.amount != charge["amount"]:
        captured, _ = books.convert(sale.amount, sale.currency, currency, at)
    days = sale.days_to_available or (2 if is_card else 5)
    return books.post(
        sale.tenant,
        "charge" if is_card else "payment",
        "charge",
        settled,
        currency,
        at,
        source=charge["id"],
        fees=_fees(books, sale, captured, currency),
        available_on=(at // DAY + days) * DAY,
        description=sale.description,
        rate=rate,
    )


def refuse_payment(
    books: Books, sale: Sale, decline_code: str = "card_declined", *, after: Payment | None = None
) -> Payment:
    """Book a declined attempt: a failed charge and a payment intent without any balance transaction.

    Args:
        after: The declined attempt that this one repeats, within the same payment intent.
    """
    charge, intent = new_attempt(books, sale, after)
    message = _DECLINES[decline_code]
    charge.update(
        amount_captured=0,
        captured=False,
        failure_code=decline_code,
        failure_message=message,
        paid=False,
        status="failed",
        outcome={
            "network_status": "declined_by_network",
            "reason": decline_code,
            "risk_level": "normal",
            "seller_message": "The bank did not return any further details with this decline.",
            "type": "issuer_declined",
        },
    )
    error = {"type": "card_error", "code": "card_declined", "decline_code": decline_code, "message": message}
    intent.update(
        status="requires_payment_method", payment_method=None, amount_received=0, last_payment_error=error
    )
    keep_attempt(books, sale, charge, intent, ("payment_intent.payment_failed", "charge.failed"), after)
    return Payment(sale.tenant, charge, after.intent if after else intent, None)


def processing_fee(settled: int, currency: str, presented_in: str) -> int:
    """Stripe's fee on a payment of `settled` minor units of the balance's currency; conversion costs more."""
    per_thousand, fixed = _PRICING[currency]
    if currency != presented_in:
        per_thousand += CONVERSION_PER_THOUSAND
    return half_up(settled * per_thousand, 1000) + fixed


def new_attempt(books: Books, sale: Sale, after: Payment | None = None) -> tuple[Obj, Obj]:
    """The charge of a sale and its payment intent as if it succeeded, not settled and not in the books yet."""
    prefix = "ch_3" if sale.method == "card" else "py_3"
    charge = charge_form(books.new_id(prefix), sale.authorized or sale.amount, sale.currency, sale.created)
    charge.update(
        amount_captured=sale.amount,
        application=books.application if sale.tenant != PLATFORM else None,
        application_fee_amount=sale.application_fee or None,
        customer=sale.customer,
        description=sale.description,
        metadata=sale.metadata,
        on_behalf_of=sale.on_behalf_of,
        payment_method=sale.payment_method or books.new_id("pm_1"),
        payment_method_details=method_details(sale.method, sale.country, sale.brand),
        transfer_data=(
            {"amount": sale.transfer_amount, "destination": sale.destination} if sale.destination else None
        ),
        transfer_group=sale.transfer_group,
    )
    if sale.billing_details:
        charge["billing_details"] = sale.billing_details
        charge["receipt_email"] = sale.billing_details["email"]
    intent = intent_form(after.intent["id"] if after else books.new_id("pi_3"), charge)
    charge["payment_intent"] = intent["id"]
    return charge, intent


def keep_attempt(
    books: Books, sale: Sale, charge: Obj, intent: Obj, events: tuple[str, str], after: Payment | None = None
) -> None:
    """Put an attempt into the books, with the events of its intent and its charge.

    A repeated attempt has no intent of its own: what is new in it is told of the first attempt's intent.
    """
    if after is None:
        books.add(sale.tenant, intent, events[0])
    else:
        new = {key: intent[key] for key in _OF_ATTEMPT}
        books.change(after.intent, sale.created, events[0], **new)
    books.add(sale.tenant, charge, events[1])


def _fees(books: Books, sale: Sale, settled: int, currency: str) -> tuple[Fee, ...]:
    """What is kept from a payment: a direct charge's application fee, Stripe's fee and tax on that."""
    fees: tuple[Fee, ...] = ()
    if not sale.platform_pays_stripe:
        stripe_fee = processing_fee(settled, currency, sale.currency)
        fees = (("stripe_fee", stripe_fee, "Stripe processing fees", None),)
        if sale.fee_tax_percent:
            fees += (("tax", half_up(stripe_fee * sale.fee_tax_percent, 100), "VAT", None),)
    if sale.tenant != PLATFORM and sale.application_fee:
        taken, _ = books.convert(sale.application_fee, sale.currency, currency, sale.created)
        fees = (("application_fee", taken, APPLICATION_FEE_TEXT, books.application), *fees)
    return fees
