"""Stripe's API as assets: one per group of objects, each pulled into landing with its cursor.

They are apart from the daily close, which needs no key: what they land is loaded by the next close.
"""

from collections.abc import Iterable

import dagster as dg

from orchestration.assets.failure import deliberate_errors
from orchestration.assets.raw import OWNERS
from orchestration.extraction_step import extract_objects
from orchestration.resources import StripeApiResource, WorkspaceResource

EXTRACT_POOL = "stripe_api"  # one pull at a time: they share the limiter's budget and the cursor
# Group -> objects of `sources/stripe_api/endpoints.py`; a test proves that none is left out.
OBJECT_GROUPS: dict[str, tuple[str, ...]] = {
    "balance": ("balance_transaction", "payout", "topup", "balance"),
    "payments": ("charge", "payment_intent", "refund", "dispute", "radar.early_fraud_warning"),
    "billing": ("invoice", "invoiceitem", "invoice_payment", "credit_note", "subscription", "subscription_schedule"),
    "customers": ("customer",),
    "catalog": ("product", "price", "plan", "coupon", "promotion_code", "tax_rate"),
    "connect": ("account", "transfer", "application_fee"),
    "events": ("event",),
}  # fmt: skip


def _extraction(group: str, objects: Iterable[str]) -> dg.AssetsDefinition:
    listed = ", ".join(objects)

    @dg.asset(
        key=["stripe_api", group],
        group_name="extract",
        kinds={"stripe"},
        owners=OWNERS,
        pool=EXTRACT_POOL,
        description=f"What Stripe's API lists of {listed}, for the platform and every connected account; "
        "incremental, resumable, landed together with its cursor. Needs STRIPE_API_KEY.",
    )
    def extraction(
        context: dg.AssetExecutionContext, workspace: WorkspaceResource, stripe_api: StripeApiResource
    ) -> dg.MaterializeResult:  # type: ignore[type-arg]
        with deliberate_errors():
            outcome = extract_objects(
                workspace.workspace, frozenset(objects), stripe_api.base_url, context.log.debug
            )
        for remark in outcome.remarks:
            context.log.warning(remark)
        return dg.MaterializeResult(
            metadata={
                "accounts": len(outcome.accounts),
                "objects_read": sum(outcome.read.values()),
                "objects_landed": sum(outcome.landed.values()),
                "requests": sum(outcome.requests.values()),
                "requests_per_1000_objects": round(outcome.requests_per_thousand, 1),
                "seconds": round(outcome.seconds, 1),
            }
        )

    return extraction


extractions = [_extraction(group, objects) for group, objects in OBJECT_GROUPS.items()]
