"""dbt in a process of its own, forked from one that has already imported it and parsed the project.

The same `dbt build` as in production, without the five seconds that each call spends on starting up. Preloaded
by multiprocessing's fork server (see `harness.run_dbt`); the process of the tests never imports this module.
"""

from __future__ import annotations

import gc
import json
import os
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pandas  # noqa: F401  (pyarrow asks for it in every process that builds an array)
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.adapters.factory import reset_adapters
from dbt.cli.main import dbtRunner
from dbt.contracts.graph.manifest import Manifest
from dbt_common.events.base_types import BaseEvent
from dbt_common.events.event_manager import EventManager

# what the models in Python import
from orchestration.warehouse.matching import live, orders  # noqa: F401

ROOT = Path(__file__).resolve().parents[2]
PLACE = ["--project-dir", str(ROOT), "--profiles-dir", str(ROOT)]


def _parse(target: str) -> Manifest:
    result = dbtRunner().invoke(["--quiet", "parse", *PLACE, "--target-path", target, "--log-path", target])
    reset_adapters()
    if not isinstance(result.result, Manifest):
        raise RuntimeError(f"the dbt project does not parse: {result.exception}")
    return result.result


MANIFEST = _parse(os.environ["TIEOUT_RUN_TEST_TARGET"])
# The parsed project lives as long as the server: looking through it for garbage is a fifteenth of a small build.
gc.freeze()
gc.set_threshold(50_000, 20, 100)


def _unheard(self: object, *event: object, **details: object) -> None:
    """What dbt tells of its work takes a fourth of a small build (2026-11), and failures come back as results."""


def build(environment: dict[str, str], arguments: list[str], target: Path) -> None:
    """Run `dbt build`; leaves {success, tests: {name: [status, failures]}, errors} in target/answer.json.

    Without dbt's own JSON: writing the manifest again takes an eighth of a small build (2026-11).
    """
    os.environ.update(environment)
    BaseEvent.__init__ = EventManager.fire_event = _unheard
    target.mkdir(parents=True, exist_ok=True)
    with (target / "out.log").open("w", encoding="utf-8") as log, redirect_stdout(log), redirect_stderr(log):
        result = dbtRunner(manifest=MANIFEST).invoke(
            ["--quiet", "--no-write-json", "build", *arguments, *PLACE, "--target-path", str(target), "--log-path", str(target)])
    DuckDBConnectionManager.close_all_connections()  # a forked process ends without doing it, as if it were killed
    nodes = list(getattr(result.result, "results", None) or [])
    answer = {
        "success": result.success,
        "exception": str(result.exception or ""),
        "tests": {node.node.name: [str(node.status), node.failures or 0]
                  for node in nodes if node.node.resource_type == "test"},
        "errors": [f"{node.node.name}: {node.message}" for node in nodes if str(node.status) == "error"],
    }
    (target / "answer.json").write_text(json.dumps(answer), encoding="utf-8")
