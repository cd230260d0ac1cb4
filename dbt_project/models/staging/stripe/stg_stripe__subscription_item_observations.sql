{#- The items inside every sight of a subscription. Only what is sold and how many; prices do not change. -#}
with

observations as (
    select account_id, subscription_id, kind, observed_at, version, payload, recorded_at, load_seq
    from {{ ref('stg_stripe__subscription_observations') }}
    {%- if is_incremental() %}
    where subscription_id in (
        select subscription_id from {{ ref('stg_stripe__subscription_observations') }} where load_seq > {{ run_value('built_through') }}
    )
    {%- endif %}
),

elements as (
    select {{ all_but(['payload']) }}, {{ each_of(json_elements('payload', 'items.data')) }} as element
    from observations
),

parsed as (
    select
        {{ all_but(['element']) }},
        {{ json_fields('element', ['id', 'price', 'plan', 'quantity']) }} as fields
    from elements
)

select
    account_id,
    subscription_id,
    {{ json_text('fields[1]') }} as subscription_item_id,
    kind,
    observed_at,
    version,
    coalesce({{ json_id('fields[2]') }}, {{ json_id('fields[3]') }}) as price_id,
    cast({{ json_text('fields[4]') }} as bigint) as quantity,
    'api' as source_system,
    recorded_at,
    load_seq
from parsed
