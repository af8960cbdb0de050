"""The answers of the old engine, with what it lets in past policies by Services."""

from collections.abc import Iterator, Sequence

from seawall.engine.policy.rows.row import Term
from seawall.model.address import AddressRange, merged, without
from seawall.model.policy import Direction
from seawall.model.workload import Workload
from seawall.query.difference.side import Answers, Name, Part, Side, name_of
from seawall.query.migration.doors import WayIn
from seawall.query.reach.policy import ReachResult

_EVERYONE = AddressRange.everything(4)


class OldSide(Side):
    """A side whose pods are also open to what nodes hand on for some Services.

    A pod sees such a client by its own address or by that of another node.

    Source: AKS docs, migrate-from-npm-to-cilium-network-policy, read 2026-08-21.
    """

    past = "a Service whose traffic policy is Cluster leads clients past policies"

    def __init__(self, name: str, result: ReachResult, ways: tuple[WayIn, ...]) -> None:
        super().__init__(name, result)
        self._granted: dict[Name, list[tuple[tuple[AddressRange, ...], int]]] = {}
        nodes = self._node_ranges()
        for way in ways:
            clients = merged((*(way.clients or (_EVERYONE,)), *nodes))
            for backend in way.backends:
                mask = _mask(result, way, backend)
                found = self._granted.setdefault(name_of(backend), [])
                found.append((clients, mask))

    def answers_from(self, name: Name) -> Answers | None:
        """Return what a workload may send to others; None if it is not here."""
        found = super().answers_from(name)
        workload = self.workload(name)
        if found is None or workload is None or not workload.host_network:
            return found
        return _Granted(self, found, self._granted)

    def outside(self, name: Name, direction: Direction) -> list[Part] | None:
        """Return the answers for addresses, where some service passes."""
        parts = super().outside(name, direction)
        if parts is None or direction is not Direction.INGRESS:
            return parts
        for clients, mask in self._granted.get(name, ()):
            parts = list(_widened(parts, clients, mask))
        return parts

    def outside_cells(
        self, name: Name, direction: Direction
    ) -> tuple[Term, ...] | None:
        """Return what `outside` goes by; None if that is not all, or it is not here."""
        if direction is Direction.INGRESS and name in self._granted:
            return None
        return super().outside_cells(name, direction)

    def _node_ranges(self) -> tuple[AddressRange, ...]:
        index = self.result.table.index
        known, _ = index.peers.node_places
        return tuple(index.addresses.ranges(known))


class _Granted(Answers):
    """What a workload on the host network may send to others."""

    def __init__(
        self,
        side: Side,
        answers: Answers,
        granted: dict[Name, list[tuple[tuple[AddressRange, ...], int]]],
    ) -> None:
        super().__init__(side, {})
        self._answers, self._granted = answers, granted

    def by_number(self, numbers: Sequence[int]) -> dict[int, int]:
        """Return the raw answers by number, those for nothing left out.

        Args:
            numbers: The number of each workload of the side, by position.
        """
        found = self._answers.by_number(numbers)
        for name, grants in self._granted.items():
            at = self._positions.get(name)
            if at is None:
                continue
            for _, mask in grants:
                found[numbers[at]] = found.get(numbers[at], 0) | mask
        return found

    def to(self, name: Name) -> int | None:
        """Return the raw answer for a workload; None if it is not on this side."""
        found = self._answers.to(name)
        if found is not None:
            for _, mask in self._granted.get(name, ()):
                found |= mask
        return found


def _widened(
    parts: list[Part], clients: tuple[AddressRange, ...], mask: int
) -> Iterator[Part]:
    """Yield disjoint parts in which clients have some more."""
    for piece, answer in parts:
        apart = without((piece,), clients)
        for rest in apart:
            yield rest, answer
        for shared in without((piece,), apart):
            yield shared, answer | mask
    for rest in without(clients, [piece for piece, _ in parts]):
        yield rest, mask


def _mask(result: ReachResult, way: WayIn, backend: Workload) -> int:
    """Return what a Service leads to on a backend, as an answer that is sure."""
    services = result.table.services
    found = 0
    for protocol, ports in way.numbers_on(backend):
        found |= services.mask(protocol, ports)
    return services.answer(found, found) & result.mask
