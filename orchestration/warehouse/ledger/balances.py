"""Balances at an instant: what the ledger says, and beside it what Stripe's own objects add up to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from orchestration.domain.errors import UsageError
from orchestration.warehouse.connection import literal
from orchestration.warehouse.ledger.reading import POSTINGS, Ledger, check_account, hint, instant, one_of

TRANSACTIONS = "marts.fct_transactions"
RESERVED = ("connect_reserves", "risk_reserves", "network_reserves", "minimum_balance_holds")
IN_TRANSIT = ("payouts_in_transit",)


@dataclass(frozen=True)
class At:
    """Which balances: effective up to `at`, and recorded up to `known_at` when it is given."""

    at: datetime
    known_at: datetime | None = None
    account_id: str = ""
    ledger_account: str = ""

    def condition(self, effective: str) -> str:
        """The condition on rows whose instant is the column `effective`."""
        parts = [f"{effective} <= {instant(self.at)}"]
        if self.known_at is not None:
            parts.append(f"recorded_at <= {instant(self.known_at)}")
        if self.account_id:
            parts.append(f"account_id = {literal(self.account_id)}")
        return " and ".join(parts)


@dataclass(frozen=True)
class LedgerBalance:
    """One balance, minor units, debit positive; `exponent` None: the currency is not in dim_currencies."""

    account_id: str
    currency: str
    ledger_account: str
    balance_minor: int
    exponent: int | None


@dataclass(frozen=True)
class ShadowBalance:
    """What one tenant has at Stripe in one currency, minor units.

    Attributes:
        available_minor: Net of what is available at the instant, less payouts, with the opening balance.
        pending_minor: Net of those that become available later.
        in_transit_minor: Paid out and not at the bank yet.
        reserved_minor: Held back by Stripe.
    """

    account_id: str
    currency: str
    available_minor: int
    pending_minor: int
    in_transit_minor: int
    reserved_minor: int
    exponent: int | None


def balances(ledger: Ledger, question: At) -> list[LedgerBalance]:
    """One balance per tenant, currency and ledger account that has postings by then, in that order.

    Raises:
        UsageError: The tenant or the ledger account is not known.
    """
    if question.account_id:
        check_account(ledger, question.account_id)
    condition = question.condition("effective_at")
    if question.ledger_account:
        _check_ledger_account(ledger, question.ledger_account)
        condition += f" and ledger_account = {literal(question.ledger_account)}"
    exponents = ledger.exponents()
    return [
        LedgerBalance(account_id, currency, ledger_account, int(amount), exponents.get(currency))
        for account_id, currency, ledger_account, amount in ledger.rows(
            f"""
            select account_id, currency, ledger_account, sum(debit_minor) - sum(credit_minor)
            from {POSTINGS}
            where {condition}
            group by account_id, currency, ledger_account
            order by account_id, currency, ledger_account
            """
        )
    ]


def shadow_balances(ledger: Ledger, question: At) -> list[ShadowBalance]:
    """What the tenant of the question has at Stripe, one row per currency."""
    ledger.need(TRANSACTIONS)
    exponents = ledger.exponents()
    return [
        ShadowBalance(
            account_id,
            currency,
            available_minor=int(available),
            pending_minor=int(pending),
            in_transit_minor=int(in_transit),
            reserved_minor=int(reserved),
            exponent=exponents.get(currency),
        )
        for account_id, currency, available, pending, in_transit, reserved in ledger.rows(
            _shadow_sql(question)
        )
    ]


def _shadow_sql(question: At) -> str:
    now = instant(question.at)
    # a payout leaves the available balance as it is made, although its own row becomes available later
    is_available = f"reporting_category = 'payout' or coalesce(available_at, created_at) <= {now}"
    return f"""
        with parts as (
            select
                account_id, currency,
                case when {is_available} then net_minor else 0 end as available,
                case when {is_available} then 0 else net_minor end as pending,
                0 as in_transit, 0 as reserved
            from {TRANSACTIONS}
            where {question.condition("created_at")}
            union all
            select
                account_id, currency,
                case when ledger_account = 'stripe_balance' then debit_minor - credit_minor else 0 end, 0,
                case when ledger_account in {one_of(IN_TRANSIT)} then debit_minor - credit_minor else 0 end,
                case when ledger_account in {one_of(RESERVED)} then debit_minor - credit_minor else 0 end
            from {POSTINGS}
            where {question.condition("effective_at")} and (
                ledger_account in {one_of((*IN_TRANSIT, *RESERVED))}
                or (ledger_account = 'stripe_balance' and (entry_kind in ('opening_balance', 'opening_schedule')
                    or entry_kind = 'correction' and leg = 'opening'))
            )
        )
        select account_id, currency, sum(available), sum(pending), sum(in_transit), sum(reserved)
        from parts
        group by account_id, currency
        order by account_id, currency
    """


def _check_ledger_account(ledger: Ledger, ledger_account: str) -> None:
    known = [
        row[0] for row in ledger.rows("select ledger_account from marts.dim_ledger_accounts order by all")
    ]
    if ledger_account not in known:
        raise UsageError(
            f"There is no ledger account {ledger_account!r}.", remedy=hint(ledger_account, known)
        )
