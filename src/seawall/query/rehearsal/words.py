"""How those who stand in a twin are called."""

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
from seawall.twin.sampling.questions import Stand

_KINDS = {
    ServiceStand: "Service",
    FrontStand: "front end",
    DoorStand: "public address of",
    ResourceStand: "public address of",
}


def place_text(stand: Stand) -> str:
    """Return who stands somewhere, as a person would call it."""
    match stand:
        case PodStand():
            return stand.workload.label
        case NodeStand():
            return f"node {stand.name}"
        case MachineStand():
            return f"{stand.kind} {stand.name}"
        case ServiceStand() | FrontStand() | DoorStand() | ResourceStand():
            return f"{_KINDS[type(stand)]} {stand.name}"
        case SiteStand() | NameStand() | GatewayStand():
            return _asked(stand)
        case _:
            where = "on premises, " if stand.is_on_premises else ""
            return f"{stand.address} ({where}for {stand.stands_for})"


def _through(stand: GatewayStand) -> str:
    if stand.backend is None:
        return f"gateway {stand.name}"
    to = f"{stand.backend.called} port {stand.backend.port}"
    return f"gateway {stand.name}, on to {to}"


def _asked(stand: SiteStand | NameStand | GatewayStand) -> str:
    if isinstance(stand, GatewayStand):
        return _through(stand)
    if isinstance(stand, NameStand):
        return f"the name {stand.name}, asked of {stand.address}"
    return f"{stand.name} in {stand.speaks.upper()}"


def names_of(stand: Stand) -> tuple[str, ...]:
    """Return how somebody may be called, in full first and shortest last."""
    match stand:
        case PodStand():
            labels = (stand.workload.label, *stand.others)
            short = tuple(label.split("[")[0] for label in labels)
            pod = f"pod:{stand.name}"
            return tuple(dict.fromkeys((*labels, pod, *reversed(short))))
        case NodeStand():
            return (f"node {stand.name}", f"node:{stand.name}", stand.name)
        case MachineStand():
            return (f"{stand.kind} {stand.name}", f"subnet:{stand.name}", stand.name)
        case ServiceStand() | FrontStand() | DoorStand() | ResourceStand():
            is_service = isinstance(stand, ServiceStand)
            own = (f"service:{stand.name}",) if is_service else ()
            return (place_text(stand), *own, str(stand.address))
        case NameStand() | SiteStand() | GatewayStand():
            return (place_text(stand),)
        case _:
            return (str(stand.address),)
