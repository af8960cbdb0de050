"""Intents about the ways out of a cluster, and about its API server."""

from datetime import date

from seawall.engine.path import ArrivalKind
from seawall.flowspace import FlowSet
from seawall.model.end import ApiServerEnd, End, InternetEnd
from seawall.model.intent import Intent, Written
from seawall.query.ask import answered
from seawall.query.case import Case
from seawall.query.intents.crossing import Asking
from seawall.query.intents.exempt import exempting
from seawall.query.intents.forbid import against, judged
from seawall.query.intents.pair import Crossing
from seawall.query.intents.party import NotJudged, senders
from seawall.query.intents.straight import straight
from seawall.query.intents.verdict import Judged


def judge_firewall_only(asking: Asking, intent: Intent, day: date) -> Judged:
    """Judge whether everything for the internet passes an Azure Firewall.

    Complexity: a walk for each source.

    Raises:
        NotJudged: It names something that the input does not hold.
    """
    case = asking.case
    sources = senders(case, intent.sources)
    except_, lapsed = exempting(case, intent, (), day)
    if sources.is_anyone:
        raise NotJudged(
            intent.sources[0],
            "`anyone` holds others than the cluster's pods",
            "write `pods`, or name workloads",
        )
    _needs_cluster(case, intent)
    ways = (
        found
        for end in sources.ends
        for found in (_past(case, end), *straight(case, end))
    )
    found = against(except_, ways)
    return judged(case, intent, except_, lapsed, found, len(sources.ends))


def _past(case: Case, source: End) -> Crossing:
    """Return what a source sends to the internet and no firewall sees."""
    answer = answered(case, source, InternetEnd(), FlowSet.everything())
    ways = [way for way in answer.branches if not way.firewalls]
    out = [
        way
        for way in ways
        if way.arrival is None or way.arrival.kind is ArrivalKind.INTERNET
    ]
    allowed = FlowSet.union_of(
        way.verdicts().allowed for way in out if way.arrival is not None
    )
    perhaps = FlowSet.union_of(
        way.verdicts().allowed | way.verdicts().unknown for way in out
    )
    allowed &= answer.allowed
    unknown = (perhaps & (answer.allowed | answer.unknown)) - allowed
    return Crossing(source, InternetEnd(), allowed, unknown)


def judge_control_plane(asking: Asking, intent: Intent, day: date) -> Judged:
    """Judge whether nothing from the internet arrives at the API server.

    Raises:
        NotJudged: The input holds no cluster.
    """
    case = asking.case
    _needs_cluster(case, intent)
    except_, lapsed = exempting(case, intent, (), day)
    source, target = InternetEnd(), ApiServerEnd()
    parts = answered(case, source, target, FlowSet.everything()).partition
    crossing = Crossing(source, target, parts.allowed, parts.unknown)
    found = against(except_, (crossing,))
    return judged(case, intent, except_, lapsed, found, 1)


def _needs_cluster(case: Case, intent: Intent) -> None:
    if case.cluster is None:
        raise NotJudged(
            Written(intent.name, intent.origin),
            "no cluster is in the input",
            "give `az aks show -o json`, a template or a plan that holds it",
        )
