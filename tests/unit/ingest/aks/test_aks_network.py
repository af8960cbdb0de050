from dataclasses import replace

from aks_builders import (
    api_server,
    assumed,
    cluster,
    completed,
    fabric,
    in_managed_network,
    managed,
    subnet,
)
from seawall.ingest.resource import Source
from seawall.model.address import AddressRange
from seawall.model.cluster import Addressing, OutboundType
from seawall.model.setting import Setting
from seawall.model.snapshot import Fabric


def test_a_cluster_whose_pools_name_no_subnet_gets_a_network() -> None:
    part = completed(
        of=in_managed_network(cluster()), around=Fabric(), managed_network=True
    )
    [network] = part.fabric.networks
    [nodes] = part.fabric.subnets
    assert network.managed
    assert [str(item) for item in network.space] == ["10.224.0.0/12"]
    assert [str(item) for item in nodes.prefixes] == ["10.224.0.0/16"]
    assert part.cluster is not None
    assert part.cluster.pools[0].subnet.value == nodes.id
    assert "managed-network" in assumed(part)


def test_it_is_not_known_whether_an_old_network_lends_addresses() -> None:
    plain = in_managed_network(cluster())
    old = completed(of=plain, around=Fabric(), managed_network=True)
    new = completed(of=plain, around=Fabric(), managed_network=True, source=Source.PLAN)
    assert not old.fabric.subnets[0].default_outbound.known
    assert new.fabric.subnets[0].default_outbound.is_surely(value=False)


def test_addresses_that_the_cluster_itself_takes_are_not_assumed() -> None:
    taken = Setting.stated((AddressRange.parse("10.224.0.0/16"),))
    plain = in_managed_network(cluster(pod_ranges=taken))
    part = completed(of=plain, around=Fabric(), managed_network=True)
    assert part.fabric.networks[0].space == ()
    assert part.fabric.subnets[0].prefixes == ()


def test_the_real_network_is_used_when_it_is_in_the_input() -> None:
    real = replace(subnet("aks-subnet", "10.224.0.0/16"), id=managed("net", "aks"))
    part = completed(
        of=in_managed_network(cluster()),
        around=fabric(subnets=(real,)),
        managed_network=True,
    )
    assert part.cluster is not None
    assert part.cluster.pools[0].subnet.value == real.id
    assert "managed-network" not in assumed(part)


def test_a_network_that_a_pool_names_but_nobody_gives_is_predicted_by_that_name() -> (
    None
):
    name = managed("virtualnetworks", "aks-vnet-1") + "/subnets/aks-subnet"
    plain = cluster()
    pools = tuple(replace(pool, subnet=Setting.stated(name)) for pool in plain.pools)
    part = completed(
        of=replace(plain, pools=pools), around=Fabric(), managed_network=True
    )
    assert [item.id for item in part.fabric.subnets] == [name]
    assert part.fabric.networks[0].id == name.removesuffix("/subnets/aks-subnet")


def test_nothing_is_assumed_when_it_is_not_known_who_makes_the_network() -> None:
    plain = in_managed_network(cluster())
    part = completed(of=plain, around=Fabric(), managed_network=None)
    assert part.fabric.networks == ()
    assert part.cluster is not None
    assert not part.cluster.pools[0].subnet.known


def test_a_managed_nat_gateway_stands_before_the_nodes() -> None:
    plain = in_managed_network(
        cluster(outbound=Setting.stated(OutboundType.MANAGED_NAT_GATEWAY))
    )
    part = completed(of=plain, around=Fabric(), managed_network=True)
    [gateway] = part.fabric.nat_gateways
    assert part.fabric.subnets[0].nat_gateway.value == gateway.id
    assert gateway.public_addresses.value == (part.fabric.public_addresses[0].id,)


def test_kubenet_gives_the_node_subnet_a_table_with_the_pods() -> None:
    part = completed(of=cluster(addressing=Setting.stated(Addressing.KUBENET)))
    [table] = part.fabric.route_tables
    assert [str(route.destination) for route in table.routes] == ["10.244.0.0/16"]
    assert part.fabric.subnets[0].route_table.value == table.id
    assert "kubenet-route-table" in assumed(part)


def test_kubenet_leaves_a_table_that_is_there() -> None:
    own = subnet("nodes", "10.1.0.0/24", route_table=Setting.stated("/table"))
    part = completed(
        of=cluster(addressing=Setting.stated(Addressing.KUBENET)),
        around=fabric(subnets=(own,)),
    )
    assert part.fabric.route_tables == ()


def test_an_api_server_in_a_managed_network_has_a_subnet_of_its_own() -> None:
    plain = cluster(
        api_server=api_server(
            vnet_integration=Setting.stated(value=True),
            subnet=Setting.unknown("not stated"),
        )
    )
    part = completed(
        of=in_managed_network(plain), around=Fabric(), managed_network=True
    )
    assert part.cluster is not None
    wanted = part.cluster.api_server.subnet.value
    [found] = [item for item in part.fabric.subnets if item.id == wanted]
    assert [str(item) for item in found.prefixes] == ["10.226.0.0/28"]
    assert found.delegations == ("Microsoft.ContainerService/managedClusters",)
