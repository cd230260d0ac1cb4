"""What a reader may rely on in `marts.fct_payout_reconciliation`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from orchestration.quality.suites import rules

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "marts.fct_payout_reconciliation"
KEY = ("account_id", "payout_id")
STATUSES = ("tied", "tied_inferred", "unknowable_manual", "in_progress", "failed", "canceled", "exception")


def build_suite() -> gx.ExpectationSuite:
    """Payouts against their members; a tie is to the cent, and its members are there to be added up again."""
    return rules.suite_of(
        TABLE,
        key=KEY,
        rules=[
            rules.has_columns(
                *KEY,
                "is_automatic",
                "payout_minor",
                "member_count",
                "members_net_minor",
                "difference_minor",
                "status",
            ),
            rules.has_types(
                TABLE,
                {"payout_minor": "BIGINT", "members_net_minor": "BIGINT", "difference_minor": "BIGINT"},
            ),
            *rules.never_empty(*KEY, "currency", "payout_minor", "status", "reason", "created_at"),
            rules.one_of("status", STATUSES),
            rules.known_currency("currency", KEY),
            rules.unique_key(*KEY),
            rules.between("member_count", 0),
            rules.no_rows(
                "ties_are_exact",
                "what is tied has members that sum to the payout and its fee",
                "select account_id, payout_id, difference_minor from {batch} where status in ('tied', 'tied_inferred') "
                "and (difference_minor is null or difference_minor <> 0 or member_count = 0)",
                column="difference_minor",
            ),
            rules.no_rows(
                "members_add_up",
                "the members published for a payout are those that were summed",
                "select account_id, payout_id, member_count from {batch} where member_count > 0 and "
                "(account_id, payout_id, currency, member_count, members_net_minor) not in "
                "(select (account_id, payout_id, currency, count(*), sum(net_minor)) from marts.fct_payout_members "
                "group by account_id, payout_id, currency)",
                column="member_count",
            ),
        ],
    )
