"""Private Link services: from a private endpoint anywhere to a load balancer here."""

from collections.abc import Iterator
from dataclasses import replace

from seawall.engine.path.ground.atlas import Atlas
from seawall.engine.path.ground.branch import Branch, Leg, Start, StartKind
from seawall.engine.path.ground.rewrite import Rewrite
from seawall.engine.path.ground.space import NOWHERE, PRIVATE, Space, at
from seawall.engine.path.ground.verdicts import Ruling, constant
from seawall.engine.path.ways_in.entrances import Entrances
from seawall.model.endpoint import PrivateEndpoint
from seawall.model.private_link import EVERYONE, PrivateLinkService
from seawall.model.trace import DecidingRule, Layer
from seawall.model.translation import FrontEnd, LoadBalancer

SOURCE = "Azure docs, private-link-service-overview"


def link_behind(atlas: Atlas, endpoint: PrivateEndpoint) -> PrivateLinkService | None:
    """Return the Private Link service that an endpoint is connected to, if any."""
    wanted = (endpoint.target or "").lower()
    return next(
        (it for it in atlas.fabric.private_link_services if it.id.lower() == wanted),
        None,
    )


def senders(atlas: Atlas, link: PrivateLinkService) -> Space:
    """Return the addresses that packets come from, past a Private Link service.

    Source:
        Azure docs, private-link-service-overview: those of its own subnet, whoever the
        client is.
    """
    found = NOWHERE
    for id_ in link.subnets:
        subnet = atlas.subnet(id_)
        found = found | (Space.of(subnet.prefixes) if subnet else NOWHERE)
    return at(*link.addresses) or found or PRIVATE


def visibility(link: PrivateLinkService) -> str:
    """Return whom a Private Link service is open to, in words; empty for its owners.

    Source:
        Azure docs, private-link-service-overview, "Control service exposure".
    """
    words = []
    for setting, everyone, some in (
        (link.visible_to, "visible to every subscription", "visible to"),
        (link.auto_approved, "which nobody has to approve", "approved without asking:"),
    ):
        if not setting.known:
            words.append(f"{some} whom is not known")
        elif EVERYONE in (setting.value or ()):
            words.append(everyone)
        elif setting.value:
            words.append(f"{some} {', '.join(setting.value)}")
    return ", ".join(words)


def front_of(
    atlas: Atlas, link: PrivateLinkService
) -> tuple[LoadBalancer, FrontEnd] | None:
    """Return the front end behind a Private Link service, if the input holds it."""
    for balancer in atlas.fabric.load_balancers:
        if balancer.id.lower() != (link.balancer or "").lower():
            continue
        fronts = balancer.front_ends
        named = [it for it in fronts if link.front_end in (None, it.name)]
        return (balancer, named[0]) if len(named) == 1 else None
    return None


def passed(
    atlas: Atlas,
    entrances: Entrances,
    branch: Branch,
    endpoint: PrivateEndpoint,
    link: PrivateLinkService,
) -> Iterator[Branch]:
    """Yield the ways of packets from a private endpoint through its service.

    Source:
        Azure docs, private-link-service-overview: the source becomes an address of
        the service's subnet, and the load balancer takes the packet.
    """
    rule = DecidingRule(link.name, link.origin)
    leg = Leg(endpoint.subnet, branch.rewrites, branch.passed)
    branch = replace(branch, arrival=None, legs=(*branch.legs, leg))
    found = front_of(atlas, link)
    if found is None:
        says = f"the load balancer behind {link.name} is not in the input"
        yield branch.judged(
            Layer.PRIVATE_LINK, link.name, Ruling.not_known(says, SOURCE, rule)
        )
        return
    balancer, front = found
    own = senders(atlas, link)
    to = entrances.front_space(front) or PRIVATE
    start = Start(StartKind.MACHINE, link.name, own)
    way = branch.rewritten(
        Layer.PRIVATE_LINK,
        link.name,
        Rewrite(sources=own, destinations=to, by=link.id),
        say=constant(f"{link.name} hands it to {balancer.name}", SOURCE, rule),
    )
    yield from entrances.balanced(replace(way, relay=start), balancer, front)
