"""What a stand tells of whoever asked it: one line of JSON."""

import json
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Sighting:
    """Whom a stand saw.

    Attributes:
        space: The space whose stand answers.
        source: The address that the question came from.
        port: The port that it came from.
        destination: The address that it was sent to, as it arrived.
        name: Server name or `Host`; empty for none.
    """

    space: str
    source: str
    port: int
    destination: str = ""
    name: str = ""

    def encode(self) -> bytes:
        """Return the line."""
        return json.dumps(asdict(self)).encode() + b"\n"


def decode(line: bytes) -> Sighting | None:
    """Read a line back; None for what no stand has written."""
    try:
        read: Any = json.loads(line)
        return Sighting(
            space=str(read["space"]),
            source=str(read["source"]),
            port=int(read["port"]),
            destination=str(read["destination"]),
            name=str(read["name"]),
        )
    except (ValueError, TypeError, KeyError):
        return None


def plain(address: str) -> str:
    """Return an address without its zone, and without IPv4 dressed as IPv6."""
    return address.partition("%")[0].removeprefix("::ffff:")
