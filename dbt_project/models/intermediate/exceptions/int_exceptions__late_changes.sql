{#- What changed in periods that were closed, by source; the correction itself needs nobody, but somebody should know. -#}
with

sources as (
    select
        account_id,
        source_object_id,
        currency,
        -- a change moves money from one account to another: both sides are the same money
        greatest(sum(greatest(debit_minor, 0)), sum(greatest(-debit_minor, 0))) as amount_minor,
        min(service_month) as first_month,
        max(service_month) as last_month,
        bool_or(frozen_entry_id is not null) as was_posted,
        {{ joined_text('ledger_account') }} as ledger_accounts
    from {{ ref('int_ledger__late_changes') }}
    group by account_id, source_object_id, currency
),

counted as (
    select *, count(*) over (partition by account_id, source_object_id) as currency_count
    from sources
)

select
    account_id,
    'late_change' as kind,
    'source_object' as object_kind,
    -- one object may have been booked in several currencies
    case when currency_count = 1 then source_object_id else concat(source_object_id, ':', currency) end as object_id,
    currency,
    cast(amount_minor as bigint) as amount_minor,
    {% if has_closed_periods() -%}
    {{ local_midnight(first_open_day()) }} as opened_at,
    {%- else -%}
    {{ local_midnight('first_month') }} as opened_at,
    {%- endif %}
    concat(
        case when was_posted then 'changed' else 'told of' end, ' after ', {{ period_text('first_month') }},
        case when first_month <> last_month then concat(' to ', {{ period_text('last_month') }}) else '' end, ' was closed; ',
        {% if keeps_frozen_postings() -%}
        'corrected on {{ run_value("first_open_day") }}',
        {%- else -%}
        'the closed period is restated',
        {%- endif %}
        ' in ', ledger_accounts
    ) as reason,
    {% if keeps_frozen_postings() -%}
    'Nothing, if what came late or changed is right (tieout trace); else correct its source.' as suggested_action
    {%- else -%}
    'Close the restated periods again: tieout reopen, tieout close.' as suggested_action
    {%- endif %}
from counted
