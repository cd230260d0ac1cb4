"""What a reader may rely on in `marts.fct_residuals`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from orchestration.domain.residual_codes import RESIDUAL_CODES
from orchestration.quality.suites import rules

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "marts.fct_residuals"
KEY = ("match_id", "code")


def build_suite() -> gx.ExpectationSuite:
    """Differences by name; `unexplained` is always among them."""
    return rules.suite_of(
        TABLE,
        key=KEY,
        rules=[
            rules.has_columns(*KEY, "amount_minor", "evidence_ids"),
            rules.has_types(TABLE, {"amount_minor": "BIGINT"}),
            *rules.never_empty(*KEY, "currency", "amount_minor"),
            rules.one_of("code", tuple(RESIDUAL_CODES)),
            rules.known_currency("currency", KEY),
            rules.unique_key(*KEY),
            rules.no_rows(
                "names_have_proof",
                "what is given a name has ids that prove it, or is timing",
                "select match_id, code from {batch} where code not in ('unexplained', 'cut_off') "
                "and amount_minor <> 0 and evidence_ids is null",
                column="evidence_ids",
            ),
        ],
    )
