with

declared as (
    {{ with_company(ref('bank_accounts'), source('company', 'bank_accounts'), 'bank_account', {
        'bank_account': 'varchar', 'account_id': 'varchar', 'currency': 'varchar', 'from_date': 'date',
        'calendar': 'varchar'}) }}
),

-- as readers write an account: without blanks, in capitals
normal as (
    select
        upper(replace(bank_account, ' ', '')) as bank_account, account_id, lower(currency) as currency, from_date,
        calendar
    from declared
)

select
    *,
    lead(from_date) over (partition by bank_account, currency order by from_date) as until_date
from normal
