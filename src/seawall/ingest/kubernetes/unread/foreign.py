"""Kinds of policies beside NetworkPolicy: who enforces them, and where they govern.

For policies of which only the kind is known, as in a template that was not rendered.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from seawall.ingest.kubernetes.meshes.kinds import CLOSING_KINDS, IN_A_NAMESPACE
from seawall.model.dataplane import PolicyEngine

_CALICO = frozenset({PolicyEngine.CALICO})
_CILIUM = frozenset({PolicyEngine.CILIUM})


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

    @property
    def of_mesh(self) -> bool:
        """Whether proxies enforce it, beside what the network does."""
        return self.engines is None and self.name != "NetworkPolicy"


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
_MESH_KINDS = {
    kind: Language(name, None, namespaced=kind in IN_A_NAMESPACE)
    for kind, name in CLOSING_KINDS.items()
}
_LANGUAGES = {
    **_CALICO_KINDS,
    **_CILIUM_KINDS,
    **_ADMIN_KINDS,
    **_ISTIO_KINDS,
    **_MESH_KINDS,
}


def foreign_of(group: str, kind: str) -> Language | None:
    """Return the language of a kind, or None if it is no foreign policy."""
    return _LANGUAGES.get((group, kind))


def kinds_called(kind: str) -> Iterator[tuple[str, str]]:
    """Yield each group and kind of that kind's name, in any case or number."""
    wanted = kind.lower()
    for group, known in _LANGUAGES:
        if wanted in (known.lower(), plural(known)):
            yield group, known


def plural(kind: str) -> str:
    """Return how a kind of policy is called as a resource: `networkpolicies`."""
    lower = kind.lower()
    return f"{lower[:-1]}ies" if lower.endswith("y") else f"{lower}s"
