"""All stories of this folder: importing this module registers them."""

from __future__ import annotations

from types import ModuleType

from tests.golden.revenue import (
    balance_stories,
    more_stories,
    report_stories,
    rule_stories,
    stripe_billing,
    stripe_connect,
    stripe_contra,
    stripe_policies,
    stripe_subscriptions,
)
from tests.golden.revenue.registry import EXAMPLES

WITHOUT_CATCH_UP = ["A06"]


def told_in(*modules: ModuleType) -> list[str]:
    """Ids of the examples of some modules."""
    names = {module.__name__ for module in modules}
    return sorted(name for name, story in EXAMPLES.items() if story.tell.__module__ in names)


STRIPE = told_in(stripe_billing, stripe_connect, stripe_contra, stripe_policies, stripe_subscriptions)
MORE = told_in(more_stories)
RULED = told_in(rule_stories)
REPORTED = told_in(report_stories)
BALANCED = told_in(balance_stories)
