"""Orders against charges: the matcher itself is `orchestration.warehouse.matching`."""


def model(dbt, session):
    dbt.config(materialized="table")
    from orchestration.warehouse.matching.decided import Decisions
    from orchestration.warehouse.matching.orders import match_orders

    decided = (
        dbt.ref("int_decision_members")
        .set_alias("members")
        .join(dbt.ref("int_decisions").set_alias("decisions"), "members.decision_id = decisions.decision_id")
        .filter("decisions.match_kind = 'order_charge'")
        .project("members.decision_id, members.action, side, object_id, decided_by, reason")
    )
    return match_orders(
        session,
        dbt.ref("int_match_items__orders").to_arrow_table(),
        dbt.ref("int_match_items__charges").to_arrow_table(),
        Decisions.of(decided.to_arrow_table()),
    )
