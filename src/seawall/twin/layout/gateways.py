"""Application gateways: who listens in their subnet, and how clients come there.

Written from docs/semantics/path.md, B4. The subnet puts the instance's address into
what comes to a front end, so that its filters see that; the reply leaves by its routes.
What the gateway sends to a backend is what any member of its subnet sends.
"""

from seawall.model.address import AddressRange
from seawall.model.cluster import Addressing
from seawall.twin.classes.cast import Cast, GatewayStand
from seawall.twin.classes.gateways import why_not, why_not_named
from seawall.twin.classes.names import AZURE, server_of
from seawall.twin.layout.balancers import lead_to
from seawall.twin.layout.draft import ANYWHERE, Way
from seawall.twin.layout.fabric import FabricDrawn, Member, SubnetDrawn
from seawall.twin.layout.routing import Hop, Lead
from seawall.twin.layout.ways_out import Outside
from seawall.twin.plan import Relayed, Stand, StandKind
from seawall.twin.policies.table import REJECT_IPV4

SPACE = "gateway:"
"""What the names of their spaces begin with."""
_FIRST_TABLE = 30_000
"""Above those of load balancers."""


def draw_gateways(drawn: FabricDrawn, outside: Outside, cast: Cast) -> None:
    """Draw every gateway whose subnet and listeners are known."""
    marks = drawn.marks
    present = {it.address for it in (*cast.inside, *cast.fronts)}
    for gateway in drawn.snapshot.fabric.application_gateways:
        why = why_not(drawn.snapshot, gateway)
        if why:
            marks.gap("gateway-not-drawn", gateway.name, why, gateway.origin)
        for name in gateway.backend_names:
            left_out = why or why_not_named(drawn.snapshot, gateway, name, present)
            if left_out:
                what = f"{gateway.name}, backend {name}"
                marks.gap("backend-not-drawn", what, left_out, gateway.origin)
    found: dict[str, list[GatewayStand]] = {}
    for stand in cast.gateways:
        found.setdefault(stand.gateway.id, []).append(stand)
    for stands in found.values():
        _draw(drawn, stands)
        for stand in {it.front.name: it for it in stands}.values():
            _lead_in(drawn, outside, cast, stand)


def _draw(drawn: FabricDrawn, stands: list[GatewayStand]) -> None:
    """Put a gateway into its subnet, with a listener at each of its ports."""
    gateway, inside = stands[0].gateway, stands[0].inside
    subnet = drawn.subnets[gateway.subnet or ""]
    room = drawn.draft.new_room(
        f"{SPACE}{gateway.name}", f"application gateway {gateway.name}"
    )
    room.held.append(inside)
    room.spared.append(inside)
    drawn.add(subnet.subnet.id, Member(room, inside))
    backends = dict.fromkeys(it.backend for it in stands if it.backend is not None)
    relays = tuple(
        Relayed(it.host, str(it.address or it.called), it.port) for it in backends
    )
    room.stands.extend(
        Stand(
            room.name,
            str(inside),
            port,
            kind=StandKind.GATEWAY,
            resolver=str(AZURE),
            asks_from=_asks_from(drawn, subnet),
            relays=relays,
            origin=f"listeners of {gateway.name}",
        )
        for port in gateway.listener_ports
    )
    present = {AddressRange.of(it.address) for it in backends if it.address}
    for item in gateway.backend_addresses:
        if item not in present:
            what = f"{gateway.name}, backend {item}"
            why = "nobody in the twin has that address"
            drawn.marks.gap("backend-not-drawn", what, why, gateway.origin)
    cluster = drawn.snapshot.cluster
    if cluster is not None and cluster.addressing.value is Addressing.OVERLAY:
        # Azure leads it to pods of an overlay: B4, by Ingress objects alone.
        for backend in backends:
            if backend.pod is not None and backend.address is not None:
                lead = Lead(Hop.NETWORK, "pods behind a gateway")
                drawn.route(subnet, AddressRange.of(backend.address), lead, None)


def _asks_from(drawn: FabricDrawn, subnet: SubnetDrawn) -> str:
    """Return the subnet whose resolver tells a gateway the names of its backends.

    That it is answered is taken for granted: path.md, B4.
    """
    server = server_of(drawn.snapshot, subnet.subnet.network)
    for firewall in drawn.snapshot.fabric.firewalls:
        home = drawn.subnets.get(firewall.subnet or "")
        if home is not None and firewall.address == server:
            return home.room.name
    return subnet.room.name


def _lead_in(
    drawn: FabricDrawn, outside: Outside, cast: Cast, stand: GatewayStand
) -> None:
    """Lead the address of a front end to the subnet of its gateway."""
    subnet = drawn.subnets[stand.gateway.subnet or ""]
    side = next(at for it, at in subnet.members if it.address == stand.inside)
    room = drawn.draft.new_room(
        f"front:{stand.name}", f"front end {stand.name}", forwards=True
    )
    if stand.front.is_public:
        room.ways.append(Way(ANYWHERE, outside.reach(room, stand.address)))
        outside.taken_in.append(stand.address)
    elif not lead_to(drawn, cast, (stand.front, stand.address), room):
        why = "the subnet of its front end is not in the input"
        drawn.marks.gap("front-not-drawn", stand.name, why, stand.gateway.origin)
        return
    up, down = drawn.draft.join(room, subnet.room)
    room.ways.append(Way(AddressRange.of(stand.address), up))
    table = _FIRST_TABLE + len(subnet.room.entering)
    subnet.room.entering.append((down.name, table))
    subnet.room.ways.append(Way(AddressRange.of(stand.inside), side, table))
    if stand.front.is_public:
        # What the subnet refuses is told to clients the way that they came.
        places = (it.address for it in cast.places if not it.is_on_premises)
        subnet.room.ways.extend(Way(AddressRange.of(at), down) for at in places)
    subnet.room.texts.append(_enters(down.name, stand))
    room.texts.append(_only_outwards(up.name))


def _enters(link: str, stand: GatewayStand) -> str:
    return f"""table ip seawall_enters_{link} {{
  chain prerouting {{
    type nat hook prerouting priority -100; policy accept;
    iifname "{link}" ip daddr {stand.address} counter dnat to {stand.inside}
  }}
}}"""


def _only_outwards(link: str) -> str:
    """Return the table of a front end: nothing else passes it than what comes to it."""
    return f"""table ip seawall_front {{
  chain forward {{
    type filter hook forward priority 0; policy accept;
    icmp type destination-unreachable accept
    oifname != "{link}" counter {REJECT_IPV4}
  }}
}}"""
