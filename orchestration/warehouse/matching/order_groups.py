"""From matched orders and charges to groups: what the charges of one order add up to, and what is missing."""

from __future__ import annotations

import duckdb
import pyarrow as pa

from orchestration.warehouse.matching.order_claims import ENOUGH
from orchestration.warehouse.matching.order_meetings import MOST_BY_CHANCE

# Confidence of a group whose evidence is enough, and of one that a person has to look at.
SURE, LIKELY = 0.9999, 0.9

# What speaks for a group, in words; columns are those of `judged` and `alone` below.
_SAID_OF_CLAIM = """
to_json(list_filter([
    case when list_contains(named_by, 'both') then 'order and charge name each other' end,
    case when list_contains(named_by, 'charge') then 'the charge names the order' end,
    case when list_contains(named_by, 'order') then 'the order names the charge' end,
    case when list_contains(named_by, 'remainder') then 'the same buyer paid exactly what was missing' end,
    case when list_contains(named_by, 'part') then 'no other two charges of the buyer add up to it' end,
    case when list_contains(named_by, 'repeat')
        then 'a charge without an order repeats it within the hour' end,
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
], lambda said : said is not null))::varchar"""
_SAID_OF_MEETING = """
to_json(list_filter([
    'the money is equal',
    concat('paid ', abs(lag_seconds), ' seconds ', case when lag_seconds < 0 then 'before' else 'after' end,
        ' the order'),
    case buyer when 'same' then 'the buyer is the same' else 'the buyer of one is not known' end,
    case when others > 0 then concat(others, ' others fit as well') else 'no other fits' end,
    case when buyer <> 'same'
        then concat('charges of this money at this time expected by chance: ', printf('%.1e', by_chance)) end
], lambda said : said is not null))::varchar"""


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
                {_SAID_OF_CLAIM} as evidence
            from judged
        )
        select group_number, tier, confidence, alternative_count, status, evidence, 'left' as side,
            order_id as item_id
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
                {_SAID_OF_MEETING} as evidence
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
