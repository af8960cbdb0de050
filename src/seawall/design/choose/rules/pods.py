"""Addresses of pods, the dataplane, policy engines, and the systems of nodes."""

from datetime import date

from seawall.design.choose.clause import Clause, Rule, never
from seawall.design.choose.rules.taken import taken
from seawall.design.options import (
    Addressing,
    Dataplane,
    DefaultDeny,
    Encryption,
    Network,
    NodeOs,
    PolicyEngine,
    PolicyLevel,
)

NPM_ENDS = date(2028, 9, 30)
"""Source: AKS docs, includes/azure-network-policy-manager-linux-retirement."""

RULES = (
    taken("AKSV003", never(Dataplane.CILIUM, NodeOs.LINUX_AND_WINDOWS)),
    taken(
        "AKSV004",
        Clause((PolicyEngine.CILIUM,), (Dataplane.CILIUM,)),
        never(Dataplane.CILIUM, PolicyEngine.AZURE),
        never(Dataplane.CILIUM, PolicyEngine.CALICO),
    ),
    Rule(
        "DES401",
        "what the dataplane of Cilium does with no policy engine is not documented",
        "AKS docs, azure-cni-powered-by-cilium",
        (never(Dataplane.CILIUM, PolicyEngine.NONE),),
    ),
    Rule(
        "DES402",
        "pods take addresses of a subnet of their own in a network of one's own; the "
        "network that AKS makes has one for nodes alone",
        "AKS docs, configure-azure-cni-dynamic-ip-allocation, "
        "concepts-network-cni-overview",
        (never(Addressing.POD_SUBNET, Network.MANAGED),),
    ),
    taken(
        "AKSV056",
        Clause((PolicyLevel.FQDN,), (Dataplane.CILIUM,)),
        Clause((PolicyLevel.L7,), (Dataplane.CILIUM,)),
    ),
    taken("AKSV059", Clause((Encryption.WIREGUARD,), (Dataplane.CILIUM,))),
    Rule(
        "AKSV010",
        "Azure NPM on Windows nodes ends on 2026-09-30, and new subscriptions cannot "
        "have it any more",
        "AKS docs, includes/azure-network-policy-manager-windows-retirement",
        (never(PolicyEngine.AZURE, NodeOs.LINUX_AND_WINDOWS),),
    ),
    Rule(
        "AKS401",
        "policies have no effect without a policy engine: they are stored, and nobody "
        "enforces them",
        "AKS docs, use-network-policies",
        (never(DefaultDeny.ON, PolicyEngine.NONE),),
    ),
)

_NPM_ENDED = Rule(
    "AKSV011",
    f"Azure NPM on Linux nodes has ended on {NPM_ENDS}",
    "AKS docs, includes/azure-network-policy-manager-linux-retirement",
    (never(PolicyEngine.AZURE),),
)


def retired(as_of: date) -> tuple[Rule, ...]:
    """Return the rules about options that have ended by a day."""
    return (_NPM_ENDED,) if as_of >= NPM_ENDS else ()
