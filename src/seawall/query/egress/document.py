"""The JSON document of what a cluster must reach, `seawall/egress/v1`."""

from datetime import date

from seawall.model.snapshot import Snapshot
from seawall.model.trace import Hop, Verdict
from seawall.query.document import Json, envelope, origin_json
from seawall.query.egress.answer import EgressAnswer, Row, places
from seawall.query.egress.beyond import Excess
from seawall.query.egress.catalogue import Requirement
from seawall.query.egress.later import Ended, Later
from seawall.query.trace.answer import hop_json

SCHEMA = "seawall/egress/v1"


def egress_json(
    snapshot: Snapshot, answer: EgressAnswer, then: Later | None = None
) -> Json:
    """Return the document of an answer, and of what changes later if that is asked."""
    cluster = answer.cluster
    return {
        **envelope(SCHEMA, snapshot, answer.assumptions),
        "cluster": {
            "name": cluster.name,
            "cloud": answer.facts.cloud().value,
            "region": cluster.region or None,
            "topology": answer.facts.of_cluster("topology").value,
            "outboundType": cluster.outbound.value and cluster.outbound.value.value,
            "kubernetesVersion": cluster.kubernetes_version.value,
            "networkIsolated": answer.facts.of_cluster("isolated").value,
        },
        "catalogue": {"asOf": answer.listed.as_of.isoformat()},
        "day": answer.day.isoformat(),
        "summary": {
            "allowed": places(answer.having(Verdict.ALLOWED)),
            "blocked": places(answer.having(Verdict.DENIED)),
            "unknown": places(answer.having(Verdict.UNKNOWN)),
            "mayBeRequired": places(answer.perhaps),
        },
        "requirements": [_row(row) for row in answer.rows],
        "beyond": [_excess(item) for item in answer.excess],
        "changes": None if then is None else _later(then),
    }


def _later(then: Later) -> Json:
    return {
        "day": then.day.isoformat(),
        "kubernetes": then.kubernetes or None,
        "neededThen": [_row(row) for row in then.added],
        "notNeededThen": [_row(row) for row in then.removed],
        "perhapsNotNeededThen": [_row(row) for row in then.unsettled],
        "ended": [_ended(item) for item in then.ended],
    }


def _ended(item: Ended) -> Json:
    ends = item.retirement
    return {
        "id": ends.id,
        "what": ends.what,
        "day": ends.day.isoformat(),
        "notFromKubernetes": ".".join(map(str, ends.kubernetes or ())) or None,
        "effect": ends.effect,
        "mend": ends.mend,
        "pools": list(item.pools),
        "used": "maybe" if item.missing else "yes",
        "missing": list(item.missing),
        "source": ends.source,
    }


def _row(row: Row) -> Json:
    let_by = row.passage.let_by
    return {
        **_requirement(row.requirement),
        "destination": row.destination.text,
        "needed": "maybe" if row.missing else "yes",
        "missing": list(row.missing),
        "from": list(row.senders),
        "verdict": row.verdict.value,
        "says": row.passage.says or None,
        "allowedBy": None if let_by is None else _rule(let_by),
        "blockers": [hop_json(hop) for hop in row.passage.blockers],
    }


def _excess(item: Excess) -> Json:
    return {
        "extent": item.extent.name.lower().replace("_", "-"),
        "destination": item.text,
        "services": item.services or None,
        "from": list(item.senders),
        "verdict": item.verdict.value,
        "allowedBy": None if item.let_by is None else _rule(item.let_by),
        "why": list(item.why),
    }


def _requirement(item: Requirement) -> Json:
    return {
        "id": item.id,
        "feature": item.feature,
        "importance": item.importance.value,
        "protocol": item.service.split()[0],
        "ports": item.service.split()[1],
        "why": item.why,
        "without": item.breaks,
        "source": item.source,
        "neededFrom": _day(item.start),
        "neededUntil": _day(item.stop),
    }


def _rule(hop: Hop) -> Json:
    return {
        "layer": hop.layer.value,
        "at": hop.at,
        "rule": hop.rule.name if hop.rule else None,
        "origin": origin_json(hop.rule.origin if hop.rule else None),
    }


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
