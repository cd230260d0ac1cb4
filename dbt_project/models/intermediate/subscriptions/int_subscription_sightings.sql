{#-
Every word of every source on what an item sold from when on, before they are weighed. Ranks: what told the instant of a change
(events; Stripe's own record of changes), what billed it, what only saw it. A quantity of 0 says that the item is gone.
-#}
{%- set as_of = "timestamptz '" ~ run_value('as_of') ~ "'" -%}
with

sights as (
    select account_id, subscription_id, version, observed_at, kind,
        lead(observed_at) over (partition by account_id, subscription_id order by version) as next_at,
        lead(kind) over (partition by account_id, subscription_id order by version) as next_kind
    from {{ ref('stg_stripe__subscription_observations') }}
    where has_whole_items and observed_at <= {{ as_of }}
),

observed as (
    select items.*, sights.next_at, sights.next_kind,
        max(items.version) over (partition by items.account_id, items.subscription_item_id) = items.version as is_last,
        row_number() over item as number,
        lag(items.price_id) over item as previous_price_id,
        lag(items.quantity) over item as previous_quantity
    from {{ ref('stg_stripe__subscription_item_observations') }} as items
    inner join sights
        on items.account_id = sights.account_id and items.subscription_id = sights.subscription_id and items.version = sights.version
    window item as (partition by items.account_id, items.subscription_item_id order by items.version)
),

changes as (
    select
        *,
        sum(case when event_type = 'ACTIVE_START' then 1 else 0 end) over (
            partition by account_id, subscription_item_id order by event_at, event_type rows between unbounded preceding and current row
        ) as start_number
    from {{ ref('stg_stripe__subscription_item_change_events') }}
    where not is_deleted and event_at <= {{ as_of }}
),

-- several changes of one second are one; an end is the subscription's own affair unless the item is gone
changed as (
    select
        account_id, subscription_item_id, event_at, start_number,
        max(subscription_id) as subscription_id,
        max(price_id) as price_id,
        sum(quantity_change) as quantity_change
    from changes
    where event_type <> 'ACTIVE_END'
    group by account_id, subscription_item_id, event_at, start_number
),

last_lines as (
    select account_id, subscription_id, subscription_item_id,
        max(case when not is_credit then period_end_at end) as billed_until_at,
        max(case when is_credit then period_start_at end) as credited_at,
        max(case when not is_credit then period_start_at end) as charged_at
    from {{ ref('int_subscription_lines') }}
    group by account_id, subscription_id, subscription_item_id
),

present as (
    select account_id, subscription_id, subscription_item_id from {{ ref('stg_stripe__subscription_items') }} where not is_deleted
),

-- gone is what is no longer among the items of its subscription; where no items are known, nothing is
gone as (
    select
        last_lines.account_id, last_lines.subscription_id, last_lines.subscription_item_id,
        case when credited_at is not null and (charged_at is null or credited_at > charged_at) then credited_at else billed_until_at end as gone_at
    from last_lines
    where exists (
        select 1 from present
        where present.account_id = last_lines.account_id and present.subscription_id = last_lines.subscription_id
    )
    and not exists (
        select 1 from present
        where present.account_id = last_lines.account_id and present.subscription_item_id = last_lines.subscription_item_id
    )
)

select account_id, subscription_id, subscription_item_id, observed_at as effective_at, price_id, coalesce(quantity, 1) as quantity,
    case kind when 'event' then 'event' else 'snapshot' end as source, version as place
from observed
-- a list tells of a change only beside an earlier sight; by itself it tells the present, as a row of an export does
where kind = 'event'
    or number > 1 and (price_id is distinct from previous_price_id or quantity is distinct from previous_quantity)
union all
select account_id, subscription_id, subscription_item_id, next_at, price_id, 0, case next_kind when 'event' then 'event' else 'snapshot' end, version + 1
from observed
where is_last and next_at is not null
union all
select account_id, subscription_id, subscription_item_id, event_at, price_id,
    sum(quantity_change) over (
        partition by account_id, subscription_item_id, start_number order by event_at rows between unbounded preceding and current row
    ), 'change_event', start_number
from changed
union all
select account_id, subscription_id, subscription_item_id, period_start_at, price_id, quantity, source,
    row_number() over (partition by account_id, subscription_item_id order by told_at, is_proration, source_object_id)
from {{ ref('int_subscription_lines') }}
where not is_credit
union all
-- an item that is gone went with its last credit, else with the last period it was billed for
select account_id, subscription_id, subscription_item_id, gone_at, null, 0, 'invoice_line', 1000000000
from gone
where gone_at <= {{ as_of }}
union all
-- present terms that no bill shows yet will be those of the next one: a day that no later export moves
select items.account_id, items.subscription_id, items.subscription_item_id,
    coalesce(last_lines.billed_until_at, items.created_at, {{ as_of }}), coalesce(items.price_id, items.plan_id), coalesce(items.quantity, 1), 'present_row', 0
from {{ ref('stg_stripe__subscription_items') }} as items
left join last_lines
    on items.account_id = last_lines.account_id and items.subscription_item_id = last_lines.subscription_item_id
where not items.is_deleted and coalesce(items.price_id, items.plan_id) is not null
