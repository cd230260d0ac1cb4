"""What a reader may rely on in `marts.fct_match_members`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from orchestration.quality.suites import rules

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "marts.fct_match_members"
KEY = ("match_id", "side", "account_id", "object_kind", "object_id")
SIDES = ("left", "right")


def build_suite() -> gx.ExpectationSuite:
    """An item stands in one match of its kind, and that match is published."""
    return rules.suite_of(
        TABLE,
        key=KEY,
        rules=[
            rules.has_columns(*KEY, "match_kind", "currency", "amount_minor"),
            rules.has_types(TABLE, {"amount_minor": "BIGINT"}),
            *rules.never_empty(*KEY, "match_kind", "currency", "amount_minor"),
            rules.one_of("side", SIDES),
            rules.known_currency("currency", KEY),
            rules.unique_key(*KEY),
            rules.no_rows(
                "one_match_per_item",
                "a payout, bank line, order or charge is money once",
                "select account_id, object_kind, object_id, count(*) as matches from {batch} where match_kind in "
                "('payout_bank', 'order_charge') group by account_id, match_kind, side, object_kind, object_id "
                "having count(*) > 1",
                column="object_id",
            ),
            rules.no_rows(
                "its_match_is_published",
                "a member belongs to a published match",
                "select match_id from {batch} where match_id not in (select match_id from marts.fct_matches)",
                column="match_id",
            ),
        ],
    )
