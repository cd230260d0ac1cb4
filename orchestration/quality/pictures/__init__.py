"""Subscriptions to look at: what moved recurring revenue from month to month, and who stayed of each cohort."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any

from orchestration.quality.pictures.cohorts import draw_cohorts
from orchestration.quality.pictures.movements import draw_movements
from orchestration.quality.pictures.svg import Picture

Row = tuple[Any, ...]
MAX_BOOKS = 4  # tenants x currencies that are drawn, those with most customers first


def subscription_pictures(movements: Sequence[Row], cohorts: Sequence[Row]) -> list[Picture]:
    """Two pictures for each tenant and currency that has subscribers.

    Args:
        movements: (account_id, currency, month, opening, new, reactivation, expansion, contraction, churn,
            closing, customers, is_observed) per month of `marts.agg_mrr_monthly`, whole, in the currency of the prices.
        cohorts: (account_id, currency, billing_interval, cohort_month, cycle, at_risk, churned, is_pending)
            of `marts.agg_cohort_retention`, summed over trials and payments.
    """
    books = {book: [row[2:] for row in rows] for book, rows in groupby(movements, key=lambda row: row[:2])}
    aged = {book: [row[2:] for row in rows] for book, rows in groupby(cohorts, key=lambda row: row[:2])}
    largest = sorted(books, key=lambda book: (-max(row[-2] for row in books[book]), book))
    pictures = []
    for account, currency in largest[:MAX_BOOKS]:
        pictures.append(draw_movements(account, currency, books[account, currency]))
        pictures += draw_cohorts(account, currency, aged.get((account, currency), []))
    if len(largest) > MAX_BOOKS:
        left_out = (
            f" {len(largest) - MAX_BOOKS} more tenants and currencies with fewer customers are not drawn."
        )
        pictures[-1] = replace(pictures[-1], caption=pictures[-1].caption + left_out)
    return pictures
