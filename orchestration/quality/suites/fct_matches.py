"""What a reader may rely on in `marts.fct_matches`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from orchestration.quality.suites import rules

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "marts.fct_matches"
KEY = ("match_id",)
KINDS = ("payout_bank", "order_charge", "sales_payout", "platform_connected")
TIERS = ("a", "b", "c", "d", "e", "f")
STATUSES = ("auto", "review", "ambiguous", "confirmed", "rejected", "unmatched")


def build_suite() -> gx.ExpectationSuite:
    """What is automatic is sure and has both sides; what has one side is unmatched; residuals are exact."""
    return rules.suite_of(
        TABLE,
        key=KEY,
        rules=[
            rules.has_columns(
                *KEY,
                "match_kind",
                "tier",
                "confidence",
                "alternative_count",
                "status",
                "left_minor",
                "right_minor",
                "residual_minor",
                "evidence",
            ),
            rules.has_types(
                TABLE, {"left_minor": "BIGINT", "right_minor": "BIGINT", "confidence": "DECIMAL(6,4)"}
            ),
            *rules.never_empty(*KEY, "match_kind", "account_id", "currency", "tier", "status", "evidence"),
            rules.one_of("match_kind", KINDS),
            rules.one_of("tier", TIERS),
            rules.one_of("status", STATUSES),
            rules.known_currency("currency", KEY),
            rules.unique_key(*KEY),
            rules.between("confidence", 0, 1),
            rules.between("alternative_count", 0),
            rules.no_rows(
                "residual_is_left_less_right",
                "a residual is what the left side has more than the right",
                "select match_id, residual_minor from {batch} where residual_minor <> left_minor - right_minor",
                column="residual_minor",
            ),
            rules.no_rows(
                "automatic_is_sure",
                "what no person has to look at has both sides and at least 99.5 percent",
                "select match_id, confidence from {batch} where status = 'auto' and match_kind in "
                "('payout_bank', 'order_charge') and (confidence < 0.995 or left_count = 0 or right_count = 0)",
                column="confidence",
            ),
            rules.no_rows(
                "guesses_are_not_automatic",
                "what has equal alternatives is not decided without a person",
                "select match_id, alternative_count from {batch} "
                "where tier = 'e' and status = 'auto' and alternative_count > 0",
                column="alternative_count",
            ),
        ],
    )
