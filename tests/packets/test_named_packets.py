"""Rules over names: a proxy reads what clients name in TLS and HTTP, and decides."""

from dataclasses import replace
from ipaddress import ip_address

from fabrics import (
    ALLOW,
    DENY,
    HERE,
    application_rule,
    cluster,
    collection,
    firewall,
    hub_and_spoke,
    known,
    network_rule,
    pool,
    snapshot,
    workload,
)
from rehearsed import differing, packet, passed, rehearsed
from seawall.model.address import AddressRange
from seawall.model.filter import ANYWHERE
from seawall.model.firewall import CollectionType, NatRule, RuleCollection
from seawall.model.interface import NetworkInterface
from seawall.model.packet import PortRange
from seawall.model.snapshot import Snapshot
from seawall.query.rehearsal.answer import Rehearsal
from seawall.twin.classes.cast import DoorStand


def behind(*collections: RuleCollection) -> Snapshot:
    """Return pods whose way to the internet is a firewall with these collections."""
    plain = hub_and_spoke(firewalls=(firewall(*collections),))
    # What comes in by front ends is another matter.
    fabric = replace(plain, load_balancers=())
    return snapshot(fabric, cluster(pool("p", "nodes")), workloads=(workload("app"),))


def reached(found: Rehearsal, name: str) -> tuple[bool, bool]:
    """Whether `app` got an answer from a name, in TLS and in HTTP."""
    tls = packet(found, "ns/app", f"{name} in TLS", 443)
    http = packet(found, "ns/app", f"{name} in HTTP", 80)
    return passed(tls), passed(http)


SHOP = collection("shop", 300, ALLOW, application_rule("shop", "shop.example.com"))


def test_a_name_that_a_rule_allows_is_reached_and_another_is_not() -> None:
    found = rehearsed(behind(SHOP))
    assert differing(found) == []
    assert reached(found, "shop.example.com") == (True, True)
    assert reached(found, "stranger.example") == (False, False)


def test_the_far_end_hears_the_name_and_sees_the_firewall() -> None:
    found = rehearsed(behind(SHOP))
    heard = packet(found, "ns/app", "shop.example.com in TLS", 443).outcome
    assert heard.seen_name == "shop.example.com"
    assert heard.seen_source == "52.0.0.1"


def test_a_star_holds_names_below_it_and_not_itself() -> None:
    below = collection("all", 300, ALLOW, application_rule("all", "*.example.com"))
    found = rehearsed(behind(below))
    assert differing(found) == []
    assert reached(found, "any.example.com") == (True, True)
    assert not any(
        passed(item)
        for item in found.compared
        if str(getattr(item.question.target, "name", "")) == "example.com"
        and item.question.source.address != item.question.target.address
    )


def test_the_first_rule_that_fits_decides() -> None:
    closed = collection("no", 200, DENY, application_rule("no", "shop.example.com"))
    found = rehearsed(behind(SHOP, closed))
    assert differing(found) == []
    assert reached(found, "shop.example.com") == (False, False)


def test_network_rules_come_before_rules_over_names() -> None:
    closed = collection("net", 100, DENY, network_rule("net", "*", "443"))
    found = rehearsed(behind(SHOP, closed))
    assert differing(found) == []
    assert reached(found, "shop.example.com") == (False, True)
    opened = collection("net", 100, ALLOW, network_rule("net", "*", "443"))
    found = rehearsed(behind(SHOP, opened))
    assert differing(found) == []
    assert reached(found, "stranger.example") == (True, False)


def test_a_translation_of_a_firewall_lets_the_internet_in() -> None:
    inward = NatRule(
        "in",
        (6,),
        (ANYWHERE,),
        (AddressRange.parse("52.0.0.1/32"),),
        (PortRange(443, 443),),
        ip_address("10.0.1.9"),
        "",
        8443,
        HERE,
    )
    nat = RuleCollection(
        "g", "nat", (0, 0, 1), CollectionType.NAT, ALLOW, (inward,), HERE
    )
    desk = NetworkInterface(
        "nic", "nic", "jump", (ip_address("10.0.1.9"),), known(False), known(None), HERE
    )
    given = behind(SHOP, nat)
    fabric = replace(given.fabric, interfaces=(desk,))
    found = rehearsed(replace(given, fabric=fabric))
    assert differing(found) == []
    asked = [
        (item.question.port, passed(item), item.outcome.seen_source)
        for item in found.compared
        if isinstance(item.question.target, DoorStand)
    ]
    assert {(port, came) for port, came, _ in asked} == {(443, True), (4444, False)}
    assert {seen for port, _, seen in asked if port == 443} == {"10.0.0.4"}
