"""Side doors as the document of `check` holds them."""

from seawall.query.document import Json, origin_json
from seawall.query.services import services_of
from seawall.query.side_doors.answer import Passage
from seawall.query.side_doors.standing import StandingDoor


def passage_json(item: Passage) -> Json:
    """Return what a door is to some workloads."""
    return {
        "door": item.door.name,
        "services": [
            {"protocol": protocol, "ports": ports}
            for protocol, ports in services_of(item.door.headers)
        ],
        "workloads": list(item.workloads),
        "pools": list(item.pools),
        "verdict": item.verdict.value,
        "reason": item.reason,
        "origin": origin_json(item.origin),
    }


def standing_json(item: StandingDoor) -> Json:
    """Return a door that stands by a setting, for no workloads in particular."""
    return {
        "door": item.name,
        "services": [],
        "workloads": [],
        "pools": [],
        "verdict": item.verdict.value,
        "reason": item.text,
        "origin": origin_json(item.origin),
    }
