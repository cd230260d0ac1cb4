{#- Where the parts of a bank line post; rules that name no category speak of Stripe's transactions only. -#}
select tenant, leg, ledger_account
from {{ ref('int_posting_rules__resolved') }}
where reporting_category = 'bank_line' and flow_type = 'payout'
    and rule_id in (select rules.rule_id from {{ ref('int_posting_rules') }} as rules where rules.reporting_category = 'bank_line')
