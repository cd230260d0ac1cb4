{#- Booked bank lines as the matcher compares them; converted money in the currency in which it was sent. -#}
with

entries as (
    select
        *,
        coalesce(instructed_currency, currency) <> currency and instructed_minor is not null as is_converted
    from {{ ref('fct_bank_entries') }}
    where entry_status = 'booked'
)

select
    bank_entry_id as id,
    'bank_entry' as object_kind,
    bank_entry_id as object_id,
    account_id as scope,
    case when is_converted then instructed_currency else currency end as currency,
    booked_date as date,
    case when is_converted then cast(sign(amount_minor) * abs(instructed_minor) as bigint) else amount_minor end
        as amount_minor,
    amount_minor as booked_minor,
    currency as booked_currency,
    bank_account,
    description as text,
    concat_ws(
        ' ', description, reference, end_to_end_id, customer_reference, bank_reference, detail_end_to_end_ids
    ) as words,
    {{ counterparty_entity('counterparty') }} as entity,
    case when charges_currency = currency then charges_minor end as charges_minor
from entries
where amount_minor <> 0
