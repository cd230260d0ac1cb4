"""The help is what people meet first: quick, whole, and with an example for everything."""

from __future__ import annotations

import subprocess
import sys

import pytest

from orchestration.cli import COMMANDS

HEAVY = ("dagster", "dbt", "great_expectations", "duckdb", "pandas", "numpy", "pyarrow", "rich", "yaml")
HELP = "import sys; sys.argv = ['tieout', '--help']\nfrom orchestration.cli import main\ntry: main()\nfinally: "


def test_help_imports_nothing_heavy():
    code = HELP + f"print([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"


def test_help_names_every_command_and_the_exit_codes(tieout):
    done = tieout("--help")
    assert done.exit_code == 0
    assert all(f"\n  {name} " in done.output for name in COMMANDS)
    assert "4 a gate refused" in done.output
    assert "..." not in done.output.split("Commands:")[1].split("Examples:")[0]  # no sentence is cut


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_an_example_and_the_common_options(tieout, name):
    done = tieout(name, "--help")
    assert done.exit_code == 0
    assert f"Examples:\n  tieout {name}" in done.output.replace("\n    tieout", "\n  tieout")
    assert "--workspace" in done.output
    assert "--debug" in done.output


def test_a_mistyped_command_gets_the_nearest_one(tieout):
    done = tieout("statsu")
    assert done.exit_code == 2
    assert "Did you mean status?" in done.output


def test_a_wrong_option_is_wrong_usage(tieout):
    assert tieout("run", "--as-off", "2026-01-01").exit_code == 2
