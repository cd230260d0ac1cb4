"""What moves money: charges, refunds, disputes, each with the balance transaction that Stripe writes beside it."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from tests.golden.revenue.tables import Row, Tables, days_after, instant, minor

FEE_TEXT = "Stripe processing fees"


@dataclass
class Charge:
    """A charge (`ch_`) or payment (`py_`) and its balance transaction; amounts in minor units."""

    row: Row
    transaction: Row
    refunds: list[Row] = field(default_factory=list)

    @property
    def id(self) -> str:
        return str(self.row["id"])

    @property
    def left(self) -> int:
        """What is not refunded, in minor units of the charge's currency."""
        return int(self.row["amount"]) - int(self.row["amount_refunded"])


class Money:
    """One account's movements. Amounts are texts in major units; instants are days or minutes of UTC.

    Attributes:
        name: Short name that its ids carry.
        account: Tenant.
        currency: Currency of its prices.
        settles: Currency of its balance.
    """

    def __init__(self, tables: Tables, name: str, account: str, currency: str, settles: str) -> None:
        self.tables, self.name, self.account = tables, name, account
        self.currency, self.settles = currency, settles
        self._count: dict[str, int] = {}

    def id(self, prefix: str) -> str:
        self._count[prefix] = self._count.get(prefix, 0) + 1
        return f"{prefix}_{self.name}x{self._count[prefix]}"

    def add(self, table: str, **values: object) -> Row:
        return self.tables.add(table, self.account, **values)

    def transaction(
        self, kind: str, category: str, amount: int, at: str, source: str = "", *,
        fee: int = 0, fee_type: str = "stripe_fee", rate: str = "", pending_days: int = 0,
    ) -> Row:  # fmt: skip
        """A balance transaction of `amount` minor units of the settlement currency, with its fee's detail."""
        row = self.add(
            "balance_transactions", id=self.id("txn"), created=instant(at), available_on=days_after(at, pending_days),
            amount=amount, fee=fee, net=amount - fee, currency=self.settles, type=kind, reporting_category=category,
            status="available", description=kind, source_id=source, exchange_rate=rate,
        )  # fmt: skip
        if fee:
            self.add(
                "balance_transaction_fee_details", id=self.id("fd"), balance_transaction_id=row["id"], type=fee_type,
                amount=fee, currency=self.settles, description=FEE_TEXT if fee_type == "stripe_fee" else fee_type,
            )  # fmt: skip
        return row

    def settled(self, amount: int, rate: str) -> int:
        """Minor units of the charge's currency in the settlement currency, at a rate like `1.20`."""
        assert bool(rate) == (self.currency != self.settles), (self.currency, self.settles, rate)
        return int(Decimal(amount) * Decimal(rate or 1))

    def charge(
        self, amount: str | int, at: str, *, fee: str = "0", fee_type: str = "stripe_fee", rate: str = "",
        prefix: str = "ch", **more: object,
    ) -> Charge:  # fmt: skip
        """A captured payment; standing alone unless it is made for an invoice. Ints are minor units."""
        units = amount if isinstance(amount, int) else minor(amount)
        charge_id, intent_id = self.id(prefix), self.id("pi")
        own = {
            "id": charge_id, "created": instant(at), "captured_at": instant(at), "amount": units, "amount_refunded": 0,
            "currency": self.currency, "status": "succeeded", "paid": True, "captured": True, "refunded": False,
            "customer_id": f"cus_{self.name}", "description": "Payment", "payment_intent": intent_id,
            "payment_method_type": "card",
        }  # fmt: skip
        row = self.add("charges", **{**own, **more})
        transaction = self.transaction(
            "charge" if prefix == "ch" else "payment", "charge", self.settled(units, rate), at, charge_id,
            fee=minor(fee), fee_type=fee_type, rate=rate, pending_days=2,
        )  # fmt: skip
        row["balance_transaction_id"] = transaction["id"]
        if prefix == "ch":
            self.add(
                "payment_intents", id=intent_id, created=instant(at), amount=units, amount_capturable=0,
                currency=self.currency, status="succeeded", customer_id=row["customer_id"], capture_method="automatic",
                confirmation_method="automatic", invoice_id=row.get("invoice_id"), payment_method_types="card",
            )  # fmt: skip
        else:
            row["payment_intent"] = ""
        return Charge(row, transaction)

    def refund(
        self, charge: Charge, at: str, amount: str = "", *, rate: str = "", fee: int = 0,
        fee_type: str = "application_fee", category: str = "refund", **more: object,
    ) -> Row:  # fmt: skip
        """Money back to the customer; without an amount all that is left. A negative `fee` comes back with it."""
        units = minor(amount) if amount else charge.left
        assert 0 < units <= charge.left, (units, charge.left)
        is_card = charge.id.startswith("ch_")
        refund_id = self.id("re" if is_card else "pyr")
        transaction = self.transaction(
            "refund" if is_card else "payment_refund", category, -self.settled(units, rate), at, refund_id,
            fee=fee, fee_type=fee_type, rate=rate,
        )  # fmt: skip
        row = self.add(
            "refunds", id=refund_id, created=instant(at), amount=units, currency=self.currency, charge_id=charge.id,
            status="succeeded", balance_transaction_id=transaction["id"],
            refund_payment_intent=charge.row["payment_intent"], **{"reason": "requested_by_customer", **more},
        )  # fmt: skip
        charge.refunds.append(row)
        _refunded(charge, units)
        return row

    def partial_capture(self, charge: Charge, at: str, amount: str) -> Row:
        """What was authorized and not captured is given back, as a refund that is none."""
        return self.refund(charge, at, amount, category="partial_capture_reversal", reason="partial_capture")

    def refund_failed(self, charge: Charge, refund: Row, at: str, *, rate: str = "") -> None:
        """The customer's bank sends the refund back: the charge is paid again."""
        units = self.settled(refund["amount"], rate)
        back = self.transaction("refund_failure", "refund_failure", units, at, refund["id"], rate=rate)
        refund.update(status="failed", failure_reason="lost_or_stolen_card", failure_balance_transaction_id=back["id"])
        _refunded(charge, -refund["amount"])

    def dispute(self, charge: Charge, at: str, amount: str = "", *, fee: str = "0", rate: str = "") -> Row:
        """The customer's bank takes the money back; without an amount all of the charge."""
        units = minor(amount) if amount else charge.row["amount"]
        dispute_id = self.id("du")
        charge.row["dispute_id"] = dispute_id
        self.transaction("adjustment", "dispute", -self.settled(units, rate), at, dispute_id, fee=minor(fee), rate=rate)
        return self.add(
            "disputes", id=dispute_id, created=instant(at), amount=units, currency=self.currency, charge_id=charge.id,
            status="needs_response", reason="fraudulent", network_reason_code="10.4", is_charge_refundable=False,
        )  # fmt: skip

    def win(self, dispute: Row, at: str, *, fee: str = "0", rate: str = "") -> None:
        """The bank decides for the seller, and the money comes back, as may the fee."""
        units = self.settled(dispute["amount"], rate)
        self.transaction("adjustment", "dispute_reversal", units, at, dispute["id"], fee=-minor(fee), rate=rate)
        dispute["status"] = "won"


def _refunded(charge: Charge, units: int) -> None:
    total = charge.row["amount_refunded"] + units
    charge.row.update(amount_refunded=total, refunded=total == charge.row["amount"])
