"""Everything that keeps the packets of a question from arriving, each thing once."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from seawall.engine.path import Answer, Branch, StartKind, Step
from seawall.engine.path.explain import hops_of
from seawall.engine.path.filters.filter import GroupSaying
from seawall.engine.path.firewalls.firewall import FirewallSaying
from seawall.engine.path.ground.branch import judge
from seawall.engine.path.ground.rewrite import possibly
from seawall.engine.path.ground.verdicts import Matcher
from seawall.engine.path.policies.judging import pod_source, pod_target
from seawall.engine.path.policies.stages import PolicyOracle
from seawall.flowspace import FlowSet, Header
from seawall.model.end import PodEnd
from seawall.model.trace import Hop, Layer
from seawall.query.ask import Asked, plain
from seawall.query.case import Case

MOST_BOXES = 4
"""So many parts of what a place refuses are asked for their reason."""

_DEAD_ENDS = (
    Layer.ROUTE,
    Layer.NAME,
    Layer.SERVICE,
    Layer.SOURCE_NAT,
    Layer.FIREWALL,
)
"""Where a packet that is not let on has no way that could be followed further."""

EMPTY = FlowSet.empty()


@dataclass(frozen=True, slots=True)
class Blocker:
    """One thing that denies packets of a question, or of which it is not known.

    Attributes:
        hop: What it does with one of these packets, with its rule.
        flows: All packets of the question that it stops, as they left their start.
        places: The ways that it is on, with its step on each.
        hides_rest: Whether what comes after it is not known until it is mended.
    """

    hop: Hop
    flows: FlowSet
    places: tuple[tuple[Branch, Step], ...]
    hides_rest: bool

    @property
    def is_absence(self) -> bool:
        """Whether it is that the input holds no network at all around the start."""
        return self.hop.layer is Layer.DELIVERY and all(
            way.start.kind is StartKind.NOWHERE for way, _ in self.places
        )

    @property
    def key(self) -> tuple[object, ...]:
        """What makes it the same on several ways."""
        hop = self.hop
        rule = hop.rule
        name = None if rule is None else (rule.name, rule.origin)
        return hop.layer, hop.at, hop.verdict, name


def blockers_of(
    case: Case, pair: Asked, first: Header | None = None
) -> tuple[Blocker, ...]:
    """Return what blocks packets between two ends, in the order of the way.

    Args:
        case: What was asked.
        pair: The answer.
        first: The packet whose blockers come first.

    Complexity: one walk over the steps of all ways; a few packets are explained.
    """
    answer = pair.answer
    ways = answer.branches if first is None else _shown_first(answer, first)
    refused = answer.denied | answer.unknown
    found: dict[tuple[object, ...], Blocker] = {}
    for way in ways:
        seen = _with_far_policy(way, case.policies)
        for blocker in _on_way(seen, refused, first):
            known = found.get(blocker.key)
            if known is None:
                found[blocker.key] = blocker
                continue
            found[blocker.key] = replace(
                known,
                flows=known.flows | blocker.flows,
                places=(*known.places, *blocker.places),
                hides_rest=known.hides_rest or blocker.hides_rest,
            )
    return tuple(found.values())


def _shown_first(answer: Answer, first: Header) -> tuple[Branch, ...]:
    ways = answer.ways(first)
    shown = {id(way) for way in ways}
    return (*ways, *(way for way in answer.branches if id(way) not in shown))


def _with_far_policy(way: Branch, policies: PolicyOracle) -> Branch:
    """Return a way with what the policies of the far pod say, where nothing led there.

    Without a network in the input a way ends where it starts. The policies of the pod
    that is meant block packets all the same.
    """
    target = pod_target(way)
    if target is None or not is_nowhere(way):
        return way
    step = judge(
        way.flows,
        Layer.POLICY_INGRESS,
        target.workload.label,
        ruling=policies.ingress(target.workload, sender_of(way)),
        rewrites=way.rewrites,
    )
    return replace(way, steps=(*way.steps, step))


def is_nowhere(way: Branch) -> bool:
    """Whether nothing in the input says where a way leads from its pod."""
    start = way.start
    nowhere = start.kind is StartKind.NOWHERE and start.workload is not None
    return nowhere and way.arrival is None


def sender_of(way: Branch) -> PodEnd | None:
    """Return the pod that policies at the far end see, or None for an address."""
    workload = way.start.workload
    if way.start.kind is StartKind.NOWHERE and workload is not None:
        return None if workload.host_network else PodEnd(workload)
    return pod_source(way)


def _on_way(way: Branch, refused: FlowSet, first: Header | None) -> Iterator[Blocker]:
    for at, step in enumerate(way.steps):
        for flows in (step.denied, step.unknown):
            blocked = flows & way.flows & refused
            for part in _by_rule(step, blocked, is_sure=flows is step.denied):
                header = first if first is not None and first in part else None
                header = header or part.witness(plain(part))
                if header is None:
                    continue
                hop = hops_of(way, (step,), header)[0]
                last = at == len(way.steps) - 1 and way.arrival is None
                hides = last and hop.layer in _DEAD_ENDS
                yield Blocker(hop, part, ((way, step),), hides)


def _by_rule(step: Step, blocked: FlowSet, *, is_sure: bool) -> Iterator[FlowSet]:
    """Yield what a step blocks in parts, each of which one rule decides about."""
    say = step.ruling.say
    if not isinstance(say, GroupSaying | FirewallSaying):
        yield from _by_reason(blocked)
        return
    left = blocked
    for matcher in say.matchers:
        if not left:
            return
        hit = left & possibly(step.before, _stopping(matcher, is_sure))
        if hit:
            yield hit
            left -= hit
    if left:
        yield left


def _stopping(matcher: Matcher, is_sure: bool) -> FlowSet:  # noqa: FBT001
    """Return what a rule keeps from surely passing."""
    if not matcher.allows:
        return matcher.possible
    return EMPTY if is_sure else matcher.possible - matcher.sure


def _by_reason(blocked: FlowSet) -> Iterator[FlowSet]:
    """Yield what is blocked in parts, whose reasons may differ."""
    left = blocked
    for number, box in enumerate(blocked.boxes()):
        if number == MOST_BOXES - 1:
            break
        part = FlowSet.from_box(box)
        left -= part
        yield part
    if left:
        yield left
