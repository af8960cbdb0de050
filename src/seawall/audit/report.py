"""The document of `check`: the overview and the findings together."""

from collections.abc import Iterable, Sequence

from seawall.audit.controls import Control
from seawall.audit.finding import Finding
from seawall.audit.suppress import Aside
from seawall.audit.validity.judge import Judgement
from seawall.query.case import Case
from seawall.query.control_plane.api_server import Entrance
from seawall.query.control_plane.document import control_plane_json
from seawall.query.document import Json, envelope, origin_json
from seawall.query.doors import DoorAnswer
from seawall.query.fix.document import mended_json
from seawall.query.intents.document import judged_json
from seawall.query.intents.verdict import Tested
from seawall.query.overview import Fact, Overview, PairShare
from seawall.query.platform_paths import PlatformPath
from seawall.query.services import services_of
from seawall.query.side_doors.document import passage_json, standing_json
from seawall.query.trace.answer import hop_json
from seawall.query.trace.way_back import in_practice, mends
from seawall.query.ways_in import assumptions
from seawall.query.ways_in_json import arrival_json
from seawall.query.ways_out import WayOut

SCHEMA = "seawall/check/v1"


def document(
    case: Case,
    overview: Overview,
    findings: Sequence[Finding],
    validity: Judgement,
    tested: Tested,
    aside: Aside,
) -> Json:
    """Return the document `seawall/check/v1`."""
    made = (*case.assumptions, *assumptions(overview.ways_in), *tested.assumptions)
    return envelope(SCHEMA, case.snapshot, made) | {
        "overview": overview_json(overview),
        "findings": [finding_json(finding) for finding in findings],
        "suppressed": [
            {
                **finding_json(finding),
                "reason": by.reason,
                "expires": by.expires.isoformat() if by.expires else None,
                "suppressedAt": origin_json(by.origin),
            }
            for finding, by in aside.suppressed
        ],
        "baseline": {"known": aside.known, "gone": aside.gone},
        "intents": [judged_json(item) for item in tested.judged],
        "validity": {
            "asOf": validity.day.isoformat(),
            "asked": validity.asked,
            "findings": [finding_json(finding) for finding in validity.findings],
            "open": [
                {
                    "rule": item.code,
                    "cluster": item.cluster,
                    "missing": list(item.missing),
                }
                for item in validity.open
            ],
        },
    }


def finding_json(finding: Finding) -> Json:
    """Return one finding as the contract has it."""
    return {
        "rule": finding.rule,
        "name": finding.name,
        "severity": finding.severity.value,
        "confidence": finding.confidence.value,
        "subject": finding.subject,
        "message": finding.message,
        "origin": origin_json(finding.origin),
        "evidence": [hop_json(hop) for hop in finding.evidence],
        "fix": finding.mend,
        "fixes": (
            [mended_json(finding.fix.changes, finding.fix.closes)]
            if finding.fix
            else []
        ),
        "controls": controls_json(finding.controls),
    }


def controls_json(controls: Iterable[Control]) -> list[Json]:
    """Return controls of public frameworks as the contract has them."""
    return [
        {"framework": each.framework.title, "id": each.id, "title": each.title}
        for each in controls
    ]


def overview_json(overview: Overview) -> Json:
    """Return the overview as the contract has it."""
    return {
        "cluster": overview.cluster,
        "settings": [_fact(fact) for fact in overview.facts],
        "settingCounts": {
            state.value: number for state, number in overview.known.items()
        },
        "apiServer": [_entrance(entrance) for entrance in overview.api_server],
        "doors": [_door(door) for door in overview.doors],
        "waysIn": [arrival_json(item) for item in overview.ways_in],
        "waysOut": [_way_out(way) for way in overview.ways_out],
        "podPairs": _share(overview.share),
        "platform": [_platform(path) for path in overview.platform],
        "inert": list(overview.inert),
        "unknown": list(overview.unknown),
        "controlPlane": (
            control_plane_json(overview.control_plane)
            if overview.control_plane
            else None
        ),
        "podAddresses": [
            {
                "from": item.source,
                "workloads": list(item.workloads),
                "verdict": item.verdict.value,
                "reason": item.reason,
            }
            for item in overview.flat_pods
        ],
        "sideDoors": [
            *map(passage_json, overview.side_doors),
            *map(standing_json, overview.standing_doors),
        ],
    }


def _fact(fact: Fact) -> Json:
    return {
        "name": fact.name,
        "value": fact.value,
        "how": fact.how,
        "origin": origin_json(fact.origin),
    }


def _door(door: DoorAnswer) -> Json:
    return {
        "door": door.name,
        "from": door.source,
        "to": door.target,
        "services": [
            {"protocol": protocol, "ports": ports}
            for protocol, ports in services_of(door.flows)
        ],
        "verdict": door.verdict.value,
        "reply": door.reply.value,
        "inPractice": in_practice(door.verdict, door.reply).value,
        "mends": list(mends(door.verdict, door.reply, door.source)),
        "origin": origin_json(door.origin),
    }


def _way_out(way: WayOut) -> Json:
    return {
        "workloads": list(way.workloads),
        "destinations": way.destinations,
        "through": way.through,
        "verdict": way.verdict.value,
    }


def _share(share: PairShare) -> Json:
    return {
        "pairs": share.pairs,
        "open": share.open,
        "openWithoutTcp": share.open_without_tcp,
        "openPerhapsTcp": share.open_perhaps_tcp,
        "closed": share.closed,
        "unknown": share.unknown,
        "workloads": share.workloads,
        "notIsolatedForIngress": list(share.open_ingress),
        "notIsolatedForEgress": list(share.open_egress),
    }


def _platform(path: PlatformPath) -> Json:
    return {
        "name": path.name,
        "resource": path.resource,
        "kind": path.kind,
        "path": path.path,
        "access": path.access.value,
        "pools": list(path.pools),
        "verdict": path.verdict.value,
        "reason": path.reason,
        "origin": origin_json(path.origin),
    }


def _entrance(entrance: Entrance) -> Json:
    return {
        "from": entrance.who,
        "verdict": entrance.verdict.value,
        "reply": entrance.reply.value,
        "inPractice": in_practice(entrance.verdict, entrance.reply).value,
        "reason": entrance.reason,
        "origin": origin_json(entrance.origin),
    }
