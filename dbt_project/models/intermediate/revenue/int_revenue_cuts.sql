{#-
What each event takes off each piece of a bill, or gives back to it. Events act on what earlier ones left, so they are
walked one after another; only bills to which something happened are walked.
-#}
with recursive

events as (
    select * from {{ ref('int_revenue_events') }}
),

lines as (
    select lines.account_id, lines.bill_kind, lines.bill_id, lines.component_id, lines.source_object_id, lines.line_number, lines.amount_minor
    from {{ ref('int_revenue_lines') }} as lines
    inner join (select distinct account_id, bill_kind, bill_id from events) as touched  -- noqa: ST05
        on lines.account_id = touched.account_id and lines.bill_kind = touched.bill_kind and lines.bill_id = touched.bill_id
),

notes as (
    select account_id, credit_note_id, invoice_line_item_id, amount_minor from {{ ref('int_credit_note_lines') }}
),

walk as (
    select
        account_id, bill_kind, bill_id, component_id, source_object_id, line_number,
        cast(0 as bigint) as event_number,
        cast(null as varchar) as event_id,
        amount_minor as before_minor,
        amount_minor as after_minor,
        cast(0 as bigint) as excess_minor,
        {{ list_of('cast(0 as bigint)') }} as cuts
    from lines
    union all
    select
        account_id, bill_kind, bill_id, component_id, source_object_id, line_number, event_number, event_id,
        before_minor, before_minor - cut_minor as after_minor, excess_minor, {{ list_and('cuts', 'cut_minor') }}
    from (  -- noqa: ST05
        select
            *,
            cast(case
                when kind in ('credit_note_void', 'refund_failure') then -coalesce({{ list_item('cuts', 'reverses_number + 1') }}, 0)
                when kind in ('dispute_reversal', 'write_off_recovered', 'write_off_voided') then 0
                when wanted_minor is null then case when is_meant then before_minor else 0 end
                -- where nothing is left, nothing is taken
                else coalesce({{ share_of('running_minor', 'taken_minor', 'nullif(group_minor, 0)') }}
                    - {{ share_of('running_minor - before_minor', 'taken_minor', 'nullif(group_minor, 0)') }}, 0)
            end as bigint) as cut_minor,
            -- once for all pieces that share it
            cast(case when is_first and reverses_number is null and kind <> 'dispute_reversal'
                then coalesce(wanted_minor - taken_minor, 0) else 0 end as bigint) as excess_minor
        from (  -- noqa: ST05
            select
                *,
                coalesce(case when group_minor > 0 then least(greatest(wanted_minor, 0), group_minor) else 0 end, 0) as taken_minor
            from (  -- noqa: ST05
                select
                    walk.account_id, walk.bill_kind, walk.bill_id, walk.component_id, walk.source_object_id, walk.line_number,
                    events.event_number, events.event_id, events.kind, events.reverses_number,
                    walk.after_minor as before_minor, walk.cuts,
                    events.line_id is null or events.line_id = walk.source_object_id as is_meant,
                    case when events.kind = 'credit_note' and events.amount_minor is null then coalesce(notes.amount_minor, 0)
                        else events.amount_minor end as wanted_minor,
                    sum(walk.after_minor) over (
                        partition by walk.account_id, walk.bill_kind, walk.bill_id,
                            case when events.kind = 'credit_note' and events.amount_minor is null then walk.source_object_id end
                    ) as group_minor,
                    sum(walk.after_minor) over (
                        partition by walk.account_id, walk.bill_kind, walk.bill_id,
                            case when events.kind = 'credit_note' and events.amount_minor is null then walk.source_object_id end
                        order by walk.line_number
                    ) as running_minor,
                    row_number() over (
                        partition by walk.account_id, walk.bill_kind, walk.bill_id,
                            case when events.kind = 'credit_note' and events.amount_minor is null then walk.source_object_id end
                        order by walk.line_number
                    ) = 1 as is_first
                from walk
                inner join events
                    on walk.account_id = events.account_id and walk.bill_kind = events.bill_kind and walk.bill_id = events.bill_id
                    and walk.event_number + 1 = events.event_number
                left join notes
                    on events.account_id = notes.account_id and events.event_id = notes.credit_note_id
                    and walk.source_object_id = notes.invoice_line_item_id
            ) as met
        ) as wanted
    ) as cut
)

select account_id, bill_kind, bill_id, component_id, line_number, event_number, event_id, before_minor, after_minor, excess_minor
from walk
where event_number > 0
