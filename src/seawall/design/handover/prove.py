"""Reads what was written as everybody's files are read, and asks the needs of it."""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from seawall.audit.discover import audit
from seawall.audit.finding import Finding, Severity
from seawall.audit.validity.judge import judge as judge_validity
from seawall.design.handover.answer import Files, Proof, Surface
from seawall.design.handover.claim import Claim, Setting
from seawall.design.handover.claims_of_access import admits_itself
from seawall.design.handover.compare import COMPARED, differences
from seawall.design.handover.packets import sample
from seawall.design.handover.reading_back import unlike
from seawall.design.handover.samples import FILE as WORKLOADS
from seawall.design.handover.settings import settled
from seawall.design.options import Choices, Firewall
from seawall.ingest import load
from seawall.model.diagnostic import Assumption, Diagnostic, Level
from seawall.model.snapshot import Snapshot
from seawall.model.trace import Verdict
from seawall.query.case import Case
from seawall.query.egress.answer import surely_required
from seawall.query.intents.answer import judge_all
from seawall.query.intents.verdict import Judged, Standing

INTENTS = "intents.yaml"
_HARMLESS = {
    "microsoft.network/bastionhosts": "who signs in there is decided by identity; its "
    "packets are asked about as those of its subnet",
}
"""Types that readers do not model, and why that leaves nothing open here."""
_NOT_OURS = "the design is not handed over; its author is asked to tell the project"


@dataclass(frozen=True, slots=True)
class Asked:
    """What must be proved.

    Attributes:
        choices: What the cluster must be.
        claims: The intents that are among the files.
        settings: Needs that are settings.
        as_of: The day by which retirements are judged.
    """

    choices: Choices
    claims: tuple[Claim, ...]
    settings: tuple[Setting, ...]
    as_of: date


def prove(
    files: Files, surfaces: Sequence[Surface], asked: Asked
) -> Proof | tuple[Diagnostic, ...]:
    """Return what files prove, or everything that they do not.

    Args:
        files: Texts by their paths; they are written to a folder of their own.
        surfaces: Which of the surfaces are among them.
        asked: What must be proved.
    """
    with tempfile.TemporaryDirectory(prefix="seawall-design-") as folder:
        root = Path(folder)
        for name, text in files.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
        read = {
            surface: load([path for path in _paths(root, surface) if path.exists()])
            for surface in surfaces
        }
        return _inside(f"{root}/", _judged(read, asked))


def _inside(
    root: str, found: Proof | tuple[Diagnostic, ...]
) -> Proof | tuple[Diagnostic, ...]:
    """Return what is told with places in the folder of the design."""
    if isinstance(found, Proof):
        return replace(found, notes=tuple(_short(root, it) for it in found.notes))
    return tuple(_short(root, it) for it in found)


def _short(root: str, item: Diagnostic) -> Diagnostic:
    what, why, mend = (it.replace(root, "") for it in (item.what, item.why, item.mend))
    return replace(item, what=what, why=why, mend=mend)


def _paths(root: Path, surface: Surface) -> tuple[Path, ...]:
    return (
        root / surface.value,
        root / "kubernetes",
        root / "proof" / WORKLOADS,
        root / "proof" / surface.value,
        root / INTENTS,
    )


def _judged(
    read: Mapping[Surface, Snapshot], asked: Asked
) -> Proof | tuple[Diagnostic, ...]:
    faults: list[Diagnostic] = []
    judged: tuple[Judged, ...] = ()
    assumptions: tuple[Assumption, ...] = ()
    packets = 0
    first = next(iter(read.values()))
    for surface, snapshot in read.items():
        faults += _read_faults(surface, snapshot)
        faults += _unlike(surface, snapshot, asked)
        if snapshot is not first:
            faults += _differing(surface, first, snapshot)
        case = Case(snapshot)
        tested = judge_all(case, snapshot.intents, asked.as_of)
        faults += _not_held(surface, tested.judged)
        if snapshot is first:
            judged, assumptions = tested.judged, tested.assumptions
            faults += _invalid(case, asked)
            faults += _blocked(case, asked)
            found = sample(case)
            packets = found.count
            faults += (
                _fault(surface, text, "the definition") for text in found.differing
            )
    if faults:
        return _once(faults)
    compared = COMPARED if len(read) > 1 else ()
    return Proof(
        judged,
        compared,
        settled(asked.settings),
        packets,
        asked.claims,
        assumptions,
        (*_notes(first), *_found(Case(first), asked)),
    )


def _notes(snapshot: Snapshot) -> Iterator[Diagnostic]:
    """Yield what is written, not modelled, and known to change nothing."""
    for kind, why in _HARMLESS.items():
        if any(kind in item.what for item in snapshot.diagnostics):
            name = kind.rpartition("/")[2]
            mend = "ask about its subnet by name"
            yield Diagnostic(Level.NOTE, None, f"`{name}` are not modelled", why, mend)


_FAMILIES = {
    "AKS1": "api-server.access",
    "AKS2": "egress.to",
    "AKS3": "ingress",
    "AKS4": "pods",
    "AKS5": "services",
}
"""The need that findings of a family mostly follow from."""
_OUTSIDE = {
    "AKS307": "it opens to the clients that were stated, and what connects their "
    "networks is not part of the design",
    "AKS503": "nobody under `operators` comes from there",
}
"""Why a rule finds what all that can be asked of a design proves."""


def _found(case: Case, asked: Asked) -> Iterator[Diagnostic]:
    """Yield what the audit says of the files all the same, and what it follows from."""
    told: dict[str, Finding] = {}
    for item in audit(case):
        if item.severity.weight > Severity.INFO.weight:
            told.setdefault(item.rule, item)
    spoken = {path for each in asked.settings for path in each.needs}
    spoken |= {path for each in asked.claims for path in each.needs}
    for rule, item in told.items():
        need = _FAMILIES.get(rule[:4], "")
        stated = any(path.startswith(need) for path in spoken) if need else False
        why = (
            f"it follows from what `{need}` asks for or leaves open"
            if stated
            else "nobody asked that it be otherwise"
        )
        why = _OUTSIDE.get(rule, why)
        text = item.message
        if text.startswith("it "):
            text = f"{item.subject} {text.removeprefix('it ')}"
        what = f"`seawall check` says {rule}, {item.severity.value}: {text}"
        yield Diagnostic(Level.NOTE, None, what, why, item.mend)


def _once(faults: Sequence[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Return faults of several surfaces as one, where they say the same."""
    titles = {surface.title for surface in Surface}
    held: dict[str, tuple[list[str], Diagnostic]] = {}
    for item in faults:
        title, colon, rest = item.what.partition(": ")
        mine = bool(colon) and title in titles
        names, _ = held.setdefault(rest if mine else item.what, ([], item))
        if mine:
            names.append(title)
    return tuple(
        replace(item, what=f"{', '.join(names)}: {text}" if names else text)
        for text, (names, item) in held.items()
    )


def _read_faults(surface: Surface, snapshot: Snapshot) -> Iterator[Diagnostic]:
    for item in snapshot.diagnostics:
        if item.level is not Level.NOTE and not _is_harmless(item):
            yield Diagnostic(
                Level.ERROR,
                None,
                f"{surface.title}: it is read with a remark: {_place(item)}",
                item.why,
                _NOT_OURS,
            )


def _is_harmless(item: Diagnostic) -> bool:
    return any(kind in item.what for kind in _HARMLESS)


def _place(item: Diagnostic) -> str:
    """Return a remark with its place in the folder of the design."""
    if item.origin is None:
        return item.what
    line = f":{item.origin.line}" if item.origin.line else ""
    return f"{item.origin.path}{line}: {item.what}"


def _unlike(surface: Surface, snapshot: Snapshot, asked: Asked) -> Iterator[Diagnostic]:
    for text in unlike(asked.choices, snapshot):
        yield _fault(surface, text, "what was chosen")
    for item in asked.settings:
        found = item.found(snapshot) if item.found is not None else ""
        if found:
            yield _fault(surface, f"{', '.join(item.needs)}: {found}", item.says)


def _differing(
    surface: Surface, first: Snapshot, other: Snapshot
) -> Iterator[Diagnostic]:
    for text in differences(first, other):
        yield _fault(surface, text, "the first surface, which must say the same")


def _not_held(surface: Surface, judged: Sequence[Judged]) -> Iterator[Diagnostic]:
    for item in judged:
        if item.standing is not Standing.HOLDS:
            word = "violated" if item.standing is Standing.VIOLATED else "not known"
            shown = "".join(f"; {it.ends}: {it.says}" for it in item.breaches[:1])
            violated = item.standing is Standing.VIOLATED
            yield Diagnostic(
                Level.ERROR if violated else Level.UNMODELLED,
                None,
                f"{surface.title}: {item.intent.name} is {word}{shown}",
                item.says,
                _NOT_OURS,
            )


def _invalid(case: Case, asked: Asked) -> Iterator[Diagnostic]:
    for item in judge_validity(case, asked.as_of).findings:
        if item.severity.weight >= Severity.MEDIUM.weight:
            yield Diagnostic(
                Level.ERROR, None, f"{item.rule}: {item.message}", item.mend, _NOT_OURS
            )


def _blocked(case: Case, asked: Asked) -> Iterator[Diagnostic]:
    """Yield what the cluster needs and does not surely get.

    What an appliance that stands already lets pass is not known, nor designed; and
    whether a public API server admits the cluster's own address, which Azure gives.
    """
    passes = {Verdict.ALLOWED}
    if asked.choices.firewall is Firewall.EXISTING:
        passes.add(Verdict.UNKNOWN)
    for row in surely_required(case):
        place, service = row.place
        own = admits_itself(asked.choices) and ".hcp." in place
        if row.verdict not in passes and not (own and row.verdict is Verdict.UNKNOWN):
            yield Diagnostic(
                Level.ERROR,
                None,
                f"the cluster needs {place} ({service}), which is {row.verdict.value}",
                "AKS docs, outbound-rules-control-egress: without it nodes do not work",
                _NOT_OURS,
            )


def _fault(surface: Surface, what: str, beside: str) -> Diagnostic:
    return Diagnostic(
        Level.ERROR,
        None,
        f"{surface.title}: {what}",
        f"it was held against {beside}",
        _NOT_OURS,
    )
