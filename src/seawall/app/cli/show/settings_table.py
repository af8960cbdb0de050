"""The settings of an input as Markdown and as CSV, a line each."""

import csv
import io
from collections.abc import Iterable

from seawall.model.setting import State
from seawall.query.settings.answer import Explained, counts, summary
from seawall.query.settings.row import Row

_HEADINGS = ("cluster", "group", "of", "setting", "state", "value", "how", "settle")


def as_csv(found: Explained, shown: frozenset[State]) -> str:
    """Return every setting as a line of CSV."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(_HEADINGS)
    for subject in found.clusters:
        for row in subject.rows:
            if row.state in shown:
                writer.writerow((subject.name, *_cells(row)))
    for row in found.around:
        if row.state in shown:
            writer.writerow(("", *_cells(row)))
    return out.getvalue()


def as_md(found: Explained, shown: frozenset[State]) -> str:
    """Return the settings as tables of Markdown."""
    lines = []
    for subject in found.clusters:
        lines += [f"## {subject.name}", "", summary(counts(subject.rows)), ""]
        lines += _table([row for row in subject.rows if row.state in shown])
    if found.around:
        lines += ["## Around", "", summary(counts(found.around)), ""]
        lines += _table([row for row in found.around if row.state in shown])
    if not lines:
        lines = ["No cluster and no network in the input."]
    return "\n".join(lines)


def _table(rows: list[Row]) -> list[str]:
    if not rows:
        return []
    headings = _HEADINGS[1:]
    lines = [_line(headings), _line("---" for _ in headings)]
    return [*lines, *(_line(_cells(row)) for row in rows), ""]


def _cells(row: Row) -> tuple[str, ...]:
    place = str(row.origin) if row.origin else ""
    how = place if row.state is State.STATED else row.why
    return (
        row.group,
        row.of,
        row.title,
        row.state.value,
        row.text,
        how,
        row.settle,
    )


def _line(cells: Iterable[str]) -> str:
    return "| " + " | ".join(_cell(item) for item in cells) + " |"


def _cell(text: str) -> str:
    return text.replace("\\", "\\\\").replace("|", "\\|").replace("\n", " ")
