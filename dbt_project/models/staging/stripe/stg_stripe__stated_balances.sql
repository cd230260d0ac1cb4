with

fetched as (
    select
        balances.account_id, balances.observed_at, balances.received_at, balances.load_seq, balances.payload,
        loads.name as source_name,
        row_number() over (
            partition by balances.account_id, balances.observed_at
            order by balances.payload desc, balances.received_at, balances.load_seq
        ) as recency
    from {{ source('api', 'balance') }} as balances
    inner join {{ source('raw_meta', 'loads') }} as loads on balances.load_seq = loads.load_seq
    where balances.kind = 'list' {#- what an event shows has no certain instant #}
    {{- livemode_is('balances.livemode') }}
),

elements as (
    {%- for part in ['available', 'pending', 'connect_reserved'] %}
    select
        account_id, observed_at, received_at, load_seq, source_name, '{{ part }}' as part,
        {{ each_of(json_elements('payload', part)) }} as element
    from fetched
    where recency = 1
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

parsed as (
    select {{ all_but(['element']) }}, {{ json_fields('element', ['currency', 'amount']) }} as fields
    from elements
),

amounts as (
    select
        account_id, observed_at, received_at, load_seq, source_name, part,
        {{ typed(json_text('fields[1]'), 'varchar', 'currency') }} as currency,
        {{ typed(json_text('fields[2]'), 'bigint', 'amount_minor') }} as amount_minor
    from parsed
),

by_api as (
    select
        account_id,
        currency,
        observed_at as stated_at,
        'api' as stated_by,
        cast(sum(case when part <> 'connect_reserved' then amount_minor else 0 end) as bigint) as stated_minor,
        cast(sum(case when part = 'available' then amount_minor else 0 end) as bigint) as available_minor,
        cast(sum(case when part = 'pending' then amount_minor else 0 end) as bigint) as pending_minor,
        cast(sum(case when part = 'connect_reserved' then amount_minor else 0 end) as bigint) as connect_reserved_minor,
        source_name,
        received_at as recorded_at,
        load_seq
    from amounts
    group by account_id, currency, observed_at, source_name, received_at, load_seq
),

currencies as (
    {{ with_company(ref('currencies'), source('company', 'currencies'), 'currency',
        {'currency': 'varchar', 'exponent': 'integer', 'name': 'varchar'}) }}
),

reported as (
    select
        summaries.account_id,
        currencies.currency,
        case summaries.category
            when 'starting_balance' then coalesce(summaries.starts_at, {{ local_midnight('summaries.starts_on') }})
            else coalesce(summaries.ends_at, {{ local_midnight('summaries.ends_on') }})
        end as stated_at,
        {{ minor_units('summaries.net_amount', 'currencies.exponent') }} as stated_minor,
        summaries.category, summaries.source_name, summaries.observed_at, summaries.received_at, summaries.load_seq
    from {{ source('reports', 'balance_summary') }} as summaries
    inner join currencies on lower(summaries.currency) = currencies.currency
    where summaries.category in ('starting_balance', 'ending_balance')
),

ranked as (
    select
        *,
        row_number() over (
            partition by account_id, currency, stated_at
            order by observed_at desc, category, stated_minor desc, source_name, received_at, load_seq
        ) as recency,
        min(received_at) over (partition by account_id, currency, stated_at, stated_minor) as recorded_at
    from reported
)

select account_id, currency, stated_at, stated_by, stated_minor, available_minor, pending_minor, connect_reserved_minor,
    source_name, recorded_at, load_seq
from by_api
union all
select account_id, currency, stated_at, 'report' as stated_by, stated_minor, cast(null as bigint) as available_minor,
    cast(null as bigint) as pending_minor, cast(null as bigint) as connect_reserved_minor,
    source_name, recorded_at, load_seq
from ranked
where recency = 1
