"""Which accounts there are: the platform, and all that are connected to it, every page of them."""

from __future__ import annotations

from collections.abc import Collection

from orchestration.domain.inbox_layout import PLATFORM
from orchestration.sources.stripe_api.client import Call
from orchestration.sources.stripe_api.endpoints import ACCOUNTS
from orchestration.sources.stripe_api.failures import AccountRefused, StripeFailed
from orchestration.sources.stripe_api.lines import line_of
from orchestration.sources.stripe_api.pages import Listing, all_pages
from orchestration.sources.stripe_api.pull import Pull
from orchestration.sources.stripe_api.tenant import Tenant


def connected_accounts(pull: Pull, platform: Tenant) -> list[str]:
    """Land the list of accounts; their ids, as Stripe lists them.

    Accounts are listed whole every time: what changes in them is told to themselves, not to the platform.

    Raises:
        StripeFailed: The list cannot be read.
    """
    call = Call(ACCOUNTS.object, ACCOUNTS.path, about="connected accounts")
    found: list[str] = []
    for page in all_pages(Listing(pull.api, call, ACCOUNTS.object, page_size=pull.options.page_size)):
        lines = [line_of(row) for row in page.rows]
        platform.land(ACCOUNTS.object, lines, page.asked_at)
        pull.tally.count_rows(ACCOUNTS.object, len(lines), len(lines))
        found += [row["id"] for row in page.rows]
    return found


def accounts_to_pull(pull: Pull, platform: Tenant, known: Collection[str]) -> list[str]:
    """The platform and the connected accounts that this pull is about.

    Args:
        known: Accounts that were pulled before.
    """
    wanted = pull.options.accounts
    if wanted is not None and set(wanted) <= {PLATFORM}:
        return list(wanted)
    try:
        connected = connected_accounts(pull, platform)
    except StripeFailed as failure:
        failure.remedy = f"{failure.remedy} If there are no connected accounts: --accounts platform.".strip()
        pull.fail(platform, failure)
        connected = sorted(set(known) - {PLATFORM})
        if wanted is not None:
            connected = [account for account in wanted if account != PLATFORM]
    gone = sorted(set(known) - {PLATFORM, *connected})
    if gone and wanted is None:
        pull.tally.remark(
            f"{len(gone)} account(s) are no longer connected; what was landed of them stays: {', '.join(gone[:5])}."
        )
    if wanted is None:
        return [PLATFORM, *connected]
    for account in wanted:
        if account not in (PLATFORM, *connected):
            pull.tally.fail(AccountRefused(f"Account {account} is not connected to this platform."))
    return [account for account in (PLATFORM, *connected) if account in wanted]
