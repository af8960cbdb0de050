"""Ways out of subnets: the internet, what lends addresses there, and the firewall.

Written from docs/semantics/path.md, N and W. What has no address in the input is lent
one that documentation is written with.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from ipaddress import IPv4Address

from seawall.model.address import AddressRange
from seawall.model.cluster import OutboundType
from seawall.model.packet import Protocol
from seawall.model.snapshot import Snapshot
from seawall.twin.classes.cast import Cast
from seawall.twin.layout.draft import ANYWHERE, Draft, Room, Side, Way, prefixes
from seawall.twin.layout.fabric import LEAVING, MAIN, FabricDrawn, SubnetDrawn
from seawall.twin.layout.policy_layer import ON_PREMISES, OUTSIDE
from seawall.twin.line import IPV4, Marks, comment
from seawall.twin.plan import Stand, StandKind
from seawall.twin.policies.table import REJECT, REJECT_IPV4

_LENT = AddressRange.parse("192.0.2.0/24")
"""Source: RFC 5737."""

_NOBODY = f"""table ip seawall_nobody {{{{
  chain prerouting {{{{
    type filter hook prerouting priority -50; policy accept;
    ct state established,related accept
    {{taken}}fib daddr type != local counter {REJECT_IPV4} {{comment}}
  }}}}
}}}}"""


@dataclass(frozen=True, slots=True)
class Method:
    """What lends a public address to what a subnet sends to the internet.

    Attributes:
        id: What tells it from others.
        name: Its name.
        addresses: Ids of its public addresses; empty if they are not known.
        says: What it is, in words.
    """

    id: str
    name: str
    addresses: tuple[str, ...]
    says: str


@dataclass(slots=True)
class Outside:
    """The internet while it is drawn.

    Attributes:
        draft: Where it is drawn.
        room: Its space.
        translators: From the id of a method to its space and its link outwards.
        fronts: Public addresses of front ends: what is sent back from them leaves as it
            is.
        taken_in: Addresses that somebody else on the internet may ask.
    """

    draft: Draft
    room: Room
    translators: dict[str, tuple[Room, Side]] = field(default_factory=dict)
    fronts: list[IPv4Address] = field(default_factory=list)
    taken_in: list[IPv4Address] = field(default_factory=list)
    _given: int = 0

    @classmethod
    def begun(cls, draft: Draft, places: Iterable[IPv4Address]) -> "Outside":
        """Draw the internet with some places in it."""
        room = draft.room(OUTSIDE, "places on the internet", forwards=True)
        room.hears = True
        room.held.extend(places)
        return cls(draft, room)

    def guard(self, marks: Marks) -> None:
        """Refuse what is for nobody there, once everybody is drawn."""
        written = marks.rule("nobody on the internet has the address", None)
        listed = ", ".join(map(str, sorted(set(self.taken_in))))
        taken = f"ip daddr != {{ {listed} }} " if listed else ""
        text = _NOBODY.format(taken=taken, comment=comment(written))
        self.room.texts.append(text)

    def lend(self) -> IPv4Address:
        """Return an address for what has none in the input."""
        self._given += 1
        return IPv4Address(_LENT.first + self._given)

    def reach(self, room: Room, address: IPv4Address) -> Side:
        """Join a space to the internet, which leads an address there."""
        up, down = self.draft.join(room, self.room)
        self.room.ways.append(Way(AddressRange.of(address), down))
        return up


def serve_sites(outside: Outside, cast: Cast) -> None:
    """Let the internet speak TLS and HTTP where names are asked for."""
    kinds = {"tls": StandKind.TLS, "http": StandKind.HTTP}
    ports = {(it.address, it.port, it.speaks): None for it in cast.sites}
    for address in dict.fromkeys(it.address for it in cast.sites):
        outside.room.held.append(address)
        outside.room.spared.append(address)
    outside.room.stands.extend(
        Stand(OUTSIDE, str(address), port, kind=kinds[speaks], origin="names")
        for address, port, speaks in ports
    )


def method_of(snapshot: Snapshot, subnet: SubnetDrawn) -> Method | None:
    """Return what lends addresses to a subnet; None if nothing does.

    Source: docs/semantics/path.md, N1, N3 and N5; nodes with addresses of their own
    (N2) are not drawn.
    """
    own = subnet.subnet
    for gateway in snapshot.fabric.nat_gateways:
        if gateway.id == own.nat_gateway.value:
            ids = gateway.public_addresses.value or ()
            silent = gateway.public_addresses.known and not ids
            return (
                None if silent else Method(gateway.id, f"nat:{gateway.name}", ids, _NAT)
            )
    cluster = snapshot.cluster
    pools = cluster.pools if cluster is not None else ()
    if cluster is not None and any(
        own.id in (pool.subnet.value, pool.pod_subnet.value) for pool in pools
    ):
        ids = cluster.outbound_addresses.value or lent_by_balancers(snapshot)
        says = _BY_CLUSTER.get(cluster.outbound.value or OutboundType.NONE)
        if says is not None:
            return Method(says, f"{says}:{cluster.name}", ids, says)
        if cluster.outbound.value is OutboundType.BLOCK:
            return None
    if own.default_outbound.value:
        return Method(own.id, f"default:{own.name}", (), _BY_DEFAULT)
    return None


_NAT = "a NAT gateway"
_BY_DEFAULT = "the platform, by default"
_BY_CLUSTER = {
    OutboundType.LOAD_BALANCER: "a load balancer",
    OutboundType.MANAGED_NAT_GATEWAY: _NAT,
}
_CARRIED = f"{int(Protocol.TCP)}, {int(Protocol.UDP)}"
"""What any of them carries.

Source: Azure, load-balancer-outbound-connections and nat-overview."""


def lent_by_balancers(snapshot: Snapshot) -> tuple[str, ...]:
    """Return the ids of public addresses that load balancers lend by outbound rules."""
    return tuple(
        front.public_address
        for balancer in snapshot.fabric.load_balancers
        for front in balancer.front_ends
        if front.name in balancer.outbound_front_ends and front.public_address
    )


def addresses_of(snapshot: Snapshot, ids: Iterable[str]) -> Iterator[IPv4Address]:
    """Yield the first address of each public address that has any."""
    known = {item.id: item.ranges for item in snapshot.fabric.public_addresses}
    for id_ in ids:
        for item in known.get(id_, ()):
            if item.version == IPV4:
                yield IPv4Address(item.first)
                break


def on_premises(draft: Draft, places: Iterable[IPv4Address]) -> Room:
    """Return what lies behind gateways, drawn now if it was not."""
    room = draft.room(ON_PREMISES, "places on premises")
    if not room.held:
        room.held.extend(places)
    return room


def lead_out(drawn: FabricDrawn, outside: Outside, subnet: SubnetDrawn) -> Side | None:
    """Return the subnet's link to the internet; None if nothing lends an address."""
    method = method_of(drawn.snapshot, subnet)
    if method is None:
        return None
    known = outside.translators.get(method.id)
    if known is None:
        known = _translator(drawn, outside, method)
        outside.translators[method.id] = known
    room, _ = known
    up, down = drawn.draft.join(subnet.room, room)
    # Whatever comes from a subnet goes out, and to no other subnet behind the same.
    room.entering.append((down.name, LEAVING))
    room.ways.extend(Way(item, down) for item in prefixes(subnet.subnet.prefixes))
    # Pods that no node hides are answered too.
    carried = {at for member, _ in subnet.members for at in member.carried}
    room.ways.extend(Way(AddressRange.of(at), down) for at in sorted(carried))
    return up


def _translator(
    drawn: FabricDrawn, outside: Outside, method: Method
) -> tuple[Room, Side]:
    found = tuple(addresses_of(drawn.snapshot, method.addresses))
    address = found[0] if found else outside.lend()
    room = drawn.draft.new_room(method.name, method.says, forwards=True)
    up = outside.reach(room, address)
    room.ways.extend((Way(ANYWHERE, up), Way(ANYWHERE, up, LEAVING)))
    text = _source_nat(drawn.marks, method, up.name, address)
    room.texts.append(text.replace(_KEPT, _kept(outside.fronts)))
    room.marked.append((_REPLY, MAIN))
    return room, up


_KEPT = "    # what is kept"
_REPLY = 0x4000
"""The mark of a reply from behind the very translator that its packet went through."""


def _kept(fronts: list[IPv4Address]) -> str:
    """Return the rule that lets replies of front ends leave as they are."""
    listed = ", ".join(map(str, sorted(set(fronts))))
    return f"    ip saddr {{ {listed} }} counter accept" if fronts else _KEPT


def lead_back(drawn: FabricDrawn, outside: Outside, subnet: SubnetDrawn) -> Side:
    """Return a link by which nothing but replies of front ends leave a subnet.

    Source: docs/semantics/path.md, Y3: replies need no outbound method.
    """
    name = f"edge:{subnet.room.name}"
    room = drawn.draft.room(name, "replies of front ends", forwards=True)
    up, down = drawn.draft.join(subnet.room, room)
    away, _ = drawn.draft.join(room, outside.room)
    room.ways.append(Way(ANYWHERE, away))
    room.ways.extend(Way(item, down) for item in prefixes(subnet.subnet.prefixes))
    written = drawn.marks.rule(f"nothing lends {subnet.subnet.name} an address", None)
    room.texts.append(
        f"""table ip seawall_edge {{
  chain forward {{
    type filter hook forward priority 0; policy accept;
{_kept(outside.fronts)}
    icmp type destination-unreachable accept
    counter {REJECT_IPV4} comment "{written.id} {written.says}"
  }}
}}"""
    )
    return up


def _source_nat(marks: Marks, method: Method, link: str, address: IPv4Address) -> str:
    written = marks.rule(f"{method.says} lends {address}", None)
    mark = f'comment "{written.id} {written.says}"'
    return f"""table inet seawall_lend {{
  chain postrouting {{
    type nat hook postrouting priority 100; policy accept;
{_KEPT}
    oifname "{link}" counter snat ip to {address} {mark}
  }}
  chain prerouting {{
    type filter hook prerouting priority -90; policy accept;
    ct direction reply ct state established meta mark set {_REPLY}
  }}
  chain forward {{
    type filter hook forward priority 0; policy accept;
    ct state established,related accept
    icmp type destination-unreachable accept
    meta l4proto != {{ {_CARRIED} }} counter {REJECT} {mark}
  }}
}}"""
