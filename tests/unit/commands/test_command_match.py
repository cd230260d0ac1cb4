"""`tieout match`: lists in, pairs out; what cannot be read is refused with file, row and remedy."""

from __future__ import annotations

import csv
import gzip
import random

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

HEAD = "id,date,amount_minor,currency,text\n"
PAIRS = ["left_id", "right_id", "confidence", "tier", "status", "alternative_count"]


def write(path, rows, head=HEAD):
    path.write_text(head + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    return path


def people(count, side, late=0):
    rng = random.Random(3)
    return [
        f"{side}{i:03},2026-{rng.randint(1, 9):02}-{rng.randint(1, 20) + late:02},{rng.randint(1000, 900000)},usd,"
        f"\"{''.join(rng.choices('ABCDEFGHIJK', k=8))}, payment\""
        for i in range(count)
    ]


@pytest.fixture
def call(tieout, tmp_path):
    def run(left, right, *options, out="pairs.csv"):
        return tieout("match", "--left", left, "--right", right, "--out", tmp_path / out, *options)

    return run


def read(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def lists(tmp_path):
    return write(tmp_path / "a.csv", people(60, "L")), write(tmp_path / "b.csv", people(60, "R", late=1))


def test_pairs_are_written_by_left_id_and_summed_up(call, lists, tmp_path):
    done = call(*lists)
    assert done.exit_code == 0, done.output
    rows = read(tmp_path / "pairs.csv")
    assert list(rows[0]) == PAIRS
    assert [row["left_id"] for row in rows] == [f"L{i:03}" for i in range(60)]
    assert all(row["left_id"][1:] == row["right_id"][1:] for row in rows)
    assert "60 left items, 60 right items: 60 pairs." in done.stdout
    assert "unmatched   none" in done.stdout
    assert "days after the left one, half of them 1\n" in done.stdout


def test_every_format_gives_the_same_pairs(call, lists, tmp_path):
    call(*lists)
    expected = read(tmp_path / "pairs.csv")
    packed = tmp_path / "b.csv.gz"
    packed.write_bytes(gzip.compress(lists[1].read_bytes()))
    typed = tmp_path / "a[1].parquet"
    rows = [next(csv.DictReader([HEAD, line])) for line in people(60, "L")]
    table = pa.Table.from_pylist(rows)
    table = table.set_column(1, "date", table["date"].cast(pa.date32()))
    pq.write_table(table.set_column(2, "amount_minor", table["amount_minor"].cast(pa.int32())), typed)
    assert call(typed, packed, out="pairs.parquet").exit_code == 0
    found = pq.read_table(tmp_path / "pairs.parquet").to_pylist()
    assert [{name: str(value) for name, value in row.items()} for row in found] == expected


def test_the_order_of_the_rows_changes_no_byte(call, tmp_path):
    own, theirs = people(60, "L"), people(60, "R", late=1)
    own += [f"A{i},2026-05-01,500,usd,SAME" for i in range(4)]
    theirs += [f"B{i},2026-05-02,500,usd,SAME" for i in range(3)]
    outputs = ("--unmatched", "rest"), ("--sets", "alike")
    seen = set()
    for seed in range(3):
        random.Random(seed).shuffle(own)
        random.Random(seed + 9).shuffle(theirs)
        for ending in ("csv", "parquet"):
            options = [item for option, name in outputs for item in (option, tmp_path / f"{name}.{ending}")]
            left, right = write(tmp_path / "a.csv", own), write(tmp_path / "b.csv", theirs)
            assert call(left, right, *options, out=f"pairs.{ending}").exit_code == 0
        seen.add(tuple((tmp_path / f"{name}.{ending}").read_bytes()
                       for name in ("pairs", "rest", "alike") for ending in ("csv", "parquet")))
    assert len(seen) == 1


def test_twenty_against_nineteen_alike_are_told_as_such(call, tmp_path):
    left = write(tmp_path / "a.csv", [f"L{i:02},2026-03-01,1000,usd,PLAN" for i in range(20)])
    right = write(tmp_path / "b.csv", [f"R{i:02},2026-03-01,1000,usd,PLAN" for i in range(19)])
    rest, alike = tmp_path / "rest.csv", tmp_path / "alike.csv"
    done = call(left, right, "--unmatched", rest, "--sets", alike)
    assert "1 set of 20 left and 19 right items" in done.stdout
    pairs = read(tmp_path / "pairs.csv")
    assert len(pairs) == 19
    assert {row["status"] for row in pairs} == {"ambiguous"}
    assert [row["reason"] for row in read(rest)] == ["alike"]
    members = read(alike)
    assert len(members) == 39
    assert {(row["left_count"], row["right_count"], row["status"]) for row in members} == {("20", "19", "ambiguous")}


def test_what_has_no_counterpart_is_listed_per_side_and_currency(call, tmp_path):
    left = write(tmp_path / "a.csv", [*people(30, "L"), "LX,2026-01-01,77,eur,ONLY HERE"])
    right = write(tmp_path / "b.csv", [*people(30, "R"), "RX,2026-01-01,-77,eur,ONLY THERE", "RY,2026-06-01,5,jpy,"])
    done = call(left, right, "--unmatched", tmp_path / "rest.csv")
    assert [(row["side"], row["id"], row["amount_minor"], row["text"], row["reason"]) for row in read(tmp_path / "rest.csv")] == [
        ("left", "LX", "77", "ONLY HERE", "no counterpart"),
        ("right", "RX", "-77", "ONLY THERE", "no counterpart"),
        ("right", "RY", "5", "", "no counterpart"),
    ]
    assert "left: 1 item, 77 eur" in done.stdout
    assert "right: 1 item, -77 eur" in done.stdout


def test_empty_lists_are_fine(call, tmp_path):
    empty, other = write(tmp_path / "a.csv", []), write(tmp_path / "b.csv", people(2, "R"))
    for left, right in ((empty, other), (other, empty), (empty, empty)):
        assert call(left, right, "--sets", tmp_path / "sets.csv").exit_code == 0
        assert (tmp_path / "pairs.csv").read_text() == ",".join(PAIRS) + "\n"


def test_other_columns_are_named_and_ignored(call, tmp_path):
    left = write(tmp_path / "a.csv", [f"{row},1" for row in people(3, "L")], HEAD.replace("text\n", "text,_branch\n"))
    done = call(left, write(tmp_path / "b.csv", people(3, "R")))
    assert done.exit_code == 0
    assert "a.csv: not looked at: _branch." in done.stderr


GOOD = "x1,2026-03-01,100,usd,A"


@pytest.mark.parametrize(("row", "said"), [
    (GOOD, "An id stands more than once: 'x1' in data rows 1, 2."),
    (",2026-03-01,100,usd,A", "empty id in column id (1 of 2 rows; data row 2"),
    ('"  ",2026-03-01,100,usd,A', "empty id in column id"),
    ("x2,01.03.2026,100,usd,A", "unreadable date in column date (1 of 2 rows; data row 2: '01.03.2026')"),
    ("x2,2026-02-30,100,usd,A", "unreadable date"),
    ("x2,,100,usd,A", "unreadable date in column date (1 of 2 rows; data row 2: empty)"),
    ("x2,2026-03-01,100.5,usd,A", "no integer in column amount_minor (1 of 2 rows; data row 2: '100.5')"),
    ("x2,2026-03-01,1e3,usd,A", "no integer"),
    ('x2,2026-03-01,"1,000",usd,A', "unreadable amount"),
    ("x2,2026-03-01,,usd,A", "empty amount"),
    ("x2,2026-03-01,9223372036854775808,usd,A", "integer beyond 64 bits"),
    ("x2,2026-03-01,-9223372036854775808,usd,A", "integer beyond 64 bits"),
    ("x2,2026-03-01,100,,A", "empty currency"),
    ("x2,2026-03-01,100,dollars,A", "no currency code in column currency (1 of 2 rows; data row 2: 'dollars')"),
    ("x2,2026-03-01,100,usd", "cannot be read as a whole"),
])  # fmt: skip
@pytest.mark.parametrize("side", [0, 1])
def test_a_row_that_cannot_be_read_refuses_its_file(call, tmp_path, row, said, side):
    bad, good = write(tmp_path / "bad.csv", [GOOD, row]), write(tmp_path / "good.csv", [GOOD])
    done = call(*((bad, good) if side == 0 else (good, bad)))
    assert done.exit_code == 3, done.output
    assert said in done.stderr
    assert "bad.csv" in done.stderr
    assert "do:" in done.stderr
    assert not (tmp_path / "pairs.csv").exists()


@pytest.mark.parametrize(("body", "said"), [
    (b"", "not even a header"),
    (b"id;date;amount_minor;currency;text\n", "Required column id, date, amount_minor, currency, text is missing"),
    (b"id,date,amount_minor,currency,text", "does not end with a line break"),
    (b"id,date,amount_minor,currency\n", "Required column text is missing"),
    (b"id,id,date,amount_minor,currency,text\n", "Column id stands more than once"),
    (HEAD.encode() + b"x1,2026-03-01,1,usd,\xff\xfe\n", "cannot be read as a whole"),
])  # fmt: skip
def test_a_damaged_file_is_refused(call, tmp_path, body, said):
    bad = tmp_path / "bad.csv"
    bad.write_bytes(body)
    done = call(bad, write(tmp_path / "good.csv", [GOOD]))
    assert done.exit_code == 3
    assert said in done.stderr


@pytest.mark.parametrize(("name", "body", "said"), [
    ("bad.csv.gz", gzip.compress(HEAD.encode() * 50, mtime=0)[:-9], "Not a whole gzip file"),
    ("bad.parquet", b"PAR1 and nothing more", "Not a readable Parquet file"),
])  # fmt: skip
def test_a_cut_file_is_refused(call, tmp_path, name, body, said):
    (tmp_path / name).write_bytes(body)
    done = call(tmp_path / name, write(tmp_path / "good.csv", [GOOD]))
    assert done.exit_code == 3
    assert said in done.stderr


def test_amounts_up_to_64_bits_are_matched(call, tmp_path):
    rows = ["x1,2026-03-01,9223372036854775807,USD,A", "x2,2026-03-01,-9223372036854775807,usd,A"]
    done = call(write(tmp_path / "a.csv", rows), write(tmp_path / "b.csv", [rows[0]]), "--unmatched", tmp_path / "u.csv")
    assert done.exit_code == 0, done.output
    assert [(row["left_id"], row["right_id"]) for row in read(tmp_path / "pairs.csv")] == [("x1", "x1")]
    assert [row["amount_minor"] for row in read(tmp_path / "u.csv")] == ["-9223372036854775807"]


def test_wrong_names_are_wrong_usage(call, lists, tmp_path):
    left, right = lists
    assert "is not there" in call(tmp_path / "no.csv", right).stderr
    assert "neither CSV nor Parquet" in call(tmp_path / "a.xlsx", right).stderr
    assert "neither CSV nor Parquet" in call(left, right, out="pairs.txt").stderr
    assert "does not exist" in call(left, right, out="no/pairs.csv").stderr
    assert "read or written already" in call(left, right, out="a.csv").stderr
    done = call(left, right, "--unmatched", tmp_path / "pairs.csv")
    assert done.exit_code == 2
    assert "--unmatched names a file that is read or written already" in done.stderr


def test_what_was_there_stays_when_a_list_is_refused(call, lists, tmp_path):
    (tmp_path / "pairs.csv").write_text("yesterday's")
    bad = write(tmp_path / "bad.csv", [GOOD, GOOD])
    assert call(lists[0], bad).exit_code == 3
    assert (tmp_path / "pairs.csv").read_text() == "yesterday's"
    assert not [path.name for path in tmp_path.iterdir() if ".part" in path.name]
