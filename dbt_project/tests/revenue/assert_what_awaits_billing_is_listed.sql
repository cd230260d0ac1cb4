{{ config(meta={'dagster': {'ref': {'name': 'fct_clearing_items'}}}) }}
-- Guards that the money of every charge, refund and dispute found its sale: an item that still waits for billing is money
-- that no receivable, revenue or loss knows, unless an exception says so.
select items.account_id, items.ledger_account, items.clearing_id, items.currency, items.balance_minor
from {{ ref('fct_clearing_items') }} as items
left join {{ ref('fct_exceptions') }} as exceptions
    on items.account_id = exceptions.account_id and items.clearing_id = exceptions.object_id
where items.awaits = 'billing' and exceptions.exception_id is null
