"""The seam for policy languages beside NetworkPolicy: one room each, loaded when met.

A language reads its own kinds: policies, and what these refer to, such as tiers or
network sets. It converts when all objects of the input are known.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from seawall.ingest.kubernetes.terms.record import Record
from seawall.model.diagnostic import Assumption, Diagnostic
from seawall.model.policy import OpaquePolicy
from seawall.model.ranked import NetworkSet, RankedPolicy
from seawall.model.service import Service
from seawall.model.workload import MeshRole


@dataclass(frozen=True, slots=True)
class Placed:
    """An object of a language, and the namespace that it is in.

    Attributes:
        record: The object as written.
        namespace: Its namespace, as written or by default; None for a cluster-wide
            kind.
    """

    record: Record
    namespace: str | None


@dataclass(frozen=True, slots=True)
class Mesh:
    """What is known of a service mesh, beside its policies.

    Attributes:
        roles: The parts that pods have in it, as far as they are known.
        plain_clients: Whether some clients may connect without mutual TLS.
        waypoints: Whether traffic to some pods is led through a proxy of their own.
        diagnostics: What is to be told of it.
    """

    roles: frozenset[MeshRole] = frozenset()
    plain_clients: bool = False
    waypoints: bool = False
    diagnostics: tuple[Diagnostic, ...] = ()


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What policies may refer to, beside the objects of their own language.

    Attributes:
        services: Every Service that could be read.
        partial: Whether workloads or objects may exist that the input does not show.
        host_pods: Namespace and labels of pods on the network of their node.
        mesh: The service mesh.
    """

    services: tuple[Service, ...] = ()
    partial: bool = False
    host_pods: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = ()
    mesh: Mesh = Mesh()


@dataclass(frozen=True, slots=True)
class LanguagePart:
    """What the objects of one language mean.

    Attributes:
        policies: Those that could be read.
        opaque: Those that could not, and are in force all the same.
        network_sets: Labelled addresses.
        diagnostics: What their author must be told.
        assumptions: What was taken for granted.
    """

    policies: tuple[RankedPolicy, ...] = ()
    opaque: tuple[OpaquePolicy, ...] = ()
    network_sets: tuple[NetworkSet, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    assumptions: tuple[Assumption, ...] = field(default=())


ReadLanguage = Callable[[Sequence[Placed], Surroundings], LanguagePart]

_CALICO = frozenset({"projectcalico.org", "crd.projectcalico.org"})
_CALICO_WIDE = frozenset({"GlobalNetworkPolicy", "GlobalNetworkSet", "Tier"})
_CALICO_WIDE_TOO = frozenset({"HostEndpoint", "Profile"})
_CALICO_KINDS = (
    _CALICO_WIDE | _CALICO_WIDE_TOO | frozenset({"NetworkPolicy", "NetworkSet"})
)
_CILIUM_WIDE = frozenset(
    {"CiliumClusterwideNetworkPolicy", "CiliumCIDRGroup", "CiliumNode"}
)
_CILIUM_KINDS = _CILIUM_WIDE | frozenset({"CiliumNetworkPolicy"})
_CLUSTER_KINDS = frozenset(
    {"AdminNetworkPolicy", "BaselineAdminNetworkPolicy", "ClusterNetworkPolicy"}
)
_ISTIO_KINDS = frozenset(
    {"AuthorizationPolicy", "PeerAuthentication", "RequestAuthentication"}
)


def language_of(group: str, kind: str) -> str | None:
    """Return the name of the language that a kind belongs to, or None."""
    if group in _CALICO:
        return "calico" if kind in _CALICO_KINDS else None
    if group == "cilium.io":
        return "cilium" if kind in _CILIUM_KINDS else None
    if group == "policy.networking.k8s.io":
        return "cluster" if kind in _CLUSTER_KINDS else None
    if group == "security.istio.io":
        return "istio" if kind in _ISTIO_KINDS else None
    return None


def is_cluster_wide(kind: str) -> bool:
    """Whether objects of a kind of these languages are in no namespace."""
    wide = (_CALICO_WIDE, _CALICO_WIDE_TOO, _CILIUM_WIDE, _CLUSTER_KINDS)
    return any(kind in kinds for kinds in wide)
