{#- Days after a payout (and its arrival) by which Stripe has said what it consists of, whichever source tells it. -#}
{%- set grace_days = 2 -%}
with

-- what is not there after the last look at Stripe is not late yet: an export from March says nothing of April
looks as (
    select {{ tenant_kind('account_scope') }} as tenant, max(observed_at) as looked_at
    from {{ source('raw_meta', 'loads') }}
    group by {{ tenant_kind('account_scope') }}
),

horizons as (
    select {{ utc_date("least(min(looked_at), timestamptz '" ~ run_value('as_of') ~ "')") }} as looked_date from looks
),

sourced as (
    select
        tied.*,
        case
            when tied.membership is not null then tied.membership
            when coalesce(tied.is_automatic and coalesce(tied.method, 'standard') <> 'instant', false) then case
                -- what it took is known as a sum only: a payout by hand took its part before it
                when tied.by_hand_count > 0 and tied.found_minor = tied.swept_minor then 'unknowable'
                else 'none' end
            else 'unknowable'
        end as membership_source
    from {{ ref('int_payouts__tied') }} as tied
),

measured as (
    select
        sourced.*,
        case when sourced.membership_source <> 'unknowable' then coalesce(sourced.members_net_minor, 0) end as net_minor,
        case when sourced.membership_source <> 'unknowable' then coalesce(sourced.sales_minor, 0) end as sold_minor,
        case when sourced.membership_source <> 'unknowable'
            then coalesce(sourced.members_net_minor, 0) - sourced.swept_minor end as difference_minor,
        {{ days_after('greatest(sourced.swept_date, coalesce(sourced.arrival_date, sourced.swept_date))', grace_days) }}
            as clear_by,
        horizons.looked_date
    from sourced
    cross join horizons
),

judged as (
    select
        *,
        case
            when disputed_count > 0 then 'conflict'
            when foreign_count > 0 then 'foreign'
            when payout_status in ('failed', 'canceled') and (membership_source <> 'by_id' or difference_minor = 0)
                then payout_status
            when membership_source = 'unknowable' then 'unknowable'
            when difference_minor = 0 then membership_source
            when not has_transactions then 'not_received'
            when coalesce(reconciliation_status, '') <> 'completed' and looked_date <= clear_by then 'timing'
            when membership_source = 'none' then 'no_members'
            else 'differs'
        end as verdict
    from measured
)

select
    account_id,
    payout_id,
    is_automatic,
    method,
    payout_status,
    currency,
    amount_minor as payout_minor,
    fee_minor,
    cast(member_count as bigint) as member_count,
    sold_minor as sales_minor,
    net_minor as members_net_minor,
    difference_minor,
    case
        when verdict in ('failed', 'canceled') then verdict
        when verdict = 'by_id' then 'tied'
        when verdict = 'inferred' then 'tied_inferred'
        when verdict = 'unknowable' then 'unknowable_manual'
        when verdict in ('timing', 'not_received') then 'in_progress'
        else 'exception'
    end as status,
    verdict,
    membership_source,
    {{ payout_reason() }} as reason,
    case when verdict = 'timing' then clear_by end as clear_by,
    reconciliation_status,
    created_at,
    arrival_date,
    case when payout_status = 'paid' or returned_date > arrival_date
        then greatest(created_date, arrival_date) end as paid_date,
    returned_date,
    own_transaction_id,
    return_transaction_id,
    original_payout_id,
    reversed_by_payout_id,
    source_type,
    destination_id,
    trace_id,
    trace_id_status,
    statement_descriptor,
    failure_code
from judged
