"""The policy layer alone: nodes around one router, and everything else behind it."""

from dataclasses import dataclass

from seawall.model.address import AddressRange
from seawall.twin.classes.cast import (
    DoorStand,
    FrontStand,
    GatewayStand,
    MachineStand,
    NameStand,
    NodeStand,
    PodStand,
    ResourceStand,
    ServiceStand,
    SiteStand,
)
from seawall.twin.layout.draft import ANYWHERE, Draft, Room, Side, Way
from seawall.twin.layout.services import services_table
from seawall.twin.policies.ground import Ground
from seawall.twin.policies.table import table_of, walks
from seawall.twin.sampling.questions import Stand

OUTSIDE = "outside"
ON_PREMISES = "on premises"
FABRIC = "fabric"


@dataclass(frozen=True, slots=True)
class Nodes:
    """The nodes of a draft and what leads to their pods.

    Attributes:
        rooms: The space of each node, by its name.
        doors: The end of the link to each pod, by the pod's name.
    """

    rooms: dict[str, Room]
    doors: dict[str, Side]


def space_of(stand: Stand) -> str:
    """Return the name of the space that somebody is in; empty where in none."""
    match stand:
        case PodStand():
            return f"pod:{stand.name}"
        case NodeStand():
            return f"node:{stand.name}"
        case MachineStand():
            return f"{stand.kind}:{stand.name}"
        case (
            ServiceStand()
            | FrontStand()
            | SiteStand()
            | DoorStand()
            | NameStand()
            | ResourceStand()
            | GatewayStand()
        ):
            return ""
        case _:
            return ON_PREMISES if stand.is_on_premises else OUTSIDE


def draw_nodes(draft: Draft, ground: Ground) -> Nodes:
    """Draw the nodes, their pods and the policies that hold them."""
    rooms: dict[str, Room] = {}
    doors: dict[str, Side] = {}
    for node in ground.cast.nodes:
        room = draft.room(space_of(node), f"node {node.name}", forwards=True)
        room.held.append(node.address)
        rooms[node.name] = room
    for stand in ground.cast.pods:
        pod = draft.room(space_of(stand), stand.workload.label)
        pod.held.append(stand.address)
        home = rooms[stand.node.name]
        up, down = draft.join(pod, home)
        pod.ways.append(Way(ANYWHERE, up))
        home.ways.append(Way(AddressRange.of(stand.address), down))
        doors[stand.name] = down
    found = walks(ground)
    links = {name: side.name for name, side in doors.items()}
    for node in ground.cast.nodes:
        rooms[node.name].texts.append(table_of(ground, node, links, found))
        translating = services_table(ground, node, links)
        if translating:
            rooms[node.name].texts.append(translating)
    return Nodes(rooms, doors)


def policy_layer(ground: Ground) -> Draft:
    """Draw a network in which nothing but policies decides."""
    draft = Draft()
    fabric = draft.room(FABRIC, "a network without filters", forwards=True)
    nodes = draw_nodes(draft, ground)
    for node in ground.cast.nodes:
        up, down = draft.join(nodes.rooms[node.name], fabric)
        nodes.rooms[node.name].ways.append(Way(ANYWHERE, up))
        fabric.ways.append(Way(AddressRange.of(node.address), down))
        for stand in ground.cast.pods:
            if stand.node == node:
                fabric.ways.append(Way(AddressRange.of(stand.address), down))
    outside = draft.room(OUTSIDE, "places outside the cluster")
    up, down = draft.join(outside, fabric)
    outside.ways.append(Way(ANYWHERE, up))
    fabric.ways.append(Way(ANYWHERE, down))
    outside.held.extend(place.address for place in ground.cast.places)
    return draft
