"""A small language for what happens to a customer, written as Sigma would show it at the end.

    story = Story(tables, "C04")
    paid = story.pay(story.invoice([line("90", "2019-01-01", "2019-04-01")], "2019-01-01"), "2019-01-01")
    story.refund(paid, "2019-02-01", "9")

Amounts are texts in major units of the story's currency; instants are days or minutes of UTC.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from orchestration.domain.inbox_layout import PLATFORM
from tests.golden.revenue.money import Charge, Money
from tests.golden.revenue.tables import Row, Tables, days_after, instant, minor

BORN = "2018-01-01"


@dataclass(frozen=True)
class Line:
    """A line to be invoiced, in minor units; without a start it has no period.

    Attributes:
        tax: On top of the amount, or inside it when `is_inclusive`; None for a line that no tax rate applies to.
        item: Pending invoice item that it bills.
        is_one_off: Billed through an invoice item of its own, though it has a period.
        metered: Subscription item and price of metered usage.
    """

    amount: int
    start: str = ""
    end: str = ""
    tax: int | None = None
    is_inclusive: bool = False
    discount: int = 0
    description: str = "Service"
    product: str = ""
    quantity: int = 1
    item: Row | None = None
    is_one_off: bool = False
    metered: tuple[str, str] | None = None


def line(
    amount: str, start: str = "", end: str = "", *, tax: str = "", inclusive: bool = False, discount: str = "0",
    description: str = "Service", product: str = "", one_off: bool = False,
    metered: tuple[str, str] | None = None, quantity: int = 1,
) -> Line:  # fmt: skip
    """A line of service in [start, end), or without a period."""
    return Line(
        minor(amount), start, end, minor(tax) if tax else None, inclusive, minor(discount), description, product,
        quantity, is_one_off=one_off, metered=metered,
    )  # fmt: skip


def billed(item: Row) -> Line:
    """The line that invoices a pending item."""
    return Line(item["amount"], item["period_start"], item["period_end"], item=item, description=item["description"])


@dataclass
class Invoice:
    """An invoice, its lines, and what paid it."""

    row: Row
    lines: list[Row]
    charges: list[Charge] = field(default_factory=list)

    @property
    def id(self) -> str:
        return str(self.row["id"])


class Story(Money):
    """One customer of one account; see `Money` for the attributes."""

    def __init__(
        self, tables: Tables, name: str, account: str = "", currency: str = "usd", settles: str = ""
    ) -> None:
        account = account or f"acct_1{name}"
        super().__init__(tables, name, account, currency, settles or currency)
        self.customer = self.add(
            "customers", id=f"cus_{name}", created=instant(BORN), name=f"Customer {name}", currency=currency, balance=0
        )
        known = [row["id"] for row in tables.stripe["connected_accounts", True]]
        if account not in (PLATFORM, *known):
            tables.stripe["connected_accounts", True].append(
                {"id": account, "created": instant(BORN), "country": "US", "default_currency": self.settles, "type": "standard"}
            )
        self._prices: dict[str, str] = {}
        self._subscriptions: dict[str, tuple[str, str]] = {}

    # -- catalogue ---------------------------------------------------------------------------------------

    def price(self, product: str, **more: object) -> str:
        """The price of a product; both come into being when they are first named."""
        if product not in self._prices:
            self._prices[product] = self.id("price")
            self.add("products", id=product, created=instant(BORN), name=f"Product {product}", active=True)
            own = {"type": "one_time", "billing_scheme": "per_unit", "active": True, "currency": self.currency}
            self.add("prices", id=self._prices[product], created=instant(BORN), product_id=product, **{**own, **more})
        return self._prices[product]

    def subscription_item(self, price: str) -> tuple[str, str]:
        """A subscription with one item of a price: its id and its item's."""
        subscription, item = self.id("sub"), self.id("si")
        self.add("subscriptions", id=subscription, created=instant(BORN), customer_id=self.customer["id"], status="active",
                 start_date=instant(BORN), price_id=price, billing="charge_automatically")  # fmt: skip
        self.add("subscription_items", id=item, subscription=subscription, subscription_id=subscription, price_id=price,
                 price_currency=self.currency)  # fmt: skip
        return subscription, item

    def metered(self, aggregate: str, unit: str = "1") -> tuple[str, str]:
        """A subscription item whose price is metered: its id and the price; `aggregate` as `aggregate_usage`."""
        price = self.price(
            self.id("prod"), type="recurring", recurring_interval="month", recurring_interval_count=1,
            recurring_usage_type="metered", recurring_aggregate_usage=aggregate, unit_amount=minor(unit),
            unit_amount_decimal=minor(unit),
        )  # fmt: skip
        return self.subscription_item(price)[1], price

    def use(self, metered: tuple[str, str], at: str, quantity: int) -> None:
        self.add("usage_records", id=self.id("mbur"), subscription_item=metered[0], quantity=quantity, timestamp=instant(at))

    # -- invoices ----------------------------------------------------------------------------------------

    def pending(self, amount: str, at: str, start: str = "", end: str = "", description: str = "Item") -> Row:
        """An invoice item that waits for the next invoice; signed."""
        return self._item(line(amount, start or at, end or at, description=description), at)

    def _item(self, told: Line, at: str) -> Row:
        price = self.price(told.product or f"prod_{self.name}")
        return self.add(
            "invoice_items", id=self.id("ii"), date=instant(at), customer_id=self.customer["id"], amount=told.amount,
            net_amount=told.amount, currency=self.currency, quantity=told.quantity, price_id=price, proration=False,
            description=told.description, discountable=True, period_start=instant(told.start or at),
            period_end=instant(told.end or at),
        )  # fmt: skip

    def invoice(self, lines: Sequence[Line], finalized: str, *, tax_exempt: str = "none", due: str = "") -> Invoice:
        """A finalized invoice after the customer's balance; paid at once when nothing is due."""
        starting = self.customer["balance"]
        subtotal = sum(part.amount for part in lines)
        taxes = [part.tax or 0 for part in lines]
        on_top = sum(part.tax or 0 for part in lines if not part.is_inclusive)
        total = subtotal - sum(part.discount for part in lines) + on_top
        owed, ending = max(total + starting, 0), min(total + starting, 0)
        row = self.add(
            "invoices", id=self.id("in"), date=instant(finalized), number=self.id("NO"), customer_id=self.customer["id"],
            status="open", currency=self.currency, subtotal=subtotal, tax=sum(taxes), total=total, amount_due=owed,
            amount_paid=0, amount_remaining=owed, starting_balance=starting, ending_balance=ending, amount_shipping=0,
            pre_payment_credit_notes_amount=0, post_payment_credit_notes_amount=0, paid=False, paid_out_of_band=False,
            attempted=False, attempt_count=0, auto_advance=False, billing_reason="manual", customer_tax_exempt=tax_exempt,
            collection_method="send_invoice" if due else "charge_automatically", due_date=instant(due),
            effective_at=instant(finalized), period_start=instant(finalized), period_end=instant(finalized),
            status_transitions_finalized_at=instant(finalized),
        )  # fmt: skip
        made = Invoice(row, [self._line(row, part, finalized) for part in lines])
        if starting != ending:
            self._move_balance("applied_to_invoice", ending - starting, finalized, invoice_id=row["id"])
        if owed == 0:
            self._settle(made, finalized)
        return made

    def _line(self, invoice: Row, told: Line, at: str) -> Row:
        row = self.add(
            "invoice_line_items", id=self.id("il"), invoice_id=invoice["id"], description=told.description,
            amount=told.amount, currency=self.currency, quantity=told.quantity, quantity_decimal=told.quantity,
            proration=False, discountable=True, total_discount=told.discount,
            total_exclusive_tax=0 if told.is_inclusive else told.tax or 0, period_start=instant(told.start or at),
            period_end=instant(told.end or at), **self._parent(invoice, told, at),
        )  # fmt: skip
        names = {"invoice_line_item_id": row["id"], "invoice_id": invoice["id"]}
        if told.tax is not None:
            taxable = told.amount - told.discount - (told.tax if told.is_inclusive else 0)
            self.add("invoice_line_item_tax_amounts", id=self.id("ilta"), tax_rate=f"txr_{self.name}", amount=told.tax,
                     inclusive=told.is_inclusive, taxable_amount=taxable, **names)  # fmt: skip
        if told.discount:
            self.add("invoice_line_item_discount_amounts", id=self.id("ilda"), discount=f"di_{self.name}",
                     amount=told.discount, **names)  # fmt: skip
        return row

    def _parent(self, invoice: Row, told: Line, at: str) -> Row:
        """What a line bills: an invoice item, metered usage, or a subscription (everything else with a period)."""
        if told.item is not None or told.is_one_off or not told.start:
            item = told.item or self._item(told, at)
            item["invoice_id"] = invoice["id"]
            return {"source_type": "invoiceitem", "source_id": item["id"], "invoice_item_id": item["id"],
                    "line_item_parent_type": "invoice_item_details", "price_id": item["price_id"]}  # fmt: skip
        price = told.metered[1] if told.metered else self.price(told.product or f"prod_{self.name}")
        if told.metered:
            of_item = {row["id"]: row["subscription_id"] for row in self.tables.stripe["subscription_items", self._is_connected]}
            subscription, item_id = of_item[told.metered[0]], told.metered[0]
        else:
            if price not in self._subscriptions:
                self._subscriptions[price] = self.subscription_item(price)
            subscription, item_id = self._subscriptions[price]
        invoice.update(subscription_id=subscription, parent_id=subscription, parent_type="subscription_details",
                       billing_reason="subscription_cycle")  # fmt: skip
        return {"source_type": "subscription", "source_id": subscription, "subscription_item_id": item_id,
                "line_item_parent_type": "subscription_item_details", "price_id": price}  # fmt: skip

    @property
    def _is_connected(self) -> bool:
        return self.account != PLATFORM

    # -- what becomes of them ----------------------------------------------------------------------------

    def pay(self, invoice: Invoice, at: str, amount: str = "", *, rate: str = "", fee: str = "0", **more: object) -> Charge:
        """A card payment of an invoice; without an amount all that remains."""
        remaining = invoice.row["amount_remaining"]
        units = minor(amount) if amount else remaining
        assert 0 < units <= remaining, (units, remaining)
        charge = self.charge(units, at, rate=rate, fee=fee, invoice_id=invoice.id, **more)
        invoice.charges.append(charge)
        self.add(
            "invoice_payments", id=self.id("inpay"), invoice=invoice.id, amount_requested=units, amount_paid=units,
            currency=self.currency, status="paid", is_default=True, payment_intent=charge.row["payment_intent"],
            payment_id=charge.row["payment_intent"], payment_type="payment_intent", status_transitions_paid_at=instant(at),
        )  # fmt: skip
        invoice.row.update(
            amount_paid=invoice.row["amount_paid"] + units, amount_remaining=remaining - units, charge_id=charge.id,
            attempted=True, attempt_count=len(invoice.charges),
        )  # fmt: skip
        if remaining == units:
            self._settle(invoice, at)
        return charge

    def pay_out_of_band(self, invoice: Invoice, at: str) -> None:
        """The customer paid outside Stripe, by cheque or transfer."""
        paid = invoice.row["amount_paid"] + invoice.row["amount_remaining"]
        invoice.row.update(amount_paid=paid, amount_remaining=0, paid_out_of_band=True)
        self._settle(invoice, at)

    def _settle(self, invoice: Invoice, at: str) -> None:
        invoice.row.update(status="paid", paid=True, status_transitions_paid_at=instant(at))

    def void(self, invoice: Invoice, at: str) -> None:
        """Take an unpaid invoice back; customer balance that it used is free again."""
        used = invoice.row["ending_balance"] - invoice.row["starting_balance"]
        if used:
            self._move_balance("unapplied_from_invoice", -used, at, invoice_id=invoice.id)
        invoice.row.update(status="void", status_transitions_voided_at=instant(at))

    def mark_uncollectible(self, invoice: Invoice, at: str) -> None:
        invoice.row.update(status="uncollectible", status_transitions_marked_uncollectible_at=instant(at))

    # -- the customer's balance --------------------------------------------------------------------------

    def adjust_balance(self, amount: str, at: str) -> None:
        """A manual entry; negative is credit for the customer, as Stripe signs it."""
        self._move_balance("adjustment", minor(amount), at)

    def _move_balance(self, kind: str, units: int, at: str, **more: object) -> Row:
        self.customer["balance"] += units
        return self.add(
            "customer_balance_transactions", id=self.id("cbtxn"), created=instant(at), customer_id=self.customer["id"],
            type=kind, amount=units, ending_balance=self.customer["balance"], currency=self.currency, **more,
        )  # fmt: skip

    # -- credit notes ------------------------------------------------------------------------------------

    def credit_note(
        self, invoice: Invoice, at: str, amount: str, *, refund: str = "", balance: str = "", out_of_band: str = "", rate: str = "",
        lines: Sequence[tuple[int, str]] = (), taxes: Sequence[str] = (),
    ) -> Row:  # fmt: skip
        """Credit an open invoice, which owes less, or a paid one in up to three ways.

        `lines` are (number of the invoice's line, amount credited of it); without them the note names none.
        """
        units, is_open = minor(amount), invoice.row["status"] == "open"
        note = self.add(
            "credit_notes", id=self.id("cn"), created=instant(at), number=self.id("CN"), invoice_id=invoice.id,
            customer_id=self.customer["id"], amount=units, currency=self.currency, status="issued", amount_shipping=0,
            type="pre_payment" if is_open else "post_payment", reason="product_unsatisfactory", effective_at=instant(at),
        )  # fmt: skip
        for position, (number, part) in enumerate(lines):
            self._note_line(note, invoice.lines[number], minor(part), taxes[position] if taxes else "")
        if is_open:
            self._owe(invoice, -units)
            if invoice.row["amount_remaining"] == 0:
                self._settle(invoice, at)
            return note
        assert units == sum(minor(part or "0") for part in (refund, balance, out_of_band))
        if refund:
            note["refund_id"] = self.refund(invoice.charges[-1], at, refund, rate=rate)["id"]
        if balance:
            moved = self._move_balance("credit_note", -minor(balance), at, invoice_id=invoice.id, credit_note_id=note["id"])
            note["customer_balance_transaction_id"] = moved["id"]
        if out_of_band:
            note["out_of_band_amount"] = minor(out_of_band)
        invoice.row["post_payment_credit_notes_amount"] += units
        return note

    def _note_line(self, note: Row, line_row: Row, units: int, tax: str) -> None:
        row = self.add(
            "credit_note_line_items", id=self.id("cnli"), credit_note_id=note["id"], invoice_line_item=line_row["id"],
            type="invoice_line_item", description=line_row["description"], amount=units, discount_amount=0, quantity=1,
        )  # fmt: skip
        if tax:
            self.add("credit_note_line_item_tax_amounts", id=self.id("cnlta"), credit_note_line_item_id=row["id"],
                     tax_rate_id=f"txr_{self.name}", inclusive=False, amount=minor(tax))  # fmt: skip

    def _owe(self, invoice: Invoice, units: int) -> None:
        row = invoice.row
        row.update(
            amount_due=row["amount_due"] + units, amount_remaining=row["amount_remaining"] + units,
            pre_payment_credit_notes_amount=row["pre_payment_credit_notes_amount"] - units,
        )  # fmt: skip

    def void_credit_note(self, invoice: Invoice, note: Row, at: str) -> None:
        """Take back the note of an invoice that is still open."""
        assert invoice.row["status"] == "open"
        note.update(status="void", voided_at=instant(at))
        self._owe(invoice, note["amount"])

    # -- what the company itself says --------------------------------------------------------------------

    def rule(self, **values: object) -> None:
        """A row of company/revenue_rules.csv for this account."""
        self.tables.add_own("company/revenue_rules", rule_id=self.id("rule"), account_id=self.account, **values)

    def standalone(self, product: str, price: str, from_date: str = "") -> None:
        """A row of company/standalone_prices.csv: what a product costs by itself, from a day on."""
        self.tables.add_own("company/standalone_prices", standalone_price_id=self.id("ssp"), account_id=self.account,
                            product_id=product, currency=self.currency, unit_price_minor=minor(price),
                            from_date=from_date)  # fmt: skip

    def exclude(self, object_id: str, at: str, reason: str = "") -> None:
        tenant = self.account if self._is_connected else ""
        self.tables.add_own("business/exclusions", object_id=object_id, excluded_at=instant(at), reason=reason, account=tenant)

    def fulfil(self, object_id: str, at: str, amount: str) -> None:
        tenant = self.account if self._is_connected else ""
        self.tables.add_own("business/fulfilments", fulfilment_id=self.id("ful"), object_id=object_id,
                            fulfilled_at=instant(at), amount_minor=minor(amount), account=tenant)  # fmt: skip

    def agree(self, obligation: str, at: str, price: str, service: tuple[str, str] = ("", ""), **more: object) -> str:
        """Terms of an obligation of this story's contract, from `at`; money of `more` in major units. Returns its id."""
        starts, ends = service
        money = {name: minor(str(value)) for name, value in more.items() if name.endswith("_minor")}
        terms = {
            "contract_id": f"K-{self.name}", "obligation_id": f"{self.name}-{obligation}", "effective_at": instant(at),
            "customer_id": self.customer["id"], "currency": self.settles or self.currency, "price_minor": minor(price),
            "service_start_at": instant(starts), "service_end_at": instant(ends), "account": self.account,
        }  # fmt: skip
        self.tables.add_own("business/contracts", **{**terms, **more, **money})
        return f"{self.name}-{obligation}"

    def bill(self, *objects: str) -> None:
        """Objects of Stripe that bill this story's contract."""
        for object_id in objects:
            self.tables.add_own("business/contract_bills", contract_id=f"K-{self.name}", object_id=object_id, account=self.account)

    def transfer(self, obligation: str, at: str, quantity: int) -> None:
        """Units of an obligation that the customer has now."""
        self.tables.add_own("business/fulfilments", fulfilment_id=self.id("ful"), object_id=obligation, fulfilled_at=instant(at),
                            quantity=quantity, account=self.account)  # fmt: skip

    def rates(self, day: str, **per_usd: str) -> None:
        """Rates of one US dollar of a day, as the platform's table holds them."""
        rates = ", ".join(f'"{currency}": {rate}' for currency, rate in per_usd.items())
        self.tables.add("exchange_rates_from_usd", PLATFORM, date=instant(day), sell_currency="usd",
                        buy_currency_exchange_rates=f"{{{rates}}}")  # fmt: skip


__all__ = ["BORN", "Invoice", "Line", "Story", "billed", "days_after", "line"]
