"""The bank's files, read back by readers that share nothing with what wrote them."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.unit.sandbox.test_simulated_bank_payouts import Banked, banked

EXPONENT = {"USD": 2, "EUR": 2, "JPY": 0, "KWD": 3}


@dataclass
class Line:
    booked: str
    valued: str
    amount: int
    text: str
    reference: str = ""


@dataclass
class Read:
    """A statement as its file tells it: ISO dates, minor units."""

    file: str
    account: str
    number: int
    opening: int
    closing: int
    first: str
    last: str
    lines: list[Line] = field(default_factory=list)


def minor(text: str, currency: str, sign: str = ".") -> int:
    value = Decimal(text.replace(sign, ".")).scaleb(EXPONENT[currency])
    assert value == value.to_integral_value(), text
    return int(value)


def iso(yymmdd: str) -> str:
    return f"20{yymmdd[:2]}-{yymmdd[2:4]}-{yymmdd[4:6]}"


def read_bai2(path: Path) -> list[Read]:
    records = [line.removesuffix("/").split(",") for line in path.read_text(encoding="utf-8").splitlines()]
    check_bai2(records)
    found: list[Read] = []
    for fields in records:
        if fields[0] == "02":
            day = iso(fields[4])
        elif fields[0] == "03":
            assert (fields[3], fields[7]) == ("010", "015")
            number = int(records[0][5])
            found.append(Read(path.name, fields[1], number, int(fields[4]), int(fields[8]), day, day))
        elif fields[0] == "88" and fields[1] != "100":
            line = found[-1].lines[-1]
            line.text = f"{line.text} {','.join(fields[1:])}".strip()
        elif fields[0] == "16":
            sign = -1 if fields[1] >= "400" else 1
            at, valued = (6, iso(fields[4])) if fields[3] == "V" else (4, day)
            found[-1].lines.append(Line(day, valued, sign * int(fields[2]), "", fields[at + 1]))
    return found


def check_bai2(records: list[list[str]]) -> None:
    """Control totals and record counts of accounts, groups and the file."""
    columns = {("03", "010"): (4, 8), ("88", "100"): (2, 6)}
    sums, opened = {"49": 0, "98": 0, "99": 0}, {"49": 0, "98": 0, "99": 0}
    for index, fields in enumerate(records):
        code = fields[0]
        if code in ("03", "88"):
            at = columns.get((code, fields[3] if code == "03" else fields[1]), ())
            sums["49"] += sum(int(fields[column]) for column in at)
        if code == "16":
            sums["49"] += int(fields[2])
        if code in ("02", "03"):
            opened["98" if code == "02" else "49"] = index
        if code in sums:
            told = int(fields[1]), int(fields[-1])
            assert told == (sums[code], index - opened[code] + 1)
            parent = {"49": "98", "98": "99"}.get(code)
            if parent:
                sums[parent] += sums[code]
            sums[code] = 0


def read_camt(path: Path) -> list[Read]:
    root = ElementTree.fromstring(path.read_bytes())
    space = {"c": root.tag[1:].partition("}")[0]}
    assert space["c"] == "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"
    found = []

    def text(node: ElementTree.Element, path: str) -> str:
        return node.findtext("/".join(f"c:{tag}" for tag in path.split("/")), "", space)

    def money(node: ElementTree.Element) -> int:
        amount = node.find("c:Amt", space)
        sign = -1 if text(node, "CdtDbtInd") == "DBIT" else 1
        return sign * minor(amount.text, amount.get("Ccy"))

    for node in root.iterfind("*/c:Stmt", space):
        balances = {text(item, "Tp/CdOrPrtry/Cd"): money(item) for item in node.iterfind("c:Bal", space)}
        read = Read(
            path.name, text(node, "Acct/Id/IBAN"), int(text(node, "ElctrncSeqNb")),
            balances["OPBD"], balances["CLBD"], text(node, "FrToDt/FrDtTm")[:10], text(node, "FrToDt/ToDtTm")[:10],
        )  # fmt: skip
        for entry in node.iterfind("c:Ntry", space):
            purpose = text(entry, "NtryDtls/TxDtls/RmtInf/Ustrd") or text(entry, "AddtlNtryInf")
            reference = text(entry, "NtryDtls/TxDtls/Refs/EndToEndId").replace("NOTPROVIDED", "")
            read.lines.append(
                Line(text(entry, "BookgDt/Dt"), text(entry, "ValDt/Dt"), money(entry), purpose, reference)
            )
        for tag, sign in (("TtlCdtNtries", 1), ("TtlDbtNtries", -1)):
            same = [sign * line.amount for line in read.lines if sign * line.amount > 0]
            assert int(text(node, f"TxsSummry/{tag}/NbOfNtries")) == len(same)
            assert minor(text(node, f"TxsSummry/{tag}/Sum"), text(node, "Acct/Ccy")) == sum(same)
        found.append(read)
    return found


def read_mt940(path: Path) -> list[Read]:
    found = []
    raw = path.read_bytes().decode("ascii")
    assert raw.endswith("\r\n-\r\n")
    for message in raw.removesuffix("-\r\n").split("\r\n-\r\n"):
        assert all(len(line) <= 70 for line in message.split("\r\n"))
        tags = re.findall(r"^:(\w+):(.*(?:\n(?!:).*)*)", message.replace("\r\n", "\n"), re.MULTILINE)
        plain = dict(tags)
        opening, closing = (re.fullmatch(r"([CD])(\d{6})([A-Z]{3})([\d,]+)", plain[t]) for t in ("60F", "62F"))
        amounts = [minor(b[4], b[3], ",") * (1 if b[1] == "C" else -1) for b in (opening, closing)]
        read = Read(
            path.name, plain["25"], int(plain["28C"].split("/")[0]), *amounts, iso(opening[2]), iso(closing[2])
        )
        for tag, value in tags:
            if tag == "61":
                entry = re.match(r"(\d{6})(\d{4})([CD])([\d,]+)(N[A-Z]{3})NONREF//(\d+)", value)
                amount = minor(entry[4], opening[3], ",") * (1 if entry[3] == "C" else -1)
                read.lines.append(Line(iso(closing[2][:2] + entry[2]), iso(entry[1]), amount, ""))
            elif tag == "86":
                joined = value.replace("\n", "")
                purpose = "".join(re.findall(r"\?2\d([^?]*)", joined))
                ours = re.fullmatch(r"EREF\+(\S+)SVWZ\+(.*)", purpose)
                read.lines[-1].reference, read.lines[-1].text = ours.groups() if ours else ("", purpose)
        found.append(read)
    return found


def read_ofx(path: Path) -> list[Read]:
    root = ElementTree.fromstring(path.read_bytes())
    found = []
    for response in root.iterfind("BANKMSGSRSV1/STMTTRNRS"):
        node = response.find("STMTRS")
        currency = node.findtext("CURDEF")

        def day(text: str) -> str:
            return iso(text[2:8])

        assert node.findtext("BALLIST/BAL/NAME") == "OPENING"
        read = Read(
            path.name, node.findtext("BANKACCTFROM/ACCTID"), int(response.findtext("TRNUID")),
            minor(node.findtext("BALLIST/BAL/VALUE"), currency), minor(node.findtext("LEDGERBAL/BALAMT"), currency),
            day(node.findtext("BANKTRANLIST/DTSTART")), day(node.findtext("BANKTRANLIST/DTEND")),
        )  # fmt: skip
        for entry in node.iterfind("BANKTRANLIST/STMTTRN"):
            booked = entry.findtext("DTPOSTED")
            read.lines.append(
                Line(
                    day(booked), day(entry.findtext("DTAVAIL", booked)), minor(entry.findtext("TRNAMT"), currency),
                    entry.findtext("MEMO"), entry.findtext("REFNUM", ""),
                )
            )  # fmt: skip
        fit_ids = [entry.findtext("FITID") for entry in node.iterfind("BANKTRANLIST/STMTTRN")]
        assert len(set(fit_ids)) == len(fit_ids)
        found.append(read)
    return found


def read_csv(path: Path) -> list[Read]:
    """By its declared layout only."""
    with (path.parent.parent / "company" / "bank_layouts.csv").open(encoding="utf-8", newline="") as file:
        layout = next(row for row in csv.DictReader(file) if path.match(row["file_pattern"]))
    with path.open(encoding=layout["encoding"], newline="") as file:
        rows = list(csv.DictReader(file, delimiter=layout["delimiter"]))
    assert layout["date_format"] == "%d/%m/%Y"

    def cell(row: dict[str, str], role: str) -> str:
        return row[layout[f"{role}_column"]]

    def day(row: dict[str, str], role: str) -> str:
        return "-".join(reversed(cell(row, role).split("/")))

    def money(row: dict[str, str], role: str) -> int:
        return minor(cell(row, role) or "0", "JPY", layout["decimal_sign"])

    first, *middle, last = rows
    assert (cell(first, "text"), cell(last, "text")) == (layout["opening_text"], layout["closing_text"])
    read = Read(
        path.name, cell(first, "account"), int(cell(first, "statement")), money(first, "balance"),
        money(last, "balance"), day(first, "booked_date"), day(last, "booked_date"),
    )  # fmt: skip
    balance = read.opening
    for row in middle:
        amount = money(row, "credit") - money(row, "debit")
        balance += amount
        assert money(row, "balance") == balance
        days = day(row, "booked_date"), day(row, "value_date")
        read.lines.append(Line(*days, amount, cell(row, "text"), cell(row, "reference")))
    return [read]


READERS = {"bai2": read_bai2, "xml": read_camt, "sta": read_mt940, "qfx": read_ofx, "csv": read_csv}


def read_all(folder: Path) -> list[Read]:
    return [read for path in sorted((folder / "bank").iterdir()) for read in READERS[path.suffix[1:]](path)]


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Banked:
    return banked(tmp_path_factory.mktemp("bank"))


@pytest.fixture(scope="module")
def statements(bank: Banked) -> list[Read]:
    return read_all(bank.folder)


def by_account(statements: list[Read]) -> dict[str, list[Read]]:
    """Statements of each account in the order of time."""
    accounts: dict[str, list[Read]] = {}
    for read in sorted(statements, key=lambda read: read.first):
        accounts.setdefault(read.account, []).append(read)
    return accounts


def test_every_statement_ties_in_all_five_formats(statements: list[Read]) -> None:
    assert {Path(read.file).suffix[1:] for read in statements if read.lines} == set(READERS)
    untied = [
        (read.file, read.first)
        for read in statements
        if read.opening + sum(line.amount for line in read.lines) != read.closing
    ]
    assert untied == []


def test_balances_and_numbers_run_on_from_the_first_day_to_the_last(statements: list[Read]) -> None:
    for account, reads in by_account(statements).items():
        assert reads[0].opening > 0 and reads[0].opening % 1000 == 0, account
        assert [read.opening for read in reads[1:]] == [read.closing for read in reads[:-1]], account
        numbers = sorted({read.number for read in reads})  # a BAI2 file holds a week of statements
        assert numbers == list(range(1, numbers[-1] + 1)), account
        assert reads[0].first == "2025-04-01" and reads[-1].last == "2026-03-31", account


def test_lines_lie_in_the_days_of_their_statement(statements: list[Read]) -> None:
    strays = [
        (read.file, line) for read in statements for line in read.lines if not read.first <= line.booked <= read.last
    ]
    assert strays == []


def test_the_truth_names_every_printed_line_and_no_other(bank: Banked, statements: list[Read]) -> None:
    printed: dict[str, list[Line]] = {}
    for read in statements:
        printed.setdefault(f"bank/{read.file}", []).extend(read.lines)
    told: dict[str, list[Line]] = {}
    for row in bank.matches:
        lines = told.setdefault(row["statement_file"], [])
        lines.append(Line(row["booked_date"], row["value_date"], row["amount_minor"], row["text"]))
        assert row["entry_number"] == len(lines)
    assert told.keys() == {file for file, lines in printed.items() if lines}
    for file, lines in told.items():
        pairs = list(zip(lines, printed[file], strict=True))
        assert [(one.booked, one.valued, one.amount) for one, _ in pairs] == [
            (other.booked, other.valued, other.amount) for _, other in pairs
        ], file
        assert [one.text for one, other in pairs if one.text not in other.text] == [], file


def test_the_company_declares_the_accounts_that_its_statements_name(bank: Banked, statements: list[Read]) -> None:
    with (bank.folder / "company" / "bank_accounts.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["bank_account"] for row in rows} == {read.account for read in statements}
    assert {row["account_id"] for row in rows} == {"platform"}
    assert sorted(row["currency"] for row in rows) == ["eur", "jpy", "kwd", "usd", "usd"]


def test_a_seed_gives_its_bytes_again_and_another_seed_others(bank: Banked, tmp_path: Path) -> None:
    def written(folder: Path) -> dict[str, bytes]:
        return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*.*")}

    same, other = banked(tmp_path / "same"), banked(tmp_path / "other", seed=8)
    assert written(same.folder) == written(bank.folder)
    assert same.matches == bank.matches
    assert written(other.folder)["bank/eur_2025-04.xml"] != written(bank.folder)["bank/eur_2025-04.xml"]
