"""Judged intents for machines: the document `seawall/test/v1`."""

from seawall.model.intent import Exemption
from seawall.model.snapshot import Snapshot
from seawall.query.document import Json, envelope, origin_json
from seawall.query.intents.verdict import Breach, Judged, Standing, Tested
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
        "back": [hop_json(hop) for hop in breach.back],
    }


def _exemption(exemption: Exemption) -> Json:
    return {
        "reason": exemption.reason,
        "expires": exemption.expires.isoformat() if exemption.expires else None,
        "origin": origin_json(exemption.origin),
    }
