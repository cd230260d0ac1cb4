{#-
What closed periods would hold by now, less what was frozen in them: facts that came late, facts that changed, and rules
that changed are all the same here. Corrections that were frozen since count as frozen, so nothing is corrected twice.

An increment looks only at what it posts anew: billing whole, and changed sources of recognition and of money; another set of
closed periods is another whole build.
-#}
{%- set keys = [
    'account_id', 'source_object_id', 'subledger', 'leg', 'ledger_account', 'clearing_id', 'currency',
    'counterparty_account_id', 'is_mirror',
] -%}
{%- set key = keys | join(', ') -%}
{#- Restated periods are told apart by themselves; corrections keep the month that they correct. -#}
{%- set month = period_start('posting_date') if run_value('late_policy') == 'restate'
    else 'coalesce(service_month, ' ~ period_start('posting_date') ~ ')' -%}
-- depends_on: {{ ref('int_ledger__changed') }}, {{ ref('int_revenue_components__changed') }}
with

computed as (
    select {{ key }}, {{ month }} as service_month, debit_minor - credit_minor as amount_minor, recorded_at
    from {{ ref('int_ledger__postings') }}
    where {% if has_closed_periods() %}posting_date < {{ first_open_day() }}{% else %}false{% endif %}
),

frozen as (
    select
        {{ key }}, {{ month }} as service_month, debit_minor - credit_minor as amount_minor, recorded_at,
        case when entry_kind = 'correction' then coalesce(reverses_entry_id, entry_id) else entry_id end as entry_id
    from {{ ref('int_ledger__frozen_postings') }}
),

compared as (
    select {{ key }}, service_month, amount_minor, recorded_at as told_at, null as frozen_at, null as frozen_entry_id
    from computed
    union all
    select
        frozen.{{ keys | join(', frozen.') }}, frozen.service_month, -frozen.amount_minor, null, frozen.recorded_at, frozen.entry_id
    from frozen
    {%- if is_incremental() %}
    left join {{ ref('int_ledger__changed') }} as changed
        on frozen.account_id = changed.account_id and frozen.source_object_id = changed.source_id
    where case frozen.subledger
        when 'billing' then true
        when 'recognition' then {{ is_changed_source('frozen') if posts_recognition_by_changes() else 'true' }}
        else changed.source_id is not null
    end
    {%- endif %}
)

select
    {{ key }},
    service_month,
    cast(sum(amount_minor) as bigint) as debit_minor,
    -- what is gone was told by nothing that is left
    coalesce(max(told_at), max(frozen_at)) as recorded_at,
    min(frozen_entry_id) as frozen_entry_id
from compared
group by {{ key }}, service_month
having sum(amount_minor) <> 0
