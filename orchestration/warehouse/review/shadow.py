"""What rules learnt from decisions would change if they went live: the mart that compares both on all history."""

from __future__ import annotations

from typing import Any

from orchestration.warehouse.ledger.reading import Ledger

SHADOW = "marts.fct_match_shadow"
COLUMNS = (
    "change", "match_kind", "left_ids", "right_ids", "amount_minor", "currency", "live_status", "shadow_status"
)  # fmt: skip


def shadow_rows(ledger: Ledger, limit: int | None = None) -> list[tuple[Any, ...]]:
    """Matches that would be lost, changed or new, the largest of each currency first; `COLUMNS`.

    Raises:
        UsageError: The file has no such mart.
    """
    ledger.need(SHADOW)
    cut = "" if limit is None else f" limit {limit}"
    return list(
        ledger.rows(
            f"select {', '.join(COLUMNS)} from (select *, row_number() over (partition by currency order by "
            f"abs(amount_minor) desc, match_kind, left_ids::varchar, right_ids::varchar) as rank from {SHADOW}) "
            f"order by case change when 'lost' then 1 when 'changed' then 2 else 3 end, rank, currency{cut}"
        )
    )


def shadow_totals(ledger: Ledger) -> list[tuple[Any, ...]]:
    """(change, match_kind, currency, matches, amount_minor), one row per change, kind and currency."""
    ledger.need(SHADOW)
    return list(
        ledger.rows(
            f"select change, match_kind, currency, count(*), sum(amount_minor)::bigint from {SHADOW} "
            "group by all order by all"
        )
    )
