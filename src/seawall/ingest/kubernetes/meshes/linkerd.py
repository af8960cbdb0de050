"""Linkerd: who gets into the pods that a Server selects, or a default speaks of.

A Server closes its port to whom nothing authorizes; authorizations only open it again.
So what authorizes for Servers of the input closes nothing itself.

Source:
    linkerd.io, reference, Authorization Policy, "Default policies", "Server",
    "AuthorizationPolicy" and "ServerAuthorization".
"""

from collections.abc import Iterable, Iterator, Mapping

from seawall.ingest.kubernetes.language import Placed
from seawall.ingest.kubernetes.meshes.closing import TCP, carrying, closing, within
from seawall.ingest.kubernetes.meshes.kinds import CLOSING_KINDS
from seawall.ingest.kubernetes.terms.label import read_selector
from seawall.ingest.kubernetes.terms.port import PORT_NAME, is_port
from seawall.ingest.kubernetes.terms.record import Record, mapping, sequence
from seawall.model.diagnostic import Assumption
from seawall.model.ends import Labels
from seawall.model.origin import Origin
from seawall.model.packet import PortRange, Protocol
from seawall.model.policy import NamedPort, NumberedPorts
from seawall.model.ranked import RankedPolicy, ServiceMatch

GROUP = "policy.linkerd.io"
DEFAULT = "config.linkerd.io/default-inbound-policy"
"""The annotation by which pods, or a namespace, set what no Server says."""
_OPEN = frozenset({"all-unauthenticated", "audit"})
_ROUTES = frozenset({"HTTPRoute", "GRPCRoute"})
_DENIES = "it denies whom no authorization names, and that is not worked out"
LETS_IN = Assumption(
    "linkerd-lets-in-what-no-server-selects",
    "Linkerd lets everybody into ports that no Server of the input selects, unless an "
    f"annotation `{DEFAULT}` says otherwise",
    "linkerd.io, reference, Authorization Policy, Default policies",
)


def servers_and_authorizations(placed: Iterable[Placed]) -> Iterator[RankedPolicy]:
    """Yield what Servers may close, and authorizations for Servers not shown."""
    placed = [item for item in placed if item.record.group == GROUP]
    servers = [item for item in placed if item.record.kind == "Server"]
    for item in servers:
        yield from _closed_by(item)
    for item in placed:
        if not item.record.kind.endswith(("Authorization", "AuthorizationPolicy")):
            continue
        if item.namespace is None or not _is_shown(item, servers, placed):
            why = "it authorizes for a Server that is not in the input"
            yield _policy(item, within(item.namespace), why)


def by_default(
    kind: str,
    namespace: str,
    name: str,
    labels: Mapping[str, str] | None,
    notes: Mapping[str, str],
    origin: Origin,
) -> Iterator[RankedPolicy]:
    """Yield what an annotation may close: for pods with some labels, or for all.

    A namespace's counts for pods that have none of their own.
    """
    said = notes.get(DEFAULT)
    if said is not None and said not in _OPEN:
        subject = within(namespace, None if labels is None else carrying(labels))
        why = f"its annotation `{DEFAULT}` keeps some clients out"
        yield closing(f"Linkerd {kind}", namespace, name, subject, origin, why=why)


def _closed_by(item: Placed) -> Iterator[RankedPolicy]:
    spec = item.record.spec
    access = spec.get("accessPolicy")
    if isinstance(access, str) and access in _OPEN:
        return
    chosen = spec.get("podSelector")
    if "podSelector" not in spec and "externalWorkloadSelector" in spec:
        return
    selector = None
    if isinstance(chosen, dict):
        selector = read_selector(chosen, ("spec", "podSelector"), [])
    yield _policy(item, within(item.namespace, selector), _DENIES, _port(spec))


def _port(spec: Mapping[object, object]) -> tuple[ServiceMatch, ...]:
    port = spec.get("port")
    if is_port(port):
        return (NumberedPorts(Protocol.TCP, PortRange(port, port)),)
    if isinstance(port, str) and PORT_NAME.fullmatch(port):
        return (NamedPort(Protocol.TCP, port),)
    return TCP


def _policy(
    item: Placed,
    subject: Labels,
    why: str,
    services: tuple[ServiceMatch, ...] = TCP,
) -> RankedPolicy:
    record = item.record
    return closing(
        CLOSING_KINDS[record.type],
        item.namespace,
        record.name,
        subject,
        record.origin,
        why=why,
        services=services,
    )


def _is_shown(item: Placed, servers: list[Placed], placed: list[Placed]) -> bool:
    """Whether the Servers that an authorization is for are in the input."""
    near = [it.record for it in servers if it.namespace == item.namespace]
    spec = item.record.spec
    if item.record.kind == "ServerAuthorization":
        server = mapping(spec.get("server"))
        if "name" in server:
            return _has(near, server.get("name"))
        return bool(near) and _some_selected(server.get("selector"), near)
    target = mapping(spec.get("targetRef"))
    kind = target.get("kind")
    if kind == "Server":
        return _has(near, target.get("name"))
    if kind == "Namespace":
        return bool(near)
    return kind in _ROUTES and any(
        it.record.name == target.get("name") and _hangs_on(it.record, near)
        for it in placed
        if it.record.kind == kind and it.namespace == item.namespace
    )


def _has(servers: list[Record], name: object) -> bool:
    return any(it.name == name for it in servers)


def _hangs_on(route: Record, servers: list[Record]) -> bool:
    parents = [mapping(it) for it in sequence(route.spec.get("parentRefs"))]
    return bool(parents) and all(
        it.get("kind") == "Server" and _has(servers, it.get("name")) for it in parents
    )


def _some_selected(written: object, servers: list[Record]) -> bool:
    """Whether a selector by labels alone selects a Server of some."""
    if not isinstance(written, dict) or set(written) - {"matchLabels"}:
        return False
    wanted = mapping(written.get("matchLabels")).items()
    return any(
        wanted <= mapping(server.metadata.get("labels")).items() for server in servers
    )
