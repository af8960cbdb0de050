"""A part of a question in words: its services, and its addresses where they matter."""

from collections.abc import Iterator, Sequence

from seawall.flowspace import Field, FlowSet
from seawall.query.document import Json
from seawall.query.services import ANY, Service, numbers_text, ranges_of, services_of

FEW = 4
ANY_PORT = ((0, 65535),)


def service_text(service: Service) -> str:
    """Return a service in words: `TCP 443`, `ICMP`, `everything`."""
    name, ports = service
    if service == ANY:
        return "everything"
    if name == "ICMP" or not ports:
        return name
    return f"all {name}" if ports == ANY[1] else f"{name} {ports}"


def parts_of(flows: FlowSet, whole: FlowSet) -> list[Json]:
    """Return a part of a question as services, with addresses where they matter.

    Services that hold for every source and destination of the question come without
    addresses, and those that hold for every source port without source ports.
    """
    by_services: dict[tuple[Service, ...], FlowSet] = {}
    for part in _groups(flows):
        key = services_of(part)
        by_services[key] = by_services.get(key, FlowSet.empty()) | part
    out: list[Json] = []
    for services, part in sorted(by_services.items()):
        addresses: Json = {}
        for word, field in (("from", Field.SOURCE), ("to", Field.DESTINATION)):
            held = addresses_of(part, field)
            if held != addresses_of(whole, field):
                addresses[word] = list(ranges_of(held))
        if source_ports := _source_ports(part, whole):
            addresses["sourcePorts"] = source_ports
        out.extend(
            {"protocol": name, "ports": ports} | addresses for name, ports in services
        )
    return out


Spans = dict[int, tuple[tuple[int, int], ...]]


def addresses_of(flows: FlowSet, field: Field) -> Spans:
    """Return the sources or destinations of some flows, by family."""
    if field is Field.SOURCE:
        return flows.project(Field.SOURCE)
    return flows.project(Field.DESTINATION)


def _groups(flows: FlowSet) -> Iterator[FlowSet]:
    """Yield flows by the addresses and source ports that hold together."""
    groups = {
        (
            box.family,
            box.sources,
            box.destinations,
            ANY_PORT if box.is_any_source_port else box.source_ports,
        ): None
        for box in flows.boxes()
    }
    for family, sources, destinations, source_ports in groups:
        part = flows.restrict(Field.DESTINATION, {family: destinations})
        part = part.restrict(Field.SOURCE, {family: sources})
        if source_ports != ANY_PORT:
            part = part.restrict(Field.SOURCE_PORT, source_ports)
        yield part


def _source_ports(flows: FlowSet, whole: FlowSet) -> str:
    """Return the source ports of some flows, if they are not those of the whole."""
    held = flows.project(Field.SOURCE_PORT)
    if held == whole.project(Field.SOURCE_PORT):
        return ""
    return numbers_text(held)


def services_text_of(flows: FlowSet, whole: FlowSet) -> list[str]:
    """Return a part of a question in words, one line for each group of addresses."""
    by_place: dict[str, list[Service]] = {}
    for entry in parts_of(flows, whole):
        place = "".join(
            f" {word} {few(held)}"
            for word in ("from", "to")
            if isinstance(held := entry.get(word), list)
        )
        if "sourcePorts" in entry:
            place += f" from source ports {entry['sourcePorts']}"
        by_place.setdefault(place, []).append(
            (str(entry["protocol"]), str(entry["ports"]))
        )
    return [
        "; ".join(service_text(service) for service in services) + place
        for place, services in by_place.items()
    ]


def few(ranges: Sequence[object]) -> str:
    """Return some addresses in words, and how many more there are."""
    text = ", ".join(str(item) for item in ranges[:FEW])
    more = len(ranges) - FEW
    return f"{text} and {more} more ranges" if more > 0 else text
