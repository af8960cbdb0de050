"""What findings and intents have in common for the tools that show them."""

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from seawall.audit.controls import Control
from seawall.audit.finding import Finding, Mended, Severity
from seawall.model.origin import Origin
from seawall.model.suppression import Suppression
from seawall.model.trace import Hop
from seawall.query.intents.verdict import Breach, Judged, Standing

VIOLATED = "INTENT"
UNKNOWN = "INTENT-UNKNOWN"


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing that somebody should look at, at one place.

    Attributes:
        code: The rule, or `INTENT` and `INTENT-UNKNOWN`.
        name: In kebab case, what is found.
        severity: How bad.
        subject: What it is about.
        message: One sentence, without a final period.
        mend: One thing to do; may be empty.
        origin: Where the cause stands; None if it has no place.
        hops: The way of a packet that shows it; may be empty.
        further: Places that belong to it, with what stands there.
        controls: The controls of public frameworks that its rule bears on.
        suppressed: Why it is not told of elsewhere; None if it is.
        fix: A change that mends it and was proved; None if none was found.
    """

    code: str
    name: str
    severity: Severity
    subject: str
    message: str
    mend: str
    origin: Origin | None
    hops: tuple[Hop, ...] = ()
    further: tuple[tuple[str, Origin], ...] = ()
    controls: tuple[Control, ...] = ()
    suppressed: Suppression | None = None
    fix: Mended | None = None


def from_here(path: str) -> str:
    """Return a path as whoever stands in the working folder writes it, if it is there.

    Tools take paths from the top of a repository, and a fingerprint must be the same
    on each machine.
    """
    plain = path.replace("\\", "/")
    folder = Path.cwd().as_posix().rstrip("/") + "/"
    return re.sub(r"^(\./)+", "", plain.removeprefix(folder))


def fingerprints(notices: Sequence[Notice]) -> list[str]:
    """Return a name for each that stays when lines move, and that no other has."""
    seen: dict[tuple[str, ...], int] = {}
    out = []
    for item in notices:
        path = from_here(item.origin.path) if item.origin else ""
        parts = (item.code, item.subject, path, _pointer(item.origin))
        number = seen[parts] = seen.get(parts, 0) + 1
        text = "\0".join((*parts, str(number)))
        out.append(hashlib.sha256(text.encode(errors="replace")).hexdigest())
    return out


def of_findings(findings: Iterable[Finding]) -> list[Notice]:
    """Return findings as notices, in their order."""
    return [
        Notice(
            item.rule,
            item.name,
            item.severity,
            item.subject,
            item.message,
            item.mend,
            item.origin,
            item.evidence,
            controls=item.controls,
            fix=item.fix,
        )
        for item in findings
    ]


def of_suppressed(
    suppressed: Iterable[tuple[Finding, Suppression]],
) -> list[Notice]:
    """Return findings that somebody set aside as notices that say why."""
    return [
        replace(notice, suppressed=by)
        for finding, by in suppressed
        for notice in of_findings((finding,))
    ]


def of_intents(judged: Sequence[Judged], *, unknown: bool) -> list[Notice]:
    """Return the intents that do not hold, one notice for each.

    Args:
        judged: The intents.
        unknown: Whether those that are not known to hold are told too.
    """
    found = []
    for each in judged:
        violated = each.standing is Standing.VIOLATED
        if each.standing is Standing.HOLDS or not (violated or unknown):
            continue
        first = each.breaches[0] if each.breaches else None
        further = [
            (_text(breach), breach.origin) for breach in each.breaches if breach.origin
        ]
        found.append(
            Notice(
                VIOLATED if violated else UNKNOWN,
                "intent-violated" if violated else "intent-not-known",
                Severity.HIGH if violated else Severity.MEDIUM,
                each.intent.name,
                _message(each, first),
                each.mend,
                each.intent.origin,
                (*first.hops, *first.back) if first else (),
                tuple(further),
            )
        )
    return found


def _message(judged: Judged, first: Breach | None) -> str:
    word = (
        "is violated"
        if judged.standing is Standing.VIOLATED
        else "is not known to hold"
    )
    head = f"`{judged.intent.name}` {word}"
    if first is None:
        return f"{head}: {judged.says}"
    more = judged.count - 1
    others = (
        f" (and {'at least ' if judged.is_more else ''}{more} more)" if more else ""
    )
    packet = f"; a packet: {first.packet}" if first.packet else ""
    return f"{head}: {_text(first)}{packet}{others}"


def _text(breach: Breach) -> str:
    services = f" by {breach.services}" if breach.services else ""
    return f"{breach.ends}{services}: {breach.says}"


def _pointer(origin: Origin | None) -> str:
    """Return the names on the way to a value; positions in lists move, so they go."""
    keys = origin.pointer if origin else ()
    return "/".join(str(key) for key in keys if isinstance(key, str))
