"""Every connection that is possible through all layers that the input knows.

Policies are answered for every pair as in `reach_policy`; the network is asked once for
each pair of classes. Only where the two cannot be separated is a pair walked.
"""

from collections.abc import Iterable, Iterator
from functools import cached_property

from seawall.model.dataplane import Dataplane
from seawall.model.diagnostic import Assumption
from seawall.model.packet import Protocol
from seawall.model.snapshot import Snapshot
from seawall.model.trace import Verdict
from seawall.model.workload import Workload
from seawall.query.reach.cells import Words
from seawall.query.reach.inward import Inward
from seawall.query.reach.layers import Layers, Outside
from seawall.query.reach.outward import Outward
from seawall.query.reach.pairs import Pairs
from seawall.query.reach.policy import Connection, End, Narrowing, reach_policy
from seawall.query.ways_in import Arrival

OWN_ADDRESSES = Assumption(
    "rows-of-pods-are-rows-of-workloads",
    "Rows with addresses leave out those that belong to the cluster's pods, and as "
    "sources those of its nodes, unless they are asked for; the rows of workloads "
    "speak for the pods.",
    "Seawall, docs/semantics/path.md, A3",
    ("connections with addresses",),
)


class ReachAll:
    """All connections of one snapshot, computed source by source on demand.

    Attributes:
        snapshot: What was read.
        assumptions: What the answers rest on beside the input.
        workloads: The workloads that run, in the order of the snapshot.
        layers: The layers.
        include_self: Whether a workload's connections to itself are wanted.
    """

    def __init__(self, layers: Layers) -> None:
        self.snapshot = layers.policy.snapshot
        self.assumptions = (*layers.policy.assumptions, OWN_ADDRESSES)
        self.workloads = layers.workloads
        self.include_self = layers.policy.narrowing.include_self
        self.layers = layers
        self._policy = layers.policy
        self._pairs = Pairs(layers)
        self._outward = Outward(layers)
        self._inward = Inward(layers)
        self._words: dict[int, Words] = {}

    @cached_property
    def ways_in(self) -> tuple[Arrival, ...]:
        """What proxies at the edge hand on, as far as it is asked for."""
        return self._policy.ways_in_by(self._between_two)

    def _between_two(
        self, source: Workload, pod: Workload, protocol: Protocol, port: int
    ) -> tuple[Verdict, str]:
        """Return what all layers do between two workloads."""
        positions = {item: at for at, item in enumerate(self.workloads)}
        here, there = positions[source], positions[pod]
        for _, found in self.between(here, [there]):
            if _has(found.allowed, protocol, port):
                return Verdict.ALLOWED, ""
            if _has(found.unknown, protocol, port):
                return Verdict.UNKNOWN, f"it is not known whether {source.label} does"
        return Verdict.DENIED, f"{source.label} does not reach it"

    def sources(self) -> list[int]:
        """Return the positions of the workloads that are wanted as sources."""
        return self._policy.sources()

    def destinations(self) -> list[int]:
        """Return the positions of the workloads that are wanted as destinations."""
        return self._policy.destinations()

    def between(
        self, source: int, destinations: list[int]
    ) -> Iterator[tuple[int, Words]]:
        """Yield what a workload may send to others, by position."""
        for at, answer in self._pairs.between(source, destinations):
            if isinstance(answer, Words):
                yield at, answer
                continue
            found = self._words.get(answer)
            if found is None:
                allowed, unknown = self._policy.services(answer)
                found = Words(allowed, unknown, None)
                self._words[answer] = found
            yield at, found

    def outward(self, source: int) -> tuple[Outside, ...]:
        """Return what a workload may send to addresses."""
        return self._outward.from_(source)

    def inward(self, destination: int) -> tuple[Outside, ...]:
        """Return what addresses may send to a workload."""
        return self._inward.to(destination)

    def connections(self) -> Iterator[Connection]:
        """Yield every connection, workloads as sources first, in a stable order."""
        destinations = self.destinations()
        for source in self.sources():
            sender = self.workloads[source]
            for at, found in self.between(source, destinations):
                yield _connection(sender, self.workloads[at], found)
            for row in self.outward(source):
                yield _connection(sender, row.ranges, row.words)
        for at in destinations:
            for row in self.inward(at):
                yield _connection(row.ranges, self.workloads[at], row.words, row.via)


def reach_all(
    snapshot: Snapshot,
    dataplane: Dataplane,
    narrowing: Narrowing,
    *,
    assumptions: tuple[Assumption, ...] = (),
) -> ReachAll:
    """Return every connection that is possible through all layers.

    Args:
        snapshot: What was read; it holds a cluster.
        dataplane: How network policies are enforced.
        narrowing: What part of the connections is wanted.
        assumptions: Those behind the choice of *dataplane*.
    """
    policy = reach_policy(snapshot, dataplane, narrowing, assumptions=assumptions)
    return ReachAll(Layers.of(policy))


def _connection(
    source: End, destination: End, found: Words, via: str = ""
) -> Connection:
    return Connection(
        source, destination, found.allowed, found.unknown, found.others, via
    )


def _has(services: Iterable[tuple[str, str]], protocol: Protocol, port: int) -> bool:
    """Whether a port is among services as they are written."""
    for name, ports in services:
        if name == "any" or (name == protocol.name and _holds(ports, port)):
            return True
    return False


def _holds(ports: str, port: int) -> bool:
    spans = (span.partition("-") for span in ports.split(","))
    return any(int(low) <= port <= int(high or low) for low, _, high in spans)
