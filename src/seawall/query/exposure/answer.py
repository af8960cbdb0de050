"""What each workload may exchange with pods that do not exist yet."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from seawall.engine.policy import PolicyTable
from seawall.model.dataplane import Dataplane, Tri
from seawall.model.diagnostic import Assumption
from seawall.model.policy import Direction
from seawall.model.snapshot import KubernetesObjects, Snapshot
from seawall.model.workload import Workload
from seawall.query.exposure.future import Crowd
from seawall.query.exposure.reader import Exposure, Ports, Reader, space_of
from seawall.query.exposure.sight import sight
from seawall.query.places import cluster_ranges

FUTURE_PODS = Assumption(
    "future-pods-are-held-by-no-policy",
    "Pods that do not exist yet are taken to be held by no policy of their own: what "
    "counts are the policies that hold the workload. They have their own network, and "
    "addresses that are not known.",
    "Kubernetes, Network Policies: a pod that no policy selects is not isolated",
    ("exposure to pods that do not exist yet",),
)


@dataclass(frozen=True, slots=True)
class Exposed:
    """The exposure of one workload in one direction.

    Attributes:
        workload: The workload.
        direction: INGRESS for who may come, EGRESS for whom it may call.
        isolated: Whether some policy holds it, or may.
        found: What it is exposed to; where nothing passes there is nothing.
        why: Why nothing could be found, as a clause; empty otherwise.
    """

    workload: Workload
    direction: Direction
    isolated: bool
    found: tuple[Exposure, ...]
    why: str = ""

    @property
    def is_unknown(self) -> bool:
        """Whether something of it is not known."""
        return bool(self.why) or any(
            item.unknown or item.perhaps_named for item in self.found
        )


def exposures(
    snapshot: Snapshot,
    dataplane: Dataplane,
    wanted: Sequence[tuple[Workload, Direction]],
    ports: Ports | None = None,
) -> Iterator[Exposed]:
    """Yield the exposure of each workload that is wanted, in each direction.

    Pods on the host network are their node, which no policy holds; they and pods that
    do not run are left out.

    Complexity: compiling the policies, and for each distinct set of conditions that
    hold a workload the combinations of labels that they tell apart.

    Args:
        snapshot: What was read.
        dataplane: How policies are enforced.
        wanted: Workloads of the snapshot, and directions.
        ports: The services asked about; None is all.
    """
    maker = _Maker(snapshot, dataplane, ports)
    now = maker.table(snapshot.objects, ())
    free = {way: {id(item) for item in now.unisolated(way)} for way in Direction}
    asked = [key for key in wanted if key[0].runs and not key[0].host_network]
    ranked = [
        item
        for item in snapshot.objects.ranked_policies
        if dataplane.enforcement(item.language) is not Tri.NO
    ]
    seen = [sight(now, ranked, *key) for key in asked]
    crowd = Crowd(snapshot.objects, (name for item in seen for name in item.names))
    spaces = {item: space_of(snapshot, item, crowd) for item in dict.fromkeys(seen)}
    tables, naming = (
        [maker.table(objects, crowd.services) for objects in layers]
        for layers in (
            crowd.layers(),
            crowd.layers(naming=True) if crowd.numbers else (),
        )
    )
    reader = Reader(tables, naming, crowd, ports)
    for (workload, direction), looks in zip(asked, seen, strict=True):
        space = spaces[looks]
        isolated = id(workload) not in free[direction] or _is_held(
            now, workload, direction
        )
        if isinstance(space, str):
            yield Exposed(workload, direction, isolated, (), space)
        else:
            found = reader.read(workload, direction, looks, space)
            yield Exposed(workload, direction, isolated, found)


def _is_held(table: PolicyTable, workload: Workload, direction: Direction) -> bool:
    """Whether ranked policies hold a workload, or may, even if they only deny some."""
    grips = (table.grip(unit, direction) for unit in table.units(workload))
    return any(grip.ranked or grip.perhaps or grip.unfixed for grip in grips)


class _Maker:
    def __init__(
        self, snapshot: Snapshot, dataplane: Dataplane, ports: Ports | None
    ) -> None:
        self._ranges = cluster_ranges(snapshot)
        self._dataplane = dataplane
        self._ports = ports or ()

    def table(self, objects: KubernetesObjects, services: Ports) -> PolicyTable:
        pods, nodes = self._ranges
        return PolicyTable.build(
            objects,
            self._dataplane,
            pod_ranges=pods,
            node_ranges=nodes,
            services=(*services, *self._ports),
        )
