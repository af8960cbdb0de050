"""The policy layer of one cluster, compiled: who may talk to whom on what."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

from seawall.engine.policy.answers.answer import AddressPart, Masks, ServiceMask
from seawall.engine.policy.answers.many import Many
from seawall.engine.policy.answers.openings import Sending
from seawall.engine.policy.answers.outside import Outside
from seawall.engine.policy.answers.pairs import Pairs
from seawall.engine.policy.answers.taking import Taking
from seawall.engine.policy.compile.agreement import agreed, agreed_cells, perhaps
from seawall.engine.policy.compile.compiled import Compiled
from seawall.engine.policy.compile.grip import Doubt, Grip
from seawall.engine.policy.compile.index import Index
from seawall.engine.policy.ends.frame import Question
from seawall.engine.policy.ends.vocabulary import Vocabulary
from seawall.engine.policy.rows.row import Row, Term, disjoint_union, meet
from seawall.model.address import AddressRange
from seawall.model.dataplane import Dataplane
from seawall.model.diagnostic import Assumption
from seawall.model.packet import PortRange, Protocol
from seawall.model.policy import BlockPeer, Direction
from seawall.model.snapshot import KubernetesObjects
from seawall.model.workload import Pod, Workload

PRIVATE_PODS = Assumption(
    "pod-addresses-are-private",
    "Pods and nodes whose addresses the input does not give have private ones: in "
    "10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 or 100.64.0.0/10, or in the cluster's "
    "ranges where these are known.",
    "AKS docs, concepts-network-azure-cni-overlay",
    ("ipBlocks that cover a part of these ranges",),
)


class PolicyTable:
    """Answers for every pair of ends, without walking the policies again.

    Workloads are named by the objects that the table was built from, or equal ones.

    An answer about a workload holds for each of its pods: what only some can do is
    possible and not allowed. An answer about two pods holds in some address family.
    """

    def __init__(self, compiled: Compiled) -> None:
        index = self.index = compiled.index
        self.compiled = compiled
        self.services = index.services
        self.compiler, self.near = compiled.compiler, compiled.near
        self.kept: dict[object, Any] = {}  # What explanations may need again.
        self._masks = Masks(index.services)
        self._units = index.units.units
        self._grips, self._rows = compiled.grips, compiled.rows
        parts = (index, self._rows, self.compiler.open_row, self.near)
        self.pairs = Pairs(*parts)
        self.taking = Taking(index, self._rows, self.compiler.open_row)
        self._outside = Outside(*parts, own_node_row=compiled.own_node_row)

    @classmethod
    def build(
        cls,
        objects: KubernetesObjects,
        dataplane: Dataplane,
        *,
        pod_ranges: Iterable[AddressRange] = (),
        node_ranges: Iterable[AddressRange] = (),
        services: Iterable[tuple[Protocol, PortRange]] = (),
        ranges: Iterable[AddressRange] = (),
    ) -> "PolicyTable":
        """Compile the policies of *objects* as *dataplane* enforces them.

        Args:
            objects: The pods, namespaces and policies.
            dataplane: How policies are enforced.
            pod_ranges: Ranges that hold the cluster's pods; empty if not known.
            node_ranges: Ranges that hold its nodes, and perhaps other machines.
            services: Port ranges that will be asked about.
            ranges: Address ranges that will be asked about.

        Complexity: pods, plus distinct label sets times the rules that hold each.
        """
        question = Question(
            tuple(pod_ranges), tuple(node_ranges), tuple(services), tuple(ranges)
        )
        return cls.of(objects, dataplane, question)

    @classmethod
    def of(
        cls,
        objects: KubernetesObjects,
        dataplane: Dataplane,
        question: Question,
        room: Vocabulary | None = None,
    ) -> "PolicyTable":
        """Compile the policies of *objects*, perhaps with room for others.

        Args:
            objects: The pods, namespaces and policies.
            dataplane: How policies are enforced.
            question: What is known and asked beside these.
            room: What is told apart even if no policy mentions it: `edit.room_for`.
        """
        return cls(Compiled.of(Index.of(objects, dataplane, question, room)))

    @property
    def assumptions(self) -> tuple[Assumption, ...]:
        """What the answers rest on beside the objects."""
        return (PRIVATE_PODS,) if self._rests_on_places() else ()

    def _rests_on_places(self) -> bool:
        """Whether a match rests on where the address of a pod or node may be."""
        return self.index.peers.any_unplaced and any(
            self._in_use_on_places(direction) for direction in Direction
        )

    def _in_use_on_places(self, direction: Direction) -> bool:
        """Whether a block does that decides about some unit in one direction."""
        index, only = self.index, frozenset({direction})
        held_by = self._grips[direction]
        grips = {
            grip
            for grips in {held_by[unit] for unit in index.units.present}
            for grip in grips.worlds
            if grip.doubt is not Doubt.NOTHING_SURE
        }
        held = {at for grip in grips for at in grip.policies}
        peers = (
            peer
            for at in held
            for rule in index.policies[at].rules(direction)
            for peer in rule.peers or ()
        )
        if any(
            isinstance(peer, BlockPeer) and index.peers.is_unplaced(peer)
            for peer in peers
        ):
            return True
        ranked = {at for grip in grips for at in (*grip.ranked, *grip.perhaps)}
        governing = (replace(index.ranked[at], governs=only) for at in ranked)
        words = Vocabulary.of((), (), governing, index.objects.network_sets)
        return any(
            index.peers.is_unplaced(block, anywhere=True) for block in words.blocks
        )

    def number(self, workload: Workload) -> int:
        """Return the position of *workload* among those that the table knows.

        A workload that is reduced to some of its pods stands where the whole does.

        Raises:
            KeyError: It is none of them.
        """
        found = self._by_identity.get(id(workload))
        if found is None:
            found = self._by_value.get(workload)
        return self._by_label[_place(workload)] if found is None else found

    def is_reduced(self, workload: Workload) -> bool:
        """Whether *workload* is one that the table knows, with fewer pods."""
        return len(workload.pods) < len(
            self.index.workloads[self.number(workload)].pods
        )

    def units(self, workload: Workload, pod: Pod | None = None) -> tuple[int, ...]:
        """Return the units of a workload's pods, or of one pod."""
        if pod is not None and workload.runs:
            return (self.index.units.of_pod(workload, pod),)
        number = self.number(workload)
        if workload.runs and workload.pods and self.is_reduced(workload):
            of_pod = self.index.units.of_pod
            return tuple(sorted({of_pod(workload, each) for each in workload.pods}))
        return self.index.units.of_workload[number]

    def between(self, source: Workload, destination: Workload) -> ServiceMask:
        """Return what pods of *source* may send to other pods of *destination*.

        Where one of them uses its node's network, it counts whether the other runs on
        that node, as far as that is known. Ends without a common address family
        exchange nothing: no packet can be addressed. A pod to itself is not meant.
        """
        known = self._by_identity
        one, other = known.get(id(source)), known.get(id(destination))
        if one is None or other is None:
            one, other = self.number(source), self.number(destination)
        return self._masks[self.pairs.answer(one, other)]

    def answer(self, source: int, destination: int) -> int:
        """Return what `between` returns for workloads by position, raw."""
        return self.pairs.answer(source, destination)

    def many(self, asked: int | None = None) -> Many:
        """Return what tells for millions of pairs whether anything passes.

        Args:
            asked: The mask of the services asked for; None is all.
        """
        mask = self.services.everything if asked is None else asked
        return Many(self.index, self.sending(mask), mask, self.answer)

    def near_answers(self, source: int) -> dict[int, int]:
        """Return the answers for workloads that may share a node with one, raw.

        All are named by position. They replace those of `flows_from`.
        """
        return self.pairs.near_answers(source)

    def between_units(
        self, sources: Sequence[int], destinations: Sequence[int]
    ) -> ServiceMask:
        """Return what all, and what some, of *sources* may send to *destinations*.

        They count as on different nodes.
        """
        pair = self.pairs.pair
        return self.mask(self.agreed(pair(s, d) for s in sources for d in destinations))

    def own_node(self, workload: Workload) -> ServiceMask:
        """Return what pods of *workload* may send to the node that they run on.

        The other way round, everything passes on every dataplane.
        """
        return self.mask(self.own_node_answer(self.units(workload)))

    def own_node_answer(self, units: Sequence[int]) -> int:
        """Return what `own_node` returns for units, raw."""
        return self._outside.own_node(units)

    def outside(
        self,
        workload: Workload,
        direction: Direction,
        ranges: Iterable[AddressRange] | None = None,
        *,
        own_node: bool = True,
    ) -> tuple[AddressPart, ...]:
        """Return what *workload* may exchange with addresses that are no pods.

        Args:
            workload: The workload.
            direction: EGRESS for what it may send, INGRESS for what may reach it.
            ranges: The addresses to ask about; None is all.
            own_node: Whether an address may be that of the node that a pod runs on.

        Returns:
            Parts that partition *ranges*, by lowest address. Where nothing passes,
            the masks are empty.
        """
        if own_node:
            cells = self.cells(self.number(workload), direction)
        else:
            cells = self.outside_cells(self.units(workload), direction)
        return self._outside.parts(cells, ranges)

    def egress(
        self, workload: Workload, ranges: Iterable[AddressRange] | None = None
    ) -> tuple[AddressPart, ...]:
        """Return what *workload* may send to addresses; see `outside`."""
        return self.outside(workload, Direction.EGRESS, ranges)

    def ingress(
        self, workload: Workload, ranges: Iterable[AddressRange] | None = None
    ) -> tuple[AddressPart, ...]:
        """Return what addresses may send to *workload*; see `outside`."""
        return self.outside(workload, Direction.INGRESS, ranges)

    def parts(
        self, cells: Iterable[Term], ranges: Iterable[AddressRange] | None = None
    ) -> tuple[AddressPart, ...]:
        """Return disjoint cells over address classes as parts of *ranges*."""
        return self._outside.parts(cells, ranges)

    def cells(self, number: int, direction: Direction) -> list[Term]:
        """Return the answers of the workload at a position for the address classes.

        Addresses that are, or may be, those of a pod's own node are judged as such.
        """
        return self._outside.cells(number, direction)

    def outside_key(self, number: int, direction: Direction) -> tuple[int, ...] | None:
        """Return what `cells` goes by: equal keys, equal cells; None for no key."""
        return self._outside.key(number, direction)

    def outside_cells(self, units: Sequence[int], direction: Direction) -> list[Term]:
        """Return the answers of units for the address classes, as cells.

        No address counts as that of a pod's own node.
        """
        return self._outside.cells_elsewhere(units, direction)

    def sending(self, asked: int | None = None) -> Sending:
        """Return to which units each may send anything.

        Ends count as on different nodes; see `near_answers`.

        Args:
            asked: The mask of the services asked for; None is all.
        """
        services = self.services.everything if asked is None else asked
        free = self.compiler.open_row.cells[0][0]
        return Sending(self.index, self._rows, free, services)

    def flows_from(self, units: Sequence[int]) -> list[Term]:
        """Return what some units may send to every unit, as disjoint cells over units.

        Ends count as on different nodes; see `near_answers`.

        Complexity: for each, cells of its row times distinct answers of those that take
        anything from it; units in another strip than those asked for last cost the
        cells of all distinct ingress rows besides.
        """
        return agreed_cells(self.services, [self._flows(unit) for unit in units])

    def _flows(self, unit: int) -> list[Term]:
        """Return what one unit may send to every unit, as disjoint cells over units."""
        columns = self.index.columns
        row = self._rows[Direction.EGRESS][unit]
        found: list[list[Term]] = []
        for family in self._units[unit].families:
            inbound = self.taking.taken_from(unit, family)
            if row is self.compiler.open_row:
                found.append(list(inbound.items()))
            else:
                first = columns.first_unit(family)
                found.append(meet(row.part(first, columns.units), inbound.items()))
        if len(found) == 1:
            return found[0]
        return disjoint_union(term for cells in found for term in cells)

    def grip(self, unit: int, direction: Direction) -> Grip:
        """Return the policies that hold one unit in one direction."""
        return self._grips[direction][unit]

    def row(self, unit: int, direction: Direction) -> Row:
        """Return what one unit may exchange in one direction."""
        return self._rows[direction][unit]

    def unisolated(self, direction: Direction) -> tuple[Workload, ...]:
        """Return the workloads with a pod that no policy isolates in *direction*.

        Workloads that an unreadable policy may isolate are not among them.
        """
        free = {
            at
            for at, grip in enumerate(self._grips[direction])
            if not self._may_isolate(at, grip, direction)
        }
        return tuple(
            workload
            for workload, units in zip(
                self.index.workloads, self.index.units.of_workload, strict=True
            )
            if free.intersection(units)
        )

    def _may_isolate(self, unit: int, grip: Grip, direction: Direction) -> bool:
        """Whether a policy isolates, or may isolate, a unit.

        One whose rules merely deny some packets does not, unless they deny all; one
        that cannot be read may.
        """
        if grip.policies or grip.opaque or grip.doubt is not Doubt.NONE:
            return True
        ranked = [self.index.ranked[at] for at in (*grip.ranked, *grip.perhaps)]
        if any(direction in it.isolates or it.settles_nothing for it in ranked):
            return True
        return not self._rows[direction][unit].cells

    def mask(self, answer: int) -> ServiceMask:
        """Return an answer as two masks."""
        return self._masks[answer]

    @property
    def perhaps_everything(self) -> int:
        """The answer that everything may pass and nothing surely does."""
        return perhaps(self.services, self.services.answer(0, self.services.everything))

    def agreed(self, answers: Iterable[int]) -> int:
        """Return what all of *answers* surely grant and some possibly; 0 for none."""
        return agreed(self.services, answers)

    @cached_property
    def _by_identity(self) -> dict[int, int]:
        return {id(item): at for at, item in enumerate(self.index.workloads)}

    @cached_property
    def _by_label(self) -> dict[object, int]:
        return {_place(item): at for at, item in enumerate(self.index.workloads)}

    @cached_property
    def _by_value(self) -> dict[Workload, int]:
        return {item: at for at, item in enumerate(self.index.workloads)}


def _place(workload: Workload) -> object:
    """Return what a workload has in common with itself reduced to some pods."""
    return workload.namespace, workload.kind, workload.name, workload.variant
