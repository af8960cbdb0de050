"""Ways in as the JSON contracts have them."""

from typing import Protocol

from seawall.query.document import Json, origin_json
from seawall.query.ways_in import Arrival


def arrival_json(item: Arrival) -> Json:
    """Return where one way in ends."""
    way = item.way
    return {
        "way": way.label,
        "host": way.host,
        "path": way.path,
        "proxy": way.proxy.name,
        "proxies": [pod.label for pod in item.proxies],
        "listens": list(way.listens),
        "to": item.target_text,
        "protocol": way.protocol.name,
        "port": item.port,
        "verdict": item.verdict.value,
        "reason": item.reason,
        "origin": origin_json(way.origin),
    }


class Edged(Protocol):
    """An answer that knows of ways in."""

    @property
    def ways_in(self) -> tuple[Arrival, ...]:
        """What proxies at the edge hand on."""


def edge_json(result: Edged) -> Json:
    """Return the field `waysIn`."""
    return {"waysIn": [arrival_json(item) for item in result.ways_in]}
