"""Rules about what a cluster must and may reach, beyond their own examples."""

from dataclasses import replace
from typing import Any

import pytest

from egress_builders import AKS, ALLOW, behind, one_cluster
from fabrics import (
    OUT,
    application_rule,
    collection,
    firewall,
    group,
    hidden,
    hub_and_spoke,
    known,
    network_rule,
    pool,
    rule,
    snapshot,
    subnet,
)
from seawall.audit.discover import all_rules
from seawall.audit.finding import Finding
from seawall.model.cluster import Cluster
from seawall.model.filter import Access
from seawall.model.snapshot import Fabric
from seawall.query.case import Case


def found_by(code: str, fabric: Fabric, one: Cluster | None = None) -> list[Finding]:
    (checked,) = [each for each in all_rules() if each.code == code]
    return list(checked.check(Case(snapshot(fabric, one or one_cluster()))))


PLATFORM = collection("platform", 300, ALLOW, AKS)


def network(name: str, to: str, port: str, protocol: int = 6) -> Any:
    found = network_rule(name, to, port, protocols=(protocol,))
    return collection("own", 100, ALLOW, found)


def test_pools_that_one_rule_cuts_off_are_one_finding_with_the_names() -> None:
    only = application_rule("images", "mcr.microsoft.com", "*.data.mcr.microsoft.com")
    pools = (pool("a", "nodes"), pool("b", "nodes"))
    fabric = behind(collection("platform", 100, ALLOW, only))
    (found,) = found_by("AKS206", fabric, one_cluster(*pools))
    assert "nodes of a and nodes of b cannot reach" in found.message
    assert "no rule of fw allows it" in found.message
    assert found.evidence


def test_what_is_only_perhaps_needed_or_not_known_is_no_finding() -> None:
    assert not found_by("AKS206", behind(PLATFORM))
    part = firewall(PLATFORM, complete=hidden())
    assert not found_by("AKS206", hub_and_spoke(firewalls=(part,)))


def test_a_group_that_blocks_is_told_at_its_rule() -> None:
    closed = group("closed", rule("none", 200, OUT, Access.DENY, to="Internet"))
    nodes = subnet("nodes", "spoke", "10.1.0.0/24", security_group=known("closed"))
    fabric = hub_and_spoke(subnets=(nodes,), security_groups=(closed,))
    found = found_by("AKS206", fabric)
    assert any("closed/none" in item.message for item in found)


def test_shared_places_are_told_by_rule_and_needed_ones_are_not() -> None:
    wide = application_rule("wide", "*.blob.core.windows.net", "*.azurecr.io")
    fabric = behind(PLATFORM, collection("own", 100, ALLOW, wide))
    (found,) = found_by("AKS207", fabric)
    assert found.subject == "own/wide"
    assert "`*.azurecr.io`, `*.blob.core.windows.net`" in found.message
    assert not found_by("AKS207", behind(PLATFORM))
    named = application_rule("mine", "mine.blob.core.windows.net")
    assert not found_by("AKS207", behind(collection("own", 100, ALLOW, named)))


def test_a_rule_for_every_address_is_told() -> None:
    (found,) = found_by("AKS207", behind(network("any", "*", "443")))
    assert "every public address" in found.message


@pytest.mark.parametrize(("port", "protocol"), [("1194", 17), ("9000", 6)])
def test_both_ports_of_the_old_tunnel_are_told(port: str, protocol: int) -> None:
    fabric = behind(network("tunnel", "AzureCloud.westeurope", port, protocol))
    (found,) = found_by("AKS208", fabric)
    assert port in found.message


def test_a_rule_for_every_port_is_not_told_as_one_for_the_tunnel() -> None:
    assert not found_by("AKS208", behind(network("any", "*", "*")))


def test_the_tunnel_is_not_obsolete_where_it_may_be_needed() -> None:
    fabric = behind(network("tunnel", "AzureCloud.chinaeast2", "1194", 17))
    assert not found_by("AKS208", fabric, one_cluster(region="chinaeast2"))


def test_names_in_network_rules_want_a_proxy_that_is_on() -> None:
    named = replace(
        network_rule("time", "203.0.113.1", "123", protocols=(17,)),
        destinations=(),
        destination_names=("ntp.ubuntu.com",),
    )
    rules = collection("own", 100, ALLOW, named)
    off = firewall(rules, dns_proxy=known(False))
    (found,) = found_by("AKS209", hub_and_spoke(firewalls=(off,)))
    assert found.subject == "own/time"
    assert not found_by("AKS209", behind(rules))
    unknown = firewall(rules, dns_proxy=hidden())
    assert not found_by("AKS209", hub_and_spoke(firewalls=(unknown,)))


def test_a_firewall_that_nodes_do_not_pass_is_not_looked_at() -> None:
    named = replace(
        network_rule("time", "203.0.113.1", "123"), destination_names=("a.example",)
    )
    off = firewall(collection("own", 100, ALLOW, named), dns_proxy=known(False))
    nodes = subnet("nodes", "spoke", "10.1.0.0/24")
    assert not found_by("AKS209", hub_and_spoke(firewalls=(off,), subnets=(nodes,)))
