"""`STMTTRN` -> an entry."""

from __future__ import annotations

from collections.abc import Mapping

from orchestration.sources.bank.ofx_tree import Node
from orchestration.sources.bank.statement import Entry, UnusableStatement
from orchestration.sources.bank.values import account_number, day, minor_units, rate, stated


def read_entry(node: Node, number: int, currency: str, exponents: Mapping[str, int]) -> Entry:
    """One entry; its amount is signed.

    Raises:
        UnusableStatement: Day or amount cannot be read, or it is of another currency than the statement.
    """
    if node.find("CORRECTFITID"):
        raise UnusableStatement(
            f"entry {number} corrects an earlier one ({node.text('CORRECTFITID')})",
            "Download the whole period again: a corrected download holds each entry once.",
        )
    unit, original = node.find("CURRENCY"), node.find("ORIGCURRENCY")
    own_currency = (unit.text("CURSYM") or "").lower() if unit else ""
    posted, available = node.text("DTPOSTED") or "", node.text("DTAVAIL")
    party = node.find("BANKACCTTO") or node.find("CCACCTTO")
    account = party.text("ACCTID") if party else None
    name = node.text("NAME") or next(
        (payee.text("NAME") for payee in [node.find("PAYEE")] if payee is not None), None
    )
    memo = stated(node.text("MEMO"))
    return Entry(
        line=number,
        booked_date=day(posted[:8], "%Y%m%d", f"entry {number}, DTPOSTED"),
        value_date=day(available[:8], "%Y%m%d", f"entry {number}, DTAVAIL") if available else None,
        amount_minor=minor_units(
            node.text("TRNAMT"), own_currency or currency, exponents, f"entry {number}, TRNAMT"
        ),
        currency=own_currency or currency,
        bank_reference=stated(node.text("FITID")),
        end_to_end_id=stated(node.text("REFNUM")),
        customer_reference=stated(node.text("CHECKNUM")),
        counterparty=stated(name),
        counterparty_account=account_number(account) if account else None,
        description=memo or stated(name),
        bank_transaction_code=stated(node.text("TRNTYPE")),
        instructed_currency=(original.text("CURSYM") or "").lower() or None if original else None,
        exchange_rate=rate(original.text("CURRATE")) if original else None,
    )
