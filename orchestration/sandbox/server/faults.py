"""A script of faults: which requests are answered wrongly, and how.

A plan is data, so that a test or a file can state it:

    {"seed": 7, "rules": [
        {"kind": "status", "status": 500, "requests": [0, 3]},
        {"kind": "rate_limit", "retry_after": 1, "path": "/v1/charges", "times": 2},
        {"kind": "reset_mid_body", "account": "acct_1", "probability": 0.3}]}

A rule counts the requests that its path and account match, from 0. It strikes those whose numbers stand in
`requests`, or with `probability`; with neither, all of them; at most `times`. The first rule that strikes wins.
"""

from __future__ import annotations

import json
import random
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

# What happens instead of the answer.
BEFORE = {
    "status": "an error in Stripe's shape, with `status`",
    "rate_limit": "429 with `reason`, and with `retry_after` seconds when given",
    "html": "a page of a proxy, with `status`",
    "empty_body": "headers and nothing after them",
    "timeout": "silence for `seconds`, then the answer",
    "reset": "the connection is reset before the answer",
}
# What happens to the answer.
AFTER = {
    "reset_mid_body": "the connection is reset after half of the body",
    "truncated": "half of the JSON; `content_length` is right for the half, or wrong",
    "duplicate_page": "the page that this list answered before, once more",
    "insert": "the newest object of the list is not there yet; it is at the next request",
    "unknown_field": "the first object has a field that nobody knows",
    "unknown_enum": "the first object has an unknown value in `field`",
    "big_integer": "the first object has an integer beyond 2^53 in `field`",
    "null_object": "null in `field` of the first object, where an object is expected",
}
KINDS = {**BEFORE, **AFTER}
STATUSES = (200, 400, 401, 403, 404, 409, 500, 502, 503)


class FaultPlanError(ValueError):
    """A plan that says something unknown; the message names it."""


@dataclass(frozen=True)
class Rule:
    """One rule of a plan; see the module.

    Attributes:
        path: Path of the request, `*` stands for anything; None for every path.
        account: Value of `Stripe-Account`, "platform" without; None for every account.
        headers: Headers added to the answer, such as `Stripe-Should-Retry`.
    """

    kind: str
    path: str | None = None
    account: str | None = None
    requests: tuple[int, ...] | None = None
    probability: float | None = None
    times: int | None = None
    status: int = 500
    retry_after: int | None = None
    reason: str = "global-rate"
    seconds: float = 60.0
    content_length: str = "right"
    headers: Mapping[str, str] = field(default_factory=dict)
    field: str | None = None

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise FaultPlanError(f"unknown kind {self.kind!r}; known: {', '.join(sorted(KINDS))}")
        if self.status not in STATUSES:
            raise FaultPlanError(f"unknown status {self.status!r}; known: {', '.join(map(str, STATUSES))}")
        if self.content_length not in ("right", "wrong"):
            raise FaultPlanError(f"content_length is right or wrong, not {self.content_length!r}")
        if self.probability is not None and not 0 <= self.probability <= 1:
            raise FaultPlanError(f"probability is between 0 and 1, not {self.probability!r}")

    def matches(self, path: str, account: str) -> bool:
        return (self.path is None or fnmatchcase(path, self.path)) and self.account in (None, account)


@dataclass(frozen=True)
class FaultPlan:
    """Rules in the order in which they are asked; without any, everything is answered well."""

    rules: tuple[Rule, ...] = ()
    seed: int = 0

    @classmethod
    def of(cls, plan: Mapping[str, Any]) -> FaultPlan:
        """A plan from plain data. Raises FaultPlanError for what it does not know."""
        _refuse_unknown("plan", plan, {"rules", "seed"})
        known = {item.name for item in fields(Rule)}
        rules = []
        for number, rule in enumerate(plan.get("rules", ())):
            _refuse_unknown(f"rule {number}", rule, known)
            if "kind" not in rule:
                raise FaultPlanError(f"rule {number}: kind is missing; known: {', '.join(sorted(KINDS))}")
            values = {**rule, "requests": tuple(rule["requests"])} if "requests" in rule else rule
            rules.append(Rule(**values))
        return cls(tuple(rules), plan.get("seed", 0))

    @classmethod
    def from_json(cls, path: Path) -> FaultPlan:
        """A plan from a file. Raises FaultPlanError, or OSError when it cannot be read."""
        try:
            plan = json.loads(path.read_text(encoding="utf-8"))
        except ValueError as error:
            raise FaultPlanError(f"not JSON: {error}") from None
        if not isinstance(plan, dict):
            raise FaultPlanError("the plan is not a JSON object")
        return cls.of(plan)


def _refuse_unknown(what: str, given: Mapping[str, Any], known: set[str]) -> None:
    for name in given:
        if name not in known:
            raise FaultPlanError(f"{what}: unknown key {name!r}; known: {', '.join(sorted(known))}")


class Faults:
    """A plan at work: counts the requests of each rule and says which rule strikes."""

    def __init__(self, plan: FaultPlan) -> None:
        self.plan = plan
        self._lock = threading.Lock()
        self._seen = [0] * len(plan.rules)
        self._struck = [0] * len(plan.rules)
        self._rngs = [random.Random(f"{plan.seed}:{number}") for number in range(len(plan.rules))]

    def strike(self, path: str, account: str) -> Rule | None:
        """The rule that a request falls under; every rule that it matches counts it."""
        chosen = None
        with self._lock:
            for number, rule in enumerate(self.plan.rules):
                if rule.matches(path, account) and self._strikes(number, rule) and chosen is None:
                    self._struck[number] += 1
                    chosen = rule
        return chosen

    def _strikes(self, number: int, rule: Rule) -> bool:
        seen = self._seen[number]
        self._seen[number] += 1
        is_due = rule.requests is None or seen in rule.requests
        if rule.probability is not None:
            is_due = self._rngs[number].random() < rule.probability and is_due
        return is_due and (rule.times is None or self._struck[number] < rule.times)
