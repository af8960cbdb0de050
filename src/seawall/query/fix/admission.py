"""What network policies must let pass and do not, end by end."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import Enum

from seawall.engine.path import ArrivalKind, Branch, Space, Step
from seawall.engine.path.policies.judging import is_handed_on, pod_target
from seawall.flowspace import FlowSet
from seawall.model.policy import Direction
from seawall.model.trace import Layer
from seawall.model.workload import Workload
from seawall.query.fix.need import ServiceNeed, needs_of, refused
from seawall.query.trace.blockers import Blocker, sender_of

POLICIES = (Layer.POLICY_EGRESS, Layer.POLICY_INGRESS)


class Special(Enum):
    """Far ends that are neither pods nor addresses to a policy."""

    OWN_NODE = "the node that the pod runs on"
    LOCAL_DNS = "the DNS server of its node"


Far = Workload | Space | Special


@dataclass(frozen=True, slots=True)
class Admission:
    """Packets that the policies of one workload must let pass.

    Attributes:
        direction: EGRESS for what it sends.
        near: The workload that is governed.
        far: The other end, as policies see it.
        services: What must pass.
        headers: Exactly what is refused, as it is there.
        name: The DNS name that the far end has in the question, or empty.
        is_exact: Whether the far end is all that is asked about. Addresses that stand
            for a name or a service tag are those of others too.
    """

    direction: Direction
    near: Workload
    far: Far
    services: tuple[ServiceNeed, ...]
    headers: FlowSet
    name: str = ""
    is_exact: bool = True


def admissions_of(
    blocked: Iterable[tuple[Blocker, FlowSet]],
) -> tuple[tuple[Admission, ...], ...]:
    """Return what policies must let pass for some blockers.

    Args:
        blocked: Blockers, each with all packets of the question that it is from.

    Returns:
        Those of one workload and direction together, each far end once.
    """
    found: dict[tuple[Direction, str], dict[object, Admission]] = {}
    for blocker, asked in blocked:
        if blocker.hop.layer not in POLICIES:
            continue
        for way, step in blocker.places:
            for item in _at(way, step, blocker.flows & way.flows, asked & way.flows):
                held = found.setdefault((item.direction, item.near.label), {})
                is_space = isinstance(item.far, Space)
                far = None if is_space else item.far
                key = (far, item.services, item.name)
                known = held.get(key)
                held[key] = item if known is None else _joined(known, item)
    return tuple(tuple(held.values()) for held in found.values())


def _joined(one: Admission, two: Admission) -> Admission:
    far = one.far
    if isinstance(one.far, Space) and isinstance(two.far, Space):
        far = one.far | two.far
    return replace(one, far=far, headers=one.headers | two.headers)


def admissions_at(way: Branch, step: Step, flows: FlowSet) -> tuple[Admission, ...]:
    """Return what policies let pass, or may, of some packets at a step of theirs."""
    return tuple(_at(way, step, flows, flows))


def _at(
    way: Branch, step: Step, blocked: FlowSet, asked: FlowSet
) -> Iterator[Admission]:
    outward = step.layer is Layer.POLICY_EGRESS
    target = pod_target(way)
    near = way.start.workload if outward else target.workload if target else None
    if near is None:
        return
    direction = Direction.EGRESS if outward else Direction.INGRESS
    headers = refused(step, blocked)
    needs = needs_of(step, blocked, asked)
    far = _far(way, outward=outward)
    name = way.question.name if outward else ""
    if far is not None:
        every = (each for item in needs for each in item.services)
        services = tuple(dict.fromkeys(every))
        yield Admission(direction, near, far, services, headers, name)
        return
    for item in needs:
        space = item.destinations if outward else item.sources
        exact = not outward or not (way.question.is_public or way.question.tag)
        yield Admission(direction, near, space, item.services, headers, name, exact)


def _far(way: Branch, *, outward: bool) -> Workload | Special | None:
    """Return the far end, if policies do not judge it by its address."""
    if not outward:
        source = sender_of(way)
        return source.workload if source else None
    arrival = way.arrival
    if arrival and arrival.is_same_node and arrival.kind is ArrivalKind.NODE:
        return Special.OWN_NODE
    if arrival and arrival.is_local_dns:
        return Special.LOCAL_DNS
    target = None if is_handed_on(way) else pod_target(way)
    return target.workload if target else None
