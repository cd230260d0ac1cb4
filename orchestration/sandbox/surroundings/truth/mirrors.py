"""What stands on one side only of the platform and a connected account, because the other is still to come."""

from __future__ import annotations

from collections.abc import Iterator

from orchestration.sandbox.simulation import Segment
from orchestration.sandbox.surroundings.business.table import Row
from orchestration.sandbox.world.books import PLATFORM


def mirror_gaps(segment: Segment) -> Iterator[Row]:
    """Residuals between two tenants at the end, in the currency of the side that is named.

    * `transfer_payment`: a transfer less the payment that it became, for transfers that neither arrived nor
      came back. What arrived has the transfer's own amount and currency, so nothing else differs.
    * `charge_fee`: the application fee of a charge less the fee object, which Stripe makes a little later.
    """
    under_way = [
        pair for pair in segment.objects.get("transfer", ()) if pair[1]["destination_payment"] is None
    ]
    returned = _returned(segment) if under_way else set()
    for tenant, transfer in under_way:
        if transfer["id"] not in returned:
            key = (transfer["id"], tenant, transfer["currency"])
            yield "transfer_payment", *key, "in_transit", transfer["amount"]
    for tenant, charge in segment.objects.get("charge", ()):
        amount = charge["application_fee_amount"]
        if amount and tenant != PLATFORM and charge["paid"] and charge["application_fee"] is None:
            yield "charge_fee", charge["id"], tenant, charge["currency"], "in_transit", amount


def _returned(segment: Segment) -> set[str]:
    """Ids of what came back to the platform of its transfers."""
    return {
        row["source"]
        for tenant, row in segment.objects.get("balance_transaction", ())
        if tenant == PLATFORM and row["reporting_category"] == "transfer_reversal"
    }
