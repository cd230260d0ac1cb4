select currency, exponent, name
from {{ ref('currencies') }}
