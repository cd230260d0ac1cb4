"""`tieout verify`: whether anything stored was changed since it was written."""

from __future__ import annotations

from pathlib import Path

import click

from orchestration.commands.common import tieout_command
from orchestration.domain.errors import EXIT_DONE, EXIT_GATE_REFUSED, UsageError
from orchestration.workspace import Workspace

EXAMPLES = """
  tieout verify
  tieout verify --workspace ~/books --checkpoint /mnt/elsewhere/checkpoints.jsonl
"""


@tieout_command("verify", examples=EXAMPLES)
@click.option(
    "--checkpoint",
    type=click.Path(path_type=Path),
    default=None,
    metavar="FILE",
    help="A copy of journal/checkpoints.jsonl (or lines of it) that was kept elsewhere.",
)
def command(workspace: Workspace, debug: bool, checkpoint: Path | None) -> int:
    """Find what was changed since it was stored.

    Reads landing/, journal/ and the published file, and compares them with the checkpoints that every
    publication leaves in journal/checkpoints.jsonl. The exit code is 4 when something is found.
    """
    from orchestration.commands.lock_state import lock_holder
    from orchestration.commands.rendering import counted, printable
    from orchestration.warehouse.evidence.checkpoints import settle
    from orchestration.warehouse.evidence.verification import verify

    if not workspace.root.is_dir():
        raise UsageError(f"There is no workspace at {workspace.root}.", remedy="Name one: --workspace DIR.")
    if checkpoint is not None and not checkpoint.expanduser().is_file():
        raise UsageError(f"There is no file {checkpoint}.", remedy="Name the copy: --checkpoint FILE.")
    if not lock_holder(workspace):
        settle(workspace)  # a crash may have parted the publication from its checkpoint
    report = verify(workspace, checkpoint.expanduser() if checkpoint else None)
    for line in report.looked:
        click.echo(f"looked at  {printable(line)}")
    for finding in report.findings:
        click.echo(f"found      {printable(finding.what)}")
        click.echo(f"      where: {printable(finding.where)}")
        click.echo(f"      do:    {printable(finding.remedy)}")
    for note in report.notes:
        click.echo(f"note       {printable(note)}")
    if report.findings:
        click.echo(f"{counted(len(report.findings), 'finding')}: something stored is not as it was written.")
        return EXIT_GATE_REFUSED
    click.echo("Whole: everything stored is as it was written.")
    return EXIT_DONE
