select {{ posting_columns() | join(', ') }}
from {{ source('journal', 'closed_postings') }}
