"""What every reader yields: a statement with its entries and their details, or the reason why there is none.

Money is whole minor units, signed as the account sees it: positive came in, negative went out.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

BOOKED, INTRADAY, NOTIFICATION = "booked", "intraday", "notification"  # kinds of statements
PENDING = "pending"  # an entry that the bank has not booked yet; else BOOKED


class UnusableStatement(Exception):
    """One statement cannot be used; the others of its file can.

    Args:
        what: What is wrong, in one sentence.
        remedy: What the reader can do about it.
    """

    def __init__(self, what: str, remedy: str = "") -> None:
        self.what = what
        self.remedy = (
            remedy or "Ask the bank for this statement again; put the corrected file into the inbox."
        )
        super().__init__(what)


@dataclass(frozen=True, slots=True)
class EntryDetail:
    """One transaction inside an entry, such as one payment of a collective booking.

    Attributes:
        amount_minor: Its own amount, signed like the entry; None where the bank states none.
        instructed_minor: What the payer sent, unsigned, in `instructed_currency`.
        exchange_rate: Decimal text as stated.
        charges_minor: What the bank kept, unsigned, in `charges_currency`.
    """

    amount_minor: int | None = None
    currency: str | None = None
    bank_reference: str | None = None
    end_to_end_id: str | None = None
    transaction_id: str | None = None
    mandate_id: str | None = None
    counterparty: str | None = None
    counterparty_account: str | None = None
    description: str | None = None
    return_reason: str | None = None
    instructed_minor: int | None = None
    instructed_currency: str | None = None
    exchange_rate: str | None = None
    charges_minor: int | None = None
    charges_currency: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a statement.

    Attributes:
        line: Line of the file, or the number of the entry in its statement where a format has no lines.
        booked_date: The day on which the bank booked it.
        entry_status: `booked` or `pending`.
        is_reversal: It takes an earlier entry back.
        bank_reference: The bank's own id of the entry (AcctSvcrRef, FITID ...).
        customer_reference: A reference of the account's owner.
        batch_count: Number of payments that a collective booking holds, where stated.
    """

    line: int
    booked_date: date
    amount_minor: int
    currency: str
    value_date: date | None = None
    entry_status: str = BOOKED
    is_reversal: bool = False
    entry_reference: str | None = None
    bank_reference: str | None = None
    end_to_end_id: str | None = None
    customer_reference: str | None = None
    counterparty: str | None = None
    counterparty_account: str | None = None
    description: str | None = None
    bank_transaction_code: str | None = None
    batch_count: int | None = None
    instructed_minor: int | None = None
    instructed_currency: str | None = None
    exchange_rate: str | None = None
    charges_minor: int | None = None
    charges_currency: str | None = None
    details: tuple[EntryDetail, ...] = ()


@dataclass(frozen=True, slots=True)
class StatedTotals:
    """Control totals as the bank prints them, amounts unsigned in minor units; None where it prints none."""

    entry_count: int | None = None
    entries_minor: int | None = None
    net_minor: int | None = None
    credit_count: int | None = None
    credit_minor: int | None = None
    debit_count: int | None = None
    debit_minor: int | None = None


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement of one account in one currency.

    Attributes:
        source_format: camt.052, camt.053, camt.054, mt940, mt942, bai2, ofx or csv.
        statement_kind: `booked`, `intraday` (provisional) or `notification` (details only, never money).
        bank_account: IBAN or number without blanks; `servicer` is the bank's BIC or routing number.
        currency: None only where the statement holds no amount at all.
        counted_entries: Entries counted in the file by other means than the reader's.
    """

    source_format: str
    statement_kind: str
    bank_account: str
    currency: str | None
    counted_entries: int
    line: int = 1
    servicer: str | None = None
    statement_number: str | None = None
    sequence_number: int | None = None
    page_number: int | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    opening_minor: int | None = None
    closing_minor: int | None = None
    stated: StatedTotals = StatedTotals()
    entries: list[Entry] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class StatementProblem:
    """A statement that is refused: what it was, why, and its own text."""

    reason: str
    remedy: str
    text: str
    line: int = 1
    bank_account: str | None = None
    statement_number: str | None = None
    starts_on: date | None = None
    ends_on: date | None = None
