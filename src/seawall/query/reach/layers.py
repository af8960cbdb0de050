"""What the parts of a reachability answer over all layers have in common."""

from dataclasses import dataclass

from seawall.engine.path import PathModel, TablePolicies
from seawall.flowspace import FlowSet
from seawall.model.policy import Direction
from seawall.model.workload import Workload
from seawall.query.reach.cells import NOTHING, Passing, Ranges, Words, words
from seawall.query.reach.network import Classes
from seawall.query.reach.policy import Narrowing, ReachResult


@dataclass(frozen=True, slots=True)
class Outside:
    """What passes between a workload and some addresses.

    Attributes:
        ranges: The addresses: disjoint, merged, sorted.
        words: What passes.
        via: The door by which packets come in, if they do not come directly.
    """

    ranges: Ranges
    words: Words
    via: str = ""


@dataclass(frozen=True, slots=True)
class Layers:
    """The layers of one snapshot, and what part of all connections is wanted.

    Attributes:
        policy: The answers of the policy layer.
        paths: The network.
        oracle: The policies as stages of a packet's way.
        classes: The workloads by where they may be.
        asked: The services that are asked about, between any addresses.
    """

    policy: ReachResult
    paths: PathModel
    oracle: TablePolicies
    classes: Classes
    asked: FlowSet

    @classmethod
    def of(cls, policy: ReachResult) -> "Layers":
        """Return the layers around the answers of the policy layer."""
        paths = PathModel.build(policy.snapshot)
        return cls(
            policy,
            paths,
            TablePolicies(policy.table),
            Classes(paths, policy.workloads),
            _asked(policy.narrowing),
        )

    @property
    def workloads(self) -> tuple[Workload, ...]:
        """The workloads that run."""
        return self.policy.workloads

    @property
    def families(self) -> tuple[int, ...]:
        """The address families that something in the input has."""
        classes = self.policy.table.index.addresses.of_version
        return tuple(version for version in classes if classes[version])

    def grip(self, at: int, direction: Direction) -> tuple[int, ...]:
        """Return what policies mean to a workload, as a key.

        Workloads of one key may exchange the same with every address.
        """
        table = self.policy.table
        rows = (table.row(unit, direction) for unit in self.policy.units[at])
        return tuple(sorted({id(row) for row in rows}))

    def words(self, found: Passing) -> Words | None:
        """Return what passes of the services asked about; None if nothing does."""
        kept = found.within(self.asked)
        return words(kept) if kept != NOTHING else None


def _asked(narrowing: Narrowing) -> FlowSet:
    if narrowing.ports is None:
        return FlowSet.everything()
    return FlowSet.union_of(
        FlowSet.box(
            protocols=((int(protocol), int(protocol)),),
            destination_ports=((ports.first, ports.last),),
        )
        for protocol, ports in narrowing.ports
    )
