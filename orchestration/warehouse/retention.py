"""The cohorts that retention is projected from: small results, read from the published marts."""

from __future__ import annotations

from dataclasses import dataclass

from orchestration.warehouse.connection import literal
from orchestration.warehouse.ledger.reading import Ledger, check_known
from orchestration.warehouse.retention_curve import RetentionCurve, fit_retention

COHORTS = "marts.agg_cohort_retention"


@dataclass(frozen=True)
class Retention:
    """All cohorts of one tenant, currency and billing interval together, by cycle of life from the first on.

    Attributes:
        lost: Customers lost in each cycle.
        too_young: Customers in each cycle that is not over for them.
        at_risk: Customers who entered each cycle.
        curve: What was seen, as a curve; None where too little was.
    """

    account_id: str
    currency: str
    billing_interval: str
    at_risk: tuple[int, ...]
    lost: tuple[int, ...]
    too_young: tuple[int, ...]
    curve: RetentionCurve | None

    @property
    def cycles_seen(self) -> int:
        """Cycles that somebody was old enough to end."""
        ended = (risk - young for risk, young in zip(self.at_risk, self.too_young, strict=True))
        return max((cycle for cycle, count in enumerate(ended, 1) if count > 0), default=0)

    def seen_survival(self) -> list[float]:
        """Kaplan-Meier over the cycles seen, of all cohorts together."""
        survived, shares = 1.0, []
        for lost, risk in zip(self.lost[: self.cycles_seen], self.at_risk, strict=False):
            survived *= 1 - lost / risk
            shares.append(survived)
        return shares


def retentions(
    ledger: Ledger, account_id: str = "", currency: str = "", billing_interval: str = ""
) -> list[Retention]:
    """One per tenant, currency and billing interval, in that order.

    Raises:
        UsageError: There are no cohorts of what was asked for.
    """
    conditions = ["true"]
    asked = {"account_id": account_id, "currency": currency, "billing_interval": billing_interval}
    for column, value in asked.items():
        if value:
            check_known(ledger, COHORTS, column, value, "There are no cohorts")
            conditions.append(f"{column} = {literal(value)}")
    query = f"""
        select account_id, currency, billing_interval, cycle,
            sum(at_risk), sum(churned_voluntary + churned_involuntary), sum(censored)
        from {COHORTS}
        where {" and ".join(conditions)}
        group by account_id, currency, billing_interval, cycle
        order by account_id, currency, billing_interval, cycle
    """
    found: dict[tuple[str, str, str], list[tuple[int, int, int]]] = {}
    for tenant, money, interval, _, at_risk, lost, censored in ledger.rows(query):
        found.setdefault((tenant, money, interval), []).append((int(at_risk), int(lost), int(censored)))
    return [_retention(key, counts) for key, counts in found.items()]


def _retention(key: tuple[str, str, str], counts: list[tuple[int, int, int]]) -> Retention:
    at_risk, lost, too_young = (tuple(column) for column in zip(*counts, strict=True))
    return Retention(*key, at_risk, lost, too_young, fit_retention(lost, too_young))
