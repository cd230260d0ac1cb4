{#-
The history of what is subscribed to. Where events tell a subscription they count from the first one on, before them (or without
them) Stripe's record of item changes, else what was billed and what snapshots showed; the present row fills what is left.
-#}
{%- set as_of = "timestamptz '" ~ run_value('as_of') ~ "'" -%}
with

sightings as (
    select *,
        min(case when source = 'event' then effective_at end) over (partition by account_id, subscription_id) as watched_from,
        max(case when source = 'change_event' then 1 else 0 end) over (partition by account_id, subscription_id) as has_changes
    from {{ ref('int_subscription_sightings') }}
    where effective_at <= {{ as_of }}
),

weighed as (
    select *,
        case source when 'event' then 1 when 'change_event' then 2 when 'invoice_line' then 3 when 'invoice_item' then 4
            when 'snapshot' then 5 else 6 end as preference
    from sightings
    where source = 'event'
        or watched_from is not null and source <> 'present_row' and effective_at < watched_from
            and (has_changes = 0 or source = 'change_event')
        or watched_from is null and has_changes = 1 and source in ('change_event', 'present_row')
        or watched_from is null and has_changes = 0
        -- an item that no event shows is known by its row only
        or source = 'present_row' and watched_from is not null
),

one_a_second as (
    select *
    from (
        select *, row_number() over (
            partition by account_id, subscription_item_id, effective_at order by preference, place desc, price_id, quantity
        ) as choice
        from weighed
    ) as ranked  -- noqa: ST05
    where choice = 1
),

-- the row of an item that ended, or whose present terms are known anyway, adds nothing
informed as (
    select *,
        lag(price_id) over items as previous_price_id,
        lag(quantity) over items as previous_quantity,
        row_number() over items as number
    from one_a_second
    window items as (partition by account_id, subscription_item_id order by effective_at)
),

changed as (
    select informed.*
    from informed
    left join {{ ref('int_subscription_lives') }} as lives
        on informed.account_id = lives.account_id and informed.subscription_id = lives.subscription_id
    where informed.number = 1
        or (
            coalesce(informed.price_id, informed.previous_price_id) is distinct from informed.previous_price_id
            or informed.quantity is distinct from informed.previous_quantity
        )
        and (informed.source <> 'present_row' or informed.watched_from is null and informed.has_changes = 0 and lives.over_at is null)
),

items as (
    select account_id, subscription_item_id, created_at from {{ ref('stg_stripe__subscription_items') }}
),

-- the first word holds from the item's beginning; one that came later than its subscription began when it was created
placed as (
    select
        changed.*,
        case when changed.number = 1 then
            least(changed.effective_at, case
                when items.created_at > {{ seconds_later('lives.created_at', 3600) }} then items.created_at
                when items.created_at is not null then lives.started_at
                else changed.effective_at
            end)
        else changed.effective_at end as starts_at
    from changed
    inner join {{ ref('int_subscription_lives') }} as lives
        on changed.account_id = lives.account_id and changed.subscription_id = lives.subscription_id
    left join items
        on changed.account_id = items.account_id and changed.subscription_item_id = items.subscription_item_id
)

select
    account_id,
    subscription_id,
    subscription_item_id,
    starts_at as effective_at,
    coalesce(price_id, previous_price_id) as price_id,
    cast(quantity as bigint) as quantity,
    source,
    case
        when source in ('event', 'change_event') then 'exact'
        when source in ('invoice_line', 'invoice_item') then 'billed'
        when source = 'snapshot' then 'seen'
        else 'assumed'
    end as confidence
from placed
