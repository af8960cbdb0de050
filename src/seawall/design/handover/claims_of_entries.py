"""Clients from outside that must get in.

What they call is known before it is deployed only inside: a public address is given by
Azure. So clients of a gateway, of a firewall and of a public load balancer are asked
about at these, by `come_in`, and who stands in for them is asked by an intent.
"""

from collections.abc import Callable, Iterator

from seawall.design.handover.claim import Claim, Setting, claim, listed
from seawall.design.handover.standing import BEHIND
from seawall.design.layout.demand import door, front_port
from seawall.design.objects.doors import name_of
from seawall.design.objects.site import Site
from seawall.design.options import Choices, Ingress
from seawall.design.requirements.needs import Desk, Entry, Requirements
from seawall.flowspace import Field
from seawall.model.address import AddressRange
from seawall.model.snapshot import Snapshot
from seawall.model.trace import Reply, Verdict
from seawall.query.case import Case
from seawall.query.doors import DoorAnswer, doors_in


def entries(needs: Requirements, choices: Choices, site: Site) -> Iterator[Claim]:
    """Yield what is asked about ways in, as far as it has an address."""
    for index, entry in enumerate(needs.entries):
        way = door(entry, choices)
        front = site.fronts[index] if index < len(site.fronts) else ""
        who = _who(needs, entry, way, site)
        if front and who:
            yield claim(
                (f"ingress[{index}]",),
                f"{_WHO[way]} reaches {entry.segment} at {front}",
                "require",
                {"from": listed(who), "to": front, "ports": front_port(entry, choices)},
            )


def _who(needs: Requirements, entry: Entry, way: Ingress, site: Site) -> list[str]:
    """Return who calls the inner address, as ends."""
    if way is Ingress.APPLICATION_GATEWAY and site.gateway_subnet:
        return [f"subnet:{site.gateway_subnet}"]
    if way is Ingress.PRIVATE_LINK and site.link_subnet:
        return [f"subnet:{site.link_subnet}"]
    if way is Ingress.FIREWALL_DNAT:
        return []
    known = known_from(needs, site)
    asked = entry.ranges or needs.addresses.on_premises
    return [str(it) for it in asked if any(each.covers(it) for each in known)]


def known_from(needs: Requirements, site: Site) -> tuple[AddressRange, ...]:
    """Return from where clients come by a way that the design says."""
    found = list(site.networks)
    if site.has_gateway:
        found += needs.addresses.on_premises
    for operator in needs.operators:
        peered = operator.desk is Desk.PEERING and needs.existing is None
        if peered or (operator.desk in BEHIND and site.has_gateway):
            found += operator.ranges
    return tuple(found)


_WHO = {
    Ingress.APPLICATION_GATEWAY: "The application gateway",
    Ingress.PRIVATE_LINK: "The private link service",
    Ingress.INTERNAL: "Whoever may come in",
}


def come_in(needs: Requirements, choices: Choices) -> Iterator[Setting]:
    """Yield the ways in for the internet, each with what must be read of its door."""
    for index, entry in enumerate(needs.entries):
        way = door(entry, choices)
        if way in _PUBLIC:
            says = f"clients from the internet reach {entry.segment} by {_PUBLIC[way]}"
            found = _arrive(entry, name_of(index, entry), way)
            yield Setting((f"ingress[{index}]",), says, found)
        elif way is Ingress.INTERNAL and not (
            entry.ranges or needs.addresses.on_premises
        ):
            says = (
                f"{entry.segment} listens at an inner address; who calls it is not "
                "stated, so that nobody is asked about"
            )
            yield Setting((f"ingress[{index}]",), says, lambda _: "")


_PUBLIC = {
    Ingress.APPLICATION_GATEWAY: "the application gateway",
    Ingress.FIREWALL_DNAT: "the firewall",
    Ingress.PUBLIC: "a public load balancer",
}


def _arrive(entry: Entry, service: str, way: Ingress) -> Callable[[Snapshot], str]:
    def found(snapshot: Snapshot) -> str:
        case = Case(snapshot)
        doors = doors_in(case.paths, case.policies)
        here = [item for item in doors if _listens(item, entry, service, way)]
        if not here:
            return f"no public door listens at {entry.listen}"
        for item in here:
            if item.verdict is Verdict.ALLOWED and item.reply is Reply.RETURNS:
                return ""
        first = here[0]
        stops = [hop for hop in first.forward if hop.verdict is not Verdict.ALLOWED]
        why = f": {stops[0].says}" if stops else ""
        return f"{first.name} is {first.verdict.value}, {first.reply.value}{why}"

    return found


def _listens(item: DoorAnswer, entry: Entry, service: str, way: Ingress) -> bool:
    if not item.door.is_public:
        return False
    if way is Ingress.PUBLIC:
        return item.door.service.endswith(f"/{service}")
    ports = item.door.headers.project(Field.DESTINATION_PORT)
    return any(first <= entry.listen <= last for first, last in ports)
