"""Ways in through the Gateway API: the routes that Gateways take, and where they go."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from seawall.ingest.kubernetes.language import Placed
from seawall.ingest.kubernetes.terms.label import read_selector
from seawall.ingest.kubernetes.terms.record import Record, mapping, sequence, text
from seawall.ingest.kubernetes.ways_in.ingress import is_for_containers, labelled
from seawall.ingest.kubernetes.ways_in.note import Notes
from seawall.model.origin import Pointer
from seawall.model.packet import Protocol
from seawall.model.selector import Operator, Requirement, Selector
from seawall.model.way_in import CONTAINERS, EntryProxy, WayIn
from seawall.model.workload import Namespace

GROUP = "gateway.networking.k8s.io"
ROUTES = ("HTTPRoute", "GRPCRoute", "TLSRoute", "TCPRoute", "UDPRoute")
_KINDS = {
    "HTTP": ("HTTPRoute", "GRPCRoute"),
    "HTTPS": ("HTTPRoute", "GRPCRoute"),
    "TLS": ("TLSRoute", "TCPRoute"),
    "TCP": ("TCPRoute",),
    "UDP": ("UDPRoute",),
}
_NAME = "gateway.networking.k8s.io/gateway-name"
_ENVOY_NAME = "gateway.envoyproxy.io/owning-gateway-name"

ByType = Mapping[tuple[str, str], Sequence[Placed]]


@dataclass(frozen=True, slots=True)
class Taken:
    """What a Gateway does with a route.

    Attributes:
        ports: The ports of the listeners that take it.
        doubt: Why that is not certain, as a clause.
        refused: Why none takes it, as a clause.
    """

    ports: tuple[int, ...] = ()
    doubt: str | None = None
    refused: str | None = None


def gateway_ways(
    by_type: ByType, namespaces: Iterable[Namespace], notes: Notes
) -> Iterator[WayIn]:
    """Yield the ways that routes open at Gateways.

    Source:
        kubernetes-sigs/gateway-api apis/v1: shared_types.go, ParentReference;
        gateway_types.go, Listener and AllowedRoutes; httproute_types.go;
        apis/v1beta1/referencegrant_types.go.
    """
    known = {item.name: item for item in namespaces}
    gateways = {
        (item.namespace or "", item.record.name): item.record
        for item in by_type.get((GROUP, "Gateway"), ())
    }
    grants = list(by_type.get((GROUP, "ReferenceGrant"), ()))
    for kind in ROUTES:
        for item in by_type.get((GROUP, kind), ()):
            parents = sequence(item.record.spec.get("parentRefs"))
            if not parents:
                mend = "name a Gateway in `parentRefs`"
                notes.idle(item.record, ("spec",), "route without a Gateway", mend)
            for at, parent in enumerate(parents):
                fields = mapping(parent)
                if fields.get("kind", "Gateway") != "Gateway":
                    continue
                key = (
                    text(fields.get("namespace")) or item.namespace or "",
                    text(fields.get("name")) or "?",
                )
                taken = _taken(item, fields, key[0], gateways.get(key), known)
                if taken.refused is not None:
                    place = ("spec", "parentRefs", at)
                    mend = "see `allowedRoutes`, names and ports of its listeners"
                    notes.idle(item.record, place, taken.refused, mend)
                    continue
                proxy = _proxy(key, gateways.get(key))
                yield from _ways(item, proxy, taken, grants, notes)


def _taken(
    item: Placed,
    parent: Mapping[object, object],
    place: str,
    gateway: Record | None,
    namespaces: Mapping[str, Namespace],
) -> Taken:
    if gateway is None:
        return Taken(doubt="its Gateway is not in the input")
    ports: list[int] = []
    doubt: str | None = None
    why = "names no listener of its Gateway"
    for entry in sequence(gateway.spec.get("listeners")):
        listener = mapping(entry)
        name, port = parent.get("sectionName"), parent.get("port")
        if name not in (None, listener.get("name")):
            continue
        if port not in (None, listener.get("port")):
            continue
        refused, unsure = _allows(item, listener, place, namespaces)
        if refused is not None:
            why = refused
            continue
        doubt = doubt or unsure
        number = listener.get("port")
        if isinstance(number, int) and not isinstance(number, bool):
            ports.append(number)
    if not ports:
        return Taken(refused=why)
    return Taken(tuple(dict.fromkeys(ports)), doubt)


def _allows(
    item: Placed,
    listener: Mapping[object, object],
    place: str,
    namespaces: Mapping[str, Namespace],
) -> tuple[str | None, str | None]:
    """Return why a listener refuses a route, or why that is not certain."""
    allowed = mapping(listener.get("allowedRoutes"))
    kinds = [mapping(it).get("kind") for it in sequence(allowed.get("kinds"))]
    usual = _KINDS.get(str(listener.get("protocol")), ROUTES)
    if item.record.kind not in (kinds or usual):
        return f"the listener takes no {item.record.kind}", None
    if not _hosts_meet(item.record, text(listener.get("hostname"))):
        return "no host name of it is one of the listener's", None
    where, own = mapping(allowed.get("namespaces")), item.namespace or ""
    scope = where.get("from", "Same")
    if scope == "Selector":
        return _selected(where.get("selector"), namespaces.get(own))
    if scope == "All" or (scope == "Same" and own == place):
        return None, None
    if scope in ("Same", "None"):
        return f"the listener takes no route of namespace `{own}`", None
    return None, "`allowedRoutes.namespaces.from` cannot be read"


def _selected(
    written: object, namespace: Namespace | None
) -> tuple[str | None, str | None]:
    selector = read_selector(written, ("selector",), [])
    if selector is None:
        return None, "the selector of `allowedRoutes` cannot be read"
    if namespace is None or not namespace.declared:
        return None, "the labels of its namespace are not known"
    if _fits(selector, dict(namespace.labels)):
        return None, None
    return "the listener's selector does not select its namespace", None


def _fits(selector: Selector, labels: Mapping[str, str]) -> bool:
    return all(_meets(item, labels) for item in selector.requirements)


def _meets(item: Requirement, labels: Mapping[str, str]) -> bool:
    match item.operator:
        case Operator.EXISTS:
            return item.key in labels
        case Operator.DOES_NOT_EXIST:
            return item.key not in labels
        case Operator.IN:
            return labels.get(item.key) in item.values
        case Operator.NOT_IN:
            return labels.get(item.key) not in item.values


def _hosts_meet(route: Record, listener: str | None) -> bool:
    hosts = [it for it in map(text, sequence(route.spec.get("hostnames"))) if it]
    if not hosts or listener is None:
        return True
    return any(_host_meets(host, listener) for host in hosts)


def _host_meets(one: str, other: str) -> bool:
    if one == other:
        return True
    for wide, narrow in ((one, other), (other, one)):
        if wide.startswith("*.") and narrow.removeprefix("*.").endswith(wide[1:]):
            return True
    return False


def _proxy(gateway: tuple[str, str], record: Record | None) -> EntryProxy:
    """Return who serves a Gateway: pods named after it, or a device of Azure."""
    called = f"Gateway {gateway[0]}/{gateway[1]}"
    chosen = text(record.spec.get("gatewayClassName")) if record else None
    if chosen and is_for_containers(chosen):
        return EntryProxy(called, is_outside=True, device=CONTAINERS)
    name = frozenset((gateway[1],))
    return EntryProxy(
        called,
        ((gateway[0], labelled(_NAME, name)), (None, labelled(_ENVOY_NAME, name))),
    )


def _ways(
    item: Placed,
    proxy: EntryProxy,
    taken: Taken,
    grants: Iterable[Placed],
    notes: Notes,
) -> Iterator[WayIn]:
    record, own = item.record, item.namespace or ""
    hosts = [it for it in map(text, sequence(record.spec.get("hostnames"))) if it]
    for at, rule in enumerate(sequence(record.spec.get("rules"))):
        fields = mapping(rule)
        for pointer, backend in _backends(fields, ("spec", "rules", at)):
            service = text(backend.get("name"))
            if service is None:
                notes.unread(record, pointer, "a backend without name", "name it")
                continue
            if backend.get("kind", "Service") != "Service" or backend.get("group"):
                what = f"backend `{service}` is no Service"
                notes.unread(record, pointer, what, "judge this way in by hand")
                continue
            namespace = text(backend.get("namespace")) or own
            if namespace != own and not _granted(item, namespace, service, grants):
                what = f"no ReferenceGrant in `{namespace}` lets it use `{service}`"
                notes.idle(record, pointer, what, "write a ReferenceGrant there")
                continue
            port = backend.get("port")
            is_port = isinstance(port, int) and not isinstance(port, bool)
            yield WayIn(
                record.kind,
                own,
                record.name,
                proxy,
                namespace,
                service,
                port if is_port and isinstance(port, int) else None,
                record.origin.at(*pointer),
                ", ".join(hosts),
                _path(fields),
                taken.ports,
                Protocol.UDP if record.kind == "UDPRoute" else Protocol.TCP,
                doubt=record.doubt or taken.doubt,
            )


def _backends(
    rule: Mapping[object, object], place: Pointer
) -> Iterator[tuple[Pointer, Mapping[object, object]]]:
    """Yield the backends of a rule, and those that get a copy of each request.

    Source:
        kubernetes-sigs/gateway-api apis/v1 httproute_types.go, HTTPRequestMirrorFilter:
        a filter of a rule or of a backend, and its backend needs a ReferenceGrant too.
    """
    yield from _copies(rule, place)
    for each, entry in enumerate(sequence(rule.get("backendRefs"))):
        pointer = (*place, "backendRefs", each)
        yield pointer, mapping(entry)
        yield from _copies(mapping(entry), pointer)


def _copies(
    fields: Mapping[object, object], place: Pointer
) -> Iterator[tuple[Pointer, Mapping[object, object]]]:
    for at, item in enumerate(sequence(fields.get("filters"))):
        mirror = mapping(mapping(item).get("requestMirror"))
        if mirror:
            pointer = (*place, "filters", at, "requestMirror", "backendRef")
            yield pointer, mapping(mirror.get("backendRef"))


def _path(rule: Mapping[object, object]) -> str:
    found = []
    for item in sequence(rule.get("matches")):
        value = text(mapping(mapping(item).get("path")).get("value"))
        if value is not None:
            found.append(value)
    return ", ".join(found)


def _granted(
    item: Placed, namespace: str, service: str, grants: Iterable[Placed]
) -> bool:
    for grant in grants:
        if grant.namespace != namespace:
            continue
        spec = grant.record.spec
        given = any(
            mapping(it).get("group") == GROUP
            and mapping(it).get("kind") == item.record.kind
            and mapping(it).get("namespace") == item.namespace
            for it in sequence(spec.get("from"))
        )
        taken = any(
            mapping(it).get("group") in ("", None)
            and mapping(it).get("kind") == "Service"
            and mapping(it).get("name") in (None, "", service)
            for it in sequence(spec.get("to"))
        )
        if given and taken:
            return True
    return False
