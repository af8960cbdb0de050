"""Calico's own policies, tiers, network sets and host endpoints."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

from seawall.ingest.kubernetes.calico.backends import Backends
from seawall.ingest.kubernetes.calico.context import Context
from seawall.ingest.kubernetes.calico.host import (
    forwarding,
    read_hosts,
    read_profiles,
)
from seawall.ingest.kubernetes.calico.policy import ReadPolicy, read_calico_policy
from seawall.ingest.kubernetes.calico.sets import Sets
from seawall.ingest.kubernetes.calico.text import RAW
from seawall.ingest.kubernetes.calico.tie import tied
from seawall.ingest.kubernetes.calico.tier import Tiers
from seawall.ingest.kubernetes.language import LanguagePart, Placed, Surroundings
from seawall.ingest.kubernetes.terms.record import Record
from seawall.model.dataplane import PolicyEngine
from seawall.model.diagnostic import Assumption, Diagnostic, Level
from seawall.model.origin import Origin
from seawall.model.policy import Direction, OpaquePolicy
from seawall.model.ranked import RankedPolicy

_POLICIES = ("NetworkPolicy", "GlobalNetworkPolicy")
_SETS = ("NetworkSet", "GlobalNetworkSet")
_NOWHERE = Origin("")
_ENGINES = frozenset({PolicyEngine.CALICO})
_ALL_SHOWN = Assumption(
    "calico-sets-and-hosts-are-all-shown",
    "network sets and host endpoints of Calico that are not in the input do not exist",
    "projectcalico/calico api/pkg/apis/projectcalico/v3: host endpoints are made by "
    "hand unless `autoCreate` is enabled",
    (),
)
_Meaning = RankedPolicy | OpaquePolicy
_Key = tuple[str, str | None, str, str]


def read_calico(objects: Sequence[Placed], surroundings: Surroundings) -> LanguagePart:
    """Return what the objects of this language mean."""
    by_kind: dict[str, list[Placed]] = defaultdict(list)
    for item in objects:
        by_kind[item.record.kind].append(item)
    tiers = Tiers(item.record for item in by_kind["Tier"])
    sets = Sets(item for kind in _SETS for item in by_kind[kind])
    hosts = read_hosts(by_kind["HostEndpoint"])
    of_profiles, told_of_profiles = read_profiles(by_kind["Profile"])
    backends = Backends(surroundings)
    doubtful = (*sets.doubtful, *hosts.doubtful)
    told = [
        *tiers.diagnostics,
        *sets.diagnostics,
        *hosts.diagnostics,
        *told_of_profiles,
    ]
    fixed = [*hosts.policies, *of_profiles]
    ranked: list[RankedPolicy] = []
    bare: dict[int, str] = {}
    read: dict[_Key, list[tuple[Record, ReadPolicy]]] = defaultdict(list)
    for item in (item for kind in _POLICIES for item in by_kind[kind]):
        record = item.record
        context = Context(item.namespace, record.group == RAW, backends, doubtful)
        policy = read_calico_policy(record, context, tiers)
        bare[id(policy.policy)] = policy.name
        told.extend(policy.diagnostics)
        if policy.forwarded:
            if hosts.policies:
                fixed.append(forwarding(record))
            elif policy.policy is None:
                told.append(_for_hosts_alone(record))
        key = (record.kind, item.namespace, policy.tier, policy.name)
        if record.name == "?" or record.name.endswith("*"):
            key = (*key[:3], f"?{len(read)}")
        read[key].append((record, policy))
    opaque: list[OpaquePolicy] = []
    for meaning in (each for items in read.values() for each in _settled(items, told)):
        (opaque if isinstance(meaning, OpaquePolicy) else ranked).append(meaning)  # type: ignore[arg-type]
    return LanguagePart(
        (*fixed, *tied(ranked, bare)),
        tuple(opaque),
        (*sets.certain, *hosts.sets),
        tuple(told),
        (_ALL_SHOWN,) if read else (),
    )


def _settled(
    items: list[tuple[Record, ReadPolicy]], told: list[Diagnostic]
) -> Iterator[_Meaning]:
    """Yield what policies of one name mean; opaque where they differ."""
    if len(items) == 1:
        (_, only), *_ = items
        yield from () if only.policy is None else (only.policy,)
        return
    found = [(record, it.policy) for record, it in items if it.policy is not None]
    if len({_bare(policy) for _, policy in found}) <= 1 and len(found) in (
        0,
        len(items),
    ):
        yield from (policy for _, policy in found[:1])
        return
    first, second = items[0][0], items[1][0]
    if first.group != second.group:
        told.append(_twice(first, second))
    directions = frozenset(
        way
        for _, policy in found
        for way in (
            policy.governs if isinstance(policy, RankedPolicy) else policy.directions
        )
    )
    for record, policy in found[:1]:
        yield OpaquePolicy(
            f"Calico {record.kind}",
            policy.namespace,
            record.name,
            None,
            directions,
            _ENGINES,
            f"{len(items)} policies have this name, and which is in force is not known",
            record.origin,
        )


def _bare(policy: _Meaning) -> _Meaning:
    """Return a policy without its place and spelling, to compare it."""
    if isinstance(policy, OpaquePolicy):
        return replace(policy, origin=_NOWHERE, name="")
    ingress, egress = (
        tuple(replace(rule, origin=_NOWHERE) for rule in policy.rules(way))
        for way in (Direction.INGRESS, Direction.EGRESS)
    )
    return replace(
        policy, origin=_NOWHERE, name="", tie="", ingress=ingress, egress=egress
    )


def _twice(first: Record, second: Record) -> Diagnostic:
    return Diagnostic(
        Level.ERROR,
        first.origin,
        f"{first.kind} `{first.name}` stands more than once, in two API groups and "
        f"with different content; the other is at {second.origin}",
        "a cluster holds one object of a name, and which one is not known",
        "read one of the two",
        of_object=True,
    )


def _for_hosts_alone(record: Record) -> Diagnostic:
    return Diagnostic(
        Level.NOTE,
        record.origin,
        f"{record.kind} `{record.name}` governs host endpoints alone",
        "`preDNAT` and `doNotTrack` touch no pod, and the input holds no HostEndpoint",
        "read the HostEndpoints too, if there are any",
    )
