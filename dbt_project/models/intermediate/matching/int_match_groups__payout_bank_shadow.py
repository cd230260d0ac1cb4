"""The same match as `int_match_groups__payout_bank`, had every decision been accepted as a lesson."""


def model(dbt, session):
    dbt.config(materialized="table")
    from orchestration.warehouse.matching.live import match_payouts_in_shadow

    return match_payouts_in_shadow(
        session,
        dbt.ref("int_match_items__payouts").to_arrow_table(),
        dbt.ref("int_match_items__bank").to_arrow_table(),
        dbt.ref("int_decision_members").to_arrow_table(),
        dbt.ref("match_calibration").to_arrow_table(),
        dbt.ref("int_match_lessons").to_arrow_table(),
        dbt.ref("int_match_groups__payout_bank").to_arrow_table(),
    )
