"""What comes from on premises over a peering that does not take forwarded packets."""

from dataclasses import replace
from ipaddress import ip_address

import fabrics as fab
import strategies_fabric
from fabrics import known
from seawall.engine.path import PathModel
from seawall.engine.path.ground.headers import TCP
from seawall.model.end import AddressEnd, OnPremisesEnd, SubnetEnd
from seawall.model.filter import Access
from seawall.model.network import NetworkGateway, NextHop
from seawall.model.packet import Packet, Protocol
from seawall.model.snapshot import Fabric
from seawall.model.trace import Verdict
from seawall.reference.journey import Start
from seawall.reference.walk import follow


def hub(*, transit: bool = True, forwarded: bool = False, **changed: object) -> Fabric:
    """Return a spoke that uses the gateway of its hub, and takes nothing forwarded."""
    to_hub, to_spoke = fab.peered("spoke", "hub", allows_forwarded=known(forwarded))
    to_hub = replace(to_hub, uses_remote_gateways=known(transit))
    to_spoke = replace(to_spoke, allows_gateway_transit=known(transit))
    door = fab.subnet("GatewaySubnet", "hub", "10.0.2.0/24", route_table=known("gw"))
    plain = fab.hub_and_spoke(peerings=(to_hub, to_spoke))
    office = (fab.cidr("192.168.0.0/16"),)
    return replace(
        plain,
        subnets=(*plain.subnets, door),
        gateways=(NetworkGateway("gw", "gw", "hub", office, fab.HERE),),
        route_tables=(*plain.route_tables, fab.table("gw")),
        **changed,  # type: ignore[arg-type]
    )


def verdict(fabric: Fabric) -> Verdict:
    to = AddressEnd((fab.cidr("10.1.9.9/32"),))
    answer = PathModel.build(fab.snapshot(fabric)).partition(
        OnPremisesEnd(), to, services=TCP
    )
    return answer.partition.verdict()


def test_a_gateway_needs_transit_and_not_forwarding() -> None:
    """Source: Azure docs, virtual-network-manage-peering, allowForwardedTraffic."""
    assert verdict(hub()) is Verdict.ALLOWED
    assert verdict(hub(transit=False)) is Verdict.DENIED


def test_a_gateway_that_is_used_and_not_in_the_input_leads_nobody_knows_where() -> None:
    """By a user route too: what is there, and whether it is, is not given (H5, R4).

    Source: Azure docs, virtual-network-peering-overview, "Gateways and on-premises
    connectivity"; docs/semantics/path.md, V4.
    """
    to_gateway = fab.route("out", "192.168.0.0/16", NextHop.VIRTUAL_NETWORK_GATEWAY)
    for given, wanted in ((True, Verdict.ALLOWED), (False, Verdict.UNKNOWN)):
        for routes in ((), (to_gateway,)):
            table = fab.table("rt", *routes)
            fabric = hub()
            subnets = tuple(
                replace(each, route_table=known("rt")) if each.id == "nodes" else each
                for each in fabric.subnets
            )
            fabric = replace(
                fabric,
                subnets=subnets,
                route_tables=(*fabric.route_tables, table),
                gateways=fabric.gateways if given else (),
            )
            assert to_office(fabric) is wanted


def to_office(fabric: Fabric) -> Verdict:
    """Return what becomes of a packet to the office, by engine and definition alike."""
    shot, to = fab.snapshot(fabric), "192.168.1.1"
    target = AddressEnd((fab.cidr(f"{to}/32"),))
    answer = PathModel.build(shot).partition(SubnetEnd("nodes"), target, services=TCP)
    packet = Packet(ip_address("10.1.0.7"), ip_address(to), Protocol.TCP, 1024, 443)
    outcome = follow(
        shot,
        Start(SubnetEnd("nodes"), "", "spoke"),
        packet,
        target=target,
        choice=strategies_fabric.Drawn(0),
    )
    assert outcome.verdict is answer.partition.verdict()
    return outcome.verdict


def test_a_firewall_behind_the_gateway_forwards() -> None:
    """Source: Azure docs, virtual-network-manage-peering, allowForwardedTraffic."""
    everything = fab.collection(
        "all", 100, Access.ALLOW, fab.network_rule("any", "*", "*")
    )
    through = fab.route("in", "10.1.0.0/16", NextHop.VIRTUAL_APPLIANCE, "10.0.0.4")
    for forwarded, expected in ((True, Verdict.ALLOWED), (False, Verdict.UNKNOWN)):
        fabric = hub(forwarded=forwarded, firewalls=(fab.firewall(everything),))
        kept = tuple(each for each in fabric.route_tables if each.id != "gw")
        fabric = replace(fabric, route_tables=(*kept, fab.table("gw", through)))
        assert verdict(fabric) is expected
