"""The whole network: cluster, subnets, firewalls and the internet, every layer."""

from collections.abc import Iterator
from ipaddress import IPv4Address
from itertools import chain

from seawall.model.address import AddressRange
from seawall.model.snapshot import Snapshot
from seawall.twin.classes.cast import Cast
from seawall.twin.classes.ranges import PRIVATE, SPECIAL
from seawall.twin.layout.balancers import draw_balancers
from seawall.twin.layout.blind import tell_blind_spots
from seawall.twin.layout.cluster import place_machine, place_nodes
from seawall.twin.layout.draft import Draft, Room, Side, Way, prefixes
from seawall.twin.layout.fabric import FabricDrawn, SubnetDrawn
from seawall.twin.layout.firewall import draw_firewall
from seawall.twin.layout.gateways import SPACE as GATEWAYS
from seawall.twin.layout.gateways import draw_gateways
from seawall.twin.layout.names import draw_names
from seawall.twin.layout.policy_layer import ON_PREMISES, draw_nodes
from seawall.twin.layout.resources import draw_resources
from seawall.twin.layout.routing import Hop
from seawall.twin.layout.ways_out import (
    Outside,
    lead_back,
    lead_out,
    on_premises,
    serve_sites,
)
from seawall.twin.line import comment
from seawall.twin.policies.ground import Ground
from seawall.twin.policies.table import REJECT


def whole_network(ground: Ground, snapshot: Snapshot) -> Draft:
    """Draw a network in which every layer decides that the twin can show.

    Args:
        ground: The cast and the policies.
        snapshot: What was read, with its pods as the cast has them.
    """
    draft = Draft()
    cast = ground.cast
    nodes = draw_nodes(draft, ground)
    outside = Outside.begun(draft, _public(cast))
    if any(place.is_on_premises for place in cast.places):
        on_premises(draft, (it.address for it in cast.places if it.is_on_premises))
    serve_sites(outside, cast)
    drawn = FabricDrawn.begun(snapshot, draft, ground.marks)
    place_nodes(drawn, snapshot, cast, nodes)
    for machine in cast.machines:
        place_machine(drawn, machine)
    outside.fronts = [it.address for it in cast.fronts if it.front.is_public]
    doors = (it.address for it in cast.gateways if it.front.is_public)
    outside.fronts += dict.fromkeys(doors)
    draw_balancers(drawn, outside, cast)
    draw_gateways(drawn, outside, cast)
    firewalls: dict[IPv4Address, Room] = {}
    by_id: dict[str, Room] = {}
    for firewall in snapshot.fabric.firewalls:
        room = draw_firewall(drawn, outside, firewall)
        if room is not None and isinstance(firewall.address, IPv4Address):
            firewalls[firewall.address] = room
            by_id[firewall.id] = room
    for subnet in drawn.subnets.values():
        _lead(drawn, outside, subnet, firewalls)
    draw_resources(drawn, outside, cast)
    draw_names(drawn, outside, cast, by_id)
    drawn.guard()
    outside.guard(ground.marks)
    tell_blind_spots(drawn)
    return draft


def _public(cast: Cast) -> Iterator[IPv4Address]:
    """Yield the addresses that somebody on the internet has.

    A public address of a network that a packet cannot reach is somebody else's there.
    """
    yield from (it.address for it in cast.places if not it.is_on_premises)
    beyond = (it.address for it in cast.places if it.is_on_premises)
    for address in chain((it.address for it in cast.machines), beyond):
        at = AddressRange.of(address)
        if not any(item.covers(at) for item in (*PRIVATE, *SPECIAL)):
            yield address


def _lead(
    drawn: FabricDrawn,
    outside: Outside,
    subnet: SubnetDrawn,
    firewalls: dict[IPv4Address, Room],
) -> None:
    """Draw the routes of one subnet, each link once."""
    marks = drawn.marks
    links: dict[IPv4Address | Hop, Side | None] = {}
    for item, lead in drawn.leads(subnet).items():
        over: Side | None = None
        if lead.hop is Hop.INTERNET:
            if Hop.INTERNET not in links:
                links[Hop.INTERNET] = _internet(drawn, outside, subnet)
            over = links[Hop.INTERNET]
        elif lead.appliance is not None and lead.appliance in firewalls:
            if lead.appliance not in links:
                far = firewalls[lead.appliance]
                links[lead.appliance] = _appliance(drawn, subnet, far)
            over = links[lead.appliance]
        elif lead.hop is Hop.GATEWAY and ON_PREMISES in drawn.draft.rooms:
            if Hop.GATEWAY not in links:
                links[Hop.GATEWAY] = _gateway(drawn, subnet)
            over = links[Hop.GATEWAY]
        elif lead.hop in (Hop.APPLIANCE, Hop.GATEWAY):
            why = "what it leads to is not drawn"
            marks.gap("route-not-shown", f"{lead.says} of {subnet.subnet.name}", why)
        drawn.route(subnet, item, lead, over)


def _internet(drawn: FabricDrawn, outside: Outside, subnet: SubnetDrawn) -> Side | None:
    """Return the way to the internet: of a firewall's subnet straight there.

    Source: docs/semantics/path.md, W6.
    """
    found = lead_out(drawn, outside, subnet)
    lent = [
        address
        for member, _ in subnet.members
        if member.room.name.startswith("firewall:")
        for address in member.carried
    ]
    if found is not None:
        return found
    if not lent:
        named = [it.room.name for it, _ in subnet.members]
        behind = any(it.startswith(("node:", GATEWAYS)) for it in named)
        return lead_back(drawn, outside, subnet) if behind and outside.fronts else None
    up, down = drawn.draft.join(subnet.room, outside.room)
    outside.room.ways.extend(Way(AddressRange.of(it), down) for it in lent)
    written = drawn.marks.rule(f"nothing lends {subnet.subnet.name} an address", None)
    own = ", ".join(map(str, lent))
    subnet.room.texts.append(
        _LENDS_NOTHING.format(link=up.name, own=own, comment=comment(written))
    )
    return up


_LENDS_NOTHING = f"""table inet seawall_lends_nothing {{{{
  chain forward {{{{
    type filter hook forward priority 5; policy accept;
    ct state established,related accept
    oifname "{{link}}" ip saddr != {{{{ {{own}} }}}} counter {REJECT} {{comment}}
  }}}}
}}}}"""


def _gateway(drawn: FabricDrawn, subnet: SubnetDrawn) -> Side:
    """Return a link to what lies behind gateways.

    Replies come back the way that packets went: how on-premises routes is not known.
    """
    far = on_premises(drawn.draft, ())
    up, down = drawn.draft.join(subnet.room, far)
    own = prefixes(subnet.subnet.prefixes)
    far.ways.extend(Way(item, down) for item in own)
    return up


def _appliance(drawn: FabricDrawn, subnet: SubnetDrawn, far: Room) -> Side | None:
    """Return a link to an appliance; it answers by the routes of its own subnet."""
    up, _ = drawn.draft.join(subnet.room, far)
    return up
