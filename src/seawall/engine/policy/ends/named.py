"""What the names of ports stand for, on the governed pod and at the far end."""

from collections.abc import Iterable
from copy import copy

from seawall.engine.policy.ends.columns import Columns
from seawall.engine.policy.ends.match import Match
from seawall.engine.policy.ends.services import Services
from seawall.engine.policy.ends.unit import NamedNumber, Units
from seawall.engine.policy.rows.bits import set_of
from seawall.model.packet import PortRange, Protocol
from seawall.model.policy import NamedPort


class NamedPorts:
    """The named ports of the units of one snapshot."""

    def __init__(
        self,
        units: Units,
        columns: Columns,
        services: Services,
        *,
        reliable: bool,
    ) -> None:
        """Take note of the names that units use.

        Args:
            units: The units.
            columns: The layout of rows.
            services: The atoms.
            reliable: Whether one name is told apart by pod where it stands for several
                numbers.
        """
        self._columns, self._services, self._reliable = columns, services, reliable
        self.numbers: dict[tuple[Protocol, str], dict[int, int]] = {}
        """For each name, the units on which it stands for each mask."""
        self._present = set_of(units.present)
        alike: dict[tuple[NamedNumber, ...], list[int]] = {}
        for at, unit in enumerate(units.units):
            if unit.ports:
                alike.setdefault(unit.ports, []).append(at)
        for ports, places in alike.items():
            masks: dict[tuple[Protocol, str], int] = {}
            for protocol, name, number in ports:
                mask = services.mask(protocol, PortRange(number, number))
                masks[protocol, name] = masks.get((protocol, name), 0) | mask
            for key, mask in masks.items():
                held = self.numbers.setdefault(key, {})
                held[mask] = held.get(mask, 0) | set_of(places)

    def over(self, units: Units) -> "NamedPorts | None":
        """Return the same for other workloads in the same units.

        None if rules that go by name would mean something else: whether a name is
        clear rests on who is there.
        """
        found = copy(self)
        found.settle(units)
        return found if found.clarity == self.clarity else None

    def settle(self, units: Units) -> None:
        """Take it that other workloads live in the units from now on; see `over`."""
        self._present = set_of(units.present)

    @property
    def clarity(self) -> dict[tuple[Protocol, str], int]:
        """What each name stands for on some pod, where that counts."""
        if self._reliable:
            return {}
        return {name: self._together(name) for name in self.numbers}

    def own(self, match: NamedPort, ports: Iterable[NamedNumber]) -> int:
        """Return what a name stands for on a pod with these named *ports*.

        Source: Kubernetes, networking/v1 types.go, NetworkPolicyPort: by name and
        protocol, on the destination pod.
        """
        found = 0
        for protocol, name, number in ports:
            if (protocol, name) == (match.protocol, match.name):
                found |= self._services.mask(protocol, PortRange(number, number))
        return found

    def conflict(self, match: NamedPort) -> int:
        """Return the services that a name may stand for on any pod; 0 if it is clear.

        Source: cilium issue 30003: one name with several numbers is not resolved
        reliably.
        """
        if self._reliable:
            return 0
        together = self._together((match.protocol, match.name))
        return 0 if together.bit_count() <= 1 else together

    def _together(self, name: tuple[Protocol, str]) -> int:
        """Return all services that a name stands for on some pod."""
        pods = self._columns.pods & self._present
        together = 0
        for mask, units in self.numbers.get(name, {}).items():
            if units & pods:
                together |= mask
        return together

    def far(self, match: NamedPort) -> list[tuple[int, Match]]:
        """Return what a name stands for at the far end: services, by columns.

        A name never fits an address that is no pod, nor a pod on the host network.
        """
        columns = self._columns
        unclear = self.conflict(match)
        if unclear:
            return [(columns.of_units(columns.pods), Match(0, unclear))]
        numbers = self.numbers.get((match.protocol, match.name), {})
        return [
            (columns.of_units(units & columns.pods), Match(mask, mask))
            for mask, units in numbers.items()
            if units & columns.pods
        ]
