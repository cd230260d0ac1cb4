"""Deferred revenue at any instant: one closed form over the published components, without a row per day or month.

Only what is being served at the instant is worked out. What is earned in full is neither deferred nor, once billed,
receivable, so of 10 million components over three years one in twelve is looked at (0.26 s on two cores, 2026-11).
Contracts that Stripe does not know stand apart, in `agg_contract_balances`: their bills say nothing of what is earned.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from orchestration.domain.fiscal_calendar import FiscalCalendar
from orchestration.warehouse.connection import literal
from orchestration.warehouse.ledger.reading import Ledger, check_known, instant

COMPONENTS = "marts.fct_revenue_components"
WATERFALL = "marts.agg_revenue_waterfall"
DEFERRED_TABLES = (COMPONENTS, "marts.dim_currencies")
SETTINGS = "meta.settings"


@dataclass(frozen=True)
class DeferredBalance:
    """What is billed and not earned, and earned and not billed, of one tenant and currency, in minor units.

    Attributes:
        component_count: Components (sales and what changed them) that are still to be earned or billed.
        deferred_minor: Billed and still to be earned; a liability, so positive.
        unbilled_minor: Earned before its bill; an asset, so positive.
        exponent: Decimals of the currency; None: it is not in dim_currencies.
    """

    account_id: str
    currency: str
    component_count: int
    deferred_minor: int
    unbilled_minor: int
    exponent: int | None


def deferred_balances(
    ledger: Ledger, at: datetime, account_id: str = "", currency: str = ""
) -> list[DeferredBalance]:
    """One row per tenant and currency that had sold anything by then, in that order.

    Service is earned by the second (or by the policy of the component) up to `at`; in the last second of a period
    it is complete, as in the ledger, so that both agree at every period end.

    Raises:
        UsageError: The tenant or the currency has no revenue here.
    """
    conditions = [f"effective_at <= {instant(at)}", "contract_id is null"]
    for column, value in (("account_id", account_id), ("currency", currency)):
        if value:
            source = WATERFALL if WATERFALL in ledger.columns else COMPONENTS
            check_known(ledger, source, column, value, "There is no revenue")
            conditions.append(f"{column} = {literal(value)}")
    exponents = ledger.exponents()
    query = _balance_sql(at, reporting_timezone(ledger), fiscal_calendar(ledger), conditions)
    found = {(row[0], row[1]): (int(row[2]), int(row[3]), int(row[4])) for row in ledger.rows(query)}
    for pair in _sold_by_then(ledger, conditions, set(found)):
        found.setdefault(pair, (0, 0, 0))
    return [
        DeferredBalance(tenant, money, *found[tenant, money], exponents.get(money))
        for tenant, money in sorted(found)
    ]


def _sold_by_then(
    ledger: Ledger, conditions: Sequence[str], found: set[tuple[str, str]]
) -> list[tuple[str, str]]:
    """Tenants and currencies with sales that meet the conditions; the components are read only where it is in doubt."""
    if WATERFALL in ledger.columns:
        names = f"select distinct account_id, currency from {WATERFALL}"
        if {(tenant, money) for tenant, money in ledger.rows(names)} <= found:
            return []
    query = f"select distinct account_id, currency from {COMPONENTS} where {' and '.join(conditions)}"
    return [(tenant, money) for tenant, money in ledger.rows(query)]


def reporting_timezone(ledger: Ledger) -> str:
    """The zone in which the publication cuts its months."""
    if SETTINGS in ledger.columns:
        for (zone,) in ledger.rows(f"select value from {SETTINGS} where name = 'reporting_timezone'"):
            return str(zone)
    return "UTC"


def fiscal_calendar(ledger: Ledger) -> FiscalCalendar:
    """How the publication cuts its periods."""
    known = SETTINGS in ledger.columns
    return FiscalCalendar.of(dict(ledger.rows(f"select name, value from {SETTINGS}")) if known else {})


def _balance_sql(at: datetime, zone: str, calendar: FiscalCalendar, conditions: Sequence[str]) -> str:
    now, boundary = instant(at), _boundary(at, zone, calendar)
    # conditions that a scan can judge by the bounds of its blocks: no `in`, no `or`, no function
    by_months = "policy between 'months_even' and 'months_even_prorated'"
    # what is earned by the second needs no months, and is nearly everything
    unit = str(int(boundary.timestamp()))
    by_the_second = " - ".join(
        f"case when {name} = 0 or starts_unit >= ends_unit then 0 "
        f"else {_evenly_sql(name, 'starts_unit', 'ends_unit', unit)} end"
        for name in ("after_minor", "before_minor")
    )
    by_month = _earned_inside_month_sql if calendar.has_weeks else _earned_sql
    earned = " - ".join(by_month(name, at, boundary, zone) for name in ("after_minor", "before_minor"))
    served = f"service_end_at > {now}"
    parts = (
        (by_the_second, [served, f"not ({by_months})"]),
        (earned, [served, by_months]),
        ("after_minor - before_minor", [f"service_end_at <= {now}", f"billed_at > {now}"]),
        ("after_minor - before_minor", [f"service_end_at <= {now}", "billed_at is null"]),
    )
    selects = " union all ".join(
        f"""select account_id, currency, count(*) as component_count,
            sum(case when is_billed then amount_minor - earned_minor else 0 end) as deferred_minor,
            sum(case when is_billed then 0 else earned_minor end) as unbilled_minor
        from (
            select account_id, currency, coalesce(billed_at <= {now}, false) as is_billed,
                after_minor - before_minor as amount_minor, {expression} as earned_minor
            from {COMPONENTS}
            where {" and ".join([*conditions, *filters])}
        ) as components
        group by account_id, currency"""
        for expression, filters in parts
    )
    return f"""
        select account_id, currency, sum(component_count), sum(deferred_minor), sum(unbilled_minor)
        from ({selects}) as parts
        group by account_id, currency
    """


def _earned_inside_month_sql(amount: str, at: datetime, boundary: datetime, zone: str) -> str:
    """Where periods end inside months: of the boundary's month the part of its service that has passed by then."""
    local, unit = boundary.astimezone(ZoneInfo(zone)), int(boundary.timestamp())
    starts = datetime(local.year, local.month, 1, tzinfo=ZoneInfo(zone))
    ends = datetime(local.year + local.month // 12, local.month % 12 + 1, 1, tzinfo=ZoneInfo(zone))
    low, high = (_earned_sql(amount, at, bound, zone, is_dated=False) for bound in (starts, ends))
    begun = f"greatest({int(starts.timestamp())}, starts_unit)"
    over = f"least({int(ends.timestamp())}, ends_unit)"
    passed = _evenly_sql(f"({high} - {low})", begun, over, str(unit))
    outside = f"{amount} = 0 or starts_unit >= ends_unit or starts_unit >= {unit} or ends_unit <= {unit}"
    whole = _earned_sql(amount, at, boundary, zone, is_dated=False)
    return f"case when {outside} then {whole} else {low} + {passed} end"


def _earned_sql(amount: str, at: datetime, boundary: datetime, zone: str, is_dated: bool = True) -> str:
    """What of an amount is earned by the boundary; the same arithmetic as `macros/revenue.sql`, from its columns.

    `is_dated`: the components are numbered by months; where periods are weeks, months are told from the instants.
    """
    unit, local = int(boundary.timestamp()), boundary.astimezone(ZoneInfo(zone))
    month = local.year * 12 + local.month - 1
    first_month = "first_month_number" if is_dated else _month_sql("service_start_at", zone)
    last_month = "last_month_number" if is_dated else _month_sql("(service_end_at - interval 1 second)", zone)
    # months of service in whole numbers: the month in which service ends counts only where it is the only one
    end_month = f"greatest({_month_sql('service_end_at', zone)}, {first_month} + 1)"
    second, last = (_month_start_sql(name, zone) for name in (f"{first_month} + 1", last_month))
    evenly = _evenly_sql(amount, "starts_unit", "ends_unit", str(unit))
    first = _evenly_sql(amount, "starts_unit", "ends_unit", second)
    middle = f"({_evenly_sql(amount, 'starts_unit', 'ends_unit', last)} - {first})"
    full, passed = f"({last_month} - {first_month} - 1)", f"({month} - {first_month} - 1)"
    return f"""case
        when {amount} = 0 then 0
        when starts_unit >= ends_unit then case when service_start_at <= {instant(at)} then {amount} else 0 end
        when starts_unit >= {unit} then 0
        when ends_unit <= {unit} then {amount}
        when policy = 'months_even' then {_evenly_sql(amount, first_month, end_month, str(month))}
        when policy = 'months_even_prorated' and {first_month} < {month} and {month} < {last_month}
            then {first} + ({middle} // {full}) * {passed}
        else {evenly} end"""


def _evenly_sql(amount: str, starts: str, ends: str, at: str) -> str:
    """`amount * (at - starts) / (ends - starts)`, half away from zero; in 64 bits wherever they suffice."""
    span = f"(({ends}) - ({starts}))"
    part = f"least(greatest({at} - ({starts}), 0), {span})"
    narrow = f"(abs({amount}) * {part} * 2 + {span}) // ({span} * 2)"
    wide = f"((abs({amount}::hugeint) * {part} * 2 + {span}) // ({span}::hugeint * 2))::bigint"
    fits = f"abs({amount}) < 100000000000 and {span} < 40000000"
    return f"(sign({amount}) * case when {fits} then {narrow} else {wide} end)"


def _boundary(at: datetime, zone: str, calendar: FiscalCalendar) -> datetime:
    """The instant up to which service is earned: `at`, or the end of the period whose last second it is."""
    whole = at.replace(microsecond=0)
    after = (whole + timedelta(seconds=1)).astimezone(ZoneInfo(zone))
    is_midnight = (after.hour, after.minute, after.second) == (0, 0, 0)
    return after if is_midnight and calendar.begins_period(after.date()) else whole


def _month_sql(moment: str, zone: str) -> str:
    local = f"({moment} at time zone {literal(zone)})"
    return f"(year({local}) * 12 + month({local}) - 1)"


def _month_start_sql(number: str, zone: str) -> str:
    """The first second of a numbered month; where midnight comes twice, the first of the two, as in the models."""
    midnight = (
        f"make_timestamp(({number}) // 12, ({number}) % 12 + 1, 1, 0, 0, 0) at time zone {literal(zone)}"
    )
    earlier = f"({midnight} - interval 1 hour)"
    is_same_day = f"day({earlier} at time zone {literal(zone)}) = 1"
    return f"(epoch_us(case when {is_same_day} then {earlier} else {midnight} end) // 1000000)"
