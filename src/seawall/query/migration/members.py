"""Names pods by label, as peers that select these pods and no others."""

from collections.abc import Iterable

from seawall.engine.policy import PolicyTable
from seawall.engine.policy.ends.match import Match
from seawall.engine.policy.ends.oversight import is_overlooked
from seawall.engine.policy.rows.bits import indices
from seawall.model.policy import PodPeer
from seawall.model.selector import EVERYTHING, Operator, Requirement, Selector
from seawall.model.workload import Workload

NAME_LABEL = "kubernetes.io/metadata.name"

EVERY_POD = PodPeer(EVERYTHING, EVERYTHING)


class Members:
    """The pods of one snapshot, and how labels tell them apart."""

    def __init__(self, table: PolicyTable) -> None:
        self._index = table.index
        self._pods = [
            (item, set(units))
            for item, units in zip(
                table.index.workloads, table.index.units.of_workload, strict=True
            )
            if units and not item.host_network
        ]
        self._by_namespace: dict[str, list[tuple[Workload, set[int]]]] = {}
        for item, units in self._pods:
            self._by_namespace.setdefault(item.namespace, []).append((item, units))

    def in_columns(self, match: Match) -> tuple[set[int], set[int]]:
        """Return the units that a match surely and possibly holds, in any family."""
        columns = self._index.columns
        width = (1 << columns.units) - 1
        sure = possible = 0
        for family in columns.families:
            first = columns.first_unit(family)
            sure |= match.sure >> first & width
            possible |= match.possible >> first & width
        return (
            set(indices(sure & columns.pods)),
            set(indices(possible & columns.pods)),
        )

    def peers(
        self, units: set[int], *, every: bool
    ) -> tuple[tuple[PodPeer, ...], tuple[Workload, ...]]:
        """Return peers for the pods of some units, and workloads that none can name.

        A workload that is only in part among the units, or whose labels others have
        too, cannot be named without naming others.

        Args:
            units: The units.
            every: Whether pods that are not in the input are meant too, if the units
                are those of all pods.

        Complexity: workloads of a namespace squared, where it is held in part.
        """
        peers: list[PodPeer] = []
        nameless: list[Workload] = []
        if every and all(found <= units for _, found in self._pods):
            return (EVERY_POD,), ()
        for namespace, members in sorted(self._by_namespace.items()):
            held = [item for item in members if item[1] & units]
            if not held:
                continue
            space = Selector((_is(NAME_LABEL, namespace),))
            others = [item for item, found in members if not found <= units]
            for item, found in held:
                if not found <= units or _shared(item, others):
                    nameless.append(item)
                    continue
                labels = Selector(tuple(_is(*label) for label in _names(item)))
                peers.append(PodPeer(space, labels))
        return tuple(dict.fromkeys(peers)), tuple(nameless)

    def having(self, units: set[int], workloads: Iterable[Workload]) -> set[int]:
        """Return those of *units* that pods of *workloads* are in."""
        wanted = {id(item) for item in workloads}
        return {
            unit
            for item, found in self._pods
            if id(item) in wanted
            for unit in found & units
        }

    @property
    def workloads(self) -> tuple[Workload, ...]:
        """The workloads that run and have addresses of their own."""
        return tuple(item for item, _ in self._pods)


def _shared(workload: Workload, others: Iterable[Workload]) -> bool:
    """Whether some other workload carries every label of one."""
    mine = set(_names(workload))
    return any(mine <= set(item.labels) for item in others)


def _names(workload: Workload) -> tuple[tuple[str, str], ...]:
    """Return the labels of a workload that every engine sees."""
    return tuple(item for item in workload.labels if not is_overlooked(item[0]))


def _is(key: str, value: str) -> Requirement:
    return Requirement(key, Operator.IN, frozenset({value}))


def names_of(workloads: Iterable[Workload]) -> str:
    """Return workloads in a few words."""
    names = [item.label for item in workloads]
    few = 3
    if len(names) <= few:
        return ", ".join(names)
    return f"{', '.join(names[:few])} and {len(names) - few} more"
