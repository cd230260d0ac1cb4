"""The names of the faults, for `tieout simulate --defects`."""

from __future__ import annotations

from collections.abc import Iterable

LIVED = {
    "card_testing": "hundreds of tiny declined charges within two hours, a few of them successful",
    "double_payout": "the same manual payout sent twice",
    "duplicate_charge": "a customer charged twice for one order",
    "fraud_burst": "many charges of one stolen card within an hour, disputed weeks later",
    "missing_refund": "an order that the company calls refunded and Stripe does not",
    "price_error": "orders charged ten times over or at an old price",
    "refund_abuse": "one buyer who buys and is refunded again and again",
}
IN_FILES = {
    "duplicate_rows": "a row written twice, or a second, different row with the same id",
    "fee_error": "fee details that do not add up to the fee, or a net that is not amount less fee",
    "late_rows": "rows created after the export",
    "lost_rows": "balance transactions and charges missing from the files",
    "orphan_refund": "a refund of a charge that does not exist",
    "wrong_currency": "a row in another currency, or in one that does not exist",
    "wrong_tenant": "a connected account's row given to another account",
}
DEFECTS: dict[str, str] = {**LIVED, **IN_FILES}


def checked(names: Iterable[str]) -> tuple[str, ...]:
    """The names, each once and in the order of `DEFECTS`. Raises ValueError for a name that is not known."""
    wanted = set(names)
    unknown = sorted(wanted - DEFECTS.keys())
    if unknown:
        raise ValueError(f"unknown defect {', '.join(unknown)}; known are {', '.join(DEFECTS)}")
    return tuple(name for name in DEFECTS if name in wanted)
