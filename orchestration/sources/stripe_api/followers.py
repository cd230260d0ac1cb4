"""What belongs to a row but is listed elsewhere: members of a payout, balance transactions of a customer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from orchestration.sources.stripe_api.client import Call
from orchestration.sources.stripe_api.endpoints import (
    BALANCE_TRANSACTION,
    CUSTOMER_BALANCE,
    CUSTOMER_BALANCES,
    DAY,
    ENDPOINTS,
    MEMBERS,
    Obj,
)
from orchestration.sources.stripe_api.failures import Missing
from orchestration.sources.stripe_api.lines import digest, line_of
from orchestration.sources.stripe_api.lists import ListReader, land_rows
from orchestration.sources.stripe_api.nested import listing_of
from orchestration.sources.stripe_api.pages import Listing, all_pages
from orchestration.sources.stripe_api.pull import Pull
from orchestration.sources.stripe_api.rows import row_check
from orchestration.sources.stripe_api.tenant import Tenant


class Followers:
    """Reads and lands what belongs to payouts and customers of one account, once in a pull.

    Args:
        told_from: From then on events tell when the balance of a customer changed.
        readers: The lists of this pull, as far as they were begun.
    """

    def __init__(self, pull: Pull, tenant: Tenant, told_from: int, readers: Mapping[str, ListReader]) -> None:
        self._pull, self._tenant, self._told_from, self._readers = pull, tenant, told_from, readers
        self._balances_read: set[str] = set()

    def of_payouts(self, payouts: list[Obj]) -> None:
        """Members of automatic payouts that are not known for good; of others Stripe knows none."""
        known = self._tenant.cursor.members_read
        self._pull.crew.gather(
            self._members, [row for row in payouts if row.get("automatic") is True and row["id"] not in known]
        )

    def of_customers(self, customers: list[Obj]) -> None:
        """Balance transactions of customers whose balance may have moved before events began to tell."""
        self.of_customer_ids(
            row["id"] for row in customers if row["created"] < self._told_from or row.get("balance") != 0
        )

    def of_customer_ids(self, customers: Iterable[str]) -> None:
        """All balance transactions of customers, by their ids."""
        self._pull.crew.gather(
            self._balances, [name for name in customers if name not in self._balances_read]
        )

    def _members(self, payout: Obj) -> None:
        pull, tenant = self._pull, self._tenant
        endpoint = ENDPOINTS[BALANCE_TRANSACTION]
        params = {"payout": payout["id"]}
        call = Call(BALANCE_TRANSACTION, endpoint.path, tenant.account, params, f"members of {payout['id']}")
        listing = Listing(
            pull.api, call, BALANCE_TRANSACTION, row_check(endpoint), page_size=pull.options.page_size
        )
        for page in all_pages(listing):
            pairs = [line_of({"payout": payout["id"], "balance_transaction": row["id"]}) for row in page.rows]
            rows = [row for row in page.rows if not self._is_final(row)]
            with tenant.lock:
                tenant.land(MEMBERS, pairs, page.asked_at)
                land_rows(pull, tenant, endpoint, rows, [line_of(row) for row in rows], page.asked_at)
            pull.tally.count_rows(MEMBERS, len(pairs), len(pairs))
        if payout.get("reconciliation_status") != "in_progress":
            with tenant.lock:
                tenant.cursor.members_read[payout["id"]] = payout["created"]

    def _is_final(self, row: Obj) -> bool:
        """Whether the list of this pull showed the transaction as it is: long ago, and available already."""
        listed = self._readers.get(BALANCE_TRANSACTION)
        created = row["created"]
        return (
            listed is not None
            and listed.failure is None
            and listed.covers(created)
            and created < self._pull.horizon - DAY
            and created // DAY not in listed.cursor.open_days
            and (digest(row["id"]) in listed.shown or not listed.remembers(created))
        )

    def _balances(self, customer: str) -> None:
        pull, tenant = self._pull, self._tenant
        listing = listing_of(pull.api, CUSTOMER_BALANCES, customer, tenant.account, pull.options.page_size)
        try:
            for page in all_pages(listing):
                lines = [line_of(row) for row in page.rows]
                tenant.land(CUSTOMER_BALANCE, lines, page.asked_at)
                pull.tally.count_rows(CUSTOMER_BALANCE, len(lines), len(lines))
        except Missing as missing:
            if missing.param == "starting_after":
                raise
            # the customer was deleted meanwhile; an event tells
        self._balances_read.add(customer)
