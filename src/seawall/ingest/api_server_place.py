"""Where the API server can be, for policies that mean it without an address."""

from collections.abc import Sequence
from dataclasses import replace

from seawall.ingest.documents import AzurePart
from seawall.ingest.kubernetes.cilium.selector import API_SERVER
from seawall.model.address import AddressRange
from seawall.model.ends import (
    Addresses,
    AllOf,
    AnyOf,
    Ends,
    Not,
    Perhaps,
    World,
)
from seawall.model.policy import BlockPeer
from seawall.model.ranked import RankedPolicy, RankedRule

_PRIVATE = tuple(
    AddressRange.parse(text)
    for text in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10")
)
_INSIDE = AnyOf((Not(World()), API_SERVER))
"""What the entity `cluster` is read as."""


def placed(
    policies: Sequence[RankedPolicy], azure: AzurePart
) -> tuple[RankedPolicy, ...]:
    """Return policies that look for the API server only where it may be.

    Without a cluster in the input, the entity `cluster` is pods and nodes alone, as an
    assumption says; with one, it may be the API server's address too.

    Source:
        cilium pkg/policy/api entity.go: `cluster` holds `kube-apiserver`; AKS docs,
        private-clusters and api-server-vnet-integration, read 2026-08: where the
        endpoints of the Service `kubernetes` are.
    """
    if azure.cluster is None:
        return tuple(_changed(policy, _INSIDE, Not(World())) for policy in policies)
    ranges = _ranges(azure)
    if ranges is None:
        return tuple(policies)
    blocks: tuple[Ends, ...] = tuple(Addresses(BlockPeer(item)) for item in ranges)
    outside: Ends = AllOf((World(), AnyOf(blocks)))
    there = Perhaps(outside, "the address of the API server is not certain")
    return tuple(_changed(policy, API_SERVER, there) for policy in policies)


def _ranges(azure: AzurePart) -> tuple[AddressRange, ...] | None:
    """Return the addresses among which the API server's are; None for any."""
    api = None if azure.cluster is None else azure.cluster.api_server
    if api is None or not api.private.is_surely(value=True):
        return None
    known = [
        item.address
        for item in azure.fabric.private_endpoints
        if item.target == api.resource
    ]
    if api.internal_address is not None:
        known.append(api.internal_address)
    if not known or None in known:
        return _PRIVATE
    return tuple(AddressRange.of(item) for item in known if item is not None)


def _changed(policy: RankedPolicy, old: Ends, new: Ends) -> RankedPolicy:
    ingress, egress = (
        tuple(_with(rule, old, new) for rule in rules)
        for rules in (policy.ingress, policy.egress)
    )
    if (ingress, egress) == (policy.ingress, policy.egress):
        return policy
    return replace(policy, ingress=ingress, egress=egress)


def _with(rule: RankedRule, old: Ends, new: Ends) -> RankedRule:
    far = _put(rule.far, old, new)
    return rule if far == rule.far else replace(rule, far=far)


def _put(ends: Ends, old: Ends, new: Ends) -> Ends:
    if ends == old:
        return new
    match ends:
        case AllOf(items):
            return AllOf(tuple(_put(item, old, new) for item in items))
        case AnyOf(items):
            return AnyOf(tuple(_put(item, old, new) for item in items))
        case Not(item):
            return Not(_put(item, old, new))
        case Perhaps(item, why):
            return Perhaps(_put(item, old, new), why)
        case _:
            return ends
