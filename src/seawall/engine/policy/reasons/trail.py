"""The rules of ranked policies that one packet meets, in the order of the walk.

Asks the same matches that made the rows, so that it cannot differ from the answer.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import NamedTuple

from seawall.engine.policy.rows.walk import Stage, in_sequence
from seawall.model.ranked import Action, RankedPolicy, RankedRule
from seawall.model.trace import Verdict


@dataclass(frozen=True, slots=True)
class Step:
    """A rule that the packet meets, and that may decide.

    Attributes:
        policy: Its policy; None where NetworkPolicies allow the packet.
        position: Its place in the policy's list for the direction, from 0.
        action: What it does.
        is_certain: Whether it surely matches, and its policy surely governs.
        doubts: Why that is not certain, as clauses; NetworkPolicies tell their own.
        tied: The policies that no order puts before or after it, that match as well,
            and that do something else.
    """

    policy: RankedPolicy | None
    position: int
    action: Action
    is_certain: bool
    doubts: tuple[str, ...] = ()
    tied: tuple[RankedPolicy | None, ...] = ()

    @property
    def is_sure(self) -> bool:
        """Whether it surely decides, if the packet gets to it."""
        return self.is_certain and not self.tied


@dataclass(frozen=True, slots=True)
class Isolation:
    """A policy that denies what no rule of its tier decides.

    Attributes:
        policy: The policy; None stands for the NetworkPolicies.
        is_certain: Whether it surely governs the endpoint.
        doubts: Why that is not certain, as clauses.
    """

    policy: RankedPolicy | None
    is_certain: bool
    doubts: tuple[str, ...] = ()


@dataclass(slots=True)
class Trail:
    """What one packet meets.

    Attributes:
        steps: The rules that may decide or pass it on, in order. A sure one is the
            last of its tier.
        isolating: The policies that deny it, or may, because no rule of their tier
            decides.
        falls_through: Whether it may be that nothing decides, so that it passes.
    """

    steps: list[Step] = field(default_factory=list)
    isolating: list[Isolation] = field(default_factory=list)
    falls_through: bool = True

    @property
    def decides(self) -> bool:
        """Whether ranked policies have a say in what becomes of the packet."""
        policies = [item.policy for item in self.isolating]
        policies.extend(step.policy for step in self.steps)
        return any(policy is not None for policy in policies)

    @property
    def verdict(self) -> Verdict:
        """What becomes of the packet, as far as these policies decide.

        Unknown where either may happen. Rules that are in doubt together, such as one
        for the pod's own node and one for every other, may yet make the answer certain.
        """
        actions = {step.action for step in self.steps}
        denied = Action.DENY in actions or bool(self.isolating)
        allowed = Action.ALLOW in actions or self.falls_through
        if denied and allowed:
            return Verdict.UNKNOWN
        return Verdict.DENIED if denied else Verdict.ALLOWED


Truth = tuple[bool, bool]
"""Whether a rule surely matches the packet, and whether it may."""

Staged = tuple[Stage, RankedPolicy | None]


@dataclass(frozen=True, slots=True)
class Matching:
    """How the rules of policies match one packet.

    Attributes:
        truth: Returns how a rule matches, by the position of its policy and its own.
        why_rule: Returns why it is not certain that a rule matches.
        why_subject: Returns why it is not certain that a policy governs the endpoint.
    """

    truth: Callable[[int, int], Truth]
    why_rule: Callable[[RankedRule], tuple[str, ...]]
    why_subject: Callable[[RankedPolicy], tuple[str, ...]]


def trail(stages: Sequence[Staged], matching: Matching) -> Trail:
    """Return what a packet meets in *stages*, given in any order."""
    found, undecided = Trail(), True
    listed = sorted(
        (_Stop(number, *item) for number, item in enumerate(stages)),
        key=lambda item: (item.stage.tier, item.stage.order),
    )
    for _, tier in groupby(listed, key=lambda item: item.stage.tier):
        if undecided:
            undecided = _after_tier(list(tier), matching, found)
    found.falls_through = undecided
    return found


class _Stop(NamedTuple):
    number: int
    stage: Stage
    policy: RankedPolicy | None


def _after_tier(tier: list[_Stop], matching: Matching, found: Trail) -> bool:
    """Walk through one tier; return whether the packet may go on to the next."""
    undecided, passed = True, False
    stops = {id(item.stage): item for item in tier}
    for _, level in groupby(tier, key=lambda item: item.stage.order):
        for group in in_sequence([item.stage for item in level]):
            if not undecided:
                continue
            # None is surely first: any may decide, and all must leave it undecided.
            met = [_met(stops[id(stage)], matching) for stage in group]
            steps = _with_ties([each for each, _ in met])
            found.steps.extend(steps)
            passed |= any(step.action is Action.PASS for step in steps)
            undecided = all(goes_on for _, goes_on in met)
    if undecided:
        isolating = list(_isolating(tier, matching))
        if any(item.is_certain for item in isolating):
            isolating = [item for item in isolating if item.is_certain]
            undecided = False
        found.isolating.extend(isolating)
    return undecided or passed


def _met(stop: _Stop, matching: Matching) -> tuple[list[Step], bool]:
    """Return what a packet meets in one policy, and whether it may go on after it."""
    steps = []
    for position, hit in enumerate(stop.stage.hits):
        sure, possible = matching.truth(stop.number, position)
        if not possible:
            continue
        doubts: list[str] = []
        if stop.policy is not None and not stop.stage.governs:
            doubts.extend(matching.why_subject(stop.policy))
        if hit.rule is not None and not sure:
            doubts.extend(matching.why_rule(hit.rule))
        certain = sure and stop.stage.governs
        why = tuple(dict.fromkeys(doubts))
        steps.append(Step(stop.policy, position, hit.action, certain, why))
        if certain:
            return steps, False
    return steps, True


def _isolating(tier: list[_Stop], matching: Matching) -> Iterator[Isolation]:
    for number, stage, policy in tier:
        if not stage.isolates:
            continue
        if stage.governs or policy is None:
            yield Isolation(policy, is_certain=True)
        elif not any(matching.truth(number, at)[0] for at in range(len(stage.hits))):
            # If it governs after all, its own rules do as well.
            why = matching.why_subject(policy)
            yield Isolation(policy, is_certain=False, doubts=why)


def _with_ties(met: list[list[Step]]) -> list[Step]:
    """Return the steps of a group, each with the policies that contradict it."""
    out = []
    for at, steps in enumerate(met):
        others = [step for other in (*met[:at], *met[at + 1 :]) for step in other]
        for step in steps:
            against = (it.policy for it in others if it.action is not step.action)
            tied = tuple({id(item): item for item in against}.values())
            out.append(replace(step, tied=tied) if tied else step)
    return out
