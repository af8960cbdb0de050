"""The document `seawall/rehearse/v1`."""

from seawall.query.document import Json, envelope, origin_json
from seawall.query.rehearsal.answer import (
    Agreement,
    Compared,
    Disagreement,
    Rehearsal,
    ranges_text,
)
from seawall.query.rehearsal.prepare import Layers, Prepared
from seawall.query.rehearsal.words import place_text
from seawall.twin.gaps import Gap, limits
from seawall.twin.line import Written

SCHEMA = "seawall/rehearse/v1"


def rehearse_json(held: Prepared, found: Rehearsal) -> Json:
    """Return what a rehearsal showed as a document."""
    out = envelope(SCHEMA, held.case.snapshot, held.case.assumptions)
    cast = held.cast
    whole = held.layers is Layers.ALL
    return out | {
        "engine": held.case.dataplane.engine.value,
        "layers": held.layers.value,
        "twin": {
            "spaces": len(held.plan.spaces),
            "pods": [
                {
                    "name": stand.name,
                    "address": str(stand.address),
                    "node": stand.node.name,
                    "standsFor": [stand.workload.label, *stand.others],
                }
                for stand in cast.pods
            ],
            "nodes": [
                {"name": stand.name, "address": str(stand.address)}
                for stand in cast.nodes
            ],
            "machines": [
                {"name": stand.name, "address": str(stand.address)}
                for stand in cast.machines
            ],
            "places": [
                {"address": str(it.address), "standsFor": str(it.stands_for)}
                for it in cast.places
            ],
        },
        "packets": {
            "sent": len(found.compared),
            **{_key(item): found.count(item) for item in Agreement},
        },
        "unclear": [{"why": why, "packets": n} for why, n in found.unclear],
        "disagreements": [_disagreement(item) for item in found.disagreements],
        "rules": {
            "compiled": found.rules,
            "neverMet": [_written(it.rule) | {"why": it.why} for it in found.idle],
        },
        "gaps": [_gap(item) for item in (*limits(whole=whole), *found.gaps)],
        "leftOut": list(found.left_out),
    }


def _key(item: Agreement) -> str:
    first, *rest = item.value.split()
    return first + "".join(word.capitalize() for word in rest)


def _disagreement(item: Disagreement) -> Json:
    return {
        **_packet(item.compared),
        "differs": item.compared.differs,
        "proved": [
            {"says": it.says, "rule": it.rule, "place": it.place} for it in item.reasons
        ],
        "met": [_written(it) for it in item.met],
    }


def _packet(item: Compared) -> Json:
    question, outcome = item.question, item.outcome
    return {
        "from": place_text(question.source),
        "to": place_text(question.target),
        "source": str(question.source.address),
        "destination": str(question.target.address),
        "protocol": question.protocol.name,
        "port": question.port,
        "expected": {
            "verdict": item.expected.verdict.value,
            "answer": item.expected.answers,
            "ofInput": item.expected.of_input,
            "seenAs": ranges_text(item.expected.sources),
        },
        "outcome": {
            "result": outcome.result.value,
            "seenAs": outcome.seen_source,
            "detail": outcome.detail,
        },
    }


def _written(item: Written) -> Json:
    return {"rule": item.says, "origin": origin_json(item.origin)}


def _gap(item: Gap) -> Json:
    return {
        "id": item.id,
        "what": item.what,
        "why": item.why,
        "origin": origin_json(item.origin),
    }
