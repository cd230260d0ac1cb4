{#-
What is sold to be used later (policy on_fulfilment) in pieces: one per fulfilment, and what nobody used by the end of its
window (breakage, ASC 606-10-55-48). Everything else is one piece.
-#}
{%- set shared = [
    'account_id', 'bill_kind', 'bill_id', 'source_object_id', 'customer_id', 'product_id',
    'price_id', 'subscription_item_id', 'is_metered', 'invoice_id', 'obligation', 'party',
    'contract_id', 'rule_id', 'window_months', 'policy', 'currency', 'books_currency', 'books_part',
    'own_part', 'service_start_at', 'service_end_at', 'booked_at', 'billed_at', 'is_passed_on'
] -%}
with

lines as (
    select * from {{ ref('int_revenue_lines__allocated') }}
),

packages as (
    select * from lines where policy = 'on_fulfilment'
),

fulfilled as (
    select
        packages.account_id, packages.component_id, packages.amount_minor as package_minor,
        fulfilments.fulfilment_id, fulfilments.fulfilled_at, fulfilments.recorded_at,
        sum(fulfilments.amount_minor) over (
            partition by packages.account_id, packages.component_id order by fulfilments.fulfilled_at, fulfilments.fulfilment_id
        ) as used_minor,
        fulfilments.amount_minor
    from packages
    inner join {{ ref('stg_business__fulfilments') }} as fulfilments
        on packages.account_id = fulfilments.account_id
        and fulfilments.object_id in (packages.component_id, packages.source_object_id, packages.bill_id)
    where fulfilments.fulfilled_at < packages.service_end_at
),

-- nobody uses more than was sold
used as (
    select
        account_id, component_id, fulfilment_id, fulfilled_at, recorded_at,
        {{ within_amount('used_minor', 'package_minor') }} - {{ within_amount('used_minor - amount_minor', 'package_minor') }} as amount_minor
    from fulfilled
),

unused as (
    select
        packages.account_id, packages.component_id,
        packages.amount_minor - coalesce(sum(used.amount_minor), 0) as amount_minor
    from packages
    left join used on packages.account_id = used.account_id and packages.component_id = used.component_id
    group by packages.account_id, packages.component_id, packages.amount_minor
)

select
    {%- for name in shared %}
    lines.{{ name }},
    {%- endfor %}
    lines.component_id,
    lines.component_id as parent_id,
    lines.kind,
    coalesce(unused.amount_minor, lines.amount_minor) as amount_minor,
    lines.tax_minor,
    lines.passthrough_minor,
    case when unused.component_id is not null then lines.service_end_at end as earned_at,
    lines.recorded_at
from lines
left join unused on lines.account_id = unused.account_id and lines.component_id = unused.component_id
union all
select
    {%- for name in shared %}
    packages.{{ name }},
    {%- endfor %}
    concat(packages.component_id, ':', used.fulfilment_id),
    packages.component_id,
    'fulfilment',
    used.amount_minor,
    0,
    0,
    used.fulfilled_at,
    used.recorded_at
from used
inner join packages on used.account_id = packages.account_id and used.component_id = packages.component_id
where used.amount_minor <> 0
union all
select
    {%- for name in shared %}
    {{ name }},
    {%- endfor %}
    component_id, parent_id, kind, amount_minor, tax_minor, passthrough_minor, earned_at, recorded_at
from {{ ref('int_revenue_lines__contracted') }}
