"""The house rules that a reviewer should not have to remember: who imports whom, sizes, money, engines, paths.

Nothing is imported here: the rules are read from the source text, so this file runs in a second.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "orchestration"
DBT = ROOT / "dbt_project"

# Rooms of the package -> the rooms and modules of `orchestration` that they may import.
MAY_IMPORT = {
    "domain": {"domain"},
    "sources": {"domain", "settings", "workspace", "sources"},
    "warehouse": {"domain", "settings", "workspace", "run_context", "code_version", "sources", "warehouse"},
    "quality": {"domain", "settings", "workspace", "quality"},
    "sandbox": {"domain", "settings", "workspace", "sandbox"},
}
DAGSTER_SHELL = {
    "assets", "checks", "definitions", "resources", "jobs", "schedules", "sensors", "dbt_resource"
}  # fmt: skip
# Library -> rooms that may import it at the top, and rooms that may import it inside functions only.
LIBRARIES = {
    "dagster": (DAGSTER_SHELL, {"daily_run", "commands"}),
    "dagster_dbt": (DAGSTER_SHELL, set()),
    "duckdb": ({"warehouse"}, {"sandbox", "commands"}),
    "great_expectations": (set(), {"quality"}),
    "sqlalchemy": (set(), {"quality"}),
    "click": ({"cli", "commands"}, set()),
    "rich": (set(), {"commands", "cli"}),
    "stripe": (set(), {"sources"}),
    "pandas": (set(), set()),
}


@dataclass(frozen=True)
class Import:
    """One imported module; `level` is top, function or typing."""

    path: Path
    module: str
    level: str

    @property
    def room(self) -> str:
        return room_of(self.path)

    def __str__(self) -> str:
        return f"{self.path.relative_to(ROOT)} imports {self.module} ({self.level})"


def room_of(path: Path) -> str:
    first = path.relative_to(PACKAGE).parts[0]
    return first.removesuffix(".py")


def python_files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*.py") if "__pycache__" not in path.parts)


def imports_of(path: Path) -> Iterator[Import]:
    def walk(node: ast.AST, level: str) -> Iterator[Import]:
        for child in ast.iter_child_nodes(node):
            inner = level
            if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
                inner = "function"
            elif isinstance(child, ast.If) and "TYPE_CHECKING" in ast.dump(child.test):
                inner = "typing"
            if isinstance(child, ast.Import):
                yield from (Import(path, alias.name, level) for alias in child.names)
            elif isinstance(child, ast.ImportFrom):
                yield Import(path, child.module or "", level)
                if child.module == "orchestration":
                    yield from (Import(path, f"orchestration.{alias.name}", level) for alias in child.names)
            yield from walk(child, inner)

    return walk(ast.parse(path.read_text(encoding="utf-8")), "top")


ALL_IMPORTS = [found for path in python_files(PACKAGE) for found in imports_of(path)]


@pytest.mark.parametrize("room", sorted(MAY_IMPORT))
def test_a_room_imports_only_the_rooms_below_it(room: str) -> None:
    allowed = MAY_IMPORT[room]
    found = [item for item in ALL_IMPORTS if item.room == room and item.module.startswith("orchestration.")]
    assert [str(item) for item in found if item.module.split(".")[1] not in allowed] == []


def test_the_domain_needs_nothing_but_the_standard_library() -> None:
    outside = [
        str(item)
        for item in ALL_IMPORTS
        if item.room == "domain"
        and item.module.split(".")[0] not in {*sys.stdlib_module_names, "orchestration"}
    ]
    assert outside == []


@pytest.mark.parametrize("library", sorted(LIBRARIES))
def test_a_library_stays_in_its_rooms(library: str) -> None:
    anywhere, in_functions = LIBRARIES[library]
    wrong = [
        str(item)
        for item in ALL_IMPORTS
        if item.module.split(".")[0] == library
        and item.room not in anywhere
        and not (item.room in in_functions and item.level in ("function", "typing"))
    ]
    assert wrong == []


def test_help_does_not_pay_for_heavy_libraries() -> None:
    heavy = {
        "dagster", "dagster_dbt", "dbt", "great_expectations", "duckdb", "pandas", "pyarrow", "yaml"
    }  # fmt: skip
    commands = [item for item in ALL_IMPORTS if item.room in ("cli", "commands") and item.level == "top"]
    assert [str(item) for item in commands if item.module.split(".")[0] in heavy] == []


def line_count(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def dbt_files(folder: str, suffix: str) -> list[Path]:
    return sorted((DBT / folder).rglob(f"*{suffix}"))


def test_every_file_keeps_its_size() -> None:
    budgets = [
        *((path, 250) for path in python_files(PACKAGE)),
        *((path, 400) for path in python_files(ROOT / "tests")),
        *((path, 120) for path in [*dbt_files("models", ".sql"), *dbt_files("tests", ".sql")]),
        *((path, 300) for path in dbt_files("macros", ".sql")),
        *((path, 300) for path in [*dbt_files("models", ".yml"), *dbt_files("seeds", ".yml")]),
    ]
    too_long = [
        f"{path.relative_to(ROOT)}: {line_count(path)} of {most}"
        for path, most in budgets
        if line_count(path) > most
    ]
    assert too_long == []


def test_every_function_fits_on_a_screen() -> None:
    too_long = [
        f"{path.relative_to(ROOT)}: {node.name}"
        for path in python_files(PACKAGE)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef) and (node.end_lineno or 0) - node.lineno >= 60
    ]
    assert too_long == []


def plain_sql(path: Path) -> str:
    """The SQL that stands in a file itself: without comments and without what Jinja puts in."""
    text = path.read_text(encoding="utf-8")
    for pattern in (r"\{#.*?#\}", r"\{\{.*?\}\}", r"\{%.*?%\}", r"--[^\n]*"):
        text = re.sub(pattern, " ", text, flags=re.DOTALL)
    return text.lower()


ENGINE = DBT / "macros" / "engine"
SQL_FILES = [
    path
    for folder in ("models", "tests", "macros")
    for path in dbt_files(folder, ".sql")
    if ENGINE not in path.parents
]


def test_money_is_never_divided_and_never_floating() -> None:
    divided = re.compile(r"_minor\b[^,\n]*\s/\s|\s/\s*\w*_minor\b")
    floating = re.compile(r"\b(double|float|real|float4|float8)\b")
    wrong = [
        f"{path.relative_to(ROOT)}: {found.group().strip()}"
        for path in [*SQL_FILES, *ENGINE.glob("*.sql")]
        for found in [*divided.finditer(plain_sql(path)), *floating.finditer(plain_sql(path))]
    ]
    assert wrong == []


def test_money_columns_are_whole_numbers_in_every_contract() -> None:
    column = re.compile(r"- name: (\w+_minor)\n(?:[ ]+(?!- name).*\n)*?[ ]+data_type: (\S+)")
    types = [
        (path.name, name, data_type)
        for path in dbt_files("models", ".yml")
        for name, data_type in column.findall(path.read_text(encoding="utf-8"))
    ]
    assert len(types) > 50, "the pattern no longer finds the columns"
    # a unit price may be a fraction of a cent; amounts never are
    amounts = [item for item in types if not item[1].endswith("_decimal_minor")]
    assert [item for item in amounts if item[2] != "bigint"] == []
    assert all(item[2].startswith("decimal(") for item in types if item not in amounts)


def test_functions_of_one_engine_stand_behind_macros() -> None:
    """Another engine joins by adding macros, so no model may speak a dialect (row-valued `in` is the one debt)."""
    spoken = re.compile(
        r"\b(json_\w+|try_cast|epoch\w*|to_timestamp|to_json|list_\w+|strptime|strftime|regexp_full_match"
        r"|regexp_extract|unnest|string_agg|arg_m(?:ax|in)|struct_pack|starts_with|ends_with|md5\w*|hash"
        r"|date_(?:diff|sub|trunc)|datediff)\s*\(|\*\s+exclude\b|\bqualify\b|::|//"
    )
    wrong = [
        f"{path.relative_to(ROOT)}: {found.group()}"
        for path in SQL_FILES
        for found in spoken.finditer(plain_sql(path))
    ]
    assert wrong == []


# What a subject may read of the marts: those of the subjects before it, and its own (DECISIONS.md, 37).
SUBJECTS = (
    "company", "quality", "transactions", "business", "events", "bank", "payouts", "review", "matching", "revenue",
    "billing", "ledger", "balances", "subscriptions", "reconciliation", "exceptions",
)  # fmt: skip


def test_models_only_look_forward() -> None:
    """Sources -> staging -> intermediate -> marts; a step may start from the marts of subjects up to its own."""
    layers = ["staging", "intermediate", "marts"]
    place_of = {path.stem: path.relative_to(DBT / "models").parts[:2] for path in dbt_files("models", ".sql")}
    backward = []
    for path in dbt_files("models", ".sql"):
        layer, subject = place_of[path.stem]
        for name in re.findall(r"ref\(['\"](\w+)['\"]\)", path.read_text(encoding="utf-8")):
            if name not in place_of or layers.index(place_of[name][0]) <= layers.index(layer):
                continue
            if layer == "staging" or SUBJECTS.index(place_of[name][1]) > SUBJECTS.index(subject):
                backward.append(f"{path.stem} reads {name}")
    assert backward == []


def test_every_model_says_what_one_row_is() -> None:
    silent = []
    for path in dbt_files("models", ".yml"):
        if "__sources" in path.name:
            continue
        text = path.read_text(encoding="utf-8").partition("models:\n")[2]
        for name, rest in re.findall(r"^  - name: (\w+)\n((?:    .*\n|\n)*)", text, flags=re.MULTILINE):
            if not re.search(r"description:\s*[>|\"'-]*\s*One row per ", rest):
                silent.append(name)
    assert silent == []


def test_every_test_file_asserts_something() -> None:
    asserting = re.compile(r"^\s+assert |pytest\.raises|pytest\.warns", flags=re.MULTILINE)
    silent = [
        str(path.relative_to(ROOT))
        for path in python_files(ROOT / "tests")
        if path.name.startswith("test_") and not asserting.search(path.read_text(encoding="utf-8"))
    ]
    assert silent == []


def tracked_files() -> list[Path]:
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, check=False,
    )  # fmt: skip
    if listing.returncode:
        pytest.skip("not a git checkout")
    names = [name for name in listing.stdout.decode().split("\0") if name]
    return [ROOT / name for name in names if (ROOT / name).is_file()]


def test_no_file_names_a_machine_or_a_registry() -> None:
    forbidden = re.compile(
        r"(?<![\w.])/(?:root|work|home/\w+|Users/\w+|opt/\w+)/\S"
        r"|pypi\.(?:org|python)|pythonhosted|--(?:extra-)?index-url|--find-links"
    )
    wrong = []
    for path in tracked_files():
        if path == Path(__file__).resolve() or path.suffix in (".csv", ".gz", ".parquet", ".png"):
            continue
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        wrong += [f"{path.relative_to(ROOT)}: {found.group()}" for found in forbidden.finditer(text)]
    assert wrong == []


def test_every_requirement_is_pinned_by_hash() -> None:
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    blocks = re.split(r"\n(?=[a-z0-9])", re.sub(r"^#.*\n", "", text, flags=re.MULTILINE))
    unpinned = [
        block.split()[0]
        for block in blocks
        if block.strip() and not ("==" in block and "--hash=sha256:" in block)
    ]
    assert unpinned == []
