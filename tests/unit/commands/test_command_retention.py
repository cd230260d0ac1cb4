"""`tieout retention`: what was seen of the cohorts, the curve through it, and what is to come."""

from __future__ import annotations

import json

import pytest

LOST = [131, 126, 90, 60, 42, 34, 26]  # "High End" of Fader and Hardie (2007): 1,000 customers, seven years


def cohorts(lost, last, interval="year", currency="usd", month="2019-01-01"):
    """Rows of agg_cohort_retention: so many lost in each cycle, the others in the one after the last."""
    rows, at_risk = [], sum(lost) + last
    for cycle, count in enumerate([*lost, 0], 1):
        censored = last if cycle > len(lost) else 0
        rows.append(f"('platform', '{currency}', '{interval}', date '{month}', {cycle}, {at_risk}, {count - count // 3}, "
                    f"{count // 3}, {censored})")
        at_risk -= count
    return ", ".join(rows)


@pytest.fixture
def retention(publish, tieout):
    def ask(*rows, options=()):
        workspace = publish(
            "create table marts.agg_cohort_retention (account_id varchar, currency varchar, billing_interval varchar, "
            "cohort_month date, cycle bigint, at_risk bigint, churned_voluntary bigint, churned_involuntary bigint, censored bigint);"
            + "".join(f"insert into marts.agg_cohort_retention values {row};" for row in rows))
        return tieout("retention", "--workspace", workspace.root, *options)

    return ask


def test_cohorts_of_one_interval_are_one_crowd(retention):
    half = [[count // 2 for count in LOST], [count - count // 2 for count in LOST]]
    done = retention(cohorts(half[0], 245, month="2018-01-01"), cohorts(half[1], 246), options=("--cycles", "5", "--format", "json"))
    assert done.exit_code == 0, done.output
    [found] = json.loads(done.stdout)["retention"]
    assert (found["customers"], found["lost"], found["cycles_seen"]) == (1000, 509, 7)
    assert (round(found["alpha"], 3), round(found["beta"], 3)) == (0.668, 3.806)
    assert [round(100 * row["seen"], 1) for row in found["survival"][:7]] == [86.9, 74.3, 65.3, 59.3, 55.1, 51.7, 49.1]
    assert [(row["cycle"], row["seen"], round(100 * row["curve"], 1)) for row in found["survival"][7:]] == [
        (8, None, 46.0), (9, None, 43.6), (10, None, 41.4), (11, None, 39.5), (12, None, 37.8)]


def test_a_month_costs_a_twelfth_of_the_discount(retention):
    done = retention(cohorts(LOST, 491, "year"), cohorts(LOST, 491, "month"), cohorts(LOST, 491, "12 months"),
                     options=("--format", "json", "--discount", "0.1"))
    expected = {row["billing_interval"]: row["expected_renewals"] for row in json.loads(done.stdout)["retention"]}
    for interval, cycles_a_year in (("year", 1), ("month", 12), ("12 months", 1)):
        survival, worth = 1.0, 0.0
        for renewals in range(4_000):
            survival *= (3.80609 + renewals) / (0.66809 + 3.80609 + renewals)
            worth += survival / 1.1 ** (renewals / cycles_a_year)
        assert expected[interval] == pytest.approx(worth, rel=1e-4)


def test_the_table_says_where_there_is_no_curve(retention):
    done = retention(cohorts([4, 0], 6, "month"))
    assert done.exit_code == 0 and "platform, usd, paid by month: 10 customers, 4 lost" in done.stdout
    assert "too little for a curve" in done.stdout and "60.0" in done.stdout


def test_what_is_not_there_is_said(retention):
    done = retention(cohorts(LOST, 491), options=("--currency", "eur"))
    assert done.exit_code == 2 and "no cohorts of currency 'eur'" in done.stderr and "Known: usd" in done.stderr


def test_nobody_has_paid(retention):
    done = retention()
    assert done.exit_code == 0 and "no cohorts yet" in done.stdout
