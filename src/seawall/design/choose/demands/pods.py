"""What policies must tell apart, and what nodes are like."""

from collections.abc import Iterator

from seawall.design.choose.clause import Demand, never, one_of
from seawall.design.choose.demands.egress import BY_NAME
from seawall.design.options import (
    Addressing,
    DefaultDeny,
    Encryption,
    NodeOs,
    OutboundType,
    PolicyEngine,
    PolicyLevel,
)
from seawall.design.requirements.needs import PodControl, Requirements

_ENGINES = (PolicyEngine.AZURE, PolicyEngine.CALICO, PolicyEngine.CILIUM)
_POLICIES = "AKS docs, use-network-policies"
_BY_HTTP = "AKS docs, how-to-apply-l7-policies"


def demands(needs: Requirements) -> Iterator[Demand]:
    """Yield what the needs about pods and nodes ask for."""
    yield from _control(needs)
    yield from _segments(needs)
    yield from _deny(needs)
    if needs.network_sees_pods:
        yield Demand(
            "pods.network-sees-pods",
            "security groups see pods' addresses",
            "it needs pods with addresses of the network: in an overlay the node puts "
            "its own in their place before any security group",
            "AKS docs, concepts-network-azure-cni-overlay, "
            "concepts-network-cni-overview",
            (one_of(Addressing.POD_SUBNET, Addressing.NODE_SUBNET),),
        )
    if needs.encrypted:
        yield Demand(
            "pods.encrypted",
            "packets between nodes are encrypted",
            "it needs WireGuard, which comes with ACNS and Cilium",
            "AKS docs, how-to-apply-wireguard",
            (one_of(Encryption.WIREGUARD),),
        )
    if needs.windows:
        yield Demand(
            "nodes.windows",
            "there are Windows nodes",
            "it needs pools of Windows",
            "AKS docs, use-network-policies",
            (one_of(NodeOs.LINUX_AND_WINDOWS),),
        )
    yield from _version(needs)


def _control(needs: Requirements) -> Iterator[Demand]:
    path = "pods.control"
    if needs.control is PodControl.PORTS:
        yield Demand(
            path,
            "policies tell pods apart by ports",
            "it needs a policy engine; each of them enforces ingress and egress",
            _POLICIES,
            (one_of(*_ENGINES),),
        )
    elif needs.control is PodControl.NAMES:
        yield Demand(
            path,
            "policies tell packets apart by names",
            "it needs Cilium with ACNS: no other engine knows names",
            "AKS docs, how-to-apply-fqdn-filtering-policies",
            (one_of(*BY_NAME),),
        )
    elif needs.control is PodControl.L7:
        yield Demand(
            path,
            "policies tell HTTP requests apart",
            "it needs Cilium with ACNS at its level L7: no other engine reads requests",
            _BY_HTTP,
            (one_of(PolicyLevel.L7),),
        )


def _segments(needs: Requirements) -> Iterator[Demand]:
    tenants = {each.tenant for each in needs.segments if each.tenant}
    for place, segment in enumerate(needs.segments):
        path = f"segments[{place}]"
        if len(needs.segments) > 1 or segment.calls:
            yield Demand(
                path,
                f"`{segment.name}` is kept apart from other pods",
                "it needs a policy engine: without one policies are stored and not "
                "enforced",
                _POLICIES,
                (one_of(*_ENGINES),),
            )
        if segment.tenant and len(tenants) > 1:
            yield Demand(
                f"{path}.tenant",
                f"`{segment.name}` is of tenant `{segment.tenant}`, which meets no "
                "other",
                "it needs pods that are closed unless opened",
                "AKS docs, network-policy-best-practices",
                (one_of(DefaultDeny.ON),),
            )
        for number, call in enumerate(segment.calls):
            if call.methods or call.paths:
                yield Demand(
                    f"{path}.calls[{number}]",
                    f"`{segment.name}` calls `{call.segment}` by stated HTTP requests",
                    "it needs Cilium with ACNS at its level L7",
                    _BY_HTTP,
                    (one_of(PolicyLevel.L7),),
                )


def _deny(needs: Requirements) -> Iterator[Demand]:
    if needs.default_deny is None:
        return
    on = needs.default_deny
    yield Demand(
        "pods.default-deny",
        "pods are closed unless opened" if on else "pods are open unless closed",
        "it needs policies that deny by default"
        if on
        else "there is no policy that denies by default",
        "AKS docs, network-policy-best-practices",
        (one_of(DefaultDeny.ON if on else DefaultDeny.OFF),),
    )


def _version(needs: Requirements) -> Iterator[Demand]:
    version = _parsed(needs.kubernetes)
    if version is None:
        return
    says = f"Kubernetes is {needs.kubernetes}"
    if version < (1, 29):
        yield Demand(
            "kubernetes",
            says,
            "what ACNS adds to policies needs Kubernetes 1.29",
            "AKS docs, how-to-apply-fqdn-filtering-policies",
            (one_of(PolicyLevel.NONE), one_of(Encryption.NONE)),
        )
    if version < (1, 30):
        yield Demand(
            "kubernetes",
            says,
            "a network isolated cluster needs Kubernetes 1.30",
            "AKS docs, concepts-network-isolated",
            (never(OutboundType.NONE),),
        )


def _parsed(text: str) -> tuple[int, ...] | None:
    parts = text.split(".")
    if len(parts) < 2 or not all(part.isdecimal() for part in parts):  # noqa: PLR2004
        return None
    return tuple(int(part) for part in parts[:2])
