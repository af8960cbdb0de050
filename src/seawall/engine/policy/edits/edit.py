"""From the table of some objects to that of others, without starting over.

What was cut and grouped is kept: service atoms, address classes, units, columns. What
an edit touches is compiled again: the rows of the units that a changed policy holds, or
held. If new policies speak of what the index does not tell apart, everything is cut
again, once, with room for what may come next.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from seawall.engine.policy.answers.table import PolicyTable
from seawall.engine.policy.compile.compiled import Compiled
from seawall.engine.policy.compile.index import Index
from seawall.engine.policy.compile.seats import (
    Reseated,
    Seating,
    T,
    reseated,
)
from seawall.engine.policy.edits.afresh import both_compiled
from seawall.engine.policy.edits.changes import Changes
from seawall.engine.policy.edits.resettle import resettled
from seawall.engine.policy.edits.room import room_for
from seawall.engine.policy.edits.shift import Shift
from seawall.engine.policy.ends.frame import families_of, in_force, versions_of
from seawall.engine.policy.ends.twins import Twins
from seawall.engine.policy.ends.vocabulary import Vocabulary
from seawall.engine.policy.rows.bits import indices
from seawall.model.dataplane import Language
from seawall.model.ends import AnyOf
from seawall.model.origin import Origin
from seawall.model.packet import WITH_PORTS, Protocol
from seawall.model.policy import Direction, OpaquePolicy, Policy
from seawall.model.ranked import DEFAULT_TIER, RankedPolicy
from seawall.model.selector import EVERYTHING
from seawall.model.snapshot import KubernetesObjects

_NOWHERE = Origin("")
_NO_POLICY = Policy("", "", EVERYTHING, frozenset(), (), (), _NOWHERE)
_NO_OPAQUE = OpaquePolicy(
    "", "", "", None, frozenset(), frozenset(), "it is gone", _NOWHERE
)
_NO_RANKED = RankedPolicy(
    "",
    Language.CALICO,
    None,
    "",
    AnyOf(()),
    DEFAULT_TIER,
    0.0,
    None,
    frozenset(),
    frozenset(),
    (),
    (),
    _NOWHERE,
)
PLAIN_PROTOCOLS = frozenset({*WITH_PORTS, Protocol.ICMP, Protocol.ICMPV6})
SPARE = 1_000
"""So many positions may be empty, or as many as there are policies, before they are
given anew."""


def changed(
    table: PolicyTable, objects: KubernetesObjects
) -> tuple[PolicyTable, Changes]:
    """Return the table of *objects* from that of others, and what differs.

    The new table answers as one that is built from *objects* does; *table* stays as it
    is. Objects that are in both should be the same Python objects: then what they say
    need not be looked at.

    Args:
        table: The table before. It is quicker if it was built with `room_for`.
        objects: The objects after.

    Complexity: the number of policies and workloads, one comparison of identity each;
    the units that a changed policy holds or held, times the rules on each; the pods of
    changed workloads. A build more, if a policy mentions a port, block, or label key
    that *table* does not tell apart. Two builds, if a workload is none that *table*
    could hold, or if anything else differs.
    """
    before = table.index.objects
    twins = Twins.between(before.workloads, objects.workloads)
    if _is_otherwise_alike(before, objects):
        edited = _edited(table, objects, twins)
        if edited is not None:
            return edited
    one, other = both_compiled(table.index, objects)
    everything = {
        direction: (1 << len(one.grips[direction])) - 1 for direction in Direction
    }
    changes = Changes(PolicyTable(one), PolicyTable(other), everything, twins)
    return _trimmed(changes), changes


def _edited(
    table: PolicyTable, objects: KubernetesObjects, twins: Twins
) -> tuple[PolicyTable, Changes] | None:
    """Return the new table from what is compiled; None if that cannot be.

    Policies are exchanged among the workloads before; then these make way for those
    after.
    """
    compiled = table.compiled
    middle = objects
    if twins.before is not twins.after:
        middle = replace(objects, workloads=table.index.objects.workloads)
    edit = _Edit.between(compiled, middle)
    if edit and (_is_sparse(compiled) or not _has_room(compiled.index, edit.words)):
        compiled = _roomy(compiled.index, edit.words)
        table = PolicyTable(compiled)
        edit = _Edit.between(compiled, middle)
    after, touched = compiled, dict.fromkeys(Direction, 0)
    if edit or edit.is_restated:
        after, touched = edit.applied()
    if twins.before is not twins.after:
        settled = resettled(after, objects, twins)
        if settled is None:
            return None
        after = settled
    changes = Changes(table, PolicyTable(after), touched, twins)
    if _shows(edit.dropped, after.index):
        return _trimmed(changes), changes
    return changes.after, changes


def _trimmed(changes: Changes) -> PolicyTable:
    """Return the table after, without room that its answers would show."""
    index = changes.after.index
    families = families_of(index.workloads, index.question)
    if families == index.columns.families and not _shows_too_much(index):
        return changes.after
    fresh = Index.of(index.objects, index.dataplane, index.question)
    return PolicyTable(Compiled.of(fresh))


def _is_otherwise_alike(one: KubernetesObjects, other: KubernetesObjects) -> bool:
    """Whether two sets of objects differ in policies and workloads alone."""
    kept = replace(
        other,
        workloads=one.workloads,
        policies=one.policies,
        opaque_policies=one.opaque_policies,
        ranked_policies=one.ranked_policies,
    )
    return kept == one


def _is_sparse(compiled: Compiled) -> bool:
    index, seating = compiled.index, compiled.seating
    given = len(index.policies) + len(index.opaque) + len(index.ranked)
    used = sum(
        len(seats.numbers)
        for seats in (seating.policies, seating.opaque, seating.ranked)
    )
    return given > SPARE + 2 * used


def _has_room(index: Index, words: Vocabulary) -> bool:
    """Whether an index tells apart all that some new policies mention."""
    return index.roomy and index.words.holds(words)


def _roomy(index: Index, words: Vocabulary) -> Compiled:
    """Compile the objects of an index anew, with room for more words."""
    room = room_for(index.objects.workloads)
    room.take(words)
    return Compiled.of(Index.of(index.objects, index.dataplane, index.question, room))


def _shows_too_much(index: Index) -> bool:
    """Whether answers show that there is room for what no policy mentions any more."""
    policies, _, opaque, ranked = in_force(index.objects, index.dataplane)
    words = Vocabulary.of(policies, opaque, ranked, index.objects.network_sets)
    return _shows(words, index) != _shows(index.words, index)


def _shows(words: Vocabulary, index: Index) -> set[str]:
    """Return in what ways answers show that words are told apart.

    Where a rule tells ICMP messages or protocols apart, answers name them one by one.
    Of IPv6 they speak only if something else does.
    """
    found = set()
    if words.icmp or words.protocols - PLAIN_PROTOCOLS:
        found.add("protocols")
    if 6 in versions_of((), words.blocks, index.question):  # noqa: PLR2004
        found.add("IPv6")
    return found


@dataclass(frozen=True, slots=True)
class _Edit:
    """An edit of policies.

    Attributes:
        compiled: What was before.
        objects: The objects after.
        policies: What becomes of the readable policies.
        opaque: What becomes of the unreadable ones.
        ranked: What becomes of those of other languages.
        voided: The readable ones that do not count after.
    """

    compiled: Compiled
    objects: KubernetesObjects
    policies: Reseated[Policy]
    opaque: Reseated[OpaquePolicy]
    ranked: Reseated[RankedPolicy]
    voided: tuple[Policy, ...]

    @classmethod
    def between(cls, compiled: Compiled, objects: KubernetesObjects) -> "_Edit":
        """Find out what differs."""
        seating = compiled.seating
        policies, voided, opaque, ranked = in_force(objects, compiled.index.dataplane)
        one, two, three = seating.numbers
        return cls(
            compiled,
            objects,
            reseated(seating.policies, policies, one),
            reseated(seating.opaque, opaque, two),
            reseated(seating.ranked, ranked, three),
            voided,
        )

    def __bool__(self) -> bool:
        kinds = self.policies, self.opaque, self.ranked
        return any(each.added or each.removed for each in kinds)

    @property
    def is_restated(self) -> bool:
        """Whether policies are other objects, though they may mean the same."""
        return replace(self.objects, workloads=()) != replace(
            self.compiled.index.objects, workloads=()
        )

    @property
    def words(self) -> Vocabulary:
        """What the new policies mention."""
        return self._words_of(self.policies.added, self.opaque.added, self.ranked.added)

    @property
    def dropped(self) -> Vocabulary:
        """What the policies that are gone mentioned."""
        return self._words_of(
            self.policies.removed, self.opaque.removed, self.ranked.removed
        )

    def _words_of(
        self,
        policies: Iterable[tuple[int, Policy]],
        opaque: Iterable[tuple[int, OpaquePolicy]],
        ranked: Iterable[tuple[int, RankedPolicy]],
    ) -> Vocabulary:
        return Vocabulary.of(
            (policy for _, policy in policies),
            (policy for _, policy in opaque),
            (policy for _, policy in ranked),
            self.objects.network_sets,
        )

    def applied(self) -> tuple[Compiled, dict[Direction, int]]:
        """Return what is after, and for each direction the units it touches."""
        compiled, before = self.compiled, self.compiled.index
        if self.ranked.removed:
            compiled.forget_rules()
        index = replace(
            before,
            objects=self.objects,
            policies=_seated(before.policies, self.policies, _NO_POLICY),
            opaque=_seated(before.opaque, self.opaque, _NO_OPAQUE),
            ranked=_seated(before.ranked, self.ranked, _NO_RANKED),
            voided=self.voided,
        )
        gone = [number for number, _ in self.policies.removed]
        compiler = compiled.compiler.over(index, gone)
        grips, rows = dict(compiled.grips), dict(compiled.rows)
        touched = {}
        for direction in Direction:
            shift = Shift.of(self.policies, self.opaque, self.ranked, index, direction)
            touched[direction] = shift.units
            if not shift.units:
                continue
            held = grips[direction] = grips[direction].copy()
            found = rows[direction] = rows[direction].copy()
            for unit in indices(shift.units):
                held[unit] = shift.grip(index, unit, held[unit])
                found[unit] = compiler.row(unit, held[unit], direction)
        numbers = compiled.seating.numbers
        seats = self.policies.seats, self.opaque.seats, self.ranked.seats
        after = Seating(*seats, numbers)
        done = Compiled(index, compiler, grips, rows, compiled.near, after)
        done.carry_on(compiled, touched, gone)
        return done, touched


def _seated(policies: tuple[T, ...], edit: Reseated[T], nothing: T) -> tuple[T, ...]:
    """Return policies by position, and *nothing* where none stands any more."""
    if not (edit.removed or edit.added or edit.moved):
        return policies
    out: list[T] = list(policies)
    for at, _ in edit.removed:
        out[at] = nothing
    for at, policy in edit.moved + edit.added:
        out.extend(nothing for _ in range(at + 1 - len(out)))
        out[at] = policy
    return tuple(out)
