with

stated as (
    select
        *,
        {{ text_hash("concat_ws('|', account_id, coalesce(stated_account_id, '-'), name, cast(from_date as varchar))") }}
            as account_map_id
    from {{ ref('stg_business__account_map') }}
    where {{ local_midnight('from_date') }} <= timestamptz '{{ run_value("as_of") }}'
),

ranked as (
    select
        *,
        -- an account whose name is nearer than all others'; of equals none is
        rank() over (partition by account_map_id order by distance) as place,
        count(*) over (partition by account_map_id, distance) as equals,
        count(*) over (partition by account_map_id) as candidate_count
    from {{ ref('int_account_map__candidates') }}
),

best as (
    select * from ranked where place = 1 and equals = 1
),

counted as (
    select account_map_id, max(candidate_count) as candidate_count from ranked group by account_map_id
),

judged as (
    select
        stated.*,
        best.account_id as resolved_account_id,
        best.stripe_account_id as resolved_stripe_account_id,
        coalesce(best.evidence, 'none') as evidence,
        coalesce(counted.candidate_count, 0) as candidate_count,
        case
            when best.evidence = 'id' then 'stated'
            -- an id that no account has is wrong or of another company: its name alone does not correct it
            when stated.stated_account_id is null and best.evidence = 'equal_name' then 'matched'
            when counted.candidate_count > 0 then 'review'
            else 'unmatched'
        end as status
    from stated
    left join best on stated.account_map_id = best.account_map_id
    left join counted on stated.account_map_id = counted.account_map_id
)

select
    account_map_id,
    account_id,
    stated_account_id,
    name,
    official_name,
    {{ business_name_key('name') }} as name_key,
    from_date,
    -- the last day before the account is called otherwise
    {{ days_after('lead(from_date) over (partition by account_id, resolved_account_id order by from_date, name)', '-1') }}
        as to_date,
    resolved_account_id,
    resolved_stripe_account_id,
    evidence,
    cast(candidate_count as bigint) as candidate_count,
    cast(case status when 'stated' then 1 when 'matched' then 0.99 when 'review' then 0.5 else 0 end as decimal(6, 4))
        as confidence,
    status
from judged
