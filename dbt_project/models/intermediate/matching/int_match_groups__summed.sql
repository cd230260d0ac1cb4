{#-
What each group comes to, and what its difference is called.

A bank that takes its fee out of a transfer takes the same each time, or states it. A difference that occurs once and
is stated nowhere is for a person to name, however likely the match is.
-#}
{%- set recurring = 2 -%}
{#- Days after which money that the statements should show is missing, not on its way. -#}
{%- set clearing_days = 4 -%}
with

members as (
    select * from {{ ref('int_match_groups__unioned') }}
),

sums as (
    select
        match_kind,
        group_number,
        {{ text_hash(sorted_text("concat_ws(':', match_kind, account_id, side, object_kind, object_id)")) }} as match_id,
        {{ text_hash(sorted_text("concat_ws(':', side, object_id)")) }} as members_key,
        min(account_id) as account_id,
        min(currency) as currency,
        min(tier) as tier,
        min(confidence) as confidence,
        min(alternative_count) as alternative_count,
        min(status) as status,
        min(evidence) as evidence,
        cast(sum(case when side = 'left' then amount_minor else 0 end) as bigint) as left_minor,
        cast(sum(case when side = 'right' then amount_minor else 0 end) as bigint) as right_minor,
        count(case when side = 'left' then 1 end) as left_count,
        count(case when side = 'right' then 1 end) as right_count,
        min(date) as first_date,
        max(date) as last_date,
        max(known_until) as known_until,
        max(bank_account) as bank_account,
        cast(sum(fee_minor) as bigint) as fee_minor,
        cast(sum(charges_minor) as bigint) as charges_minor
    from members
    group by match_kind, group_number
),

counted as (
    select
        *,
        left_minor - right_minor as residual_minor,
        count(case when status <> 'unmatched' then 1 end)
            over (partition by match_kind, bank_account, left_minor - right_minor) as occurrences,
        {{ days_after('last_date', clearing_days) }} as clear_by
    from sums
),

named as (
    select counted.*, explained.code as explained_code
    from counted
    left join {{ ref('int_match_groups__explained') }} as explained
        on counted.match_kind = explained.match_kind
        and counted.members_key = explained.members_key
        and counted.currency = explained.currency
        and counted.residual_minor = explained.amount_minor
)

select
    {{ all_but(['clear_by', 'members_key', 'explained_code']) }},
    -- on its way only as long as no statement could show it
    case when status = 'unmatched' and left_count > 0 and (known_until is null or clear_by > known_until)
        then clear_by end as clear_by,
    case
        when residual_minor = 0 then null
        when explained_code is not null then explained_code
        when status = 'unmatched' and left_count > 0 and clear_by > known_until then 'in_transit'
        when status = 'unmatched' then 'missing_source'
        when match_kind = 'order_charge' then case when right_count > 1 and residual_minor < 0 then 'duplicate' end
        when residual_minor = charges_minor then 'bank_fee'
        when residual_minor = fee_minor then 'fee'
        when residual_minor > 0 and occurrences >= {{ recurring }} then 'bank_fee'
    end as residual_code
from named
