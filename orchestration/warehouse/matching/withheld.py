"""Matches that differ in money: sure only if the difference is of a kind that can be named.

A bank that takes its fee out of a transfer takes the same fee each time, or states it. A difference that occurs
once and is stated nowhere is for a person to name, however likely the pair is.
"""

from __future__ import annotations

import duckdb
import pyarrow as pa

# The same difference at one bank account so often is its price.
RECURRING = 2


def judge_withheld(
    connection: duckdb.DuckDBPyConnection, groups: pa.Table, payouts: pa.Table, lines: pa.Table
) -> pa.Table:
    """The groups, those with a difference that nothing names set to review, and the reason in their evidence.

    Args:
        payouts: With fee_minor: what Stripe may take out of the payout.
        lines: With bank_account and charges_minor.
    """
    for name, table in (("g", groups), ("p", payouts), ("b", lines)):
        connection.register(f"withheld_{name}", table)
    judged = connection.execute(
        f"""
        with sums as (
            select g.group_number, any_value(g.status) as status,
                sum(coalesce(p.amount_minor, 0))::bigint - sum(coalesce(b.amount_minor, 0))::bigint as difference,
                max(b.bank_account) as bank_account, sum(coalesce(b.charges_minor, 0))::bigint as charges,
                sum(coalesce(p.fee_minor, 0))::bigint as fee
            from withheld_g as g
            left join withheld_p as p on g.side = 'left' and g.item_id = p.id
            left join withheld_b as b on g.side = 'right' and g.item_id = b.id
            where g.status <> 'unmatched'
            group by g.group_number
        ),
        counted as (
            select *, count(*) over (partition by bank_account, difference) as times
            from sums where difference <> 0
        ),
        named as (
            select group_number,
                case
                    when difference = charges then concat('the bank states charges of ', charges, ' minor units')
                    when difference = fee then concat('Stripe states a fee of ', fee, ' minor units')
                    when difference > 0 and times >= {RECURRING}
                        then concat('this account differs by ', difference, ' minor units in ', times, ' matches')
                end as reason
            from counted
        )
        select g.group_number, g.tier, g.confidence, g.alternative_count,
            case when g.status = 'auto' and named.group_number is not null and named.reason is null then 'review'
                else g.status end as status,
            case when named.group_number is null then g.evidence
                else to_json(list_append(from_json(g.evidence, '["VARCHAR"]'),
                    coalesce(named.reason, 'nothing names the difference')))::varchar end as evidence,
            g.side, g.item_id
        from withheld_g as g
        left join named on g.group_number = named.group_number
        order by g.group_number, g.side, g.item_id
        """
    ).to_arrow_table()
    for name in "gpb":
        connection.unregister(f"withheld_{name}")
    return judged
