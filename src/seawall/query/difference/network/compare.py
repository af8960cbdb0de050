"""Everything that two sides let pass differently, through all layers.

What the policy layer found is taken where the network lets everything pass between two
workloads; the rest is asked of both sides and compared. Where both sides say the same
of all but policies, only the workloads are asked about that policies judge otherwise.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property, partial

from seawall.engine.policy.rows.bits import indices
from seawall.flowspace import FlowSet
from seawall.model.trace import Verdict
from seawall.model.workload import Workload
from seawall.query.difference.answer import Difference
from seawall.query.difference.change import (
    AREAS,
    KINDS,
    NODES,
    PODS,
    Because,
    Change,
    ChangedEnd,
    NamedEnd,
    Turn,
    places_of,
)
from seawall.query.difference.gather import Gathering
from seawall.query.difference.network.alike import is_network_alike
from seawall.query.difference.network.asked import Asked
from seawall.query.difference.network.because import because_of_facts, because_of_rows
from seawall.query.difference.network.facts import (
    Fact,
    FactKey,
    Facts,
    facts_of,
    keys_of,
    matching,
)
from seawall.query.difference.network.pairs import PairChanges
from seawall.query.difference.network.pieces import Piece, pieces, unknown_on_both
from seawall.query.difference.network.rows import Anywhere, Key, Row, RowEnd
from seawall.query.difference.network.survey import EVERYTHING, Survey
from seawall.query.difference.side import Name, name_of
from seawall.query.reach.cells import Passing

_Rows = dict[Key, Row]


@dataclass(frozen=True, slots=True)
class _Note:
    """What happens among ends, apart from which ends these are."""

    area: str
    via: str
    ways: tuple[str, str]
    turn: Turn


class NetworkDifference:
    """What differs between two sides of which both hold a cluster."""

    def __init__(self, policy: Difference) -> None:
        """Take the policy layer of both sides, compared."""
        self.policy = policy
        self.left, self.right = Survey(policy.left), Survey(policy.right)
        self._gathering: Gathering[ChangedEnd] = Gathering()
        self._notes: dict[_Note, int] = {}
        self._reasons: dict[tuple[int, int, int], Because] = {}
        self._pieces: dict[object, list[Piece]] = {}
        self._known_facts: dict[tuple[Name, ...], tuple[Facts, Facts]] = {}

    @cached_property
    def is_network_alike(self) -> bool:
        """Whether both sides say the same of all but policies."""
        one, two = self.left.case, self.right.case
        if one.dataplane != two.dataplane:
            # Engines differ in more than what policies say, such as hairpins.
            return False
        return is_network_alike(one.snapshot, two.snapshot)

    @cached_property
    def changes(self) -> tuple[Change, ...]:
        """Everything that differs: by area, what opens first, then by names."""
        found = [*self._pairs.kept()]
        for source, target, rows in self._pairs.walked():
            self._compare(Key(PODS, "", source, target), rows, EVERYTHING)
        for key, rows, asked in self._asked.rows():
            self._compare(key, rows, asked)
        self._compare_facts()
        found += self._grouped()
        return tuple(sorted(found, key=_order))

    @cached_property
    def _pairs(self) -> PairChanges:
        return PairChanges(self.policy, self.left, self.right)

    @cached_property
    def is_certain(self) -> bool:
        """Whether nothing is unknown on both sides.

        Complexity: all rows of all workloads.
        """
        if not self.policy.is_certain:
            return False
        for *_, (before, after) in self._pairs.passings():
            if before and after and unknown_on_both(before, after, EVERYTHING):
                return False
        for _, (one, two), asked in self._asked.of_everyone():
            if one and two and unknown_on_both(one.passing, two.passing, asked):
                return False
        if self._asked.is_unsure_of_names:
            return False
        facts = self._facts(self._asked.everyone)
        return not any(
            all(_is_unknown(matching(each, key)) for each in facts)
            for key in keys_of(*facts)
        )

    @cached_property
    def _asked(self) -> Asked:
        is_alike = self.is_network_alike
        return Asked(self.policy, self.left, self.right, is_alike=is_alike)

    def _facts(self, names: tuple[Name, ...]) -> tuple[Facts, Facts]:
        known = self._known_facts.get(names)
        if known is None:
            left, right = (facts_of(each, names) for each in (self.left, self.right))
            known = self._known_facts[names] = left, right
        return known

    def _compare(
        self, key: Key, rows: tuple[Row | None, Row | None], asked: FlowSet
    ) -> None:
        known = rows[0] or rows[1]
        if known is None:
            return
        before, after = (row.passing if row else None for row in rows)
        self._compare_ways(key, rows)
        if before == after or known.tells_way_only:
            return
        memo = (before, after, asked, known.field)
        if memo not in self._pieces:
            self._pieces[memo] = list(pieces(before, after, asked, known.field))
        for piece in self._pieces[memo]:
            because = partial(because_of_rows, rows, piece)
            note = _Note(key.area, key.via, ("", ""), piece.turn)
            self._note(note, key, piece, because)

    def _compare_ways(self, key: Key, rows: tuple[Row | None, Row | None]) -> None:
        """Take note of packets that fare alike and go another way."""
        one, two = rows
        if one is None or two is None or one.way == two.way:
            return
        for piece in pieces(None, _shared(one, two), EVERYTHING, one.field):
            turn = replace(piece.turn, before=piece.turn.after)
            moved = Piece(piece.ranges, turn)
            because = partial(because_of_rows, rows, moved)
            self._note(
                _Note(key.area, "", (one.way, two.way), turn), key, moved, because
            )

    def _note(self, note: _Note, key: Key, piece: Piece, because: Because) -> None:
        source = self._number(key.source, piece)
        target = self._number(key.target, piece, apart=key.area == NODES)
        number = self._notes.setdefault(note, len(self._notes))
        self._gathering.add(source, 1 << target, (number,))
        self._reasons[number, source, target] = because

    def _number(self, end: RowEnd, piece: Piece, *, apart: bool = False) -> int:
        """Return the number of an end; *apart* from the one that it has as a sender.

        A pool sends to other nodes of its own, while no workload sends to itself.
        """
        if isinstance(end, Anywhere):
            ranges = piece.ranges or ()
            return self._gathering.number(ranges, ranges)
        if isinstance(end, NamedEnd):
            return self._gathering.number((end, apart), end)
        return self._gathering.number(end, self._workload(end))

    def _workload(self, name: Name) -> Workload:
        side = self.right if name in self.right.positions else self.left
        return side.workload(name)

    def _compare_facts(self) -> None:
        one, two = self._facts(self._asked.to_side_doors)
        for key in keys_of(one, two):
            facts = matching(one, key), matching(two, key)
            note = _fact_note(key, facts)
            if note is not None:
                because = partial(because_of_facts, facts)
                plain = Key(key.area, note.via, key.source, key.target)
                self._note(note, plain, Piece(None, note.turn), because)

    def _grouped(self) -> Iterator[Change]:
        notes = list(self._notes)
        gathering = self._gathering
        places = places_of(gathering.ends)
        for item in gathering.groups():
            sources = sorted(indices(item.sources), key=places.__getitem__)
            targets = sorted(indices(item.destinations), key=places.__getitem__)
            note = notes[item.turn]
            because = next(
                found
                for source in sources
                for target in targets
                if (found := self._reasons.get((item.turn, source, target)))
            )
            yield Change(
                gathering.named(sources),
                gathering.named(targets),
                note.turn,
                area=note.area,
                via=note.via,
                ways=note.ways,
                because=because,
            )


def _shared(one: Row, two: Row) -> Passing:
    """Return what passes, or may pass, on both sides alike."""
    if one.passing == two.passing:
        return one.passing
    allowed = one.passing.allowed & two.passing.allowed
    return Passing(allowed, one.passing.unknown & two.passing.unknown)


def _fact_note(key: FactKey, facts: tuple[Fact | None, Fact | None]) -> _Note | None:
    """Return what happens to a fact; None if nothing does."""
    one, two = facts
    before, after = (None if it is None else it.verdict for it in facts)
    about_both = any(it is not None and it.is_about_both for it in facts)
    if about_both and (one is None or two is None):
        return None
    ways = ("", "")
    if before is after:
        if one is None or two is None or one.way == two.way:
            return None
        ways = (one.way, two.way)
    elif {before, after} <= {None, Verdict.DENIED}:
        return None
    via = " ".join(filter(None, (key.via, f"on pool {key.pool}" if key.pool else "")))
    turn = Turn(key.services, before, after, FlowSet.empty)
    return _Note(key.area, via, ways, turn)


def _is_unknown(fact: Fact | None) -> bool:
    return fact is not None and fact.verdict is Verdict.UNKNOWN


def _order(change: Change) -> tuple[object, ...]:
    first = (_text(change.sources[0]), _text(change.destinations[0]))
    kind = KINDS.index(change.kind)
    return AREAS.index(change.area), kind, *first, change.via, change.turn.services


def _text(end: ChangedEnd) -> str:
    if isinstance(end, Workload):
        return " ".join(name_of(end)[:3])
    return str(end)
