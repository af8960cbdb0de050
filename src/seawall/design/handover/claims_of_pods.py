"""Which segments meet, and what no pod reaches."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from seawall.design.handover.claim import Claim, claim, listed
from seawall.design.handover.claims_of_ways import end_of, listed_ports
from seawall.design.layout.demand import door
from seawall.design.layout.hosts import TAGS, host_of
from seawall.design.layout.reaching import Reach, reach
from seawall.design.objects.closed import LOCAL_DNS
from seawall.design.objects.opening import Direction, Opening
from seawall.design.objects.openings import Openings, callers
from seawall.design.objects.place import Place, namespaces_of, places_of
from seawall.design.objects.site import Site
from seawall.design.options import (
    Addressing,
    Choices,
    DefaultDeny,
    Ingress,
    PolicyEngine,
)
from seawall.design.requirements.needs import (
    Egress,
    Entry,
    PaasService,
    Requirements,
    WayIn,
)
from seawall.emit.kubernetes import Json, Object


def pods(needs: Requirements, choices: Choices, site: Site) -> Iterator[Claim]:
    """Yield what is asked about pods, where an engine holds them."""
    if choices.engine is PolicyEngine.NONE:
        return
    asked = _Asked(needs, choices, site, Openings(needs, choices, site))
    yield from _closed(needs, choices)
    for place in places_of(needs):
        yield from asked.about(place)
    yield from asked.tenants()


def _closed(needs: Requirements, choices: Choices) -> Iterator[Claim]:
    if choices.default_deny is DefaultDeny.ON:
        ends = [f"ns:{name}" for name in namespaces_of(needs, choices)]
        yield claim(
            ("pods.default-deny",),
            "Pods are closed unless a policy opens them",
            "preset",
            {"preset": "default-deny", "in": listed(ends)},
        )
    yield claim(
        ("pods.control",),
        "Pods never reach the metadata of their machine",
        "forbid",
        {"from": "pods", "to": "imds"},
    )
    yield claim(
        ("pods.control",),
        "Pods never reach the platform's address for machines, but for DNS",
        "forbid",
        {"from": "pods", "to": "wireserver", "ports": [80, 32526]},
    )


@dataclass(frozen=True, slots=True)
class _Asked:
    """Asks about one segment after another."""

    needs: Requirements
    choices: Choices
    site: Site
    openings: Openings

    def about(self, place: Place) -> Iterator[Claim]:
        """Yield what is asked about a segment."""
        found = self.openings.of(place)
        into = [item for item in found if item.direction is Direction.INGRESS]
        out = [item for item in found if item.direction is Direction.EGRESS]
        yield self._only(place, into)
        for item in into:
            if isinstance(item.peer, Place):
                yield from self._call(item.peer, place, item)
        yield self._confined(place, out)

    def tenants(self) -> Iterator[Claim]:
        """Yield that segments of two tenants never meet."""
        held = [each for each in places_of(self.needs) if each.segment.tenant]
        ends: dict[str, list[str]] = {}
        for place in held:
            ends.setdefault(place.segment.tenant, []).append(end_of(place))
        if len(ends) > 1:
            tenants: dict[str, Json] = {
                name: listed(found) for name, found in ends.items()
            }
            yield claim(
                [f"{place.path}.tenant" for place in held],
                "Tenants never meet",
                "preset",
                {"preset": "tenant-isolation", "tenants": tenants},
                [
                    {**each, "to": end_of(place)}
                    for place in held
                    for each in self._by_public_address(
                        place,
                        [
                            it
                            for it in held
                            if it.segment.tenant != place.segment.tenant
                        ],
                    )
                ],
            )

    def _only(self, place: Place, into: Sequence[Opening]) -> Claim:
        name, end = place.segment.name, end_of(place)
        callers = [item.peer for item in into if isinstance(item.peer, Place)]
        outside = [
            text
            for entry in self.needs.entries
            if entry.segment == name
            for text in self._clients(entry)
        ]
        if not callers and not outside:
            return claim(
                (place.path,),
                f"Nobody reaches {name}",
                "forbid",
                {"from": "anyone", "to": end},
            )
        others = [it for it in places_of(self.needs) if it.segment.name != name]
        who = [caller.segment.name for caller in callers]
        if outside:
            who.append("its clients outside")
        return claim(
            (place.path,),
            f"Nobody but {_words(who)} reaches {name}",
            "only",
            {"from": listed([*map(end_of, callers), *outside]), "to": end},
            [*self._by_public_address(place, others), *self._nobody()],
        )

    def _by_public_address(
        self, place: Place, others: Sequence[Place]
    ) -> Iterator[Object]:
        """Yield others that reach the internet, where a segment has an address there.

        Azure gives the address, so that no policy of theirs can deny it; that they go
        nowhere else is asked of each by itself.
        """
        doors = [
            entry
            for entry in self.needs.entries
            if entry.segment == place.segment.name
            and door(entry, self.choices) is Ingress.PUBLIC
        ]
        callers = [end_of(it) for it in others if "internet" in self._names(it)]
        if doors and callers:
            yield {
                "from": listed(callers),
                "ports": listed_ports(tuple(entry.port for entry in doors)),
                "reason": "who reaches the internet may call its public address",
            }

    def _nobody(self) -> list[Object]:
        """Return the addresses beside pods that nobody has, where that matters.

        How packets from there would come is not known, so that nothing is proved of
        them; in an overlay they cannot come at all.
        """
        if self.choices.addressing is Addressing.OVERLAY or not self.site.spare:
            return []
        ranges = listed([str(each) for each in self.site.spare])
        return [
            {"from": ranges, "reason": "no subnet is there, so nobody stands there"}
        ]

    def _clients(self, entry: Entry) -> list[str]:
        """Return who comes by a way in, as ends: clients, and who stands for them."""
        instead = callers(door(entry, self.choices), self.site)
        if entry.ranges:
            clients = entry.ranges
        elif entry.way in (WayIn.PUBLIC, WayIn.PUBLIC_WAF):
            return ["internet", *map(str, instead)]
        else:
            clients = (*self.site.networks, *self.needs.addresses.on_premises)
        return [*map(str, clients), *map(str, instead)]

    def _call(self, caller: Place, place: Place, item: Opening) -> Iterator[Claim]:
        one, other = caller.segment.name, place.segment.name
        pair: dict[str, Json] = {"from": end_of(caller), "to": end_of(place)}
        if not item.ports:
            return
        ports = ", ".join(map(str, item.ports))
        excepted: Object = {
            "ports": listed_ports(item.ports),
            "reason": f"{one} calls {other}",
        }
        yield claim(
            (item.serves,),
            f"{one} reaches {other} at TCP {ports} alone",
            "forbid",
            pair,
            [excepted],
        )
        if item.requests is None:
            yield claim(
                (item.serves,),
                f"{one} reaches {other} at TCP {ports}",
                "require",
                {**pair, "ports": listed_ports(item.ports)},
            )

    def _confined(self, place: Place, out: Sequence[Opening]) -> Claim:
        called = [item.peer for item in out if isinstance(item.peer, Place)]
        ends = [
            *map(end_of, called),
            *self._names(place),
            *(
                text
                for service in self.needs.services
                if not service.segments or place.segment.name in service.segments
                for text in self._service(service)
            ),
            *self._fronts(place, called),
        ]
        if self.site.local_dns:
            ends.append(LOCAL_DNS)
        name, end = place.segment.name, end_of(place)
        if not ends:
            return claim(
                (place.path,),
                f"{name} reaches nobody",
                "forbid",
                {"from": end, "to": "anyone"},
            )
        return claim(
            (place.path,),
            f"{name} reaches nobody but what it calls",
            "confine",
            {"from": end, "to": listed(ends)},
            self._shared(place),
        )

    def _shared(self, place: Place) -> list[Object]:
        """Return what others share with a segment, so that it is reached too."""
        return [*self._of_endpoints(place), *self._of_nodes(place)]

    def _of_endpoints(self, place: Place) -> Iterator[Object]:
        """Yield the services that an endpoint of the subnet may lead to.

        Rules about names let the addresses pass that DNS answered, and which of them
        are a service's no file says.
        """
        outside = any(
            reach(it, self.choices) is not Reach.PRIVATE
            and (not it.segments or place.segment.name in it.segments)
            for it in self.needs.services
        )
        if not self.openings.by_name or not (outside or self._names(place)):
            return
        reason = (
            "rules about names let pass what DNS answered for the names that are "
            "listed; an address of the service may be among it"
        )
        for kind in dict.fromkeys(it.kind for it in self.needs.services):
            ways = [
                reach(it, self.choices) for it in self.needs.services if it.kind is kind
            ]
            if Reach.SUBNET in ways:
                yield {"to": f"tag:{TAGS[kind]}", "reason": reason}

    def _of_nodes(self, place: Place) -> list[Object]:
        """Return what a firewall lets pods reach since it takes them for nodes."""
        asked = self.needs.egress is Egress.NAMES or bool(self.needs.names)
        mine = set(self._names(place))
        others = [name for name in self.site.needed if name not in mine]
        if not asked or self.openings.by_name or not mine or not others:
            return []
        reason = "nodes need it, and the firewall does not tell pods from their nodes"
        return [{"to": listed(list(dict.fromkeys(others))), "reason": reason}]

    def _fronts(self, place: Place, called: Sequence[Place]) -> list[str]:
        """Return the addresses that lead to a segment itself, or to what it calls."""
        known = {place.segment.name, *(each.segment.name for each in called)}
        return [
            front
            for entry, front in zip(self.needs.entries, self.site.fronts, strict=False)
            if front and entry.segment in known
        ]

    def _service(self, service: PaasService) -> list[str]:
        """Return a service as ends: the name, or its addresses in the network."""
        inside = self.openings.inside(service)
        return [str(each) for each in inside] or [host_of(service)]

    def _names(self, place: Place) -> list[str]:
        if self.needs.egress is Egress.NONE:
            return []
        if self.needs.egress is Egress.NAMES or self.needs.names:
            return [
                item.name
                for item in self.needs.names
                if not item.segments or place.segment.name in item.segments
            ]
        return ["internet"]


def _words(names: Sequence[str]) -> str:
    if len(names) == 1:
        return names[0]
    return f"{', '.join(names[:-1])} and {names[-1]}"
