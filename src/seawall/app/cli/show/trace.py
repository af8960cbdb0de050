"""A trace as a ladder of hops."""

from collections.abc import Callable, Iterable

from seawall.app.cli.show.words import (
    bold,
    dim,
    is_colored,
    sign,
    verdict_word,
    wrapped,
)
from seawall.engine.path import Partition
from seawall.model.address import AddressRange
from seawall.model.trace import HeaderView, Hop, Reply, Verdict
from seawall.query.ask import Asked
from seawall.query.case import Case
from seawall.query.trace.answer import TraceAnswer, place_text
from seawall.query.trace.other_doors import other_doors
from seawall.query.trace.parts import services_text_of
from seawall.query.trace.resting import resting
from seawall.query.trace.way_back import IN_PRACTICE, mends
from seawall.query.words.access import path_text

LAYER_COLUMN = 4
TEXT_COLUMN = 8
RANGES = 3
TEXT_INDENT = 7
MOST_BLOCKERS = 12
SOME_ADDRESS = "an address that the input does not tell"
_VAST = {4: 2**24, 6: 2**112}
MOST_PARTS = 2
"""So many parts of a question are told of one blocker; JSON has them all."""

REPLIES = {
    Reply.RETURNS: (Verdict.ALLOWED, "the reply returns"),
    Reply.LOST: (Verdict.DENIED, f"the reply is lost: {IN_PRACTICE}"),
    Reply.UNKNOWN: (Verdict.UNKNOWN, "whether the reply returns is not known"),
}


def trace_text(
    case: Case,
    answer: TraceAnswer,
    more: Callable[[bool], Iterable[str]],
    *,
    colored: bool,
    verbose: bool,
) -> str:
    """Return the answer as a person reads it.

    Args:
        case: What was asked.
        answer: Its answer.
        more: Lines about what can be done, for whether to colour them.
        colored: Whether it goes to a terminal.
        verbose: Whether to spell assumptions out.
    """
    paint = is_colored(to_terminal=colored)
    shown = answer.shown
    lines = [
        f"{verdict_word(answer.verdict, colored=paint)}  "
        + wrapped(answer.sentence, 9, 9)
    ]
    if shown.paths:
        lines += ["", bold("PATH", colored=paint) + f"  {path_text(shown.paths)}"]
    if len(answer.pairs) > 1:
        lines += ["", bold("PAIRS", colored=paint), *_pairs(case, answer, paint=paint)]
    lines += _in_parts(shown, paint=paint)
    if shown.forward:
        first = shown.forward[0].before
        head = wrapped(f"THE WAY OF ONE PACKET  {_header(first)}", 2, 0)
        lines += ["", bold(head, colored=paint)]
        lines += [_hop(hop, paint=paint) for hop in shown.forward]
        lines += _seen(answer)
    if answer.verdict is Verdict.ALLOWED and answer.reply in REPLIES:
        verdict, words = REPLIES[answer.reply]
        lines += ["", bold("THE WAY BACK", colored=paint)]
        lines += [_hop(hop, paint=paint) for hop in shown.back]
        lines.append(f"  {sign(verdict, colored=paint)} {words}")
        lines += _mends(answer)
    if answer.blocked:
        lines += ["", bold(f"BLOCKERS ({len(answer.blocked)})", colored=paint)]
        lines += [
            _blocker(case, answer, number, paint=paint)
            for number in range(1, min(len(answer.blocked), MOST_BLOCKERS) + 1)
        ]
        if len(answer.blocked) > MOST_BLOCKERS:
            left = len(answer.blocked) - MOST_BLOCKERS
            lines.append(f"  and {left} more: use -o json")
    others = other_doors(case, answer)
    if others:
        lines += ["", bold("BY ANOTHER DOOR", colored=paint)]
        lines += ["  - " + wrapped(text, 4, 4) for text in others]
    lines += more(paint)
    lines += _assumptions(case, answer, verbose=verbose, paint=paint)
    return "\n".join(lines)


def _mends(answer: TraceAnswer) -> list[str]:
    found = mends(answer.verdict, answer.reply, answer.shown.source)
    return ["    mend: " + wrapped(text, 10, 10) for text in found]


def _pairs(case: Case, answer: TraceAnswer, *, paint: bool) -> list[str]:
    most = 40
    lines = [
        f"  {sign(pair.verdict, colored=paint)} "
        f"{case.end_text(pair.source)} -> {case.end_text(pair.target)}"
        for pair in answer.pairs[:most]
    ]
    if len(answer.pairs) > most:
        lines.append(f"    and {len(answer.pairs) - most} more: use -o json")
    return lines


def _in_parts(shown: Asked, *, paint: bool) -> list[str]:
    """Return what becomes of what was asked, where not all of it fares alike."""
    parts, each = shown.partition, shown.answer.by_address
    lines: list[str] = []
    if sum(map(bool, (parts.allowed, parts.unknown, parts.denied))) > 1:
        lines += ["", bold("OF WHAT WAS ASKED", colored=paint)]
        lines += _partition(parts, paint=paint)
    if each is not None:
        lines += ["", bold("BY THE ADDRESS THAT THE NAME HAS", colored=paint)]
        lines += _partition(each, paint=paint)
    return lines


def _partition(parts: Partition, *, paint: bool) -> list[str]:
    whole = parts.flows
    lines: list[str] = []
    by_verdict = (
        (Verdict.ALLOWED, parts.allowed),
        (Verdict.UNKNOWN, parts.unknown),
        (Verdict.DENIED, parts.denied),
    )
    for verdict, flows in by_verdict:
        lines.extend(
            f"  {sign(verdict, colored=paint)} {verdict.value:<8} "
            + wrapped(text, 13, 13)
            for text in services_text_of(flows, whole)
        )
    return lines


def _hop(hop: Hop, *, paint: bool) -> str:
    place = f"{hop.layer.value}: {hop.at}" if hop.at else hop.layer.value
    head = f"  {sign(hop.verdict, colored=paint)} {bold(place, colored=paint)}"
    lines = [head, " " * TEXT_COLUMN + wrapped(hop.says, TEXT_COLUMN)]
    if hop.rule is not None and hop.rule.origin is not None:
        lines.append(" " * TEXT_COLUMN + dim(str(hop.rule.origin), colored=paint))
    if hop.before != hop.after:
        was = hop.before.source
        source = f"  (source was {was})" if was != hop.after.source else ""
        now = f"now {_header(hop.after)}{source}"
        told = hop.after.source.split(",")[0]
        if told and _is_vast(AddressRange.parse(told)):
            now = f"now {SOME_ADDRESS} in place of {was}"
        lines.append(" " * TEXT_COLUMN + wrapped(now, TEXT_COLUMN))
    return "\n".join(lines)


def _seen(answer: TraceAnswer) -> list[str]:
    """Return which source the far end sees, if that is not the one it was sent with."""
    shown = answer.shown
    sent = shown.forward[0].before.source
    some = ", ".join(str(item) for item in shown.seen[:RANGES])
    if not some or some == sent:
        return []
    others = [str(item) for item in shown.seen if str(item) != sent]
    kept = len(others) < len(shown.seen)
    some = ", ".join(others[:RANGES])
    more = len(others) - RANGES
    some += f" and {more} more ranges" if more > 0 else ""
    says = f"the far end sees {some}, not {sent}"
    if kept:
        says = f"the far end sees {sent}, or {some} in its place"
    if any(map(_is_vast, shown.seen)):
        says = f"the far end sees {SOME_ADDRESS}, not {sent}"
    return ["  = " + wrapped(says, LAYER_COLUMN, LAYER_COLUMN)]


def _is_vast(item: AddressRange) -> bool:
    """Whether a range is all of a private block, or a part of the internet."""
    return item.last - item.first >= _VAST[item.version] - 1


def _blocker(case: Case, answer: TraceAnswer, number: int, *, paint: bool) -> str:
    item = answer.blocked[number - 1]
    hop, flows = item.blocker.hop, item.blocker.flows
    margin = " " * TEXT_INDENT
    text = f"{place_text(hop)}: {hop.says}"
    lines = [f"  {number}. {sign(hop.verdict, colored=paint)} " + wrapped(text, 7, 7)]
    if hop.rule is not None and hop.rule.origin is not None:
        lines.append(margin + dim(str(hop.rule.origin), colored=paint))
    first = item.pairs[0]
    if flows != first.partition.flows:
        parts = services_text_of(flows, first.partition.flows)
        told = "; ".join(parts[:MOST_PARTS])
        more = len(parts) - MOST_PARTS
        told += f"; and {more} more parts" if more > 0 else ""
        lines.append(margin + wrapped(f"of the question: {told}", 7, 7))
    if len(answer.pairs) > 1:
        pair = f"{case.end_text(first.source)} -> {case.end_text(first.target)}"
        more = len(item.pairs) - 1
        told = f"{pair} and {more} more" if more else pair
        lines.append(margin + wrapped(f"between {told}", 7, 7))
    if item.blocker.hides_rest:
        lines.append(margin + "what comes after it is not known until it is mended")
    return "\n".join(lines)


def _header(header: HeaderView) -> str:
    port = f" {header.port}" if header.port else ""
    to = header.destination
    first = to.split(",")[0].rpartition("=")[2]
    if "/" in first and _is_vast(AddressRange.parse(first)):
        to = f"{SOME_ADDRESS},"
    return f"{header.source} -> {to} {header.protocol}{port}"


def _assumptions(
    case: Case, answer: TraceAnswer, *, verbose: bool, paint: bool
) -> list[str]:
    every = (*case.snapshot.assumptions, *answer.assumptions)
    held = resting(answer.pairs, every)
    if not held:
        return []
    lines = ["", bold("TAKEN FOR GRANTED", colored=paint)]
    if verbose:
        lines.extend("  - " + wrapped(item.text, 4, 4) for item in held)
        return lines
    names = ", ".join(item.id for item in held)
    lines.append("  " + wrapped(f"{names} (-v tells what each says)", 2, 2))
    return lines
