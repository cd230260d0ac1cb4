"""`tieout simulate`: what it says, what it leaves, what it refuses."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration.sandbox.world.plan import Plan

TINY = ("--months", "1", "--customers", "6", "--accounts", "1")


def test_it_writes_the_company_that_was_asked_for(tieout, empty, tmp_path):
    out = tmp_path / "my company"
    done = tieout("simulate", "--workspace", empty.root, "--out", out, *TINY, "--seed", "11", "--format", "api,pipeline",
                  "--defects", "late_rows, duplicate_charge")
    assert done.exit_code == 0, done.output
    assert Plan.read(out / "truth") == Plan(1, 6, 1, 11, defects=("late_rows", "duplicate_charge"))
    assert (out / "stripe/api/charge.jsonl").is_file()
    assert (out / "stripe/events/events.jsonl").is_file()
    assert (out / "stripe/pipeline/2026040103/livemode/coreapi_SUCCESS").is_file()
    assert not (out / "stripe/sigma").exists()
    assert (out / "bank").is_dir() and (out / "business/orders.csv").is_file()
    assert 'functional_currency = "usd"' in (out / "company/tieout.toml").read_text(encoding="utf-8")
    assert done.stdout.splitlines()[0] == "Simulated 1 month, 6 customers, 1 account, seed 11."
    assert f"tieout run --inbox '{out}'" in done.stdout
    assert f"tieout serve-sandbox '{out}'" in done.stdout
    assert done.stderr == "simulating\n"
    assert not empty.root.exists()


def test_the_default_is_a_sigma_export_that_an_inbox_can_hold(tieout, empty, tmp_path):
    done = tieout("simulate", "--workspace", empty.root, "--out", tmp_path, *TINY)
    assert done.exit_code == 0, done.output
    assert (tmp_path / "stripe/sigma/balance_transactions_2026-04-01T0300.csv").is_file()
    assert {path.name for path in (tmp_path / "stripe").iterdir()} == {"reports", "sigma"}
    files = [path for path in (tmp_path / "stripe/sigma").iterdir()
             if path.name.removeprefix("connected_account_").startswith("balance_transactions_2026")]
    transactions = sum(len(path.read_text(encoding="utf-8").splitlines()) - 1 for path in files)
    assert f"\n  transactions  {transactions:,} in " in done.stdout
    again = tieout("simulate", "--workspace", empty.root, "--out", tmp_path, *TINY)
    assert again.exit_code == 0, again.output


@pytest.mark.parametrize(("options", "message"), [
    (("--format", "sigma-cvs"), "Did you mean sigma-csv?"),
    (("--defects", "lost_row"), "Did you mean lost_rows?"),
    (("--months", "0"), "0 is not in the range"),
    (("--customers", "many"), "'many' is not a valid integer"),
])
def test_a_wrong_option_writes_nothing(tieout, empty, tmp_path, options, message):
    done = tieout("simulate", "--workspace", empty.root, "--out", tmp_path / "new", *TINY, *options)
    assert done.exit_code == 2
    assert message in done.stderr
    assert not (tmp_path / "new").exists()


def test_a_folder_is_required(tieout, empty):
    done = tieout("simulate", "--workspace", empty.root)
    assert done.exit_code == 2
    assert "--out" in done.stderr


@pytest.mark.parametrize("kind", ["full", "file"])
def test_a_place_that_is_not_ours_is_refused(tieout, empty, tmp_path: Path, kind):
    out = tmp_path / "there"
    if kind == "file":
        out.write_text("a file")
    else:
        out.mkdir()
        (out / "letters.txt").write_text("mine")
    done = tieout("simulate", "--workspace", empty.root, "--out", out, *TINY)
    assert done.exit_code == 2
    assert str(out) in done.stderr
    assert "--out DIR" in done.stderr
