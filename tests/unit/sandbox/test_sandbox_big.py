"""The benchmark generator: exact payouts, closed world, and increments that continue it."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import duckdb
import pytest

from orchestration.sandbox.big import write_big


def _ask(query: str, **paths: str) -> tuple[Any, ...]:
    with duckdb.connect() as connection:
        answer = connection.execute(query, paths).fetchone()
    assert answer is not None
    return tuple(answer)


def _files(folder: Path, table: str, fmt: str) -> str:
    return str(folder / "stripe" / "sigma" / f"{table}_2*.{fmt}")


@pytest.mark.parametrize("fmt", ["csv", "parquet"])
def test_payouts_tie_and_shares_are_as_promised(tmp_path: Path, fmt: Literal["csv", "parquet"]) -> None:
    write_big(tmp_path, 20_000, fmt)
    query = """
        with rows as (select * from '{bt}'), payouts as (select * from '{tr}'),
        members as (select automatic_transfer_id as id, sum(net) as net, count(*) as n
            from rows where automatic_transfer_id is not null group by 1)
        select
            (select count(*) from rows),
            (select count(*) from rows where net <> amount - fee),
            (select count(*) from rows where type = 'charge'),
            (select count(*) from rows where type = 'refund'),
            (select count(*) from payouts full join members using (id)
                where amount is distinct from net or n <> 199),
            (select count(*) from rows where available_on is null or created > available_on)
    """
    text = query.format(
        bt=_files(tmp_path, "balance_transactions", fmt), tr=_files(tmp_path, "transfers", fmt)
    )
    assert _ask(text) == (20_000, 0, 18_600, 1_000, 0, 0)


def test_refunds_and_customers_exist(tmp_path: Path) -> None:
    write_big(tmp_path, 5_130, "parquet")
    text = """
        select
            (select count(*) from (select charge_id, sum(amount) as back from '{re}' group by 1)
                full join (select * from '{ch}' where amount_refunded > 0) on charge_id = id
                where back is distinct from amount_refunded or refunded <> (back = amount)),
            (select count(*) from '{ch}' anti join (select id as customer_id from '{cu}')
                using (customer_id)),
            (select sum(fee) from '{bt}') - (select sum(amount) from '{fd}'),
            (select count(*) from '{bt}')
    """
    names = {
        "re": "refunds",
        "ch": "charges",
        "cu": "customers",
        "bt": "balance_transactions",
        "fd": "balance_transaction_fee_details",
    }
    paths = {key: _files(tmp_path, name, "parquet") for key, name in names.items()}
    assert _ask(text.format(**paths)) == (0, 0, 0, 5_130)


def test_an_increment_continues_where_the_first_export_ended(tmp_path: Path) -> None:
    """Newest export wins per id, as a loader would have it; the sum equals one export of everything."""
    first = write_big(tmp_path / "two", 1_050, "parquet")
    second = write_big(tmp_path / "two", 950, "parquet", increment_of=1_050)
    write_big(tmp_path / "one", 2_000, "parquet")
    assert [path.name for path in first] < [path.name for path in second]
    text = """
        with two as (select * exclude filename from read_parquet('{two}', filename = true)
            qualify row_number() over (partition by id order by filename desc) = 1),
        one as (select * from '{one}')
        select (select count(*) from two), (select count(*) from (from one except from two))
    """
    for table, rows in (("balance_transactions", 2_000), ("charges", 1_860), ("customers", 100)):
        two, one = (_files(tmp_path / name, table, "parquet") for name in ("two", "one"))
        assert _ask(text.format(two=two, one=one)) == (rows, 0), table


def test_unusable_counts_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="transactions=0"):
        write_big(tmp_path, 0, "csv")
