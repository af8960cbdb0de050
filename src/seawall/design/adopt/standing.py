"""What a running cluster has of each decision, as far as the input says.

Source: AKS REST API, managedClusters, as `ingest` reads it.
"""

from collections.abc import Callable, Mapping
from typing import TypeVar

from seawall.design.adopt.answer import Standing
from seawall.design.options import (
    Addressing,
    ApiServer,
    AuthorizedRanges,
    Dataplane,
    Encryption,
    Firewall,
    Images,
    Network,
    NodeOs,
    Option,
    OutboundType,
    PolicyEngine,
    PolicyLevel,
    PrivateZone,
    PublicName,
    RunCommand,
)
from seawall.design.requirements.needs import Requirements
from seawall.model import cluster as read
from seawall.model import dataplane
from seawall.model.cluster import Cluster
from seawall.model.setting import Setting, State
from seawall.model.snapshot import Snapshot

T = TypeVar("T")

_ADDRESSING = {
    read.Addressing.OVERLAY: Addressing.OVERLAY,
    read.Addressing.POD_SUBNET: Addressing.POD_SUBNET,
    read.Addressing.NODE_SUBNET: Addressing.NODE_SUBNET,
}
_ENGINES = {
    dataplane.PolicyEngine.NONE: PolicyEngine.NONE,
    dataplane.PolicyEngine.NPM: PolicyEngine.AZURE,
    dataplane.PolicyEngine.CALICO: PolicyEngine.CALICO,
    dataplane.PolicyEngine.CILIUM: PolicyEngine.CILIUM,
}
_ACNS = "networkProfile.advancedNetworking"
_ELSEWHERE = "no setting of the cluster; needs about them are asked by packets"


_OUTSIDE = {
    "kubenet": ", and ends on 2028-03-31: take the policy engine away, then "
    "`az aks update --network-plugin azure --network-plugin-mode overlay` replaces "
    "every node, and there is no way back; the steps are of the cluster after that",
}
"""What leads out of what no design has.

Source: AKS docs, update-azure-cni and includes/kubenet-retirement.
"""


def standing(
    snapshot: Snapshot, cluster: Cluster, needs: Requirements
) -> dict[str, Standing]:
    """Return what stands, by the field of `Choices`."""
    api = cluster.api_server
    private = api.private.value
    return {
        "network": _network(snapshot, cluster, needs),
        "addressing": _mapped(cluster.addressing, _ADDRESSING.get),
        "dataplane": _mapped(
            cluster.policy_engine,
            lambda it: (
                Dataplane.CILIUM
                if it is dataplane.PolicyEngine.CILIUM
                else Dataplane.AZURE
            ),
        ),
        "engine": _mapped(cluster.policy_engine, _ENGINES.get),
        "level": _level(cluster),
        "encryption": _encryption(cluster),
        "api_server": _api_server(cluster),
        "ranges": _mapped(
            api.authorized_ranges,
            lambda it: AuthorizedRanges.STATED if it else AuthorizedRanges.NONE,
        ),
        "zone": _private_only(api.private_zone, private, _zone, PrivateZone.NOT_NEEDED),
        "public_name": _private_only(
            api.public_name,
            private,
            lambda it: PublicName.ON if it else PublicName.OFF,
            PublicName.OFF,
        ),
        "run_command": _mapped(
            api.run_command, lambda it: RunCommand.ON if it else RunCommand.OFF
        ),
        "outbound": _mapped(cluster.outbound, _outbound),
        "firewall": _firewall(snapshot, cluster),
        "images": _mapped(
            cluster.upkeep.cached_artifacts,
            lambda it: Images.CACHE if it else Images.DIRECT,
        ),
        "ingress": Standing(None, _ELSEWHERE),
        "paas": Standing(None, _ELSEWHERE),
        "systems": _systems(cluster),
        "default_deny": Standing(None, _ELSEWHERE),
    }


def _mapped(setting: Setting[T], option: Callable[[T], Option | None]) -> Standing:
    if not setting.known:
        return Standing(None, setting.why, setting.origin)
    origin = setting.origin if setting.state is State.STATED else None
    value = setting.value
    found = option(value) if value is not None else None
    if found is None:
        shown = str(getattr(value, "value", value))
        says = f"`{shown}` is no option of a design{_OUTSIDE.get(shown, '')}"
        return Standing(None, says, origin)
    return Standing(found, "", origin)


def _private_only(
    setting: Setting[T],
    private: bool | None,  # noqa: FBT001
    option: Callable[[T], Option | None],
    otherwise: Option,
) -> Standing:
    return Standing(otherwise) if private is False else _mapped(setting, option)


def _zone(value: str) -> Option:
    return {"system": PrivateZone.SYSTEM, "none": PrivateZone.NONE}.get(
        value, PrivateZone.CUSTOM
    )


def _outbound(value: read.OutboundType) -> Option | None:
    return next((it for it in OutboundType if it.value == value.value), None)


def _network(snapshot: Snapshot, cluster: Cluster, needs: Requirements) -> Standing:
    for pool in cluster.pools:
        if not pool.subnet.known:
            return Standing(None, f"subnet of pool `{pool.name}`: {pool.subnet.why}")
    subnet = cluster.pools[0].subnet
    made = f"/resourcegroups/{cluster.node_resource_group}/"
    if subnet.state is State.DEFAULTED or (
        cluster.node_resource_group and made in (subnet.value or "")
    ):
        return Standing(Network.MANAGED)
    existing = needs.existing
    if existing is not None and existing.node_subnet.lower() == subnet.value:
        return Standing(Network.EXISTING, "", subnet.origin)
    network = (subnet.value or "").partition("/subnets/")[0]
    peered = any(network == each.network for each in snapshot.fabric.peerings)
    return Standing(Network.HUB_AND_SPOKE if peered else Network.OWN, "", subnet.origin)


def _level(cluster: Cluster) -> Standing:
    security = cluster.details.get(f"{_ACNS}.security.enabled")
    if cluster.advanced_networking.known and not cluster.advanced_networking.value:
        return Standing(PolicyLevel.NONE, "", cluster.advanced_networking.origin)
    if not security.known:
        return Standing(None, security.why, security.origin)
    if not security.value:
        return Standing(PolicyLevel.NONE, "", security.origin)
    level = cluster.details.get(f"{_ACNS}.security.advancedNetworkPolicies")
    if not level.known:
        return Standing(None, level.why, level.origin)
    words = {"l7": PolicyLevel.L7, "none": PolicyLevel.NONE}
    found = words.get(str(level.value or "").lower(), PolicyLevel.FQDN)
    return Standing(found, "", level.origin)


def _encryption(cluster: Cluster) -> Standing:
    kind = cluster.details.get(f"{_ACNS}.security.transitEncryption.type")
    if not kind.known:
        return Standing(None, kind.why, kind.origin)
    word = str(kind.value or "none").lower()
    known = {"none": Encryption.NONE, "wireguard": Encryption.WIREGUARD}
    if word not in known:
        return Standing(None, f"`{kind.value}` is no option of a design", kind.origin)
    return Standing(known[word], "", kind.origin)


def _api_server(cluster: Cluster) -> Standing:
    api = cluster.api_server
    for setting in (api.private, api.vnet_integration):
        if not setting.known:
            return Standing(None, setting.why, setting.origin)
    kinds = {
        (False, False): ApiServer.PUBLIC,
        (True, False): ApiServer.PRIVATE_LINK,
        (False, True): ApiServer.VNET_PUBLIC,
        (True, True): ApiServer.VNET_PRIVATE,
    }
    key = (bool(api.private.value), bool(api.vnet_integration.value))
    return Standing(kinds[key], "", api.private.origin)


def _firewall(snapshot: Snapshot, cluster: Cluster) -> Standing:
    outbound = cluster.outbound
    if not outbound.known:
        return Standing(None, outbound.why, outbound.origin)
    if outbound.value is not read.OutboundType.USER_DEFINED_ROUTING:
        return Standing(Firewall.NONE)
    hops = _next_hops(snapshot, cluster)
    for each in snapshot.fabric.firewalls:
        if str(each.address) in hops:
            return Standing(
                Firewall.STANDARD, "which tier it has is not read", each.origin
            )
    if not hops:
        return Standing(
            None, "the route table of the nodes' subnet is not in the input"
        )
    return Standing(Firewall.EXISTING)


def _next_hops(snapshot: Snapshot, cluster: Cluster) -> set[str]:
    fabric = snapshot.fabric
    subnets = {pool.subnet.value for pool in cluster.pools}
    tables = {it.route_table.value for it in fabric.subnets if it.id in subnets}
    return {
        str(route.appliance)
        for table in fabric.route_tables
        if table.id in tables
        for route in table.routes
        if str(route.destination) == "0.0.0.0/0" and route.appliance is not None
    }


def _systems(cluster: Cluster) -> Standing:
    for pool in cluster.pools:
        if pool.windows.known and pool.windows.value:
            return Standing(NodeOs.LINUX_AND_WINDOWS, "", pool.windows.origin)
    for pool in cluster.pools:
        if not pool.windows.known:
            return Standing(None, f"pool `{pool.name}`: {pool.windows.why}")
    return Standing(NodeOs.LINUX)


def known(found: Mapping[str, Standing]) -> dict[str, Option]:
    """Return the options that are known to stand."""
    return {name: it.option for name, it in found.items() if it.option is not None}
