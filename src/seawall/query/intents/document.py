"""Judged intents for machines: the document `seawall/test/v1`, and JUnit XML."""

from xml.sax.saxutils import escape, quoteattr

from seawall.model.intent import Exemption
from seawall.model.snapshot import Snapshot
from seawall.query.document import Json, envelope, origin_json
from seawall.query.intents.answer import Tested
from seawall.query.intents.verdict import Breach, Judged, Standing
from seawall.query.trace.answer import hop_json

SCHEMA = "seawall/test/v1"


def tested_json(snapshot: Snapshot, tested: Tested) -> Json:
    """Return the document of all intents."""
    return {
        **envelope(SCHEMA, snapshot, tested.assumptions),
        "day": tested.day.isoformat(),
        "summary": {each.value: tested.count(each) for each in Standing},
        "intents": [judged_json(each) for each in tested.judged],
    }


def judged_json(judged: Judged) -> Json:
    """Return one intent and what became of it."""
    intent = judged.intent
    return {
        "name": intent.name,
        "demand": intent.demand.value,
        "from": [item.text for item in intent.sources],
        "to": [item.text for item in intent.destinations],
        "ports": [item.text for item in intent.ports],
        "because": intent.because or None,
        "origin": origin_json(intent.origin),
        "verdict": judged.standing.value,
        "says": judged.says,
        "mend": judged.mend or None,
        "count": judged.count,
        "countIsLowerBound": judged.is_more,
        "against": [_breach(each) for each in judged.breaches],
        "lapsedExceptions": [_exemption(each) for each in judged.lapsed],
        "idleExceptions": [_exemption(each) for each in judged.idle],
    }


def _breach(breach: Breach) -> Json:
    return {
        "verdict": breach.standing.value,
        "from": breach.source,
        "to": breach.target,
        "services": breach.services,
        "says": breach.says,
        "origin": origin_json(breach.origin),
        "packet": breach.packet or None,
        "forward": [hop_json(hop) for hop in breach.hops],
    }


def _exemption(exemption: Exemption) -> Json:
    return {
        "reason": exemption.reason,
        "expires": exemption.expires.isoformat() if exemption.expires else None,
        "origin": origin_json(exemption.origin),
    }


def junit(tested: Tested, *, unknown_fails: bool) -> str:
    """Return all intents as JUnit XML, one test case each.

    An intent that is not known to hold is an error if *unknown_fails*, else skipped.

    Source: the form that CI systems read: `testsuite`, `testcase`, `failure`, `error`,
    `skipped`.
    """
    violated = tested.count(Standing.VIOLATED)
    unknown = tested.count(Standing.UNKNOWN)
    counts = f'tests="{len(tested.judged)}" failures="{violated}"'
    errors, skipped = (unknown, 0) if unknown_fails else (0, unknown)
    counts += f' errors="{errors}" skipped="{skipped}"'
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<testsuites {counts}><testsuite name="seawall" {counts}>',
    ]
    for judged in tested.judged:
        origin = judged.intent.origin
        place = f'file={_attribute(origin.path)} line="{origin.line or 1}"'
        name = f"name={_attribute(judged.intent.name)}"
        case = f'<testcase classname="intents" {name} {place}'
        if judged.standing is Standing.HOLDS:
            lines.append(f"{case}/>")
            continue
        text = escape(_plain("\n".join(_lines(judged))))
        says = f"message={_attribute(judged.says)}"
        word = "failure"
        if judged.standing is Standing.UNKNOWN:
            word = "error" if unknown_fails else "skipped"
        lines.append(f"{case}><{word} {says}>{text}</{word}></testcase>")
    lines.append("</testsuite></testsuites>")
    return "\n".join(lines)


def _attribute(text: str) -> str:
    return quoteattr(_plain(text))


def _plain(text: str) -> str:
    """Return a text without characters that XML 1.0 does not take."""
    return "".join(c if c >= " " or c in "\t\n\r" else "\ufffd" for c in text)


def _lines(judged: Judged) -> list[str]:
    lines = []
    for each in judged.breaches:
        place = f" ({each.origin})" if each.origin else ""
        packet = f"\n    packet: {each.packet}" if each.packet else ""
        ends = f"{each.source} -> {each.target}" if each.source else each.target
        services = f": {each.services}" if each.services else ""
        lines.append(f"{ends}{services}\n    {each.says}{place}{packet}")
    return lines or [judged.says]
