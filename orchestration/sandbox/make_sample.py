"""`python -m orchestration.sandbox.make_sample [folder]`: write the sample inbox that the repository ships.

The folder holds Sigma CSV files of the platform and its connected accounts, and the company's settings.
"""

from __future__ import annotations

import sys
from pathlib import Path

from orchestration.sandbox.company import build_company
from orchestration.sandbox.writers import write_sigma_csv
from orchestration.workspace import DEFAULT_INBOX

_SETTINGS = """\
# Settings of the sample company. TIEOUT_<NAME> in the environment overrides a line.
reporting_timezone = "UTC"
functional_currency = "usd"
"""


def make_sample(folder: Path) -> list[Path]:
    """Write the sample below `folder`, replacing files of the same name; returns what was written."""
    settings = folder / "company" / "tieout.toml"
    settings.parent.mkdir(parents=True, exist_ok=True)
    settings.write_text(_SETTINGS, encoding="utf-8", newline="\n")
    return [settings, *write_sigma_csv(build_company(), folder)]


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT_INBOX
    files = make_sample(target)
    total = sum(file.stat().st_size for file in files)
    print(f"{len(files)} files, {total:,} bytes below {target}")
