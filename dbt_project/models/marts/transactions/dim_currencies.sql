select currency, exponent, name
from {{ ref('int_currencies') }}
