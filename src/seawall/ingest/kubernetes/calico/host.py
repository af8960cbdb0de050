"""HostEndpoints and Profiles: what they may decide, which is not modelled.

What they take away from pods at most becomes rules that may deny, so that a verdict
which they might change is unknown, and a denial that stands without them stays one.
"""

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from seawall.ingest.kubernetes.calico.context import DoubtfulSet
from seawall.ingest.kubernetes.calico.sets import read_addresses, read_own_labels
from seawall.ingest.kubernetes.calico.text import Found
from seawall.ingest.kubernetes.language import Placed
from seawall.ingest.kubernetes.terms.record import Record, sequence
from seawall.model.dataplane import Language
from seawall.model.diagnostic import Diagnostic, Level
from seawall.model.ends import (
    ANYTHING,
    EVERYONE,
    Comparison,
    Ends,
    Facet,
    Labels,
    LabelTest,
    Nodes,
)
from seawall.model.origin import Origin
from seawall.model.policy import Direction
from seawall.model.ranked import Action, NetworkSet, RankedPolicy, RankedRule, Tier

_BOTH = frozenset(Direction)
_BEFORE_ALL = Tier(-math.inf, "host endpoints")
_AFTER_ALL = Tier(math.inf, "~profiles")
"""No tier that somebody names sorts after it."""

_OF_NAMESPACE = "kns."
_OF_ACCOUNT = "ksa."
_FEW = 3
_OF_HOSTS = "projectcalico-default-allow"


@dataclass(frozen=True, slots=True)
class Hosts:
    """What the HostEndpoints of the input mean.

    Attributes:
        sets: Their addresses, which selectors mean by the labels of the endpoint.
        doubtful: Addresses of those that could not be read.
        policies: What they may deny.
        diagnostics: What is to be told.
    """

    sets: tuple[NetworkSet, ...] = ()
    doubtful: tuple[DoubtfulSet, ...] = ()
    policies: tuple[RankedPolicy, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()


def read_hosts(objects: Iterable[Placed]) -> Hosts:
    """Return what HostEndpoints mean, policies that judge forwarding left aside.

    Source:
        projectcalico/calico api/pkg/apis/projectcalico/v3 hostendpoint.go,
        `expectedIPs`: selectors mean these addresses; felix/rules: policies on a host
        endpoint judge what ends or starts at the node.
    """
    records = [item.record for item in objects]
    if not records:
        return Hosts()
    names = Counter(record.name for record in records)
    sets: list[NetworkSet] = []
    doubtful: list[DoubtfulSet] = []
    told: list[Diagnostic] = []
    for record in records:
        found = Found()
        ranges = read_addresses(
            record.spec.get("expectedIPs"), ("spec", "expectedIPs"), found
        )
        labels = read_own_labels(record, found)
        told.extend(found.told(record.origin))
        if found.faults:
            why = f"HostEndpoint `{record.name}`: {found.faults[0].what}"
            doubtful.append(DoubtfulSet(None, None, why))
        elif names[record.name] > 1:
            why = f"HostEndpoint `{record.name}` stands more than once"
            doubtful.append(DoubtfulSet(None, ranges, why))
        elif ranges:
            name = f"HostEndpoint {record.name}"
            sets.append(NetworkSet(None, name, labels, ranges, record.origin))
    first = min(records, key=lambda item: (item.origin.path, item.origin.document))
    told.append(_told(first, len(records)))
    why = "policies of Calico on the host endpoints of nodes are not modelled"
    policy = _may_deny(
        "Calico HostEndpoint", first.name, Nodes(), ANYTHING, why, first.origin
    )
    return Hosts(tuple(sets), tuple(doubtful), (policy,), tuple(told))


def forwarding(record: Record) -> RankedPolicy:
    """Return what a policy may deny that also judges what host endpoints forward.

    Source:
        projectcalico/calico api/pkg/apis/projectcalico/v3 globalnetworkpolicy.go,
        `applyOnForward`.
    """
    why = "it judges what host endpoints forward, which is not modelled"
    kind = "Calico HostEndpoint"
    return _may_deny(kind, record.name, EVERYONE, ANYTHING, why, record.origin)


def read_profiles(
    objects: Iterable[Placed],
) -> tuple[list[RankedPolicy], list[Diagnostic]]:
    """Return what profiles may deny that are not what Calico makes itself.

    Source:
        projectcalico/calico libcalico-go/lib/backend/k8s/conversion: the profile of a
        namespace allows everything, that of an account has no rules, and
        resources/profile.go: where Kubernetes is the store, nobody writes others.
    """
    policies: list[RankedPolicy] = []
    strange: dict[bool, list[Record]] = {True: [], False: []}
    for item in objects:
        record = item.record
        if _is_derived(record):
            continue
        matters = record.name.startswith(_OF_NAMESPACE)
        strange[matters].append(record)
        if matters:
            names = frozenset({record.name.removeprefix(_OF_NAMESPACE)})
            pods = LabelTest(Facet.NAMESPACE_NAME, "", Comparison.IN, names)
            why = "the rules of its profile are not those that Calico gives it"
            policies.append(
                _may_deny(
                    "Calico Profile", record.name, EVERYONE, pods, why, record.origin
                )
            )
    told = [
        _told_of_profiles(records, matters=matters)
        for matters, records in strange.items()
        if records
    ]
    return policies, told


def _is_derived(record: Record) -> bool:
    if record.name == _OF_HOSTS:
        return True
    rules = [sequence(record.spec.get(way.value)) for way in Direction]
    labels = record.spec.get("labelsToApply")
    mine = {_OF_NAMESPACE: "pcns.", _OF_ACCOUNT: "pcsa."}
    for start, prefix in mine.items():
        if not record.name.startswith(start):
            continue
        allowed = [[{"action": "Allow"}]] * 2 if start == _OF_NAMESPACE else [[], []]
        plain = [[_plain(rule) for rule in each] for each in rules]
        inherited = not isinstance(labels, dict) or all(
            str(key).startswith(prefix) for key in labels
        )
        return plain == allowed and inherited
    return False


def _plain(rule: object) -> object:
    """Return a rule without the empty ends that a dump writes."""
    if not isinstance(rule, dict):
        return rule
    return {key: value for key, value in rule.items() if value not in ({}, None)}


def _may_deny(
    kind: str, name: str, far: Ends, pods: Labels, why: str, origin: Origin
) -> RankedPolicy:
    rule = RankedRule(Action.DENY, far, origin, condition=why)
    return RankedPolicy(
        kind,
        Language.CALICO,
        None,
        name,
        pods,
        _AFTER_ALL if pods != ANYTHING else _BEFORE_ALL,
        0.0,
        name,
        _BOTH,
        frozenset(),
        (rule,),
        (rule,),
        origin,
    )


def _told(record: Record, count: int) -> Diagnostic:
    some = f"{count} HostEndpoints" if count > 1 else f"HostEndpoint `{record.name}`"
    return Diagnostic(
        Level.UNMODELLED,
        record.origin,
        f"{some}: policies on the interfaces of nodes are not modelled",
        "between pods and nodes the verdict is unknown; what reaches a node, or a pod "
        "on its network, from elsewhere is not judged by them",
        "judge traffic that ends or starts at nodes by hand",
    )


def _told_of_profiles(records: list[Record], *, matters: bool) -> Diagnostic:
    names = ", ".join(f"`{item.name}`" for item in records[:_FEW])
    if len(records) > _FEW:
        names += f" and {len(records) - _FEW} more"
    return Diagnostic(
        Level.UNMODELLED if matters else Level.WARNING,
        records[0].origin,
        f"profiles that Calico does not make of a namespace or account: {names}",
        "where Kubernetes is its store, as on AKS, Calico derives profiles and refuses "
        "others"
        + (
            "; what no policy decides is unknown in these namespaces" if matters else ""
        ),
        "write them as policies, or remove them",
    )
