"""What analysers get wrong about the way out to the internet of single machines."""

from dataclasses import replace
from ipaddress import ip_address

import pytest

import fabrics as fab
from azure_builders import convert, resource, resource_id
from fabrics import known
from seawall.model.cluster import OutboundType
from seawall.model.end import InternetEnd, NodeEnd, SubnetEnd
from seawall.model.interface import NetworkInterface
from seawall.model.network import NextHop
from seawall.model.snapshot import Fabric, Snapshot
from seawall.model.translation import LoadBalancerRule, NatGateway
from ways import A, D, U, ask

JUMP = SubnetEnd("jump")
ONE, OTHER = "10.1.1.4", "10.1.1.5"
POOL = "lb/backendaddresspools/pool"


def nic(*addresses: str, **changed: object) -> NetworkInterface:
    plain = NetworkInterface(
        "nic",
        "nic",
        "jump",
        tuple(ip_address(each) for each in addresses),
        known(value=False),
        known(None),
        fab.HERE,
    )
    return replace(plain, **changed)  # type: ignore[arg-type]


def around(*nics: NetworkInterface, **changed: object) -> Snapshot:
    plain = Fabric(
        networks=(fab.network("net", "10.1.0.0/16"),),
        subnets=(fab.subnet("jump", "net", "10.1.1.0/24"),),
        public_addresses=(fab.public("pip", "52.0.0.7"),),
        interfaces=nics,
    )
    return Snapshot(fabric=replace(plain, **changed))  # type: ignore[arg-type]


def test_a_private_subnet_does_not_hold_a_machine_with_its_own_address() -> None:
    """Trap 18, section 5, step 2. Source: Azure docs, nat-overview."""
    asked = around(nic(ONE, public_addresses=("pip",)))
    assert ask(asked, JUMP, "1.1.1.1", sender=ONE) is A
    assert ask(asked, JUMP, "1.1.1.1", sender=OTHER) is D


def test_which_machine_has_the_address_may_not_be_known_yet() -> None:
    """Section 5. A plan states no private address: whichever machine may have it."""
    asked = around(nic(public_addresses=("pip",)))
    assert ask(asked, JUMP, "1.1.1.1", sender=ONE) is U


def test_a_nat_gateway_comes_before_an_own_address() -> None:
    """Section 5: the newer order. Source: Azure docs, nat-overview."""
    gateway = NatGateway("nat", "nat", known(()), fab.HERE)
    home = fab.subnet("jump", "net", "10.1.1.0/24", nat_gateway=known("nat"))
    asked = around(
        nic(ONE, public_addresses=("pip",)), subnets=(home,), nat_gateways=(gateway,)
    )
    assert ask(asked, JUMP, "1.1.1.1", sender=ONE) is D


@pytest.mark.parametrize(
    ("source_nat", "outbound", "expected"),
    [(True, (), A), (False, (), D), (False, ("pool",), A)],
)
def test_a_load_balancer_lends_its_members_a_way_out(
    source_nat: bool,  # noqa: FBT001
    outbound: tuple[str, ...],
    expected: object,
) -> None:
    """Section 5, steps 3 and 4. Source: Azure docs, load-balancer-outbound."""
    plain = fab.balancer("web", 80)
    rule: LoadBalancerRule = replace(plain.rules[0], source_nat=source_nat)
    balancer = replace(
        plain,
        rules=(rule,),
        outbound_pools=outbound,
        outbound_front_ends=("front",) if outbound else (),
    )
    asked = around(
        nic(ONE, pools=(POOL,)),
        load_balancers=(balancer,),
        public_addresses=(fab.public("pip-lb", "52.0.0.9"),),
    )
    assert ask(asked, JUMP, "1.1.1.1", sender=ONE) is expected
    if expected is A:
        assert ask(asked, JUMP, "1.1.1.1", sender=ONE, protocol=1) is D


def test_a_load_balancer_that_is_not_in_the_input_may_lend_one() -> None:
    """Nothing unknown is silent: section 10.3, rule 3."""
    assert ask(around(nic(ONE, pools=(POOL,))), JUMP, "1.1.1.1", sender=ONE) is U


def test_nodes_leave_by_the_prefix_that_their_pool_names() -> None:
    """AKS docs, use-node-public-ips: a resource that admits the prefix admits them."""
    nodes = fab.pool(
        "sys",
        "jump",
        node_public_addresses=known(value=True),
        node_public_prefix=known("prefix"),
    )
    vault = fab.vault(
        default_access_allowed=known(False), allowed_ranges=(fab.cidr("52.1.0.0/28"),)
    )
    for prefix, expected in (("52.1.0.0/30", A), ("52.2.0.0/30", D)):
        fabric = around(
            public_addresses=(fab.public("prefix", prefix),), resources=(vault,)
        ).fabric
        asked = fab.snapshot(fabric, fab.cluster(nodes))
        assert ask(asked, NodeEnd("sys"), "kv.vault.azure.net") is expected


def test_a_public_address_leads_to_the_private_one_that_is_behind_it() -> None:
    """Source: Azure docs, public-ip-addresses; docs/semantics/path.md, B15."""
    opened = fab.rule("in", 100, fab.IN, fab.ALLOW, source="Internet", to=f"{ONE}/32")
    home = fab.subnet("jump", "net", "10.1.1.0/24", security_group=known("nsg"))
    around_it = {"subnets": (home,), "security_groups": (fab.group("nsg", opened),)}
    first, second = ip_address(ONE), ip_address(OTHER)
    for behind, expected in (
        ((first,), A),
        ((second,), D),
        ((None,), U),
        ((), U),
    ):
        lent = nic(ONE, OTHER, public_addresses=("pip",), behind=behind)
        asked = around(lent, **around_it)
        assert ask(asked, InternetEnd(), "52.0.0.7", sender="8.8.8.8") is expected


def test_configurations_tell_what_is_behind_a_public_address() -> None:
    home = {"id": resource_id("virtualNetworks/subnets", "v", "s")}
    own = {"id": resource_id("publicIPAddresses", "pip")}
    parts = [
        {"name": "a", "properties": {"subnet": home, "publicIPAddress": own}},
        {"name": "b", "properties": {"subnet": home, "privateIPAddress": ONE}},
    ]
    found = resource("networkInterfaces", "nic", ipConfigurations=parts)
    (read,) = convert(found).fabric.interfaces
    assert read.addresses == (ip_address(ONE),)
    assert read.behind == (None,)


def test_interfaces_are_read_with_what_they_leave_by() -> None:
    """ARM, `az network nic list`; scale sets have interfaces of their own."""
    pool = resource_id("loadBalancers/backendAddressPools", "lb", "pool")
    home = {"id": resource_id("virtualNetworks/subnets", "v", "s")}
    own = {"id": resource_id("publicIPAddresses", "pip")}
    body = {
        "subnet": home,
        "privateIPAddress": ONE,
        "publicIPAddress": own,
        "loadBalancerBackendAddressPools": [{"id": pool}],
    }
    found = resource(
        "networkInterfaces", "nic", ipConfigurations=[{"properties": body}]
    )
    profile = {
        "networkInterfaceConfigurations": [
            {
                "name": "c",
                "properties": {
                    "ipConfigurations": [
                        {
                            "properties": {
                                "subnet": home,
                                "publicIPAddressConfiguration": {"name": "p"},
                            }
                        }
                    ]
                },
            }
        ]
    }
    scale = resource("x", "vmss", virtualMachineProfile={"networkProfile": profile})
    scale |= {
        "type": "Microsoft.Compute/virtualMachineScaleSets",
        "id": "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Compute/"
        "virtualMachineScaleSets/vmss",
    }
    first, second = sorted(
        convert([found, scale]).fabric.interfaces, key=lambda item: item.name
    )
    assert first.public_addresses == (str(own["id"]).lower(),)
    assert first.pools == (pool.lower(),)
    assert (second.addresses, second.public_addresses) == ((), ("unknown",))


def test_an_own_address_is_reached_where_a_group_opens_it() -> None:
    """B15 and F10: without any group it is closed."""
    asked = around(nic(ONE, public_addresses=("pip",)))
    assert ask(asked, InternetEnd(), "52.0.0.7", sender="8.8.8.8") is D
    open_ = fab.rule("in", 100, fab.IN, fab.ALLOW, source="Internet", to=str(ONE))
    for named, expected in (("nsg", A), ("missing", U), (None, D)):
        machine = nic(ONE, public_addresses=("pip",), security_group=known(named))
        asked = around(machine)
        groups = (fab.group("nsg", open_),)
        asked = replace(asked, fabric=replace(asked.fabric, security_groups=groups))
        assert ask(asked, InternetEnd(), "52.0.0.7", sender="8.8.8.8") is expected


@pytest.mark.parametrize(
    ("outbound", "icmp", "sctp"),
    [("loadBalancer", D, D), ("none", D, U), ("userAssignedNATGateway", D, U)],
)
def test_pings_of_nodes_do_not_get_out(
    outbound: str, icmp: object, sctp: object
) -> None:
    """Only an address of the node's own translates more than TCP and UDP.

    Source: Azure docs, load-balancer concepts, default-outbound-access.
    """
    nodes = fab.pool("sys", "jump")
    leaves = fab.cluster(nodes, outbound=known(OutboundType(outbound)))
    open_ = fab.subnet("jump", "net", "10.1.1.0/24", default_outbound=known(value=True))
    asked = fab.snapshot(around(subnets=(open_,)).fabric, leaves)
    assert ask(asked, NodeEnd("sys"), "1.1.1.1") is A
    assert ask(asked, NodeEnd("sys"), "1.1.1.1", protocol=1) is icmp
    assert ask(asked, NodeEnd("sys"), "1.1.1.1", protocol=132) is sctp
    own = replace(nodes, node_public_addresses=known(value=True))
    asked = replace(asked, cluster=replace(leaves, pools=(own,)))
    assert ask(asked, NodeEnd("sys"), "1.1.1.1", protocol=1) is A


@pytest.mark.parametrize(("to", "expected"), [("1.1.1.1", D), ("10.0.1.4", A)])
def test_a_firewall_sends_no_pings_to_the_internet(to: str, expected: object) -> None:
    """Between networks it passes them. Source: Azure docs, firewall-known-issues."""
    everything = fab.network_rule("all", "*", "*", protocols=None)
    walls = (fab.firewall(fab.collection("all", 100, fab.ALLOW, everything)),)
    hop = NextHop.VIRTUAL_APPLIANCE
    routes = (
        fab.route("all", "0.0.0.0/0", hop, "10.0.0.4"),
        fab.route("jump", "10.0.1.0/24", hop, "10.0.0.4"),
    )
    table = fab.table("rt", *routes)
    asked = Snapshot(fabric=fab.hub_and_spoke(firewalls=walls, route_tables=(table,)))
    assert ask(asked, SubnetEnd("nodes"), to, protocol=1) is expected
    assert ask(asked, SubnetEnd("nodes"), to) is A
