"""What the loader refused: recorded beside the loads, so that it is neither forgotten nor tried in vain."""

from __future__ import annotations

from dataclasses import dataclass, field

import duckdb

from orchestration.domain.errors import InputRefused, LandingDamaged
from orchestration.sources.receipts import Receipt


@dataclass(frozen=True)
class Refusal:
    """A received file that was refused, and why."""

    receipt: Receipt
    reason: str
    remedy: str
    is_critical: bool


@dataclass
class RefusalBook:
    """The refusals of one raw database.

    Attributes:
        rules: Fingerprint of what a refusal depends on besides the file: the company's own rows.
        run_id: The run that is loading.
        earlier: Receipt -> the load after which it was refused first. A file that is refused again keeps its
            place, so that a later file of its table still settles it.
    """

    connection: duckdb.DuckDBPyConnection
    rules: str
    run_id: str
    earlier: dict[str, int] = field(default_factory=dict)

    def reopen(self, in_force: set[str]) -> None:
        """Forget refusals that are out of force, and those that deserve another look.

        Another look: the company's rows changed since, or it was the landed copy that was damaged.
        """
        rows = self.connection.execute(
            "select receipt_id, after_load_seq, rules from meta.refusals"
        ).fetchall()
        self.earlier = {receipt_id: after for receipt_id, after, _ in rows}
        for receipt_id, _, rules in rows:
            if receipt_id not in in_force or rules != self.rules:
                self.connection.execute("delete from meta.refusals where receipt_id = ?", [receipt_id])

    def record(self, receipt: Receipt, relation: str, refusal: InputRefused, *, is_critical: bool) -> Refusal:
        """Write one refusal down."""
        where = refusal.where
        reason = refusal.what if where in ("", receipt.name) else f"{refusal.what} ({where})"
        rules = "" if isinstance(refusal, LandingDamaged) else self.rules
        self.connection.execute(
            "insert into meta.refusals values (?, ?, ?, ?, ?, ?, ?, ?, "
            "coalesce(?, (select max(load_seq) from meta.loads), 0), ?, ?)",
            [
                receipt.receipt_id,
                receipt.name,
                receipt.sha256,
                relation,
                is_critical,
                reason,
                refusal.remedy,
                receipt.received_at,
                self.earlier.get(receipt.receipt_id),
                self.run_id,
                rules,
            ],
        )
        return Refusal(receipt, reason, refusal.remedy, is_critical)
