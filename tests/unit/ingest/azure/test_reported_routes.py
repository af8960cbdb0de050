"""Effective routes and learned routes: what Azure itself reports."""

from azure_builders import at_level, resource, resource_id
from seawall.ingest import azure
from seawall.ingest.documents import AzurePart, ReadDocument
from seawall.model.diagnostic import Level
from seawall.model.effective import EffectiveHop
from seawall.model.origin import Origin
from seawall.model.snapshot import KubernetesObjects

NETWORK = resource(
    "virtualNetworks",
    "v",
    addressSpace={"addressPrefixes": ["10.0.0.0/16"]},
    subnets=[
        {
            "name": "nodes",
            "id": resource_id("virtualNetworks/subnets", "v", "nodes"),
            "properties": {"addressPrefix": "10.0.1.0/24"},
        }
    ],
)
INTERFACE = resource(
    "networkInterfaces",
    "vm-nic",
    ipConfigurations=[
        {
            "name": "c",
            "properties": {
                "privateIPAddress": "10.0.1.4",
                "subnet": {"id": resource_id("virtualNetworks/subnets", "v", "nodes")},
            },
        }
    ],
)


def gateway(name: str, **properties: object) -> dict[str, object]:
    subnet = {"id": resource_id("virtualNetworks/subnets", "v", "GatewaySubnet")}
    return resource(
        "virtualNetworkGateways",
        name,
        ipConfigurations=[{"name": "c", "properties": {"subnet": subnet}}],
        **properties,
    )


def row(prefix: object, hop: str, *via: str, **changed: object) -> dict[str, object]:
    return {
        "addressPrefix": [prefix],
        "nextHopType": hop,
        "nextHopIpAddress": list(via),
        "source": "Default",
        "state": "Active",
        "name": None,
        **changed,
    }


def learned(network: str, origin: str = "EBgp") -> dict[str, object]:
    return {
        "network": network,
        "origin": origin,
        "sourcePeer": "10.0.255.4",
        "nextHop": "10.0.255.4",
        "asPath": "65010",
        "weight": 32768,
    }


def convert(**files: object) -> AzurePart:
    """Convert resources, and lists under the names of their files."""
    return azure.convert(
        [
            ReadDocument(value, Origin(f"{name.replace('__', '.')}"))
            for name, value in files.items()
        ],
        KubernetesObjects(),
    )


def test_the_name_of_the_file_tells_whose_effective_routes_they_are() -> None:
    listed = {
        "value": [
            row("10.0.0.0/16", "VnetLocal"),
            row("0.0.0.0/0", "Internet", state="Invalid"),
            row("0.0.0.0/0", "VirtualAppliance", "10.0.9.4", source="User", name="fw"),
            row("52.0.0.0/8", "VirtualNetworkServiceEndpoint"),
        ]
    }
    for name in ("vm-nic__json", "Nodes__effective-routes__json"):
        part = convert(net=[NETWORK, INTERFACE], **{name: listed})
        (found,) = part.fabric.effective_routes
        assert (
            found.subnet == resource_id("virtualNetworks/subnets", "v", "nodes").lower()
        )
        assert [route.next_hop for route in found.routes] == [
            EffectiveHop.LOCAL,
            EffectiveHop.APPLIANCE,
            EffectiveHop.SERVICE_ENDPOINT,
        ]
        assert str(found.routes[1].appliance) == "10.0.9.4"
        assert part.kinds[name.replace("__", ".")] == "effective-routes"
        assert [each.id for each in part.assumptions] == ["effective-routes-current"]


def test_a_recorded_call_tells_its_interface_itself() -> None:
    call = {
        "parameters": {"networkInterfaceName": "vm-nic"},
        "responses": {"200": {"body": {"value": [row("10.0.0.0/16", "VnetLocal")]}}},
    }
    assert convert(net=[NETWORK, INTERFACE], x=call).fabric.effective_routes


def test_effective_routes_of_nobody_known_are_told_of_and_not_used() -> None:
    listed = {"value": [row("10.0.0.0/16", "VnetLocal")]}
    part = convert(net=NETWORK, other__json=listed)
    assert not part.fabric.effective_routes
    (told,) = at_level(part, Level.WARNING)
    assert "name the file after the interface" in told.mend


def test_effective_routes_that_differ_are_not_used() -> None:
    one = {"value": [row("10.0.0.0/16", "VnetLocal")]}
    other = {"value": [row("10.0.0.0/16", "None")]}
    part = convert(net=[NETWORK, INTERFACE], vm_nic=one, nodes__a=one, nodes__b=other)
    assert not part.fabric.effective_routes
    assert at_level(part, Level.ERROR)


def test_a_prefix_or_hop_that_cannot_be_read_is_never_passed_over() -> None:
    broken = {"value": [row("10.0.0.0/99", "VnetLocal"), row("0.0.0.0/0", "Internet")]}
    part = convert(net=NETWORK, nodes__json=broken)
    assert not part.fabric.effective_routes
    strange = {"value": [row("10.0.0.0/8", "HyperNetGateway")]}
    part = convert(net=NETWORK, nodes__json=strange)
    (found,) = part.fabric.effective_routes
    assert found.routes[0].next_hop is EffectiveHop.UNKNOWN
    assert at_level(part, Level.ERROR)


def test_learned_routes_are_of_the_only_gateway_or_of_the_one_named() -> None:
    rows = {"value": [learned("10.9.0.0/17"), learned("10.9.128.0/17")]}
    rows["value"] += [learned("0.0.0.0/0"), learned("10.0.0.0/16", "Network")]
    part = convert(net=[NETWORK, gateway("er", gatewayType="ExpressRoute")], any=rows)
    (found,) = part.fabric.gateways
    assert [str(each) for each in found.remote_ranges] == [
        "10.9.0.0/17",
        "10.9.128.0/17",
        "0.0.0.0/0",
    ]
    assert not found.is_open
    assert [each.id for each in part.assumptions] == ["learned-routes-current"]
    two = [NETWORK, gateway("one"), gateway("two")]
    named = convert(net=two, two__learned__json=rows)
    assert [bool(each.remote_ranges) for each in named.fabric.gateways] == [False, True]
    stranger = convert(net=two, other__json=rows)
    assert not any(each.remote_ranges for each in stranger.fabric.gateways)
    assert at_level(stranger, Level.WARNING)


def test_a_gateway_that_speaks_bgp_may_learn_more_than_is_stated() -> None:
    local = resource(
        "localNetworkGateways",
        "office",
        localNetworkAddressSpace={"addressPrefixes": ["192.168.0.0/24"]},
    )

    def connected(**properties: object) -> AzurePart:
        connection = resource(
            "connections",
            "c",
            virtualNetworkGateway1={"id": resource_id("virtualNetworkGateways", "g")},
            localNetworkGateway2={"id": local["id"]},
            **properties,
        )
        return convert(net=[NETWORK, gateway("g"), local, connection])

    assert not connected().fabric.gateways[0].is_open
    assert not connected(enableBgp=False).fabric.gateways[0].is_open
    part = connected(enableBgp=True)
    assert part.fabric.gateways[0].is_open
    assert [each.id for each in part.assumptions] == ["no-learned-default-route"]
