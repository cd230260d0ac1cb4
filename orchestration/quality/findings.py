"""From a yes or no of Great Expectations to a sentence, a count and examples."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from orchestration.quality.personal import is_personal, shown, without_values
from orchestration.quality.result import Example, ExpectationResult, Severity
from orchestration.quality.suites.rules import quoted

MAX_EXAMPLES = 5
RunQuery = Callable[[str], list[dict[str, Any]]]
_MISSING_COLUMN = re.compile(r'column "?([\w.]+)"? (?:in \S+ )?(?:does not exist|not found)', re.IGNORECASE)


def rule_name(verdict: Any) -> str:
    """Return the name of the rule that a verdict is about."""
    return rule_name_of(verdict.expectation_config)


def rule_name_of(config: Any) -> str:
    """Return the name of the rule that an expectation's configuration carries."""
    return str(config.meta["name"])


def describe(
    verdict: Any, run_query: RunQuery, batch: str, row_count: int, suite_meta: Mapping[str, Any]
) -> ExpectationResult:
    """Explain one verdict.

    Args:
        verdict: Great Expectations' result of one expectation, without values.
        run_query: Runs SQL on the checked file, returning rows as dicts.
        batch: The rows looked at, as SQL for a FROM clause.
        row_count: How many they are.
        suite_meta: `key`: the columns that name a row.
    """
    config = verdict.expectation_config
    problem = _problem(verdict)
    if problem is None and verdict.success:
        return _result(config, True, "holds")
    if problem is not None:
        return _result(config, False, "could not be checked", problem=problem)
    if config.type == "expect_table_columns_to_match_set":
        return _missing_columns(config, run_query, batch)
    if config.type == "expect_table_row_count_to_be_between":
        return _result(config, False, f"{row_count} rows", explanation="There are no rows.")
    return _offenders(config, run_query, batch, row_count, suite_meta.get("key", ()))


def _problem(verdict: Any) -> str | None:
    """Why the rule could not be evaluated, without values or traceback; None when it was evaluated."""
    info = verdict.exception_info or {}
    raised = [info] if "raised_exception" in info else list(info.values())
    messages = [str(one.get("exception_message") or "") for one in raised if one.get("raised_exception")]
    if not messages:
        return None
    text = " ".join(messages)
    missing = _MISSING_COLUMN.search(text)
    if missing:
        return f"there is no column {missing[1]}"
    return without_values(text.strip().splitlines()[0])[:200] if text.strip() else "unknown error"


def _missing_columns(config: Any, run_query: RunQuery, batch: str) -> ExpectationResult:
    present = {row["column_name"] for row in run_query(f"describe select * from {batch}")}
    missing = sorted(set(config.kwargs["column_set"]) - present)
    words = f"missing: {', '.join(missing)}"
    return _result(
        config, False, words, explanation=f"Columns of the contract are {words}.", count=len(missing)
    )


def _offenders(
    config: Any, run_query: RunQuery, batch: str, row_count: int, key: Sequence[str]
) -> ExpectationResult:
    """Count what breaks the rule, and show a few in a fixed order."""
    meta = config.meta or {}
    column = config.kwargs.get("column") or meta.get("column", "")
    if "unexpected_rows_query" in config.kwargs:
        offenders = config.kwargs["unexpected_rows_query"].format(batch=batch)
    else:
        wanted = ", ".join(quoted(name) for name in dict.fromkeys([*key, column]))
        offenders = f"select {wanted} from {batch} where {meta['offending']}"
    count = int(run_query(f"select count(*) as n from ({offenders}) as offenders")[0]["n"])
    # a rule about a personal column shows no rows at all: even the key would name a person's row
    rows = (
        []
        if is_personal(column)
        else run_query(f"select * from ({offenders}) as offenders order by all limit {MAX_EXAMPLES}")
    )
    examples = tuple(
        {name: shown(value) for name, value in row.items() if not is_personal(name)} for row in rows
    )
    noun = meta.get("noun", "row")
    percent = round(100 * count / row_count, 4) if noun == "row" and row_count else None
    many = noun if count == 1 else _plural(noun)
    observed = f"{count} of {row_count} rows" if noun == "row" else f"{count} {many}"
    return _result(
        config,
        False,
        observed,
        explanation=f"{observed} {'breaks' if count == 1 else 'break'} the rule: {_rule(config)}.",
        count=count,
        percent=percent,
        examples=examples,
    )


def _plural(noun: str) -> str:
    return f"{noun[:-1]}ies" if noun.endswith("cy") else f"{noun}s"


def _rule(config: Any) -> str:
    return str((config.meta or {}).get("rule") or config.type.replace("_", " "))


def _result(
    config: Any,
    success: bool,
    observed: str,
    *,
    explanation: str = "",
    problem: str = "",
    count: int | None = None,
    percent: float | None = None,
    examples: tuple[Example, ...] = (),
) -> ExpectationResult:
    meta = config.meta or {}
    severity: Severity = "warning" if getattr(config.severity, "value", "") == "warning" else "critical"
    if problem:  # a rule that could not be checked blocks, whatever its severity
        severity = "critical"
        explanation = f"Could not be checked, so it counts as broken: {_rule(config)} ({problem})."
    return ExpectationResult(
        name=rule_name_of(config),
        rule=_rule(config),
        column=config.kwargs.get("column") or meta.get("column", ""),
        severity=severity,
        success=success,
        observed=problem or observed,
        unexpected_count=0 if success else count,
        unexpected_percent=0.0 if success else percent,
        explanation=explanation or f"Holds: {_rule(config)}.",
        examples=examples,
    )
