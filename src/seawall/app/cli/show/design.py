"""A design as a person reads it: decisions, what was written, what is proved."""

from collections.abc import Iterable, Sequence

import click

from seawall.app.cli.show.words import bold, dim, is_colored, is_plain, placed, wrapped
from seawall.design.choose.answer import (
    Change,
    Conflict,
    Decided,
    Needed,
    Reason,
    Rejected,
)
from seawall.design.handover import Edited, HandedOver, NotProved
from seawall.design.options import Choices, Option
from seawall.design.requirements.needs import Requirements
from seawall.design.told import TITLES
from seawall.model.diagnostic import Diagnostic
from seawall.query.intents.verdict import Judged, Standing

_TITLE = 19
_LABEL = 9
_TEXT = 2 + _LABEL
_OBVIOUS = "the requirements"
"""The source of rules that only say what nobody asked for."""
_MORE = "why not another option, and every source: --verbose"


def design_text(
    needs: Requirements,
    decided: Decided,
    outcome: HandedOver | NotProved | Edited,
    *,
    colored: bool,
    verbose: bool,
    dry: bool,
) -> str:
    """Return a design: decisions, what became of the files, and what to do next.

    Args:
        needs: What was needed.
        decided: What was chosen.
        outcome: What became of it.
        colored: Whether it goes to a terminal.
        verbose: Whether to show every source and what is often said otherwise.
        dry: Whether the files were made to prove them, and are gone again.
    """
    paint = is_colored(to_terminal=colored)
    parts = [_decisions(needs, decided, paint=paint, verbose=verbose)]
    if isinstance(outcome, HandedOver):
        parts.append(_handed_over(outcome, needs, paint=paint, dry=dry))
        parts.append(_next(outcome, needs, paint=paint, dry=dry))
    elif isinstance(outcome, Edited):
        parts.append(_edited(outcome, paint=paint))
    else:
        parts.append(_not_proved(outcome, paint=paint))
    return "\n\n".join(parts)


def _decisions(
    needs: Requirements, decided: Decided, *, paint: bool, verbose: bool
) -> str:
    head = f"{needs.name}  {needs.region}"
    if needs.preset:
        head += f"  preset {needs.preset}"
    lines = [bold(head, colored=paint), "", bold("DECISIONS", colored=paint)]
    for reason in decided.reasons:
        lines += _reason(needs, reason, paint=paint, verbose=verbose)
    if not verbose:
        lines += ["", dim(_MORE, colored=paint)]
    return "\n".join(lines)


def _reason(
    needs: Requirements, reason: Reason, *, paint: bool, verbose: bool
) -> list[str]:
    title = TITLES.get(reason.decision, reason.decision)
    option = bold(reason.option.value, colored=paint)
    lines = [f"{title:<{_TITLE}} {option}"]
    if reason.because or reason.source != _OBVIOUS or verbose:
        where = _places(needs, reason.because)
        lines += _said("because", reason.why, where, paint=paint)
    if verbose:
        lines += _said("source", reason.source, (), paint=paint)
    for options, why, source in _grouped(reason.rejected) if verbose else ():
        lines += _said("not", f"{options}: {why}", (), paint=paint)
        if source:
            lines += _said("", source, (), paint=paint)
    for later in reason.later:
        if not verbose and later.change is Change.IN_PLACE:
            continue
        until = f" on {later.day}" if later.day else ""
        text = f"{later.change.value}{until}: {later.says}"
        lines += _said("later", text, (), paint=paint)
        if verbose:
            lines += _said("", later.source, (), paint=paint)
    if verbose:
        for item in reason.folklore:
            text = f"{item.said}; the documentation: {item.documented}"
            lines += _said("often", f"said: {text}", (), paint=paint)
            lines += _said("", item.source, (), paint=paint)
    return lines


def _places(needs: Requirements, paths: Iterable[str]) -> tuple[str, ...]:
    found = (str(needs.stated[path]) for path in paths if path in needs.stated)
    return tuple(dict.fromkeys(found))


def _said(label: str, text: str, places: Sequence[str], *, paint: bool) -> list[str]:
    head = "  " + dim(f"{label:<{_LABEL}}", colored=paint)
    if not text:
        return []
    body = wrapped(text, _TEXT)
    where = wrapped(_listed(places), _TEXT)
    return [head + placed(body, where, _TEXT, colored=paint, taken=_TEXT)]


def _listed(places: Sequence[str]) -> str:
    """Return places of one file with its name once: `needs.yaml:4, :9`."""
    out: list[str] = []
    last = ""
    for place in places:
        path, _, line = place.rpartition(":")
        out.append(f":{line}" if path and path == last else place)
        last = path
    return ", ".join(out)


def _grouped(items: Sequence[Rejected]) -> list[tuple[str, str, str]]:
    """Return options that are rejected for the same reason together."""
    found: dict[tuple[str, str], list[str]] = {}
    for item in items:
        found.setdefault((item.why, item.source), []).append(item.option.value)
    return [
        (", ".join(options), why, source) for (why, source), options in found.items()
    ]


def _handed_over(
    outcome: HandedOver, needs: Requirements, *, paint: bool, dry: bool
) -> str:
    title = "MADE AND PROVED, NOT WRITTEN" if dry else "WRITTEN"
    lines = [bold(title, colored=paint)]
    folder = outcome.folder.name if dry else outcome.folder.as_posix()
    lines += _files(outcome.files, f"{folder}/")
    if outcome.lost:
        lines += ["", bold("EDITS THAT ARE GONE", colored=paint), outcome.lost.rstrip()]
    lines += ["", bold("PROVED BY THE FILES", colored=paint)]
    lines += _proof(outcome, needs, paint=paint)
    return "\n".join(lines)


def _files(files: Sequence[str], head: str) -> list[str]:
    return [f"  {head}", *(f"    {name}" for name in files)]


def _proof(outcome: HandedOver, needs: Requirements, *, paint: bool) -> list[str]:
    proof = outcome.proof
    lines = []
    for judged in proof.judged:
        mark = _mark(judged, paint=paint)
        lines.append(f"  {mark} " + wrapped(judged.intent.name, 4))
    read = [item.says for item in proof.settings if item.is_read]
    if proof.compared:
        read.append(f"equal in all surfaces: {'; '.join(proof.compared)}")
    lines += [f"  {_tick(paint=paint)} " + wrapped(text, 4) for text in read]
    holds = sum(each.standing is Standing.HOLDS for each in proof.judged)
    count = len(proof.judged)
    lines.append(
        "  "
        + wrapped(
            f"{holds} of {count} intents hold over all packets; {proof.packets} "
            "packets were decided one by one, alike",
            2,
        )
    )
    told = [
        item.says
        for item in proof.settings
        if not item.is_read and any(map(needs.states, item.needs))
    ]
    if told:
        lines += ["", bold("TOLD, NOT PROVED", colored=paint)]
        lines += ["  - " + wrapped(text, 4) for text in told]
    found = [f"{item.what}; {item.why}" for item in proof.notes if _is_finding(item)]
    if found:
        lines += ["", bold("FOUND ALL THE SAME", colored=paint)]
        lines += ["  - " + wrapped(text, 4) for text in found]
    return lines


def _is_finding(item: Diagnostic) -> bool:
    return item.what.startswith("`seawall check`")


def _mark(judged: Judged, *, paint: bool) -> str:
    if judged.standing is Standing.HOLDS:
        return _tick(paint=paint)
    return click.style("?", fg="yellow", bold=True) if paint else "?"


def _tick(*, paint: bool) -> str:
    mark = "+" if is_plain() else "✓"
    return click.style(mark, fg="green", bold=True) if paint else mark


def _not_proved(outcome: NotProved, *, paint: bool) -> str:
    count = len(outcome.faults)
    what = "1 thing is" if count == 1 else f"{count} things are"
    head = bold(f"NOT HANDED OVER: {what} not proved by the files", colored=paint)
    return f"{head}\n  nothing was written"


def _next(outcome: HandedOver, needs: Requirements, *, paint: bool, dry: bool) -> str:
    if dry:
        place = needs.stated.get("name")
        path = place.path if place is not None else "…"
        lines = [f"write them: seawall design {path} --out {needs.name}"]
    else:
        page = (outcome.folder / "README.md").as_posix()
        lines = [f"read {page}: what to deploy, how to prove it again, the way back"]
    lines.append("change a line of the requirements, and design again")
    head = bold("NEXT", colored=paint)
    return "\n".join([head, *("  " + wrapped(line, 4, 2) for line in lines)])


def _edited(outcome: Edited, *, paint: bool) -> str:
    count = len(outcome.files)
    what = "1 file was edited" if count == 1 else f"{count} files were edited"
    return "\n".join(
        (
            bold(f"NOT WRITTEN: {what} since", colored=paint),
            *(f"  {name}" for name in outcome.files),
            "",
            outcome.difference.rstrip(),
            "",
            "mend: keep the edits as requirements, or write over them with --force",
        )
    )


def conflict_text(conflict: Conflict, *, colored: bool) -> str:
    """Return the lines that cannot hold together, why, and the nearest that can."""
    paint = is_colored(to_terminal=colored)
    lines = [bold("CANNOT HOLD TOGETHER", colored=paint)]
    for item in conflict.needs:
        lines += _needed(item, paint=paint)
    if conflict.rules:
        lines += ["", bold("BY THESE RULES", colored=paint)]
    for rule in conflict.rules:
        text = wrapped(f"{rule.code}  {rule.says}", 11, 2)
        lines.append(
            "  " + placed(text, wrapped(rule.source, 11), 11, colored=paint, taken=2)
        )
    lines += ["", bold("THE NEAREST THAT CAN", colored=paint)]
    for item in conflict.nearest.give_up:
        text = wrapped(f"give up that {item.says}", 4, 2)
        lines.append("  " + placed(text, item.origin, 4, colored=paint, taken=2))
    lines.append("  then: " + wrapped(_choices(conflict.nearest.choices), 8))
    lines.append(
        "  "
        + wrapped("mend: change or take out one of these lines, and design again", 4, 2)
    )
    return "\n".join(lines)


def _choices(choices: Choices) -> str:
    """Return each decision and its option in a line."""
    said = (
        f"{title}: {getattr(choices, name).value}"
        for name, title in TITLES.items()
        if isinstance(getattr(choices, name), Option)
    )
    return "; ".join(said)


def _needed(item: Needed, *, paint: bool) -> list[str]:
    says = wrapped(f"{item.says}", 4, 2)
    lines = ["  " + placed(says, item.origin, 4, colored=paint, taken=2)]
    sources = [*item.sources, *[""] * len(item.asks)]
    for ask, source in zip(item.asks, sources, strict=False):
        text = wrapped(f"so {ask}", 7, 4)
        lines.append(
            "    " + placed(text, wrapped(source, 7), 7, colored=paint, taken=4)
        )
    return lines
