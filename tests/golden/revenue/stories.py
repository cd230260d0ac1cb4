"""All stories of this folder: importing this module registers them."""

from __future__ import annotations

from types import ModuleType

from tests.golden.revenue import (
    balance_stories,
    contract_stories,
    more_stories,
    report_stories,
    rule_stories,
    standard_stories,
    stripe_billing,
    stripe_connect,
    stripe_contra,
    stripe_policies,
    stripe_subscriptions,
    switch_stories,
)
from tests.golden.revenue.registry import EXAMPLES

WITHOUT_CATCH_UP = ["A06"]
IN_WHOLE_MONTHS = ["KC4", "KC5", "KC19", "KD8"]


def told_in(*modules: ModuleType) -> list[str]:
    """Ids of the examples of some modules."""
    names = {module.__name__ for module in modules}
    return sorted(name for name, story in EXAMPLES.items() if story.tell.__module__ in names)


STRIPE = told_in(stripe_billing, stripe_connect, stripe_contra, stripe_policies, stripe_subscriptions)
MORE = told_in(more_stories)
RULED = told_in(rule_stories)
SWITCHED = told_in(switch_stories)
STANDARD = told_in(standard_stories)
REPORTED = told_in(report_stories)
BALANCED = told_in(balance_stories)
CONTRACTED = told_in(contract_stories)
