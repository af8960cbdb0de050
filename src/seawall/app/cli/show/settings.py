"""The settings of an input on a terminal: what is not known first."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence

import click

from seawall.app.cli.show.diagnostics import STYLES
from seawall.app.cli.show.words import (
    bold,
    dim,
    is_colored,
    is_plain,
    placed,
    width,
    wrapped,
)
from seawall.model.setting import State
from seawall.query.settings.answer import Explained, counts, summary
from seawall.query.settings.row import Row

SIGNS = {
    State.STATED: ("=", "=", "green"),
    State.DEFAULTED: ("≈", "~", "cyan"),
    State.UNKNOWN: ("?", "?", "yellow"),
}
"""How a value is known; the shape alone tells which."""

TITLE = 34
FEW = 12


def settings_text(
    found: Explained, shown: frozenset[State], *, colored: bool, verbose: bool
) -> str:
    """Return the whole answer as a person reads it."""
    screen = _Screen(shown, paint=is_colored(to_terminal=colored), verbose=verbose)
    if not found.clusters:
        screen.title("No cluster in the input")
    for subject in found.clusters:
        rows = subject.rows if len(found.clusters) > 1 else found.rows
        screen.subject(subject.name, rows)
    alone = len(found.clusters) != 1 and found.around
    if alone:
        screen.subject("Around", found.around)
    screen.read(found)
    return "\n".join(screen.lines).lstrip("\n")


class _Screen:
    """Collects the lines of one answer."""

    def __init__(self, shown: frozenset[State], *, paint: bool, verbose: bool) -> None:
        self.shown = shown
        self.paint = paint
        self.verbose = verbose
        self.lines: list[str] = []
        self._with_legend = True

    def title(self, text: str) -> None:
        """Start a part of the answer."""
        self.lines += ["", bold(text, colored=self.paint)]

    def subject(self, name: str, rows: Sequence[Row]) -> None:
        """Add one cluster, or what stands around."""
        self.title(f"{name}: {summary(counts(rows))}")
        if self._with_legend:
            legend = (
                (State.STATED, "stated in the input"),
                (State.DEFAULTED, "by default"),
                (State.UNKNOWN, "not known"),
            )
            shown = (f"{self._sign(state)} {words}" for state, words in legend)
            self.lines.append("  " + "   ".join(shown))
            self._with_legend = False
        self._not_known([row for row in rows if row.state is State.UNKNOWN])
        listed = [row for row in rows if row.state in self.shown]
        if self.shown == {State.UNKNOWN}:
            return
        for group, members in _by(listed, lambda row: row.group):
            self.title(group[:1].upper() + group[1:] if group != "" else group)
            self._group(members)

    def _not_known(self, rows: Sequence[Row]) -> None:
        if not rows or State.UNKNOWN not in self.shown:
            return
        self.title("Not known")
        for settle, together in _by(rows, lambda row: row.settle):
            for why, alike in _by(together, lambda row: row.why):
                names = [row.title + (f" of {row.of}" * bool(row.of)) for row in alike]
                sign = self._sign(State.UNKNOWN)
                text = f"  {sign} " + wrapped(f"{_few(names)}: {why}", 4, 4)
                place = alike[0].origin
                self.lines.append(placed(text, place, 4, colored=self.paint))
            self.lines.append("    " + wrapped(f"to settle: {settle}", 15, 4))

    def _group(self, rows: Sequence[Row]) -> None:
        things = list(dict.fromkeys(row.of for row in rows))
        common = _common(rows, things)
        if common and len(things) > 1:
            self.lines.append("  " + wrapped(f"all: {', '.join(things)}", 7, 2))
            self._rows(
                [row for row in rows if row.of == things[0] and _key(row) in common], 4
            )
        else:
            common = set()
        own = {
            thing: [row for row in rows if row.of == thing and _key(row) not in common]
            for thing in things
        }
        merged: dict[tuple[tuple[str, ...], ...], list[str]] = {}
        for thing, mine in own.items():
            if mine:
                merged.setdefault(tuple(map(_key, mine)), []).append(thing)
        for alike in merged.values():
            head = _few(alike)
            if head:
                self.lines.append("  " + wrapped(head, 4, 2))
            self._rows(own[alike[0]], 4 if head else 2)

    def _rows(self, rows: Iterable[Row], indent: int) -> None:
        for row in rows:
            start = " " * indent + f"{self._sign(row.state)} {row.title:<{TITLE}} "
            taken = indent + 3 + max(TITLE, len(row.title))
            value = wrapped(row.text, indent + TITLE + 3, taken)
            last = value.rsplit("\n", 1)[-1]
            used = len(last) if "\n" in value else taken + len(last)
            how = _how(row)
            if how and used + 2 + len(how) > width():
                pad = indent + TITLE + 3
                folded = wrapped(how, pad, pad)
                self.lines.append(f"{start}{value}")
                self.lines.append(" " * pad + dim(folded, colored=self.paint))
            else:
                self.lines.append(start + value + dim(f"  {how}", colored=self.paint))

    def read(self, found: Explained) -> None:
        """Add what was read, and what was not."""
        kinds = Counter(item.kind for item in found.read)
        self.title("Read")
        for kind, number in sorted(kinds.items()):
            self.lines.append(f"  {number} file{'s' * (number > 1)}: {kind}")
            if self.verbose:
                paths = [item.path for item in found.read if item.kind == kind]
                self.lines += [f"    {path}" for path in paths]
        if found.passed_over:
            paths = [item.path for item in found.passed_over]
            listed = ", ".join(paths) if self.verbose else _few(paths)
            text = f"nothing in {len(paths)} file{'s' * (len(paths) > 1)}: {listed}"
            self.lines.append("  " + wrapped(text, 4, 2))
        if not found.not_read:
            return
        self.title("Not read, or not as it stands")
        limit = None if self.verbose else FEW
        for item in found.not_read[:limit]:
            word, color = STYLES[item.level]
            place = f"{item.origin}: " if item.origin else ""
            head = click.style(word, fg=color) if self.paint else word
            text = f"{place}{item.what}; {item.why}"
            taken = 4 + len(word)
            self.lines.append(f"  {head}  " + wrapped(text, 6, taken))
            if self.verbose:
                self.lines.append("      " + wrapped(f"mend: {item.mend}", 12, 6))
        left = len(found.not_read) - FEW
        if left > 0 and not self.verbose:
            self.lines.append(f"  and {left} more, with --verbose")

    def _sign(self, state: State) -> str:
        fancy, plain, color = SIGNS[state]
        text = plain if is_plain() else fancy
        return click.style(text, fg=color, bold=True) if self.paint else text


def _by(
    rows: Iterable[Row], key: Callable[[Row], str]
) -> Iterator[tuple[str, list[Row]]]:
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(key(row), []).append(row)
    yield from groups.items()


def _how(row: Row) -> str:
    if row.state is State.DEFAULTED:
        return f"({row.why})" if row.why else ""
    if row.state is State.UNKNOWN:
        return "see above"
    return str(row.origin) if row.origin else ""


def _key(row: Row) -> tuple[str, ...]:
    return row.title, row.state.value, row.text, row.why


def _common(rows: Sequence[Row], things: Sequence[str]) -> set[tuple[str, ...]]:
    tally = Counter(_key(row) for row in rows)
    return {key for key, number in tally.items() if number == len(things)}


def _few(names: Sequence[str]) -> str:
    if len(names) <= FEW:
        return ", ".join(names)
    return f"{', '.join(names[:FEW])} and {len(names) - FEW} more"
