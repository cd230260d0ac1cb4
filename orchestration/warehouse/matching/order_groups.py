"""From claims to groups: what the charges of one order add up to, and what is missing."""

from __future__ import annotations

import duckdb
import pyarrow as pa

from orchestration.warehouse.matching.order_claims import BUYER, ENOUGH, LAG

# A shop that splits a payment takes its second part within so many days.
COMPLETES_WITHIN_SECONDS = 45 * 86_400
# Where too few orders are known to learn it from: a customer pays within an hour of ordering.
USUAL_LAG_SECONDS = (0, 3_600)
LEARNT_FROM = 20
# What a meeting by chance may still be expected before money and time alone are no evidence.
MOST_BY_CHANCE = 0.001
# Confidence of a group whose evidence is enough, and of one that a person has to look at.
SURE, LIKELY = 0.9999, 0.9


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
            select o.id as order_id, c.id as charge_id, {LAG} as lag_seconds, {BUYER} as buyer
            from paid
            inner join order_items as o on paid.order_id = o.id
            inner join charge_items as c
                on o.scope = c.scope and o.currency = c.currency and lower(o.customer) = lower(c.customer)
                and o.amount_minor - paid.paid_minor = c.amount_minor
            where paid.paid_minor < o.amount_minor and c.happened_at >= paid.first_at and c.order_reference is null
                and epoch(c.happened_at) <= epoch(paid.first_at) + {COMPLETES_WITHIN_SECONDS}
                and c.id not in (select charge_id from order_claims)
                and not exists (
                    select 1 from forbidden_pairs as f where f.order_id = o.id and f.charge_id = c.id
                )
        ),
        counted as (
            select *, count(*) over (partition by order_id) as charges, count(*) over (partition by charge_id) as orders
            from possible
        )
        select order_id, charge_id, 'remainder', {ENOUGH}, lag_seconds, buyer, 0
        from counted where charges = 1 and orders = 1
        """
    )


def usual_lag(connection: duckdb.DuckDBPyConnection) -> tuple[int, int]:
    """Seconds from order to charge, earliest and latest, as orders that ids have matched show them."""
    row = connection.execute(
        "select count(*), quantile_disc(lag_seconds, 0.001), quantile_disc(lag_seconds, 0.99) from order_claims "
        f"where named_by = 'both' or points > {ENOUGH}"
    ).fetchone()
    if row is None or row[0] < LEARNT_FROM:
        return USUAL_LAG_SECONDS
    return int(row[1]), max(int(row[2]), USUAL_LAG_SECONDS[1])


def meet_by_money_and_time(connection: duckdb.DuckDBPyConnection, lag: tuple[int, int]) -> None:
    """Temporary table `order_meetings`: free orders and free charges of one amount, near in time.

    Columns: order_id, charge_id, lag_seconds, buyer, by_chance (charges of this amount that would fall into the
    time by chance), rivals (other free charges or orders that fit as well).
    """
    low, high = lag
    connection.execute(
        f"""
        create or replace temp table order_meetings as
        with free_orders as (
            select * from order_items where expects_payment and id not in (select order_id from order_claims)
        ),
        free_charges as (
            select * from charge_items
            where id not in (select charge_id from order_claims) and invoice_id is null
                and order_reference is null
        ),
        span as (select greatest(epoch(max(happened_at)) - epoch(min(happened_at)), 86400) as seconds from charge_items),
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
            inner join density
                on o.scope = density.scope and o.currency = density.currency and o.amount_minor = density.amount_minor
            cross join span
            where epoch(c.happened_at) between epoch(o.happened_at) + {low} and epoch(o.happened_at) + {high}
        )
        select order_id, charge_id, lag_seconds, buyer, by_chance,
            greatest(
                count(*) over (partition by order_id, buyer), count(*) over (partition by charge_id, buyer)
            ) - 1 as rivals
        from met
        where buyer <> 'other'
            and not exists (
                select 1 from forbidden_pairs as f
                where f.order_id = met.order_id and f.charge_id = met.charge_id
            )
        """
    )
    # who is known to be the buyer comes before who may be
    connection.execute(
        "delete from order_meetings where buyer = 'unknown' and (order_id in "
        "(select order_id from order_meetings where buyer = 'same') or charge_id in "
        "(select charge_id from order_meetings where buyer = 'same'))"
    )


def groups_of_claims(connection: duckdb.DuckDBPyConnection) -> pa.Table:
    """One group per order with claims: sure when the money is the order's, in one sum, in parts, or paid twice."""
    return connection.execute(
        f"""
        with sums as (
            select order_id, count(*) as charges, sum(c.amount_minor)::bigint as paid_minor,
                any_value(o.amount_minor) as ordered_minor, any_value(o.expects_payment) as expects_payment,
                bool_and(c.amount_minor = o.amount_minor) as each_is_whole,
                min(points) as points, max(rivals) as rivals, max(lag_seconds) as lag_seconds,
                list(distinct named_by order by named_by) as named_by, list(distinct buyer order by buyer) as buyers
            from order_claims
            inner join order_items as o on order_claims.order_id = o.id
            inner join charge_items as c on order_claims.charge_id = c.id
            group by order_id
        ),
        judged as (
            select *, row_number() over (order by order_id) - 1 as group_number,
                ordered_minor - paid_minor as missing_minor,
                case
                    when rivals > 0 then 'ambiguous'
                    when not expects_payment or points < {ENOUGH} then 'review'
                    when paid_minor = ordered_minor or each_is_whole then 'auto'
                    else 'review'
                end as status
            from sums
        ),
        told as (
            select group_number, order_id, 'a' as tier, status, rivals as alternative_count,
                case status when 'auto' then {SURE} when 'ambiguous' then 1.0 / (rivals + 1) else {LIKELY} end
                    as confidence,
                to_json(list_filter([
                    case when list_contains(named_by, 'both') then 'order and charge name each other' end,
                    case when list_contains(named_by, 'charge') then 'the charge names the order' end,
                    case when list_contains(named_by, 'order') then 'the order names the charge' end,
                    case when list_contains(named_by, 'remainder')
                        then 'the same buyer paid exactly what was missing' end,
                    case when list_contains(buyers, 'same') then 'the buyer is the same' end,
                    case when list_contains(buyers, 'other') then 'the buyers differ' end,
                    case
                        when paid_minor = ordered_minor and charges > 1 then concat(charges, ' charges add up to it')
                        when paid_minor = ordered_minor then 'the money is equal'
                        when each_is_whole then concat('paid ', charges, ' times: each charge is the whole amount')
                        when missing_minor > 0 then concat(missing_minor, ' minor units are missing')
                        else concat('charged ', -missing_minor, ' minor units too much')
                    end,
                    case when not expects_payment then 'the order expects no payment' end,
                    case when rivals > 0 then concat(rivals, ' other orders have as good a claim') end
                ], lambda said : said is not null))::varchar as evidence
            from judged
        )
        select group_number, tier, confidence, alternative_count, status, evidence, 'left' as side, order_id as item_id
        from told
        union all
        select told.group_number, tier, confidence, alternative_count, status, evidence, 'right', claims.charge_id
        from told
        inner join order_claims as claims on told.order_id = claims.order_id
        order by 1, 7, 8
        """
    ).to_arrow_table()


def groups_of_meetings(connection: duckdb.DuckDBPyConnection) -> pa.Table:
    """One group per pair that only money, time and buyer speak for, and per set that they cannot tell apart."""
    return connection.execute(
        f"""
        with alone as (
            select *, 0 as others from order_meetings where rivals = 0
            union all
            -- of several that fit, only orders and charges in one sequence are told apart, and not for sure
            select * exclude (place, mirror), rivals as others
            from (
                select *, row_number() over (partition by order_id order by abs(lag_seconds), charge_id) as place,
                    row_number() over (partition by charge_id order by abs(lag_seconds), order_id) as mirror
                from order_meetings where rivals > 0
            )
            where place = 1 and mirror = 1
        ),
        told as (
            select *, row_number() over (order by order_id) - 1 as group_number,
                case
                    when others > 0 then 'ambiguous'
                    when buyer = 'same' or by_chance <= {MOST_BY_CHANCE} then 'auto'
                    else 'review'
                end as status,
                to_json(list_filter([
                    'the money is equal',
                    concat('paid ', lag_seconds, ' seconds after the order'),
                    case buyer when 'same' then 'the buyer is the same' else 'the buyer of one is not known' end,
                    case when others > 0 then concat(others, ' others fit as well') else 'no other fits' end,
                    concat('expected by chance: ', printf('%.1e', by_chance))
                ], lambda said : said is not null))::varchar as evidence
            from alone
        ),
        rated as (
            select group_number, 'b' as tier,
                case status when 'auto' then {SURE} when 'ambiguous' then 1.0 / (others + 1) else {LIKELY} end
                    as confidence,
                others as alternative_count, status, evidence, order_id, charge_id
            from told
        )
        select * exclude (order_id, charge_id), 'left' as side, order_id as item_id from rated
        union all
        select * exclude (order_id, charge_id), 'right', charge_id from rated
        order by 1, 7, 8
        """
    ).to_arrow_table()
