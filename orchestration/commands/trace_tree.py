"""The answer of `tieout trace` as a tree for a terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from orchestration.commands.rendering import money, printable, text_of

Record = Mapping[str, Any]


@dataclass(frozen=True)
class Node:
    """One line, and what hangs below it."""

    text: str
    children: Sequence[Node] = field(default_factory=tuple)


def tree_lines(found: Record, exponents: Mapping[str, int], limit: int) -> Iterator[str]:
    """The lines of the tree; money in the unit of its currency.

    From the outside in: objects, events, transactions with their entries, payouts with their way to the bank,
    the books of the other tenant.
    """
    tree = _Tree(exponents, limit)
    groups = [
        ("Objects", tree.several(found["objects"], tree.thing)),
        ("Events", tree.several(found["events"], tree.event)),
        ("Transactions", tree.several(found["transactions"], tree.transaction)),
        ("Entries", tree.several(found["entries"], tree.entry)),
        ("Payouts", tree.several(found["payouts"], tree.payout)),
        ("Matches", tree.several(found["matches"], tree.match)),
        ("In the books of the other tenant", tree.several(found["linked"], tree.linked)),
    ]
    yield printable(f"{found['id']}  ({', '.join(found['found_as'])})")
    yield from _branches([Node(name, nodes) for name, nodes in groups if nodes], "")


def _branches(nodes: Sequence[Node], indent: str) -> Iterator[str]:
    for number, node in enumerate(nodes, start=1):
        is_last = number == len(nodes)
        yield f"{indent}{'└─' if is_last else '├─'} {printable(node.text)}"
        yield from _branches(node.children, f"{indent}{'   ' if is_last else '│  '}")


class _Tree:
    """Makes nodes of records."""

    def __init__(self, exponents: Mapping[str, int], limit: int) -> None:
        self._exponents, self._limit = exponents, limit

    def several(self, records: Sequence[Record], node: Callable[[Record], Node]) -> list[Node]:
        """Nodes of the first records, and how many more there are."""
        nodes = [node(record) for record in records[: self._limit]]
        hidden = len(records) - len(nodes)
        return (
            [*nodes, Node(f"... {hidden} more; --limit ROWS or --format json shows them")]
            if hidden
            else nodes
        )

    def thing(self, record: Record) -> Node:
        return Node(
            _joined(
                record["object_type"],
                record["object_id"],
                record["status"],
                self._amount(record["amount_minor"], record["currency"]),
                _time(record["created_at"]),
                record["account_id"],
            )
        )

    def event(self, record: Record) -> Node:
        about = f"about {record['object_id']}"
        return Node(_joined(_time(record["created_at"]), record["event_id"], record["event_type"], about))

    def transaction(self, record: Record) -> Node:
        currency = record["currency"]
        amounts = ", ".join(
            f"{name} {self._amount(record[f'{name}_minor'], currency)}" for name in ("gross", "fee", "net")
        )
        paid = f"paid out by {record['payout_id']}" if record["payout_id"] else ""
        text = _joined(
            record["transaction_id"],
            record["reporting_category"],
            amounts,
            _time(record["created_at"]),
            record["account_id"],
            "" if record["source_object_id"] == record["payout_id"] else paid,
        )
        return Node(text, self.several(record["entries"], self.entry))

    def entry(self, record: Record) -> Node:
        text = _joined(
            f"entry {record['entry_id']}",
            record["entry_kind"],
            f"posted {record['posting_date']} in {record['period_id']}",
            f"takes back {record['reverses_entry_id']}" if record["reverses_entry_id"] else "",
        )
        return Node(text, self.several(record["postings"], self.posting))

    def posting(self, record: Record) -> Node:
        mirror = f"mirrored in {record['counterparty_account_id'] or 'another tenant'}"
        return Node(_joined(self._side(record), mirror if record["is_mirror"] else ""))

    def payout(self, record: Record) -> Node:
        arrives = f"arrives {str(record['arrival_at'])[:10]}" if record["arrival_at"] else ""
        text = _joined(
            record["payout_id"],
            record["status"],
            self._amount(record["amount_minor"], record["currency"]),
            arrives,
            record["account_id"],
        )
        below = [*self.several(record["transactions"], self.transaction)]
        return Node(text, [*below, *self.several(record["entries"], self.entry)])

    def match(self, record: Record) -> Node:
        kind = record["match_kind"].replace("_", " and ")
        difference = record["residual_minor"]
        text = _joined(
            f"{kind}: {record['status']}",
            f"tier {record['tier']}, confidence {record['confidence']}",
            f"difference {self._amount(difference, record['currency'])}" if difference else "",
            record["match_id"],
        )
        told = Node("; ".join(record["evidence"])) if record["evidence"] else None
        return Node(text, [*self.several(record["members"], self.member), *([told] if told else [])])

    def member(self, record: Record) -> Node:
        amount = self._amount(record["amount_minor"], record["currency"])
        return Node(
            _joined(record["object_kind"], record["object_id"], amount, record["member_date"], record["text"])
        )

    def linked(self, record: Record) -> Node:
        where = f"entry {record['entry_id']}"
        return Node(_joined(record["account_id"], self._side(record), where, _time(record["effective_at"])))

    def _side(self, record: Record) -> str:
        side = "debit " if record["debit_minor"] else "credit"
        item = f"[{record['clearing_id']}]" if record["clearing_id"] else ""
        amount = self._amount(record["debit_minor"] or record["credit_minor"], record["currency"])
        return f"{side} {amount}  {record['ledger_account']}{item}"

    def _amount(self, amount_minor: int | None, currency: str | None) -> str:
        if amount_minor is None or currency is None:
            return ""
        if currency not in self._exponents:
            return f"{amount_minor} minor units of {currency}"
        return money(amount_minor, self._exponents[currency], currency)


def _time(instant: Any) -> str:
    return text_of(instant)[:19] + "Z" if instant is not None else ""


def _joined(*parts: Any) -> str:
    return "  ".join(str(part) for part in parts if part not in (None, ""))
