"""What pods reach outside, and who reaches them from there."""

from collections.abc import Iterator

from seawall.design.handover.claim import Claim, claim
from seawall.design.layout.hosts import host_of, ports_of
from seawall.design.objects.openings import Openings
from seawall.design.objects.place import Place, places_of
from seawall.design.objects.site import Site
from seawall.design.options import Choices, Firewall
from seawall.design.requirements.needs import (
    Egress,
    EgressName,
    PaasService,
    Requirements,
    ServiceKind,
)
from seawall.emit.kubernetes import Json


def ways(needs: Requirements, choices: Choices, site: Site) -> Iterator[Claim]:
    """Yield what is asked about ways out and in."""
    yield from _out(needs, choices)
    known = choices.firewall is not Firewall.EXISTING
    for index, name in enumerate(needs.names):
        if needs.egress in (Egress.NAMES, None) and known:
            yield from _name(needs, index, name)
    openings = Openings(needs, choices, site)
    for index, service in enumerate(needs.services):
        if known or openings.is_private(service):
            yield from _service(needs, openings, index, service)


def _out(needs: Requirements, choices: Choices) -> Iterator[Claim]:
    path = ("egress.to",)
    if needs.egress is Egress.NONE:
        name = "Nothing leaves for the internet"
        yield claim(path, name, "preset", {"preset": "no-internet-egress"})
    has_firewall = choices.firewall in (Firewall.STANDARD, Firewall.PREMIUM)
    if has_firewall and needs.egress in (Egress.FIREWALL, Egress.NAMES):
        name = "What leaves for the internet passes the firewall"
        yield claim(path, name, "preset", {"preset": "firewall-only"})
    if needs.egress is Egress.OPEN and choices.firewall is not Firewall.EXISTING:
        for place in places_of(needs):
            yield claim(
                path,
                f"{place.segment.name} reaches the internet",
                "require",
                {"from": end_of(place), "to": "internet", "ports": 443},
            )


def _name(needs: Requirements, index: int, name: EgressName) -> Iterator[Claim]:
    host = name.name.replace("*", "www", 1)
    for place in places_of(needs):
        if name.segments and place.segment.name not in name.segments:
            continue
        says = "" if host == name.name else f", which {name.name} allows"
        yield claim(
            (f"egress.names[{index}]",),
            f"{place.segment.name} reaches {host}{says}",
            "require",
            {"from": end_of(place), "to": host, "ports": listed_ports(name.ports)},
        )


def _service(
    needs: Requirements, openings: Openings, index: int, service: PaasService
) -> Iterator[Claim]:
    host, path = host_of(service), (f"services[{index}]",)
    users = [
        place
        for place in places_of(needs)
        if not service.segments or place.segment.name in service.segments
    ]
    private = openings.is_private(service)
    if private:
        yield claim(
            path,
            f"{host} is not reached from the internet",
            "forbid",
            {"from": "internet", "to": host},
        )
    sent_by_nodes = service.kind is ServiceKind.REGISTRY and not service.segments
    for place in users:
        body: dict[str, Json] = {
            "from": "nodes" if sent_by_nodes else end_of(place),
            "to": host,
            "ports": listed_ports(ports_of(service)),
        }
        if private:
            body["path"] = "private"
        who = "nodes" if sent_by_nodes else place.segment.name
        verb = "reach" if sent_by_nodes else "reaches"
        how = " by an address of the network" if private else ""
        yield claim(path, f"{who} {verb} {host}{how}", "require", body)
        if sent_by_nodes:
            break
    if service.segments and openings.tells_apart(service):
        for place in places_of(needs):
            if place not in users and (private or not has_names(needs, place)):
                yield claim(
                    path,
                    f"{place.segment.name} never reaches {host}",
                    "forbid",
                    {"from": end_of(place), "to": host},
                )


def has_names(needs: Requirements, place: Place) -> bool:
    """Whether policies let a segment reach names in the internet."""
    own = place.segment.name
    return any(not it.segments or own in it.segments for it in needs.names)


def end_of(place: Place) -> str:
    """Return the pods of a segment as an end of an intent."""
    labels = "".join(f",{key}={value}" for key, value in place.labels.items())
    return f"ns:{place.namespace}{labels}"


def listed_ports(ports: tuple[int, ...]) -> int | list[int]:
    """Return one port, or a list of several."""
    unique = sorted(set(ports))
    return unique[0] if len(unique) == 1 else unique
