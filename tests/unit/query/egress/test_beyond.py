"""What passes beyond what is needed: everything that does is told, the widest first."""

from dataclasses import replace
from typing import Any

import pytest

from egress_builders import AKS, ALLOW, DENY, ask, behind, one_cluster
from fabrics import (
    OUT,
    application_rule,
    collection,
    firewall,
    group,
    hidden,
    hub_and_spoke,
    known,
    network,
    network_rule,
    pool,
    rule,
    subnet,
)
from seawall.model.cluster import Addressing, OutboundType
from seawall.model.trace import Layer, Verdict
from seawall.model.upkeep import Addon
from seawall.query.egress.beyond import Excess, Extent

FREE = known(OutboundType.LOAD_BALANCER)


def excess(*collections: Any, **changed: Any) -> list[Excess]:
    answer = ask(behind(*collections), one_cluster(**changed))
    return list(answer.excess)


def only(*collections: Any, **changed: Any) -> Excess:
    (found,) = excess(*collections, **changed)
    return found


def name_rule(*names: str) -> Any:
    return collection("own", 200, ALLOW, application_rule("names", *names))


def tag_rule(tag: str, port: str = "443") -> Any:
    return collection("own", 200, ALLOW, network_rule("tag", tag, port))


def test_without_any_filter_everything_is_beyond() -> None:
    fabric = hub_and_spoke(subnets=(subnet("nodes", "spoke", "10.1.0.0/24"),))
    (found,) = ask(fabric, one_cluster(outbound=FREE)).excess
    assert found.extent is Extent.ANYTHING
    assert found.verdict is Verdict.ALLOWED
    assert found.senders == ("nodes of p",)


def test_without_a_way_out_nothing_is_beyond() -> None:
    fabric = hub_and_spoke(subnets=(subnet("nodes", "spoke", "10.1.0.0/24"),))
    assert not ask(fabric, one_cluster(outbound=known(OutboundType.NONE))).excess


def test_a_port_to_everywhere_is_wider_than_a_name() -> None:
    found = excess(
        collection("web", 100, ALLOW, network_rule("web", "*", "443")),
        name_rule("feeds.example.org"),
    )
    assert [item.extent for item in found] == [Extent.ANY_DESTINATION, Extent.SINGLE]
    assert found[0].services == "TCP 443"
    hop = found[0].let_by
    assert hop is not None
    assert hop.rule is not None
    assert (hop.layer, hop.rule.name) == (Layer.FIREWALL, "web/web")


def test_a_rule_for_every_name_opens_every_address() -> None:
    """path.md, W4: `*` matches a client that gives no name, too."""
    found = only(name_rule("*", "github.com"))
    assert (found.extent, found.services) == (Extent.ANY_DESTINATION, "TCP 80,443")


def test_every_name_on_the_addresses_that_a_group_leaves_is_any_destination() -> None:
    held = group("held", rule("bad", 200, OUT, DENY, to="203.0.113.0/24"))
    nodes = subnet(
        "nodes",
        "spoke",
        "10.1.0.0/24",
        route_table=known("rt"),
        security_group=known("held"),
    )
    fabric = behind(name_rule("*"), security_groups=(held,))
    fabric = replace(fabric, subnets=(*fabric.subnets[:2], nodes))
    found = ask(fabric).excess
    assert (found[0].extent, found[0].text) == (Extent.ANY_DESTINATION, "every name")


@pytest.mark.parametrize(
    ("name", "extent"),
    [
        ("*.blob.core.windows.net", Extent.SHARED),
        ("*.core.windows.net", Extent.SHARED),
        ("*.net", Extent.SHARED),
        ("mine.blob.core.windows.net", Extent.SINGLE),
        ("github.com", Extent.SHARED),
        ("raw.githubusercontent.com", Extent.SHARED),
        ("*.suppliers.example.org", Extent.WIDE),
        ("feeds.example.org", Extent.SINGLE),
    ],
)
def test_names_under_which_anybody_has_a_place_stand_out(
    name: str, extent: Extent
) -> None:
    found = only(name_rule(name))
    assert (found.text, found.extent) == (name, extent)


@pytest.mark.parametrize(
    ("tag", "extent"),
    [
        ("Storage", Extent.SHARED),
        ("Storage.WestEurope", Extent.SHARED),
        ("AzureCloud.westeurope", Extent.SHARED),
        ("StorageSyncService", Extent.WIDE),
    ],
)
def test_service_tags_of_shared_services_stand_out(tag: str, extent: Extent) -> None:
    found = only(tag_rule(tag))
    assert (found.text, found.extent) == (f"tag:{tag}", extent)
    assert bool(found.why) is (extent is Extent.SHARED) or "needed" in found.why[0]


def test_what_is_needed_is_not_beyond_by_name_pattern_or_tag() -> None:
    assert not excess(name_rule("mcr.microsoft.com", "*.data.mcr.microsoft.com"))
    assert not excess(name_rule("westeurope.data.mcr.microsoft.com"))
    assert not excess(tag_rule("AzureActiveDirectory"))
    assert not excess(tag_rule("AzureMonitor"), on=(Addon.PROMETHEUS,))
    assert only(tag_rule("AzureMonitor")).extent is Extent.SHARED


def test_what_may_be_needed_is_not_beyond_either() -> None:
    assert not excess(name_rule("acs-mirror.azureedge.net"))


def test_a_need_on_one_port_does_not_excuse_another() -> None:
    odd = replace(
        application_rule("odd", "mcr.microsoft.com"), ports=(("https", 8443),)
    )
    found = only(collection("own", 200, ALLOW, odd))
    assert found.services == "TCP 8443"


def test_a_tag_that_is_needed_on_one_port_is_beyond_on_every_other() -> None:
    found = only(tag_rule("AzureMonitor", "*"), on=(Addon.PROMETHEUS,))
    assert (found.text, found.extent) == ("tag:AzureMonitor", Extent.SHARED)


def test_the_ports_of_the_old_tunnel_are_told_as_such() -> None:
    """AKS docs, outbound-rules-control-egress: not with konnectivity (ISO-032)."""
    udp = network_rule("tunnel", "AzureCloud.westeurope", "1194", protocols=(17,))
    found = only(collection("own", 200, ALLOW, udp))
    assert found.extent is Extent.SHARED
    assert any("konnectivity has replaced" in why for why in found.why)


def test_what_another_cluster_needs_says_for_what() -> None:
    found = only(name_rule("us.download.nvidia.com"))
    assert found.why == ("needed only for GPU nodes",)


def test_a_pattern_around_what_is_needed_says_what_of_it_is() -> None:
    found = only(name_rule("*.microsoft.com"))
    assert found.extent is Extent.WIDE
    assert any("of these names only" in why for why in found.why)


def test_the_platforms_own_tag_comes_last_with_what_is_spare_in_it() -> None:
    found = excess(collection("platform", 300, ALLOW, AKS), name_rule("a.example.org"))
    assert [item.extent for item in found] == [Extent.SINGLE, Extent.PLATFORM]
    assert "of its names are not needed" in found[1].why[0]


def test_a_name_tag_without_a_catalogue_is_not_known() -> None:
    other = application_rule("updates", tag="WindowsUpdate")
    found = only(collection("own", 200, ALLOW, other))
    assert found.verdict is Verdict.UNKNOWN
    assert "WindowsUpdate" in found.text


def test_addresses_are_told_with_their_ports() -> None:
    few = only(
        collection("own", 200, ALLOW, network_rule("mail", "203.0.113.50", "587"))
    )
    assert (few.extent, few.text) == (Extent.SINGLE, "TCP 587 to 203.0.113.50")
    many = only(
        collection("own", 200, ALLOW, network_rule("all", "203.0.0.0/16", "587"))
    )
    assert many.extent is Extent.WIDE


def test_a_rule_that_an_earlier_one_denies_opens_nothing() -> None:
    deny = collection("no", 100, DENY, application_rule("no", "*.example.org"))
    assert not excess(deny, name_rule("feeds.example.org"))


def test_tags_that_a_security_group_allows_are_found() -> None:
    held = group(
        "held",
        rule("storage", 200, OUT, ALLOW, to="Storage", port="443"),
        rule("none", 300, OUT, DENY, to="Internet"),
    )
    fabric = hub_and_spoke(
        subnets=(
            subnet("nodes", "spoke", "10.1.0.0/24", security_group=known("held")),
        ),
        security_groups=(held,),
    )
    (found,) = ask(fabric, one_cluster(outbound=FREE)).excess
    assert (found.text, found.extent) == ("tag:Storage", Extent.SHARED)
    hop = found.let_by
    assert hop is not None
    assert hop.rule is not None
    assert hop.rule.name == "held/storage"


def test_public_dns_servers_that_are_needed_are_not_beyond() -> None:
    spoke = network("spoke", "10.1.0.0/16", dns=("9.9.9.9",))
    hub = network("hub", "10.0.0.0/16")
    both = tuple(
        collection(
            f"dns{n}", n, ALLOW, network_rule("d", "9.9.9.9", "53", protocols=(n,))
        )
        for n in (6, 17)
    )
    answer = ask(behind(*both, networks=(hub, spoke)))
    assert not answer.excess


def test_rules_that_are_not_all_known_are_told_as_not_known() -> None:
    part = firewall(collection("platform", 100, ALLOW, AKS), complete=hidden())
    found = ask(hub_and_spoke(firewalls=(part,))).excess
    assert any(item.verdict is Verdict.UNKNOWN for item in found)


def test_pods_that_leave_by_their_own_subnet_are_asked_too() -> None:
    fabric = hub_and_spoke(
        subnets=(
            subnet("nodes", "spoke", "10.1.0.0/24", route_table=known("rt")),
            subnet("pods", "spoke", "10.1.64.0/18"),
            subnet("AzureFirewallSubnet", "hub", "10.0.0.0/26"),
        ),
        firewalls=(firewall(collection("platform", 100, ALLOW, AKS)),),
    )
    here = pool("p", "nodes", pod_subnet=known("pods"))
    one = one_cluster(
        here,
        addressing=known(Addressing.POD_SUBNET),
        pod_ranges=known(()),
        outbound=FREE,
    )
    first = ask(fabric, one).excess[0]
    assert (first.extent, first.senders) == (Extent.ANYTHING, ("pods on p",))
