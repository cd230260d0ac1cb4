"""`tieout extract`: pull Stripe's API into landing, from where the last pull ended."""

from __future__ import annotations

import re
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from types import FrameType
from typing import TYPE_CHECKING

import click

from orchestration.commands.common import fail, nearest_existing, tieout_command
from orchestration.domain.errors import EXIT_DONE, EXIT_SOURCE_FAILED, TieoutError, UsageError
from orchestration.workspace import Workspace

if TYPE_CHECKING:
    from orchestration.domain.secret import Secret
    from orchestration.sources.stripe_api.options import Options
    from orchestration.sources.stripe_api.outcome import Outcome

EXAMPLES = """
  tieout extract                                       with STRIPE_API_KEY=rk_live_... exported before
  tieout extract --since 2026-01-01 --accounts platform,acct_1ABC
  tieout extract --base-url http://127.0.0.1:8080 --rate 200
"""
_MOST_FAILURES = 10


@tieout_command("extract", examples=EXAMPLES)
@click.option(
    "--since",
    metavar="DATE",
    default="",
    help="First day (UTC) whose transactions and documents are wanted; customers, subscriptions and prices come whole. "
    "Default: everything, or as far back as before.",
)
@click.option(
    "--accounts",
    metavar="all or ID,...",
    default="all",
    show_default=True,
    help="Accounts to pull: ids of connected accounts, and `platform`.",
)
@click.option(
    "--base-url", metavar="URL", default="", help="Another address of the API, such as a sandbox's."
)
@click.option(
    "--rate",
    metavar="REQUESTS_PER_SECOND",
    type=click.FloatRange(min=0, min_open=True),
    help="Default: the setting api_requests_per_second.",
)
@click.option("--allow-write-key", is_flag=True, help="Take a secret key (sk_) too; nothing is ever written.")
@click.option(
    "--beyond-allocation", is_flag=True, help="Go on when Stripe's monthly allocation of reads is spent."
)
def command(
    workspace: Workspace,
    debug: bool,
    since: str,
    accounts: str,
    base_url: str,
    rate: float | None,
    allow_write_key: bool,
    beyond_allocation: bool,
) -> int:
    """Pull what is new at Stripe, connected accounts included.

    The key comes from STRIPE_API_KEY and should be a restricted one that only reads. Rows and the cursor that
    says how far they reach are landed together: ended anywhere, the next call goes on from there.
    """
    from orchestration.settings import stripe_api_key
    from orchestration.sources.stripe_api.key import STRIPE, checked_base_url, checked_key
    from orchestration.sources.stripe_api.options import Options

    key = checked_key(stripe_api_key(), may_write=allow_write_key)
    url = checked_base_url(base_url or STRIPE)
    options = Options(
        since=_instant_of(since) if since else None,
        accounts=_accounts_of(accounts),
        rate=rate or _rate(workspace),
        beyond_allocation=beyond_allocation,
    )
    _prepare(workspace)
    with _telling_no_secret(key):
        outcome = _pull(workspace, options, key, url)
    return _report(workspace, outcome)


def _instant_of(since: str) -> int:
    try:
        day = datetime.strptime(since, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        raise UsageError(
            f"--since {since!r} is not a date.", remedy="For example --since 2026-01-01."
        ) from None
    if day > datetime.now(UTC):
        raise UsageError(f"--since {since} lies in the future.")
    return int(day.timestamp())


def _accounts_of(text: str) -> tuple[str, ...] | None:
    if text == "all":
        return None
    names = tuple(dict.fromkeys(name.strip() for name in text.split(",")))
    for name in names:
        if not re.fullmatch(r"platform|acct_[A-Za-z0-9]{1,60}", name):
            raise UsageError(
                f"--accounts: {name!r} is no account.",
                remedy="Write all, or ids such as acct_1ABC and platform, separated by commas.",
            )
    return names


def _rate(workspace: Workspace) -> float:
    from orchestration.steps import company_settings

    settings, _ = company_settings(workspace, None)
    if settings.api_requests_per_second < 1:
        raise UsageError("api_requests_per_second is 0.", remedy="Set it to 1 or more, or use --rate.")
    return float(settings.api_requests_per_second)


def _prepare(workspace: Workspace) -> None:
    """A new workspace is its owner's alone: it will hold names and addresses of customers."""
    try:
        workspace.root.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise UsageError(
            f"The workspace cannot be made: {error.strerror}.",
            where=str(nearest_existing(workspace.root)),
            remedy="Name a folder that you may write: --workspace DIR.",
        ) from None


@contextmanager
def _telling_no_secret(key: Secret) -> Iterator[None]:
    """An unexpected error may quote anything, so its text passes only with the key made unreadable."""
    try:
        yield
    except (TieoutError, OSError):
        raise
    except Exception as error:
        raise RuntimeError(key.hidden_in(f"{type(error).__name__}: {error}")) from None


def _pull(workspace: Workspace, options: Options, key: Secret, url: str) -> Outcome:
    from orchestration.commands.ticker import Ticker
    from orchestration.sources.stripe_api.run import extract
    from orchestration.sources.stripe_api.transport import StripeTransport

    previous = signal.signal(signal.SIGTERM, _as_interrupt)
    try:
        with Ticker(sys.stderr, is_lively=sys.stderr.isatty()) as ticker:
            return extract(workspace, options, lambda: StripeTransport(key, url), progress=ticker.show)
    finally:
        signal.signal(signal.SIGTERM, previous)


def _as_interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _report(workspace: Workspace, outcome: Outcome) -> int:
    from orchestration.commands.extract_summary import summary_lines

    for line in summary_lines(workspace, outcome):
        click.echo(line)
    for failure in outcome.failures[:_MOST_FAILURES]:
        fail(failure.as_text(), EXIT_SOURCE_FAILED)
    hidden = len(outcome.failures) - _MOST_FAILURES
    if hidden > 0:
        fail(f"... and {hidden} more failures.", EXIT_SOURCE_FAILED)
    return EXIT_SOURCE_FAILED if outcome.failures else EXIT_DONE
