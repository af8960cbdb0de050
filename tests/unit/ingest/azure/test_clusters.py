"""Cluster settings: stated, defaulted, unknown, each for its reason."""

import pytest

from azure_builders import Json, at_level, cluster, convert, resource_id
from seawall.model.cluster import Addressing, Cluster, OutboundType
from seawall.model.dataplane import Feature, PolicyEngine
from seawall.model.diagnostic import Level
from seawall.model.setting import State

SUBNET = resource_id("virtualNetworks/subnets", "v", "s")


def read(**properties: object) -> Cluster:
    found = convert(cluster(**properties)).cluster
    assert found is not None
    return found


def network(**profile: object) -> Cluster:
    return read(networkProfile=profile)


@pytest.mark.parametrize(
    ("profile", "mode"),
    [
        (
            {"networkPlugin": "azure", "networkPluginMode": "Overlay"},
            Addressing.OVERLAY,
        ),
        ({"networkPlugin": "kubenet"}, Addressing.KUBENET),
        ({"networkPlugin": "none"}, Addressing.OWN_CNI),
        ({"networkPlugin": "azure"}, Addressing.NODE_SUBNET),
    ],
)
def test_addressing_follows_plugin_and_mode(profile: Json, mode: Addressing) -> None:
    assert network(**profile).addressing.is_surely(mode)


def test_pods_with_a_subnet_of_their_own_are_in_pod_subnet_mode() -> None:
    found = read(
        networkProfile={"networkPlugin": "azure"},
        agentPoolProfiles=[
            {"name": "p", "vnetSubnetID": SUBNET, "podSubnetID": SUBNET}
        ],
    )
    assert found.addressing.is_surely(Addressing.POD_SUBNET)
    assert found.pod_ranges.is_surely(())


def test_an_absent_plugin_is_unknown_and_not_guessed() -> None:
    found = network(networkPolicy="calico")
    assert found.addressing.state is State.UNKNOWN
    assert found.pod_ranges.state is State.UNKNOWN
    assert found.policy_engine.is_surely(PolicyEngine.CALICO)


@pytest.mark.parametrize(
    ("profile", "state", "engine"),
    [
        ({}, State.DEFAULTED, PolicyEngine.NONE),
        ({"networkPolicy": None}, State.DEFAULTED, PolicyEngine.NONE),
        ({"networkPolicy": "none"}, State.STATED, PolicyEngine.NONE),
        ({"networkPolicy": ""}, State.STATED, PolicyEngine.NONE),
        ({"networkPolicy": "Azure"}, State.STATED, PolicyEngine.NPM),
        ({"networkPolicy": "calico"}, State.STATED, PolicyEngine.CALICO),
        ({"networkDataplane": "cilium"}, State.STATED, PolicyEngine.CILIUM),
        (
            {"networkDataplane": "cilium", "networkPolicy": "cilium"},
            State.STATED,
            PolicyEngine.CILIUM,
        ),
        ({"networkDataplane": "cilium", "networkPolicy": "none"}, State.UNKNOWN, None),
        (
            {"networkDataplane": "cilium", "networkPolicy": "[parameters('p')]"},
            State.UNKNOWN,
            None,
        ),
        ({"networkPolicy": "[parameters('p')]"}, State.UNKNOWN, None),
        ({"networkPolicy": "weave"}, State.UNKNOWN, None),
        ({"networkPlugin": "none"}, State.UNKNOWN, None),
    ],
)
def test_the_policy_engine_has_three_states(
    profile: Json, state: State, engine: PolicyEngine | None
) -> None:
    found = network(**({"networkPlugin": "azure"} | profile)).policy_engine
    assert (found.state, found.value) == (state, engine)


@pytest.mark.parametrize(
    ("advanced", "state", "features"),
    [
        ({}, State.DEFAULTED, frozenset()),
        ({"enabled": False}, State.STATED, frozenset()),
        ({"enabled": True}, State.UNKNOWN, None),
        ({"enabled": True, "security": {"enabled": False}}, State.STATED, frozenset()),
        (
            {"enabled": True, "security": {"enabled": True}},
            State.DEFAULTED,
            frozenset({Feature.NAMES}),
        ),
        (
            {
                "enabled": True,
                "security": {"enabled": True, "advancedNetworkPolicies": "L7"},
            },
            State.STATED,
            frozenset(Feature),
        ),
        (
            {
                "enabled": True,
                "security": {"enabled": True, "advancedNetworkPolicies": "L9"},
            },
            State.UNKNOWN,
            None,
        ),
    ],
)
def test_advanced_networking_says_what_policies_may_ask_for(
    advanced: Json, state: State, features: frozenset[Feature] | None
) -> None:
    found = network(advancedNetworking=advanced).policy_features
    assert (found.state, found.value) == (state, features)


@pytest.mark.parametrize(
    ("advanced", "secured"),
    [
        ({}, False),
        ({"enabled": False}, False),
        ({"enabled": True}, None),
        ({"enabled": True, "security": {"enabled": True}}, True),
    ],
)
def test_security_is_off_where_the_services_that_it_belongs_to_are(
    advanced: Json, *, secured: bool | None
) -> None:
    found = network(advancedNetworking=advanced).details
    setting = found.get("networkProfile.advancedNetworking.security.enabled")
    assert (setting.value if setting.known else None) is secured


def test_the_way_out_is_a_load_balancer_unless_stated() -> None:
    default = network(networkPlugin="azure").outbound
    assert (default.state, default.value) == (
        State.DEFAULTED,
        OutboundType.LOAD_BALANCER,
    )
    stated = network(networkPlugin="azure", outboundType="userDefinedRouting").outbound
    assert stated.is_surely(OutboundType.USER_DEFINED_ROUTING)
    assert not network(
        networkPlugin="azure", outboundType="carrierPigeon"
    ).outbound.known


def test_ranges_are_stated_or_the_services_defaults() -> None:
    found = network(networkPlugin="kubenet")
    assert [str(item) for item in found.pod_ranges.value or ()] == ["10.244.0.0/16"]
    assert [str(item) for item in found.service_ranges.value or ()] == ["10.0.0.0/16"]
    assert str(found.dns_address.value) == "10.0.0.10"
    found = network(networkPlugin="kubenet", serviceCidr="172.20.0.0/16")
    assert not found.dns_address.known


def test_without_a_profile_the_api_server_is_public_and_open() -> None:
    server = read().api_server
    assert server.private.is_surely(value=False)
    assert server.authorized_ranges.state is State.DEFAULTED
    assert server.authorized_ranges.value == ()
    assert server.run_command.is_surely(value=True)


def test_the_spelling_of_other_versions_is_understood() -> None:
    nested = read(apiServerAccessProfile={"authorizedIpRanges": ["20.0.0.0/24"]})
    assert nested.api_server.authorized_ranges.is_surely(("20.0.0.0/24",))
    old = read(apiServerAuthorizedIPRanges=["20.0.0.0/24"])
    assert old.api_server.authorized_ranges.is_surely(("20.0.0.0/24",))
    empty = read(apiServerAccessProfile={"authorizedIPRanges": []})
    assert empty.api_server.authorized_ranges.is_surely(())
    words = read(apiServerAccessProfile={"enablePrivateCluster": "false"})
    assert words.api_server.private.is_surely(value=False)


def test_a_private_cluster_is_known_by_its_private_name() -> None:
    server = read(
        fqdn="public.hcp.westeurope.azmk8s.io",
        privateFQDN="a.privatelink.westeurope.azmk8s.io",
        apiServerAccessProfile={
            "enablePrivateCluster": True,
            "privateDNSZone": "System",
        },
    ).api_server
    assert server.name == "a.privatelink.westeurope.azmk8s.io"
    assert server.private_zone.is_surely("system")


def test_pools_of_their_own_stand_beside_the_inline_ones() -> None:
    whole = cluster()
    pool = {
        "id": f"{whole['id']}/agentPools/gpu",
        "name": "gpu",
        "type": "Microsoft.ContainerService/managedClusters/agentPools",
        "properties": {"vnetSubnetID": SUBNET, "osType": "Windows"},
    }
    part = convert([whole, pool])
    assert part.cluster is not None
    found = part.cluster.pool("gpu")
    assert found is not None
    assert found.subnet.is_surely(SUBNET.lower())
    assert found.windows.is_surely(value=True)
    assert part.cluster.pool("system") is not None


def test_a_cluster_that_shows_no_pool_gets_one_that_is_unknown() -> None:
    part = convert(cluster(agentPoolProfiles=[]))
    assert part.cluster is not None
    assert len(part.cluster.pools) == 1
    assert any("no node pool" in item.what for item in at_level(part, Level.ERROR))


def test_the_group_on_the_nodes_interfaces_comes_from_the_scale_set() -> None:
    scale_set = {
        "id": "/subscriptions/s/resourceGroups/MC_x/providers/Microsoft.Compute/"
        "virtualMachineScaleSets/aks-system-1-vmss",
        "name": "aks-system-1-vmss",
        "type": "Microsoft.Compute/virtualMachineScaleSets",
        "tags": {"aks-managed-poolName": "system"},
        "properties": {
            "virtualMachineProfile": {
                "networkProfile": {
                    "networkInterfaceConfigurations": [
                        {"properties": {"networkSecurityGroup": {"id": "/X/nsg"}}}
                    ]
                }
            }
        },
    }
    part = convert([cluster(nodeResourceGroup="MC_x"), scale_set])
    assert part.cluster is not None
    assert part.cluster.pools[0].nic_security_group.is_surely("/x/nsg")


@pytest.mark.parametrize(
    ("profile", "expected"),
    [
        ({"loadBalancerProfile": {"effectiveOutboundIPs": [{"id": "/A"}]}}, ("/a",)),
        ({"natGatewayProfile": {"effectiveOutboundIPs": [{"id": "/A"}]}}, ("/a",)),
        (
            {
                "loadBalancerProfile": {
                    "outboundIPs": {"publicIPs": [{"id": "/A"}]},
                    "outboundIPPrefixes": {"publicIPPrefixes": [{"id": "/B"}]},
                }
            },
            ("/a", "/b"),
        ),
        ({}, None),
        ({"loadBalancerProfile": {"effectiveOutboundIPs": "[parameters('x')]"}}, None),
    ],
)
def test_the_addresses_that_a_cluster_leaves_by_are_those_it_names(
    profile: Json, expected: tuple[str, ...] | None
) -> None:
    part = convert([cluster(networkProfile={"networkPlugin": "azure", **profile})])
    assert part.cluster is not None
    assert part.cluster.outbound_addresses.value == expected


@pytest.mark.parametrize(
    ("version", "profile", "on"),
    [
        ("1.34", {}, False),
        ("1.36.2", {"localDNSProfile": {"mode": "Disabled"}}, False),
        ("1.37", {}, None),
        ("1.34", {"localDNSProfile": {"mode": "Preferred"}}, None),
        ("1.34", {"localDNSProfile": {"mode": "Preferred", "state": "Enabled"}}, True),
        ("1.34", {"localDNSProfile": {"mode": "Required"}}, True),
    ],
)
def test_local_dns_is_off_before_the_platform_turns_it_on(
    version: str, profile: Json, *, on: bool | None
) -> None:
    """Source: AKS docs, localdns-custom: on by itself from Kubernetes 1.37."""
    pools = [{"name": "sys", **profile}]
    found = read(currentKubernetesVersion=version, agentPoolProfiles=pools)
    assert (found.local_dns.value if found.local_dns.known else None) is on
