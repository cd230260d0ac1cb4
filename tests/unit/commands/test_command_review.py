"""`tieout review`: what waits is ranked and shown; what is decided is checked whole, appended once, and reversible."""

from __future__ import annotations

import csv
import io
import json

import pytest
from click.testing import CliRunner

from orchestration.cli import main
from orchestration.domain.residual_codes import EXPLAINING_CODES
from orchestration.sources.decisions import decisions_file, read_decisions
from tests.unit.commands.review_file import EXCEPTIONS_SQL, MATCHES_SQL, SHADOW_SQL

ADA = ("--by", "Ada Byron")
WHY = (*ADA, "--reason", "looked at it")


@pytest.fixture
def review(tieout, publish):
    """Call `tieout review` on the small publication; `review.workspace` is its workspace."""
    workspace = publish(EXCEPTIONS_SQL + MATCHES_SQL + SHADOW_SQL, decisions={"count": 0, "through": ""})

    def call(*arguments, fails=0):
        done = tieout("review", *arguments, "--workspace", workspace.root)
        assert done.exit_code == fails, done.output
        return done.stdout if not fails else done.stderr

    call.workspace = workspace
    return call


def listed(review, *options):
    return json.loads(review("list", "--format", "json", *options))


def ids(review, *options):
    return [row["id"] for row in listed(review, *options)]


def decisions(review):
    return [(item.action, item.match_kind, item.left, item.right) for item in read_decisions(review.workspace)]


def test_the_largest_of_each_currency_comes_first_and_what_is_matched_does_not_wait(review):
    # 60.00 usd twice: the older first
    assert ids(review) == ["m_review", "m_yen", "x_payout", "x_yen", "m_twin", "x_odd", "x_event"]
    assert ids(review, "--limit", "2") == ["m_review", "m_yen"]


def test_a_row_says_what_is_at_stake_and_what_to_do(review):
    rows = {row["id"]: row for row in listed(review)}
    assert (rows["m_review"]["amount_minor"], rows["m_review"]["age_days"], rows["m_review"]["objects"]) == (
        6000, 29, "po_2 | be_2")
    assert "confirm or reject" in rows["m_review"]["suggested_action"]
    assert "2 equal alternatives" in rows["m_twin"]["suggested_action"]
    assert rows["x_event"]["amount_minor"] is None
    text = review("list")
    assert "60.00 usd" in text and "900,000 jpy" in text and "(7 items)" in text
    assert "(7 items, 2 shown)" in review("list", "--limit", "2")


def test_kind_and_status_choose(review):
    assert ids(review, "--kind", "payout_bank") == ["m_review", "m_twin"]
    assert ids(review, "--status", "unmatched") == ["m_alone"]
    assert set(ids(review, "--status", "all")) >= {"m_auto", "m_alone", "x_odd"}
    assert "Did you mean payout_bank" in review("list", "--kind", "payout_bnk", fails=2)


def test_csv_holds_every_column(review):
    rows = list(csv.DictReader(io.StringIO(review("list", "--format", "csv"))))
    assert rows[2]["id"] == "x_payout" and rows[2]["amount_minor"] == "6000" and rows[2]["currency"] == "usd"


def test_show_has_both_sides_evidence_residual_and_alternatives(review):
    text = review("show", "m_review")
    for part in ("left  60.00 usd", "po_2  2026-03-03  60.00 usd  paid LANTERN", "be_2  2026-03-03  59.50 usd  DE01 STRIPE PAYOUT 2 ref2",
                 "residual  0.50 usd", "bank_fee  0.30 usd  (proven by be_2)", "unexplained  0.20 usd",
                 "The amounts differ by 0.50 usd.", "Both are of 3 March.", "clearing_overdue, open: x_payout (po_2)"):
        assert part in text
    twin = review("show", "po_3")
    assert "Two payouts have this amount." in twin
    assert "m_alone (unmatched): left po_4 25.00 usd, has the same amount" in twin
    exception = review("show", "txn_9")
    assert "unknown_transaction_type, open, -1.25 usd" in exception
    found = json.loads(review("show", "m_review", "--format", "json"))
    assert [row["code"] for row in found["residual"]] == ["bank_fee", "unexplained"]


def test_a_confirmation_names_the_members_and_says_when_it_holds(review):
    text = review("confirm", "m_review", *ADA)
    assert "1 decision appended to journal/; it holds from the next run on" in text
    assert decisions(review) == [("confirm", "payout_bank", ("po_2",), ("be_2",))]
    again = review("confirm", "m_review", "--by", "Bob")
    assert "Nothing changed: Ada Byron decided so already" in again
    assert len(decisions(review)) == 1
    assert "m_review" not in ids(review)
    row, = [row for row in listed(review, "--status", "confirmed") if row["id"] == "m_review"]
    assert row["is_published"] is False
    assert "confirmed (next run)" in review("list", "--status", "confirmed")
    assert "by Ada Byron (in force)" in review("show", "m_review")


def test_an_object_means_its_only_match_and_ids_come_from_standard_input(review):
    done = CliRunner().invoke(main, ["review", "confirm", "-", "m_twin", *ADA, "--workspace", str(review.workspace.root)],
                              input="po_2\norder_7\n")
    assert done.exit_code == 0, done.output
    assert [left for _, _, left, _ in decisions(review)] == [("po_2",), ("order_7",), ("po_3",)]
    assert ids(review) == ["x_payout", "x_yen", "x_odd", "x_event"]


def test_one_wrong_id_of_many_and_nothing_is_written(review):
    text = review("confirm", "m_review", "m_reviev", *ADA, fails=2)
    assert "m_reviev is no match" in text and "Did you mean m_review" in text
    assert not decisions_file(review.workspace).exists()


@pytest.mark.parametrize(("arguments", "message"), [
    (("confirm", "x_odd", *ADA), "is an exception (unknown_transaction_type)"),
    (("reject", "m_alone", *WHY), "objects on one side only"),
    (("confirm", "zzz", *ADA), "zzz is no match"),
    (("reject", "m_review", *ADA), "Missing option '--reason'"),
    (("reject", "m_review", *ADA, "--reason", " "), "needs a name and a reason"),
    (("confirm", "m_review", "--by", ""), "needs a name and a reason"),
    (("explain", "x_odd", "--code", "feee", *WHY), "Did you mean fee? Codes: fee, fee_tax"),
    (("explain", "x_odd", "--code", "unexplained", *WHY), "no code that explains"),
    (("explain", "m_auto", "--code", "fee", *WHY), "has no unexplained residual"),
    (("explain", "po_2", "--code", "fee", *WHY), "stands in 2 matches and exceptions"),
    (("regroup", "--left", "po_1", "--right", "be_99", *WHY), "be_99 is on the right of no kind of match. "),
    (("regroup", "--left", "po_1", "--right", "ch_7", *WHY), "belong to no one kind of match"),
    (("regroup", "--left", "po_1", "--right", "po_1", *WHY), "objects on both sides"),
    (("regroup", "--left", "be_1", "--right", "po_1", *WHY), "be_1 is on the left of no kind"),
    (("undo", "dec_1234", *WHY), "There is no decision dec_1234"),
])
def test_what_makes_no_sense_is_refused(review, arguments, message):
    text = review(*arguments, fails=2)
    assert message.strip() in text.replace("\n", " ")
    assert read_decisions(review.workspace) == []


def test_every_code_but_unexplained_explains(review):
    assert len(EXPLAINING_CODES) == 24
    for code in EXPLAINING_CODES:
        review("explain", "x_odd", "--code", code, *WHY)
    assert [item.code for item in read_decisions(review.workspace)] == list(EXPLAINING_CODES)


def test_an_explanation_is_about_an_amount(review):
    review("explain", "x_odd", "--code", "fee", *WHY)
    review("explain", "m_review", "--code", "rounding", *WHY)
    exception, match = read_decisions(review.workspace)
    assert (exception.exception_id, exception.left, exception.amount_minor, exception.currency) == (
        "x_odd", ("txn_9",), -125, "usd")
    assert (match.match_id, match.code, match.amount_minor) == ("m_review", "rounding", 20)
    assert "x_odd" not in ids(review)
    assert "x_odd" in ids(review, "--status", "explained")
    assert "m_review" in ids(review), "an explained residual confirms no match"


def test_regrouping_takes_kind_and_members_from_the_publication(review):
    review("regroup", "--left", "po_4, po_3", "--right", "be_3", *WHY)
    assert decisions(review) == [("regroup", "payout_bank", ("po_3", "po_4"), ("be_3",))]
    assert "m_twin" not in ids(review), "its members are in another group from the next run on"
    assert {row["id"] for row in listed(review, "--status", "all") if row["status"] == "regrouped"} == {"m_twin", "m_alone"}


def test_undo_and_undo_of_the_undo(review):
    review("reject", "m_review", *WHY)
    decision, = read_decisions(review.workspace)
    assert "m_review" not in ids(review)
    review("undo", decision.decision_id, *WHY)
    assert "m_review" in ids(review)
    assert "was taken back already" in review("undo", decision.decision_id, *WHY, fails=2)
    review("undo", read_decisions(review.workspace)[1].decision_id, *WHY)
    assert "m_review" not in ids(review)
    text = review("history")
    assert "(3 decisions, 1 in force)" in text
    rows = json.loads(review("history", "--format", "json", "--limit", "2"))
    assert [row["action"] for row in rows] == ["undo", "undo"]


def test_the_id_of_an_older_publication_still_works(review):
    import duckdb

    review("confirm", "m_review", *ADA)
    with duckdb.connect(str(review.workspace.published_db)) as connection:
        for table in ("fct_matches", "fct_match_members", "fct_residuals"):
            connection.execute(f"update marts.{table} set match_id = 'm_new' where match_id = 'm_review'")
    assert review("show", "m_review").startswith("match m_new\n")
    review("reject", "m_review", *WHY)
    assert read_decisions(review.workspace)[-1].match_id == "m_new"


def test_learnt_rules_are_shown_and_accepted_for_what_was_shown(review):
    text = review("learn")
    assert text.index("lost") < text.index("new") and "100.00 usd" in text and "(2 changes)" in text
    assert "rests on no decision" in review("learn", "--accept", *WHY, fails=2)
    review("confirm", "m_review", *ADA)
    known, = read_decisions(review.workspace)
    _manifest(review, decisions={"count": 1, "through": known.decision_id})
    review("confirm", "m_twin", *ADA)
    review("learn", "--accept", *WHY)
    learnt = read_decisions(review.workspace)[-1]
    assert (learnt.action, learnt.through) == ("learn", known.decision_id), "a later decision was in no shadow"
    assert "Nothing changed" in review("learn", "--accept", *WHY)
    assert "go with --accept" in review("learn", "--by", "Ada", fails=2)


def _manifest(review, **changes):
    import duckdb

    with duckdb.connect(str(review.workspace.published_db)) as connection:
        text, = connection.execute("select manifest from meta.publication").fetchone()
        connection.execute("update meta.publication set manifest = ?", [json.dumps({**json.loads(text), **changes})])


def test_an_older_publication_says_what_it_lacks(tieout, publish):
    workspace = publish(EXCEPTIONS_SQL)
    done = tieout("review", "list", "--workspace", workspace.root, "--format", "json")
    assert [row["id"] for row in json.loads(done.stdout)] == ["x_payout", "x_yen", "x_odd", "x_event"]
    assert "only exceptions are listed" in done.stderr
    learn = tieout("review", "learn", "--workspace", workspace.root)
    assert learn.exit_code == 2 and "has no marts.fct_match_shadow" in learn.stderr
    group = tieout("review", "regroup", "--left", "a", "--right", "b", *WHY, "--workspace", workspace.root)
    assert group.exit_code == 2 and "has no marts.fct_matches" in group.stderr


def test_before_anything_is_published_it_says_so(tieout, empty):
    for arguments in (("list",), ("show", "x"), ("confirm", "x", *ADA), ("learn",)):
        done = tieout("review", *arguments, "--workspace", empty.root)
        assert done.exit_code == 2 and "Nothing is published yet" in done.stderr
    assert tieout("review", "history", "--workspace", empty.root).stdout == "(0 decisions, 0 in force)\n"


def test_a_changed_journal_is_refused_by_every_command(review):
    review("confirm", "m_review", *ADA)
    path = decisions_file(review.workspace)
    path.write_bytes(path.read_bytes().replace(b"Ada", b"Eve"))
    for arguments in (("list",), ("show", "m_twin"), ("history",), ("confirm", "m_twin", *ADA)):
        assert "decisions.jsonl line 1" in review(*arguments, fails=3)
