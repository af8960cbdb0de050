"""Load balancers inbound: front ends, nodes behind them, and what filters see.

Written from docs/semantics/path.md, B1, B2 and F10. A load balancer chooses a node by
the client's address and port and puts the packet on a link of its own to that node's
subnet, where filters see the front end's address, or the node's if the rule does not
float. Replies do not pass it: they leave by the routes of the subnet.
"""

from dataclasses import dataclass, field
from ipaddress import IPv4Address

from seawall.model.address import AddressRange
from seawall.model.filter import Access
from seawall.model.packet import Protocol
from seawall.model.policy import Direction
from seawall.model.setting import Setting
from seawall.model.translation import FrontEnd, LoadBalancerRule
from seawall.twin.classes.cast import Cast, FrontStand, NodeStand
from seawall.twin.classes.fronts import nodes_behind
from seawall.twin.layout.draft import ANYWHERE, Room, Side, Way
from seawall.twin.layout.fabric import FabricDrawn, Member, SubnetDrawn
from seawall.twin.layout.ways_out import Outside, on_premises
from seawall.twin.line import comment
from seawall.twin.policies.table import REJECT_IPV4

_FIRST_TABLE = 20_000
_FIRST_MARK = 0x8000
"""Above those that lead errors back."""
_WORDS = {int(Protocol.TCP): "tcp", int(Protocol.UDP): "udp"}


@dataclass(slots=True)
class _Drawing:
    """One front end while it is drawn.

    Attributes:
        stand: The front end.
        room: Its space.
        marks: From a node to the mark that leads to it.
        links: From a node to the end, in its subnet, of the link to it.
        told: The subnets that know a way back, by the names of their spaces; shared by
            all front ends.
        lines: Lines that choose a node.
        shut: Lines about nodes that nothing opens to the internet.
    """

    stand: FrontStand
    room: Room
    told: set[str]
    marks: dict[str, int] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)
    shut: list[str] = field(default_factory=list)


def draw_balancers(drawn: FabricDrawn, outside: Outside, cast: Cast) -> None:
    """Draw the front ends of load balancers, each with links to its nodes."""
    told: set[str] = set()
    for stand in cast.fronts:
        room = drawn.draft.room(
            f"balancer:{stand.name}", f"front end {stand.name}", forwards=True
        )
        if stand.front.is_public:
            # Only refusals go back this way; replies leave as `ways_out` draws it.
            room.ways.append(Way(ANYWHERE, outside.reach(room, stand.address)))
            outside.taken_in.append(stand.address)
        elif not lead_to(drawn, cast, (stand.front, stand.address), room):
            why = "its subnet is not in the input"
            drawn.marks.gap("front-not-drawn", stand.name, why, stand.balancer.origin)
            continue
        found = _Drawing(stand, room, told)
        for rule in stand.rules:
            _choose(drawn, cast, found, rule)
        room.texts.append(_table(drawn, found))


def lead_to(
    drawn: FabricDrawn, cast: Cast, at: tuple[FrontEnd, IPv4Address], room: Room
) -> bool:
    """Lead the address of a private front end to it, past every subnet."""
    front, address = at
    home = drawn.subnets.get(front.subnet or "")
    if home is None:
        return False
    network = drawn.networks[home.subnet.network]
    up, down = drawn.draft.join(room, network)
    room.ways.append(Way(ANYWHERE, up))
    far = [it.address for it in cast.places if it.is_on_premises]
    if far:
        back, _ = drawn.draft.join(room, on_premises(drawn.draft, far))
        room.ways.extend(Way(AddressRange.of(it), back) for it in far)
    here = AddressRange.of(address)
    network.ways.append(Way(here, down))
    home.room.ways.append(Way(here, home.up))
    return True


def _choose(
    drawn: FabricDrawn, cast: Cast, found: _Drawing, rule: LoadBalancerRule
) -> None:
    stand = found.stand
    behind = [
        (node, place)
        for node in nodes_behind(stand, rule, cast.services, cast.pods, cast.nodes)
        if (place := _place(drawn, node)) is not None
    ]
    if rule.probe is not None and any(_may_refuse(drawn, at) for _, at in behind):
        why = "a group may refuse its health probes, and nothing sends them"
        drawn.marks.gap("probes-not-sent", stand.name, why, rule.origin)
        drawn.marks.blind.add(stand.address)
    written = drawn.marks.rule(f"{stand.balancer.name}/{rule.name}", rule.origin)
    words = [_WORDS[rule.protocol]] if rule.protocol in _WORDS else []
    if rule.protocol is None:
        words = list(_WORDS.values())
    numbers = []
    for node, place in behind:
        number = found.marks.get(node.name)
        if number is None:
            number = found.marks[node.name] = len(found.marks) + 1
            _link(drawn, cast, found, node, place, number)
        numbers.append(number)
    for word in words if numbers else ():
        chosen = ", ".join(
            f"{at} : {_FIRST_MARK + it}" for at, it in enumerate(numbers)
        )
        spread = (
            f"jhash ip saddr . {word} sport mod {len(numbers)} seed 0x7 "
            f"map {{ {chosen} }}"
            if len(numbers) > 1
            else f"{_FIRST_MARK + numbers[0]}"
        )
        found.lines.append(
            f"ip daddr {stand.address} {word} dport {rule.front_port} "
            f"meta mark set {spread} counter {comment(written)}"
        )
    if not rule.floating:
        for node, place in behind:
            _unfloat(found, rule, node, place[0], words)


def _place(
    drawn: FabricDrawn, node: NodeStand
) -> tuple[SubnetDrawn, Member, Side] | None:
    for subnet in drawn.subnets.values():
        for member, side in subnet.members:
            if member.address == node.address:
                return subnet, member, side
    return None


def _link(
    drawn: FabricDrawn,
    cast: Cast,
    found: _Drawing,
    node: NodeStand,
    place: tuple[SubnetDrawn, Member, Side],
    number: int,
) -> None:
    """Join a front end to the subnet of a node; what comes so is for that node."""
    subnet, member, side = place
    up, down = drawn.draft.join(found.room, subnet.room)
    found.room.ways.append(Way(ANYWHERE, up, _FIRST_TABLE + number))
    found.room.marked.append((_FIRST_MARK + number, _FIRST_TABLE + number))
    table = _FIRST_TABLE + len(subnet.room.entering)
    subnet.room.entering.append((down.name, table))
    subnet.room.ways.append(Way(AddressRange.of(found.stand.address), side, table))
    subnet.room.ways.append(Way(AddressRange.of(node.address), side, table))
    found.links[node.name] = down.name
    if found.stand.front.is_public and subnet.room.name not in found.told:
        # What the subnet refuses is told to clients the way that they came.
        places = (it.address for it in cast.places if not it.is_on_premises)
        subnet.room.ways.extend(Way(AddressRange.of(at), down) for at in places)
        found.told.add(subnet.room.name)
    if found.stand.front.is_public and _is_open_to_nobody(subnet, member):
        written = drawn.marks.rule("no group opens the node to the internet", None)
        clients = ", ".join(
            str(it.address) for it in cast.places if not it.is_on_premises
        )
        if clients:
            found.shut.append(
                f'oifname "{up.name}" ip saddr {{ {clients} }} counter {REJECT_IPV4} '
                f"{comment(written)}"
            )


def _is_open_to_nobody(subnet: SubnetDrawn, member: Member) -> bool:
    """Whether no group stands before a node. Source: path.md, F10."""
    group: Setting[str] = subnet.subnet.security_group
    return member.group is None and group.known and group.value is None


def _may_refuse(drawn: FabricDrawn, place: tuple[SubnetDrawn, Member, Side]) -> bool:
    """Whether a custom rule before a node may keep the platform's host from it."""
    subnet, member, _ = place
    ids = {subnet.subnet.security_group.value, member.group}
    return any(
        rule.direction is Direction.INGRESS
        and rule.access is not Access.ALLOW
        and not rule.is_default
        for group in drawn.snapshot.fabric.security_groups
        if group.id in ids
        for rule in group.rules
    )


def _unfloat(
    found: _Drawing,
    rule: LoadBalancerRule,
    node: NodeStand,
    subnet: SubnetDrawn,
    words: list[str],
) -> None:
    """Let the subnet of a node put the node's address into what a rule hands on.

    So it is undone where the reply leaves, whichever way that takes.
    """
    port = f":{rule.back_port}" if isinstance(rule.back_port, int) else ""
    lines = [
        f'    iifname "{found.links[node.name]}" ip daddr {found.stand.address} '
        f"{word} dport {rule.front_port} counter dnat to {node.address}{port}"
        for word in words
    ]
    name = f"seawall_unfloat_{found.links[node.name]}_{rule.front_port.first}"
    subnet.room.texts.append(
        "\n".join(
            (
                f"table ip {name} {{",
                "  chain prerouting {",
                "    type nat hook prerouting priority -100; policy accept;",
                *lines,
                "  }",
                "}",
            )
        )
    )


def _unchosen(found: _Drawing) -> str:
    """Return a term for what no rule took: it would go back where it came from."""
    links = [
        way.over.name for way in found.room.ways if way.table is not None and way.over
    ]
    listed = ", ".join(f'"{name}"' for name in links)
    return f"oifname != {{ {listed} }}" if listed else ""


def _table(drawn: FabricDrawn, found: _Drawing) -> str:
    """Return the table that chooses a node by the client's address and port."""
    says = f"no rule of {found.stand.balancer.name} takes it"
    written = drawn.marks.rule(says, found.stand.balancer.origin)
    return "\n".join(
        (
            "table ip seawall_balancer {",
            "  chain prerouting {",
            "    type filter hook prerouting priority -150; policy accept;",
            *(f"    {line}" for line in found.lines),
            "  }",
            "  chain forward {",
            "    type filter hook forward priority 0; policy accept;",
            "    icmp type destination-unreachable accept",
            f"    {_unchosen(found)} counter {REJECT_IPV4} {comment(written)}",
            *(f"    {line}" for line in found.shut),
            "  }",
            "}",
        )
    )
