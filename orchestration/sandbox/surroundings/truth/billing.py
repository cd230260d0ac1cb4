"""Months of billing: what was invoiced, paid, credited, voided and written off."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from orchestration.sandbox.simulation import Segment
from orchestration.sandbox.surroundings.business.table import Row, month_of
from orchestration.sandbox.world.history import Change, Obj, state_at

_AMOUNTS = ("invoiced", "tax", "discount", "paid", "credited", "voided", "written_off")
BILLING_COLUMNS = ("account_id", "currency", "month", *(f"{name}_minor" for name in _AMOUNTS))


class Billing:
    """Sums by account, currency of the invoice and UTC month, in minor units; drafts never count.

    * `invoiced_minor`: `total` of invoices (after discounts, with tax) by finalization; with it, of the same
      invoices, `tax_minor` and `discount_minor`.
    * `paid_minor`: paid invoice payments by their `paid_at`, and what was paid out of band
      (`amount_paid_off_stripe`) by the invoice's. Customer balance that was applied is no payment.
    * `credited_minor`: `total` of credit notes by `created`, less that of voided ones by `voided_at`.
    * `voided_minor` and `written_off_minor`: `amount_remaining` right before the invoice was voided or marked
      uncollectible, by that moment. A written-off invoice that is paid later counts in `paid_minor` too.
    """

    def __init__(self) -> None:
        self._months: dict[tuple[str, str, str], dict[str, int]] = defaultdict(
            lambda: dict.fromkeys(_AMOUNTS, 0)
        )

    def take(self, segment: Segment) -> None:
        """Add the invoices, invoice payments and credit notes of a segment."""
        for tenant, invoice in segment.objects.get("invoice", ()):
            self._invoice(tenant, invoice, segment.history[invoice["id"]])
        for tenant, payment in segment.objects.get("invoice_payment", ()):
            if payment["status"] == "paid":
                paid_at = payment["status_transitions"]["paid_at"]
                self._month(tenant, payment, paid_at)["paid"] += payment["amount_paid"]
        for tenant, note in segment.objects.get("credit_note", ()):
            self._month(tenant, note, note["created"])["credited"] += note["total"]
            if note["voided_at"] is not None:
                self._month(tenant, note, note["voided_at"])["credited"] -= note["total"]

    def rows(self) -> Iterator[Row]:
        """One row per account, currency and month in which something happened."""
        for key in sorted(self._months):
            yield *key, *self._months[key].values()

    def _invoice(self, tenant: str, invoice: Obj, changes: list[Change]) -> None:
        moments = invoice["status_transitions"]
        if moments["finalized_at"] is None:
            return
        month = self._month(tenant, invoice, moments["finalized_at"])
        month["invoiced"] += invoice["total"]
        month["tax"] += sum(part["amount"] for part in invoice["total_taxes"] or ())
        month["discount"] += sum(part["amount"] for part in invoice["total_discount_amounts"] or ())
        if invoice["amount_paid_off_stripe"]:
            paid = self._month(tenant, invoice, moments["paid_at"])
            paid["paid"] += invoice["amount_paid_off_stripe"]
        for name, moment in (("voided", "voided_at"), ("written_off", "marked_uncollectible_at")):
            at = moments[moment]
            if at is not None:
                before = state_at(invoice, changes, at - 1) or invoice
                self._month(tenant, invoice, at)[name] += before["amount_remaining"]

    def _month(self, tenant: str, obj: Obj, at: int) -> dict[str, int]:
        return self._months[tenant, obj["currency"], month_of(at)]
