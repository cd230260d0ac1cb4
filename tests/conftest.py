"""What all tests share: the markers, and a network of one's own (none)."""

from __future__ import annotations

import pytest


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers", "slow: builds with dbt or runs Dagster; seconds instead of milliseconds"
    )
