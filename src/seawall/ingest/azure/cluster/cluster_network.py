"""The network profile of a cluster: addressing, policy engine, ranges, way out.

Source: AKS docs, concepts-network-cni-overview, azure-cni-overlay, configure-kubenet,
use-network-policies, azure-cni-powered-by-cilium, egress-outboundtype.
"""

from typing import TypeVar

from seawall.ingest.azure.records.values import (
    address,
    flag,
    has_unresolved,
    ids,
    prefixes,
    setting,
    text,
    texts,
)
from seawall.ingest.notes import Notes
from seawall.ingest.resource import Field
from seawall.model.address import Address, AddressRange
from seawall.model.cluster import Addressing, NodePool, OutboundType
from seawall.model.dataplane import Feature, PolicyEngine
from seawall.model.setting import Setting

Ranges = Setting[tuple[AddressRange, ...]]

T = TypeVar("T")

_POD_DEFAULT = AddressRange.parse("10.244.0.0/16")
_POD_DEFAULT_6 = AddressRange.parse("fd12:3456:789a::/64")
_SERVICE_DEFAULT = AddressRange.parse("10.0.0.0/16")
_SERVICE_DEFAULT_6 = AddressRange.parse("fd12:3456:789a:1::/108")
_DNS_DEFAULT = "10.0.0.10"

_OUTBOUND = {item.value.lower(): item for item in OutboundType} | {
    "managednatgatewayv2": OutboundType.MANAGED_NAT_GATEWAY
}
_ENGINES = {
    "azure": PolicyEngine.NPM,
    "calico": PolicyEngine.CALICO,
    "cilium": PolicyEngine.CILIUM,
    "none": PolicyEngine.NONE,
    "": PolicyEngine.NONE,
}
_UNSAID = "AKS docs do not say whether Cilium enforces policies beside `none`"
_FEATURES = {
    "none": frozenset[Feature](),
    "fqdn": frozenset({Feature.NAMES}),
    "l7": frozenset(Feature),
}
_WITH_POD_RANGES = (Addressing.OVERLAY, Addressing.KUBENET)


def _hidden(field: Field) -> str:
    return "" if field.left_to_service else field.unresolved


def _said(value: T, field: Field) -> Setting[T]:
    """Return a value that a field stands for, written or by somebody's default."""
    if field.default:
        return Setting.defaulted(value, field.default, field.origin)
    return Setting.stated(value, field.origin)


def addressing(
    network: Field, pools: tuple[NodePool, ...], notes: Notes
) -> Setting[Addressing]:
    """Return where pods get addresses from.

    Nothing is inferred from an absent plugin: its default depends on the tool and the
    version that made the cluster.

    Source: AKS docs, azure-cni-overlay; configure-kubenet; intro-aks-automatic.
    """
    plugin, mode = network.get("networkPlugin"), network.get("networkPluginMode")
    written = (text(plugin) or "").lower()
    if not written:
        return Setting.unknown(
            _hidden(plugin)
            or "the network plugin is not stated, and its default depends on the tool "
            "and the version that made the cluster",
            plugin.origin,
        )
    if written in {"none", "kubenet"}:
        found = Addressing.OWN_CNI if written == "none" else Addressing.KUBENET
        return _said(found, plugin)
    if written != "azure":
        notes.unmodelled(
            plugin.origin,
            f"`{written}` is not a network plugin that is known",
            "AKS has `azure`, `kubenet` and `none`",
            "check the description of the cluster",
        )
        return Setting.unknown(f"the network plugin is `{written}`", plugin.origin)
    if _hidden(mode):
        return Setting.unknown(_hidden(mode), mode.origin)
    if (text(mode) or "").lower() == "overlay":
        return _said(Addressing.OVERLAY, mode)
    return _flat(pools, plugin)


def _flat(pools: tuple[NodePool, ...], plugin: Field) -> Setting[Addressing]:
    subnets = [pool.pod_subnet for pool in pools]
    if any(subnet.value for subnet in subnets):
        return Setting.stated(Addressing.POD_SUBNET, plugin.origin)
    for subnet in subnets:
        if not subnet.known:
            return Setting.unknown(
                f"whether pods have a subnet of their own: {subnet.why}", subnet.origin
            )
    return Setting.stated(Addressing.NODE_SUBNET, plugin.origin)


def policy_engine(
    network: Field, mode: Setting[Addressing], notes: Notes
) -> Setting[PolicyEngine]:
    """Return who enforces network policies.

    Source: AKS docs, use-network-policies and azure-cni-powered-by-cilium.
    """
    plane, policy = network.get("networkDataplane"), network.get("networkPolicy")
    if (text(plane) or "").lower() == "cilium":
        return _cilium(plane, policy)
    if mode.is_surely(Addressing.OWN_CNI):
        return Setting.unknown(
            "the cluster brings its own CNI, whose policy engine is not stated",
            policy.origin,
        )
    engine = setting(
        policy,
        Setting.defaulted(
            PolicyEngine.NONE, "AKS docs, use-network-policies: none unless chosen"
        ),
        lambda item: _ENGINES.get((text(item) or "").lower()),
        notes=notes,
        allowed="`azure`, `calico`, `cilium` or `none`",
    )
    if _hidden(plane) and not engine.is_surely(PolicyEngine.CILIUM):
        return Setting.unknown(f"the dataplane is not known: {_hidden(plane)}")
    if not network.is_given and network.left_to_service:
        return Setting.unknown("the cluster shows no network profile", network.origin)
    return engine


def _cilium(plane: Field, policy: Field) -> Setting[PolicyEngine]:
    """Return who enforces policies on Cilium's dataplane, as far as that is told.

    The docs do not say what `none` does there.
    """
    why = _UNSAID if (text(policy) or "").lower() == "none" else _hidden(policy)
    if why:
        return Setting.unknown(why, policy.origin)
    return _said(PolicyEngine.CILIUM, plane)


def outbound(network: Field, notes: Notes) -> Setting[OutboundType]:
    """Return how the cluster reaches the internet.

    Source: AKS docs, egress-outboundtype.
    """
    return setting(
        network.get("outboundType"),
        Setting.defaulted(OutboundType.LOAD_BALANCER, "AKS docs, egress-outboundtype"),
        lambda item: _OUTBOUND.get((text(item) or "").lower()),
        notes=notes,
        allowed="an outbound type such as `loadBalancer` or `userDefinedRouting`",
    )


_LENT = (
    ("loadBalancerProfile", "effectiveOutboundIPs"),
    ("natGatewayProfile", "effectiveOutboundIPs"),
    ("loadBalancerProfile", "outboundIPs", "publicIPs"),
    ("loadBalancerProfile", "outboundIPPrefixes", "publicIPPrefixes"),
)
"""Where a cluster names the public addresses that it leaves by, the surest first."""


def outbound_ids(network: Field) -> tuple[str, ...]:
    """Return the ids of the public addresses that a cluster says it leaves by."""
    return outbound_addresses(network).value or ()


def outbound_addresses(network: Field) -> Setting[tuple[str, ...]]:
    """Return the public addresses that the cluster's own way out lends.

    Source: Azure SDK, ManagedClusterLoadBalancerProfile and
    ManagedClusterNATGatewayProfile; AKS docs, load-balancer-standard.
    """
    fields = [network.walk(*path) for path in _LENT]
    for field in fields[:2]:
        if not has_unresolved(field) and (found := ids(field)):
            return Setting.stated(found, field.origin)
    own = tuple(item for field in fields[2:] for item in ids(field))
    hidden = [field for field in fields[2:] if has_unresolved(field)]
    if own and not hidden:
        return Setting.stated(own, network.origin)
    return Setting.unknown(
        next(
            (why for field in (*hidden, *fields) if (why := has_unresolved(field))),
            "the cluster does not name its outbound addresses",
        ),
        network.origin,
    )


def dual_stack(network: Field) -> Setting[bool]:
    """Return whether the cluster has IPv6 beside IPv4."""
    families = network.get("ipFamilies")
    if has_unresolved(families):
        return Setting.unknown(has_unresolved(families), families.origin)
    if families.left_to_service or not texts(families):
        return Setting.defaulted(False, "AKS docs, configure-dual-stack")  # noqa: FBT003
    both = "ipv6" in {item.lower() for item in texts(families)}
    return Setting.stated(both, families.origin)


def policy_features(network: Field, notes: Notes) -> Setting[frozenset[Feature]]:
    """Return what policies may ask for beside addresses and ports.

    Source:
        Azure REST, container service, AdvancedNetworkingSecurity: off by default, which
        the description of `advancedNetworking.enabled` contradicts; where it is on,
        `advancedNetworkPolicies` is `FQDN` by default.
    """
    nothing = _FEATURES["none"]
    off = Setting.defaulted(False, "Azure REST, AdvancedNetworking")  # noqa: FBT003
    advanced = flag(network.walk("advancedNetworking", "enabled"), off, notes)
    if advanced.is_surely(value=False):
        return Setting(advanced.state, nothing, advanced.origin, advanced.why)
    security = flag(
        network.walk("advancedNetworking", "security", "enabled"),
        Setting.unknown("whether security is on by default is not documented"),
        notes,
    )
    if security.is_surely(value=False):
        return Setting(security.state, nothing, security.origin, security.why)
    for each in (advanced, security):
        if not each.known:
            return Setting.unknown(each.why, each.origin)
    return setting(
        network.walk("advancedNetworking", "security", "advancedNetworkPolicies"),
        Setting.defaulted(_FEATURES["fqdn"], "Azure REST, AdvancedNetworkingSecurity"),
        lambda item: _FEATURES.get((text(item) or "").lower()),
        notes=notes,
        allowed="`None`, `FQDN` or `L7`",
    )


def host_routing(network: Field, notes: Notes) -> Setting[bool]:
    """Return whether Cilium routes past the rules of the node itself.

    Source: AKS docs, container-network-performance-ebpf-host-routing.
    """
    return setting(
        network.walk("advancedNetworking", "performance", "accelerationMode"),
        Setting.defaulted(False, "AKS docs, ebpf-host-routing: off unless chosen"),  # noqa: FBT003
        lambda item: {"bpfveth": True, "none": False}.get((text(item) or "").lower()),
        notes=notes,
        allowed="`BpfVeth` or `None`",
    )


def pod_ranges(network: Field, mode: Setting[Addressing], notes: Notes) -> Ranges:
    """Return the ranges of pods; none where pods take addresses from subnets.

    Source: AKS docs, azure-cni-overlay.
    """
    if mode.known and mode.value in {Addressing.NODE_SUBNET, Addressing.POD_SUBNET}:
        return Setting.defaulted((), "pods take addresses from subnets", mode.origin)
    if not mode.known and not _ranges_given(network, "podCidrs", "podCidr"):
        return Setting.unknown(f"addressing is not known: {mode.why}", mode.origin)
    default = (_POD_DEFAULT, _POD_DEFAULT_6)
    return _ranges(network, ("podCidrs", "podCidr"), default, notes)


def service_ranges(network: Field, notes: Notes) -> Ranges:
    """Return the ranges of Services.

    Source: AKS docs, configure-kubenet and azure-cni-overlay.
    """
    default = (_SERVICE_DEFAULT, _SERVICE_DEFAULT_6)
    return _ranges(network, ("serviceCidrs", "serviceCidr"), default, notes)


def _ranges_given(network: Field, *keys: str) -> bool:
    return any(network.get(key).is_given for key in keys)


def _ranges(
    network: Field,
    keys: tuple[str, str],
    default: tuple[AddressRange, AddressRange],
    notes: Notes,
) -> Ranges:
    for key in keys:
        field = network.get(key)
        hidden = has_unresolved(field)
        if hidden:
            return Setting.unknown(hidden, field.origin)
        found = prefixes(field, notes)
        if found:
            return Setting.stated(found, field.origin)
    both = dual_stack(network)
    if not both.known:
        return Setting.unknown(both.why, both.origin)
    return Setting.defaulted(
        default if both.value else default[:1],
        "AKS docs, azure-cni-overlay",
        network.origin,
    )


def dns_address(network: Field, notes: Notes) -> Setting[Address]:
    """Return the address of the cluster's DNS Service.

    Source: AKS docs, configure-kubenet.
    """
    field = network.get("dnsServiceIP")
    default = Setting[Address].unknown("the address of the DNS Service is not stated")
    if not _ranges_given(network, "serviceCidrs", "serviceCidr"):
        usual = address(Field(_DNS_DEFAULT, network.origin), notes)
        default = Setting.defaulted(usual, "AKS docs, configure-kubenet")
    return setting(
        field,
        default,
        lambda item: address(item, notes),
        notes=notes,
        allowed="an IP address",
    )
