"""Pods that leave by a static egress gateway, where network policies do not apply.

Source: AKS docs, configure-static-egress-gateway: annotated pods, not those on the host
network.
"""

from collections.abc import Iterable

from seawall.model.policy import Direction, OpaquePolicy
from seawall.model.selector import Operator, Requirement, Selector
from seawall.model.workload import Workload

_WHY = (
    "its pods leave the cluster by a gateway where network policies do not apply, and "
    "what it excludes is not modelled"
)


def bypasses(workloads: Iterable[Workload]) -> tuple[OpaquePolicy, ...]:
    """Return what makes the egress of annotated pods unknown to whoever asks policies.

    In truth it is not a policy: it takes policies away. So no verdict about what these
    pods send is certain.
    """
    found = {
        OpaquePolicy(
            kind="StaticGatewayConfiguration",
            namespace=workload.namespace,
            name=workload.egress_gateway,
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
        )
        for workload in workloads
        if workload.egress_gateway
    }
    return tuple(sorted(found, key=lambda item: (item.label, str(item.origin))))
