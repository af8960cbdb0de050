"""Small clusters, Services and networks for the tests of what AKS adds."""

from dataclasses import replace
from ipaddress import ip_address

from seawall.ingest.aks import complete
from seawall.ingest.documents import AzurePart
from seawall.ingest.resource import ClusterRecord, RawAzure
from seawall.model.address import AddressRange
from seawall.model.cluster import (
    Addressing,
    ApiServer,
    Cluster,
    NodePool,
    OutboundType,
)
from seawall.model.dataplane import PolicyEngine
from seawall.model.filter import SecurityGroup, SecurityRule
from seawall.model.network import Subnet, VirtualNetwork
from seawall.model.origin import Origin
from seawall.model.packet import Protocol
from seawall.model.selector import EVERYTHING
from seawall.model.service import Service, ServicePort, ServiceType
from seawall.model.setting import Setting
from seawall.model.snapshot import Fabric, KubernetesObjects

HERE = Origin("cluster.json")
NETWORK = "/net"
NODES = "/net/nodes"
PREFIX = "service.beta.kubernetes.io/"
NODE_GROUP = "mc_shop"


def managed(kind: str, name: str) -> str:
    """Return an id in the resource group that AKS manages."""
    return f"/subscriptions/s/resourcegroups/{NODE_GROUP}/{kind}/{name}"


def subnet(name: str, prefix: str, **changes: object) -> Subnet:
    plain = Subnet(
        id=f"{NETWORK}/{name}",
        name=name,
        network=NETWORK,
        prefixes=(AddressRange.parse(prefix),),
        origin=HERE,
        security_group=Setting.stated(None),
        route_table=Setting.stated(None),
        nat_gateway=Setting.stated(None),
        endpoint_policies=Setting.stated("Disabled"),
        default_outbound=Setting.stated(value=False),
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def fabric(**changes: object) -> Fabric:
    network = VirtualNetwork(
        id=NETWORK,
        name="net",
        space=(AddressRange.parse("10.1.0.0/16"),),
        dns_servers=Setting.stated(()),
        origin=HERE,
    )
    plain = Fabric(networks=(network,), subnets=(subnet("nodes", "10.1.0.0/24"),))
    return replace(plain, **changes)  # type: ignore[arg-type]


def api_server(**changes: object) -> ApiServer:
    plain = ApiServer(
        resource="/aks",
        private=Setting.defaulted(value=False, why="test"),
        vnet_integration=Setting.defaulted(value=False, why="test"),
        subnet=Setting.defaulted(None, "test"),
        authorized_ranges=Setting.defaulted((), "test"),
        public_name=Setting.defaulted(value=True, why="test"),
        private_zone=Setting.defaulted("system", "test"),
        run_command=Setting.defaulted(value=True, why="test"),
        name="shop-1234.hcp.westeurope.azmk8s.io",
        origin=HERE,
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def cluster(**changes: object) -> Cluster:
    pool = NodePool(
        name="system",
        subnet=Setting.stated(NODES),
        pod_subnet=Setting.stated(None),
        windows=Setting.stated(value=False),
        node_public_addresses=Setting.stated(value=False),
        nic_security_group=Setting.unknown("not in the input"),
        origin=HERE,
    )
    plain = Cluster(
        id="/aks",
        name="shop",
        region="westeurope",
        addressing=Setting.stated(Addressing.OVERLAY),
        policy_engine=Setting.stated(PolicyEngine.CILIUM),
        outbound=Setting.stated(OutboundType.LOAD_BALANCER),
        pod_ranges=Setting.stated((AddressRange.parse("10.244.0.0/16"),)),
        service_ranges=Setting.stated((AddressRange.parse("10.0.0.0/16"),)),
        dns_address=Setting.stated(ip_address("10.0.0.10")),
        dual_stack=Setting.stated(value=False),
        kubernetes_version=Setting.stated("1.34"),
        advanced_networking=Setting.stated(value=False),
        local_dns=Setting.stated(value=False),
        instance_metadata_blocked=Setting.stated(value=False),
        pools=(pool,),
        api_server=api_server(),
        origin=HERE,
        node_resource_group=NODE_GROUP,
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def in_managed_network(plain: Cluster) -> Cluster:
    """Return the cluster with pools that name no subnet."""
    pools = (
        replace(pool, subnet=Setting.unknown("none named")) for pool in plain.pools
    )
    return replace(plain, pools=tuple(pools))


def service(*ports: int, name: str = "web", **changes: object) -> Service:
    annotations = changes.pop("annotations", {})
    plain = Service(
        namespace="shop",
        name=name,
        type=ServiceType.LOAD_BALANCER,
        selector=EVERYTHING,
        ports=tuple(
            ServicePort("", Protocol.TCP, port, 8080, node_port=30000 + port)
            for port in ports or (443,)
        ),
        origin=Origin("shop.yaml", pointer=(name,)),
        annotations=tuple((PREFIX + key, value) for key, value in annotations.items()),  # type: ignore[attr-defined]
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def completed(
    *services: Service,
    of: Cluster | None = None,
    around: Fabric | None = None,
    **record: object,
) -> AzurePart:
    """Complete one cluster in a network of its own."""
    written = replace(ClusterRecord(of or cluster()), **record)  # type: ignore[arg-type]
    raw = RawAzure(cluster=written, fabric=around or fabric())
    return complete(raw, KubernetesObjects(services=services))


def nic_group(part: AzurePart) -> SecurityGroup:
    """Return the group on the nodes' interfaces."""
    assert part.cluster is not None
    wanted = part.cluster.pools[0].nic_security_group.value
    return next(group for group in part.fabric.security_groups if group.id == wanted)


def own_rules(part: AzurePart) -> tuple[SecurityRule, ...]:
    """Return the rules of that group which are not the defaults."""
    return tuple(rule for rule in nic_group(part).rules if not rule.is_default)


def assumed(part: AzurePart) -> set[str]:
    return {item.id for item in part.assumptions}
