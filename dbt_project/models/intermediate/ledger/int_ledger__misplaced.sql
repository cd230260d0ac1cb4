{#- Transactions whose charge is not among their tenant's, although another tenant holds it. -#}
select
    dangling.account_id,
    dangling.missing_id as charge_id,
    min(charges.account_id) as owner_account_id
from {{ ref('int_references__dangling') }} as dangling
inner join {{ ref('stg_stripe__charges') }} as charges on dangling.missing_id = charges.charge_id
where dangling.object_kind = 'balance_transaction' and dangling.reference_column = 'source_object_id'
group by dangling.account_id, dangling.missing_id
