"""Payouts against bank lines: the matcher itself is `orchestration.warehouse.matching`."""


def model(dbt, session):
    dbt.config(materialized="table")
    from orchestration.warehouse.matching.live import match_payouts_live

    return match_payouts_live(
        session,
        dbt.ref("int_match_items__payouts").to_arrow_table(),
        dbt.ref("int_match_items__bank").to_arrow_table(),
        dbt.ref("int_decision_members").to_arrow_table(),
        dbt.ref("match_calibration").to_arrow_table(),
        dbt.ref("int_match_lessons").to_arrow_table(),
    )
