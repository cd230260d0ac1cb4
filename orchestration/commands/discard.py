"""`tieout discard`: leave a landed file out of what is published, or take it back in."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from orchestration.commands.common import tieout_command
from orchestration.domain.errors import UsageError
from orchestration.workspace import Workspace

if TYPE_CHECKING:
    from orchestration.sources.receipts import Receipt

SHORTEST_PREFIX = 8

EXAMPLES = """
  tieout discard 3f2a9c1d --by "Ada Byron" --reason "test export, sent by mistake"
  tieout discard 3f2a9c1d --by "Ada Byron" --reason "it was right after all" --undo
"""


@tieout_command("discard", examples=EXAMPLES)
@click.argument("sha")
@click.option("--by", required=True, metavar="NAME", help="Who decides.")
@click.option("--reason", required=True, metavar="TEXT", help="Why, for whoever reads the journal later.")
@click.option("--undo", is_flag=True, help="Take the file back in.")
def command(workspace: Workspace, debug: bool, sha: str, by: str, reason: str, undo: bool) -> None:
    """Leave out a landed file; reversible.

    SHA is its sha256; the first 8 or more digits are enough.

    The decision is appended to journal/ and holds from the next run on; nothing is deleted.
    `tieout status` and quarantine/ name the sha256 of refused files.
    """
    from orchestration.run_context import utc_text
    from orchestration.sources.journal import Discard, append_discard, read_discards
    from orchestration.sources.receipts import read_receipts

    by, reason = by.strip(), reason.strip()
    if not by or not reason:
        raise UsageError(
            "A decision needs a name and a reason.", remedy="--by NAME --reason TEXT, neither empty."
        )
    receipts = _named(read_receipts(workspace), sha)
    sha256 = receipts[0].sha256
    decided = [decision for decision in read_discards(workspace) if decision.sha256 == sha256]
    is_out = bool(decided) and decided[-1].action == "discard"
    if is_out != undo:
        state = f"left out already, by {decided[-1].by}: {decided[-1].reason}" if is_out else "not left out"
        click.echo(f"Nothing changed: {_names(receipts)} is {state}.")
        return
    append_discard(
        workspace,
        Discard(
            action="restore" if undo else "discard",
            sha256=sha256,
            by=by,
            reason=reason,
            decided_at=utc_text(datetime.now(UTC)),
        ),
    )
    for line in _consequences(workspace, receipts, undo):
        click.echo(line)


def _named(receipts: list[Receipt], sha: str) -> list[Receipt]:
    """The receipts of the one landed file that the digits name."""
    prefix = sha.strip().lower()
    if not re.fullmatch(f"[0-9a-f]{{{SHORTEST_PREFIX},64}}", prefix):
        raise UsageError(
            f"{sha!r} is not the beginning of a sha256.",
            remedy=f"Give {SHORTEST_PREFIX} to 64 of its digits 0-9 a-f; tieout status shows them.",
        )
    found = [receipt for receipt in receipts if receipt.sha256.startswith(prefix)]
    hashes = sorted({receipt.sha256 for receipt in found})
    if not hashes:
        raise UsageError(
            f"No landed file has a sha256 that begins with {prefix}.",
            remedy="tieout status shows what is in quarantine; meta.inputs what is published.",
        )
    if len(hashes) > 1:
        raise UsageError(
            f"{len(hashes)} landed files begin with {prefix}.",
            where=", ".join(hashes[:5]),
            remedy="Give more digits.",
        )
    return found


def _names(receipts: list[Receipt]) -> str:
    return ", ".join(sorted({receipt.name for receipt in receipts}))


def _consequences(workspace: Workspace, receipts: list[Receipt], undo: bool) -> list[str]:
    from orchestration.warehouse.published_file import published_manifest

    sha256 = receipts[0].sha256
    manifest = published_manifest(workspace) or {}
    loaded = [item for item in manifest.get("inputs", []) if item["sha256"] == sha256]
    refused = any(item["sha256"] == sha256 for item in manifest.get("incomplete", []))
    lines = [
        f"{'Taken back in' if undo else 'Left out'}: {_names(receipts)} (sha256 {sha256[:12]}).",
        f"  from:  the next run on (tieout run); raw is {'loaded' if undo else 'replayed without it'} then.",
    ]
    if undo:
        lines.append("  then:  the file is read again; if it still breaks a rule, it returns to quarantine.")
    elif loaded:
        rows = ", ".join(f"{item['rows']} rows of {item['relation']}" for item in loaded)
        lines.append(
            f"  then:  what is published now still holds {rows}; they will be gone, marts change with them."
        )
    elif refused:
        lines.append("  then:  it leaves quarantine and no longer stops a publication.")
    else:
        lines.append("  then:  it is not in what is published now, so the marts do not change.")
    if not undo:
        lines.append(f"  undo:  tieout discard {sha256[:12]} --undo --by NAME --reason TEXT")
    return lines
