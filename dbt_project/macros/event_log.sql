{#- What the models of the event log share: the objects that have observations, and what events do not tell. -#}

{#- Raw table of the API -> type of its objects, in no order that matters; `unmodelled` names the type in each row. -#}
{% macro observed_objects() -%}
    {%- set types = {'radar_early_fraud_warning': 'radar.early_fraud_warning', 'unmodelled': none} -%}
    {%- for name in [
        'account', 'application_fee', 'balance', 'balance_transaction', 'charge', 'coupon', 'credit_note',
        'credit_note_line_item', 'customer', 'customer_balance_transaction', 'discount', 'dispute', 'fee_refund', 'invoice',
        'invoice_payment', 'invoiceitem', 'line_item', 'payment_intent', 'payout', 'plan', 'price', 'product', 'promotion_code',
        'refund', 'subscription', 'subscription_item', 'subscription_schedule', 'tax_rate', 'topup', 'transfer',
        'transfer_reversal', 'usage_record',
    ] -%}
        {%- do types.update({name: name}) -%}
    {%- endfor -%}
    {{- return(types) -}}
{%- endmacro %}

{#- Whether a build continues from an earlier one, so that only objects with news are looked at. -#}
{% macro continues_a_build() -%}
    {{- return(is_incremental() and run_value('built_through') != '0') -}}
{%- endmacro %}

{#-
Fields that change without an event, or are rendered anew at every read, with the reason: a difference in them is
no missed event. `*` stands for every field of a type.
-#}
{% macro fields_without_events() -%}
    {%- set reasons = {
        'invoiceitem.*': 'only creation and deletion are told; neither edits nor the invoice that bills it are',
        'payout.trace_id': 'comes from the bank up to ten days after the payout was paid',
        'payout.reconciliation_status': 'is told by an event of newer API versions only',
        'charge.receipt_url': 'signed anew at every read',
        'charge.application_fee': 'the fee of a direct charge is made after the charge was told',
        'charge.disputed': 'told by the events of the dispute',
        'charge.dispute': 'told by the events of the dispute',
        'invoice.hosted_invoice_url': 'signed anew at every read',
        'invoice.invoice_pdf': 'signed anew at every read',
        'invoice.confirmation_secret': 'a secret that events leave out',
        'payment_intent.client_secret': 'a secret that events leave out',
        'customer.next_invoice_sequence': 'a counter that invoices move',
        'coupon.times_redeemed': 'a counter that redemptions move',
        'coupon.valid': 'ends by the passing of time',
        'promotion_code.times_redeemed': 'a counter that redemptions move',
        'dispute.evidence_details': 'moves by the passing of time',
        'dispute.is_charge_refundable': 'follows refunds',
        'topup.metadata': 'no event tells of an edit',
        'topup.description': 'no event tells of an edit',
        'invoice_payment.status': 'only `paid` is told, the end of an open payment is not',
    } -%}
    {{- return(reasons.keys() | list) -}}
{%- endmacro %}

{#- Payment intents have events of some steps only; of their fields these never move without one. -#}
{% macro told_fields_of_payment_intents() -%}
    {{- return(['payment_intent.amount_received', 'payment_intent.canceled_at', 'payment_intent.cancellation_reason']) -}}
{%- endmacro %}

{#- Maps in which a key is a fact of its own; in other objects a version of the API may add or drop keys. -#}
{% macro maps_of_facts() -%}{{- return(['metadata', 'fraud_details']) -}}{%- endmacro %}

{#- A list of texts as SQL literals. -#}
{% macro text_literals(texts) -%}'{{ texts | join("', '") }}'{%- endmacro %}
