"""A small language for the life of a subscriber, written as Sigma would show it at the end.

    story = Subscriber(tables, "E06")
    sub = story.subscribe([(story.price("10"), 1)], "2024-04-15")
    story.cancel(sub, "2024-06-08", ends="2024-06-15")
    story.bill(sub, months("2024-04-15", 2))

Amounts are texts in major units; instants are days or minutes of UTC. Invoices are paid outside Stripe, where a story
does not say otherwise: what matters here is what was billed, when, and whether it was paid.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tests.golden.revenue.tables import Row, Tables, instant, minor

BORN = "2015-01-01"
Period = tuple[str, str]


def later(text: str, *, months: int = 0, days: int = 0, hours: int = 0) -> str:
    """An instant so much later, on the same day of the month."""
    at = datetime.fromisoformat(text)
    number = at.year * 12 + at.month - 1 + months
    return str(at.replace(year=number // 12, month=number % 12 + 1) + timedelta(days=days, hours=hours))


def periods(start: str, count: int, months: int = 1) -> list[Period]:
    """So many billing periods, one after the other."""
    edges = [later(start, months=months * place) for place in range(count + 1)]
    return list(zip(edges, edges[1:], strict=False))


@dataclass
class Subscription:
    """A subscription and its items, in the order in which they were agreed."""

    row: Row
    items: list[Row] = field(default_factory=list)

    @property
    def id(self) -> str:
        return str(self.row["id"])


class Subscriber:
    """One customer of an account of its own."""

    def __init__(self, tables: Tables, name: str, currency: str = "usd", country: str = "US") -> None:
        self.tables, self.name, self.currency, self.country = tables, name, currency, country
        self.account = f"acct_1{name}"
        self._count: dict[str, int] = {}
        self._amounts: dict[str, int] = {}
        self._terms: dict[str, tuple[str, int, str]] = {}
        tables.stripe["connected_accounts", True].append(
            {"id": self.account, "created": instant(BORN), "country": "US", "default_currency": currency, "type": "standard"}
        )
        self.customer = self.new_customer()

    def id(self, prefix: str) -> str:
        self._count[prefix] = self._count.get(prefix, 0) + 1
        return f"{prefix}_{self.name}x{self._count[prefix]}"

    def add(self, table: str, **values: object) -> Row:
        return self.tables.add(table, self.account, **values)

    def new_customer(self) -> str:
        """A further customer of the account; the story goes on with it."""
        self.customer = self.id("cus")
        self.add(
            "customers", id=self.customer, created=instant(BORN), name=self.customer, currency=self.currency,
            address_country=self.country,
        )  # fmt: skip
        return self.customer

    # -- what is sold ------------------------------------------------------------------------------------

    def price(
        self, amount: str | None, interval: str = "month", count: int = 1, *, product: str = "", currency: str = "", **more: object
    ) -> str:
        """A recurring price; without an amount it has tiers, or is metered."""
        price, product = self.id("price"), product or self.id("prod")
        units = None if amount is None else minor(amount)
        if product not in self._terms:
            self.add("products", id=product, created=instant(BORN), name=product, active=True)
            self._terms[product] = ("", 0, "")
        own = {"billing_scheme": "per_unit", "recurring_usage_type": "licensed", "active": True, "type": "recurring",
               "unit_amount_decimal": units}  # fmt: skip
        self.add(
            "prices", id=price, created=instant(BORN), product_id=product, currency=currency or self.currency, unit_amount=units,
            recurring_interval=interval, recurring_interval_count=count, **{**own, **more},
        )  # fmt: skip
        self._amounts[price], self._terms[price] = units or 0, (interval, count, product)
        return price

    def tiers(self, price: str, *tiers: tuple[str, str, str]) -> None:
        """Tiers of a price: up to which unit, per unit, flat."""
        for up_to, unit, flat in tiers:
            self.add("price_tiers", price_id=price, upto=up_to, amount=minor(unit), amount_decimal=minor(unit),
                     flat_amount=minor(flat), flat_amount_decimal=minor(flat))  # fmt: skip

    def coupon(self, duration: str, *, percent: str = "", amount: str = "", months: int | None = None) -> str:
        coupon = self.id("coupon")
        self.add("coupons", id=coupon, created=instant(BORN), duration=duration, duration_in_months=months, valid=True, times_redeemed=1,
                 percent_off=percent, amount_off=minor(amount) if amount else None, currency=self.currency if amount else None)  # fmt: skip
        return coupon

    def discount(self, sub: Subscription | None, coupon: str, start: str, end: str = "") -> None:
        """Redeem a coupon for a subscription, or for the customer with all that it has."""
        ends = int(datetime.fromisoformat(f"{end}+00:00").timestamp()) if end else None
        self.add("discounts", id=self.id("di"), created=instant(start), end=ends, coupon_id=coupon, customer_id=self.customer,
                 subscription_id=sub.id if sub else None)  # fmt: skip

    # -- subscriptions -----------------------------------------------------------------------------------

    def subscribe(
        self, items: Iterable[tuple[str, int | None]], start: str, *, trial_end: str = "", status: str = "active", **more: object
    ) -> Subscription:
        """A subscription as it is at the end of the story; `items` are those that it has then."""
        row = self.add(
            "subscriptions", id=self.id("sub"), created=instant(start), start_date=instant(start), customer_id=self.customer, status=status,
            billing="charge_automatically", cancel_at_period_end=False, trial_start=instant(start) if trial_end else "",
            trial_end=instant(trial_end), **more,
        )  # fmt: skip
        sub = Subscription(row)
        for price, quantity in items:
            self.item(sub, price, quantity, start)
        return sub

    def item(self, sub: Subscription, price: str, quantity: int | None, at: str) -> Row:
        interval, count, product = self._terms[price]
        created = int(datetime.fromisoformat(f"{instant(at)[:19]}+00:00").timestamp())
        row = self.add(
            "subscription_items", id=self.id("si"), subscription=sub.id, subscription_id=sub.id, created=created, price_id=price,
            quantity=quantity, price_currency=self.currency, price_product_id=product, price_recurring_interval=interval,
            price_recurring_interval_count=count,
        )  # fmt: skip
        sub.items.append(row)
        return row

    def cancel(self, sub: Subscription, at: str, *, ends: str = "", reason: str = "cancellation_requested", over: bool = True) -> None:
        """Cancel at once, or with notice for a later end, which may be still to come."""
        sub.row.update(canceled_at=instant(at), cancellation_details_reason=reason, cancel_at_period_end=bool(ends))
        if over:
            sub.row.update(status="canceled", ended_at=instant(ends or at))
        else:
            sub.row.update(cancel_at=instant(ends), current_period_end=instant(ends))

    # -- invoices ----------------------------------------------------------------------------------------

    def bill(self, sub: Subscription, over: Iterable[Period], *, price: str = "", quantity: int = 1, item: Row | None = None) -> None:
        """One paid invoice per period, for the first item unless another is named."""
        for start, end in over:
            self.invoice(sub, start, [(item or sub.items[0], price, quantity, start, end)])

    def invoice(
        self, sub: Subscription, at: str, lines: Iterable[tuple[Row, str, int, str, str]], *, paid: str | None = None, tries: int = 0,
        failed: Iterable[str] = (), free: bool = False, status: str = "", reason: str = "subscription_cycle",
    ) -> Row:  # fmt: skip
        """A finalized invoice. `paid`: None is at once, empty is never; `failed`: moments of failed charges."""
        told = [(item, price or str(item["price_id"]), quantity, start, end) for item, price, quantity, start, end in lines]
        total = 0 if free else sum(self._amounts[price] * quantity for _, price, quantity, _, _ in told)
        paid_at = at if paid is None else paid
        failed = list(failed)
        row = self.add(
            "invoices", id=self.id("in"), date=instant(at), number=self.id("NO"), customer_id=self.customer, currency=self.currency,
            status=status or ("paid" if paid_at else "open"), subscription_id=sub.id, parent_id=sub.id, parent_type="subscription_details",
            subtotal=total, tax=0, total=total, amount_due=total, amount_paid=total if paid_at else 0,
            amount_remaining=0 if paid_at else total, starting_balance=0, ending_balance=0, amount_shipping=0,
            pre_payment_credit_notes_amount=0, post_payment_credit_notes_amount=0, paid=bool(paid_at), paid_out_of_band=bool(paid_at),
            attempted=bool(failed or tries), attempt_count=tries or len(failed), auto_advance=False, billing_reason=reason,
            customer_tax_exempt="none", collection_method="charge_automatically", effective_at=instant(at), period_start=instant(at),
            period_end=instant(at), status_transitions_finalized_at=instant(at), status_transitions_paid_at=instant(paid_at),
        )  # fmt: skip
        for item, price, quantity, start, end in told:
            amount = 0 if free else self._amounts[price] * quantity
            self._line(row, sub, item, price, quantity, amount, start, end)
        for moment in failed:
            self.add("charges", id=self.id("ch"), created=instant(moment), amount=total, amount_refunded=0, currency=self.currency,
                     status="failed", paid=False, captured=False, refunded=False, customer_id=self.customer, invoice_id=row["id"],
                     failure_code="card_declined", payment_method_type="card")  # fmt: skip
        return row

    def _line(self, invoice: Row, sub: Subscription, item: Row, price: str, quantity: int, amount: int, start: str, end: str) -> None:
        self.add(
            "invoice_line_items", id=self.id("il"), invoice_id=invoice["id"], description="Service", amount=amount, currency=self.currency,
            quantity=quantity, quantity_decimal=quantity, proration=False, discountable=True, total_discount=0, total_exclusive_tax=0,
            period_start=instant(start), period_end=instant(end), source_type="subscription", source_id=sub.id,
            subscription_item_id=item["id"], line_item_parent_type="subscription_item_details", price_id=price,
        )  # fmt: skip

    def prorate(self, sub: Subscription, item: Row, at: str, end: str, *, charge: tuple[str, int, str] | None, credit: tuple[str, int, str]) -> None:
        """What Stripe keeps pending for a change: (price, quantity, amount) of the credit and of the new charge."""
        for (price, quantity, amount), sign in ((credit, -1), *(((charge, 1),) if charge else ())):
            self.add(
                "invoice_items", id=self.id("ii"), date=instant(at), customer_id=self.customer, subscription_id=sub.id,
                subscription_item=item["id"], amount=sign * minor(amount), net_amount=sign * minor(amount), currency=self.currency,
                quantity=quantity, price_id=price, proration=True, description="Change", discountable=False,
                period_start=instant(at), period_end=instant(end),
            )  # fmt: skip

    def change_event(self, sub: Subscription, at: str, kind: str, quantity: int) -> None:
        """Stripe's record of a change of the first item."""
        item = sub.items[0]
        self.add(
            "subscription_item_change_events", subscription_item_id=item["id"], subscription_id=sub.id, customer_id=self.customer,
            price_id=item["price_id"], product_id=item["price_product_id"], event_type=kind, currency=self.currency,
            mrr_change=quantity * self._amounts[str(item["price_id"])], quantity_change=quantity, event_timestamp=instant(at),
            local_event_timestamp=instant(at),
        )  # fmt: skip
