"""Payouts against bank lines: the matcher itself is `orchestration.warehouse.matching`."""


def model(dbt, session):
    dbt.config(materialized="table")
    from orchestration.warehouse.matching.decided import Decisions
    from orchestration.warehouse.matching.payout_bank import match_payouts

    return match_payouts(
        session,
        dbt.ref("int_match_items__payouts").to_arrow_table(),
        dbt.ref("int_match_items__bank").to_arrow_table(),
        Decisions.of_kind("payout_bank", dbt.ref("int_decision_members").to_arrow_table()),
    )
