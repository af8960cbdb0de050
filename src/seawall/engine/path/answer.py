"""What becomes of the flows of one question."""

from dataclasses import dataclass

from seawall.engine.path.access import paths_of
from seawall.engine.path.dns.resolution import Resolution
from seawall.engine.path.ground.branch import Branch
from seawall.engine.path.ground.space import Space
from seawall.engine.path.ground.verdicts import Partition
from seawall.flowspace import FlowSet, Header
from seawall.model.trace import AccessPath, Verdict


@dataclass(frozen=True, slots=True)
class Answer:
    """What becomes of the flows of one question.

    Attributes:
        partition: The flows by verdict, in headers as they left their start.
        branches: The ways that they take, each with its steps, policies included.
        resolutions: How the name in the question resolves, once for each start.
        somewhere: Spaces, each of which holds one address that the name has and the
            input does not tell.
        by_address: The flows by verdict, address by address, where *partition* says
            what holds for all of them; None where it says the same.
    """

    partition: Partition
    branches: tuple[Branch, ...]
    resolutions: tuple[Resolution, ...] = ()
    somewhere: tuple[Space, ...] = ()
    by_address: Partition | None = None

    @property
    def allowed(self) -> FlowSet:
        """What surely arrives."""
        return self.partition.allowed

    @property
    def denied(self) -> FlowSet:
        """What surely does not arrive."""
        return self.partition.denied

    @property
    def unknown(self) -> FlowSet:
        """What is not known."""
        return self.partition.unknown

    @property
    def paths(self) -> tuple[AccessPath, ...]:
        """By which doors the name in the question is reached; empty without one."""
        return paths_of(self.branches)

    def ways(self, header: Header) -> tuple[Branch, ...]:
        """Return the ways that one packet may take, those that matter most first.

        Where the platform has a choice and the answer is not plain, a way that is
        denied or not known says more than one that is allowed, and a long way says
        more than a short one.
        """
        found = [branch for branch in self.branches if header in branch.flows]
        weight = {Verdict.DENIED: 0, Verdict.UNKNOWN: 1, Verdict.ALLOWED: 2}
        if header in self.allowed:
            weight[Verdict.ALLOWED] = -1
        return tuple(
            sorted(
                found,
                key=lambda way: (weight[verdict_of(way, header)], -len(way.steps)),
            )
        )


def verdict_of(branch: Branch, header: Header) -> Verdict:
    """Return what becomes of one packet on one way."""
    verdict = Verdict.ALLOWED
    for step in branch.steps:
        if header in step.denied:
            return Verdict.DENIED
        if header in step.unknown:
            verdict = Verdict.UNKNOWN
    return verdict
