"""The examples by name: each tells its own story in books of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.golden.revenue.story import Story
from tests.golden.revenue.tables import Tables

Tell = Callable[[Story], None]


@dataclass(frozen=True)
class Example:
    """How an example is told, and where.

    Attributes:
        account: Tenant; empty for a connected account of its own.
        currency: Of its prices.
        settles: Of its balance; empty for that of its prices.
    """

    name: str
    tell: Tell
    account: str = ""
    currency: str = "usd"
    settles: str = ""

    @property
    def tenant(self) -> str:
        return self.account or f"acct_1{self.name}"

    def write(self, tables: Tables) -> None:
        self.tell(Story(tables, self.name, self.account, self.currency, self.settles))


EXAMPLES: dict[str, Example] = {}


def example(account: str = "", currency: str = "usd", settles: str = "") -> Callable[[Tell], Tell]:
    """Register a story under the name of its function, which is the example's id."""

    def register(tell: Tell) -> Tell:
        assert tell.__name__ not in EXAMPLES, tell.__name__
        EXAMPLES[tell.__name__] = Example(tell.__name__, tell, account, currency, settles)
        return tell

    return register
