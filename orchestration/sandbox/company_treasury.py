"""Movements between the platform and Stripe itself: fees, taxes on them, top-ups, reserves, balances."""

from __future__ import annotations

from collections import defaultdict

from orchestration.sandbox.company_payouts import send
from orchestration.sandbox.facts import DAY, PLATFORM, START, Books, Obj


def play_treasury(books: Books) -> None:
    """Monthly software fees with tax, one fee given back, a top-up, two reserves held and released."""
    for month, day in (("2026-01", 31), ("2026-02", 59), ("2026-03", 88)):
        at = START + day * DAY + 18_000
        text = f"Billing - Usage Fee ({month})"
        books.post(PLATFORM, "stripe_fee", "fee", -(1_200 + 11 * day), "usd", at, description=text)
        books.post(PLATFORM, "tax_fee", "tax", -(96 + day), "usd", at, description=f"Tax on {text}")
    books.post(
        PLATFORM,
        "stripe_fee",
        "fee",
        350,
        "usd",
        START + 64 * DAY + 18_600,
        description="Billing - Usage Fee (2026-01) correction",
    )
    _top_up(books, 25_000, START + 27 * DAY + 30_000)
    holds = (
        ("reserved_funds", "risk_reserved_funds", 30_000, 35, 70),
        ("reserve_transaction", "connect_reserved_funds", 4_000, 50, 66),
    )
    for kind, category, amount, held, released in holds:
        for sign, day, text in ((-1, held, "Reserve hold"), (1, released, "Reserve release")):
            at = START + day * DAY + 18_000
            books.post(PLATFORM, kind, category, sign * amount, "usd", at, description=text)


def pay_by_hand(books: Books, currency: str) -> None:
    """Two manual payouts of round amounts; the rest of the balance stays."""
    bank = books.new_id("ba_1")
    for day, share in ((41, 3), (75, 2)):
        at = START + day * DAY + 40_000
        balance = sum(
            row["net"]
            for tenant, row in books.objects["balance_transaction"]
            if tenant == PLATFORM and row["currency"] == currency and row["available_on"] <= at
        )
        send(books, PLATFORM, balance // share // 100 * 100, currency, at, bank, method="manual")


def state_balances(books: Books) -> None:
    """Stripe's own statement of every tenant's balance at the end: sums of net per currency."""
    sums: dict[str, dict[str, dict[str, int]]] = defaultdict(lambda: defaultdict(lambda: defaultdict(int)))
    for tenant, row in books.objects["balance_transaction"]:
        waiting = row["status"] == "pending" and row["type"] != "payout"
        sums[tenant]["pending" if waiting else "available"][row["currency"]] += row["net"]
    for tenant, parts in sums.items():
        balance: Obj = {"object": "balance", "livemode": True}
        for part in ("available", "pending"):
            balance[part] = [
                {"amount": amount, "currency": currency, "source_types": {"card": amount}}
                for currency, amount in sorted(parts[part].items())
            ]
        books.add(tenant, balance)


def _top_up(books: Books, amount: int, created: int) -> None:
    """Money sent from the bank to the platform's balance, in US cents."""
    topup: Obj = {
        "id": books.new_id("tu_1"),
        "object": "topup",
        "amount": amount,
        "balance_transaction": None,
        "created": created,
        "currency": "usd",
        "description": "Buffer for refunds",
        "expected_availability_date": created,
        "failure_code": None,
        "failure_message": None,
        "initiated_by": "user",
        "livemode": True,
        "metadata": {},
        "source": None,
        "statement_descriptor": None,
        "status": "succeeded",
        "transfer_group": None,
    }
    topup["balance_transaction"] = books.post(
        PLATFORM,
        "topup",
        "topup",
        amount,
        "usd",
        created,
        source=topup["id"],
        description="Buffer for refunds",
    )["id"]
    books.add(PLATFORM, topup)
