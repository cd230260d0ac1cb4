select ledger_account, name, account_class, normal_side, revrec_account, awaits, clears_within_days
from {{ ref('int_ledger_accounts') }}
