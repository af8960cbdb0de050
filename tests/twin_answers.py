"""Questions about policies, answered by the engine, the definition and packets.

The three share nothing but the model. One twin may serve many clusters in turn: it
becomes the next one, and what stays the same is not touched.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

from seawall.model.trace import Verdict
from seawall.query.rehearsal.prepare import Prepared
from seawall.query.rehearsal.words import names_of
from seawall.reference.policy import (
    HostAt,
    Outside,
    PodAt,
    PolicyEnd,
    PolicyQuestion,
    decide,
)
from seawall.twin.classes.cast import NodeStand, PodStand, enacted
from seawall.twin.layout.planned import planned
from seawall.twin.layout.policy_layer import policy_layer
from seawall.twin.plan import Outcome, Plan, Result
from seawall.twin.running import Twin, raised
from seawall.twin.sampling.questions import Question, Stand


@dataclass
class Stage:
    """A twin that plays one cluster after another."""

    _stack: ExitStack
    _twin: Twin | None = None
    played: int = 0

    def outcomes(
        self, held: Prepared, questions: tuple[Question, ...]
    ) -> tuple[Outcome, ...]:
        """Return what packets did in the policy layer of one cluster."""
        return self.sent(planned(policy_layer(held.ground), questions))

    def sent(self, plan: Plan) -> tuple[Outcome, ...]:
        """Return what came back of the probes of a plan."""
        if self._twin is None:
            self._twin = self._stack.enter_context(raised(plan))
        else:
            self._twin.become(plan)
        self.played += 1
        return self._twin.probe(plan.probes)


@contextmanager
def stage() -> Iterator[Stage]:
    """Give a twin that is raised when the first cluster is played."""
    with ExitStack() as stack:
        yield Stage(stack)


@dataclass
class Thrice:
    """One cluster, and what engine and definition say of it."""

    held: Prepared
    _stands: dict[str, Stand] = field(default_factory=dict)

    def __post_init__(self) -> None:
        played = enacted(self.held.case.snapshot, self.held.cast)
        self._objects = played.objects
        for stand in self.held.cast.inside + self.held.cast.places:
            for name in names_of(stand):
                self._stands.setdefault(name, stand)

    def stand(self, name: str) -> Stand:
        """Return who is called so."""
        return self._stands[name]

    def proved(self, question: Question) -> Verdict:
        """Return what the engine says."""
        return self.held.expectations.of(question).verdict

    def defined(self, question: Question) -> Verdict:
        """Return what the definition says."""
        return decide(
            self._objects,
            self.held.case.dataplane,
            PolicyQuestion(
                _end(question.source),
                _end(question.target),
                int(question.protocol),
                question.port,
                icmp=(8, 0) if question.protocol == 1 else None,
            ),
        ).verdict


def passed(outcome: Outcome) -> bool | None:
    """Return whether a packet was answered; None if nothing is proved of it."""
    if outcome.result is Result.UNPROVED:
        return None
    return outcome.result is Result.ANSWERED


def _end(stand: Stand) -> PolicyEnd:
    if isinstance(stand, PodStand):
        return PodAt(stand.workload, stand.pod, stand.address)
    if isinstance(stand, NodeStand):
        return HostAt(stand.address, stand.name)
    return Outside(stand.address)
