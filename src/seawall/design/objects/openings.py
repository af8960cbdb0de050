"""From needs to what each segment sends and takes."""

from collections.abc import Iterator
from dataclasses import dataclass

from seawall.design.layout.demand import door
from seawall.design.layout.hosts import host_of, ports_of
from seawall.design.objects.opening import (
    Blocks,
    Direction,
    Names,
    Opening,
    Peer,
    Requests,
)
from seawall.design.objects.place import Place, places_of
from seawall.design.objects.site import PRIVATE_SPACE, Site
from seawall.design.options import (
    Choices,
    Ingress,
    PaasAccess,
    PolicyEngine,
    PolicyLevel,
)
from seawall.design.requirements.needs import (
    Call,
    Egress,
    EgressName,
    Entry,
    PaasService,
    Requirements,
    ServiceAccess,
    ServiceKind,
)
from seawall.model.address import AddressRange

EVERYWHERE = (AddressRange.everything(4),)
NOT_INTERNET = (
    *PRIVATE_SPACE,
    AddressRange.parse("0.0.0.0/8"),
    AddressRange.parse("127.0.0.0/8"),
    AddressRange.parse("169.254.0.0/16"),
    AddressRange.parse("168.63.129.16/32"),
    AddressRange.parse("224.0.0.0/3"),
)
"""What a block of the whole internet leaves out: private and special space, and the
platform's addresses for metadata (169.254.169.254) and machines (168.63.129.16)."""


@dataclass(frozen=True, slots=True)
class Openings:
    """Answers what a segment sends and takes.

    Attributes:
        needs: What is needed.
        choices: What was chosen.
        site: Where things are.
    """

    needs: Requirements
    choices: Choices
    site: Site

    @property
    def by_name(self) -> bool:
        """Whether policies tell names apart."""
        return self.choices.level is not PolicyLevel.NONE

    def of(self, place: Place) -> tuple[Opening, ...]:
        """Return what a segment sends and takes, ingress first."""
        return (
            *self._entries(place),
            *self._callers(place),
            *self._calls(place),
            *self._services(place),
            *self._internet(place),
        )

    def internet(self) -> Blocks:
        """Return every address of the internet, as far as anything is known of it."""
        own = [
            item
            for item in (*self.site.networks, *self.site.pods)
            if not any(hole.covers(item) for hole in NOT_INTERNET)
        ]
        return Blocks(EVERYWHERE, (*NOT_INTERNET, *dict.fromkeys(own)))

    def clients(self, entry: Entry) -> Peer:
        """Return whom pods see when clients come in.

        A gateway, a firewall and a private link service put an address of their subnet
        in the place of the client's; a load balancer keeps it, as the Service's traffic
        policy is `Local`.
        """
        site = self.site
        instead = callers(door(entry, self.choices), site)
        if instead:
            return Blocks(instead)
        if entry.ranges:
            return Blocks(entry.ranges)
        if door(entry, self.choices) is Ingress.PUBLIC:
            return self.internet()
        inside = dict.fromkeys((*site.networks, *self.needs.addresses.on_premises))
        taken = (*site.pods, *site.nodes)
        return Blocks(
            tuple(inside),
            tuple(it for it in taken if any(each.covers(it) for each in inside)),
        )

    def _entries(self, place: Place) -> Iterator[Opening]:
        for index, entry in enumerate(self.needs.entries):
            if entry.segment != place.segment.name:
                continue
            yield Opening(
                Direction.INGRESS,
                self.clients(entry),
                (entry.port,),
                f"ingress[{index}]",
                _SEEN[door(entry, self.choices)],
            )

    def _callers(self, place: Place) -> Iterator[Opening]:
        for caller in places_of(self.needs):
            for index, call in enumerate(caller.segment.calls):
                if call.segment == place.segment.name:
                    yield self._call(caller, index, call, Direction.INGRESS, caller)

    def _calls(self, place: Place) -> Iterator[Opening]:
        others = {other.segment.name: other for other in places_of(self.needs)}
        for index, call in enumerate(place.segment.calls):
            if call.segment in others:
                target = others[call.segment]
                yield self._call(place, index, call, Direction.EGRESS, target)

    def _call(
        self, caller: Place, index: int, call: Call, way: Direction, peer: Place
    ) -> Opening:
        served = next(it for it in self.needs.segments if it.name == call.segment)
        asks = bool(call.methods or call.paths)
        asks = asks and self.choices.level is PolicyLevel.L7
        return Opening(
            way,
            peer,
            tuple(sorted(call.ports or served.serves)),
            f"{caller.path}.calls[{index}]",
            f"{caller.segment.name} calls {call.segment}",
            Requests(call.methods, call.paths) if asks else None,
        )

    def _services(self, place: Place) -> Iterator[Opening]:
        for index, service in enumerate(self.needs.services):
            if service.segments and place.segment.name not in service.segments:
                continue
            if service.kind is ServiceKind.REGISTRY and not service.segments:
                continue  # nodes take images from it; pods do not
            yield Opening(
                Direction.EGRESS,
                self._service(service),
                ports_of(service),
                f"services[{index}]",
                f"{host_of(service)}",
            )

    def _service(self, service: PaasService) -> Peer:
        inside = self.inside(service)
        if inside:
            return Blocks(inside)
        return Names((host_of(service),)) if self.by_name else self.internet()

    def tells_apart(self, service: PaasService) -> bool:
        """Whether policies keep segments from a service that is not theirs.

        Whoever reaches the whole internet reaches what has a public address there.
        """
        if self.choices.engine is PolicyEngine.NONE:
            return False
        return bool(self.inside(service)) or (
            self.by_name and self.needs.egress in (Egress.NAMES, Egress.NONE)
        )

    def inside(self, service: PaasService) -> tuple[AddressRange, ...]:
        """Return the addresses of a service in the network; empty if it has none."""
        if not self.is_private(service):
            return ()
        return self.site.doors.get(service.name, self.site.endpoints)

    def is_private(self, service: PaasService) -> bool:
        """Whether a service is reached by an address of the network."""
        if service.access is ServiceAccess.ANY:
            return self.choices.paas is PaasAccess.PRIVATE_ENDPOINT
        return service.access is ServiceAccess.PRIVATE

    def _internet(self, place: Place) -> Iterator[Opening]:
        asked = self.needs.egress or (Egress.NAMES if self.needs.names else Egress.OPEN)
        if asked is Egress.NAMES:
            yield from self._names(place)
        elif asked is not Egress.NONE:
            says = _OUT[asked] if self.needs.egress else _OUT[None]
            way = Direction.EGRESS
            yield Opening(way, self.internet(), (), "egress.to", says)

    def _names(self, place: Place) -> Iterator[Opening]:
        for index, name in enumerate(self.needs.names):
            if name.segments and place.segment.name not in name.segments:
                continue
            yield Opening(
                Direction.EGRESS,
                self._name(name),
                tuple(sorted(name.ports)),
                f"egress.names[{index}]",
                name.name
                if self.by_name
                else f"{name.name}, which the firewall tells from other names",
            )

    def _name(self, name: EgressName) -> Peer:
        return Names((name.name,)) if self.by_name else self.internet()


def callers(way: Ingress, site: Site) -> tuple[AddressRange, ...]:
    """Return who stands in for clients on a way; empty where they come themselves."""
    return {
        Ingress.APPLICATION_GATEWAY: site.gateway,
        Ingress.FIREWALL_DNAT: site.firewall,
        Ingress.PRIVATE_LINK: site.links,
    }.get(way, ())


_OUT = {
    Egress.OPEN: "the internet",
    Egress.FIREWALL: "the internet, as far as the firewall lets packets pass",
    None: "the internet, as nobody said what pods may reach",
}
_SEEN = {
    Ingress.APPLICATION_GATEWAY: "clients, whom pods see as the application gateway",
    Ingress.FIREWALL_DNAT: "clients from the internet, whom pods see as the firewall",
    Ingress.PUBLIC: "clients from the internet",
    Ingress.INTERNAL: "clients inside the network, with addresses of their own",
    Ingress.PRIVATE_LINK: "clients by private link, whom pods see as its subnet",
}
