{#- What the models of payouts share. -#}

{#-
The day whose automatic payout takes what becomes available at an instant: payouts are made of what is available at
midnight UTC, so what becomes available later in a day waits for the next.
-#}
{% macro sweep_date(available_at) -%}
    {{ days_after(utc_date('(' ~ available_at ~ " - interval '1 microsecond')"), 1) }}
{%- endmacro %}

{#- Before an increment appends: memberships of what changed are read anew, inferred ones are inferred anew. -#}
{% macro forget_changed_members() -%}
    {%- if execute and is_incremental() -%}
    delete from {{ this }} as members
    where members.membership = 'inferred'
        or exists (
            select 1 from {{ ref('int_transactions__changed') }} as changed
            where members.account_id = changed.account_id and members.transaction_id = changed.transaction_id
        )
    {%- endif -%}
{%- endmacro %}

{#- Why a payout has its status, in a sentence; over the columns of fct_payout_reconciliation's last step. -#}
{% macro payout_reason() -%}
    case verdict
        when 'conflict' then concat(cast(disputed_count as varchar),
            ' of its transactions are claimed by another payout too; see other_payout_id in fct_payout_members')
        when 'foreign' then concat(cast(foreign_count as varchar), ' of its transactions are in ', foreign_currencies,
            ', the payout is in ', currency)
        when 'failed' then concat('failed', ' (' || failure_code || ')',
            case when return_transaction_id is not null then concat('; ', return_transaction_id, ' brought the money back') end)
        when 'canceled' then concat('canceled',
            case when return_transaction_id is not null then concat('; ', return_transaction_id, ' brought the money back') end)
        when 'unknowable' then case
            when original_payout_id is not null then concat('takes ', original_payout_id, ' back from the bank')
            when is_automatic is null then 'no source says whether the payout schedule made it, so its transactions are not knowable'
            when not is_automatic then 'Stripe does not say which transactions a manual or instant payout consists of; the balance proves it'
            when coalesce(method, 'standard') = 'instant'
                then 'Stripe does not say which transactions a manual or instant payout consists of; the balance proves it'
            else 'everything that was available, less what payouts by hand had taken before it: the sum is known, its transactions are not'
        end
        when 'by_id' then concat('transactions that name it: ', cast(member_count as varchar),
            case when reversed_by_payout_id is not null then concat('; taken back by ', reversed_by_payout_id) end)
        when 'inferred' then concat('no source names its transactions; all that was available and unpaid at midnight UTC of ',
            cast(swept_date as varchar), ' sums to it exactly: ', cast(member_count as varchar))
        when 'not_received' then 'no balance transactions of this account are here'
        when 'timing' then concat('its transactions may still be named until ', cast(clear_by as varchar),
            case when member_count > 0 then concat('; so far they sum to ', cast(net_minor as varchar)) end)
        when 'no_members' then case
            when stray_count > 0 then concat('the ', cast(stray_count as varchar), ' transactions that name it, ',
                cast(stray_minor as varchar), ', stand under ', stray_account_ids)
            when absent_count > 0 then concat('none of its ', cast(absent_count as varchar),
                ' listed transactions is here, such as ', absent_id)
            when has_several_pools then 'no source names its transactions, and payouts from several parts of the balance cannot be told apart'
            when by_hand_count > 0 then concat('no source names its transactions, and with payouts by hand before it those available sum to ',
                cast(found_minor as varchar))
            else concat('no source names its transactions, and the ', cast(coalesce(found_count, 0) as varchar),
                ' that were available and unpaid sum to ', cast(coalesce(found_minor, 0) as varchar))
        end
        else concat('its transactions (', cast(member_count as varchar), ') sum to ', cast(net_minor as varchar),
            ', it took ', cast(swept_minor as varchar),
            case when stray_count > 0 then concat('; ', cast(stray_count as varchar), ' that name it, ',
                cast(stray_minor as varchar), ', stand under ', stray_account_ids) end,
            case when absent_count > 0 then concat('; ', cast(absent_count as varchar),
                ' that Stripe lists for it are not here, such as ', absent_id) end)
    end
{%- endmacro %}
