with

measures as (
    select measure, slice, account_id, currency, numerator, denominator, aim from {{ ref('int_quality__matches') }}
    union all
    select measure, slice, account_id, currency, numerator, denominator, aim from {{ ref('int_quality__ledger') }}
)

select
    '{{ run_value("run_id") }}' as run_id,
    measure,
    slice,
    account_id,
    currency,
    cast(numerator as decimal(38, 0)) as numerator,
    cast(denominator as decimal(38, 0)) as denominator,
    {{ ratio('numerator', 'denominator') }} as value,
    cast(aim as decimal(9, 6)) as aim
from measures
