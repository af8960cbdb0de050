"""A rehearsal on a terminal: how far packets and proof agree, and where not."""

from collections.abc import Iterable

from seawall.app.cli.show.words import bold, dim, is_colored, sign, wrapped
from seawall.model.trace import Verdict
from seawall.query.rehearsal.answer import (
    Agreement,
    Compared,
    Disagreement,
    Idle,
    Rehearsal,
    ranges_text,
)
from seawall.query.rehearsal.prepare import Layers, Prepared
from seawall.query.rehearsal.words import place_text
from seawall.twin.gaps import Gap, limits
from seawall.twin.line import Written

FEW_RULES = 12
FEW_GAPS = 12
FEW_REASONS = 3
_COLUMN = 15

_LINES = (
    (Agreement.AGREED, Verdict.ALLOWED, "packets did what was proved"),
    (Agreement.DISAGREED, Verdict.DENIED, "packets did something else"),
    (Agreement.NOT_COMPARED, Verdict.UNKNOWN, "the engine does not know either way"),
    (Agreement.NOT_SHOWN, Verdict.UNKNOWN, "the twin lacks something on the way"),
    (Agreement.UNPROVED, Verdict.UNKNOWN, "nothing came back, which proves nothing"),
)


def rehearse_text(
    held: Prepared,
    found: Rehearsal,
    seconds: tuple[float, float],
    *,
    colored: bool,
    verbose: bool,
) -> str:
    """Return what a rehearsal showed.

    Args:
        held: The rehearsal.
        found: What it showed.
        seconds: How long it took to build the twin, and to send all packets.
        colored: Whether it goes to a terminal.
        verbose: Whether to list every rule and gap.
    """
    paint = is_colored(to_terminal=colored)
    lines = [bold("THE TWIN", colored=paint), *_twin(held, found, seconds)]
    lines += ["", bold("AGREEMENT", colored=paint), *_agreement(found, paint=paint)]
    if found.disagreements:
        count = found.count(Agreement.DISAGREED)
        lines += ["", bold(f"DISAGREEMENTS ({count})", colored=paint)]
        for number, item in enumerate(found.disagreements, 1):
            lines += _disagreement(number, item, paint=paint)
        if count > len(found.disagreements):
            lines.append(f"  and {count - len(found.disagreements)} more")
    lines += _rules(found, paint=paint, verbose=verbose)
    lines += _gaps(held, found, paint=paint, verbose=verbose)
    return "\n".join(lines)


def _twin(held: Prepared, found: Rehearsal, seconds: tuple[float, float]) -> list[str]:
    cast = held.cast
    stands = sum(1 + len(stand.others) for stand in cast.pods)
    machines = sum(it.kind == "machine" for it in cast.machines)
    endpoints = len(cast.machines) - machines
    parts = [
        _count(len(cast.pods), "pod") + f" for {_count(stands, 'workload')}",
        _count(len(cast.nodes), "node"),
        *([_count(machines, "machine")] if machines else ()),
        *([_count(endpoints, "private endpoint")] if endpoints else ()),
        _count(len(cast.places), "place") + " outside",
    ]
    what = "every layer" if held.layers is Layers.ALL else "network policies alone"
    engine = held.case.dataplane.engine.value
    return [
        "  " + wrapped(", ".join(parts), 2, 2),
        "  " + wrapped(f"{what}, policies as {engine} enforces them", 2, 2),
        _speed(held, found, seconds),
    ]


def _speed(held: Prepared, found: Rehearsal, seconds: tuple[float, float]) -> str:
    building, sending = seconds
    built = f"{len(held.plan.spaces)} network namespaces, built in {building:.1f} s"
    return f"  {built}; {len(found.compared):,} packets sent in {sending:.1f} s"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _agreement(found: Rehearsal, *, paint: bool) -> list[str]:
    lines = []
    for agreement, mark, says in _LINES:
        count = found.count(agreement)
        if not count and agreement not in (Agreement.AGREED, Agreement.DISAGREED):
            continue
        told = sign(mark, colored=paint) if count else " "
        lines.append(f"  {told} {count:>9,}  {agreement.value:<{_COLUMN}}{says}")
        if agreement is Agreement.AGREED:
            lines.append(" " * 15 + _halves(found))
        if agreement is Agreement.NOT_COMPARED:
            seen = sum(n for _, n in found.unclear)
            few = found.unclear[:FEW_REASONS]
            shown = (f"{n:,} of {seen:,} looked at: {why}" for why, n in few)
            lines += [" " * 15 + wrapped(text, 17, 15) for text in shown]
    return lines


def _halves(found: Rehearsal) -> str:
    agreed = [it for it in found.compared if it.agreement is Agreement.AGREED]
    answered = sum(it.expected.answers for it in agreed)
    return f"{answered:,} were answered, {len(agreed) - answered:,} kept out"


def _disagreement(number: int, item: Disagreement, *, paint: bool) -> list[str]:
    compared = item.compared
    question = compared.question
    head = (
        f"{place_text(question.source)} to {place_text(question.target)}, "
        f"{_service(compared)}: {compared.differs}"
    )
    at = f"{question.source.address} -> {question.target.address}"
    lines = [
        f"  {number}. " + wrapped(head, 5, 5),
        "     " + dim(at, colored=paint),
        "     " + wrapped(_proved(compared), 5, 5),
    ]
    for reason in item.reasons:
        place = dim(f"  {reason.place}", colored=paint) if reason.place else ""
        lines.append("       " + wrapped(reason.says, 9, 7) + place)
    lines.append("     packets: " + _happened(compared))
    if not item.met:
        lines.append("       no rule of the twin matched it")
    for written in item.met:
        place = dim(f"  {written.origin}", colored=paint) if written.origin else ""
        lines.append("       " + wrapped(f"met {written.says}", 9, 7) + place)
    return lines


def _service(item: Compared) -> str:
    question = item.question
    port = f" {question.port}" if question.port else ""
    return f"{question.protocol.name}{port}"


def _proved(item: Compared) -> str:
    seen = ranges_text(item.expected.sources)
    told = f", seen as {seen}" if item.expected.answers and seen else ""
    where = "" if item.expected.of_input else ", for the pods of the twin"
    return f"proved: {item.expected.verdict.value}{told}{where}"


def _happened(item: Compared) -> str:
    outcome = item.outcome
    seen = f", seen as {outcome.seen_source}" if outcome.seen_source else ""
    detail = f" ({outcome.detail})" if outcome.detail else ""
    return f"{outcome.result.value}{seen}{detail}"


def _rules(found: Rehearsal, *, paint: bool, verbose: bool) -> list[str]:
    met = found.rules - len(found.idle)
    head = bold("RULES", colored=paint)
    lines = ["", f"{head}  {met:,} of {found.rules:,} were met by some packet"]
    if found.idle:
        lines.append("  never met:")
        lines += _listed(
            (_idle(item, paint=paint) for item in found.idle),
            None if verbose else FEW_RULES,
        )
    return lines


def _idle(item: Idle, *, paint: bool) -> str:
    place = dim(f"  {item.rule.origin}", colored=paint)
    return wrapped(f"{item.rule.says}: {item.why}", 6, 4) + place


def _written(item: Written, *, paint: bool) -> str:
    place = dim(f"  {item.origin}", colored=paint) if item.origin else ""
    return wrapped(item.says, 6, 4) + place


def _gaps(held: Prepared, found: Rehearsal, *, paint: bool, verbose: bool) -> list[str]:
    lines = ["", bold("WHAT THE TWIN DOES NOT SHOW", colored=paint)]
    whole = held.layers is Layers.ALL
    lines += [
        "  - " + wrapped(f"{item.what}: {item.why}", 4, 4)
        for item in limits(whole=whole)
    ]
    lines += ["  - " + wrapped(f"left out: {text}", 4, 4) for text in found.left_out]
    lines += _listed(
        (_gap(item, paint=paint) for item in found.gaps), None if verbose else FEW_GAPS
    )
    return lines


def _gap(item: Gap, *, paint: bool) -> str:
    place = dim(f"  {item.origin}", colored=paint) if item.origin else ""
    return wrapped(f"{item.what}: {item.why}", 6, 4) + place


def _listed(texts: Iterable[str], most: int | None) -> list[str]:
    found = [f"  - {text}" for text in texts]
    if most is None or len(found) <= most:
        return found
    return [*found[:most], f"    and {len(found) - most} more: use --verbose"]
