"""Workloads of two tables whose place is another: their unit, or their node."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from seawall.engine.policy.answers.table import PolicyTable
from seawall.engine.policy.ends.twins import Twins
from seawall.engine.policy.ends.whereabouts import Spot, spot_of
from seawall.model.workload import Workload


@dataclass(frozen=True, slots=True)
class Movers:
    """Workloads that two tables know and that are elsewhere after, by position after.

    Attributes:
        after: The workloads after.
        moved: Those in other units.
        strayed: Those of the others that run on other nodes.
        astray: Those whose answers about addresses may be others because something
            else is known of nodes.
    """

    after: tuple[Workload, ...]
    moved: tuple[int, ...]
    strayed: tuple[int, ...]
    astray: tuple[int, ...]

    @classmethod
    def of(cls, before: PolicyTable, after: PolicyTable, twins: Twins) -> "Movers":
        """Find out who moved.

        Complexity: linear in workloads, and in the pods of those that differ.
        """
        one, other = before.index.units, after.index.units
        moved: list[int] = []
        if one is not other:
            held = one.of_workload, other.of_workload
            moved = [now for was, now in twins.pairs if held[0][was] != held[1][now]]
        elsewhere = set(moved)
        differing = [pair for pair in twins.differing() if pair[1] not in elsewhere]
        strayed = [
            now
            for was, now in differing
            if _stay(twins.before[was]) != _stay(twins.after[now])
        ]
        astray: list[int] = []
        if (strayed or moved or twins.came or twins.went) and (
            before.index.peers.node_classes or after.index.peers.node_classes
        ):
            astray = [now for _, now in twins.pairs if now not in elsewhere]
            if _spots(twins.before) == _spots(twins.after):
                astray = strayed
        return cls(after.index.workloads, tuple(moved), tuple(strayed), tuple(astray))

    @property
    def pairs(self) -> Iterator[tuple[int, int]]:
        """The pairs that must be asked about one by one; some come twice."""
        every = range(len(self.after))
        for at in self.moved:
            for other in every:
                yield at, other
                yield other, at
        for at in self.strayed:
            host = self.after[at].host_network
            for other, workload in enumerate(self.after):
                if workload.host_network != host:
                    yield at, other
                    yield other, at


def _stay(workload: Workload) -> object:
    return workload.node_pool, _spots((workload,))


def _spots(workloads: Sequence[Workload]) -> set[Spot]:
    return {spot_of(workload, pod) for workload in workloads for pod in workload.pods}
