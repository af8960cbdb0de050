"""Reads Endpoints and EndpointSlices: addresses that people list behind a Service."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from ipaddress import ip_address

from seawall.ingest.kubernetes.services.service import PROTOCOLS, doubted
from seawall.ingest.kubernetes.terms.fault import Findings
from seawall.ingest.kubernetes.terms.label import wrong_type
from seawall.ingest.kubernetes.terms.port import is_port
from seawall.ingest.kubernetes.terms.record import Record, mapping, sequence, text
from seawall.model.address import Address
from seawall.model.origin import Pointer
from seawall.model.service import ListedEndpoints, Service, ServiceType

_ENDPOINTS = ("", "Endpoints")
LISTS = frozenset({_ENDPOINTS, ("discovery.k8s.io", "EndpointSlice")})
_OF_SERVICE = "kubernetes.io/service-name"
_MADE_BY = "endpointslice.kubernetes.io/managed-by"
_SELECTED = "endpointslice-controller.k8s.io"
"""Makes the slices of what a Service selects, which the pods tell as well."""
_NOT_MIRRORED = "endpointslice.kubernetes.io/skip-mirror"
_API_SERVER = ("default", "kubernetes")
"""The API server lists itself behind it; its address is known from the cluster."""
_FAMILIES = {"IPv4": 4, "IPv6": 6}


@dataclass(frozen=True, slots=True)
class _List:
    """What one object lists; None if that cannot be read."""

    is_slice: bool
    name: str
    found: tuple[ListedEndpoints, ...] | None
    place: str


@dataclass(slots=True)
class EndpointReader:
    """Collects what is listed, by namespace and name of the Service."""

    lists: dict[tuple[str, str], list[_List]] = field(default_factory=dict)

    def take(self, record: Record, namespace: str, found: Findings) -> None:
        """Take an object of one of the kinds in `LISTS`.

        Source:
            Kubernetes, core/v1 types.go, Endpoints; discovery/v1 types.go,
            EndpointSlice, and well_known_labels.go; docs, Service, "Services without
            selectors", and EndpointSlices, "Management" and "Mirroring".
        """
        labels = mapping(record.metadata.get("labels"))
        is_slice = record.type != _ENDPOINTS
        name = text(labels.get(_OF_SERVICE)) if is_slice else record.name
        made = labels.get(_MADE_BY) == _SELECTED
        if name is None or made or labels.get(_NOT_MIRRORED) == "true":
            return
        read = tuple((_slice if is_slice else _subsets)(record, found))
        read_whole = None if found.faults else read
        listed = _List(is_slice, record.name, read_whole, str(record.origin))
        self.lists.setdefault((namespace, name), []).append(listed)

    def behind(self, service: Service) -> Service:
        """Return a Service with what is listed behind it.

        Where it selects pods, a controller writes its Endpoints; slices that others
        make count beside them.
        """
        key = (service.namespace, service.name)
        lists = self.lists.get(key, [])
        if service.selector is not None:
            lists = [item for item in lists if item.is_slice]
        external = service.type is ServiceType.EXTERNAL_NAME
        if not lists or external or key == _API_SERVER or service.doubt is not None:
            return service
        for item in lists:
            if item.found is None:
                return doubted(service, f"what {item.place} lists cannot be read")
        names = [(item.is_slice, item.name) for item in lists]
        if len(set(names)) < len(names):
            return doubted(service, "what is listed behind it stands more than once")
        found = tuple(dict.fromkeys(it for item in lists for it in item.found or ()))
        return replace(service, endpoints=found)


def _subsets(record: Record, found: Findings) -> Iterator[ListedEndpoints]:
    for index, item in enumerate(sequence(record.body.get("subsets"))):
        pointer: Pointer = ("subsets", index)
        subset = mapping(item)
        written = [
            mapping(each).get("ip")
            for key in ("addresses", "notReadyAddresses")
            for each in sequence(subset.get(key))
        ]
        addresses = _addresses(written, (*pointer, "addresses"), found)
        yield from _by_port(record, addresses, subset, pointer, found)


def _slice(record: Record, found: Findings) -> Iterator[ListedEndpoints]:
    family = record.body.get("addressType")
    if family not in _FAMILIES:
        place = ("addressType",)
        found.faults.append(wrong_type(place, "addressType", family, "IPv4 or IPv6"))
        return
    written = [
        address
        for item in sequence(record.body.get("endpoints"))
        for address in sequence(mapping(item).get("addresses"))
    ]
    addresses = _addresses(written, ("endpoints",), found)
    yield from _by_port(record, addresses, record.body, (), found)


def _by_port(
    record: Record,
    addresses: tuple[Address, ...],
    holder: Mapping[object, object],
    pointer: Pointer,
    found: Findings,
) -> Iterator[ListedEndpoints]:
    """Yield the addresses once for each port that is listed beside them."""
    origin = record.origin.at(*pointer)
    for index, item in enumerate(sequence(holder.get("ports")) or [{}]):
        fields = mapping(item)
        number, protocol = fields.get("port"), fields.get("protocol") or "TCP"
        place = (*pointer, "ports", index)
        if protocol not in PROTOCOLS:
            wanted = "TCP, UDP or SCTP"
            found.faults.append(
                wrong_type((*place, "protocol"), "protocol", protocol, wanted)
            )
        elif number is not None and not is_port(number):
            found.faults.append(wrong_type((*place, "port"), "port", number, "a port"))
        elif addresses:
            yield ListedEndpoints(
                addresses,
                text(fields.get("name")) or "",
                PROTOCOLS[str(protocol)],
                number if is_port(number) else None,
                origin,
            )


def _addresses(
    written: list[object], pointer: Pointer, found: Findings
) -> tuple[Address, ...]:
    out: list[Address] = []
    for item in written:
        try:
            address = ip_address(item if isinstance(item, str) else "")
        except ValueError:
            found.faults.append(wrong_type(pointer, "address", item, "an IP address"))
            continue
        if address.is_loopback or address.is_link_local or address.is_multicast:
            wanted = "an address that is neither loopback, link-local nor multicast"
            found.faults.append(wrong_type(pointer, "address", item, wanted))
        elif address not in out:
            out.append(address)
    return tuple(sorted(out, key=lambda it: (it.version, int(it))))
