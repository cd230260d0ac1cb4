{#- Bank lines of the groups that the books follow; a converted one in the currency in which it was sent. -#}
select
    groups.match_id,
    groups.account_id,
    groups.currency,
    entries.bank_entry_id,
    entries.bank_account,
    items.date as booked_date,
    items.amount_minor,
    -- no books are kept here of money that the bank turned into another currency
    coalesce(rules.ledger_account, 'suspense') as ledger_account,
    entries.recorded_at
from {{ ref('int_ledger__matched_groups') }} as groups
inner join {{ ref('int_match_groups__unioned') }} as members
    on groups.match_kind = members.match_kind and groups.group_number = members.group_number and members.side = 'right'
inner join {{ ref('int_match_items__bank') }} as items on members.item_id = items.id
inner join {{ ref('fct_bank_entries') }} as entries on items.object_id = entries.bank_entry_id
left join {{ ref('int_posting_rules__bank_lines') }} as rules
    on rules.leg = case when items.booked_currency = items.currency then 'bank' else 'bank_converted' end
    and {{ tenant_kind('groups.account_id') }} = rules.tenant
