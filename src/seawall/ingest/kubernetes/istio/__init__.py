"""AuthorizationPolicies and PeerAuthentications of an Istio mesh, for connections."""

from collections.abc import Iterable, Iterator, Sequence

from seawall.ingest.kubernetes.istio.authorization import (
    Authorization,
    enforced,
    read_authorization,
)
from seawall.ingest.kubernetes.istio.doubtful import ROOTS, told
from seawall.ingest.kubernetes.istio.peer import (
    PeerAuthentication,
    read_peer_authentication,
    refusals,
)
from seawall.ingest.kubernetes.istio.rule import Proxy
from seawall.ingest.kubernetes.language import LanguagePart, Placed, Surroundings
from seawall.ingest.kubernetes.terms.fault import Findings
from seawall.model.diagnostic import Assumption, Diagnostic
from seawall.model.ranked import RankedPolicy
from seawall.model.workload import MeshRole

_AUTHORIZATION = "AuthorizationPolicy"
_PEER = "PeerAuthentication"


def read_istio(objects: Sequence[Placed], surroundings: Surroundings) -> LanguagePart:
    """Return what the objects of this language mean.

    Source:
        istio.io, reference, "RequestAuthentication": it rejects requests with a bad
        token, and keeps no connection from being made.
    """
    policies: list[RankedPolicy] = []
    authorizations: list[Authorization] = []
    peers: list[PeerAuthentication] = []
    diagnostics: list[Diagnostic] = []
    unread = False
    for item in objects:
        found = Findings()
        kind = item.record.kind
        read: Authorization | PeerAuthentication | RankedPolicy | None = None
        if kind == _AUTHORIZATION:
            read = read_authorization(item, found)
        elif kind == _PEER:
            read = read_peer_authentication(item, found)
        if isinstance(read, Authorization):
            authorizations.append(read)
        elif isinstance(read, PeerAuthentication):
            peers.append(read)
        elif read is not None:
            policies.append(read)
            unread |= kind == _PEER
        diagnostics.extend(told(found, item.record.origin))
    proxies = list(_proxies(surroundings, peers, unread=unread))
    for policy in authorizations:
        for proxy in proxies:
            policies.extend(enforced(policy, proxy))
    policies.extend(refusals(peers, proxies))
    return LanguagePart(
        tuple(policies),
        diagnostics=(*diagnostics, *surroundings.mesh.diagnostics),
        assumptions=tuple(_assumptions(authorizations, peers)) if policies else (),
    )


def _proxies(
    surroundings: Surroundings, peers: Iterable[PeerAuthentication], *, unread: bool
) -> Iterator[Proxy]:
    """Yield the kinds of proxies that enforce policies, with whom they know.

    Source:
        istio.io, concepts, Security, "Mutual TLS authentication": proxies use it with
        each other unless a PeerAuthentication or a DestinationRule says otherwise.
    """
    mesh = surroundings.mesh
    doubt = None
    if mesh.plain_clients:
        doubt = "a DestinationRule sets how clients connect, perhaps without mutual TLS"
    if unread or any(item.disables for item in peers):
        doubt = "a PeerAuthentication turns mutual TLS off, or may"
    own = frozenset({MeshRole.SIDECAR, MeshRole.GATEWAY})
    node = frozenset({MeshRole.NODE})
    yield Proxy(MeshRole.SIDECAR, own, node, doubt)
    if MeshRole.NODE in mesh.roles:
        detour = None
        if mesh.waypoints:
            detour = "what comes through a waypoint proxy has the identity of that"
        yield Proxy(MeshRole.NODE, node, own, doubt, detour)
    if MeshRole.GATEWAY in mesh.roles:
        plain = "the servers of a gateway set themselves whether they use mutual TLS"
        yield Proxy(MeshRole.GATEWAY, own | node, frozenset(), plain)


def _assumptions(
    policies: Sequence[Authorization], peers: Sequence[PeerAuthentication]
) -> Iterator[Assumption]:
    yield Assumption(
        "pods-are-in-the-mesh-as-labels-say",
        "pods have a proxy of the mesh where their labels or those of their namespace "
        "ask for one, and none where a declared namespace does not; no other cluster "
        "or machine is in the mesh, whose trust domain is `cluster.local`",
        "istio.io, setup, Installing the Sidecar",
        (),
    )
    scopes = {item.namespace for item in policies}
    scopes |= {item.namespace for item in peers}
    roots = tuple(sorted(ROOTS & scopes))
    if roots:
        yield Assumption(
            "mesh-root-namespace",
            "policies in the namespace that Istio is installed in by default govern "
            "the whole mesh",
            "istio.io, reference, Mesh Configuration, rootNamespace",
            roots,
        )
