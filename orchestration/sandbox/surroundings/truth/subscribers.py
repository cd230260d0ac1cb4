"""What subscriptions really were worth a month, told from the lives that they had."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from orchestration.sandbox.simulation import Segment
from orchestration.sandbox.surroundings.business.table import Row, instant
from orchestration.sandbox.surroundings.truth.subscriber_lives import Life, bills_of, discount_span, lived
from orchestration.sandbox.world.history import Obj, versions
from orchestration.sandbox.world.money import EXPONENTS

MRR_COLUMNS = (
    "account_id", "customer_id", "currency", "moved_at", "movement", "mrr_before", "mrr_after", "churn_kind",
    "is_told_late",
)  # fmt: skip
_PARTS = {
    "month": Decimal(1),
    "year": Decimal(1) / 12,
    "week": Decimal("365.25") / 84,
    "day": Decimal("365.25") / 12,
}


@dataclass
class _Customer:
    tenant: str
    lives: list[Life] = field(default_factory=list)
    discounts: list[tuple[str, int, int]] = field(default_factory=list)
    has_lost_coupon: bool = False


class Subscribers:
    """Movements of monthly recurring revenue by customer and currency, in major units with four decimals.

    A subscription counts from its first day (a trial: from the finalization of its first invoice that is not zero; what
    was declined at first: from its payment) to its end, except while it is unpaid, paused, or more than PAST_DUE_DAYS
    days after the first failed attempt of a spell. Coupons count while they last, except `once`; usage never does.
    `is_told_late`: something of this customer is told at its time by events only, not by bills and the rows of the
    end: a change without a proration (or whose charge was deleted), a spell of `unpaid` that is over, a customer's
    coupon that is gone. Nothing after the end of the story counts.
    """

    def __init__(self, end: int) -> None:
        self._end = end
        self._customers: dict[tuple[str, str], _Customer] = {}
        self._coupons: dict[str, Obj] = {}

    def take(self, segment: Segment) -> None:
        """Note the subscriptions, customers and coupons of a segment."""
        self._coupons.update({coupon["id"]: coupon for _, coupon in segment.objects.get("coupon", ())})
        invoices = bills_of(segment)
        for tenant, sub in segment.objects.get("subscription", ()):
            life = lived(segment, sub, invoices.get(sub["id"], []))
            customer = self._customers.setdefault((sub["customer"], sub["currency"]), _Customer(tenant))
            customer.lives += [life] if life is not None else []
        for tenant, person in segment.objects.get("customer", ()):
            states = [state for _, state in versions(person, segment.history[person["id"]])]
            found = {discount_span(state["discount"]) for state in states if state.get("discount")}
            for currency in EXPONENTS if found else ():
                customer = self._customers.get((person["id"], currency), _Customer(tenant))
                customer.discounts, customer.has_lost_coupon = sorted(found), not person.get("discount")

    def rows(self) -> Iterator[Row]:
        """One row per movement, in the order of customers and instants."""
        for (customer_id, currency), customer in sorted(self._customers.items()):
            before, had = Decimal(0), False
            for at in sorted({at for life in customer.lives for at in self._moments(life, customer)}):
                after = sum(
                    (self._worth(life, customer, currency, at) for life in customer.lives), Decimal(0)
                )
                if after == before:
                    continue
                movement = _movement(before, after, had)
                kind = ""
                if movement == "churn":
                    is_free = any(life.ends == at and life.is_voluntary for life in customer.lives)
                    kind = "voluntary" if is_free else "involuntary"
                late = customer.has_lost_coupon or any(life.is_told_late for life in customer.lives)
                yield (
                    customer.tenant,
                    customer_id,
                    currency,
                    instant(at),
                    movement,
                    before,
                    after,
                    kind,
                    int(late),
                )
                before, had = after, True

    def _moments(self, life: Life, customer: _Customer) -> set[int]:
        spans = [*life.gaps, (life.begins, life.ends)]
        spans += [(start, end) for _, _, discounts in life.terms for _, start, end in discounts]
        spans += [(start, end) for _, start, end in customer.discounts]
        moments = {at for span in spans for at in span} | {at for at, _, _ in life.terms}
        return {at for at in moments if life.begins <= at <= min(life.ends, self._end)}

    def _worth(self, life: Life, customer: _Customer, currency: str, at: int) -> Decimal:
        """Major units a month at an instant, with what happens in that second."""
        if not life.begins <= at < life.ends or any(start <= at < end for start, end in life.gaps):
            return Decimal(0)
        _, items, own = [term for term in life.terms if term[0] <= at][-1]
        active = [coupon for coupon, start, end in own if start <= at < end and self._lasts(coupon)]
        active = active or [
            coupon for coupon, start, end in customer.discounts if start <= at < end and self._lasts(coupon)
        ]
        off = sum(
            self._coupons[coupon]["amount_off"] or 0
            for coupon in active
            if self._coupons[coupon]["currency"] == currency
        )
        nets = [self._reduced(amount, active) for amount, _, _ in items]
        whole, worth = sum(nets), Decimal(0)
        for net, (_, unit, count) in zip(nets, items, strict=True):
            share = Decimal(off * net) / whole if whole else Decimal(0)
            monthly = max(net - share, Decimal(0)) * _PARTS[unit] / count
            worth += (monthly / 10 ** EXPONENTS[currency]).quantize(Decimal("0.0001"), ROUND_HALF_UP)
        return worth

    def _reduced(self, amount: int, coupons: list[str]) -> Decimal:
        """An amount in minor units after the coupons of a percentage, each rounded."""
        net = Decimal(amount)
        for coupon in coupons:
            percent = Decimal(str(self._coupons[coupon]["percent_off"] or 0))
            net -= (net * percent / 100).quantize(Decimal(1), ROUND_HALF_UP)
        return net

    def _lasts(self, coupon: str) -> bool:
        return bool(self._coupons[coupon]["duration"] != "once")


def _movement(before: Decimal, after: Decimal, had: bool) -> str:
    if not before:
        return "reactivation" if had else "new"
    return "churn" if not after else "expansion" if after > before else "contraction"
