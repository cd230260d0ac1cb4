"""How long bank files take to load: `python -m tests.bench.bank [ENTRIES] [FORMAT ...]`.

Statements of one day each, as banks send them; `one` puts all entries into one statement.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

from orchestration.warehouse.connection import connect
from orchestration.workspace import Workspace

DAYS = 365
LAYOUT = ("bank_account,file_pattern,encoding,delimiter,date_format,decimal_sign,account_column,statement_column,booked_date_column,"
          "value_date_column,amount_column,debit_column,credit_column,text_column,counterparty_column,reference_column,"
          "balance_column,opening_text,closing_text\n"
          "ACC,*.csv,utf-8,;,%Y-%m-%d,.,,No,Day,,Amount,,,Text,Who,Ref,,,\n")


def days(entries: int, count: int) -> Iterator[tuple[int, date, range]]:
    """Number of the statement, its day, numbers of its entries."""
    each = -(-entries // count)
    for number in range(count):
        yield number, date(2025, 1, 1) + timedelta(days=number), range(number * each, min((number + 1) * each, entries))


def bai2(entries: int, count: int) -> Iterator[str]:
    """Every entry is a dollar."""
    total, lines = 0, 2
    yield "01,1,1,250101,0000,1,,,2/\n"
    for _, day, numbers in days(entries, count):
        yield f"02,1,1,1,{day:%y%m%d},2359,USD,2/\n03,ACC,USD,010,0,,,015,{len(numbers) * 100},,/\n"
        for n in numbers:
            yield f"16,142,100,,{n:012},REF{n},/\n88,ORIG CO NAME:STRIPE CO ENTRY DESCR:PAYOUT {n}\n"
        amount = len(numbers) * 200
        yield f"49,{amount},{2 * len(numbers) + 2}/\n98,{amount},1,{2 * len(numbers) + 4}/\n"
        total, lines = total + amount, lines + 2 * len(numbers) + 4
    yield f"99,{total},{count},{lines}/\n"


def camt(entries: int, count: int) -> Iterator[str]:
    """With a transaction in each entry, as banks print them."""
    yield '<?xml version="1.0"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>'
    for number, day, numbers in days(entries, count):
        yield f"<Stmt><Id>{number}</Id><ElctrncSeqNb>{number + 1}</ElctrncSeqNb><Acct><Id><IBAN>ACC</IBAN></Id><Ccy>USD</Ccy></Acct>"
        for code, amount in (("OPBD", 0), ("CLBD", len(numbers))):
            yield (f'<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy="USD">{amount}.00</Amt><CdtDbtInd>CRDT</CdtDbtInd>'
                   f"<Dt><Dt>{day}</Dt></Dt></Bal>")
        for n in numbers:
            yield (f'<Ntry><Amt Ccy="USD">1.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>{day}</Dt></BookgDt>'
                   f"<AcctSvcrRef>B{n}</AcctSvcrRef><NtryDtls><TxDtls><Refs><EndToEndId>E{n}</EndToEndId></Refs><RltdPties><Dbtr><Pty><Nm>"
                   "Stripe</Nm></Pty></Dbtr></RltdPties><RmtInf><Ustrd>PAYOUT</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>\n")
        yield "</Stmt>"
    yield "</BkToCstmrStmt></Document>"


def declared_csv(entries: int, count: int) -> Iterator[str]:
    yield "No;Day;Text;Who;Ref;Amount\n"
    for number, day, numbers in days(entries, count):
        for n in numbers:
            yield f"{number};{day};PAYOUT;Stripe;R{n};1.00\n"


def mt940(entries: int, count: int) -> Iterator[str]:
    for number, day, numbers in days(entries, count):
        yield f":20:R\n:25:ACC\n:28C:{number + 1}/1\n:60F:C{day:%y%m%d}USD0,\n"
        for n in numbers:
            yield f":61:{day:%y%m%d%m%d}C1,00NTRFNONREF//B{n}\n:86:166?00GUT?20EREF+E{n}?21SVWZ+PAYOUT?32STRIPE\n"
        yield f":62F:C{day:%y%m%d}USD{len(numbers)},\n-\n"


def ofx(entries: int, count: int) -> Iterator[str]:
    yield "<OFX><BANKMSGSRSV1>"
    for _, day, numbers in days(entries, count):
        yield f"<STMTTRNRS><STMTRS><CURDEF>USD<BANKACCTFROM><BANKID>1<ACCTID>ACC</BANKACCTFROM><BANKTRANLIST><DTSTART>{day:%Y%m%d}<DTEND>{day:%Y%m%d}"
        for n in numbers:
            yield f"<STMTTRN><TRNTYPE>CREDIT<DTPOSTED>{day:%Y%m%d}<TRNAMT>1.00<FITID>F{n}<NAME>STRIPE<MEMO>PAYOUT</STMTTRN>\n"
        yield "</BANKTRANLIST></STMTRS></STMTTRNRS>"
    yield "</BANKMSGSRSV1></OFX>"


FORMATS: dict[str, tuple[str, Callable[[int, int], Iterator[str]]]] = {
    "bai2": ("bai2", bai2), "camt": ("xml", camt), "csv": ("csv", declared_csv), "mt940": ("sta", mt940), "ofx": ("ofx", ofx),
}


def main() -> None:
    """Print seconds, seconds of processor (however busy the machine is), and the peak memory of the process so far, for each format."""
    from orchestration.sources.landing import receive
    from orchestration.steps import now_utc
    from orchestration.warehouse.raw_loader import load_landing

    entries = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    count = 1 if "one" in sys.argv else DAYS
    for name in [given for given in sys.argv[2:] if given in FORMATS] or FORMATS:
        ending, show = FORMATS[name]
        with tempfile.TemporaryDirectory() as folder:
            inbox, workspace = Path(folder) / "inbox", Workspace(Path(folder) / "workspace")
            (inbox / "bank").mkdir(parents=True)
            (inbox / "company").mkdir()
            (inbox / "company/bank_accounts.csv").write_text("bank_account,account_id,currency,from_date\nACC,platform,usd,2025-01-01\n")
            (inbox / "company/bank_layouts.csv").write_text(LAYOUT)
            path = inbox / "bank" / f"file.{ending}"
            with path.open("w") as file:
                file.writelines(show(entries, count))
            receive(workspace, inbox, now_utc())
            start, busy = time.perf_counter(), time.process_time()
            outcome = load_landing(workspace, "bench")
            seconds, busy = time.perf_counter() - start, time.process_time() - busy
            assert not outcome.refused, outcome.refused[0].reason
            with connect(workspace.raw_db) as connection:
                found = connection.execute("select count(*), sum(amount_minor) from bank.entries").fetchone()
            assert found == (entries, entries * 100), found
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            print(f"{name:6} {entries:9,} entries, {path.stat().st_size / 1e6:7.1f} MB: {seconds:6.1f} s, "
                  f"{busy:6.1f} s of processor, {entries / busy:9,.0f} entries/s of it, peak {peak:,.0f} MB", flush=True)


if __name__ == "__main__":
    main()
