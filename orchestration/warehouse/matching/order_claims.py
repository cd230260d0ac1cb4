"""Orders and charges that name each other: which order has the best claim on a charge.

An id is a strong word, not the last one: a shop repeats references, mistypes them, and retries a payment under a
new order number. So every order that claims a charge, or that the charge names, is weighed with what else speaks
for it, and a charge goes to one order at most.
"""

from __future__ import annotations

import duckdb

# What speaks for a pair, in points; only their order matters, and the sum that is enough to be sure.
NAMED_BY_CHARGE, NAMED_BY_ORDER = 4, 3
EQUAL_MONEY = 3
SAME_BUYER, OTHER_BUYER = 2, -3
IN_TIME, BEFORE_THE_ORDER = 1, -3
ENOUGH = 6
# Clocks of shops differ from Stripe's, and some note an order only once it is paid.
CLOCK_SLACK_SECONDS = 3_600

# Two buyers can be compared only when both are customer ids or both are not.
SAME_KIND_OF_NAME = "starts_with(o.customer, 'cus_') = starts_with(c.customer, 'cus_')"
BUYER = (
    "case when o.customer is null or c.customer is null then 'unknown' "
    "when lower(o.customer) = lower(c.customer) then 'same' "
    f"when {SAME_KIND_OF_NAME} then 'other' else 'unknown' end"
)
LAG = "(epoch(c.happened_at) - epoch(o.happened_at))::bigint"


def note_numbering(connection: duckdb.DuckDBPyConnection) -> None:
    """Temporary table `charge_items`: the charges received, and whether they name an order that is not in the book.

    A shop may pass on numbers of another kind than those in its order book. Where most of them lead nowhere, they
    say nothing; else a charge that names an unknown order is the payment of an order that is missing.
    """
    connection.execute(
        """
        create or replace temp table charge_items as
        with known as (
            select c.*, o.id is not null as is_known
            from charges_received as c
            left join (select distinct scope, object_id, object_id as id from order_items) as o
                on c.scope = o.scope and c.order_reference = o.object_id
        ),
        numbering as (
            select scope, 2 * count(*) filter (is_known) >= count(*) as is_that_of_the_book
            from known where order_reference is not null group by scope
        )
        select known.* exclude (is_known),
            order_reference is not null and not is_known and coalesce(is_that_of_the_book, false) as names_another_order
        from known left join numbering on known.scope = numbering.scope
        """
    )


def weigh_claims(connection: duckdb.DuckDBPyConnection) -> None:
    """Temporary table `order_claims`: one row per charge that is claimed, with the order that has the best claim.

    Reads `order_items`, `charge_items` and `forbidden_pairs`. Columns: order_id, charge_id, named_by
    (both, charge, order), points, lag_seconds, buyer, rivals (orders with a claim as good).
    """
    connection.execute(
        f"""
        create or replace temp table order_claims as
        with named as (
            select o.id as order_id, c.id as charge_id
            from order_items as o inner join charge_items as c on o.scope = c.scope and o.reference = c.reference
            where o.currency = c.currency
            union
            select o.id, c.id
            from order_items as o inner join charge_items as c on o.scope = c.scope and o.object_id = c.order_reference
            where o.currency = c.currency
        ),
        weighed as (
            select named.order_id, named.charge_id, {LAG} as lag_seconds, {BUYER} as buyer,
                coalesce(o.reference = c.reference, false) as by_order,
                coalesce(o.object_id = c.order_reference, false) as by_charge,
                o.amount_minor = c.amount_minor as is_equal, o.expects_payment
            from named
            inner join order_items as o on named.order_id = o.id
            inner join charge_items as c on named.charge_id = c.id
            where not exists (
                select 1 from forbidden_pairs as f
                where f.order_id = named.order_id and f.charge_id = named.charge_id
            )
        ),
        pointed as (
            select order_id, charge_id, lag_seconds, buyer, expects_payment,
                case when by_order and by_charge then 'both' when by_charge then 'charge' else 'order' end as named_by,
                by_charge::int * {NAMED_BY_CHARGE} + by_order::int * {NAMED_BY_ORDER}
                    + is_equal::int * {EQUAL_MONEY}
                    + case buyer when 'same' then {SAME_BUYER} when 'other' then {OTHER_BUYER} else 0 end
                    + case when lag_seconds >= -{CLOCK_SLACK_SECONDS} then {IN_TIME} else {BEFORE_THE_ORDER} end
                    as points
            from weighed
        ),
        ranked as (
            select *,
                row_number() over (
                    partition by charge_id order by points desc, abs(lag_seconds), order_id
                ) as place,
                -1 + count(*) over (partition by charge_id, points, abs(lag_seconds)) as rivals
            from pointed
        )
        select order_id, charge_id, named_by, points, lag_seconds, buyer, rivals
        from ranked
        -- an id that nothing else supports, or that everything else speaks against, is a wrong id
        where place = 1 and points >= {NAMED_BY_ORDER}
        """
    )
