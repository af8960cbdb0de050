"""A rehearsal before it is held: the plan of the twin, and what is to be expected."""

from dataclasses import dataclass, replace
from enum import Enum

from seawall.query.case import Case
from seawall.query.rehearsal.expecting import Expectations, PolicyExpectations
from seawall.query.rehearsal.whole_network import WholeExpectations
from seawall.twin.classes.cast import Cast, PlaceStand, cast_of, enacted
from seawall.twin.layout.planned import planned
from seawall.twin.layout.policy_layer import policy_layer
from seawall.twin.layout.whole import whole_network
from seawall.twin.plan import Plan
from seawall.twin.policies.ground import Ground
from seawall.twin.sampling.aimed import Aimed, aimed, with_aimed
from seawall.twin.sampling.questions import (
    Question,
    policy_questions,
    whole_questions,
)

_NO_NETWORK = "every layer but network policies: the input holds no cluster"


class Layers(Enum):
    """Which layers the twin has."""

    ALL = "all"
    POLICY = "policy"


@dataclass(frozen=True, slots=True)
class Prepared:
    """What is needed to hold a rehearsal.

    Attributes:
        case: What is asked.
        layers: Which layers the twin has.
        cast: Who stands in it.
        ground: What policies and filters were compiled against: rules and gaps.
        questions: What is sent, in order.
        plan: What is built; the probe of each question has its place, from 1.
        expectations: Tells what was proved.
        aimed: What is sent for which rule, and why nothing is for others.
    """

    case: Case
    layers: Layers
    cast: Cast
    ground: Ground
    questions: tuple[Question, ...]
    plan: Plan
    expectations: Expectations
    aimed: Aimed

    def is_blind(self, question: Question) -> bool:
        """Whether something on the way of a packet is not drawn in the twin."""
        marks = self.ground.marks
        source, target = question.source.address, question.target.address
        if source in marks.blind or target in marks.blind:
            return True
        return isinstance(question.target, PlaceStand) and source in marks.blind_outside


def prepared(
    case: Case,
    layers: Layers,
    most: int,
    *,
    apart: bool = False,
    takes_fronts: bool = True,
) -> Prepared:
    """Return a rehearsal of a case.

    Args:
        case: What is asked, judged by one policy engine.
        layers: Which layers the twin has; without a cluster in the input, policies
            alone.
        most: How many packets to send at most.
        apart: Whether every workload has a pod of its own in the twin.
        takes_fronts: Whether nodes take what their pods send to front ends of their own
            cluster; otherwise load balancers get it.
    """
    whole = layers is Layers.ALL and case.cluster is not None
    cast = cast_of(case.snapshot, whole=whole, apart=apart)
    if layers is Layers.ALL and not whole:
        layers = Layers.POLICY
        cast = replace(cast, left_out=(*cast.left_out, _NO_NETWORK))
    played = enacted(case.snapshot, cast)
    ground = Ground(played.objects, case.dataplane, cast, takes_fronts)
    expectations: Expectations
    if whole:
        draft = whole_network(ground, played)
        ask = whole_questions
        expectations = WholeExpectations(case, cast)
    else:
        draft = policy_layer(ground)
        ask = policy_questions
        expectations = PolicyExpectations(case, cast)
    aims = aimed(ground.marks, cast)
    questions = with_aimed(ask(ground, most), aims, most)
    plan = planned(draft, questions)
    return Prepared(case, layers, cast, ground, questions, plan, expectations, aims)
