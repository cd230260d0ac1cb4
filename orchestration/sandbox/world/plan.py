"""What makes one simulated company differ from another; the same plan gives the same company."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

END = 1_775_001_600  # 2026-04-01T00:00:00Z: nothing is created at or after it
PLAN_FILE = "company.json"


@dataclass(frozen=True)
class Plan:
    """The parameters of a simulation.

    Attributes:
        months: Calendar months before `end` in which the company lives.
        customers: Customers of the platform, all of whom have signed up by `end`.
        accounts: Connected accounts.
        seed: Everything random follows from it.
        end: Epoch seconds of a month's first midnight, UTC; the story stops there.
        defects: Names of the faults injected into the files (never into the truth).
    """

    months: int = 12
    customers: int = 600
    accounts: int = 6
    seed: int = 7
    end: int = END
    defects: tuple[str, ...] = ()

    @property
    def start(self) -> int:
        """Epoch seconds of the first midnight of the story."""
        last = datetime.fromtimestamp(self.end, UTC)
        index = last.year * 12 + last.month - 1 - self.months
        return int(datetime(index // 12, index % 12 + 1, 1, tzinfo=UTC).timestamp())

    def write(self, folder: Path) -> Path:
        """Keep the plan, so that the same company can be simulated again."""
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / PLAN_FILE
        path.write_text(json.dumps(asdict(self), indent=2, sort_keys=True) + "\n", encoding="utf-8")
        return path

    @classmethod
    def read(cls, folder: Path) -> Plan:
        """The plan kept in a folder. Raises FileNotFoundError, or ValueError for a file of another kind."""
        values = json.loads((folder / PLAN_FILE).read_text(encoding="utf-8"))
        try:
            return cls(**{**values, "defects": tuple(values["defects"])})
        except (TypeError, KeyError) as error:
            raise ValueError(f"{folder / PLAN_FILE}: {error}") from None
