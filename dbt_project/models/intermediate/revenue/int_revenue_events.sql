{#- Everything that happened to a bill after it was made, in its order. -#}
with

events as (
    select account_id, bill_kind, bill_id, event_id, kind, happened_at, amount_minor, line_id, document_id, reverses_event_id,
        cast(null as bigint) as gross_minor, 0 as given_back_minor, false as is_passed_on, recorded_at
    from {{ ref('int_revenue_events__papers') }}
    union all
    select account_id, bill_kind, bill_id, event_id, kind, happened_at, amount_minor, null, document_id,
        case kind
            when 'refund_failure' then min(case when kind = 'refund' then event_id end) over same_document
            when 'dispute_reversal' then min(case when kind = 'dispute' then event_id end) over same_document
        end,
        gross_minor, given_back_minor, is_passed_on, recorded_at
    from {{ ref('int_revenue_events__money') }}
    window same_document as (partition by account_id, bill_id, document_id)
),

numbered as (
    select
        *,
        row_number() over (
            partition by account_id, bill_kind, bill_id
            -- at one instant a document comes before the money that it moves, and what is undone after what it undoes
            order by happened_at, case when reverses_event_id is null then 0 else 1 end, case when gross_minor is null then 0 else 1 end, event_id
        ) as event_number
    from events
)

select
    numbered.*,
    undone.event_number as reverses_number
from numbered
left join numbered as undone
    on numbered.account_id = undone.account_id
    and numbered.bill_kind = undone.bill_kind
    and numbered.bill_id = undone.bill_id
    and numbered.reverses_event_id = undone.event_id
