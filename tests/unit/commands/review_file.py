"""A small publication with matches and exceptions, made by hand with the contract's columns."""

from __future__ import annotations

# match, kind, tier, confidence, alternatives, status, currency, left, right, residual, evidence
MATCHES = [
    ("m_auto", "payout_bank", "a", "0.9999", 0, "auto", "usd", 10000, 10000, 0, "The trace id is the bank's reference."),
    ("m_review", "payout_bank", "c", "0.8100", 0, "review", "usd", 6000, 5950, 50,
     "The amounts differ by 0.50 usd.; Both are of 3 March."),
    ("m_twin", "payout_bank", "c", "0.5000", 2, "ambiguous", "usd", 2500, 2500, 0, '["Two payouts have this amount."]'),
    ("m_alone", "payout_bank", "c", "0.0000", 0, "unmatched", "usd", 2500, None, 2500, ""),
    ("m_yen", "order_charge", "b", "0.7000", 0, "review", "jpy", 900000, 900000, 0, ""),
]
# match, side, object kind, object id, amount
MEMBERS = [
    ("m_auto", "left", "payout", "po_1", 10000), ("m_auto", "right", "bank_entry", "be_1", 10000),
    ("m_review", "left", "payout", "po_2", 6000), ("m_review", "right", "bank_entry", "be_2", 5950),
    ("m_twin", "left", "payout", "po_3", 2500), ("m_twin", "right", "bank_entry", "be_3", 2500),
    ("m_alone", "left", "payout", "po_4", 2500),
    ("m_yen", "left", "order", "order_7", 900000), ("m_yen", "right", "charge", "ch_7", 900000),
]
# exception, kind, object kind, object, currency, amount, age
EXCEPTIONS = [
    ("x_payout", "clearing_overdue", "payout", "po_2", "usd", 6000, 9),
    ("x_odd", "unknown_transaction_type", "balance_transaction", "txn_9", "usd", -125, 3),
    ("x_yen", "balance_differs", "balance", "platform:jpy", "jpy", 70, 1),
    ("x_event", "event_divergence", "customer", "cus_1", None, None, 40),
]


def _values(rows: list[tuple[object, ...]]) -> str:
    def literal(value: object) -> str:
        if value is None:
            return "null"
        return str(value) if isinstance(value, int) else "'" + str(value).replace("'", "''") + "'"

    return ", ".join(f"({', '.join(map(literal, row))})" for row in rows)


EXCEPTIONS_SQL = f"""
drop table marts.fct_exceptions;
create table marts.fct_exceptions as select exception_id, 'platform' as account_id, kind, object_kind, object_id, currency,
    amount_minor::bigint as amount_minor, timestamptz '2026-04-01' - to_days(age_days) as opened_at,
    age_days::integer as age_days, 'it is odd' as reason, 'Look at it.' as suggested_action, 'open' as status,
    null::varchar as decision_id
from (values {_values(EXCEPTIONS)}) as t (exception_id, kind, object_kind, object_id, currency, amount_minor, age_days);
"""
MATCHES_SQL = f"""
create table marts.fct_matches as select match_id, 'platform' as account_id, match_kind, tier,
    confidence::decimal(6, 4) as confidence, alternative_count::bigint as alternative_count, status, currency,
    left_minor::bigint as left_minor, right_minor::bigint as right_minor, residual_minor::bigint as residual_minor, evidence
from (values {_values(MATCHES)}) as t (match_id, match_kind, tier, confidence, alternative_count, status, currency,
    left_minor, right_minor, residual_minor, evidence);
create table marts.fct_match_members as select match_id, 'platform' as account_id, side, object_kind, object_id,
    m.currency, amount_minor::bigint as amount_minor
from (values {_values(MEMBERS)}) as t (match_id, side, object_kind, object_id, amount_minor)
join marts.fct_matches as m using (match_id);
create table marts.fct_residuals as select match_id, 'platform' as account_id, code, 'usd' as currency,
    amount_minor::bigint as amount_minor, evidence_ids
from (values ('m_review', 'bank_fee', 30, 'be_2'), ('m_review', 'unexplained', 20, ''), ('m_auto', 'unexplained', 0, ''))
    as t (match_id, code, amount_minor, evidence_ids);
create table marts.fct_bank_entries as select 'platform' as account_id, 'be_' || i as bank_entry_id, 'DE01' as bank_account,
    date '2026-03-01' + i::int as booked_date, 'STRIPE PAYOUT ' || i as description, 'ref' || i as reference
from range(1, 5) as t (i);
create table staging.stg_stripe__payouts as select 'platform' as account_id, 'po_' || i as payout_id,
    timestamptz '2026-03-01' + to_days(i::int) as arrival_at, 'paid' as status, 'LANTERN' as statement_descriptor
from range(1, 5) as t (i);
"""
SHADOW_SQL = """
create table marts.fct_match_shadow as
select 'new' as change, 'payout_bank' as match_kind, 'po_4' as left_ids, 'be_4' as right_ids, 2500::bigint as amount_minor,
    'usd' as currency, 'unmatched' as live_status, 'auto' as shadow_status
union all
select 'lost', 'payout_bank', 'po_1', 'be_1', 10000, 'usd', 'auto', 'review';
"""
