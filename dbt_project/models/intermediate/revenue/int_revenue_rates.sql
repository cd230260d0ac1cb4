{#-
The books in which an invoice stands: its own currency where the account settles in it; else that of its payment, and
before one the account's own, at the rate of the day before. A payment of the same day brings its own rate.
-#}
with

invoices as (
    select account_id, invoice_id, currency, finalized_at from {{ ref('stg_stripe__invoices') }}
    where not is_deleted and status <> 'draft' and finalized_at <= timestamptz '{{ run_value("as_of") }}'
),

settled as (
    select distinct account_id, currency from {{ ref('fct_transactions') }}
),

-- while a payment is not known, what came back of it tells the books: a bill and its refund never stand in two of them
movements as (
    select
        account_id, invoice_id, currency, gross_minor, presentment_minor,
        case when reporting_category = 'charge' then created_at end as paid_at,
        row_number() over (
            partition by account_id, invoice_id
            order by case when reporting_category = 'charge' then 0 else 1 end, created_at, transaction_id
        ) as place
    from {{ ref('int_revenue_movements') }}
    where reporting_category in ('charge', 'refund', 'refund_failure', 'dispute', 'dispute_reversal') and invoice_id is not null
),

payments as (
    select * from movements where place = 1
),

accounts as (
    select stripe_account_id as account_id, min(default_currency) as default_currency
    from {{ ref('stg_stripe__accounts') }}
    where not is_deleted
    group by stripe_account_id
),

booked as (
    select
        invoices.*,
        case when settled.currency is not null then invoices.currency
            else coalesce(payments.currency, accounts.default_currency, '{{ run_value("functional_currency") }}') end as books_currency,
        payments.gross_minor,
        payments.presentment_minor,
        {{ utc_date('payments.paid_at') }} = {{ utc_date('invoices.finalized_at') }} as is_paid_at_once
    from invoices
    left join settled on invoices.account_id = settled.account_id and invoices.currency = settled.currency
    left join payments on invoices.account_id = payments.account_id and invoices.invoice_id = payments.invoice_id
    left join accounts on invoices.account_id = accounts.account_id
),

rates as (
    select * from {{ ref('int_exchange_rates') }}
),

-- the last day before that of the invoice on which both currencies have a rate
rated as (
    select
        booked.account_id, booked.invoice_id,
        {{ first_by('own.units_per_usd', '-own.rate_number') }} as own_units,
        {{ first_by('books.units_per_usd', '-own.rate_number') }} as books_units
    from booked
    inner join rates as own
        on booked.currency = own.currency and own.rate_date < {{ utc_date('booked.finalized_at') }}
    inner join rates as books on booked.books_currency = books.currency and own.rate_date = books.rate_date
    where booked.currency <> booked.books_currency and booked.is_paid_at_once is not true
    group by booked.account_id, booked.invoice_id
)

select
    booked.account_id,
    booked.invoice_id,
    booked.currency,
    -- without any rate an invoice stays in its own currency until its payment brings one
    case when booked.currency = booked.books_currency or coalesce(rated.own_units, booked.gross_minor) is not null
        then booked.books_currency else booked.currency end as books_currency,
    case when booked.currency = booked.books_currency then 1 when booked.is_paid_at_once then booked.gross_minor
        else coalesce(rated.books_units, booked.gross_minor, 1) end as books_part,
    case when booked.currency = booked.books_currency then 1 when booked.is_paid_at_once then booked.presentment_minor
        else coalesce(rated.own_units, booked.presentment_minor, 1) end as own_part
from booked
left join rated on booked.account_id = rated.account_id and booked.invoice_id = rated.invoice_id
