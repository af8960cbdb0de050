"""One snapshot and the answers about it that several questions share."""

from collections.abc import Iterable
from functools import cached_property

from seawall.engine.path import PathModel, TablePolicies
from seawall.engine.policy import PolicyTable
from seawall.engine.policy.edits.changes import Changes
from seawall.engine.policy.edits.edit import changed
from seawall.model.cluster import Cluster
from seawall.model.cluster_dns import with_servers
from seawall.model.dataplane import Dataplane, PolicyEngine, Tri
from seawall.model.diagnostic import Assumption
from seawall.model.end import End, SubnetEnd
from seawall.model.policy import Direction, OpaquePolicy
from seawall.model.ranked import RankedPolicy
from seawall.model.snapshot import KubernetesObjects, Snapshot
from seawall.model.workload import Workload
from seawall.query.dead_rules import DeadRule, dead_rules
from seawall.query.doors import DoorAnswer, doors_in
from seawall.query.enforcement import enforcement
from seawall.query.idle_rules import IdleRules, idle_rules
from seawall.query.places import cluster_ranges
from seawall.query.ways_out import WayOut, ways_out


class Case:
    """A snapshot judged by one policy engine; everything is computed when first asked.

    Attributes:
        snapshot: What was read.
        dataplane: How network policies are enforced.
        chosen: What the choice of the dataplane assumes.
    """

    def __init__(self, snapshot: Snapshot, engine: str | None = None) -> None:
        self.snapshot = snapshot
        self._engine = engine
        self.dataplane: Dataplane
        self.chosen: tuple[Assumption, ...]
        self.dataplane, self.chosen = enforcement(snapshot, engine)
        self.by_name: dict[str, Case] = {}

    def changed(self, snapshot: Snapshot) -> "Case":
        """Return the case of a snapshot that differs in policies or in the network.

        What the difference does not touch is not computed again.
        """
        other = Case(snapshot, self._engine)
        old, new = self.snapshot, snapshot
        if old.cluster == new.cluster and old.objects is new.objects:
            other.table, other.policies = self.table, self.policies
        elif old.fabric is new.fabric and old.cluster is new.cluster:
            other.table = changed(self.table, new.objects)[0]
            other.paths = self.paths
        return other

    def table_changes(self, objects: KubernetesObjects) -> Changes:
        """Return what policies let pass otherwise for objects with other policies."""
        return changed(self.table, objects)[1]

    @property
    def cluster(self) -> Cluster | None:
        """The cluster that is asked about, or None if the input holds none."""
        return self.snapshot.cluster

    @cached_property
    def workloads(self) -> tuple[Workload, ...]:
        """The workloads that send and receive."""
        return tuple(w for w in self.snapshot.objects.workloads if w.runs)

    @cached_property
    def ranked_objects(self) -> tuple[RankedPolicy, ...]:
        """The objects that ranked policies came from: the first policy of each."""
        found: dict[tuple[str, str | None, str], RankedPolicy] = {}
        for item in self.snapshot.objects.ranked_policies:
            found.setdefault((item.kind, item.namespace, item.name), item)
        return tuple(found.values())

    @property
    def unheeded(self) -> tuple[OpaquePolicy | RankedPolicy, ...]:
        """The policies in a language that the engine does not act on."""
        plane = self.dataplane
        if plane.engine is PolicyEngine.SPEC:
            # No engine is known, so one that acts on them may run.
            return ()
        opaque = (
            item
            for item in self.snapshot.objects.opaque_policies
            if item.engines is not None and plane.engine not in item.engines
        )
        ranked = (
            item
            for item in self.ranked_objects
            if plane.enforcement(item.language) is Tri.NO
        )
        return (*opaque, *ranked)

    @cached_property
    def dead_rules(self) -> tuple[DeadRule, ...]:
        """The policies and rules without effect."""
        return dead_rules(self.table, self.snapshot.objects)

    @cached_property
    def idle_rules(self) -> IdleRules:
        """The rules of security groups and firewalls that change nothing."""
        return idle_rules(self.snapshot)

    @cached_property
    def table(self) -> PolicyTable:
        """The network policies, compiled."""
        return self._table_of(self.snapshot.objects)

    def _table_of(self, objects: KubernetesObjects) -> PolicyTable:
        pods, nodes = cluster_ranges(self.snapshot)
        return PolicyTable.build(
            objects, self.dataplane, pod_ranges=pods, node_ranges=nodes
        )

    @cached_property
    def policies(self) -> TablePolicies:
        """The network policies as stages of a packet's way."""
        return TablePolicies(
            self.table, lambda: self._table_of(with_servers(self.snapshot.objects))
        )

    @cached_property
    def paths(self) -> PathModel:
        """The network around the pods, compiled as far as it is asked about."""
        return PathModel.build(self.snapshot)

    def is_held(
        self, workload: Workload, directions: Iterable[Direction] = Direction
    ) -> bool:
        """Whether a policy that was written holds some pods in some direction."""
        grips = (
            self.table.grip(unit, direction)
            for unit in self.table.units(workload)
            for direction in directions
        )
        return any(grip.policies or grip.ranked for grip in grips)

    @cached_property
    def doors(self) -> tuple[DoorAnswer, ...]:
        """Every way in from outside, and what becomes of packets that come to it."""
        return doors_in(self.paths, self.policies)

    @cached_property
    def ways_out(self) -> tuple[WayOut, ...]:
        """Every way from pods to the internet, workloads with equal ways together."""
        return ways_out(self.paths, self.table, self.workloads)

    def end_text(self, end: End) -> str:
        """Return an end as a person would write it."""
        if isinstance(end, SubnetEnd):
            return f"subnet:{self.subnet_text(end.subnet)}"
        return str(end)

    def subnet_text(self, id_: str) -> str:
        """Return a subnet as `network/subnet`, or its id if it is not known."""
        names = {net.id: net.name for net in self.snapshot.fabric.networks}
        for subnet in self.snapshot.fabric.subnets:
            if subnet.id == id_:
                return f"{names.get(subnet.network, '?')}/{subnet.name}"
        return id_

    @property
    def assumptions(self) -> tuple[Assumption, ...]:
        """What the answers rest on beside what was read."""
        return (*self.chosen, *self.table.assumptions)
