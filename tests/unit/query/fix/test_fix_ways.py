"""What opens a flow by leading it another way: links of zones, routes; and services."""

import json
from dataclasses import replace
from ipaddress import ip_address
from pathlib import Path

from fabrics import (
    ALLOW,
    cidr,
    cluster,
    collection,
    endpoint,
    firewall,
    hub_and_spoke,
    known,
    network_rule,
    pool,
    route,
    snapshot,
    table,
    vault,
    workload,
    zone,
)
from seawall.ingest import LoadOptions, load
from seawall.model.end import AddressEnd, End, NameEnd, PodEnd
from seawall.model.endpoint import PlatformResource
from seawall.model.network import NextHop
from seawall.model.origin import Origin
from seawall.model.packet import PortRange, Protocol
from seawall.model.snapshot import Fabric
from seawall.query.case import Case
from seawall.query.fix.names import LinkChange
from seawall.query.fix.offer import Offer, offer
from seawall.query.fix.resource import ResourceChange
from seawall.query.fix.route import RouteChange
from seawall.query.trace.answer import trace
from seawall.query.words.port import PortText

WEB = PortText(Protocol.TCP, PortRange(443, 443))
KEYS = NameEnd("kv.vault.azure.net")
PRIVATE = "privatelink.vaultcore.azure.net"


def spoke(*, resources: tuple[PlatformResource, ...] = (), **changed: object) -> Fabric:
    """Return the hub and spoke, with a firewall that lets the web and names pass."""
    opened = collection("web", 100, ALLOW, network_rule("all", "0.0.0.0/0", "443"))
    walls = firewall(opened)
    return replace(
        hub_and_spoke(firewalls=(walls,)),
        resources=resources,
        **changed,  # type: ignore[arg-type]
    )


def asked(fabric: Fabric, source: End, target: End, port: PortText = WEB) -> Offer:
    apps = (workload("app"),)
    given = snapshot(fabric, cluster(pool("sys", "nodes")), workloads=apps)
    case = Case(given, "none")
    return offer(case, trace(case, "q", (source,), (target,), port=port))


APP = PodEnd(workload("app"))


def test_a_zone_that_is_not_linked_is_linked_where_the_client_asks() -> None:
    closed = vault(public=known(False))
    fabric = spoke(
        resources=(closed,),
        private_endpoints=(endpoint("endpoints", "10.1.9.4"),),
        zones=(zone(PRIVATE, kv="10.1.9.4"),),
    )
    (fix,) = asked(fabric, APP, KEYS).fixes
    (change,) = fix.changes
    assert isinstance(change, LinkChange)
    assert (change.zone_name, change.network) == (PRIVATE, "spoke")
    assert "az network private-dns link vnet create" in change.snippets()[0].text


def test_a_link_that_would_take_other_names_away_is_not_offered() -> None:
    closed = vault(public=known(False))
    other = vault(id="two", name="two", host_names=("two.vault.azure.net",))
    fabric = spoke(
        resources=(closed, other),
        private_endpoints=(
            endpoint("endpoints", "10.1.9.4"),
            endpoint("endpoints", "10.1.9.5", "two"),
        ),
        zones=(zone(PRIVATE, kv="10.1.9.4"),),
    )
    found = asked(fabric, APP, KEYS)
    assert not found.fixes
    assert any("closes" in item.says for item in found.advice)


def test_a_service_admits_the_address_that_its_clients_leave_by() -> None:
    shut = vault(default_access_allowed=known(False))
    (fix,) = asked(spoke(resources=(shut,)), APP, KEYS).fixes
    (change,) = fix.changes
    assert isinstance(change, ResourceChange)
    assert [str(item) for item in change.ranges] == ["52.0.0.1"]
    assert "az keyvault network-rule add" in change.snippets()[0].text
    assert "52.0.0.1" in change.snippets()[1].text


def test_a_service_admits_the_subnet_that_reaches_it_over_an_endpoint() -> None:
    shut = vault(default_access_allowed=known(False))
    plain = spoke(resources=(shut,))
    homes = tuple(
        replace(item, service_endpoints=("Microsoft.KeyVault",))
        if item.name == "nodes"
        else item
        for item in plain.subnets
    )
    (fix,) = asked(replace(plain, subnets=homes), APP, KEYS).fixes
    (change,) = fix.changes
    assert isinstance(change, ResourceChange)
    assert change.subnets == ("nodes",)


def test_a_service_without_public_access_gets_advice_alone() -> None:
    found = asked(spoke(resources=(vault(public=known(False)),)), APP, KEYS)
    assert not found.fixes
    assert "private endpoint" in found.advice[0].says


def test_a_route_that_drops_is_passed_by_a_longer_one_through_the_firewall() -> None:
    tables = table("rt", route("none", "8.0.0.0/8", NextHop.NONE))
    there = AddressEnd((cidr("8.8.8.8/32"),))
    (fix,) = asked(spoke(route_tables=(tables,)), APP, there).fixes
    (change,) = fix.changes
    assert isinstance(change, RouteChange)
    assert change.route.next_hop is NextHop.VIRTUAL_APPLIANCE
    assert change.route.appliance == ip_address("10.0.0.4")
    assert change.route.destination == cidr("8.8.8.8/32")


def test_what_hides_behind_a_route_is_mended_too() -> None:
    tables = table("rt", route("none", "8.0.0.0/8", NextHop.NONE))
    there = AddressEnd((cidr("8.8.8.8/32"),))
    dns = PortText(Protocol.UDP, PortRange(53, 53))
    (fix,) = asked(spoke(route_tables=(tables,)), APP, there, dns).fixes
    assert [item.kind for item in fix.changes] == ["route", "firewall rule"]


def test_the_json_of_a_route_reads_back_as_the_route_that_was_proved(
    tmp_path: Path,
) -> None:
    tables = table("rt", route("none", "8.0.0.0/8", NextHop.NONE))
    there = AddressEnd((cidr("8.8.8.8/32"),))
    (fix,) = asked(spoke(route_tables=(tables,)), APP, there).fixes
    (change,) = fix.changes
    assert isinstance(change, RouteChange)
    base = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Network"
    resource = {
        "id": f"{base}/routeTables/rt",
        "name": "rt",
        "type": "Microsoft.Network/routeTables",
        "properties": {"routes": [json.loads(change.snippets()[1].text)]},
    }
    (tmp_path / "rt.json").write_text(json.dumps(resource), encoding="utf-8")
    (read,) = load([tmp_path], options=LoadOptions()).fabric.route_tables
    (again,) = read.routes
    nowhere = Origin("")
    assert replace(again, origin=nowhere) == replace(change.route, origin=nowhere)
