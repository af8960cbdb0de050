"""Policies that admit what policies refuse, in a language that the engine acts on."""

from collections.abc import Callable, Sequence

from seawall.engine.path import Ruling
from seawall.engine.path.policies import PolicyOracle
from seawall.model.end import PodEnd
from seawall.model.policy import Direction
from seawall.model.snapshot import Snapshot
from seawall.model.workload import Workload
from seawall.query.case import Case
from seawall.query.fix import network_policy
from seawall.query.fix.admission import Admission, Special
from seawall.query.fix.policy_change import PolicyChange

Writer = Callable[[Sequence[Admission], Snapshot], PolicyChange | None]


WRITERS: tuple[Writer, ...] = (network_policy.written,)
"""What writes policies, in the order in which they are tried."""


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
    for write in WRITERS:
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
