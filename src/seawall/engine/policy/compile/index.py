"""Everything about one snapshot that rows are made from, computed once."""

from dataclasses import dataclass, replace

from seawall.engine.policy.compile.ranked_rules import RankedRules
from seawall.engine.policy.ends.addresses import AddressClasses
from seawall.engine.policy.ends.columns import Columns
from seawall.engine.policy.ends.frame import Frame, Question, in_force
from seawall.engine.policy.ends.labels import NamespaceIndex
from seawall.engine.policy.ends.matched import EndColumns
from seawall.engine.policy.ends.named import NamedPorts
from seawall.engine.policy.ends.peer import Peers
from seawall.engine.policy.ends.services import Services
from seawall.engine.policy.ends.traits import Traits
from seawall.engine.policy.ends.unit import Units
from seawall.engine.policy.ends.vocabulary import Vocabulary
from seawall.model.dataplane import Dataplane, Tri
from seawall.model.policy import OpaquePolicy, Policy
from seawall.model.ranked import RankedPolicy
from seawall.model.snapshot import KubernetesObjects
from seawall.model.workload import Workload


@dataclass(frozen=True, slots=True)
class Index:
    """The parts that rows are compiled from.

    After an edit, policies keep the positions that they had, and `edit` explains what
    stands at those of policies that are gone.

    Attributes:
        objects: What the index is of.
        question: What is known and asked beside the objects.
        words: What the atoms and units tell apart: all that the policies mention, and
            perhaps more.
        roomy: Whether there may be more.
        dataplane: How policies are enforced.
        policies: The readable policies in force, in the order given.
        opaque: The unreadable ones in force.
        voided: The readable ones that the dataplane skips as a whole.
        ranked: Those of other languages that have, or may have, an effect.
        workloads: All workloads, in the order given.
        services: The service atoms.
        addresses: The address classes.
        units: The units of the workloads.
        columns: The layout of rows.
        peers: The evaluator of peers and scopes.
        named: What port names stand for.
        traits: The evaluator of conditions on labels.
        rules: The evaluator of the rules of ranked policies.
        apart: Whether it is supposed that no two ends share a node.
    """

    objects: KubernetesObjects
    question: Question
    words: Vocabulary
    roomy: bool
    dataplane: Dataplane
    policies: tuple[Policy, ...]
    opaque: tuple[OpaquePolicy, ...]
    voided: tuple[Policy, ...]
    ranked: tuple[RankedPolicy, ...]
    workloads: tuple[Workload, ...]
    services: Services
    addresses: AddressClasses
    units: Units
    columns: Columns
    peers: Peers
    named: NamedPorts
    traits: Traits
    rules: RankedRules
    apart: bool = False

    @classmethod
    def of(
        cls,
        objects: KubernetesObjects,
        dataplane: Dataplane,
        question: Question,
        room: Vocabulary | None = None,
    ) -> "Index":
        """Index *objects* as *dataplane* sees them.

        Args:
            objects: The objects.
            dataplane: How policies are enforced.
            question: What is known and asked beside the objects.
            room: What is told apart even if no policy mentions it.
        """
        frame = Frame.of((objects,), dataplane, question, room)
        return cls.within(frame, objects, dataplane, question)

    @classmethod
    def within(
        cls,
        frame: Frame,
        objects: KubernetesObjects,
        dataplane: Dataplane,
        question: Question,
    ) -> "Index":
        """Index *objects* within a frame that was made for them, and perhaps others."""
        policies, voided, opaque, ranked = in_force(objects, dataplane)
        units, columns, addresses = (
            frame.units_of(objects, question),
            frame.columns,
            frame.addresses,
        )
        peers = Peers(
            dataplane,
            units,
            columns,
            addresses,
            NamespaceIndex(objects.namespaces, units.units),
            frame.places(objects, question),
        )
        reliable = dataplane.named_port_conflicts is Tri.YES
        named = NamedPorts(units, columns, frame.services, reliable=reliable)
        traits = Traits(units.units, objects.namespaces, objects.accounts)
        ends = EndColumns(columns, addresses, peers, traits, objects.network_sets)
        return cls(
            objects,
            question,
            frame.words,
            frame.roomy,
            dataplane,
            policies,
            opaque,
            voided,
            ranked,
            objects.workloads,
            frame.services,
            addresses,
            units,
            columns,
            peers,
            named,
            traits,
            RankedRules(columns, frame.services, ends, named, dataplane),
            question.nodes is not None,
        )

    def among_nodes(self) -> "Index":
        """Return the same index, to which every place of nodes is a node's."""
        peers = self.peers.among_nodes()
        return replace(self, peers=peers, rules=self.rules.with_peers(peers))
