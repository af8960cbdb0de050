"""The JSON document of exposures, `seawall/exposure/v1`."""

from collections.abc import Iterable

from seawall.model.diagnostic import Assumption
from seawall.model.snapshot import Snapshot
from seawall.query.document import Json, envelope
from seawall.query.exposure.answer import FUTURE_PODS, Exposed
from seawall.query.exposure.reader import Exposure, Services
from seawall.query.exposure.words import Peers

SCHEMA = "seawall/exposure/v1"


def exposure_json(
    snapshot: Snapshot, found: Iterable[Exposed], assumptions: tuple[Assumption, ...]
) -> Json:
    """Return the document of *found*.

    Args:
        snapshot: What was read.
        found: The exposures.
        assumptions: Those behind the choice of the policy engine.
    """
    return {
        **envelope(SCHEMA, snapshot, (*assumptions, FUTURE_PODS)),
        "exposures": [_exposed(item) for item in found],
    }


def _exposed(item: Exposed) -> Json:
    return {
        "workload": item.workload.label,
        "direction": item.direction.value,
        "isolated": item.isolated,
        "why": item.why or None,
        "peers": [_exposure(one) for one in item.found],
    }


def _exposure(item: Exposure) -> Json:
    return {
        "text": item.peers.text,
        "pods": item.peers.pods or None,
        "namespaces": _namespaces(item.peers),
        "allowed": _services(item.allowed, item.named),
        "unknown": _services(item.unknown, item.perhaps_named),
    }


def _namespaces(peers: Peers) -> Json:
    return {
        "existing": list(peers.namespaces),
        "anyExisting": peers.any_existing,
        "new": list(peers.new),
        "anyNew": "" in peers.new,
    }


def _services(numbered: Services, named: Services) -> list[Json]:
    found: list[Json] = [{"protocol": name, "ports": ports} for name, ports in numbered]
    found.extend({"protocol": name, "portName": port} for name, port in named)
    return found
