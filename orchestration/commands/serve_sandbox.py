"""`tieout serve-sandbox`: a simulated company as a Stripe-compatible API on this machine."""

from __future__ import annotations

import signal
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import click

from orchestration.commands.common import tieout_command
from orchestration.domain.errors import EXIT_DONE, UsageError
from orchestration.workspace import Workspace

if TYPE_CHECKING:
    from orchestration.sandbox.server import FaultPlan
    from orchestration.sandbox.world.plan import Plan

EXAMPLES = """
  tieout serve-sandbox ~/company
  tieout serve-sandbox ~/company --port 8080 --latency 50
  tieout serve-sandbox ~/company --faults faults.json
"""


@tieout_command("serve-sandbox", examples=EXAMPLES)
@click.argument("directory", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "--port", type=click.IntRange(0, 65535), default=0, show_default="any free", help="Port to listen on."
)
@click.option(
    "--faults", metavar="FILE", type=click.Path(path_type=Path), help="JSON file that says what goes wrong."
)
@click.option(
    "--latency", metavar="MS", type=click.IntRange(0), default=0, help="Milliseconds that every answer takes."
)
def command(
    workspace: Workspace, debug: bool, directory: Path, port: int, faults: Path | None, latency: int
) -> int:
    """Serve a simulated company as Stripe's API.

    DIR is what tieout simulate wrote. The company is simulated again from its plan and seen as of the end of
    its story. The server listens on this machine only, and nothing can be changed through it.
    """
    folder = directory.expanduser()
    plan = _plan(folder)
    fault_plan = _faults(faults.expanduser()) if faults is not None else None
    from orchestration.sandbox.server import SandboxServer
    from orchestration.sandbox.simulation import whole_company

    click.echo(f"Simulating {plan.months} months of a company with {plan.customers} customers.", err=True)
    company = whole_company(plan)
    try:
        server = SandboxServer(company, faults=fault_plan, latency=latency * 0.001, port=port)
    except OSError as error:
        raise UsageError(
            f"Port {port} cannot be used: {error.strerror}.", remedy="Name another port: --port NUMBER."
        ) from None
    with server:
        click.echo(f"{server.url}  (read-only; Ctrl-C ends it)")
        click.echo(f"Key      {server.key}")
        click.echo(f"Example  STRIPE_API_KEY={server.key} tieout extract --base-url {server.url}")
        _wait()
    return EXIT_DONE


def _plan(folder: Path) -> Plan:
    from orchestration.sandbox.world.plan import PLAN_FILE, Plan

    try:
        return Plan.read(folder / "truth")
    except (OSError, ValueError) as error:
        raise UsageError(
            f"{folder} holds no simulation: {_reason(error)}.",
            where=str(folder / "truth" / PLAN_FILE),
            remedy=f"Make one: tieout simulate --out {folder}",
        ) from None


def _faults(path: Path) -> FaultPlan:
    from orchestration.sandbox.server import FaultPlan

    try:
        return FaultPlan.from_json(path)
    except (OSError, ValueError) as error:
        raise UsageError(f"The fault plan cannot be used: {_reason(error)}.", where=str(path)) from None


def _reason(error: OSError | ValueError) -> str:
    return (error.strerror if isinstance(error, OSError) else str(error)) or type(error).__name__


def _wait() -> None:
    """Until Ctrl-C, or until a service manager or a closed terminal ends it."""
    over = threading.Event()
    signals = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    previous = {number: signal.signal(number, lambda *_: over.set()) for number in signals}
    try:
        over.wait()
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
    click.echo("Stopping.", err=True)
