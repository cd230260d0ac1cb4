"""The gate of the account map: what a reader relies on must lead to an account."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from orchestration.quality.runner import run_suite

pytestmark = pytest.mark.slow

MAP = "marts.dim_account_map"


def test_a_good_map_passes(good_database: Path) -> None:
    result = run_suite(MAP, good_database)
    assert result.success and result.expectations and result.row_count == 1


@pytest.mark.parametrize(
    ("damage", "rule"),
    [
        ("insert into {0} select * from {0}", "key_is_unique"),
        ("update {0} set name = null", "name_never_empty"),
        ("update {0} set status = 'perhaps'", "status_is_known"),
        ("update {0} set evidence = 'feeling'", "evidence_is_known"),
        ("update {0} set resolved_account_id = null", "what_is_relied_on_has_an_account"),
        ("update {0} set resolved_stripe_account_id = 'acct_2'", "a_stated_account_is_kept"),
        ("update {0} set confidence = 2", "confidence_in_range"),
    ],
)
def test_each_rule_sees_its_damage(broken: Callable[[str], Path], damage: str, rule: str) -> None:
    result = run_suite(MAP, broken(damage.format(MAP)))
    assert not result.success
    assert rule in [one.name for one in result.failed]
