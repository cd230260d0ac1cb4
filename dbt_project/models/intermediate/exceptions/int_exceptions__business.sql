select
    account_id,
    'account_unknown' as kind,
    'account_map' as object_kind,
    account_map_id as object_id,
    cast(null as varchar) as currency,
    cast(null as bigint) as amount_minor,
    {{ local_midnight('from_date') }} as opened_at,
    concat(
        'business/account_map names ', name, ' ',
        case
            when stated_account_id is null then 'without an account id'
            else concat('as ', stated_account_id, ', which no source knows')
        end,
        case
            when resolved_stripe_account_id is not null
                then concat('; by its name it may be ', resolved_stripe_account_id)
            when candidate_count > 0
                then concat('; ', cast(candidate_count as varchar), ' accounts have a name as like')
            else '; no account has such a name'
        end
    ) as reason,
    'Put the id of the account (acct_...) into the column account_id of the map.' as suggested_action
from {{ ref('dim_account_map') }}
where status in ('review', 'unmatched')
