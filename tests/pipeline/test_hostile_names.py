"""Names that try to be something else: a glob, SQL, a path, a link. Each is loaded right or refused with a reason."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from orchestration.workspace import Workspace
from tests.pipeline.harness import load, rows
from tests.pipeline.inboxes import SIGMA, as_csv, file_of, put, read_csv, small_sigma

pytestmark = pytest.mark.slow

TABLE = "balance_transactions"
HOSTILE = [
    "a[1].csv", "a1.csv", "a*.csv", "a?.csv", "{a,b}.csv",
    "it's.csv", 'say "hi".csv', "'; drop table charges; --.csv", "$(touch pwned).csv", "`id`.csv",
    "..csv", "...csv", "..\\..\\etc.csv", "-rf.csv", " leading and trailing .csv", "%2e%2e%2f.csv",
    "tab\t.csv", "\u202egnp.exe.csv", "\u05e9\u05dc\u05d5\u05dd.csv", "caf\u00e9.csv", "cafe\u0301.csv",
    "x" * 251 + ".csv", "\u00fc" * 125 + ".csv", "null.csv", "charges_2026-04-01.csv",
]


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    return small_sigma(tmp_path / "inbox")


def test_any_name_below_a_table_folder_loads_its_own_rows(inbox: Path, tmp_path: Path) -> None:
    """Each file holds other rows; a name read as a pattern would load a neighbour twice and miss itself."""
    found = read_csv(file_of(inbox, TABLE))
    file_of(inbox, TABLE).unlink()
    expected = {}
    for number, name in enumerate(HOSTILE):
        share = found[number::len(HOSTILE)]
        put(inbox / SIGMA / TABLE / name, as_csv(share))
        expected[f"{SIGMA}/{TABLE}/{name}"] = len(share)
    workspace = Workspace(tmp_path / "workspace")
    outcome = load(workspace, inbox)
    assert (outcome.exit_code, outcome.refused) == (0, {})
    loaded = dict(rows(workspace.raw_db, "select name, row_count from meta.loads where relation = ? "
                       "and account_scope = 'platform'", [f"sigma.{TABLE}"]))
    assert loaded == expected
    assert rows(workspace.raw_db, f"select id from sigma.{TABLE} where _account_id = 'platform' order by id") == sorted(
        (row["id"],) for row in found)
    charges = len(read_csv(file_of(inbox, "charges")))
    assert rows(workspace.raw_db, "select count(*) from sigma.charges") == [(charges,)]
    _nothing_outside(tmp_path)


def test_a_name_that_means_no_table_is_refused_with_its_bytes(inbox: Path, tmp_path: Path) -> None:
    whole = len(read_csv(file_of(inbox, TABLE)))
    names = ["line\nbreak.csv", *HOSTILE]
    names = [name for name in names if name not in ("a1.csv", "null.csv", "charges_2026-04-01.csv", "..csv")]
    for name in names:
        put(inbox / SIGMA / name, f"id,amount\n{len(name)},1\n")
    workspace = Workspace(tmp_path / "workspace")
    outcome = load(workspace, inbox)
    assert outcome.exit_code == 0  # no money is in them
    assert set(outcome.refused) == {f"{SIGMA}/{name}" for name in names}
    assert all("cannot be used" in reason for reason in outcome.refused.values())
    held = {(folder / "file").read_bytes() for folder in workspace.quarantine.iterdir()}
    assert held == {f"id,amount\n{len(name)},1\n".encode() for name in names}
    assert len(list(workspace.quarantine.iterdir())) == len(names)
    assert rows(workspace.raw_db, f"select count(*) from sigma.{TABLE} where _account_id = 'platform'") == [(whole,)]
    _nothing_outside(tmp_path)


def _nothing_outside(tmp_path: Path) -> None:
    assert {path.name for path in tmp_path.iterdir()} == {"inbox", "workspace"}
    assert not list(tmp_path.rglob("pwned"))


def test_a_name_that_is_no_text_is_received_all_the_same(inbox: Path, tmp_path: Path) -> None:
    folder = inbox / SIGMA / TABLE
    folder.mkdir()
    data = as_csv([{**read_csv(file_of(inbox, TABLE))[0], "id": "txn_latin"}]).encode()
    with open(os.fsencode(folder) + b"/caf\xe9.csv", "wb") as file:
        file.write(data)
    workspace = Workspace(tmp_path / "workspace")
    outcome = load(workspace, inbox)
    assert (outcome.exit_code, outcome.refused) == (0, {})
    assert rows(workspace.raw_db, "select count(*) from sigma.balance_transactions where id = 'txn_latin'") == [(1,)]


def test_links_are_not_followed(inbox: Path, tmp_path: Path) -> None:
    """Neither to a file outside, nor to a folder, nor in a circle; each is named as left out."""
    outside = put(tmp_path / "outside" / "secret.csv", as_csv([{**read_csv(file_of(inbox, TABLE))[0], "id": "txn_secret"}]))
    (inbox / SIGMA / TABLE).mkdir()
    (inbox / SIGMA / TABLE / "link.csv").symlink_to(outside)
    (inbox / SIGMA / "charges").symlink_to(outside.parent)
    (inbox / SIGMA / "circle").symlink_to(inbox)
    (inbox / SIGMA / TABLE / "nowhere.csv").symlink_to(tmp_path / "nowhere")
    os.mkfifo(inbox / SIGMA / TABLE / "pipe.csv")  # opening it would wait forever
    workspace = Workspace(tmp_path / "workspace")
    outcome = load(workspace, inbox)
    assert (outcome.exit_code, outcome.refused) == (0, {})
    assert outcome.context is not None
    left_out = {name for name, _ in outcome.context.skipped}
    assert left_out == {f"{SIGMA}/{TABLE}/link.csv", f"{SIGMA}/charges", f"{SIGMA}/circle",
                        f"{SIGMA}/{TABLE}/nowhere.csv", f"{SIGMA}/{TABLE}/pipe.csv"}
    assert all(any(name in warning for warning in outcome.context.warnings) for name in left_out)
    assert rows(workspace.raw_db, f"select count(*) from sigma.{TABLE} where id = 'txn_secret'") == [(0,)]


@pytest.mark.parametrize(("place", "says"), [
    ("stripe/api/not-an-account/charge.jsonl", "not a connected account id"),
    ("stripe/api/acct_1/deeper/charge.jsonl", "one object per line"),
    ("stripe/pipeline/2026130103/livemode/charges/part.parquet", "not a date and hour"),
    ("stripe/sigma/charges/2026/april.csv", "not a .csv"),
    ("elsewhere/charges.csv", "not in the inbox layout"),
    ("charges.csv", "not in the inbox layout"),
])
def test_a_file_in_the_wrong_place_is_refused(place: str, says: str, inbox: Path, tmp_path: Path) -> None:
    put(inbox / place, "id\nch_1\n")
    workspace = Workspace(tmp_path / "workspace")
    outcome = load(workspace, inbox)
    assert outcome.exit_code == 0
    assert list(outcome.refused) == [place]
    assert says in outcome.refused[place]
