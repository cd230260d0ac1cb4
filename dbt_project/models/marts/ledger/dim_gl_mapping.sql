select ledger_account, gl_code, gl_name, class, department, location
from {{ ref('int_gl_mapping') }}
