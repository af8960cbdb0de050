"""The Azure network as spaces: subnets and networks as routers, and who is in them.

A subnet is a router of its own: each of its members hangs on a link, so that even what
goes from one to another passes its filters, leaving and arriving. Routes of a subnet
hold for what its members send; what arrives for a member goes straight to it.
"""

from dataclasses import dataclass, field, replace
from ipaddress import IPv4Address

from seawall.model.address import AddressRange
from seawall.model.cluster import Addressing
from seawall.model.network import Subnet
from seawall.model.policy import Direction
from seawall.model.setting import Setting
from seawall.model.snapshot import Snapshot
from seawall.twin.layout.draft import ANYWHERE, Draft, Room, Side, Way, prefixes
from seawall.twin.layout.filters import Terms, admin_lines, group_lines
from seawall.twin.layout.routing import Hop, Lead, leads_of
from seawall.twin.layout.tables import Desk, Door, filter_table
from seawall.twin.line import IPV4, Does, Marks, comment
from seawall.twin.policies.table import REJECT

LEAVING = 100
"""The table that routes what members of a subnet send."""
MAIN = 254
"""The table that routes what comes for them. Source: ip-route(8)."""

OUTSIDE_NETWORKS = (Addressing.OVERLAY, Addressing.KUBENET)
"""Where pods have addresses that no network holds. Source: path.md, A3 and F7."""

NOWHERE = "nowhere"
NOWHERE_SAYS = "a route leads nowhere"
_REFUSES = f"""table inet seawall_nowhere {{{{
  chain forward {{{{
    type filter hook forward priority 0; policy accept;
    ct state established,related accept
    counter {REJECT} {{comment}}
  }}}}
}}}}"""

_UNGUARDED = ("azurefirewallsubnet", "azurefirewallmanagementsubnet", "gatewaysubnet")


@dataclass(slots=True)
class Member:
    """Somebody in a subnet.

    Attributes:
        room: Its space.
        address: Its address there.
        group: Id of the security group on its interface; None if there is none.
        is_endpoint: Whether it is a private endpoint, which few filters stand before.
        carried: Further addresses that lead to it, such as those of its pods.
    """

    room: Room
    address: IPv4Address
    group: str | None = None
    is_endpoint: bool = False
    carried: list[IPv4Address] = field(default_factory=list)


@dataclass(slots=True)
class SubnetDrawn:
    """A subnet while it is drawn: its space, and its links.

    Attributes:
        subnet: The subnet.
        room: Its space.
        up: Its end of the link to the network.
        down: The network's end of it.
        members: Who is in it, with its end of the link to each.
        nowhere: Its end of the link to where routes end, once it is needed.
    """

    subnet: Subnet
    room: Room
    up: Side
    down: Side
    members: list[tuple[Member, Side]] = field(default_factory=list)
    nowhere: Side | None = None


@dataclass(slots=True)
class FabricDrawn:
    """The network while it is drawn.

    Attributes:
        snapshot: What was read.
        draft: Where it is drawn.
        marks: Rules, sets and gaps.
        networks: The space of each network, by id.
        subnets: Each subnet, by id.
    """

    snapshot: Snapshot
    draft: Draft
    marks: Marks
    networks: dict[str, Room] = field(default_factory=dict)
    subnets: dict[str, SubnetDrawn] = field(default_factory=dict)

    @classmethod
    def begun(cls, snapshot: Snapshot, draft: Draft, marks: Marks) -> "FabricDrawn":
        """Draw networks, their subnets and what connects networks."""
        self = cls(snapshot, draft, marks)
        fabric = snapshot.fabric
        for network in fabric.networks:
            room = draft.new_room(
                f"network:{network.name}", f"network {network.name}", forwards=True
            )
            self.networks[network.id] = room
        names = {network.id: network.name for network in fabric.networks}
        for subnet in fabric.subnets:
            home = self.networks.get(subnet.network)
            own = tuple(it for it in subnet.prefixes if it.version == IPV4)
            if home is None or not own:
                why = "its network or its addresses are not in the input"
                marks.gap("subnet-not-drawn", subnet.name, why, subnet.origin)
                continue
            label = f"{names[subnet.network]}/{subnet.name}"
            room = draft.new_room(f"subnet:{label}", f"subnet {label}", forwards=True)
            up, down = draft.join(room, home)
            # What a router says itself, such as an error, goes straight to members,
            # and elsewhere as what these send.
            room.entering.extend((("lo", MAIN), ("lo", LEAVING)))
            home.ways.extend(Way(item, down) for item in prefixes(own))
            self.subnets[subnet.id] = SubnetDrawn(subnet, room, up, down)
        self._connect()
        for room in self.networks.values():
            near, _ = draft.join(room, self._refusing())
            room.ways.append(Way(ANYWHERE, near))
        return self

    def _connect(self) -> None:
        """Draw peerings of which both sides are there and none is known to be off."""
        fabric = self.snapshot.fabric
        spaces = {network.id: network.space for network in fabric.networks}
        sides = {(it.network, it.remote): it for it in fabric.peerings}
        for (network, remote), peering in sides.items():
            other = sides.get((remote, network))
            if network > remote or other is None or not peering.complete:
                if other is None or not peering.complete:
                    why = "its other side, or what it connects, is not in the input"
                    self.marks.gap("peering-not-drawn", peering.name, why)
                continue
            if any(it.connected.value is False for it in (peering, other)):
                continue
            one, two = self.networks.get(network), self.networks.get(remote)
            if one is None or two is None:
                continue
            near, far = self.draft.join(one, two)
            one.ways.extend(Way(item, near) for item in prefixes(spaces[remote]))
            two.ways.extend(Way(item, far) for item in prefixes(spaces[network]))

    def add(self, subnet: str, member: Member) -> Side | None:
        """Put somebody into a subnet; None if that is not drawn.

        Returns:
            The member's end of the link.
        """
        drawn = self.subnets.get(subnet)
        if drawn is None:
            return None
        up, down = self.draft.join(member.room, drawn.room)
        member.room.ways.append(Way(ANYWHERE, up))
        for address in (member.address, *member.carried):
            drawn.room.ways.append(Way(AddressRange.of(address), down))
            if address != member.address:
                home = self.networks[drawn.subnet.network]
                home.ways.append(Way(AddressRange.of(address), drawn.down))
        drawn.room.entering.append((down.name, LEAVING))
        drawn.members.append((member, down))
        return up

    def at(self, address: IPv4Address) -> Member | None:
        """Return whoever in a subnet has an address."""
        for drawn in self.subnets.values():
            for member, _ in drawn.members:
                if member.address == address:
                    return member
        return None

    def leads(self, drawn: SubnetDrawn) -> dict[AddressRange, Lead]:
        """Return where what the members of a subnet send is led."""
        return leads_of(self.snapshot.fabric, drawn.subnet, self.marks)

    def route(
        self, drawn: SubnetDrawn, item: AddressRange, lead: Lead, over: Side | None
    ) -> None:
        """Draw one route of a subnet; without a link what it takes is dropped."""
        if lead.hop is Hop.NETWORK:
            over = drawn.up
        if over is None:
            over = self._nowhere(drawn)
        drawn.room.ways.append(Way(item, over, LEAVING, lead.says))

    def _nowhere(self, drawn: SubnetDrawn) -> Side:
        """Return a link to a space that refuses everything.

        A route that leads nowhere would refuse too, but only so often a second.
        """
        if drawn.nowhere is None:
            drawn.nowhere, _ = self.draft.join(drawn.room, self._refusing())
        return drawn.nowhere

    def _refusing(self) -> Room:
        """Return the space that refuses everything; its errors find their way back."""
        room = self.draft.room(NOWHERE, "where routes end", forwards=True)
        if not room.texts:
            written = self.marks.rule(NOWHERE_SAYS, None)
            room.texts.append(_REFUSES.format(comment=comment(written)))
            # Without a route it would not be asked what it refuses.
            up, _ = self.draft.join(room, self.draft.room("sink", "nothing"))
            room.ways.append(Way(ANYWHERE, up))
        return room

    def guard(self) -> None:
        """Put security groups and admin rules before all members."""
        for drawn in self.subnets.values():
            if drawn.subnet.name.lower() in _UNGUARDED:
                continue
            terms = Terms.at(self.snapshot.fabric, drawn.subnet, self._pods())
            doors = [
                self._door(drawn, member, side.name, terms)
                for member, side in drawn.members
            ]
            if doors:
                drawn.room.texts.append(filter_table(self.marks, doors))

    def _pods(self) -> tuple[AddressRange, ...]:
        """Return where pods have addresses that no network holds."""
        cluster = self.snapshot.cluster
        if cluster is None or cluster.addressing.value not in OUTSIDE_NETWORKS:
            return ()
        return tuple(it for it in cluster.pod_ranges.value or () if it.version == IPV4)

    def _door(
        self, drawn: SubnetDrawn, member: Member, link: str, terms: Terms
    ) -> Door:
        terms = replace(terms, own=frozenset((member.address, *member.carried)))
        own, whole = member.group, drawn.subnet.security_group
        policies = drawn.subnet.endpoint_policies.value
        if member.is_endpoint:
            guarded = policies in ("Enabled", "NetworkSecurityGroupEnabled")
            desks = self._desks(terms, (whole.value,), Direction.INGRESS)
            return Door(link, (), desks if guarded else ())
        self._tell_unknown(whole, drawn)
        return Door(
            link,
            self._desks(terms, (own, whole.value), Direction.EGRESS),
            self._desks(terms, (whole.value, own), Direction.INGRESS),
        )

    def _tell_unknown(self, group: Setting[str], drawn: SubnetDrawn) -> None:
        if not group.known:
            why = f"which group it has is not known: {group.why}"
            self.marks.gap("group-not-known", drawn.subnet.name, why, group.origin)

    def _desks(
        self, terms: Terms, groups: tuple[str | None, ...], way: Direction
    ) -> tuple[Desk, ...]:
        fabric = self.snapshot.fabric
        out = []
        admin = tuple(admin_lines(self.marks, terms, fabric.admin_rules, way))
        if admin:
            written = self.marks.rule("no security admin rule matches", None)
            out.append(Desk(admin, Does.PASS, written, passes_all=True))
        known = {item.id: item for item in fabric.security_groups}
        for id_ in groups:
            if id_ is None:
                continue
            group = known.get(id_)
            if group is None:
                self.marks.gap("group-not-known", id_, "it is not in the input")
                continue
            lines = tuple(group_lines(self.marks, terms, group, way))
            written = self.marks.rule(f"{group.name}: no rule matches", group.origin)
            out.append(Desk(lines, Does.DENY, written))
        return tuple(out)
