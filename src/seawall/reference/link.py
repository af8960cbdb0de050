"""One packet past a private endpoint, through the Private Link service behind it."""

from dataclasses import replace

from seawall.model.address import AddressRange
from seawall.model.endpoint import PrivateEndpoint
from seawall.model.packet import Packet
from seawall.model.private_link import PrivateLinkService
from seawall.model.trace import Layer, Verdict
from seawall.model.translation import FrontEnd
from seawall.reference.door import at_front_end, front_ranges
from seawall.reference.journey import Journey
from seawall.reference.masquerade import any_port
from seawall.reference.outcome import Outcome, Step, single, then
from seawall.reference.place import subnet_of

SOMEWHERE = tuple(
    AddressRange.parse(text)
    for text in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10")
)
"""Where the addresses of a service are if its subnet is not in the input."""


def behind(
    journey: Journey, endpoint: PrivateEndpoint, packet: Packet
) -> Outcome | None:
    """Hand *packet* on if a Private Link service stands behind *endpoint*.

    Source: docs/semantics/path.md, B9; Azure docs, private-link-service-overview.
    """
    links = journey.fabric.private_link_services
    found = next((it for it in links if it.id == endpoint.target), None)
    return _through(journey, found, packet) if found is not None else None


def _through(journey: Journey, link: PrivateLinkService, packet: Packet) -> Outcome:
    at = link.name
    for balancer in journey.fabric.load_balancers:
        fronts = [
            front
            for front in balancer.front_ends
            if balancer.id == link.balancer and link.front_end in (None, front.name)
        ]
        if len(fronts) == 1:
            step = Step(Layer.PRIVATE_LINK, at, Verdict.ALLOWED, "hands it on")
            seen = _as_link(journey, link, fronts[0], packet)
            return then(step, at_front_end(journey, balancer, fronts[0], seen))
    return single(Layer.PRIVATE_LINK, at, Verdict.UNKNOWN, "no load balancer")


def _as_link(
    journey: Journey, link: PrivateLinkService, front: FrontEnd, packet: Packet
) -> Packet:
    own = [AddressRange.of(address) for address in link.addresses]
    if not own:
        homes = [subnet_of(journey.fabric, id_) for id_ in link.subnets]
        own = [item for home in homes if home for item in home.prefixes]
    source = journey.choice.address("private link", tuple(own or SOMEWHERE))
    to = front_ranges(journey, front)
    return replace(
        packet,
        source=source,
        source_port=any_port(journey, packet),
        destination=to[0].lowest if to else packet.destination,
    )
