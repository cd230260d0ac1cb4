"""Any number of balance transactions for benchmarks, written by DuckDB: streamed, exact, reproducible.

Transaction n is a pure function of n and the seed. Two hundred in a row are a block: 186 charges, 10 refunds
of its charges, 3 fees, and last the payout of the 199 before it. A block that is not complete has no
payout yet. One transaction per second from 2023-01-01, so that 100 million end before April 2026.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import duckdb

BLOCK = 200
_EPOCH = datetime(2023, 1, 1, tzinfo=UTC)
_MEMORY_LIMIT = "2GB"

# {lo} and {hi} bound n; {seed} moves the amounts. Slots of a block: see the module's docstring.
_MEMBERS = """
    select *, amount - fee as net from (
        select
            n, slot, block, happened_at,
            case
                when slot < 186 then charged
                when slot < 196 then -(refunded_charge + slot % 2) // (1 + slot % 2)
                else -(50 + n % 97)
            end as amount,
            case when slot < 186 then (charged * 29 + 500) // 1000 + 30 else 0 end as fee
        from (
            select
                n, n % 200 as slot, n // 200 as block,
                timestamp '2023-01-01' + to_seconds(n) as happened_at,
                500 + (n * 2654435761 + {seed} * 40503) % 20011 as charged,
                500 + ((n - n % 200 + (n % 200 - 186) * 18) * 2654435761 + {seed} * 40503) % 20011
                    as refunded_charge
            from (select range as n from range({lo}, {hi}))
        )
    )
    where slot < 199
"""

_PAYOUTS = """
    create or replace temp table payouts as
    select block, sum(net)::bigint as paid, timestamp '2023-01-03' + to_seconds(block * 200 + 199) as sent_at
    from ({members}) where block < {whole_blocks} group by block order by block
"""

_ID = "'{prefix}_B' || lpad(({number})::varchar, 14, '0')"


def _id(prefix: str, number: str) -> str:
    return _ID.format(prefix=prefix, number=number)


_CHARGE_OF_REFUND = "n - slot + (slot - 186) * 18"

_TABLES = {
    "balance_transactions": f"""
        select
            {_id("txn", "n")} as id, happened_at as created,
            date_trunc('day', happened_at) + interval 2 day as available_on,
            amount, fee, net, 'usd' as currency,
            case when slot < 186 then 'charge' when slot < 196 then 'refund' else 'stripe_fee' end as type,
            case when slot < 186 then 'charge' when slot < 196 then 'refund' else 'fee' end
                as reporting_category,
            'available' as status,
            case when slot < 196 then null else 'Billing - Usage Fee' end as description,
            case when slot < 186 then {_id("ch", "n")} when slot < 196 then {_id("re", "n")} end
                as source_id,
            case when block < {{whole_blocks}} then {_id("po", "block")} end as automatic_transfer_id,
            null::double as exchange_rate
        from ({{members}})
        union all
        select
            {_id("txn", "block * 200 + 199")}, sent_at, date_trunc('day', sent_at) + interval 1 day,
            -paid, 0, -paid, 'usd', 'payout', 'payout', 'available', 'STRIPE PAYOUT',
            {_id("po", "block")}, null, null
        from payouts""",
    "balance_transaction_fee_details": f"""
        select
            {_id("fd", "n")} as id, {_id("txn", "n")} as balance_transaction_id, 'stripe_fee' as type,
            fee as amount, 'usd' as currency, 'Stripe processing fees' as description,
            null::varchar as application
        from ({{members}}) where slot < 186""",
    "charges": f"""
        select
            {_id("ch", "n")} as id, happened_at as created, happened_at as captured_at, amount,
            case
                when slot % 36 = 0 and slot < 180 and n + 186 - slot + slot // 18 < {{hi}} then amount
                when slot % 18 = 0 and slot < 180 and n + 186 - slot + slot // 18 < {{hi}}
                    then (amount + 1) // 2
                else 0
            end as amount_refunded,
            'usd' as currency, 'succeeded' as status, true as paid, true as captured,
            slot % 36 = 0 and slot < 180 and n + 186 - slot + slot // 18 < {{hi}} as refunded,
            {_id("cus", "(n * 48271) % (n // 20 + 1)")} as customer_id,
            'Order ' || n as description, {_id("txn", "n")} as balance_transaction_id,
            {_id("pi", "n")} as payment_intent, null::varchar as invoice_id,
            null::varchar as dispute_id, null::varchar as application_fee_id,
            null::varchar as transfer_id, null::varchar as source_transfer_id,
            'card' as payment_method_type,
            case n % 3 when 0 then 'visa' when 1 then 'mastercard' else 'amex' end as card_brand,
            'US' as card_country, 'credit' as card_funding
        from ({{members}}) where slot < 186""",
    "refunds": f"""
        select
            {_id("re", "n")} as id, happened_at as created, -amount as amount, 'usd' as currency,
            {_id("ch", _CHARGE_OF_REFUND)} as charge_id, 'succeeded' as status,
            'requested_by_customer' as reason, {_id("txn", "n")} as balance_transaction_id,
            null::varchar as failure_balance_transaction_id,
            {_id("pi", _CHARGE_OF_REFUND)} as refund_payment_intent
        from ({{members}}) where slot between 186 and 195""",
    "transfers": f"""
        select
            {_id("po", "block")} as id, sent_at as created,
            date_trunc('day', sent_at) + interval 1 day as date, paid as amount, 0::bigint as amount_reversed,
            'usd' as currency, 'paid' as status, 'bank_account' as type, true as automatic,
            {_id("txn", "block * 200 + 199")} as balance_transaction_id, 'ba_Bench' as destination_id,
            null::varchar as destination_payment_id, null::varchar as source_transaction_id,
            'card' as source_type, false as reversed, 'STRIPE PAYOUT' as description,
            'T' || lpad(block::varchar, 11, '0') as trace_id, 'supported' as trace_id_status
        from payouts""",
    "customers": f"""
        select
            {_id("cus", "n")} as id, timestamp '2022-12-31' + to_seconds(n * 20) as created,
            'Customer ' || n as name, 'customer' || n || '@example.com' as email, 'usd' as currency,
            0::bigint as balance, false as delinquent, false as deleted, 'US' as address_country
        from (select range as n from range({{lo}} // 20, ({{hi}} + 19) // 20))""",
}


def write_big(
    inbox: Path,
    transactions: int,
    fmt: Literal["csv", "parquet"] = "parquet",
    seed: int = 7,
    increment_of: int | None = None,
    tenants: int = 0,
) -> list[Path]:
    """Write a Sigma export of about `transactions` balance transactions below `inbox/stripe/sigma`.

    Args:
        transactions: Count of new transactions n; those of an incomplete last block have no payout row yet.
        fmt: `csv` as Sigma prints it, or typed `parquet`.
        increment_of: M writes only transactions M..M+n with a later stamp. When M lies inside a block, that
            block is exported again whole, because its payout now has taken its members.
        tenants: Connected accounts that the blocks go round; the platform keeps one turn. 0 for none.

    Returns:
        The files, one per table and its connected twin, with the time of the export (after the last payout) in
        their names.

    Raises:
        ValueError: a count is negative, or the format is unknown.
    """
    import duckdb

    first = increment_of or 0
    if transactions < 1 or first < 0 or fmt not in ("csv", "parquet"):
        raise ValueError(f"transactions={transactions} increment_of={increment_of} fmt={fmt!r}")
    lo, hi = first - first % BLOCK, first + transactions
    bounds = {"lo": lo, "hi": hi, "whole_blocks": hi // BLOCK}
    members = _MEMBERS.format(lo=lo, hi=hi, seed=seed)
    stamp = (_EPOCH + timedelta(days=4, seconds=hi)).strftime("%Y-%m-%dT%H%M%S")
    folder = inbox / "stripe" / "sigma"
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    with duckdb.connect(config={"memory_limit": _MEMORY_LIMIT}) as connection:
        connection.execute("set preserve_insertion_order = false")
        connection.execute(_PAYOUTS.format(members=members, **bounds))
        for table, template in _TABLES.items():
            query = template.format(members=members, **bounds)
            for name, part in _by_tenant(table, query, tenants):
                path = folder / f"{name}_{stamp}.{fmt}"
                _copy(connection, part, path, fmt)
                paths.append(path)
    return paths


def _by_tenant(table: str, query: str, tenants: int) -> list[tuple[str, str]]:
    """A table as (name, query) of the platform's rows and of those of connected accounts; customers stay whole."""
    if not tenants or table == "customers":
        return [(table, query)]
    number = "right(id, 14)::bigint" if table == "transfers" else f"right(id, 14)::bigint // {BLOCK}"
    turn = f"({number}) % {tenants + 1}"
    account = f"'acct_B' || lpad(({turn})::varchar, 10, '0')"
    return [
        (table, f"select * from ({query}) where {turn} = 0"),
        (
            f"connected_account_{table}",
            f"select *, {account} as account from ({query}) where {turn} <> 0",
        ),
    ]


def _copy(connection: duckdb.DuckDBPyConnection, query: str, path: Path, fmt: str) -> None:
    """Run a query into one file; a quote in the path cannot end the literal."""
    target = str(path).replace("'", "''")
    options = "format csv, header, timestampformat '%Y-%m-%d %H:%M:%S.%g'"
    if fmt == "parquet":
        options = "format parquet, compression zstd"
    connection.execute(f"copy ({query}) to '{target}' ({options})")
