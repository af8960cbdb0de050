"""Ways in through Istio gateways, and the VirtualServices that are bound to them."""

from collections.abc import Iterator, Mapping, Sequence

from seawall.ingest.kubernetes.language import Placed
from seawall.ingest.kubernetes.terms.label import read_labels
from seawall.ingest.kubernetes.terms.record import Record, mapping, sequence, text
from seawall.ingest.kubernetes.ways_in.note import Notes
from seawall.model.origin import Pointer
from seawall.model.selector import Operator, Requirement, Selector
from seawall.model.way_in import EntryProxy, WayIn

GROUP = "networking.istio.io"
_PROTOCOLS = ("http", "tls", "tcp")
_LONG = 2

ByType = Mapping[tuple[str, str], Sequence[Placed]]


def istio_ways(by_type: ByType, notes: Notes) -> Iterator[WayIn]:
    """Yield the ways that VirtualServices open at gateways.

    Source:
        istio.io, reference, Gateway: `selector` means pods in any namespace; Virtual
        Service: `gateways`, without which it is for the mesh alone, and short names of
        hosts, which are in its own namespace.
    """
    gateways = {
        (item.namespace or "", item.record.name): item.record
        for item in by_type.get((GROUP, "Gateway"), ())
    }
    for item in by_type.get((GROUP, "VirtualService"), ()):
        own = item.namespace or ""
        for at, written in enumerate(sequence(item.record.spec.get("gateways"))):
            name = text(written)
            if name is None:
                place = ("spec", "gateways", at)
                notes.unread(item.record, place, "a gateway without name", "name it")
            elif name != "mesh":
                place_name, slash, short = name.partition("/")
                key = (place_name, short) if slash else (own, name)
                yield from _at_gateway(item, key, gateways.get(key), notes)


def _at_gateway(
    item: Placed, key: tuple[str, str], gateway: Record | None, notes: Notes
) -> Iterator[WayIn]:
    record, own = item.record, item.namespace or ""
    name = f"Gateway {key[0]}/{key[1]}"
    proxy = EntryProxy(name)
    listens: tuple[int, ...] = ()
    if gateway is not None:
        labels = read_labels(gateway.spec.get("selector"), ("spec", "selector")).known
        if labels:
            proxy = EntryProxy(name, ((None, _selector(labels)),))
        ports = [
            mapping(mapping(server).get("port")).get("number")
            for server in sequence(gateway.spec.get("servers"))
        ]
        listens = tuple(
            dict.fromkeys(
                it for it in ports if isinstance(it, int) and not isinstance(it, bool)
            )
        )
    hosts = [it for it in map(text, sequence(record.spec.get("hosts"))) if it]
    for pointer, path, target in _destinations(record, notes):
        host = str(target.get("host"))
        service, namespace = _service(host, own)
        port = mapping(target.get("port")).get("number")
        known = isinstance(port, int) and not isinstance(port, bool)
        yield WayIn(
            "VirtualService",
            own,
            record.name,
            proxy,
            namespace,
            service,
            port if known and isinstance(port, int) else None,
            record.origin.at(*pointer),
            ", ".join(hosts),
            path,
            listens,
            doubt=record.doubt or _doubt(host),
        )


def _destinations(
    record: Record, notes: Notes
) -> Iterator[tuple[Pointer, str, Mapping[object, object]]]:
    for protocol in _PROTOCOLS:
        for at, entry in enumerate(sequence(record.spec.get(protocol))):
            fields = mapping(entry)
            path = _path(fields) if protocol == "http" else ""
            for pointer, target in _targets(fields, ("spec", protocol, at)):
                if text(target.get("host")) is None:
                    mend = "name the host of a Service"
                    notes.unread(record, pointer, "a destination without host", mend)
                else:
                    yield pointer, path, target


def _targets(
    fields: Mapping[object, object], place: Pointer
) -> Iterator[tuple[Pointer, Mapping[object, object]]]:
    """Yield the destinations of a route, and those that get a copy of each request.

    Source:
        istio.io, reference, Virtual Service: HTTPRoute, `mirror` and `mirrors`.
    """
    for name in ("route", "mirrors"):
        for at, entry in enumerate(sequence(fields.get(name))):
            yield (*place, name, at), mapping(mapping(entry).get("destination"))
    if fields.get("mirror") is not None:
        yield (*place, "mirror"), mapping(fields.get("mirror"))


def _path(fields: Mapping[object, object]) -> str:
    found = []
    for item in sequence(fields.get("match")):
        uri = mapping(mapping(item).get("uri"))
        found += [str(value) for value in uri.values()]
    return ", ".join(found)


def _service(host: str, own: str) -> tuple[str, str]:
    """Return the Service that a host names, and its namespace."""
    parts = host.split(".")
    if len(parts) == 1:
        return host, own
    if len(parts) == _LONG or parts[2] == "svc":
        return parts[0], parts[1]
    return host, own


def _doubt(host: str) -> str | None:
    parts = host.split(".")
    if len(parts) > _LONG and parts[2] != "svc":
        return f"`{host}` is no Service of the cluster"
    return None


def _selector(labels: Mapping[str, str]) -> Selector:
    return Selector(
        tuple(
            Requirement(key, Operator.IN, frozenset((value,)))
            for key, value in sorted(labels.items())
        )
    )
