"""Policies in languages that are not modelled: what is certain about them.

Their pods, in their directions, get no certain verdict on engines that enforce them.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from seawall.ingest.kubernetes.fault import Fault
from seawall.ingest.kubernetes.label import read_selector
from seawall.ingest.kubernetes.language import LanguagePart, Placed
from seawall.ingest.kubernetes.record import Record, mapping, sequence
from seawall.ingest.kubernetes.tally import Tally
from seawall.model.dataplane import PolicyEngine
from seawall.model.diagnostic import Diagnostic, Level
from seawall.model.policy import Direction, OpaquePolicy
from seawall.model.selector import Selector

_BOTH = frozenset(Direction)
_INGRESS = frozenset({Direction.INGRESS})
_CALICO = frozenset({PolicyEngine.CALICO})
_CILIUM = frozenset({PolicyEngine.CILIUM})
_ISTIO_ROOT = "istio-system"


@dataclass(frozen=True, slots=True)
class Language:
    """How one kind of policy is treated.

    Attributes:
        name: What to call the kind.
        engines: Who enforces it; None is whoever enforces anything.
        namespaced: Whether it governs one namespace only.
    """

    name: str
    engines: frozenset[PolicyEngine] | None
    namespaced: bool


_CALICO_KINDS = {
    (group, kind): Language(f"Calico {kind}", _CALICO, kind == "NetworkPolicy")
    for group in ("projectcalico.org", "crd.projectcalico.org")
    for kind in (
        "NetworkPolicy",
        "GlobalNetworkPolicy",
        # Not policies, but what rules mean, or what is judged, may depend on them.
        "NetworkSet",
        "GlobalNetworkSet",
        "HostEndpoint",
    )
}
_CILIUM_KINDS = {
    ("cilium.io", "CiliumNetworkPolicy"): Language(
        "CiliumNetworkPolicy", _CILIUM, namespaced=True
    ),
    ("cilium.io", "CiliumClusterwideNetworkPolicy"): Language(
        "CiliumClusterwideNetworkPolicy", _CILIUM, namespaced=False
    ),
}
_ADMIN_KINDS = {
    ("policy.networking.k8s.io", kind): Language(kind, _CALICO, namespaced=False)
    for kind in (
        "AdminNetworkPolicy",
        "BaselineAdminNetworkPolicy",
        "ClusterNetworkPolicy",
    )
}
_ISTIO_KINDS = {
    ("security.istio.io", kind): Language(f"Istio {kind}", None, namespaced=True)
    for kind in ("AuthorizationPolicy", "PeerAuthentication", "RequestAuthentication")
}
_LANGUAGES = {**_CALICO_KINDS, **_CILIUM_KINDS, **_ADMIN_KINDS, **_ISTIO_KINDS}


def foreign_of(group: str, kind: str) -> Language | None:
    """Return the language of a kind, or None if it is no foreign policy."""
    return _LANGUAGES.get((group, kind))


def read_unmodelled(objects: Iterable[Placed]) -> LanguagePart:
    """Return what is certain about objects of a language that is not modelled."""
    tally = Tally()
    opaque: list[OpaquePolicy] = []
    for item in objects:
        if item.record.type in _LANGUAGES:
            tally.add(item.record.kind, item.record.origin)
            opaque.extend(_read_foreign(item.record, item.namespace or ""))
    return LanguagePart(opaque=tuple(opaque), diagnostics=tuple(_told(tally)))


def _told(tally: Tally) -> Iterator[Diagnostic]:
    if tally:
        yield Diagnostic(
            Level.UNMODELLED,
            tally.first,
            f"policies in languages that are not modelled: {tally}",
            "where an engine enforces them, verdicts for their pods are unknown",
            "read them beside the answer, or leave them out to see the rest",
        )


def _read_foreign(record: Record, namespace: str) -> Iterator[OpaquePolicy]:
    """Return what is certain about a policy; several if it holds several.

    Source:
        docs.cilium.io security/policy; istio.io reference, "Authorization Policy".
    """
    language = _LANGUAGES[record.type]
    for specification in _specifications(record):
        subject = None
        directions = _BOTH
        if record.group == "cilium.io":
            if "nodeSelector" in specification:
                continue
            subject = _cilium_subject(specification)
            directions = _cilium_directions(specification)
        elif language.engines is None:
            subject = _istio_subject(specification)
            directions = _INGRESS
        yield OpaquePolicy(
            language.name,
            _scope(record, language, namespace),
            record.name,
            subject,
            directions,
            language.engines,
            "Seawall does not model this policy language yet",
            record.origin,
        )


def _specifications(record: Record) -> list[Mapping[object, object]]:
    several = [mapping(item) for item in sequence(record.body.get("specs"))]
    if "spec" in record.body or not several:
        several.insert(0, record.spec)
    return several


def _scope(record: Record, language: Language, namespace: str) -> str | None:
    in_root = record.group == "security.istio.io" and namespace == _ISTIO_ROOT
    # In its root namespace, an Istio policy governs the whole mesh.
    return namespace if language.namespaced and not in_root else None


def _plain_selector(value: object) -> Selector | None:
    if not isinstance(value, dict):
        return None
    faults: list[Fault] = []
    selector = read_selector(value, (), faults)
    return None if faults else selector


def _cilium_subject(fields: Mapping[object, object]) -> Selector | None:
    selector = _plain_selector(fields.get("endpointSelector"))
    if selector is None:
        return None
    # `k8s:`, `any:` and `reserved:` prefixes fail as label keys; these do not.
    derived = ("io.kubernetes.pod.", "io.cilium.")
    if any(item.key.startswith(derived) for item in selector.requirements):
        return None
    return selector


def _cilium_directions(fields: Mapping[object, object]) -> frozenset[Direction]:
    out = {
        direction
        for direction in Direction
        if direction.value in fields or f"{direction.value}Deny" in fields
    }
    return frozenset(out) or _BOTH


def _istio_subject(fields: Mapping[object, object]) -> Selector | None:
    selector = mapping(fields.get("selector"))
    if not selector or "targetRef" in fields or "targetRefs" in fields:
        return None
    return _plain_selector({"matchLabels": selector.get("matchLabels")})
