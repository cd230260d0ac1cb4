"""What a reader may rely on in `marts.fct_mirror_proof`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from orchestration.quality.suites import rules

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "marts.fct_mirror_proof"
KEY = ("ledger_account", "mirror_id", "currency")
CODES = ("none", "no_books", "in_transit", "fx_rate", "unknown_source", "difference")


def build_suite() -> gx.ExpectationSuite:
    """Movements between tenants; a company without connected accounts has none."""
    return rules.suite_of(
        TABLE,
        key=KEY,
        rules=[
            rules.has_columns(
                *KEY, "account_id", "sent_minor", "received_minor", "residual_minor", "residual_code"
            ),
            rules.unique_key(*KEY),
            *rules.never_empty(*KEY, "account_id", "sent_minor", "received_minor", "residual_minor"),
            rules.one_of("residual_code", CODES),
            rules.known_currency("currency", KEY),
            rules.no_rows(
                "residuals_have_a_reason",
                "a residual is the sum of both sides, and only zero has no reason",
                "select ledger_account, mirror_id, currency, residual_minor, residual_code from {batch} "
                "where residual_minor::hugeint <> sent_minor::hugeint + received_minor "
                "or (residual_minor = 0) <> (residual_code = 'none')",
                column="residual_minor",
            ),
        ],
    )
