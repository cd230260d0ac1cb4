"""Where everything of one workspace lies. Paths only: nothing here opens a file.

`landing/` and `journal/` are the inputs and the only things to back up; the rest can be rebuilt from them.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

PROJECT_ROOT = Path(__file__).resolve().parent.parent
DEFAULT_INBOX = PROJECT_ROOT / "data" / "sample"
DEFAULT_WORKSPACE = PROJECT_ROOT / "data" / "workspace"


@dataclass(frozen=True)
class Workspace:
    """The folders and files of one workspace."""

    root: Path

    @property
    def landing(self) -> Path:
        """Immutable blobs named by their sha256, and the receipts that name them."""
        return self.root / "landing"

    @property
    def blobs(self) -> Path:
        return self.landing / "blobs"

    @property
    def receipts(self) -> Path:
        return self.landing / "receipts"

    @property
    def journal(self) -> Path:
        """Append-only decisions of people: discards, reviews, closes."""
        return self.root / "journal"

    @property
    def candidate(self) -> Path:
        """What is being built; can be deleted, the next run rebuilds it."""
        return self.root / "candidate"

    @property
    def raw_db(self) -> Path:
        return self.candidate / "raw.duckdb"

    @property
    def candidate_db(self) -> Path:
        return self.candidate / "tieout.duckdb"

    @property
    def published(self) -> Path:
        return self.root / "published"

    @property
    def published_db(self) -> Path:
        """The file that people query."""
        return self.published / "tieout.duckdb"

    @property
    def manifest(self) -> Path:
        """A readable copy of what `meta.publication` inside the published file says."""
        return self.published / "manifest.json"

    @property
    def quarantine(self) -> Path:
        """What was refused, each with its reason beside it; empty on clean data."""
        return self.root / "quarantine"

    @property
    def quality(self) -> Path:
        """Results of the gates: JSON, and one HTML file."""
        return self.root / "quality"

    @property
    def dagster_home(self) -> Path:
        return self.root / "dagster"

    @property
    def lock_file(self) -> Path:
        return self.root / "run.lock"
