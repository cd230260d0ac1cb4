"""Deliberate errors -> Dagster failures that keep their exit code and are not retried."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import dagster as dg

from orchestration.domain.errors import TieoutError


def as_failure(error: TieoutError) -> dg.Failure:
    """The failure that a step raises for a deliberate error."""
    return dg.Failure(
        description=error.as_text(),
        allow_retries=False,
        metadata={"exit_code": error.exit_code, "what": error.what, "where": error.where, "do": error.remedy},
    )


@contextmanager
def deliberate_errors() -> Iterator[None]:
    """Turn deliberate errors inside into Dagster failures."""
    try:
        yield
    except TieoutError as error:
        raise as_failure(error) from None
