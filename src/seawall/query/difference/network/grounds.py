"""Addresses in the words of whoever knows the network: the internet, a subnet."""

from collections.abc import Iterable
from dataclasses import dataclass

from seawall.engine.path import Space
from seawall.engine.path.ground.space import IPV4, IPV6, PRIVATE
from seawall.model.address import AddressRange
from seawall.query.case import Case
from seawall.query.reach.text import end_text

_FEW = 3
INTERNET = "the internet"


@dataclass(frozen=True, slots=True)
class Grounds:
    """Places with a name, the widest first.

    Attributes:
        places: What they are called, and their addresses.
    """

    places: tuple[tuple[str, Space], ...]

    @classmethod
    def of(cls, cases: Iterable[Case]) -> "Grounds":
        """Return the places of two inputs; where they differ, those of the last."""
        found: dict[str, Space] = {}
        for case in cases:
            atlas = case.paths.atlas
            known = Space()
            for network in case.snapshot.fabric.networks:
                space = Space.of(network.space)
                known = known | space
                found[f"network {network.name}"] = space
            for gateway in case.snapshot.fabric.gateways:
                found[f"what lies behind {gateway.name}"] = atlas.behind(gateway)
            found[INTERNET] = atlas.internet
            found["other private addresses"] = PRIVATE - known
            for subnet in case.snapshot.fabric.subnets:
                name = f"subnet {case.subnet_text(subnet.id)}"
                found[name] = Space.of(subnet.prefixes)
        order = (INTERNET, "network", "what lies", "other", "subnet")
        listed = sorted(
            found.items(),
            key=lambda item: next(
                at for at, word in enumerate(order) if item[0].startswith(word)
            ),
        )
        return cls(tuple((name, space) for name, space in listed if space))

    def text(self, ranges: tuple[AddressRange, ...]) -> str:
        """Return addresses in words; those of no named place as prefixes."""
        left, words = Space(ranges), []
        most = self._most_of_internet(left)
        if most:
            return most
        for name, space in self.places:
            for version, family in ((IPV4, ""), (IPV6, " (IPv6)")):
                part = space & version
                if part and part <= left:
                    words.append(f"{name}{family}")
                    left = left - part
        if left:
            words.append(end_text(left.ranges, _FEW))
        return ", ".join(words)

    def _most_of_internet(self, space: Space) -> str:
        """Return most of the internet as what it lacks; nothing if it is not that."""
        for name, internet in self.places:
            ipv4 = internet & IPV4
            if name != INTERNET or not space or not space <= ipv4:
                continue
            holes = ipv4 - space
            if holes and _size(holes) < _size(ipv4) // 2:
                return f"{INTERNET} except {end_text(holes.ranges, _FEW)}"
        return ""


def _size(space: Space) -> int:
    return sum(item.last - item.first + 1 for item in space.ranges)
