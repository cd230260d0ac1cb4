"""Everything that can befall a payout, each in a currency of its own, in one run of Sigma files and Stripe's lists."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from orchestration.workspace import Workspace
from tests.pipeline.harness import rows, run
from tests.pipeline.inboxes import API, SIGMA, as_csv, json_lines, put
from tests.pipeline.payout_stories import STAMP, Money, Sent, story_row, write_story

pytestmark = pytest.mark.slow
AS_OF = "2026-06-01T00:00:00Z"


def charges(currency: str, *days_and_nets: tuple[str, int], payout: str = "", **more: str) -> list[Money]:
    """Charges of noon, available at the midnight that follows; ids such as txn_usd_1."""
    return [
        Money(f"txn_{currency}_{number}", f"2026-05-{day} 12:00:00", net, f"2026-05-{int(day) + 1:02d}",
              payout=payout, currency=currency, **more)
        for number, (day, net) in enumerate(days_and_nets, start=1)
    ]  # fmt: skip


def by_hand(currency: str, day: str, amount: int) -> Sent:
    return Sent(f"po_{currency}_hand", f"2026-05-{day} 10:15:00", amount, automatic=False, currency=currency)


def sweep(currency: str, day: str, amount: int, number: int = 1, **more: Any) -> Sent:
    return Sent(f"po_{currency}_{number}", f"2026-05-{day}", amount, currency=currency, **more)


MONEY = [
    # usd: one of three members is in no file
    *charges("usd", ("01", 500), ("02", 700), payout="po_usd_1"),
    # eur: the transaction names one payout, the list of another holds it too
    *charges("eur", ("01", 500), payout="po_eur_1"),
    # gbp: two lists hold the same transaction, no transaction names a payout
    *charges("gbp", ("01", 500)),
    # jpy: a payout fails, and the next one pays its money again
    *charges("jpy", ("01", 500), payout="po_jpy_1"),
    Money("txn_jpy_back", "2026-05-05", 500, payout="po_jpy_2", category="payout_reversal", type="payout_failure",
          currency="jpy", source="po_jpy_1"),
    # chf: a payout by hand took a part before the automatic one
    *charges("chf", ("01", 500), ("04", 300)),
    # sek: a payout by hand left nothing, so what came later is known
    *charges("sek", ("01", 500), ("04", 300)),
    # cad: a member in another currency
    *charges("cad", ("01", 500), payout="po_cad_1"),
    Money("txn_cad_odd", "2026-05-01", 40, payout="po_cad_1", currency="usd"),
    # aud: made on the last day, and nothing names its members yet: one is still to come
    *charges("aud", ("29", 300)),
    # nzd: two parts of the balance are paid out, and nothing tells which transaction is of which
    *charges("nzd", ("01", 500)),
    # dkk: taken back from the bank, and paid out again
    *charges("dkk", ("01", 500), payout="po_dkk_1"),
    # nok: nothing names its members, and what was available is less
    *charges("nok", ("01", 500)),
    # pln: refunds exceed sales, and Stripe debits the bank
    Money("txn_pln_1", "2026-05-01", -500, payout="po_pln_1", category="refund", currency="pln"),
    # mxn: the payout has a fee of its own
    *charges("mxn", ("01", 1_000), payout="po_mxn_1"),
    # hkd: Stripe lists two members, and one of them is in no file
    *charges("hkd", ("01", 500)),
    # czk: the second of two members stands under another tenant
    *charges("czk", ("01", 500), payout="po_czk_1"),
]  # fmt: skip
PAYOUTS = [
    sweep("usd", "03", 1_500),
    sweep("eur", "02", 500), sweep("eur", "03", 500, number=2),
    sweep("gbp", "02", 500), sweep("gbp", "03", 500, number=2),
    sweep("jpy", "02", 500, status="failed"), sweep("jpy", "06", 500, number=2),
    by_hand("chf", "03", 200), sweep("chf", "05", 600),
    by_hand("sek", "03", 500), sweep("sek", "05", 300),
    sweep("cad", "02", 500),
    sweep("aud", "31", 800, status="in_transit", arrival="2026-06-02"),
    sweep("nzd", "02", 300), sweep("nzd", "02", 200, number=2, source_type="bank_account"),
    sweep("dkk", "02", 500, reversed_by="po_dkk_back"),
    Sent("po_dkk_back", "2026-05-08 09:00:00", -500, "2026-05-10", automatic=False, currency="dkk",
         original="po_dkk_1", own_type="payout_cancel"),
    sweep("dkk", "11", 500, number=2),
    sweep("nok", "02", 900),
    sweep("pln", "02", -500),
    sweep("mxn", "02", 990, fee=10),
    sweep("hkd", "02", 800),
    sweep("czk", "02", 800),
    # huf: the same payout by hand twice, and once more a week later
    *[Sent(f"po_huf_{number}", f"2026-05-{at}", 700, automatic=False, currency="huf")
      for number, at in enumerate(["11 10:15:00", "11 10:18:00", "18 10:15:00"], start=1)],
]  # fmt: skip
LISTED = [
    ("po_eur_2", "txn_eur_1"),
    ("po_gbp_1", "txn_gbp_1"), ("po_gbp_2", "txn_gbp_1"),
    ("po_dkk_2", "txn_of_po_dkk_back"),
    ("po_hkd_1", "txn_hkd_1"), ("po_hkd_1", "txn_hkd_gone"),
]  # fmt: skip


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("payouts")
    write_story(root / "inbox", MONEY, PAYOUTS)
    listed = [{"payout": payout, "balance_transaction": transaction} for payout, transaction in LISTED]
    put(root / "inbox" / API / "payout_balance_transactions.jsonl", json_lines(listed), STAMP)
    stray = {"account": "acct_1stray", **story_row(Money("txn_stray", "2026-05-01", 300, payout="po_czk_1", currency="czk"))}
    put(root / "inbox" / SIGMA / f"connected_account_balance_transactions_{STAMP}.csv", as_csv([stray]), STAMP)
    workspace = Workspace(root / "workspace")
    outcome = run(workspace, root / "inbox", as_of=AS_OF)
    assert outcome.exit_code == 0, outcome.message
    return workspace.published_db


def found(published: Path, currency: str, columns: str = "payout_id, status, difference_minor") -> list[tuple[Any, ...]]:
    return rows(published, f"select {columns} from marts.fct_payout_reconciliation where currency = ? order by payout_id",
                [currency])  # fmt: skip


def reasons(published: Path, *object_ids: str) -> list[tuple[Any, ...]]:
    return rows(published, "select kind, object_id, amount_minor, reason from marts.fct_exceptions "
                "where kind like 'payout%' and object_id in (select unnest(?)) order by all", [list(object_ids)])  # fmt: skip


def test_a_missing_member_is_an_exception_with_its_money(published: Path) -> None:
    assert found(published, "usd") == [("po_usd_1", "exception", -300)]
    assert reasons(published, "po_usd_1") == [
        ("payout_members_differ", "po_usd_1", -300, "its transactions (2) sum to 1200, it took 1500")]


def test_a_contradiction_names_both_payouts(published: Path) -> None:
    for currency, difference in (("eur", -500), ("gbp", -500)):
        statuses = {status for _, status, _ in found(published, currency)}
        assert statuses == {"exception"}
        assert sum(money for *_, money in found(published, currency)) == difference
    [(kind, _, money, reason)] = reasons(published, "txn_eur_1")
    assert (kind, money) == ("payout_membership_conflict", 500)
    assert reason == "counted with po_eur_1, and po_eur_2 claims it too"
    [(kind, _, money, reason)] = reasons(published, "txn_gbp_1")
    assert (kind, money) == ("payout_membership_conflict", 500)
    assert "po_gbp_1" in reason
    assert "po_gbp_2" in reason


def test_a_failed_payout_and_the_one_that_pays_it_again(published: Path) -> None:
    assert found(published, "jpy") == [("po_jpy_1", "failed", 0), ("po_jpy_2", "tied", 0)]
    assert found(published, "jpy", "return_transaction_id, returned_date::varchar")[0] == ("txn_jpy_back", "2026-05-05")
    paid = "select payable_minor, paid_minor, pending_minor from marts.agg_payout_cohorts_monthly where currency = 'jpy'"
    assert rows(published, paid) == [(500, 500, 0)]  # sold once, and paid once


def test_after_a_payout_by_hand_the_sum_is_known_and_the_members_are_not(published: Path) -> None:
    assert found(published, "chf", "payout_id, status, member_count, members_net_minor") == [
        ("po_chf_1", "unknowable_manual", 0, None), ("po_chf_hand", "unknowable_manual", 0, None)]


def test_a_payout_by_hand_that_left_nothing_hides_nothing(published: Path) -> None:
    assert found(published, "sek") == [("po_sek_1", "tied_inferred", 0), ("po_sek_hand", "unknowable_manual", None)]
    members = "select transaction_id from marts.fct_payout_members where currency = 'sek'"
    assert rows(published, members) == [("txn_sek_2",)]


def test_a_member_in_another_currency_is_never_added_up(published: Path) -> None:
    assert found(published, "cad", "status, members_net_minor, difference_minor") == [("exception", 500, 0)]
    [(kind, _, _, reason)] = reasons(published, "po_cad_1")
    assert kind == "payout_currency_differs"
    assert reason == "1 of its transactions are in usd, the payout is in cad"


def test_what_may_still_come_is_no_exception_until_its_day(published: Path) -> None:
    assert found(published, "aud", "status, difference_minor, clear_by::varchar") == [("in_progress", -800, "2026-06-04")]
    assert reasons(published, "po_aud_1") == []


def test_parts_of_the_balance_are_not_told_apart_by_amount(published: Path) -> None:
    """200 and 300 would make 500; nobody searches for it."""
    assert [(status, money) for _, status, money in found(published, "nzd")] == [("exception", -300), ("exception", -200)]
    assert {kind for kind, *_ in reasons(published, "po_nzd_1", "po_nzd_2")} == {"payout_without_members"}


def test_a_payout_that_is_taken_back_stays_tied(published: Path) -> None:
    assert found(published, "dkk") == [
        ("po_dkk_1", "tied", 0), ("po_dkk_2", "tied", 0), ("po_dkk_back", "unknowable_manual", None)]
    paid = "select payable_minor, paid_minor, unattributed_minor from marts.agg_payout_cohorts_monthly where currency = 'dkk'"
    assert rows(published, paid) == [(500, 500, 0)]


def test_a_sweep_that_does_not_add_up_is_not_inferred(published: Path) -> None:
    assert found(published, "nok") == [("po_nok_1", "exception", -900)]
    [(kind, _, money, reason)] = reasons(published, "po_nok_1")
    assert (kind, money) == ("payout_without_members", -900)
    assert reason.endswith("the 1 that were available and unpaid sum to 500")
    assert rows(published, "select count(*) from marts.fct_payout_members where currency = 'nok'") == [(0,)]


def test_a_debit_of_the_bank_and_a_fee_of_the_payout_tie(published: Path) -> None:
    assert found(published, "pln") == [("po_pln_1", "tied", 0)]
    assert found(published, "mxn", "status, payout_minor, fee_minor, members_net_minor") == [("tied", 990, 10, 1_000)]


def test_a_listed_transaction_that_no_file_holds_is_named(published: Path) -> None:
    [(kind, _, money, reason)] = reasons(published, "po_hkd_1")
    assert (kind, money) == ("payout_members_differ", -300)
    assert reason.endswith("1 that Stripe lists for it are not here, such as txn_hkd_gone")


def test_a_member_under_another_tenant_is_named(published: Path) -> None:
    [(kind, _, money, reason)] = reasons(published, "po_czk_1")
    assert (kind, money) == ("payout_members_differ", -300)
    assert reason.endswith("1 that name it, 300, stand under acct_1stray")


def test_the_same_payout_twice_by_hand(published: Path) -> None:
    """Nothing else could show it: no member is missing. A week later it is a habit."""
    found_ = rows(published, "select object_id, amount_minor, reason from marts.fct_exceptions where kind = 'payout_sent_twice'")
    assert found_ == [("po_huf_2", 700, "the amount of po_huf_1 again, to the same destination within a day")]


def test_every_exception_of_a_payout_is_one_of_these(published: Path) -> None:
    kinds = rows(published, "select kind, count(*) from marts.fct_exceptions where kind like 'payout%' group by all order by all")
    assert kinds == [("payout_currency_differs", 1), ("payout_members_differ", 5), ("payout_membership_conflict", 2),
                     ("payout_sent_twice", 1), ("payout_without_members", 3)]
