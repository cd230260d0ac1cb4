{#- Which accounts a row of the map may speak of: the one that it names by id, and those whose names are like its names. -#}
with

stated as (
    select
        *,
        {{ text_hash("concat_ws('|', account_id, coalesce(stated_account_id, '-'), name, cast(from_date as varchar))") }}
            as account_map_id,
        {{ business_name_key('name') }} as name_key,
        {{ business_name_key('official_name') }} as official_key
    from {{ ref('stg_business__account_map') }}
),

known as (
    select account_id, stripe_account_id from {{ ref('dim_accounts') }} where stripe_account_id is not null
),

by_id as (
    select stated.account_map_id, known.account_id, known.stripe_account_id, 'id' as evidence, 0 as distance
    from stated
    inner join known on stated.stated_account_id = known.stripe_account_id
),

-- names are asked only where no id answers
open_keys as (
    select account_map_id, name_key
    from stated
    where account_map_id not in (select by_id.account_map_id from by_id) and name_key is not null
    union
    select account_map_id, official_key
    from stated
    where account_map_id not in (select by_id.account_map_id from by_id) and official_key is not null
),

names as (
    select
        *,
        left(name_key, 3) as beginning,
        right(name_key, 3) as ending
    from {{ ref('int_account_names') }}
),

equal_names as (
    select distinct open_keys.account_map_id, names.account_id, names.stripe_account_id, 'equal_name' as evidence,
        0 as distance
    from open_keys
    inner join names on open_keys.name_key = names.name_key
),

-- a slip of the pen leaves the beginning or the end of a name as it was
near as (
    select open_keys.account_map_id, names.account_id, names.stripe_account_id, open_keys.name_key,
        names.name_key as other_key
    from open_keys
    inner join names on left(open_keys.name_key, 3) = names.beginning
    where open_keys.account_map_id not in (select equal_names.account_map_id from equal_names)
    union
    select open_keys.account_map_id, names.account_id, names.stripe_account_id, open_keys.name_key, names.name_key
    from open_keys
    inner join names on right(open_keys.name_key, 3) = names.ending
    where open_keys.account_map_id not in (select equal_names.account_map_id from equal_names)
),

similar_names as (
    select account_map_id, account_id, stripe_account_id, 'similar_name' as evidence,
        min({{ edit_distance('name_key', 'other_key') }}) as distance
    from near
    -- one letter in four may be wrong
    where 4 * {{ edit_distance('name_key', 'other_key') }} <= length(name_key)
    group by account_map_id, account_id, stripe_account_id
)

select * from by_id
union all
select * from equal_names
union all
select * from similar_names
