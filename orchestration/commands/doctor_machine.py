"""Checks of the machine: Python, packages, telemetry, dbt's manifest, settings."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from orchestration.commands.findings import Finding, bad, ok, warn
from orchestration.workspace import PROJECT_ROOT, Workspace

LOCK = PROJECT_ROOT / "requirements.lock"
REINSTALL = "Install the lock again: rm -rf .venv && make run"
_PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)\s*(?:;\s*([^\\]+))?")


def python_version() -> Iterator[Finding]:
    """The contract names 3.11 to 3.13."""
    text = ".".join(map(str, sys.version_info[:3]))
    if (3, 11) <= sys.version_info[:2] <= (3, 13):
        yield ok(f"Python {text}")
    else:
        yield bad(
            f"Python {text} is not supported", "Use Python 3.11, 3.12 or 3.13, then: rm -rf .venv && make run"
        )


def packages() -> Iterator[Finding]:
    """Every pin of the lock that is meant for this machine, against what is installed."""
    from importlib.metadata import distributions

    from packaging.markers import Marker
    from packaging.utils import canonicalize_name

    if not LOCK.is_file():
        yield warn(
            "requirements.lock is missing, so versions are not checked", "git checkout requirements.lock"
        )
        return
    installed = {canonicalize_name(item.metadata["Name"]): item.version for item in distributions()}
    wrong, count = [], 0
    for line in LOCK.read_text(encoding="utf-8").splitlines():
        pin = _PIN.match(line)
        if pin is None or (pin[3] and not Marker(pin[3].strip()).evaluate()):
            continue
        count += 1
        found = installed.get(canonicalize_name(pin[1]))
        if found != pin[2]:
            wrong.append(f"{pin[1]} is {found or 'missing'} instead of {pin[2]}")
    if wrong:
        more = f" and {len(wrong) - 5} more" if len(wrong) > 5 else ""
        yield bad(f"packages: {'; '.join(wrong[:5])}{more}", REINSTALL)
    else:
        yield ok(f"{count} packages are at the versions of the lock")


def telemetry(workspace: Workspace) -> Iterator[Finding]:
    """Nothing may leave the machine: Dagster's instance, dbt's project, and the environment."""
    import yaml

    faults = []
    for path in (PROJECT_ROOT / "orchestration" / "dagster.yaml", workspace.dagster_home / "dagster.yaml"):
        if path.is_file():
            content = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
            if (content.get("telemetry") or {}).get("enabled") is not False:
                faults.append(f"{path} does not say telemetry: enabled: false")
    project = yaml.safe_load((PROJECT_ROOT / "dbt_project.yml").read_text(encoding="utf-8"))
    if (project.get("flags") or {}).get("send_anonymous_usage_stats") is not False:
        faults.append("dbt_project.yml does not say send_anonymous_usage_stats: false")
    if os.environ.get("DBT_SEND_ANONYMOUS_USAGE_STATS", "false").lower() not in ("false", "0", "no"):
        faults.append(
            "DBT_SEND_ANONYMOUS_USAGE_STATS turns dbt's telemetry on for dbt that you start yourself"
        )
    if faults:
        yield bad(
            f"telemetry: {'; '.join(faults)}",
            "Restore the files from git, unset the variable, then: tieout run",
        )
    else:
        yield ok("telemetry is off")


def dbt_manifest() -> Iterator[Finding]:
    """The next run makes it again by itself."""
    from orchestration.daily_run import manifest_is_current, manifest_path

    if manifest_is_current():
        yield ok("dbt's manifest is current")
    else:
        state = "is older than a model" if manifest_path().is_file() else "is not made yet"
        yield warn(
            f"dbt's manifest {state}", "Nothing; the next tieout run or tieout ui makes it (about 10 s)."
        )


def settings(workspace: Workspace, inbox: Path) -> Iterator[Finding]:
    """Readable, and no variable that means nothing."""
    from orchestration.steps import company_settings

    try:
        found, warnings = company_settings(workspace, inbox if inbox.is_dir() else None)
    except UnicodeDecodeError as error:
        yield bad(f"settings: company/tieout.toml is not UTF-8 ({error.reason})", "Save it as UTF-8 text.")
        return
    changed = sorted(name for name, origin in found.origins.items() if origin != "default")
    yield ok(
        "settings can be read" + (f"; set: {', '.join(changed)}" if changed else "; all at their defaults")
    )
    for warning in warnings:
        yield warn(f"environment: {warning}", "Unset the variable, or correct its name.")
