select
    payouts.account_id,
    payouts.object_id as payout_id,
    min(entries.object_id) as first_entry_id,
    count(*) as entry_count,
    max(entries.member_date) as bank_date
from {{ ref('fct_match_members') }} as payouts
inner join {{ ref('fct_matches') }} as matches on payouts.match_id = matches.match_id
inner join {{ ref('fct_match_members') }} as entries on payouts.match_id = entries.match_id
where matches.match_kind = 'payout_bank'
    and matches.status in ('auto', 'confirmed')
    and payouts.object_kind = 'payout'
    and entries.object_kind = 'bank_entry'
group by payouts.account_id, payouts.object_id
