"""An option of a cluster as a person reads it, and the list of all."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from seawall.app.cli.show.words import bold, dim, is_colored, placed, width, wrapped
from seawall.design.explain import Explained

_GROUPS = {
    "network": "ADDRESSES AND PACKETS",
    "nodes": "NODES",
    "api server": "WHO REACHES THE API SERVER",
    "egress": "BY WHAT PACKETS LEAVE",
    "acns": "WHAT POLICIES MAY SAY, AND WHAT IS SEEN",
    "ways in": "WHO COMES IN, AND PODS BESIDE THE NODES",
}
_LABEL = 11
_NAME = 44


def explained_text(item: Explained, *, colored: bool) -> str:
    """Return everything that is known of an option."""
    paint = is_colored(to_terminal=colored)
    return "\n".join(_lines(item, paint=paint))


def _lines(item: Explained, *, paint: bool) -> Iterator[str]:
    preview = "In preview. " if item.is_preview else ""
    yield f"{bold(item.title, colored=paint)}  {item.name}"
    yield "  " + wrapped(preview + item.does, 2)
    yield ""
    yield bold("WITHOUT IT", colored=paint)
    yield "  " + wrapped(item.without, 2)
    yield ""
    yield bold("VALUES", colored=paint)
    for value in item.values:
        yield "  " + wrapped(value, 4, 2)
    yield "  " + dim(
        wrapped(f"if nothing is said: {item.default}", 4, 2), colored=paint
    )
    yield from _together(item, paint=paint)
    yield ""
    yield bold("CHANGED LATER", colored=paint)
    yield "  " + wrapped(item.change, 2)
    if item.often:
        yield ""
        yield bold("OFTEN SAID, AND WHAT IS SO", colored=paint)
    for pair in item.often:
        yield "  " + wrapped(f"“{pair.said}.”", 4, 2)
        yield "    " + wrapped(pair.so, 4)
    if item.doubts:
        yield ""
        yield bold("WHERE THE PLATFORM'S PAGES DIFFER", colored=paint)
    for doubt in item.doubts:
        yield "  " + wrapped(doubt, 4, 2)
    yield from _surfaces(item, paint=paint)
    yield ""
    yield dim("source: " + wrapped(item.source, 8), colored=paint)


def _together(item: Explained, *, paint: bool) -> Iterator[str]:
    if not item.together:
        return
    yield ""
    yield bold("NEEDS AND EXCLUDES", colored=paint)
    for each in item.together:
        code = f"{each.code}  " if each.code else ""
        text = wrapped(f"{code}{each.says}", 4, 2)
        place = wrapped(each.source, 4) if each.code else ""
        yield "  " + placed(text, place, 4, colored=paint, taken=2)


def _surfaces(item: Explained, *, paint: bool) -> Iterator[str]:
    yield ""
    yield bold("ON EACH SURFACE", colored=paint)
    for each in item.surfaces:
        for number, line in enumerate(each.text.split("\n")):
            label = each.surface if number == 0 else ""
            yield f"  {label:<{_LABEL}}{_folded(line)}"


def _folded(line: str) -> str:
    """Return a line of code, folded where it is too long; its indent stays."""
    if line.startswith(" ") or len(line) + _LABEL + 2 <= width():
        return line
    return wrapped(line, _LABEL + 4, _LABEL + 2)


def listed_text(items: Sequence[Explained], *, colored: bool) -> str:
    """Return all options, a line each."""
    paint = is_colored(to_terminal=colored)
    lines = []
    for group, members in groupby(items, key=lambda item: item.group):
        lines += ["", bold(_GROUPS[group], colored=paint)]
        for item in members:
            name = f"{item.title:<{_NAME}}"
            gap = " " if len(item.title) >= _NAME else ""
            says = wrapped(item.name, _NAME + 2, len(name + gap) + 2)
            lines.append(f"  {name}{gap}{says}")
    lines += ["", "seawall design --explain OPTION tells all of one"]
    return "\n".join(lines[1:])
