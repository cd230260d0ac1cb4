{#- The sales among a payout's transactions against the payout: Stripe says which they are, or the sweep explains it. -#}
select
    {{ text_hash("concat_ws(':', 'sales_payout', account_id, payout_id)") }} as match_id,
    'sales_payout' as match_kind,
    account_id,
    currency,
    case when membership_source = 'inferred' then 'd' else 'a' end as tier,
    {{ probability("case when membership_source = 'inferred' then 0.999 else 0.9999 end") }} as confidence,
    0 as alternative_count,
    case when status in ('tied', 'tied_inferred', 'failed', 'canceled') then 'auto' when status = 'in_progress' then 'unmatched'
        else 'review' end as status,
    sales_minor as left_minor,
    payout_minor as right_minor,
    sales_minor - payout_minor as residual_minor,
    member_count as left_count,
    1 as right_count,
    {{ local_date('created_at') }} as first_date,
    coalesce(paid_date, arrival_date, {{ local_date('created_at') }}) as last_date,
    clear_by,
    {{ json_list(['reason']) }} as evidence,
    payout_id
from {{ ref('fct_payout_reconciliation') }}
where membership_source <> 'unknowable' and verdict <> 'not_received'
    and (member_count > 0 or verdict not in ('failed', 'canceled'))
