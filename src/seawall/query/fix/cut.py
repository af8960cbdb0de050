"""Finds the smallest changes after which a flow that passes is denied.

Each place on the way is a candidate. Whatever is offered was asked again: every packet
of the question is denied, on every way that it may take; and what else a change closes
is told, so that one that closes nothing else comes first.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from seawall.engine.path import Branch, Step
from seawall.engine.path.filters.filter import GroupSaying
from seawall.engine.path.firewalls.firewall import FirewallSaying
from seawall.engine.path.ground.branch import judge
from seawall.engine.path.policies.judging import pod_target
from seawall.flowspace import FlowSet
from seawall.model.filter import Access
from seawall.model.trace import Layer
from seawall.query.ask import Asked
from seawall.query.case import Case
from seawall.query.fix.admission import POLICIES, Admission, admissions_at
from seawall.query.fix.change import Advice, Change
from seawall.query.fix.cut_policy import denying
from seawall.query.fix.firewall import drafts_for, held, placed
from seawall.query.fix.group import FILTERS, deny_rule
from seawall.query.fix.need import Need, arriving, flows_of, needs_in
from seawall.query.fix.offer import Offer
from seawall.query.fix.search import Fix, Question, Search
from seawall.query.trace.answer import TraceAnswer
from seawall.query.trace.blockers import is_nowhere, sender_of

MOST_OFFERED = 3

STAGES: tuple[tuple[Layer, ...], ...] = (
    (Layer.POLICY_EGRESS,),
    (Layer.POLICY_INGRESS,),
    FILTERS,
    (Layer.FIREWALL,),
)
"""Where a flow may be cut, in the order in which it is tried."""


@dataclass(frozen=True, slots=True)
class Place:
    """A step on a way that packets of the question take.

    Attributes:
        way: The way.
        step: The step.
        flows: The packets, as they left their start.
    """

    way: Branch
    step: Step
    flows: FlowSet

    @property
    def needs(self) -> tuple[Need, ...]:
        """What comes to the place and may pass, in few words."""
        return needs_in(arriving(self.step, self.flows))


def cuts(case: Case, question: Question, asked: tuple[Asked, ...]) -> Search:
    """Return changes that deny a question, those that close least beside it first.

    Args:
        case: What is asked.
        question: The question.
        asked: Its answers.

    Complexity: an answer and a comparison for each place on the way.
    """
    found = Search()
    if is_shut(case, question):
        says = "nothing of it passes, so there is nothing to cut"
        found.advice.append(Advice(Layer.ROUTE, "", says))
        return found
    places = [place for pair in asked for place in _places(case, pair)]
    for layers in STAGES:
        here = [place for place in places if place.step.layer in layers]
        for changes, admissions in _candidates(case, layers, here):
            after = case
            for change in changes:
                after = after.changed(change.applied(after.snapshot))
            if not changes or not is_shut(after, question):
                continue
            cut = Fix(tuple(changes), case, after, question, tuple(admissions))
            known = any(cut.changes == item.changes for item in found.cuts)
            if not cut.opens and not known:
                found.cuts.append(cut)
    found.cuts.sort(key=lambda item: (len(item.closes), len(item.changes)))
    del found.cuts[MOST_OFFERED:]
    if not found.cuts:
        says = "no change that could be written denies it on every way that it takes"
        found.advice.append(Advice(Layer.ROUTE, "", says))
    return found


def offer_cuts(case: Case, answer: TraceAnswer) -> Offer:
    """Return what can be done so that a question is denied."""
    pairs = tuple((pair.source, pair.target) for pair in answer.pairs)
    found = cuts(case, Question(pairs, answer.port), answer.pairs)
    return Offer(cuts=tuple(found.cuts), advice=tuple(found.advice))


def is_shut(case: Case, question: Question) -> bool:
    """Whether surely no packet of a question arrives, on whatever way."""
    return all(
        not pair.partition.allowed and not pair.partition.unknown
        for pair in question.asked(case)
    )


def _places(case: Case, pair: Asked) -> Iterator[Place]:
    """Yield where packets that pass, or may, could be stopped."""
    open_ = pair.partition.allowed | pair.partition.unknown
    for way in pair.answer.branches:
        flows = way.flows & open_
        if not flows:
            continue
        for step in _with_far(way, case).steps:
            yield Place(way, step, flows)


def _with_far(way: Branch, case: Case) -> Branch:
    """Return a way with the far pod's policies, if nothing in the input leads there."""
    target = pod_target(way)
    if target is None or not is_nowhere(way):
        return way
    ruling = case.policies.ingress(target.workload, sender_of(way))
    label = target.workload.label
    step = judge(
        way.flows, Layer.POLICY_INGRESS, label, ruling=ruling, rewrites=way.rewrites
    )
    return replace(way, steps=(*way.steps, step))


_Made = tuple[list[Change], list[Admission]]


def _candidates(
    case: Case, layers: tuple[Layer, ...], places: list[Place]
) -> Iterator[_Made]:
    """Yield changes that may deny everything that passes through some places."""
    if not places:
        return
    if layers[0] in POLICIES:
        yield from _by_policy(case, places)
    elif layers == FILTERS:
        for outward in (True, False):
            yield _by_group(case, places, outward=outward), []
    else:
        for at in range(3):
            yield _by_firewall(case, places, at), []


def _by_policy(case: Case, places: list[Place]) -> Iterator[_Made]:
    wanted: dict[object, Admission] = {}
    for place in places:
        passing = arriving(place.step, place.flows)
        if not passing:
            continue
        for item in admissions_at(place.way, place.step, place.flows):
            exact = replace(item, headers=item.headers & passing)
            wanted.setdefault(
                (item.direction, item.near.label, item.far, item.services), exact
            )
    if wanted:
        yield from denying(case, tuple(wanted.values()))


def _by_group(case: Case, places: list[Place], *, outward: bool) -> list[Change]:
    changes: list[Change] = []
    seen: set[object] = set()
    snapshot = case.snapshot
    for place in places:
        say = place.step.ruling.say
        if not isinstance(say, GroupSaying):
            continue
        if (say.direction.value == "egress") is not outward:
            continue
        for need in place.needs:
            for service in need.services:
                key = (say.group.id, say.direction, need.sources, need.destinations)
                if (key, service) in seen:
                    continue
                seen.add((key, service))
                change = deny_rule(snapshot, say, need, service)
                if change is None:
                    return []
                changes.append(change)
                snapshot = change.applied(snapshot)
    return changes


def _by_firewall(case: Case, places: list[Place], number: int) -> list[Change]:
    """Return denials of a firewall by the draft of some number, if there is one."""
    changes: list[Change] = []
    seen: set[object] = set()
    now = case
    for place in places:
        say = place.step.ruling.say
        if not isinstance(say, FirewallSaying):
            continue
        name = place.way.question.name
        for need in place.needs:
            if (say.firewall.id, need) in seen:
                continue
            seen.add((say.firewall.id, need))
            drafts = list(drafts_for(name, need, Access.DENY))
            if number >= len(drafts):
                return []
            for draft in drafts[number]:
                change = placed(
                    held(now, say.firewall), say, draft, _headers(need), Access.DENY
                )
                if change is None:
                    return []
                changes.append(change)
                now = now.changed(change.applied(now.snapshot))
    return changes


def _headers(need: Need) -> FlowSet:
    ends = need.sources.as_sources() & need.destinations.as_destinations()
    return flows_of(need.services) & ends
