"""Orders and charges without a word about each other: equal money at the right time, remainders, and two parts."""

from __future__ import annotations

import duckdb

from orchestration.warehouse.matching.order_claims import BUYER, CLOCK_SLACK_SECONDS, ENOUGH, LAG

# Where too few orders are known to learn it from: a customer pays within an hour of ordering.
USUAL_LAG_SECONDS = (0, 3_600)
# An order book that knows only days says midnight, in a zone of its own.
USUAL_LAG_OF_DAYS_SECONDS = (-86_400 // 2, 2 * 86_400)
LEARNT_FROM = 20
# What a meeting by chance may still be expected before money and time alone are evidence.
MOST_BY_CHANCE = 0.001
# A shop that splits a payment takes its second part within so many days; surely within a week.
COMPLETES_WITHIN_SECONDS, SURELY_WITHIN_SECONDS = 45 * 86_400, 7 * 86_400
# A shop that charges twice by mistake does so within the hour.
REPEATS_WITHIN_SECONDS = 3_600
# Of a buyer with more open charges than this, two that add up to something mean nothing.
MOST_CHARGES_OF_A_BUYER = 30

_FREE = (
    "c.invoice_id is null and not c.names_another_order and c.id not in (select charge_id from order_claims)"
)
_NOT_MET = "c.id not in (select charge_id from order_meetings)"


def _allowed(order: str, *charges: str) -> str:
    return (
        f"not exists (select 1 from forbidden_pairs as f where f.order_id = {order} "
        f"and f.charge_id in ({', '.join(charges)}))"
    )


def usual_lag(connection: duckdb.DuckDBPyConnection) -> tuple[int, int]:
    """Seconds from order to charge, earliest and latest, as orders that ids have matched show them."""
    row = connection.execute(
        "select count(*), quantile_disc(lag_seconds, 0.001), quantile_disc(lag_seconds, 0.99) from order_claims "
        f"where named_by = 'both' or points > {ENOUGH}"
    ).fetchone()
    if row is None or row[0] < LEARNT_FROM:
        days = connection.execute(
            "select 10 * count(*) filter (epoch(happened_at)::bigint % 86400 = 0) >= 9 * count(*) from order_items"
        ).fetchone()
        return USUAL_LAG_OF_DAYS_SECONDS if days and days[0] else USUAL_LAG_SECONDS
    return int(row[1]), max(int(row[2]), USUAL_LAG_SECONDS[1])


def meet_by_money_and_time(connection: duckdb.DuckDBPyConnection, lag: tuple[int, int]) -> None:
    """Temporary table `order_meetings`: free orders and free charges of one amount, near in time.

    Columns: order_id, charge_id, lag_seconds, buyer, by_chance (charges of this amount that would fall into the
    time by chance), rivals (other free charges or orders that fit as well).
    """
    low, high = lag
    width = max(high - low, USUAL_LAG_SECONDS[1])
    connection.execute(
        f"""
        create or replace temp table order_meetings as
        with free_orders as (
            -- by stretches of time, so that a common price does not join a year of orders with a year of charges
            select *, unnest(range(
                (epoch(happened_at)::bigint + {low}) // {width}, (epoch(happened_at)::bigint + {high}) // {width} + 1
            )) as stretch
            from order_items where expects_payment and id not in (select order_id from order_claims)
        ),
        free_charges as (
            select *, epoch(happened_at)::bigint // {width} as stretch from charge_items as c where {_FREE}
        ),
        span as (
            select greatest(epoch(max(happened_at)) - epoch(min(happened_at)), 86400) as seconds from charge_items
        ),
        density as (
            select scope, currency, amount_minor, count(*) as charges
            from charge_items group by scope, currency, amount_minor
        ),
        met as (
            select o.id as order_id, c.id as charge_id, {LAG} as lag_seconds, {BUYER} as buyer,
                density.charges * ({high} - {low} + 1) / span.seconds as by_chance
            from free_orders as o
            inner join free_charges as c
                on o.scope = c.scope and o.currency = c.currency and o.amount_minor = c.amount_minor
                and o.stretch = c.stretch
            inner join density
                on o.scope = density.scope and o.currency = density.currency and o.amount_minor = density.amount_minor
            cross join span
            where {LAG} between {low} and {high}
        )
        select order_id, charge_id, lag_seconds, buyer, by_chance,
            greatest(
                count(*) over (partition by order_id, buyer), count(*) over (partition by charge_id, buyer)
            ) - 1 as rivals
        from met
        where buyer <> 'other' and {_allowed("met.order_id", "met.charge_id")}
        """
    )
    # who is known to be the buyer comes before who may be
    connection.execute(
        "delete from order_meetings where buyer = 'unknown' and (order_id in "
        "(select order_id from order_meetings where buyer = 'same') or charge_id in "
        "(select charge_id from order_meetings where buyer = 'same'))"
    )


def complete_partly_paid(connection: duckdb.DuckDBPyConnection) -> None:
    """Add to `order_claims` the one free charge of the same buyer that is exactly what an order lacks."""
    connection.execute(
        f"""
        insert into order_claims
        with paid as (
            select order_id, sum(c.amount_minor)::bigint as paid_minor, min(c.happened_at) as first_at
            from order_claims inner join charge_items as c on order_claims.charge_id = c.id
            group by order_id
        ),
        possible as (
            select o.id as order_id, c.id as charge_id, {LAG} as lag_seconds
            from paid
            inner join order_items as o on paid.order_id = o.id
            inner join charge_items as c
                on o.scope = c.scope and o.currency = c.currency and lower(o.customer) = lower(c.customer)
                and o.amount_minor - paid.paid_minor = c.amount_minor
            where {_FREE} and {_NOT_MET} and {_allowed("o.id", "c.id")} and c.happened_at >= paid.first_at
                and epoch(c.happened_at) <= epoch(paid.first_at) + {COMPLETES_WITHIN_SECONDS}
        ),
        counted as (
            select *, count(*) over (partition by order_id) as charges, count(*) over (partition by charge_id) as orders
            from possible
        )
        select order_id, charge_id, 'remainder', {ENOUGH}, lag_seconds, 'same', 0
        from counted where charges = 1 and orders = 1
        """
    )


def add_up_parts(connection: duckdb.DuckDBPyConnection) -> None:
    """Add to `order_claims` the only two free charges of an order's buyer that add up to it, soon after it."""
    connection.execute(
        f"""
        insert into order_claims
        with free_charges as (
            select c.*, count(*) over (partition by scope, currency, lower(customer)) as charges_of_buyer
            from charge_items as c where {_FREE} and {_NOT_MET} and customer is not null
        ),
        possible as (
            select o.id as order_id, c.id as charge_id, later.id as later_id, {LAG} as lag_seconds,
                epoch(later.happened_at) - epoch(o.happened_at) as later_lag
            from order_items as o
            inner join free_charges as c
                on o.scope = c.scope and o.currency = c.currency and lower(o.customer) = lower(c.customer)
            inner join free_charges as later
                on o.scope = later.scope and o.currency = later.currency
                and lower(o.customer) = lower(later.customer) and c.amount_minor + later.amount_minor = o.amount_minor
            where o.expects_payment and o.id not in (select order_id from order_claims)
                and o.id not in (select order_id from order_meetings)
                and c.charges_of_buyer <= {MOST_CHARGES_OF_A_BUYER}
                and (c.happened_at, c.id) < (later.happened_at, later.id)
                and {LAG} >= -{CLOCK_SLACK_SECONDS}
                and epoch(later.happened_at) <= epoch(o.happened_at) + {COMPLETES_WITHIN_SECONDS}
                and {_allowed("o.id", "c.id", "later.id")}
        ),
        parts as (
            select order_id, charge_id, lag_seconds, later_lag from possible
            union all
            select order_id, later_id, lag_seconds, later_lag from possible
        ),
        counted as (
            select *, count(*) over (partition by order_id) as parts, count(*) over (partition by charge_id) as orders
            from parts
        )
        select order_id, charge_id, 'part',
            case when later_lag <= {SURELY_WITHIN_SECONDS} then {ENOUGH} else {ENOUGH} - 1 end, lag_seconds, 'same', 0
        from counted
        -- two parts are one pair; a charge that fits two orders fits none for sure
        where parts = 2 and order_id not in (select order_id from counted where orders > 1)
        """
    )


def find_repeats(connection: duckdb.DuckDBPyConnection) -> None:
    """Add to `order_claims` the one free charge that repeats the charge of an order within an hour: paid twice?

    Too few points to be sure: a customer may buy the same thing again, and the second order be missing.
    """
    connection.execute(
        f"""
        insert into order_claims
        with span as (
            select greatest(epoch(max(happened_at)) - epoch(min(happened_at)), 86400) as seconds from charge_items
        ),
        density as (
            select scope, currency, amount_minor, count(*) as charges
            from charge_items group by scope, currency, amount_minor
        ),
        possible as (
            select o.id as order_id, c.id as charge_id, {LAG} as lag_seconds
            from order_claims as claims
            inner join order_items as o on claims.order_id = o.id
            inner join charge_items as first on claims.charge_id = first.id
            inner join charge_items as c
                on first.scope = c.scope and first.currency = c.currency and first.amount_minor = c.amount_minor
                and first.customer is not distinct from c.customer
            inner join density
                on c.scope = density.scope and c.currency = density.currency and c.amount_minor = density.amount_minor
            cross join span
            where first.amount_minor = o.amount_minor and {_FREE} and {_NOT_MET} and {_allowed("o.id", "c.id")}
                and epoch(c.happened_at) - epoch(first.happened_at) between 0 and {REPEATS_WITHIN_SECONDS}
                -- of a buyer without a name only what hardly happens by chance
                and (
                    c.customer is not null
                    or density.charges * {REPEATS_WITHIN_SECONDS} / span.seconds <= {MOST_BY_CHANCE}
                )
        ),
        counted as (
            select *, count(*) over (partition by order_id) as charges, count(*) over (partition by charge_id) as orders
            from possible
        )
        select order_id, charge_id, 'repeat', {ENOUGH} - 1, lag_seconds, 'unknown', 0
        from counted where charges = 1 and orders = 1
        """
    )
