"""Public addresses that a service endpoint may lead to, in engine and definition.

Source: Azure docs, virtual-network-service-endpoints-overview and
diagnose-network-routing-problem; docs/semantics/path.md, R11 and R15.
"""

from dataclasses import replace
from ipaddress import ip_address

import pytest

import fabrics as fab
from seawall.engine.path import PathModel
from seawall.engine.path.ground.atlas import Atlas
from seawall.engine.path.routes.straight import perhaps_straight
from seawall.flowspace import Header
from seawall.model.effective import EffectiveRoutes
from seawall.model.end import AddressEnd, End, NameEnd, OnPremisesEnd, SubnetEnd
from seawall.model.network import NetworkGateway, NextHop
from seawall.model.packet import Packet, Protocol
from seawall.model.snapshot import Fabric
from seawall.model.tag import KnownTag, TagList
from seawall.model.trace import Verdict
from seawall.reference.journey import Start
from seawall.reference.straight import may_go_straight
from seawall.reference.walk import follow
from strategies_fabric import Drawn

STORAGE = KnownTag("storage", (fab.cidr("20.0.0.0/16"),))
OF_STORAGE, OTHER = "20.0.0.9", "30.0.0.9"


def net(*endpoints: str, **changed: object) -> Fabric:
    plain = Fabric(
        networks=(fab.network("net", "10.1.0.0/16"),),
        subnets=(
            fab.subnet("nodes", "net", "10.1.0.0/24", service_endpoints=endpoints),
        ),
        service_tags=TagList("Public", "1", (STORAGE,), fab.HERE),
    )
    return replace(plain, **changed)  # type: ignore[arg-type]


def verdict(fabric: Fabric, source: End, target: End, to: str) -> Verdict:
    """Return what becomes of a packet to an address, by engine and definition alike."""
    shot = fab.snapshot(fabric)
    model = PathModel.build(shot)
    (start,) = model.starts(source)
    sender = start.sources.ranges[0].lowest
    answer = model.partition(source, target)
    header = Header(4, Protocol.TCP, int(sender), int(ip_address(to)), 1024, 443)
    parts = {
        Verdict.ALLOWED: answer.allowed,
        Verdict.DENIED: answer.denied,
        Verdict.UNKNOWN: answer.unknown,
    }
    (found,) = [each for each, part in parts.items() if header in part]
    assert isinstance(source, SubnetEnd | OnPremisesEnd)
    outcome = follow(
        shot,
        Start(source, "", "net"),
        Packet(sender, ip_address(to), Protocol.TCP, 1024, 443),
        name=target.name if isinstance(target, NameEnd) else None,
        target=target,
        choice=Drawn(0),
    )
    assert outcome.verdict is found
    return found


def may(fabric: Fabric, address: str, tag: str = "") -> bool:
    """Whether a packet may go straight, by engine and definition alike."""
    (subnet,) = fabric.subnets
    to = ip_address(address)
    ours = to in perhaps_straight(Atlas(fab.snapshot(fabric)), subnet, tag)
    assert ours is may_go_straight(fabric, subnet, to, tag)
    return ours


def test_an_endpoint_may_lead_to_the_addresses_of_its_service_alone() -> None:
    assert may(net("Microsoft.Storage"), OF_STORAGE)
    assert not may(net("Microsoft.Storage"), OTHER)
    assert not may(net("Microsoft.Sql"), OF_STORAGE)
    assert not may(net(), OF_STORAGE)


@pytest.mark.parametrize("tag", ["storage", "storage.westeurope"])
def test_it_may_lead_to_whatever_is_meant_for_the_service(tag: str) -> None:
    assert may(net("Microsoft.Storage"), OTHER, tag)
    assert not may(net("Microsoft.Storage"), OTHER, "azurecloud")
    assert not may(net("Microsoft.Sql"), OTHER, tag)


def test_it_leads_to_no_private_address_and_to_none_of_a_network() -> None:
    inside = fab.network("other", "20.0.0.0/24")
    known = net("Microsoft.Storage")
    assert not may(replace(known, networks=(*known.networks, inside)), OF_STORAGE)
    assert not may(known, "10.9.9.9", "storage")


def test_where_the_routes_of_an_interface_are_reported_these_tell() -> None:
    reported = EffectiveRoutes("nodes", "nic", (), fab.HERE)
    assert not may(net("Microsoft.Storage", effective_routes=(reported,)), OF_STORAGE)
    elsewhere = replace(reported, subnet="another")
    assert may(net("Microsoft.Storage", effective_routes=(elsewhere,)), OF_STORAGE)


AWAY = fab.table("away", fab.route("away", "0.0.0.0/0", NextHop.NONE))


def astray(fabric: Fabric, name: str = "nodes") -> Fabric:
    """Return a network whose subnet drops what it would send to the internet."""
    (subnet,) = fabric.subnets
    routed = replace(subnet, name=name, route_table=fab.known("away"))
    return replace(fabric, subnets=(routed,), route_tables=(AWAY,))


def test_a_packet_that_may_go_straight_is_not_known_to_be_dropped() -> None:
    fabric = astray(net("Microsoft.Storage"))
    for to, wanted in ((OF_STORAGE, Verdict.UNKNOWN), (OTHER, Verdict.DENIED)):
        end = AddressEnd((fab.cidr(to),))
        assert verdict(fabric, SubnetEnd("nodes"), end, to) is wanted


@pytest.mark.parametrize(
    ("service", "name", "wanted"),
    [
        ("Microsoft.KeyVault", "anybody.vault.azure.net", Verdict.UNKNOWN),
        ("Microsoft.KeyVault", "Anybody.Vault.Azure.Net.", Verdict.UNKNOWN),
        ("Microsoft.Storage.Global", "other.dfs.core.windows.net", Verdict.UNKNOWN),
        ("Microsoft.Storage", "anybody.vault.azure.net", Verdict.DENIED),
        ("Microsoft.KeyVault", "notvault.azure.net", Verdict.DENIED),
    ],
)
def test_whatever_has_a_name_of_the_service_may_go_straight(
    service: str, name: str, wanted: Verdict
) -> None:
    """No route leads past a firewall so, but an endpoint does, to any tenant's."""
    fabric = astray(net(service))
    assert verdict(fabric, SubnetEnd("nodes"), NameEnd(name), OTHER) is wanted


def test_what_endpoint_policies_let_pass_is_not_known_of_other_accounts() -> None:
    plain = net("Microsoft.Storage", service_tags=None)
    (subnet,) = plain.subnets
    subnet = replace(subnet, default_outbound=fab.known(True))
    plain = replace(plain, subnets=(subnet,))
    limited = replace(subnet, service_policies=fab.known(("policy",)))
    end = NameEnd("other.blob.core.windows.net")
    assert verdict(plain, SubnetEnd("nodes"), end, OTHER) is Verdict.ALLOWED
    limiting = replace(plain, subnets=(limited,))
    assert verdict(limiting, SubnetEnd("nodes"), end, OTHER) is Verdict.UNKNOWN


def test_nothing_from_on_premises_goes_straight() -> None:
    fabric = astray(net("Microsoft.Storage"), "GatewaySubnet")
    office = (fab.cidr("192.168.0.0/16"),)
    gateway = NetworkGateway("gw", "gw", "net", office, fab.HERE)
    fabric = replace(fabric, gateways=(gateway,))
    end = AddressEnd((fab.cidr(OF_STORAGE),))
    assert verdict(fabric, OnPremisesEnd(), end, OF_STORAGE) is Verdict.DENIED


def test_a_named_resource_goes_straight_by_an_endpoint_of_its_own_service_alone() -> (
    None
):
    """Any public address may be its own, those in the tag of another service too."""
    vault = fab.vault(public=fab.known(True))
    fabric = replace(astray(net("Microsoft.Storage")), resources=(vault,))
    end = NameEnd("kv.vault.azure.net")
    assert verdict(fabric, SubnetEnd("nodes"), end, OF_STORAGE) is Verdict.DENIED
