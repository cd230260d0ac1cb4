"""Simulate a company into an inbox: the plan in, files out, memory bounded by a segment."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from orchestration.domain.errors import UsageError
from orchestration.sandbox.defects.injector import Injector
from orchestration.sandbox.inbox.api_lists import ApiLists
from orchestration.sandbox.inbox.events import EventFile
from orchestration.sandbox.inbox.renewal import TRUTH, renewed
from orchestration.sandbox.inbox.sigma_tables import SigmaTables
from orchestration.sandbox.inbox.table_files import PipelineFolder, SigmaCsv, SigmaParquet, TableFiles
from orchestration.sandbox.simulation import Segment, Simulation
from orchestration.sandbox.surroundings.bank import BankStatements
from orchestration.sandbox.surroundings.business import BusinessFiles
from orchestration.sandbox.surroundings.reports import BalanceReports
from orchestration.sandbox.surroundings.truth import Truth
from orchestration.sandbox.world.plan import Plan

FORMATS = ("sigma-csv", "sigma-csv-gz", "sigma-parquet", "pipeline", "api")
EXPORT_LAG = 3 * 3600  # the export is made so many seconds after the story's end
_SETTINGS = """\
# Settings of the simulated company. TIEOUT_<NAME> in the environment overrides a line.
reporting_timezone = "UTC"
functional_currency = "usd"
"""


class Sink(Protocol):
    """One output. Takes segments in their order and is closed after the last."""

    def take(self, segment: Segment) -> None:
        """Write what can be written of a segment, and keep nothing of it."""

    def close(self, simulation: Simulation) -> None:
        """Write what is known only at the end."""


@dataclass(frozen=True)
class Summary:
    """What was written.

    Attributes:
        files: Paths relative to the folder, sorted.
        size: Bytes of all files.
        transactions: Balance transactions of all tenants.
    """

    files: tuple[str, ...]
    size: int
    transactions: int


def simulate_into(
    plan: Plan,
    folder: Path,
    formats: Sequence[str] = ("sigma-csv",),
    progress: Callable[[int], None] = lambda transactions: None,
) -> Summary:
    """Write the company of a plan as an inbox into `folder`, with its truth in `folder/truth`.

    Args:
        folder: New, empty, or holding an earlier simulation, whose files are replaced.
        formats: Some of FORMATS; `api` is lists and events.
        progress: Told the balance transactions written so far, after each segment.

    Raises:
        UsageError: an unknown format, or a folder that is not ours to write.
        ValueError: a defect that is not known.
    """
    unknown = sorted(set(formats) - set(FORMATS))
    if unknown:
        raise UsageError(
            f"There is no format {', '.join(map(repr, unknown))}.", remedy=f"Formats: {', '.join(FORMATS)}."
        )
    with renewed(folder, plan.end + EXPORT_LAG) as fresh:
        transactions = _write(plan, fresh, formats, progress)
        paths = sorted(path for path in fresh.rglob("*") if path.is_file())
        files = tuple(path.relative_to(fresh).as_posix() for path in paths)
        size = sum(path.stat().st_size for path in paths)
    return Summary(files, size, transactions)


def _write(plan: Plan, folder: Path, formats: Sequence[str], progress: Callable[[int], None]) -> int:
    simulation = Simulation(plan)
    injector = Injector(plan)
    exports = _exports(simulation, folder, formats)
    bank = BankStatements(plan, folder)
    told: list[Sink] = [
        bank,
        BusinessFiles(plan, folder),
        BalanceReports(plan, folder),
        Truth(plan, folder, bank=bank, faults=injector),
    ]
    transactions = 0
    for segment in simulation:
        for sink in told:
            sink.take(segment)
        transactions += len(segment.objects.get("balance_transaction", ()))
        segment = injector.spoil(segment)
        for sink in exports:
            sink.take(segment)
        del segment  # before the next one is lived
        progress(transactions)
    for sink in (*exports, *told):
        sink.close(simulation)
    plan.write(folder / TRUTH)
    settings = folder / "company" / "tieout.toml"
    settings.parent.mkdir(exist_ok=True)
    settings.write_text(_SETTINGS, encoding="utf-8", newline="\n")
    return transactions


def _exports(simulation: Simulation, folder: Path, formats: Sequence[str]) -> list[Sink]:
    """The sinks of what Stripe would export."""
    plan, books = simulation.plan, simulation.books
    exported_at = plan.end + EXPORT_LAG
    tables: list[TableFiles] = []
    if "sigma-csv" in formats:
        tables.append(SigmaCsv(folder, exported_at))
    if "sigma-csv-gz" in formats:
        tables.append(SigmaCsv(folder, exported_at, gzipped=True))
    if "sigma-parquet" in formats:
        tables.append(SigmaParquet(folder, exported_at))
    if "pipeline" in formats:
        tables.append(PipelineFolder(folder, exported_at, books.platform_account))
    exports: list[Sink] = []
    if tables:
        exports.append(SigmaTables(tables, books, folder))
    if "api" in formats:
        exports += [ApiLists(folder, books.platform_account), EventFile(plan, folder)]
    return exports
