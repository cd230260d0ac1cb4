"""Whether a statement proves itself: its entries are all there, and carry its opening balance to the closing one."""

from __future__ import annotations

from collections.abc import Sequence

from orchestration.sources.bank.statement import (
    BOOKED,
    NOTIFICATION,
    Entry,
    StatedTotals,
    Statement,
    UnusableStatement,
)

_REMEDY = "Ask the bank for this statement again; an entry is missing, repeated or wrong."


def prove(statement: Statement) -> None:
    """Compare what was read with everything that the statement says about itself.

    Raises:
        UnusableStatement: A number differs; the message holds both.
    """
    if statement.counted_entries != len(statement.entries):
        raise UnusableStatement(
            f"{statement.counted_entries} entries stand in the file, {len(statement.entries)} could be read",
            _REMEDY,
        )
    for entry in statement.entries:
        # a notification is no money of its own, so it may speak of several accounts' currencies
        if entry.currency != statement.currency and statement.statement_kind != NOTIFICATION:
            raise UnusableStatement(
                f"an entry of {entry.currency.upper()} stands in a statement of {(statement.currency or '?').upper()}"
                f" (line or entry {entry.line})",
                "A statement has one currency; ask the bank for one statement per currency.",
            )
    if statement.starts_on and statement.ends_on and statement.ends_on < statement.starts_on:
        raise UnusableStatement(f"it ends on {statement.ends_on}, before it begins on {statement.starts_on}")
    _prove_balances(statement)
    _prove_totals(statement.stated, statement.entries)


def _prove_balances(statement: Statement) -> None:
    if statement.opening_minor is None or statement.closing_minor is None:
        return
    moved = sum(entry.amount_minor for entry in statement.entries if entry.entry_status == BOOKED)
    difference = statement.closing_minor - statement.opening_minor - moved
    if difference:
        raise UnusableStatement(
            f"the balances do not tie: opening {statement.opening_minor} and entries {moved} make "
            f"{statement.opening_minor + moved}, the stated closing balance is {statement.closing_minor} "
            f"({difference} minor units of {statement.currency} apart)",
            _REMEDY,
        )


def _prove_totals(stated: StatedTotals, entries: Sequence[Entry]) -> None:
    """Banks differ in whether their totals hold pending entries; either way of counting proves them."""
    booked = [entry for entry in entries if entry.entry_status == BOOKED]
    differing = _differing_totals(stated, entries)
    if differing and (len(booked) == len(entries) or _differing_totals(stated, booked)):
        what, printed, counted = differing[0]
        raise UnusableStatement(
            f"the control total disagrees: {what} {printed} stated, {counted} in the entries", _REMEDY
        )


def _differing_totals(stated: StatedTotals, entries: Sequence[Entry]) -> list[tuple[str, int, int]]:
    credits = [entry.amount_minor for entry in entries if entry.amount_minor > 0]
    debits = [-entry.amount_minor for entry in entries if entry.amount_minor < 0]
    zeros = len(entries) - len(credits) - len(debits)  # banks count them on either side
    compared = (
        ("number of entries", stated.entry_count, len(entries), 0),
        ("sum of entries", stated.entries_minor, sum(credits) + sum(debits), 0),
        ("net of entries", stated.net_minor, sum(credits) - sum(debits), 0),
        ("number of credits", stated.credit_count, len(credits), zeros),
        ("sum of credits", stated.credit_minor, sum(credits), 0),
        ("number of debits", stated.debit_count, len(debits), zeros),
        ("sum of debits", stated.debit_minor, sum(debits), 0),
    )
    return [
        (what, said, counted)
        for what, said, counted, slack in compared
        if said is not None and not counted <= said <= counted + slack
    ]
