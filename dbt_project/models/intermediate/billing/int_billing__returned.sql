{#-
Money that went back (or came back): against what of the sale earlier months had recognized, what is deferred still, and,
beyond the sale, a loss. Where the rate moved since the sale was booked, the difference is FX.
-#}
with

events as (
    select money.*, movements.currency, movements.clearing_account, movements.clearing_id
    from {{ ref('int_revenue_events__money') }} as money
    inner join {{ ref('int_revenue_movements') }} as movements
        on money.account_id = movements.account_id and money.event_id = movements.transaction_id
),

changes as (
    select * from {{ ref('int_revenue_changes') }}
    where kind in ('refund', 'refund_failure', 'dispute', 'platform_earning_refund', 'charge_failure')
),

bills as (
    select account_id, bill_kind, bill_id, sum(amount_minor) as amount_minor, sum(books_minor) as books_minor
    from {{ ref('int_revenue_lines') }}
    group by account_id, bill_kind, bill_id
),

beyond as (
    select * from {{ ref('int_billing__recovered') }}
),

summed as (
    select
        events.*,
        coalesce(sums.given_minor, 0) as given_minor,
        coalesce(beyond.excess_minor, 0) as excess_minor,
        coalesce(beyond.from_recovered_minor, 0) as from_recovered_minor,
        coalesce(beyond.contra_again_minor, 0) as contra_again_minor,
        coalesce({{ share_of('events.tax_minor', 'bills.books_minor', 'nullif(bills.amount_minor, 0)') }}, 0)
        * case when events.kind in ('refund_failure', 'dispute_reversal') then -1 else 1 end as books_tax_minor
    from events
    left join (  -- noqa: ST05
        select account_id, event_id, -sum(amount_minor) as given_minor from changes group by account_id, event_id
    ) as sums on events.account_id = sums.account_id and events.event_id = sums.event_id
    left join beyond on events.account_id = beyond.account_id and events.event_id = beyond.event_id
    left join bills
        on events.account_id = bills.account_id and events.bill_kind = bills.bill_kind and events.bill_id = bills.bill_id
),

amounts as (
    select account_id, event_id, 'clearing' as leg, clearing_account as ledger_account, clearing_id, gross_minor as debit_minor from events
    union all
    select account_id, event_id, concat('contra.', component_id), {{ contra_account('kind') }}, null, contra_minor from changes
    union all
    select account_id, event_id, concat('deferred.', component_id), 'deferred_revenue', null, -amount_minor - contra_minor from changes
    union all
    select account_id, event_id, 'recovered', 'recoverables', null,
        case when kind = 'dispute_reversal' then -gross_minor - books_tax_minor else from_recovered_minor - contra_again_minor end
    from summed
    union all
    select account_id, event_id, 'contra.recovered', {{ contra_account('kind') }}, null, contra_again_minor from summed
    union all
    -- the seller's part of a refund comes back as a transaction of its own
    select account_id, event_id, 'given_back', 'deferred_revenue', null, given_back_minor from summed where is_passed_on
    union all
    select account_id, event_id, 'tax', 'tax_liability', null, books_tax_minor from summed where not is_passed_on
    union all
    select account_id, event_id, 'loss', 'other_loss', null, excess_minor - from_recovered_minor from summed where not is_passed_on
    union all
    select account_id, event_id, 'difference', case when is_passed_on then 'connect_transfer_loss' else 'fx_loss' end, null,
        -gross_minor - given_minor - case when is_passed_on then given_back_minor else excess_minor + books_tax_minor end
    from summed
    where kind <> 'dispute_reversal'
)

select
    amounts.account_id, amounts.event_id as entry_object_id, 'returned' as entry_suffix, events.kind as entry_kind,
    events.bill_id as source_object_id, case when events.bill_kind = 'invoice' then events.bill_id end as invoice_id,
    events.currency, amounts.leg, amounts.ledger_account, amounts.clearing_id, cast(amounts.debit_minor as bigint) as debit_minor,
    events.happened_at as effective_at, events.recorded_at
from amounts
inner join events on amounts.account_id = events.account_id and amounts.event_id = events.event_id
where amounts.debit_minor <> 0
