"""Orders against charges: ids first, but weighed; then remainders, then money and time, then a person.

The order book says who should have paid what; charges say what came. One order may have several charges (parts,
or paid twice), one charge belongs to one order at most. Orders that expect no payment are matched by ids only.
"""

from __future__ import annotations

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from orchestration.warehouse.matching.decided import Decisions
from orchestration.warehouse.matching.groups import LEFT, RIGHT, SCHEMA, GroupBook, unmatched
from orchestration.warehouse.matching.order_claims import note_numbering, weigh_claims
from orchestration.warehouse.matching.order_groups import groups_of_claims, groups_of_meetings
from orchestration.warehouse.matching.order_meetings import (
    add_up_parts,
    complete_partly_paid,
    find_repeats,
    meet_by_money_and_time,
    usual_lag,
)

_VIEWS = ("order_items", "charges_received", "forbidden_pairs")
_TABLES = ("charge_items", "order_claims", "order_meetings")


def match_orders(
    connection: duckdb.DuckDBPyConnection, orders: pa.Table, charges: pa.Table, decisions: Decisions
) -> pa.Table:
    """All groups of orders and charges, and what should have a counterpart but has none.

    Args:
        orders: id, object_id, scope, currency, happened_at, amount_minor, reference, customer, expects_payment.
        charges: id, scope, currency, happened_at, amount_minor, reference, customer, order_reference, invoice_id.
        decisions: What people decided about orders and charges.

    Returns:
        One row per member (`groups.SCHEMA`). Of what is unmatched, orders that expect no payment are left out,
        and charges that an invoice bills or that lie outside the days of their tenant's order book.
    """
    book = GroupBook()
    decisions.apply(book, orders, charges)
    forbidden = sorted(decisions.forbidden)
    views = (
        book.free(LEFT, orders),
        book.free(RIGHT, charges),
        pa.table(
            {
                "order_id": pa.array([pair[0] for pair in forbidden], pa.string()),
                "charge_id": pa.array([pair[1] for pair in forbidden], pa.string()),
            }
        ),
    )
    for name, view in zip(_VIEWS, views, strict=True):
        connection.register(name, view)
    try:
        note_numbering(connection)
        weigh_claims(connection)
        meet_by_money_and_time(connection, usual_lag(connection))
        complete_partly_paid(connection)
        add_up_parts(connection)
        find_repeats(connection)
        book.extend(groups_of_claims(connection))
        book.extend(groups_of_meetings(connection))
    finally:
        for name in _TABLES:
            connection.execute(f"drop table if exists temp.{name}")
        for name in _VIEWS:
            connection.unregister(name)
    book.extend(unmatched(LEFT, book.free(LEFT, orders.filter(orders["expects_payment"]))))
    book.extend(unmatched(RIGHT, book.free(RIGHT, _charges_of_orders(orders, charges))))
    return book.table().cast(SCHEMA)


def _charges_of_orders(orders: pa.Table, charges: pa.Table) -> pa.Table:
    """Charges for which there should be an order: of a tenant with an order book, in its days, billed by no invoice."""
    spans = orders.group_by("scope").aggregate([("date", "min"), ("date", "max")])
    joined = charges.select(["id", "scope", "date", "invoice_id"]).join(spans, "scope", join_type="inner")
    inside = pc.and_(
        pc.greater_equal(joined["date"], joined["date_min"]),
        pc.less_equal(joined["date"], joined["date_max"]),
    )
    ids = joined.filter(pc.and_(inside, pc.is_null(joined["invoice_id"])))["id"].combine_chunks()
    return charges.filter(pc.is_in(charges["id"], value_set=ids))
