"""Pods that leave by a static egress gateway, where network policies do not apply.

Source: AKS docs, configure-static-egress-gateway: annotated pods, not those on the host
network.
"""

from collections.abc import Iterable

from seawall.model.policy import Direction, OpaquePolicy
from seawall.model.selector import Operator, Requirement, Selector
from seawall.model.workload import Workload

_WHY = "its pods leave the cluster by a gateway where network policies do not apply"


def bypasses(workloads: Iterable[Workload]) -> tuple[OpaquePolicy, ...]:
    """Return what makes denied egress of annotated pods unknown to who asks policies.

    In truth it is not a policy: it takes policies away. So what they let pass does, and
    what they deny may.
    """
    found = {
        OpaquePolicy(
            kind="StaticGatewayConfiguration",
            namespace=workload.namespace,
            name=workload.egress_gateway.rpartition("/")[2],
            subject=Selector(
                tuple(
                    Requirement(key, Operator.IN, frozenset({value}))
                    for key, value in workload.labels
                )
            ),
            directions=frozenset({Direction.EGRESS}),
            engines=None,
            why=_WHY,
            origin=workload.origin,
            only_frees=True,
        )
        for workload in workloads
        if workload.egress_gateway
    }
    return tuple(sorted(found, key=lambda item: (item.label, str(item.origin))))
