"""Kinds that are not modelled and may close what network policies open.

Those of a network that AKS does not run have an effect where nobody says who enforces;
those of a mesh have it wherever its proxies run. Whom these name is used as far as
labels tell it.

Source:
    Antrea docs, "Antrea Network Policy CRDs"; OVN-Kubernetes docs, EgressFirewall and
    User Defined Networks (a primary one keeps its pods apart); linkerd.io, reference,
    Authorization Policy; Consul docs, Service intentions; Kuma docs,
    MeshTrafficPermission; SMI, Traffic Access Control.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

from seawall.ingest.kubernetes.terms.label import read_selector
from seawall.ingest.kubernetes.terms.record import Record, mapping, text
from seawall.ingest.kubernetes.workloads.namespace import is_namespace_name
from seawall.ingest.kubernetes.workloads.workload import is_volatile
from seawall.model.dataplane import PolicyEngine
from seawall.model.policy import Direction, OpaquePolicy
from seawall.model.selector import Operator, Requirement, Selector
from seawall.model.service import Service

_BOTH = frozenset(Direction)
_IN = frozenset({Direction.INGRESS})
_OUT = frozenset({Direction.EGRESS})
_NOBODY: frozenset[PolicyEngine] = frozenset()
_ANTREA = "crd.antrea.io"
_NETWORKS = {
    (_ANTREA, "NetworkPolicy"): ("Antrea ", _BOTH),
    (_ANTREA, "ClusterNetworkPolicy"): ("Antrea ", _BOTH),
    ("k8s.ovn.org", "EgressFirewall"): ("", _OUT),
    ("k8s.ovn.org", "UserDefinedNetwork"): ("", _BOTH),
    ("k8s.ovn.org", "ClusterUserDefinedNetwork"): ("", _BOTH),
    ("k8s.cni.cncf.io", "NetworkAttachmentDefinition"): ("", _BOTH),
}
_MESHES = {
    ("policy.linkerd.io", "Server"): "Linkerd ",
    ("policy.linkerd.io", "ServerAuthorization"): "Linkerd ",
    ("policy.linkerd.io", "AuthorizationPolicy"): "Linkerd ",
    ("consul.hashicorp.com", "ServiceIntentions"): "Consul ",
    ("kuma.io", "MeshTrafficPermission"): "Kuma ",
    ("kuma.io", "TrafficPermission"): "Kuma ",
    ("access.smi-spec.io", "TrafficTarget"): "SMI ",
}
_WIDE = frozenset(
    {
        "ClusterNetworkPolicy",
        "ClusterUserDefinedNetwork",
        "ServiceIntentions",
        "MeshTrafficPermission",
        "TrafficPermission",
    }
)
"""Kinds that reach beyond the namespace in which they stand, or have none."""
_TAGS = {"MeshSubset": "tags", "Dataplane": "labels"}
"""Under which key each kind of target lists what it asks of a proxy."""
_INTENTIONS = "Consul ServiceIntentions"
_NAMED = "consul.hashicorp.com/connect-service"
_UNCERTAIN = frozenset("*{$")
"""What wildcards and placeholders in the value of a tag have."""
_ROLES = ("UserDefinedNetwork", "NetworkAttachmentDefinition")
_SECONDARY = re.compile(r"""\brole['"]?: ?['"]?secondary""", re.IGNORECASE)
_PRIMARY = re.compile(r"""\brole['"]?: ?['"]?primary""", re.IGNORECASE)
_WHY = "it is in a language that is not modelled"


def closed_by(
    record: Record, namespace_of: Callable[[Record], str | None]
) -> Iterator[OpaquePolicy]:
    """Yield a policy of unknown meaning for an object that may close something.

    Of these only the tiers of Antrea open what a NetworkPolicy closes. One whose
    namespace is not known may stand in any.

    Args:
        record: The object.
        namespace_of: Reads the namespace of an object; None if it is not known.
    """
    label, directions = _NETWORKS.get(record.type, ("", _IN))
    engines: frozenset[PolicyEngine] | None = _NOBODY
    if record.type in _MESHES:
        label, engines = _MESHES[record.type], None
    elif record.type not in _NETWORKS or not _is_primary(record):
        return
    space = None if record.kind in _WIDE else namespace_of(record)
    subject: Selector | None = None
    if record.type == ("policy.linkerd.io", "Server"):
        subject = _served(record)
    elif record.kind == "TrafficTarget":
        # Of the oldest version it may be in another namespace.
        written = mapping(record.spec.get("destination")).get("namespace")
        space = _named(written) if written else space
    elif record.group == "kuma.io":
        space, subject = _targeted(mapping(record.spec.get("targetRef")))
    name = record.name
    if f"{label}{record.kind}" == _INTENTIONS:
        # Consul calls it by the service that it is for.
        meant = mapping(record.spec.get("destination"))
        name = text(meant.get("name")) or "?"
    yield OpaquePolicy(
        f"{label}{record.kind}",
        space,
        name,
        subject,
        directions,
        engines,
        _WHY,
        record.origin,
        only_closes=record.group != _ANTREA,
    )


def narrowed(
    policies: Iterable[OpaquePolicy],
    services: Iterable[Service],
    annotations: Iterable[Mapping[str, str]],
) -> list[OpaquePolicy]:
    """Return policies, with intentions of Consul for the pods of the Services named.

    What it calls a service is the Service in front of the pods, unless they say
    otherwise; what is in no Service of the input stays open.

    Source: Consul docs, Consul on Kubernetes, "Service names".
    """
    policies = list(policies)
    if not any(item.kind == _INTENTIONS for item in policies):
        return policies
    renamed = any(_NAMED in each for each in annotations)
    by_name: dict[str, list[Service]] = {}
    for service in services:
        by_name.setdefault(service.name, []).append(service)
    found: list[OpaquePolicy] = []
    for item in policies:
        meant = by_name.get(item.name, ()) if item.kind == _INTENTIONS else ()
        if renamed or not meant or any(it.selector is None for it in meant):
            found.append(item)
            continue
        found.extend(
            replace(item, namespace=it.namespace, subject=it.selector) for it in meant
        )
    return found


def _served(record: Record) -> Selector | None:
    """Return which pods a Server of Linkerd selects; None if that is not certain.

    Source: linkerd.io, reference, Authorization Policy, "Server".
    """
    written = record.spec.get("podSelector")
    if not isinstance(written, dict):
        return None
    found = read_selector(written, ("spec", "podSelector"), [])
    if found and any(is_volatile(item.key) for item in found.requirements):
        return None
    return found


def _targeted(target: Mapping[object, object]) -> tuple[str | None, Selector]:
    """Return the namespace and the pods that a policy of Kuma is for, at most.

    Labels of pods are tags of their proxies, but those that Kuma gives itself.

    Source: Kuma docs, MeshTrafficPermission; Data plane on Kubernetes, "Tag
    generation".
    """
    space: str | None = None
    asked: list[Requirement] = []
    key = _TAGS.get(text(target.get("kind")) or "")
    for name, value in mapping(target.get(key)).items() if key else ():
        if not isinstance(name, str) or not isinstance(value, str):
            continue
        if name == "k8s.kuma.io/namespace":
            space = _named(value)
        if "kuma.io/" in name or is_volatile(name) or _UNCERTAIN & set(value):
            continue
        asked.append(Requirement(name, Operator.IN, frozenset({value})))
    return space, Selector(tuple(sorted(asked, key=lambda item: item.key)))


def _named(written: object) -> str | None:
    """Return the namespace that a field names; None if it may be any."""
    is_name = isinstance(written, str) and is_namespace_name(written)
    return str(written) if is_name else None


def _is_primary(record: Record) -> bool:
    """Whether a network may be the one that pods talk by; other kinds always count.

    A network that is attached besides leaves the first one as it is.
    """
    if not record.kind.endswith(_ROLES):
        return True
    said = str(record.spec)
    if record.kind == "NetworkAttachmentDefinition":
        return bool(_PRIMARY.search(said))
    return not _SECONDARY.search(said)
