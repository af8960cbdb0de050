"""Policies that admit what policies refuse, in a language that the engine acts on."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial

from seawall.engine.path import Ruling
from seawall.engine.path.policies.stages import PolicyOracle
from seawall.engine.policy.reasons.explain import PolicyDecision, explain
from seawall.engine.policy.reasons.place import PolicyEnd
from seawall.flowspace import FlowSet
from seawall.model.address import AddressRange
from seawall.model.dataplane import Language, PolicyEngine
from seawall.model.end import PodEnd
from seawall.model.ends import ANYTHING
from seawall.model.origin import Origin
from seawall.model.packet import WITH_PORTS
from seawall.model.policy import Direction
from seawall.model.ranked import (
    DEFAULT_TIER,
    NETWORK_POLICY_ORDER,
    Action,
    RankedPolicy,
)
from seawall.model.snapshot import Snapshot
from seawall.model.workload import Workload
from seawall.query.case import Case
from seawall.query.fix import calico_policy, cilium_policy, network_policy
from seawall.query.fix.admission import Admission, Special
from seawall.query.fix.need import ServiceNeed
from seawall.query.fix.policy_change import PolicyChange

Writer = Callable[[Sequence[Admission], Snapshot], PolicyChange | None]


def admitting(
    case: Case, admissions: Sequence[Admission]
) -> tuple[PolicyChange, Case] | None:
    """Return a policy after which packets are admitted, and the case with it.

    The first language that can say it, and whose policy does admit the packets, is
    taken. None if there is none.

    Args:
        case: What is there.
        admissions: Of one workload and direction, at least one.
    """
    for write in _writers(case, admissions):
        change = write(admissions, case.snapshot)
        if change is None:
            continue
        after = case.changed(change.applied(case.snapshot))
        if all(admits(after.policies, item) for item in admissions):
            return change, after
    return None


def admits(oracle: PolicyOracle, admission: Admission) -> bool:
    """Whether policies surely let pass everything that an admission asks for."""
    ruling = ruling_of(oracle, admission)
    return admission.headers.isdisjoint(ruling.denied | ruling.unknown)


def ruling_of(oracle: PolicyOracle, admission: Admission) -> Ruling:
    """Return what policies decide about the packets of an admission."""
    near, far = admission.near, admission.far
    if far is Special.OWN_NODE:
        return oracle.own_node(near)
    if far is Special.LOCAL_DNS:
        return oracle.local_dns(near)
    other = PodEnd(far) if isinstance(far, Workload) else None
    if admission.direction is Direction.EGRESS:
        return oracle.egress(near, other)
    return oracle.ingress(near, other)


def _writers(case: Case, admissions: Sequence[Admission]) -> Iterator[Writer]:
    """Yield what writes policies, in the order in which it is tried.

    What an ordered policy denies takes one of its own language, before it.
    """
    engine = case.dataplane.engine
    decider = decider_of(case, admissions[0])
    if engine is PolicyEngine.CALICO:
        if decider is not None and decider.language is Language.CALICO:
            yield partial(calico_policy.written, decider=decider)
        elif any(item.protocol not in WITH_PORTS for item in _services(admissions)):
            yield partial(calico_policy.written, decider=beside_network_policies())
    is_cilium = engine is PolicyEngine.CILIUM
    if is_cilium and decider is not None and decider.language is Language.CILIUM:
        yield cilium_policy.written
    yield network_policy.written
    if is_cilium:
        yield cilium_policy.written


def _services(admissions: Sequence[Admission]) -> Iterator[ServiceNeed]:
    for item in admissions:
        yield from item.services


def beside_network_policies() -> RankedPolicy:
    """Return a policy that stands where NetworkPolicies do."""
    nothing: frozenset[Direction] = frozenset()
    return RankedPolicy(
        "",
        Language.CALICO,
        None,
        "",
        ANYTHING,
        DEFAULT_TIER,
        NETWORK_POLICY_ORDER,
        None,
        nothing,
        nothing,
        (),
        (),
        Origin(""),
    )


def decision_of(
    case: Case, admission: Admission, headers: FlowSet
) -> PolicyDecision | None:
    """Return what the policies of the near end do with one of some packets."""
    header = headers.witness()
    if header is None or isinstance(admission.far, Special):
        return None
    outward = admission.direction is Direction.EGRESS
    far: PolicyEnd
    if isinstance(admission.far, Workload):
        far = admission.far
    else:
        number = header.destination if outward else header.source
        far = AddressRange(header.family, number, number).lowest
    port = header.destination_port if header.protocol in WITH_PORTS else 0
    near: PolicyEnd = admission.near
    source, target = (near, far) if outward else (far, near)
    found = explain(case.table, source, target, header.protocol, port)
    return found.egress if outward else found.ingress


def decider_of(case: Case, admission: Admission) -> RankedPolicy | None:
    """Return the ordered policy that denies a packet of an admission, if one does."""
    decision = decision_of(case, admission, admission.headers)
    trail = decision.trail if decision else None
    if trail is None:
        return None
    for step in trail.steps:
        if step.action is Action.DENY and step.policy is not None:
            return step.policy
    return next((item.policy for item in trail.isolating if item.policy), None)
