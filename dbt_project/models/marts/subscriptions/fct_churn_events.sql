with

churns as (
    select account_id, customer_id, currency, moved_at, month, mrr_before from {{ ref('int_mrr_movements') }} where movement = 'churn'
),

-- the subscription that took the most with it speaks for the customer
leaving as (
    select
        legs.account_id, legs.customer_id, legs.currency, legs.effective_at, legs.subscription_id, legs.reason,
        row_number() over (
            partition by legs.account_id, legs.customer_id, legs.currency, legs.effective_at
            order by sum(legs.change), legs.subscription_id, legs.reason
        ) as place
    from {{ ref('int_mrr_legs') }} as legs
    group by legs.account_id, legs.customer_id, legs.currency, legs.effective_at, legs.subscription_id, legs.reason
),

last_invoices as (
    select
        account_id, subscription_id,
        row_number() over (partition by account_id, subscription_id order by finalized_at desc, invoice_id desc) as recency,
        first_failed_at is not null and resolved_at is null as is_failed
    from {{ ref('int_subscription_invoices') }}
),

explained as (
    select
        churns.*,
        leaving.subscription_id,
        case
            when leaving.reason <> 'ended' then leaving.reason
            when lives.cancellation_reason is not null then lives.cancellation_reason
            when last_invoices.is_failed then 'payment_failed'
            else 'unknown'
        end as reason,
        lives.cancellation_feedback as feedback
    from churns
    inner join leaving
        on churns.account_id = leaving.account_id and churns.customer_id = leaving.customer_id and churns.currency = leaving.currency
        and churns.moved_at = leaving.effective_at and leaving.place = 1
    inner join {{ ref('int_subscription_lives') }} as lives
        on leaving.account_id = lives.account_id and leaving.subscription_id = lives.subscription_id
    left join last_invoices
        on leaving.account_id = last_invoices.account_id and leaving.subscription_id = last_invoices.subscription_id and last_invoices.recency = 1
)

select
    {{ text_hash("concat_ws('|', account_id, customer_id, currency, cast(" ~ seconds_of('moved_at') ~ " as varchar))") }} as churn_event_id,
    account_id,
    customer_id,
    currency,
    subscription_id,
    moved_at as churned_at,
    month,
    case when reason in ('past_due', 'unpaid', 'payment_failed', 'payment_disputed') then 'involuntary' else 'voluntary' end as kind,
    reason,
    feedback,
    mrr_before as mrr_lost
from explained
