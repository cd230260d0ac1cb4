"""The gates of a run as one calm HTML page. Every value is escaped; nothing is loaded from anywhere."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

from orchestration.quality.pictures.svg import Picture
from orchestration.quality.style import CSS

MAX_REASONS = 8
_HEADLINES = {
    "published": ("good", "Published", "Every blocking check passed."),
    "passed": ("good", "Passed", "Every blocking check passed; publishing is the next step."),
    "refused": ("bad", "Refused", "Nothing was published; the previous publication is untouched."),
    "contradiction": ("bad", "Published against its own checks", "Do not rely on these figures."),
}


def render(gates: Mapping[str, Any], pictures: Sequence[Picture] = ()) -> str:
    """The page for the result of `report.summarise`, as text in UTF-8."""
    sections = [
        _verdict(gates),
        _numbers(gates),
        _findings(gates["suites"]),
        _pictures(pictures),
        _tables(gates["suites"]),
        _dbt(gates["dbt"]),
        _quarantine(gates["quarantine"]),
        _inputs(gates["inputs"]),
    ]
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"<title>Gates of run {_text(gates['run_id'])}</title>\n"
        f"<style>\n{CSS}</style>\n</head>\n<body>\n<main>\n"
        + "\n".join(section for section in sections if section)
        + "\n<footer>Written by tieout. Examples show at most five rows of each broken rule; "
        "columns that may hold personal data are left out.</footer>\n</main>\n</body>\n</html>\n"
    )


def _verdict(gates: Mapping[str, Any]) -> str:
    tone, title, meaning = _HEADLINES.get(gates["verdict"], ("bad", gates["verdict"], ""))
    warnings = gates["counts"]["warnings"]
    if tone == "good" and warnings:
        meaning += f" {_count(warnings, 'warning')} to look at."
    given = gates["reasons"]
    reasons = "".join(f"<li>{_text(reason)}</li>" for reason in given[:MAX_REASONS])
    if len(given) > MAX_REASONS:
        reasons += f"<li>and {len(given) - MAX_REASONS} more, listed below</li>"
    facts = [("Run", gates["run_id"]), ("As of", gates["as_of"]), ("Code", gates["code_version"])]
    listed = "".join(f"<div><dt>{label}</dt><dd>{_text(value)}</dd></div>" for label, value in facts if value)
    return (
        f'<header class="{tone}">\n<p class="eyebrow">Quality gates</p>\n<h1>{_text(title)}</h1>\n'
        f'<p class="lead">{_text(meaning)}</p>\n'
        + (f'<ul class="reasons">{reasons}</ul>\n' if reasons else "")
        + f'<dl class="facts">{listed}</dl>\n</header>'
    )


def _numbers(gates: Mapping[str, Any]) -> str:
    counts = gates["counts"]
    tiles = [
        ("", counts["passed"], f"of {counts['checks']:,} checks passed"),
        ("bad" if counts["critical_failures"] else "", counts["critical_failures"], "blocking"),
        ("warn" if counts["warnings"] else "", counts["warnings"], "warnings"),
        ("", counts["rows"], "rows looked at"),
        ("warn" if gates["quarantine"] else "", len(gates["quarantine"]), "files in quarantine"),
    ]
    cells = "".join(
        f'<div class="tile {tone}"><b>{number:,}</b><span>{label}</span></div>'
        for tone, number, label in tiles
    )
    return f'<section class="tiles" aria-label="Counts">{cells}</section>'


def _findings(suites: Sequence[Mapping[str, Any]]) -> str:
    """The broken rules with their evidence, blocking ones first."""
    broken = [(suite, one) for suite in suites for one in suite["expectations"] if not one["success"]]
    broken.sort(key=lambda pair: pair[1]["severity"] != "critical")
    cards = []
    for suite, one in broken:
        cards.append(
            f'<article class="{_tone(one)}">\n'
            f'<p class="where">{_badge(one)} <code>{_text(suite["table"])}</code></p>\n'
            f"<h3>{_sentence(one['rule'])}</h3>\n<p>{_sentence(one['observed'])}{_percent(one)}</p>\n"
            + _examples(one["examples"])
            + "</article>"
        )
    return f"<section>\n<h2>What needs attention</h2>\n{''.join(cards)}\n</section>" if cards else ""


def _pictures(pictures: Sequence[Picture]) -> str:
    figures = "".join(
        f"<figure>\n{one.inline()}<figcaption>{_text(one.caption)}</figcaption></figure>\n"
        for one in pictures
    )
    return f"<section>\n<h2>Subscriptions</h2>\n{figures}</section>" if figures else ""


def _examples(examples: Sequence[Mapping[str, Any]]) -> str:
    if not examples:
        return ""
    columns = list(dict.fromkeys(name for row in examples for name in row))
    rows = [[_value(row.get(name)) for name in columns] for row in examples]
    return _table([_text(name) for name in columns], rows, caption="Examples")


def _tables(suites: Sequence[Mapping[str, Any]]) -> str:
    """Every rule of every table, one fold per table; a table with findings stands open."""
    folds = []
    for suite in suites:
        checks = suite["expectations"]
        passed = sum(one["success"] for one in checks)
        rows = [[_badge(one), _sentence(one["rule"]), _text(one["observed"])] for one in checks]
        state = "open" if passed < len(checks) else ""
        folds.append(
            f"<details {state}><summary><code>{_text(suite['table'])}</code>"
            f'<span class="aside">{_count(suite["row_count"], "row")} &middot; '
            f"{passed} of {len(checks)} rules hold</span>"
            f"</summary>\n{_table(['Result', 'Rule', 'Seen'], rows)}</details>"
        )
    return f"<section>\n<h2>What was looked at</h2>\n{''.join(folds)}\n</section>" if folds else ""


def _dbt(tests: Sequence[Mapping[str, Any]]) -> str:
    if not tests:
        return ""
    ordered = sorted(tests, key=lambda one: (not one["blocks"], not one["warns"], one["name"]))
    rows = []
    for one in ordered:
        tone = "fail" if one["blocks"] else "warn" if one["warns"] else "ok"
        words = _sentence(one["description"]) + "<br>" if one["description"] else ""
        rows.append([_mark(tone), f"{words}<code>{_text(one['name'])}</code>", _text(one["outcome"])])
    state = "open" if any(not one["passed"] for one in tests) else ""
    passed = sum(one["passed"] for one in tests)
    return (
        "<section>\n<h2>Relations between tables</h2>\n"
        f"<details {state}><summary>dbt tests"
        f'<span class="aside">{passed} of {len(tests)} hold</span></summary>\n'
        f"{_table(['Result', 'Test', 'Seen'], rows)}</details>\n</section>"
    )


def _quarantine(entries: Sequence[Mapping[str, Any]]) -> str:
    if not entries:
        return ""
    rows = [
        [f"<code>{_text(one.get('file', ''))}</code>", _text(one.get("reason", "")), _value(one.get("rows"))]
        for one in entries
    ]
    table = _table(["File", "Why it was refused", "Rows"], rows)
    return f"<section>\n<h2>Files in quarantine</h2>\n{table}\n</section>"


def _inputs(entries: Sequence[Mapping[str, Any]]) -> str:
    if not entries:
        return ""
    rows = [
        [
            f"<code>{_text(one.get('name', ''))}</code>",
            _value(one.get("rows")),
            _text(one.get("completeness", "unproven")),
            f'<code class="sha">{_text(one.get("sha256", ""))}</code>',
        ]
        for one in entries
    ]
    table = _table(["File", "Rows", "Completeness", "sha256"], rows)
    return f"<section>\n<h2>What it was built from</h2>\n{table}\n</section>"


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]], caption: str = "") -> str:
    head = "".join(f'<th scope="col">{name}</th>' for name in heads)
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>\n" for row in rows)
    title = f"<caption>{caption}</caption>" if caption else ""
    return (
        f'<div class="scroll"><table>{title}<thead><tr>{head}</tr></thead>\n'
        f"<tbody>\n{body}</tbody></table></div>"
    )


def _tone(one: Mapping[str, Any]) -> str:
    return "ok" if one["success"] else "fail" if one["severity"] == "critical" else "warn"


def _badge(one: Mapping[str, Any]) -> str:
    return _mark(_tone(one))


def _mark(tone: str) -> str:
    words = {"ok": "holds", "fail": "blocks", "warn": "warning"}[tone]
    return f'<span class="mark {tone}">{words}</span>'


def _percent(one: Mapping[str, Any]) -> str:
    percent = one["unexpected_percent"]
    return f' <span class="aside">({percent:.4g} %)</span>' if percent else ""


def _sentence(words: str) -> str:
    """The words with a capital, unless they open with the name of a column."""
    first = words.split(" ", 1)[0]
    return _text(words if "_" in first else words[:1].upper() + words[1:])


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


def _value(value: Any) -> str:
    """A cell: numbers to the right without separators (they are minor units or ids), absence as a dash."""
    if value is None:
        return '<span class="none">&ndash;</span>'
    if isinstance(value, int) and not isinstance(value, bool):
        return f'<span class="number">{value}</span>'
    return _text(value)


def _text(value: Any) -> str:
    return escape(str(value), quote=True)
