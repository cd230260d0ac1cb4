"""`tieout doctor`: what is wrong with the set-up, and how to mend it. The checks are in `doctor_*`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import click

from orchestration.commands.common import inbox_option, tieout_command
from orchestration.commands.findings import Finding, bad
from orchestration.domain.errors import EXIT_DONE, EXIT_USAGE, TieoutError
from orchestration.workspace import Workspace

EXAMPLES = """
  tieout doctor
  tieout doctor --workspace ~/books --deep
"""


@tieout_command("doctor", examples=EXAMPLES)
@inbox_option
@click.option("--deep", is_flag=True, help="Also read every landed file and every published table: hashes.")
def command(workspace: Workspace, debug: bool, inbox: Path, deep: bool) -> int:
    """Check the set-up and say how to mend it.

    The exit code is 2 when something needs mending.
    """
    levels = []
    for finding in _findings(workspace, inbox.expanduser(), deep):
        levels.append(finding.level)
        click.echo(f"{finding.level:<5} {finding.what}")
        if finding.remedy:
            click.echo(f"      do: {finding.remedy}")
    if "bad" in levels:
        click.echo(f"{levels.count('bad')} of {len(levels)} checks need mending.")
        return EXIT_USAGE
    return EXIT_DONE


def _findings(workspace: Workspace, inbox: Path, deep: bool) -> Iterator[Finding]:
    from orchestration.commands import doctor_machine, doctor_workspace

    checks: list[tuple[str, Callable[[], Iterator[Finding]]]] = [
        ("Python", doctor_machine.python_version),
        ("packages", doctor_machine.packages),
        ("telemetry", lambda: doctor_machine.telemetry(workspace)),
        ("dbt manifest", doctor_machine.dbt_manifest),
        ("settings", lambda: doctor_machine.settings(workspace, inbox)),
        ("inbox", lambda: doctor_workspace.inbox(inbox)),
        ("workspace", lambda: doctor_workspace.writable(workspace)),
        ("lock", lambda: doctor_workspace.lock(workspace)),
        ("disk", lambda: doctor_workspace.disk(workspace)),
        ("modes", lambda: doctor_workspace.modes(workspace)),
        ("landing", lambda: doctor_workspace.landing(workspace, deep)),
        ("publication", lambda: doctor_workspace.publication(workspace, deep)),
    ]
    for name, check in checks:
        try:
            yield from check()
        except TieoutError as error:
            yield bad(f"{name}: {error.what}" + (f" ({error.where})" if error.where else ""), error.remedy)
        except OSError as error:
            yield bad(f"{name}: {error}", "Mend the permissions of this path.")
