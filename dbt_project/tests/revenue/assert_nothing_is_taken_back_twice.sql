{{ config(meta={'dagster': {'ref': {'name': 'fct_revenue_components'}}}) }}
-- Guards against revenue below nothing: what refunds, disputes, credit notes, voids and the rest take off what was sold
-- lies between nothing and all of it, whatever is restored. More than that is a loss and no component.
select
    sold.account_id,
    sold.component_id,
    sold.amount_minor as sold_minor,
    sum(changes.amount_minor) as changed_minor
from {{ ref('fct_revenue_components') }} as sold
inner join {{ ref('fct_revenue_components') }} as changes
    on sold.account_id = changes.account_id and sold.component_id = changes.parent_component_id
where sold.event_id is null and changes.event_id is not null
group by sold.account_id, sold.component_id, sold.amount_minor
having (sold.amount_minor + sum(changes.amount_minor)) * sign(sold.amount_minor) not between 0 and abs(sold.amount_minor)
