"""`tieout ledger deferred`: what is billed and not earned at any instant, against worked examples of the field."""

from __future__ import annotations

import csv
import io
import json
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

COLUMNS = """account_id varchar, component_id varchar, currency varchar, before_minor bigint, after_minor bigint,
    service_start_at timestamptz, service_end_at timestamptz, effective_at timestamptz, billed_at timestamptz, policy varchar,
    starts_unit bigint, ends_unit bigint, first_month_number bigint, last_month_number bigint, contract_id varchar"""


def instant(text):
    return datetime.fromisoformat(text + "+00:00")


def component(name, before, after, start, end, effective, billed, policy="by_instant", account="platform", currency="usd",
              zone="UTC", contract=None):
    """One row of fct_revenue_components, with the months in the zone."""
    starts, ends = instant(start), instant(end)
    first, last = (moment.astimezone(ZoneInfo(zone)) for moment in (starts, max(starts, ends)))
    first_month, end_month = (at.year * 12 + at.month - 1 for at in (first, last))
    ends_a_month = starts < ends and (last.day, last.hour, last.minute, last.second) == (1, 0, 0, 0)
    billed_at = "null" if billed is None else f"'{billed}+00'"
    return (f"('{account}', '{name}', '{currency}', {before}, {after}, '{start}+00', '{end}+00', '{effective}+00', {billed_at}, "
            f"'{policy}', {int(starts.timestamp())}, {int(ends.timestamp())}, {first_month}, {end_month - ends_a_month}, "
            f"{'null' if contract is None else repr(contract)})")


@pytest.fixture
def deferred(publish, tieout):
    """A function: components -> (a function: instant -> {(tenant, currency): (deferred, unbilled)})."""

    def books(*components, zone="UTC"):
        workspace = publish(f"create table marts.fct_revenue_components ({COLUMNS});"
                            f"insert into marts.fct_revenue_components values {', '.join(components)};"
                            f"create table meta.settings as select 'reporting_timezone' as name, '{zone}' as value;")

        def at(moment, *options):
            done = tieout("ledger", "deferred", "--at", moment, "--workspace", workspace.root, "--format", "json", *options)
            assert done.exit_code == 0, done.output
            return {(row["account_id"], row["currency"]): (row["deferred_minor"], row["unbilled_minor"])
                    for row in json.loads(done.stdout)["balances"]}

        return at

    return books


def quarter(name="il_1", after=9000, **options):
    """90.00 for January to March 2019, billed and paid on its first day."""
    return component(name, 0, after, "2019-01-01T00:00:00", "2019-04-01T00:00:00", "2019-01-01T00:00:00", "2019-01-01T00:00:00",
                     **options)


@pytest.mark.parametrize(("at", "expected"), [
    ("2018-12-31T23:59:59", None),
    ("2019-01-01T00:00:00", 9000),
    ("2019-01-16T12:00:00", 7450),
    ("2019-01-31T23:59:59", 5900),  # as printed by Stripe for the end of January
    ("2019-02-01T00:00:00", 5900),
    ("2019-03-31T23:59:58", 0),  # less than half a cent
    ("2019-04-01T00:00:00", 0),
    ("2019-09-01T00:00:00", 0),
])
def test_service_is_earned_by_the_second(deferred, at, expected):
    found = deferred(quarter())(at).get(("platform", "usd"))
    assert found == (None if expected is None else (expected, 0))


def test_a_refund_releases_its_share_of_what_is_left(deferred):
    """
    90.00 from 1 January; 9.00 refunded on 10 February at noon, after 40.5 of 90 days
    """
    refund = component("il_1:re_1", 9000, 8100, "2019-01-01T00:00:00", "2019-04-01T00:00:00", "2019-02-10T12:00:00",
                       "2019-01-01T00:00:00")
    at = deferred(quarter(), refund)
    assert at("2019-02-10T11:59:59")["platform", "usd"] == (4950, 0)
    assert at("2019-02-10T12:00:00")["platform", "usd"] == (4455, 0)
    assert at("2019-02-28T23:59:59")["platform", "usd"] == (2790, 0)


def test_a_void_leaves_nothing(deferred):
    void = component("il_1:void", 9000, 0, "2019-01-01T00:00:00", "2019-04-01T00:00:00", "2019-02-10T12:00:00",
                     "2019-01-01T00:00:00")
    assert deferred(quarter(), void)("2019-02-10T12:00:00")["platform", "usd"] == (0, 0)


@pytest.mark.parametrize(("policy", "balances"), [
    ("by_instant", [11500, 10450, 9050, 7350, 4250, 1250, 1000]),
    ("months_even", [12000, 9000, 9000, 6000, 3000, 0, 0]),
    ("months_even_prorated", [11500, 10450, 10450, 7384, 4318, 1250, 1000]),
])
def test_policies_have_their_own_steps(deferred, policy, balances):
    """
    120.00 from 15 June 12:00 to 13 October 12:00, read inside June, at the end of June, inside July, at the ends of July,
    August and September, and inside October
    """
    at = deferred(component("il_1", 0, 12000, "2019-06-15T12:00:00", "2019-10-13T12:00:00", "2019-06-15T12:00:00",
                            "2019-06-15T12:00:00", policy=policy))
    moments = ["2019-06-20T12:00:00", "2019-06-30T23:59:59", "2019-07-15T00:00:00", "2019-07-31T23:59:59",
               "2019-08-31T23:59:59", "2019-09-30T23:59:59", "2019-10-03T12:00:00"]
    assert [at(moment)["platform", "usd"][0] for moment in moments] == balances


def test_a_pending_item_is_unbilled_until_its_invoice(deferred):
    """
    31.00 for 14 May to 13 June, billed on 1 June; a credit of 3.10 for the same days that nobody bills
    """
    at = deferred(component("ii_1", 0, 3100, "2020-05-14T00:00:00", "2020-06-14T00:00:00", "2020-05-14T00:00:00",
                            "2020-06-01T00:00:00"),
                  component("ii_2", 0, -310, "2020-05-14T00:00:00", "2020-06-14T00:00:00", "2020-05-14T00:00:00", None))
    assert at("2020-05-31T23:59:59")["platform", "usd"] == (0, 1620)
    assert at("2020-06-01T00:00:00")["platform", "usd"] == (1300, -180)
    assert at("2020-07-01T00:00:00")["platform", "usd"] == (0, -310)


def test_what_bills_a_contract_says_nothing_of_what_is_earned(deferred):
    line = component("il_2", 0, 50_000, *(f"{year}-01-01 00:00:00" for year in (2019, 2020, 2019, 2019)), "by_contract", contract="K-1")
    assert deferred(quarter(), line)("2019-02-01T00:00:00") == {("platform", "usd"): (5_900, 0)}


def test_what_is_earned_at_once_is_never_deferred_and_what_comes_later_is(deferred):
    at = deferred(component("ch_1", 0, 500, "2019-01-05T10:00:00", "2019-01-05T10:00:00", "2019-01-05T10:00:00",
                            "2019-01-05T10:00:00", policy="point_in_time"),
                  component("il_2", 0, -700, "2019-03-01T00:00:00", "2019-04-01T00:00:00", "2019-01-06T00:00:00",
                            "2019-01-06T00:00:00"))
    assert at("2019-01-05T10:00:00")["platform", "usd"] == (0, 0)
    assert at("2019-02-20T00:00:00")["platform", "usd"] == (-700, 0)


def test_months_end_in_the_zone_of_the_books(deferred):
    """
    A month evenly earned in New York ends at 05:00 UTC
    """
    zone = "America/New_York"
    at = deferred(component("il_1", 0, 9000, "2019-01-01T05:00:00", "2019-04-01T04:00:00", "2019-01-01T05:00:00",
                            "2019-01-01T05:00:00", policy="months_even", zone=zone), zone=zone)
    assert at("2019-02-01T04:59:58")["platform", "usd"] == (9000, 0)
    assert at("2019-02-01T04:59:59")["platform", "usd"] == (6000, 0)
    assert at("2019-02-01T05:00:00")["platform", "usd"] == (6000, 0)


def test_amounts_near_the_limit_do_not_overflow(deferred):
    found = deferred(quarter(after=9_000_000_000_000_000_000))("2019-01-31T23:59:59")
    assert int(found["platform", "usd"][0]) == 5_900_000_000_000_000_000  # text in JSON, because it is beyond 2^53


def test_one_tenant_or_currency(deferred):
    at = deferred(quarter(), quarter("il_2", currency="jpy"), quarter("il_3", account="acct_1Seller"))
    assert set(at("2019-02-01")) == {("acct_1Seller", "usd"), ("platform", "jpy"), ("platform", "usd")}
    assert set(at("2019-02-01", "--account", "platform", "--currency", "JPY")) == {("platform", "jpy")}


def test_table_and_csv_have_the_decimals_of_the_currency(publish, tieout):
    workspace = publish(f"create table marts.fct_revenue_components ({COLUMNS});"
                        f"insert into marts.fct_revenue_components values {quarter()}, {quarter('il_2', currency='jpy')}")
    asked = ("ledger", "deferred", "--at", "2019-02-01", "--workspace", workspace.root)
    rows = {row["currency"]: row["deferred"] for row in csv.DictReader(io.StringIO(tieout(*asked, "--format", "csv").stdout))}
    assert rows == {"usd": "59.00", "jpy": "5900"}
    assert "59.00 usd" in tieout(*asked).stdout
    assert "(2 balances)" in tieout(*asked).stdout


@pytest.mark.parametrize(("arguments", "said"), [
    (("--at", "yesterday"), "is no instant"),
    (("--at", "2019-02-01", "--account", "plattform"), "Did you mean platform?"),
    (("--at", "2019-02-01", "--currency", "usb"), "Did you mean usd?"),
])
def test_wrong_questions_are_answered_with_help(publish, tieout, arguments, said):
    workspace = publish(f"create table marts.fct_revenue_components ({COLUMNS});"
                        f"insert into marts.fct_revenue_components values {quarter()}")
    done = tieout("ledger", "deferred", *arguments, "--workspace", workspace.root)
    assert (done.exit_code, said in done.stderr) == (2, True), done.stderr


def test_beyond_the_publication_it_says_so(publish, tieout):
    workspace = publish(f"create table marts.fct_revenue_components ({COLUMNS});"
                        f"insert into marts.fct_revenue_components values {quarter()}")
    assert "after 2026-04-01T00:00:00Z are not" in tieout(
        "ledger", "deferred", "--at", "2026-05-01", "--workspace", workspace.root).stderr


def test_without_components_it_says_how_to_get_them(published, tieout):
    done = tieout("ledger", "deferred", "--at", "2026-01-01", "--workspace", published.root)
    assert (done.exit_code, "has no marts.fct_revenue_components" in done.stderr) == (2, True)
