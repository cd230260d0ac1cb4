"""Orders against charges: the matcher itself is `orchestration.warehouse.matching`."""


def model(dbt, session):
    dbt.config(materialized="table")
    from orchestration.warehouse.matching.decided import Decisions
    from orchestration.warehouse.matching.orders import match_orders

    return match_orders(
        session,
        dbt.ref("int_match_items__orders").to_arrow_table(),
        dbt.ref("int_match_items__charges").to_arrow_table(),
        Decisions.of_kind("order_charge", dbt.ref("int_decision_members").to_arrow_table()),
    )
