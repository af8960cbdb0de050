"""One of two sides that are compared through all layers."""

from collections.abc import Mapping
from functools import cached_property

from seawall.engine.path import Space
from seawall.engine.policy.answers.flows import answer_flows
from seawall.flowspace import FlowSet
from seawall.model.workload import Workload
from seawall.query.case import Case
from seawall.query.difference.side import Name, Side, case_of
from seawall.query.reach.cells import Passing
from seawall.query.reach.inward import Inward
from seawall.query.reach.layers import Layers
from seawall.query.reach.network import Classes, Place
from seawall.query.reach.outward import Outward
from seawall.query.reach.pairs import Pairs

EVERYTHING = FlowSet.everything()


class Survey:
    """One side: its policies as they were answered, and the network around the pods.

    Attributes:
        side: The policy layer.
        case: The snapshot, judged by the same engine.
    """

    def __init__(self, side: Side) -> None:
        self.side = side
        self.case: Case = case_of(side)
        self._answers: dict[int, Passing] = {}

    @cached_property
    def layers(self) -> Layers:
        """What the parts of an answer have in common."""
        result = self.side.result
        paths = self.case.paths
        classes = Classes(paths, result.workloads)
        return Layers(result, paths, self.case.policies, classes, EVERYTHING)

    @cached_property
    def outward(self) -> Outward:
        """What workloads may send to addresses."""
        return Outward(self.layers)

    @cached_property
    def inward(self) -> Inward:
        """What addresses may send to workloads."""
        return Inward(self.layers)

    @cached_property
    def pairs(self) -> Pairs:
        """What workloads may send to one another."""
        return Pairs(self.layers)

    @property
    def positions(self) -> Mapping[Name, int]:
        """The positions of the workloads that run."""
        return self.side.positions

    def workload(self, name: Name) -> Workload:
        """Return a workload that is there."""
        return self.side.result.workloads[self.positions[name]]

    def place(self, name: Name) -> Place | None:
        """Return where the network takes a workload to be; None if it is not there."""
        at = self.positions.get(name)
        return None if at is None else self.layers.classes.place(at)

    def is_open(self, here: Place, there: Place) -> bool:
        """Whether the network lets everything pass between two places."""
        return self.layers.classes.is_open_between(here, there)

    def between(self, source: Name, target: Name, answer: int) -> Passing:
        """Return what passes between two workloads that are there."""
        here, there = self.positions[source], self.positions[target]
        if self.layers.classes.is_open(here, there):
            return self._answered(answer)
        return self.pairs.passing(here, there, answer)

    def _answered(self, answer: int) -> Passing:
        found = self._answers.get(answer)
        if found is None:
            table = self.side.result.table
            flows = answer_flows(table.services, table.mask(answer))
            found = Passing(flows.allowed, flows.possible - flows.allowed)
            self._answers[answer] = found
        return found

    @property
    def asked(self) -> Space:
        """The addresses that workloads are asked about."""
        return self.outward.to
