{#-
What went back beyond what its bill was worth. It is taken first out of what had come back after it had been given up (won
disputes, written-off invoices that were paid after all), as far as earlier events have left that; the rest is a loss. Bills
are walked event by event, because what fails later has to return exactly what it took.
-#}
with recursive

bills as (
    select account_id, bill_kind, bill_id, sum(amount_minor) as amount_minor, sum(books_minor) as books_minor
    from {{ ref('int_revenue_lines') }}
    group by account_id, bill_kind, bill_id
),

excesses as (
    select cuts.account_id, cuts.event_id,
        coalesce({{ share_of('sum(cuts.excess_minor)', 'max(bills.books_minor)', 'nullif(max(bills.amount_minor), 0)') }}, 0) as excess_minor
    from {{ ref('int_revenue_cuts') }} as cuts
    inner join bills
        on cuts.account_id = bills.account_id and cuts.bill_kind = bills.bill_kind and cuts.bill_id = bills.bill_id
    group by cuts.account_id, cuts.event_id
),

gained as (
    select account_id, entry_object_id as event_id, -sum(debit_minor) as gained_minor,
        -sum(case when leg = 'loss' then debit_minor else 0 end) as gained_contra_minor
    from {{ ref('int_billing__ended') }}
    where entry_kind = 'write_off_recovered' and leg in ('loss', 'recoverable')
    group by account_id, entry_object_id
    union all
    select account_id, event_id, gross_minor, 0
    from {{ ref('int_revenue_events__money') }}
    where kind = 'dispute_reversal'
),

steps as (
    select
        events.account_id, events.bill_kind, events.bill_id, events.event_number, events.event_id, events.reverses_number, events.kind, events.document_id,
        coalesce(excesses.excess_minor, 0) as excess_minor,
        coalesce(gained.gained_minor, 0) as gained_minor,
        coalesce(gained.gained_contra_minor, 0) as gained_contra_minor
    from {{ ref('int_revenue_events') }} as events
    left join excesses on events.account_id = excesses.account_id and events.event_id = excesses.event_id
    left join gained on events.account_id = gained.account_id and events.event_id = gained.event_id
),

walk as (
    select
        account_id, bill_kind, bill_id,
        cast(0 as bigint) as event_number,
        cast(null as varchar) as event_id,
        cast(null as varchar) as document_id,
        cast(null as varchar) as kind,
        cast(0 as bigint) as pool_minor,
        cast(0 as bigint) as pool_contra_minor,
        {{ list_of('cast(0 as bigint)') }} as excesses,
        {{ list_of('cast(0 as bigint)') }} as takes,
        {{ list_of('cast(0 as bigint)') }} as contras
    from steps
    where excess_minor <> 0
    group by account_id, bill_kind, bill_id
    union all
    select
        account_id, bill_kind, bill_id, event_number, event_id, document_id, kind,
        cast(pool_minor + gained_minor - taken_minor as bigint),
        cast(pool_contra_minor + gained_contra_minor - contra_minor as bigint),
        {{ list_and('excesses', 'excess_minor') }}, {{ list_and('takes', 'taken_minor') }}, {{ list_and('contras', 'contra_minor') }}
    from (  -- noqa: ST05
        select
            walk.account_id, walk.bill_kind, walk.bill_id, walk.pool_minor, walk.pool_contra_minor, walk.excesses, walk.takes, walk.contras,
            steps.event_number, steps.event_id, steps.document_id, steps.kind, steps.gained_minor, steps.gained_contra_minor,
            cast(case when steps.kind in ('refund_failure', 'credit_note_void') then -coalesce({{ list_item('walk.excesses', 'steps.reverses_number + 1') }}, 0)
                else steps.excess_minor end as bigint) as excess_minor,
            cast(case when steps.kind in ('refund_failure', 'credit_note_void') then -coalesce({{ list_item('walk.takes', 'steps.reverses_number + 1') }}, 0)
                else least(steps.excess_minor, walk.pool_minor) end as bigint) as taken_minor,
            cast(case when steps.kind in ('refund_failure', 'credit_note_void') then -coalesce({{ list_item('walk.contras', 'steps.reverses_number + 1') }}, 0)
                else coalesce({{ share_of('walk.pool_contra_minor', 'least(steps.excess_minor, walk.pool_minor)', 'nullif(walk.pool_minor, 0)') }}, 0)
            end as bigint) as contra_minor
        from walk
        inner join steps
            on walk.account_id = steps.account_id and walk.bill_kind = steps.bill_kind and walk.bill_id = steps.bill_id
            and walk.event_number + 1 = steps.event_number
    ) as step
)

select
    account_id, bill_kind, bill_id, event_id, document_id, kind,
    {{ list_item('excesses', 'event_number + 1') }} as excess_minor,
    {{ list_item('takes', 'event_number + 1') }} as from_recovered_minor,
    {{ list_item('contras', 'event_number + 1') }} as contra_again_minor
from walk
where event_number > 0 and {{ list_item('excesses', 'event_number + 1') }} <> 0
