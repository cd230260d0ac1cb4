{#- What the matchers found between lists that share no id everywhere: payouts and bank lines, orders and charges. -#}
select
    match_id,
    match_kind,
    account_id,
    currency,
    tier,
    {{ probability('confidence') }} as confidence,
    alternative_count,
    case when status = 'auto' and residual_minor <> 0 and residual_code is null then 'review' else status end as status,
    left_minor,
    right_minor,
    residual_minor,
    left_count,
    right_count,
    first_date,
    last_date,
    clear_by,
    evidence
from {{ ref('int_match_groups__summed') }}
