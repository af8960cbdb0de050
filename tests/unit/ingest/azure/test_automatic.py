"""Automatic clusters have what the platform gives them where nobody states it."""

from azure_builders import cluster, convert
from seawall.model.cluster import Addressing, OutboundType
from seawall.model.dataplane import PolicyEngine
from seawall.model.setting import State

AUTOMATIC = {"name": "Automatic", "tier": "Standard"}


def test_an_automatic_cluster_runs_cilium_over_an_overlay_by_default() -> None:
    body = cluster(networkProfile=None, agentPoolProfiles=[{"name": "system"}])
    found = convert(body | {"sku": AUTOMATIC}).cluster

    assert found is not None
    assert found.addressing.is_surely(Addressing.OVERLAY)
    assert found.policy_engine.is_surely(PolicyEngine.CILIUM)
    assert found.policy_engine.state is State.DEFAULTED
    assert found.outbound.is_surely(OutboundType.MANAGED_NAT_GATEWAY)


def test_its_api_server_is_in_its_network() -> None:
    """aks.md, part 9: locked, from intro-aks-automatic."""
    found = convert(cluster() | {"sku": AUTOMATIC}).cluster

    assert found is not None
    assert found.api_server.vnet_integration.is_surely(value=True)
    assert found.api_server.vnet_integration.state is State.DEFAULTED


def test_what_is_stated_of_an_automatic_cluster_holds() -> None:
    body = cluster(
        networkProfile={"networkDataplane": "cilium", "outboundType": "loadBalancer"},
        agentPoolProfiles=[{"name": "system", "vnetSubnetID": "/subscriptions/s/x"}],
        apiServerAccessProfile={"enableVnetIntegration": False},
    )
    found = convert(body | {"sku": AUTOMATIC}).cluster

    assert found is not None
    assert found.policy_engine.state is State.STATED
    assert found.outbound.state is State.STATED
    assert found.api_server.vnet_integration.is_surely(value=False)


def test_a_network_of_its_own_has_no_managed_nat_gateway() -> None:
    pool = {"name": "system", "vnetSubnetID": "/subscriptions/s/x"}
    body = cluster(networkProfile=None, agentPoolProfiles=[pool])
    found = convert(body | {"sku": AUTOMATIC}).cluster

    assert found is not None
    assert found.outbound.is_surely(OutboundType.LOAD_BALANCER)


def test_whose_network_it_is_may_be_hidden_and_the_way_out_with_it() -> None:
    pool = {"name": "system", "vnetSubnetID": "[parameters('subnet')]"}
    body = cluster(networkProfile=None, agentPoolProfiles=[pool])
    found = convert(body | {"sku": AUTOMATIC}).cluster

    assert found is not None
    assert not found.outbound.known
