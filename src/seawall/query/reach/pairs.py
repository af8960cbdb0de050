"""What workloads may send to one another through all layers."""

from collections.abc import Iterator

from seawall.engine.policy.answers.flows import answer_flows
from seawall.flowspace import Field
from seawall.model.end import PodEnd
from seawall.model.policy import Direction
from seawall.query.reach.cells import Passing, Words, by_service, passing
from seawall.query.reach.layers import Layers
from seawall.query.reach.network import Crossing, Means, Place


class Pairs:
    """Puts together, for each pair, what policies and the network say."""

    def __init__(self, layers: Layers) -> None:
        self._layers = layers
        self._has_one_family = len(layers.policy.table.index.columns.families) == 1
        self._found: dict[object, Passing] = {}
        self._said: dict[Passing, Words | None] = {}

    def between(
        self, source: int, destinations: list[int]
    ) -> Iterator[tuple[int, int | Words]]:
        """Yield what a workload may send to others, by position.

        Where the network lets everything pass, the raw answer of the policy layer is
        yielded.
        """
        classes = self._layers.classes
        answers = self._layers.policy.answers_from(source)
        own = self._layers.policy.narrowing.include_self
        free: dict[Place, bool] = {}
        for at in destinations:
            there = classes.place(at)
            if there not in free:
                free[there] = classes.is_open(source, at)
            if free[there]:
                if at in answers:
                    yield at, answers[at]
            elif at != source or own:
                found_words = self._pair(source, at, answers.get(at, 0))
                if found_words is not None:
                    yield at, found_words

    def _pair(self, source: int, at: int, answer: int) -> Words | None:
        found = self.passing(source, at, answer)
        if found not in self._said:
            self._said[found] = self._layers.words(found)
        return self._said[found]

    def passing(self, source: int, at: int, answer: int) -> Passing:
        """Return what passes between two workloads, as headers between any addresses.

        Args:
            source: The position of the one.
            at: The position of the other.
            answer: What the policy layer says.
        """
        here, there, crossing = self._layers.classes.between(source, at)
        if crossing.means is not Means.WALK and self._has_one_family:
            key: object = (crossing, answer)
            if key not in self._found:
                self._found[key] = self._together(crossing, answer)
        else:
            key = (here, there, self._policies(source, at))
            if key not in self._found:
                self._found[key] = self._walked(source, at)
        return self._found[key]

    def _together(self, crossing: Crossing, answer: int) -> Passing:
        """Return what both the policies and the network let pass."""
        table = self._layers.policy.table
        flows = answer_flows(table.services, table.mask(answer))
        policy = Passing(flows.allowed, flows.possible - flows.allowed)
        if crossing.means is Means.POLICY:
            return policy.within(self._layers.asked)
        return (policy & crossing.passing).within(self._layers.asked)

    def _policies(self, source: int, at: int) -> tuple[object, ...]:
        """Return what decides about a pair that is walked, beside the places.

        A pod on the host network has no policies, and its peer sees an address.
        """
        layers = self._layers
        sender, receiver = layers.workloads[source], layers.workloads[at]
        if sender.host_network and receiver.host_network:
            return ()
        if sender.host_network:
            return layers.grip(at, Direction.INGRESS)
        if receiver.host_network:
            return layers.grip(source, Direction.EGRESS)
        return layers.policy.units[source], layers.policy.units[at]

    def _walked(self, source: int, at: int) -> Passing:
        layers = self._layers
        answer = layers.paths.partition(
            PodEnd(layers.workloads[source]),
            PodEnd(layers.workloads[at]),
            policy=layers.oracle,
        )
        found = passing(answer.partition, Field.SOURCE, Field.DESTINATION)
        return by_service(found).within(layers.asked)
