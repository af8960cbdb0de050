"""Pods that network policies do not hold, or not for all that they send.

Source: AKS docs, configure-static-egress-gateway: annotated pods, not those on the host
network; virtual-nodes and virtual-nodes-v2: network policies are not supported there.
"""

from collections.abc import Iterable, Iterator

from seawall.model.diagnostic import Diagnostic, Level
from seawall.model.policy import Direction, OpaquePolicy
from seawall.model.selector import Operator, Requirement, Selector
from seawall.model.workload import Workload

_BY_GATEWAY = (
    "its pods leave the cluster by a gateway where network policies do not apply"
)
_ON_VIRTUAL_NODE = (
    "its pods run in Azure Container Instances, where network policies are not "
    "supported"
)


def bypasses(workloads: Iterable[Workload]) -> tuple[OpaquePolicy, ...]:
    """Return what makes what policies deny unknown for pods that they may not hold.

    In truth it is not a policy: it takes policies away. So what they let pass does, and
    what they deny may.
    """
    found = {policy for workload in workloads for policy in _of(workload)}
    return tuple(sorted(found, key=lambda item: (item.label, str(item.origin))))


def on_virtual_nodes(workloads: Iterable[Workload]) -> tuple[Diagnostic, ...]:
    """Return what a reader must know of pods on virtual nodes, if there are any."""
    found = [each for each in workloads if each.is_on_virtual_node]
    if not found:
        return ()
    first = min(found, key=lambda each: (str(each.origin), each.label))
    more = f" and {len(found) - 1} more" if len(found) > 1 else ""
    told = Diagnostic(
        Level.UNMODELLED,
        first.origin,
        f"`{first.label}`{more} runs on virtual nodes, which are not modelled",
        "its pods are in a subnet of Azure Container Instances, with other routes and "
        "security groups than nodes have, and network policies are not supported there",
        "read what passes to and from them as not known",
    )
    return (told,)


def _of(workload: Workload) -> Iterator[OpaquePolicy]:
    if workload.egress_gateway:
        yield _bypass(
            workload,
            "StaticGatewayConfiguration",
            workload.egress_gateway.rpartition("/")[2],
            frozenset({Direction.EGRESS}),
            _BY_GATEWAY,
            by_gateway=True,
        )
    if workload.is_on_virtual_node:
        both = frozenset(Direction)
        yield _bypass(workload, "virtual node", workload.name, both, _ON_VIRTUAL_NODE)


def _bypass(
    workload: Workload,
    kind: str,
    name: str,
    directions: frozenset[Direction],
    why: str,
    *,
    by_gateway: bool = False,
) -> OpaquePolicy:
    return OpaquePolicy(
        kind=kind,
        namespace=workload.namespace,
        name=name,
        subject=Selector(
            tuple(
                Requirement(key, Operator.IN, frozenset({value}))
                for key, value in workload.labels
            )
        ),
        directions=directions,
        engines=None,
        why=why,
        origin=workload.origin,
        only_frees=True,
        by_gateway=by_gateway,
    )
