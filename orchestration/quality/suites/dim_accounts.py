"""What a reader may rely on in `marts.dim_accounts`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from orchestration.quality.suites import rules

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "marts.dim_accounts"
KEY = ("account_id",)
COLUMNS = ("account_id", "stripe_account_id", "kind", "country", "name")
TYPES = dict.fromkeys(COLUMNS, "VARCHAR")


def build_suite() -> gx.ExpectationSuite:
    """One row per account: the platform, and each connected account."""
    return rules.suite_of(
        TABLE,
        key=KEY,
        rules=[
            rules.has_columns(*COLUMNS),
            rules.has_types(TABLE, TYPES),
            rules.some_rows(),
            rules.unique_key(*KEY),
            *rules.never_empty("account_id", "kind"),
            *rules.never_empty(
                "stripe_account_id", severity="warning"
            ),  # an export need not name the platform
        ],
    )
