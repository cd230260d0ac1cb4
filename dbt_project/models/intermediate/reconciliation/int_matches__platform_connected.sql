{#- What one tenant's books sent to another's: transfers, application fees, collections; both name the same id. -#}
select
    {{ text_hash("concat_ws(':', 'platform_connected', account_id, ledger_account, mirror_id, currency)") }} as match_id,
    'platform_connected' as match_kind,
    account_id,
    currency,
    'a' as tier,
    {{ probability('0.9999') }} as confidence,
    0 as alternative_count,
    case when residual_code = 'none' then 'auto' when received_minor = 0 then 'unmatched' else 'review' end as status,
    sent_minor as left_minor,
    -received_minor as right_minor,
    residual_minor,
    -- both may be zero: what was sent came back whole
    case when sent_minor = 0 and residual_minor <> 0 then 0 else 1 end as left_count,
    case when received_minor = 0 and residual_minor <> 0 then 0 else 1 end as right_count,
    {{ local_date('opened_at') }} as first_date,
    {{ local_date('opened_at') }} as last_date,
    {{ no_day() }} as clear_by,
    {{ json_list(["concat('both sides name ', mirror_id)"]) }} as evidence,
    mirror_id,
    ledger_account,
    counterparty_account_id,
    residual_code
from {{ ref('fct_mirror_proof') }}
