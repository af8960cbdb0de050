"""What service tags mean in rules, routes, firewalls and resources (F6, F11, F12, R10).

Source: Azure docs, service-tags-overview and virtual-networks-udr-overview.
"""

from dataclasses import replace
from ipaddress import ip_address

import pytest

import fabrics as fab
from fabrics import ALLOW, DENY, HERE, OUT, known
from seawall.engine.path import PathModel
from seawall.engine.path.ground.tags import encloses
from seawall.flowspace import Field, FlowSet
from seawall.model.end import AddressEnd, End, NameEnd, PodEnd, SubnetEnd, TagEnd
from seawall.model.firewall import RuleCollection
from seawall.model.network import NextHop, RouteTable
from seawall.model.snapshot import Fabric
from seawall.model.tag import KnownTag, TagList
from seawall.model.trace import Verdict
from seawall.reference.place import is_part
from seawall.reference.route import ways

ALLOWED, DENIED, UNKNOWN = Verdict.ALLOWED, Verdict.DENIED, Verdict.UNKNOWN
HTTPS = FlowSet.box(protocols=[(6, 6)], destination_ports=[(443, 443)])
INSIDE, OUTSIDE = "40.1.0.1", "41.0.0.1"


def tags(**prefixes: str) -> TagList:
    """Return a list; `_` in a name stands for its dot."""
    found = tuple(
        KnownTag(name.replace("_", "."), tuple(map(fab.cidr, text.split())))
        for name, text in sorted(prefixes.items())
    )
    return TagList("Public", "7", found, HERE)


STORAGE = tags(storage="40.1.0.0/16", storage_westeurope="40.1.0.0/24")


def guarded(*rules: object, listed: TagList | None = None) -> Fabric:
    """Return one network whose node subnet has a group and a way out."""
    home = fab.subnet(
        "nodes",
        "net",
        "10.1.0.0/24",
        security_group=known("nsg"),
        default_outbound=known(True),
    )
    return Fabric(
        networks=(fab.network("net", "10.1.0.0/16"),),
        subnets=(home,),
        security_groups=(fab.group("nsg", *rules),),  # type: ignore[arg-type]
        service_tags=listed,
    )


def verdict(fabric: Fabric, to: End) -> Verdict:
    answer = PathModel.build(fab.snapshot(fabric)).partition(
        SubnetEnd("nodes"), to, services=HTTPS
    )
    assert answer.partition.flows
    return answer.partition.verdict()


def says(fabric: Fabric, to: End) -> str:
    model = PathModel.build(fab.snapshot(fabric))
    answer = model.partition(SubnetEnd("nodes"), to, services=HTTPS)
    header = answer.unknown.witness()
    assert header is not None
    return "; ".join(hop.says for hop in model.explain(answer, header))


def address(text: str) -> AddressEnd:
    return AddressEnd((fab.cidr(text),))


ONLY_STORAGE = (
    fab.rule("storage", 100, OUT, ALLOW, to="Storage"),
    fab.rule("rest", 200, OUT, DENY),
)


def test_a_listed_tag_is_exactly_its_addresses() -> None:
    fabric = guarded(*ONLY_STORAGE, listed=STORAGE)
    assert verdict(fabric, address(INSIDE)) is ALLOWED
    assert verdict(fabric, address(OUTSIDE)) is DENIED


def test_without_a_list_the_answer_is_unknown_and_says_what_would_help() -> None:
    fabric = guarded(*ONLY_STORAGE)
    assert verdict(fabric, address(INSIDE)) is UNKNOWN
    assert "--service-tags gives them" in says(fabric, address(INSIDE))


def test_a_tag_that_the_list_does_not_hold_stays_unknown_and_is_said() -> None:
    fabric = guarded(*ONLY_STORAGE, listed=tags(sql="40.2.0.0/16"))
    assert verdict(fabric, address(INSIDE)) is UNKNOWN
    assert "tag Storage is not in network.json" in says(fabric, address(INSIDE))


@pytest.mark.parametrize(
    ("meant", "expected"),
    [
        ("Storage", ALLOWED),
        ("storage.WESTEUROPE", ALLOWED),
        ("Sql", UNKNOWN),
        ("StorageMover", UNKNOWN),
    ],
)
def test_what_is_meant_for_a_part_of_a_tag_matches_the_whole(
    meant: str, expected: Verdict
) -> None:
    assert verdict(guarded(*ONLY_STORAGE), TagEnd(meant)) is expected


def test_what_is_meant_for_a_tag_goes_to_its_listed_addresses() -> None:
    rules = (
        fab.rule("west", 100, OUT, ALLOW, to="Storage.WestEurope"),
        fab.rule("rest", 200, OUT, DENY),
    )
    answer = PathModel.build(fab.snapshot(guarded(*rules, listed=STORAGE))).partition(
        SubnetEnd("nodes"), TagEnd("Storage"), services=HTTPS
    )
    assert answer.allowed.project(Field.DESTINATION) == {4: ((0x28010000, 0x280100FF),)}
    assert answer.denied.project(Field.DESTINATION) == {4: ((0x28010100, 0x2801FFFF),)}


@pytest.mark.parametrize(
    ("outer", "inner", "expected"),
    [
        ("storage", "storage.westeurope", True),
        ("azurecloud", "storage.westeurope", True),
        ("azurecloud.westeurope", "storage.westeurope", True),
        ("azurecloud", "azurecloud.westeurope", True),
        ("azurecloud.northeurope", "storage.westeurope", False),
        ("storage.westeurope", "storage", False),
        # Change 376 lists addresses of Storage that AzureCloud does not hold.
        ("azurecloud", "storage", False),
        ("azurecloud", "azurefrontdoor.backend", False),
        ("azurefrontdoor.frontend", "azurefrontdoor.backend", False),
        ("sql", "sqlmanagement", False),
    ],
)
def test_a_region_is_within_its_service_and_its_region_of_the_cloud(
    outer: str, inner: str, *, expected: bool
) -> None:
    assert encloses(outer, inner) is expected
    assert is_part(inner, outer) is expected


def routed(fabric: Fabric, to: str) -> NextHop:
    (way,) = ways(fabric, fabric.subnets[0], ip_address(to))
    return way.hop


def tabled(listed: TagList | None, **hops: NextHop) -> Fabric:
    """Return a network with a route for each keyword; `_` stands for a dot."""
    routes = [
        fab.route(name, name.replace("_", "."), hop) for name, hop in hops.items()
    ]
    base = guarded(listed=listed)
    home = replace(base.subnets[0], route_table=known("rt"), security_group=known(None))
    found = RouteTable("rt", "rt", tuple(routes), known(True), HERE)
    return replace(base, subnets=(home,), route_tables=(found,))


NONE, INTERNET = NextHop.NONE, NextHop.INTERNET


def test_a_route_to_a_listed_tag_takes_its_prefixes_and_no_others() -> None:
    fabric = tabled(STORAGE, Storage=NONE)
    assert verdict(fabric, address(INSIDE)) is DENIED
    assert verdict(fabric, address(OUTSIDE)) is ALLOWED
    assert routed(fabric, INSIDE) is NONE


def test_a_route_to_a_tag_that_is_not_listed_leaves_it_unknown_and_says_so() -> None:
    fabric = tabled(None, Storage=NONE)
    assert verdict(fabric, address(INSIDE)) is UNKNOWN
    assert "--service-tags gives them" in says(fabric, address(INSIDE))


SAME = tags(
    azurecloud="40.1.0.0/16",
    azurecloud_westeurope="40.1.0.0/16",
    storage="40.1.0.0/16",
    storage_westeurope="40.1.0.0/16",
)


@pytest.mark.parametrize(
    ("stronger", "weaker"),
    [
        ("Storage_WestEurope", "Storage"),
        ("Storage", "AzureCloud_WestEurope"),
        ("AzureCloud_WestEurope", "AzureCloud"),
    ],
)
def test_between_equal_prefixes_the_narrower_tag_wins(
    stronger: str, weaker: str
) -> None:
    for first, second in ((NONE, INTERNET), (INTERNET, NONE)):
        fabric = tabled(SAME, **{weaker: second, stronger: first})
        assert routed(fabric, INSIDE) is first
        assert verdict(fabric, address(INSIDE)) is (
            DENIED if first is NONE else ALLOWED
        )


def test_a_stated_prefix_wins_over_a_tag_with_the_same_prefix() -> None:
    fabric = tabled(SAME, Storage=NONE)
    stated = fab.route("stated", "40.1.0.0/16", INTERNET)
    rt = fabric.route_tables[0]
    fabric = replace(fabric, route_tables=(replace(rt, routes=(*rt.routes, stated)),))
    assert routed(fabric, INSIDE) is INTERNET
    assert verdict(fabric, address(INSIDE)) is ALLOWED


def test_the_longest_prefix_wins_whatever_tag_it_is_of() -> None:
    listed = tags(azurecloud="40.1.0.0/24", storage="40.1.0.0/16")
    fabric = tabled(listed, AzureCloud=NONE, Storage=INTERNET)
    assert verdict(fabric, address(INSIDE)) is DENIED
    assert verdict(fabric, address("40.1.9.1")) is ALLOWED


def behind(*collections: RuleCollection, listed: TagList | None) -> Fabric:
    return fab.hub_and_spoke(
        firewalls=(fab.firewall(*collections),), service_tags=listed
    )


@pytest.mark.parametrize(
    ("listed", "inside", "outside"),
    [(STORAGE, ALLOWED, DENIED), (None, UNKNOWN, UNKNOWN)],
)
def test_a_firewall_rule_takes_a_listed_tag_exactly(
    listed: TagList | None, inside: Verdict, outside: Verdict
) -> None:
    allow = fab.collection("c", 1, ALLOW, fab.network_rule("s", "Storage", "443"))
    fabric = behind(allow, listed=listed)
    assert verdict(fabric, address(INSIDE)) is inside
    assert verdict(fabric, address(OUTSIDE)) is outside


@pytest.mark.parametrize(
    ("listed", "expected"),
    [
        (tags(azurecloud="52.0.0.0/24"), ALLOWED),
        (tags(azurecloud="53.0.0.0/24"), DENIED),
        (None, UNKNOWN),
    ],
)
def test_a_resource_firewall_takes_a_listed_tag_exactly(
    listed: TagList | None, expected: Verdict
) -> None:
    guarded_vault = fab.vault(
        default_access_allowed=known(False), allowed_tags=("AzureCloud",)
    )
    allow = fab.collection("c", 1, ALLOW, fab.network_rule("all", "*", "443"))
    fabric = replace(behind(allow, listed=listed), resources=(guarded_vault,))
    web = fab.workload("web")
    on = fab.cluster(fab.pool("sys", "nodes"))
    model = PathModel.build(fab.snapshot(fabric, on, workloads=(web,)))
    found = model.partition(PodEnd(web), NameEnd("kv.vault.azure.net"), services=HTTPS)
    assert found.partition.verdict() is expected
