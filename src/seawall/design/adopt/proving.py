"""Asks the needs of what runs at each moment of each step."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from seawall.design.adopt.ahead import Ahead, ahead, let_pass
from seawall.design.adopt.answer import Kind, Loss, Moment, Operation, Step, Today
from seawall.design.adopt.claims import authorized_ranges
from seawall.design.adopt.moments import PACKETS, Change, Model, moments
from seawall.design.adopt.today import stand
from seawall.design.choose.clause import Rule
from seawall.design.options import (
    AuthorizedRanges,
    Choices,
    Firewall,
    Ingress,
    Option,
    PaasAccess,
    PolicyLevel,
)
from seawall.design.requirements.needs import Requirements
from seawall.model.snapshot import Snapshot
from seawall.query.case import Case
from seawall.query.intents.verdict import Standing

State = Mapping[str, Option]
Claims = tuple[Today, ...]
_MOST = 48
"""So many moments are asked about to find an order; then rules alone decide."""
_PLAIN: State = {
    "ingress": Ingress.PUBLIC,
    "paas": PaasAccess.PUBLIC,
    "ranges": AuthorizedRanges.NONE,
}
_TASTE = ("DES202",)
"""Rules of designs that what runs may not keep, and that do not matter for a while."""
_OWN = (Firewall.STANDARD, Firewall.PREMIUM)
_STOPPED = "the cluster is stopped, and nothing in it answers"


@dataclass(slots=True)
class Proving:
    """What runs between steps, and what holds of it.

    Attributes:
        running: What runs today.
        needs: What is needed.
        start: What is decided today.
        goal: What is decided in the end.
        day: By which exceptions expire.
        rules: What designs keep.
        asked: How many moments were asked about.
    """

    running: Snapshot
    needs: Requirements
    start: State
    goal: State
    day: date
    rules: tuple[Rule, ...]
    asked: int = 0
    _latest: Case | None = None
    _claims: list[tuple[Snapshot, Claims]] = field(default_factory=list)
    _ahead: dict[tuple[Option, ...], Ahead | str] = field(default_factory=dict)
    _steps: dict[tuple[tuple[Option, ...], tuple[tuple[str, Option], ...]], Step] = (
        field(default_factory=dict)
    )

    @property
    def is_spent(self) -> bool:
        """Whether no more orders are asked about."""
        return self.asked >= _MOST

    def harm(self, state: State, operation: Operation) -> int:
        """Return how many needs that held an operation loses at some moment."""
        if self.is_spent or not self.shows(state, operation.sets):
            return 0
        return len(self.moments_of(state, operation).losses)

    def shows(self, state: State, sets: State) -> bool:
        """Whether packets show a change at all."""
        return any(
            name in PACKETS and state[name] is not to for name, to in sets.items()
        )

    def moments_of(self, state: State, operation: Operation) -> Step:
        """Return a step with its moments, or why they could not be asked about."""
        step = Step(operation.does, operation.change, operation.sets, operation.source)
        key = (_key(state), tuple(operation.sets.items()))
        if key not in self._steps:
            self._steps[key] = self._proved(step, state)
        return self._steps[key]

    def _proved(self, step: Step, state: State) -> Step:
        before = self.model(state)
        to = self.ahead({**state, **step.sets})
        if isinstance(before, str) or isinstance(to, str):
            why = before if isinstance(before, str) else str(to)
            return replace(step, unasked=why)
        models = tuple(moments(before, self._change(step.sets, state, to)))
        return self.over(step, before, models)

    def _change(self, sets: State, state: State, to: Ahead) -> Change:
        after = {**state, **sets}
        stated = after["ranges"] is AuthorizedRanges.STATED
        cluster = self.running.cluster
        today = cluster.api_server.authorized_ranges.value if cluster else ()
        known = authorized_ranges(self.needs) or today or ()
        return Change(sets, state, to, known if stated else ())

    def over(self, step: Step, before: Snapshot, models: Iterable[Model]) -> Step:
        """Return a step with what holds at each of its moments."""
        held = self.claims(before)
        found = []
        for model in models:
            now = held if model.snapshot is None else self.claims(model.snapshot)
            stopped = model.snapshot is None
            found.append(_moment(model.says, held, now, stopped=stopped))
        return replace(step, moments=tuple(found))

    def model(self, state: State) -> Snapshot | str:
        """Return what runs where this is decided; it hangs on nothing else."""
        changed = {
            name: to
            for name, to in state.items()
            if name in PACKETS and to is not self.start[name]
        }
        if not changed:
            return self.running
        to = self.ahead(state)
        if isinstance(to, str):
            return to
        key = _key(state)
        if key not in self._built:
            step = self._change(changed, self.start, to)
            last = list(moments(self.running, step))[-1]
            self._built[key] = last.snapshot or self.running
        return self._built[key]

    _built: dict[tuple[Option, ...], Snapshot] = field(default_factory=dict)

    def ahead(self, state: State) -> Ahead | str:
        """Return what a design has where this is decided."""
        key = _key(state)
        if key not in self._ahead:
            found = self._fitting(state)
            self._ahead[key] = (
                found
                if isinstance(found, str)
                else ahead(self.running, self.needs, found)
            )
        return self._ahead[key]

    def _fitting(self, state: State) -> Choices | str:
        """Return choices that can be laid out, or the rule that stands against it.

        Ways in and services are no part of a state, and ranges that no need states are
        those of today: where a design does not have them, it is laid out without.
        """
        found = dict(state)
        for name, option in _PLAIN.items():
            other = {**found, name: option}
            if len(self._unmet(other)) < len(self._unmet(found)):
                found = other
        unmet = self._unmet(found)
        if unmet:
            return f"no design has that for a while: {unmet[0].says}"
        return Choices(**found)  # type: ignore[arg-type]

    def _unmet(self, state: State) -> list[Rule]:
        chosen = frozenset(state.values())
        return [
            rule
            for rule in self.rules
            if rule.code.startswith("DES")
            and rule.code not in _TASTE
            and not all(clause.holds(chosen) for clause in rule.clauses)
        ]

    @property
    def spared(self) -> tuple[str, ...]:
        """Names that pods reach since the firewall does not tell them from nodes."""
        by_wall = self.goal["firewall"] in _OWN
        if not by_wall or self.goal["level"] is not PolicyLevel.NONE:
            return ()
        to = self.ahead(self.goal)
        return () if isinstance(to, str) else let_pass(to.fabric)

    def after(self, running: Snapshot) -> "Proving":
        """Return who asks once something runs beside that no decision tells of."""
        other = Proving(
            running, self.needs, self.start, self.goal, self.day, self.rules
        )
        other._ahead = self._ahead
        other._claims, other._latest = self._claims, self._latest
        return other

    def claims(self, snapshot: Snapshot) -> Claims:
        """Return what holds of what runs: of what is equal it is asked once.

        Moments of many ways are alike, and most of their parts are the same objects,
        so that it takes no time to see that.
        """
        for known, found in self._claims:
            if known == snapshot:
                return found
        self.asked += 1
        latest = self._latest
        case = latest.changed(snapshot) if latest else Case(snapshot)
        self._latest = case
        found = stand(case, self.needs, self.day, self.spared)
        self._claims.append((snapshot, found))
        return found


def _key(state: State) -> tuple[Option, ...]:
    return tuple(option for name, option in state.items() if name in PACKETS)


def _moment(says: str, held: Claims, now: Claims, *, stopped: bool) -> Moment:
    before = [each for each in held if each.standing is Standing.HOLDS]
    if stopped:
        return Moment(says, len(before), tuple(_stopped(before)))
    after = {(each.need, each.says): each for each in now}
    losses = tuple(
        Loss(each.need, each.says, each.kind, it.standing, it.why)
        for each in before
        if (it := after.get((each.need, each.says), each)).standing
        is not Standing.HOLDS
    )
    known = {(each.need, each.says) for each in before}
    gains = tuple(
        each.says
        for each in now
        if each.standing is Standing.HOLDS and (each.need, each.says) not in known
    )
    return Moment(says, len(before), losses, gains)


def _stopped(before: Iterable[Today]) -> Iterator[Loss]:
    for each in before:
        if each.kind is Kind.REQUIRED:
            yield Loss(each.need, each.says, each.kind, Standing.VIOLATED, _STOPPED)
