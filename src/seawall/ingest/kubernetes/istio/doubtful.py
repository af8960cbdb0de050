"""What a mesh policy may do that cannot be read: anything, to whom it may govern."""

from seawall.ingest.kubernetes.terms.fault import Findings
from seawall.model.dataplane import Language
from seawall.model.diagnostic import Diagnostic, Level
from seawall.model.ends import (
    ANYTHING,
    EVERYONE,
    AllOf,
    Comparison,
    Facet,
    Labels,
    LabelTest,
    Not,
)
from seawall.model.origin import Origin, Pointer
from seawall.model.packet import Protocol
from seawall.model.policy import Direction
from seawall.model.ranked import (
    Action,
    RankedPolicy,
    RankedRule,
    Tier,
    WholeProtocol,
)
from seawall.model.workload import MeshRole

MESH_TIER = Tier(0.0, "mesh")
INGRESS = frozenset({Direction.INGRESS})
ROOTS = frozenset({"istio-system", "aks-istio-system"})
"""Namespaces whose policies govern the whole mesh.

Source: istio.io, reference, Mesh Configuration, `rootNamespace`; AKS docs, istio-about,
for the add-on.
"""
TCP = WholeProtocol(Protocol.TCP)
CUSTOM_ORDER, PEER_ORDER, DENY_ORDER, DOUBT_ORDER, ALLOW_ORDER = range(5)
"""Where the kinds of policies stand: istio.io, reference, Authorization Policy."""


def place(origin: Origin, pointer: Pointer) -> Origin:
    """Return where a part of an object stands."""
    return Origin(origin.path, origin.document, origin.pointer + pointer, origin.finder)


def in_namespace(namespace: str | None) -> tuple[Labels, ...]:
    """Return what confines a policy of *namespace* to it; nothing in a root.

    Args:
        namespace: Its namespace; None if it is not known.
    """
    if namespace is None or namespace in ROOTS:
        return ()
    return (
        LabelTest(Facet.NAMESPACE_NAME, "", Comparison.IN, frozenset((namespace,))),
    )


def with_role(*roles: MeshRole) -> LabelTest:
    """Return the condition that a pod has one of some parts in the mesh."""
    values = frozenset(role.value for role in roles)
    return LabelTest(Facet.MESH, "", Comparison.IN, values)


def doubtful(
    kind: str,
    namespace: str | None,
    name: str,
    why: str,
    origin: Origin,
    selected: Labels = ANYTHING,
) -> RankedPolicy:
    """Return a policy that may allow and may deny any connection that it governs."""
    within = in_namespace(namespace)
    subject = AllOf((*within, Not(with_role(MeshRole.NONE)), selected))
    rules = tuple(
        RankedRule(action, EVERYONE, origin, services=(TCP,), condition=why)
        for action in (Action.ALLOW, Action.DENY)
    )
    return RankedPolicy(
        kind,
        Language.ISTIO,
        namespace,
        name,
        subject,
        MESH_TIER,
        DOUBT_ORDER,
        None,
        INGRESS,
        frozenset(),
        rules,
        (),
        origin,
    )


def told(found: Findings, origin: Origin) -> tuple[Diagnostic, ...]:
    """Return what the author of an object must be told."""
    return (
        *(fault.diagnostic(origin) for fault in found.faults),
        *(fault.diagnostic(origin, Level.WARNING) for fault in found.warnings),
    )


def first_fault(found: Findings) -> str:
    """Return why an object cannot be read, as a clause."""
    first, *more = found.faults
    return first.what + (f" (and {len(more)} more)" if more else "")
