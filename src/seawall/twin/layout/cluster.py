"""The nodes of a cluster in the network: where they and their pods are, and who hides.

Written from docs/semantics/path.md, M and R8.
"""

from seawall.model.address import AddressRange
from seawall.model.cluster import Addressing, Cluster, NodePool
from seawall.model.snapshot import Snapshot
from seawall.twin.classes.cast import Cast, MachineStand, NodeStand
from seawall.twin.layout.draft import ANYWHERE, Room, Way
from seawall.twin.layout.fabric import OUTSIDE_NETWORKS, FabricDrawn, Member
from seawall.twin.layout.policy_layer import Nodes, space_of
from seawall.twin.layout.routing import Hop, Lead
from seawall.twin.line import IPV4, Marks

FROM_PODS = 200
"""The table that routes what pods send, where they have a subnet of their own."""

_LINK_LOCAL = AddressRange.parse("169.254.0.0/16")


def place_nodes(
    drawn: FabricDrawn, snapshot: Snapshot, cast: Cast, nodes: Nodes
) -> None:
    """Put nodes into their subnets, and their pods where they have addresses."""
    cluster = snapshot.cluster
    if cluster is None:
        return
    for node in cast.nodes:
        pool = cluster.pool(node.pool)
        if pool is None or pool.subnet.value is None:
            why = "its pool or the subnet of it is not in the input"
            drawn.marks.gap("node-not-placed", node.name, why)
            continue
        _place(drawn, (cluster, pool), node, cast, nodes)
    if cluster.addressing.value in OUTSIDE_NETWORKS:
        _lead_pods(drawn, cluster, cast)


def _place(
    drawn: FabricDrawn,
    at: tuple[Cluster, NodePool],
    node: NodeStand,
    cast: Cast,
    nodes: Nodes,
) -> None:
    cluster, pool = at
    room = nodes.rooms[node.name]
    group = pool.nic_security_group.value
    own = [stand for stand in cast.pods if stand.node == node]
    apart = cluster.addressing.value is Addressing.POD_SUBNET and pool.pod_subnet.value
    carried = [] if apart else [stand.address for stand in own]
    up = drawn.add(
        pool.subnet.value or "", Member(room, node.address, group, carried=carried)
    )
    if apart and own:
        aside = Room(room.name, room.stands_for)
        first, *rest = [stand.address for stand in own]
        side = drawn.add(
            pool.pod_subnet.value or "", Member(aside, first, group, carried=rest)
        )
        if side is not None:
            room.ways.append(Way(ANYWHERE, side, FROM_PODS))
            for stand in own:
                door = nodes.doors[stand.name]
                room.ways.append(Way(AddressRange.of(stand.address), door, FROM_PODS))
                room.entering.append((door.name, FROM_PODS))
    if up is not None and own and not apart:
        text = masquerade(drawn.marks, cluster, drawn, node, up.name)
        if text:
            room.texts.append(text)


def _lead_pods(drawn: FabricDrawn, cluster: Cluster, cast: Cast) -> None:
    """Let pods outside networks be reached between subnets of nodes: R8."""
    homes = {pool.subnet.value for pool in cluster.pools}
    for id_ in homes:
        subnet = drawn.subnets.get(id_ or "")
        if subnet is not None:
            for stand in cast.pods:
                item = AddressRange.of(stand.address)
                lead = Lead(Hop.NETWORK, "pods of the cluster")
                drawn.route(subnet, item, lead, None)


def masquerade(
    marks: Marks, cluster: Cluster, drawn: FabricDrawn, node: NodeStand, link: str
) -> str:
    """Return the table that hides pods behind their node; empty where none does.

    Source: docs/semantics/path.md, M1 to M7.
    """
    mode = cluster.addressing.value
    spared: list[AddressRange]
    if mode in OUTSIDE_NETWORKS:
        spared = list(cluster.pod_ranges.value or ())
    elif mode is Addressing.NODE_SUBNET:
        own = {
            drawn.subnets[pool.subnet.value].subnet.network
            for pool in cluster.pools
            if pool.subnet.value in drawn.subnets
        }
        networks = drawn.snapshot.fabric.networks
        spared = [it for net in networks if net.id in own for it in net.space]
    else:
        why = "how pods of another CNI leave is not known"
        marks.gap("masquerade-not-known", cluster.name, why, cluster.origin)
        return ""
    listed = cluster.masquerade
    if listed.own.known and listed.own.value is not None:
        spared = list(listed.own.value)
    if listed.added.known:
        spared.extend(listed.added.value or ())
    if not (listed.own.known and listed.added.known) or listed.others:
        why = "a list of the agent that hides pods is not known"
        marks.gap("masquerade-not-known", cluster.name, why, cluster.origin)
    if listed.hides_link_local.value is False:
        spared.append(_LINK_LOCAL)
    name = marks.sets.addresses(tuple(it for it in spared if it.version == IPV4))
    declared = next(line for line in marks.sets.text() if line.split()[1] == name)
    return f"""table ip seawall_masquerade {{
  {declared}
  chain postrouting {{
    type nat hook postrouting priority 100; policy accept;
    oifname "{link}" ip saddr != {node.address} ip daddr != @{name} counter \
snat to {node.address} comment "pods are hidden behind their node"
  }}
}}"""


def place_machine(drawn: FabricDrawn, stand: MachineStand) -> None:
    """Put a machine, or a private endpoint, into its subnet."""
    room = drawn.draft.room(space_of(stand), f"{stand.kind} {stand.name}")
    room.held.append(stand.address)
    groups = {
        at: interface.security_group.value
        for interface in drawn.snapshot.fabric.interfaces
        for at in interface.addresses
        if interface.subnet == stand.subnet
    }
    is_endpoint = stand.kind == "endpoint"
    group = groups.get(stand.address)
    member = Member(room, stand.address, group, is_endpoint=is_endpoint)
    if drawn.add(stand.subnet, member) is None:
        why = "its subnet is not in the input"
        drawn.marks.gap("machine-not-placed", stand.name, why)
