"""The columns of the Sigma tables that the simulation writes: name, type, and where in the API object they lie.

One line per table: `column[:type][=path]`. Types: text (default), ts, int, double, bool, list, and sweep (the
automatic payout, known at the very end). The path defaults to the column's name; `@name` is computed in
`sigma_computed`. Only data stands here.
"""

from __future__ import annotations

from orchestration.domain.inbox_layout import CONNECTED_PREFIX
from orchestration.sandbox.inbox.columns import Column, parsed

_TABLES = {
    "balance_transactions": """id created:ts available_on:ts amount:int fee:int net:int currency type
        reporting_category status description source_id=source automatic_transfer_id:sweep=@sweep
        exchange_rate:double=@exchange_rate""",
    "balance_transaction_fee_details": """id balance_transaction_id type amount:int currency
        description application""",
    "charges": """id created:ts captured_at:ts=@captured_at amount:int amount_refunded:int currency
        status paid:bool captured:bool refunded:bool customer_id=customer description
        balance_transaction_id=balance_transaction payment_intent invoice_id=@invoice
        dispute_id=@dispute application_id=application application_fee_id=application_fee
        destination_id=transfer_data.destination transfer_id=transfer
        source_transfer_id=source_transfer transfer_group on_behalf_of_id=on_behalf_of
        payment_method_id=payment_method payment_method_type=payment_method_details.type
        card_brand=payment_method_details.card.brand
        card_country=payment_method_details.card.country
        card_funding=payment_method_details.card.funding
        card_last4=payment_method_details.card.last4
        failure_code failure_message outcome_type=outcome.type
        outcome_network_status=outcome.network_status outcome_reason=outcome.reason
        outcome_risk_level=outcome.risk_level
        statement_descriptor calculated_statement_descriptor receipt_email""",
    "payment_intents": """id created:ts amount:int amount_capturable:int currency status
        customer_id=customer description capture_method confirmation_method invoice_id=@invoice
        payment_method_id=payment_method payment_method_types:list application_id=application
        application_fee_amount:int on_behalf_of_id=on_behalf_of canceled_at:ts cancellation_reason
        last_payment_error_type=last_payment_error.type
        last_payment_error_charge=last_payment_error.charge
        setup_future_usage statement_descriptor receipt_email""",
    "refunds": """id created:ts amount:int currency charge_id=charge status reason
        balance_transaction_id=balance_transaction
        failure_balance_transaction_id=failure_balance_transaction failure_reason
        refund_description=description refund_payment_intent=payment_intent receipt_number
        source_transfer_reversal_id=source_transfer_reversal
        refund_transfer_reversal_id=transfer_reversal""",
    "disputes": """id created:ts amount:int currency charge_id=charge status reason
        network_reason_code is_charge_refundable:bool
        evidence_details_due_by:ts=evidence_details.due_by
        evidence_details_has_evidence:bool=evidence_details.has_evidence
        evidence_details_past_due:bool=evidence_details.past_due
        evidence_details_submission_count:int=evidence_details.submission_count""",
    "early_fraud_warnings": "id created:ts charge_id=charge fraud_type actionable:bool",
    "transfers": """id created:ts date:ts=@date amount:int amount_reversed:int=@amount_reversed currency
        status=@status type=@type automatic:bool=@automatic balance_transaction_id=balance_transaction
        destination_id=destination destination_payment_id=destination_payment
        source_transaction_id=source_transaction source_type transfer_group reversed:bool=@reversed
        application_fee_id=application_fee application_fee_amount:int description
        statement_descriptor failure_code failure_message trace_id=trace_id.value
        trace_id_status=trace_id.status original_payout payout_method reversed_by""",
    "transfer_reversals": """id created:ts amount:int currency transfer_id=transfer
        balance_transaction_id=balance_transaction source_refund_id=source_refund
        destination_payment_refund_id=destination_payment_refund""",
    "application_fees": """id created:ts amount:int amount_refunded:int currency refunded:bool
        account_id=account charge_id=charge originating_transaction_id=originating_transaction
        application_id=application balance_transaction_id=balance_transaction
        fee_source_type=fee_source.type fee_source_id=fee_source.charge""",
    "application_fee_refunds": """id created:ts amount:int currency fee_id=fee
        balance_transaction_id=balance_transaction""",
    "topups": """id created:ts amount:int currency status description balance_transaction
        failure_code failure_message initiated_by statement_descriptor transfer_group""",
    "customers": """id created:ts name email description currency balance:int
        account_balance:int=balance delinquent:bool deleted:bool=@deleted tax_exempt phone
        address_line1=address.line1 address_city=address.city address_state=address.state
        address_postal_code=address.postal_code address_country=address.country
        invoice_settings_default_payment_method_id=invoice_settings.default_payment_method
        default_source_id=default_source discount_coupon_id=discount.source.coupon
        discount_promotion_code_id=discount.promotion_code discount_start:ts=discount.start
        discount_end:ts=discount.end""",
    "accounts": """id created:ts country default_currency type email
        business_name=business_profile.name display_name=settings.dashboard.display_name
        legal_entity_business_name=company.name legal_entity_type=business_type
        timezone=settings.dashboard.timezone business_profile_mcc=business_profile.mcc
        charges_enabled:bool payouts_enabled:bool details_submitted:bool
        controller_fees_payer=controller.fees.payer
        controller_losses_payments=controller.losses.payments
        controller_requirement_collection=controller.requirement_collection
        controller_stripe_dashboard_type=controller.stripe_dashboard.type
        debit_negative_balances:bool=settings.payouts.debit_negative_balances
        statement_descriptor=settings.payments.statement_descriptor
        payout_statement_descriptor=settings.payouts.statement_descriptor
        payout_schedule_interval=settings.payouts.schedule.interval
        payout_schedule_delay_days:int=settings.payouts.schedule.delay_days
        payout_schedule_weekly_anchor=settings.payouts.schedule.weekly_anchor
        payout_schedule_monthly_anchor:int=settings.payouts.schedule.monthly_anchor""",
    "products": "id created:ts name active:bool type description statement_descriptor unit_label url",
    "prices": """id created:ts product_id=product currency unit_amount:int unit_amount_decimal type
        billing_scheme active:bool nickname lookup_key tax_behavior tiers_mode
        recurring_interval=recurring.interval recurring_interval_count:int=recurring.interval_count
        recurring_usage_type=recurring.usage_type recurring_meter_id=recurring.meter
        recurring_trial_period_days:int=recurring.trial_period_days
        transform_quantity_divide_by:int=transform_quantity.divide_by
        transform_quantity_round=transform_quantity.round""",
    "plans": """id created:ts product_id=product currency amount:int unit_amount_decimal=amount_decimal
        interval interval_count:int billing_scheme usage_type aggregate_usage nickname tiers_mode
        trial_period_days:int transform_usage_divide_by:int=transform_usage.divide_by
        transform_usage_round=transform_usage.round""",
    "coupons": """id created:ts name duration duration_in_months:int percent_off:double amount_off:int
        currency max_redemptions:int times_redeemed:int redeem_by:ts valid:bool
        applies_to_products:list=applies_to.products""",
    "promotion_codes": """id created:ts code coupon_id=promotion.coupon customer_id=customer active:bool
        expires_at:int max_redemptions:int times_redeemed:int
        restrictions_first_time_transaction:bool=restrictions.first_time_transaction
        restrictions_minium_amount:int=restrictions.minimum_amount
        restrictions_minium_amount_currency=restrictions.minimum_amount_currency""",
    "discounts": """id created:ts=start end:int coupon_id=source.coupon customer_id=customer
        subscription_id=subscription subscription_item_id=subscription_item invoice_id=invoice
        invoice_item_id=invoice_item promotion_code_id=promotion_code
        checkout_session_id=checkout_session""",
    "tax_rates": """id created:ts display_name description percentage:double
        effective_percentage:double inclusive:bool jurisdiction jurisdiction_level country state
        tax_type active:bool""",
    "subscriptions": """id created:ts customer_id=customer status start_date:ts start:ts=start_date
        current_period_start:ts=@item.current_period_start
        current_period_end:ts=@item.current_period_end billing_cycle_anchor:ts
        billing=collection_method quantity:int=@item.quantity price_id=@item.price.id
        plan_id=@item.plan.id latest_invoice_id=latest_invoice cancel_at_period_end:bool
        cancel_at:ts canceled_at:ts ended_at:ts trial_start:ts trial_end:ts discounts:list=@discounts
        discount_coupon_id=@discount.source.coupon discount_start:ts=@discount.start
        discount_end:ts=@discount.end discount_promotion_code_id=@discount.promotion_code
        cancellation_details_reason=cancellation_details.reason
        cancellation_details_feedback=cancellation_details.feedback
        cancellation_details_comment=cancellation_details.comment days_until_due:int description
        default_payment_method_id=default_payment_method default_source_id=default_source
        schedule_id=schedule application_id=application on_behalf_of_id=on_behalf_of
        application_fee_percent:double transfer_data_destination_id=transfer_data.destination
        transfer_data_amount_percent:double=transfer_data.amount_percent
        billing_mode_type=billing_mode.type pause_collection_behavior=pause_collection.behavior
        pause_collection_resumes_at:ts=pause_collection.resumes_at
        pending_invoice_item_interval=pending_invoice_item_interval.interval
        pending_invoice_item_interval_count:int=pending_invoice_item_interval.interval_count
        next_pending_invoice_item_invoice:ts
        trial_settings_end_behavior_missing_payment_method=trial_settings.end_behavior.missing_payment_method""",
    "subscription_items": """id created:int subscription subscription_id=subscription quantity:int
        price_id=price.id price_product_id=price.product price_currency=price.currency
        price_unit_amount:int=price.unit_amount price_nickname=price.nickname
        price_recurring_interval=price.recurring.interval
        price_recurring_interval_count:int=price.recurring.interval_count
        price_recurring_trial_period_days:int=price.recurring.trial_period_days
        price_created:ts=price.created plan_id=plan.id plan_product_id=plan.product
        plan_amount:int=plan.amount plan_currency=plan.currency plan_interval=plan.interval
        plan_interval_count:int=plan.interval_count plan_created:ts=plan.created
        item_current_period_start:ts=current_period_start
        item_current_period_end:ts=current_period_end discounts:list""",
    "invoices": """id date:ts=created number customer_id=customer subscription_id=@subscription
        parent_id=@subscription parent_type=parent.type charge_id=@charge status currency
        subtotal:int tax:int=@tax total:int amount_due:int amount_paid:int amount_remaining:int
        starting_balance:int ending_balance:int amount_shipping:int
        pre_payment_credit_notes_amount:int post_payment_credit_notes_amount:int paid:bool=@paid
        paid_out_of_band:bool=@paid_out_of_band
        subscription_proration_date:ts=parent.subscription_details.subscription_proration_date
        attempted:bool attempt_count:int next_payment_attempt:ts auto_advance:bool billing_reason
        collection_method customer_name customer_email customer_tax_exempt
        customer_address_country=customer_address.country discounts:list due_date:ts effective_at:ts
        period_start:ts period_end:ts
        status_transitions_finalized_at:ts=status_transitions.finalized_at
        status_transitions_paid_at:ts=status_transitions.paid_at
        status_transitions_voided_at:ts=status_transitions.voided_at
        status_transitions_marked_uncollectible_at:ts=status_transitions.marked_uncollectible_at
        application_id=application on_behalf_of_id=on_behalf_of
        default_payment_method_id=default_payment_method receipt_number statement_descriptor
        description""",
    "invoice_line_items": """id invoice_id=invoice source_type=@source_type source_id=@source
        line_item_parent_type=parent.type subscription=@item_subscription
        subscription_item_id=@details.subscription_item invoice_item_id=@details.invoice_item description
        amount:int currency quantity:int quantity_decimal price_id=pricing.price_details.price
        plan_id=@plan proration:bool=@details.proration
        proration_details_credited_items_invoice=@details.proration_details.credited_items.invoice
        discountable:bool total_discount:int=@total_discount total_exclusive_tax:int=@total_exclusive_tax
        period_start:ts=period.start period_end:ts=period.end""",
    "invoice_line_item_discount_amounts": """id invoice_line_item_id invoice_id discount
        amount:int""",
    "invoice_line_item_tax_amounts": """id invoice_line_item_id invoice_id
        tax_rate=tax_rate_details.tax_rate inclusive:bool=@inclusive amount:int taxable_amount:int""",
    "invoice_items": """id date:ts customer_id=customer invoice_id=invoice
        subscription_id=parent.subscription_details.subscription
        subscription_item=parent.subscription_details.subscription_item description amount:int
        net_amount:int currency quantity:int quantity_decimal price_id=pricing.price_details.price
        unit_amount_decimal=pricing.unit_amount_decimal proration:bool discountable:bool
        discounts:list period_start:ts=period.start period_end:ts=period.end""",
    "invoice_payments": """id invoice amount_requested:int amount_paid:int currency status
        is_default:bool payment_intent=payment.payment_intent payment_id=@payment
        payment_type=payment.type status_transitions_paid_at:ts=status_transitions.paid_at
        status_transitions_canceled_at:ts=status_transitions.canceled_at""",
    "credit_notes": """id created:ts number invoice_id=invoice customer_id=customer amount:int
        currency status type reason refund_id=@refund memo amount_shipping:int
        customer_balance_transaction_id=customer_balance_transaction out_of_band_amount:int
        effective_at:ts voided_at:ts""",
    "credit_note_line_items": """id credit_note_id invoice_line_item type description amount:int
        discount_amount:int quantity:int unit_amount:int unit_amount_decimal""",
    "credit_note_line_item_tax_amounts": """id credit_note_line_item_id
        tax_rate_id=tax_rate_details.tax_rate inclusive:bool=@inclusive amount:int""",
    "customer_balance_transactions": """id created:ts customer_id=customer type amount:int
        ending_balance:int currency invoice_id=invoice credit_note_id=credit_note
        checkout_session_id=checkout_session description""",
    "exchange_rates_from_usd": "date:ts sell_currency buy_currency_exchange_rates",
}
_TABLES["connected_accounts"] = _TABLES["accounts"]

# Per object with metadata: the table of its pairs, and that table's column with the id of the object.
METADATA = {
    "account": ("accounts_metadata", "account_id"),
    "charge": ("charges_metadata", "charge_id"),
    "coupon": ("coupons_metadata", "coupon_id"),
    "credit_note": ("credit_notes_metadata", "credit_note_id"),
    "customer": ("customers_metadata", "customer_id"),
    "dispute": ("disputes_metadata", "dispute_id"),
    "invoice": ("invoices_metadata", "invoice_id"),
    "invoiceitem": ("invoice_items_metadata", "invoice_item_id"),
    "payment_intent": ("payment_intents_metadata", "payment_intent_id"),
    "payout": ("transfers_metadata", "transfer_id"),
    "price": ("prices_metadata", "price_id"),
    "product": ("products_metadata", "product_id"),
    "refund": ("refunds_metadata", "refund_id"),
    "subscription": ("subscriptions_metadata", "subscription_id"),
    "topup": ("topups_metadata", "topup_id"),
    "transfer": ("transfers_metadata", "transfer_id"),
    "transfer_reversal": ("transfer_reversals_metadata", "transfer_reversal_id"),
}
for _table, _key in METADATA.values():
    _TABLES[_table] = f"{_key} key value"


def columns_of(table: str) -> list[Column]:
    """The columns of a Sigma table in the order of its file; a connected twin has `account` in front.

    Raises:
        KeyError: the simulation does not write that table.
    """
    if table in _TABLES:
        return [parsed(text) for text in _TABLES[table].split()]
    twin = table.removeprefix(CONNECTED_PREFIX)
    if twin == table:
        raise KeyError(table)
    return [Column("account", "text", "@account"), *columns_of(twin)]
