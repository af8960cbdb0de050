"""Rules of Azure Firewall that open a flow: their type, their place, their writing."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from fabrics import (
    ALLOW,
    DENY,
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
from seawall.ingest import LoadOptions, load
from seawall.model.address import AddressRange
from seawall.model.end import AddressEnd, End, NameEnd, PodEnd
from seawall.model.firewall import ApplicationRule, NetworkRule, RuleCollection
from seawall.model.origin import Origin
from seawall.model.packet import PortRange, Protocol
from seawall.query.case import Case
from seawall.query.fix.firewall_change import FirewallChange, arm_rule
from seawall.query.fix.offer import Offer, offer
from seawall.query.trace.answer import trace
from seawall.query.words.port import PortText

WEB = PortText(Protocol.TCP, PortRange(443, 443))
DNS = PortText(Protocol.UDP, PortRange(53, 53))
THERE = AddressEnd((AddressRange.parse("8.8.8.8"),))
NAME = NameEnd("www.example.com")
OPEN = collection("open", 200, ALLOW, network_rule("ntp", "9.9.9.9/32", "123"))
NAMES = collection("names", 300, ALLOW, application_rule("x", "other.example.com"))


def asked(
    *collections: RuleCollection, target: End, port: PortText, complete: bool = True
) -> Offer:
    walled = firewall(*collections)
    if not complete:
        walled = replace(walled, complete=replace(known(True), value=False))
    fabric = hub_and_spoke(firewalls=(walled,))
    own = workload("app"), workload("other")
    case = Case(snapshot(fabric, cluster(pool("sys", "nodes")), workloads=own), "none")
    ends = (PodEnd(own[0]),), (target,)
    return offer(case, trace(case, "q", *ends, port=port))


def added(found: Offer) -> list[FirewallChange]:
    changes = [change for fix in found.fixes for change in fix.changes]
    return [change for change in changes if isinstance(change, FirewallChange)]


def test_an_address_takes_a_network_rule_in_a_collection_that_allows() -> None:
    (made,) = added(asked(OPEN, NAMES, target=THERE, port=DNS))
    assert made.collection.name == "open"
    assert not made.is_new
    rule = made.rule
    assert isinstance(rule, NetworkRule)
    assert [str(item) for item in rule.destinations] == ["8.8.8.8"]
    assert [str(item) for item in rule.sources] == ["10.1.0.0/24"]
    assert rule.destination_ports == (PortRange(53, 53),)


def test_a_name_takes_an_application_rule_for_that_name_alone() -> None:
    (made,) = added(asked(OPEN, NAMES, target=NAME, port=WEB))
    assert made.collection.name == "names"
    assert isinstance(made.rule, ApplicationRule)
    assert made.rule.names == ("www.example.com",)
    assert made.rule.ports == (("https", 443),)


def test_before_a_collection_that_denies_stands_a_new_one() -> None:
    shut = collection("shut", 150, DENY, network_rule("no", "8.8.8.0/24", "53"))
    shut = replace(shut, rules=(replace(shut.rules[0], protocols=None),))
    (made,) = added(asked(shut, OPEN, target=THERE, port=DNS))
    assert made.is_new
    assert made.collection.order[2] < 150


def test_a_name_that_network_rules_deny_is_opened_by_a_network_rule_before_them() -> (
    None
):
    shut = collection("shut", 150, DENY, network_rule("no", "0.0.0.0/0", "443"))
    (made,) = added(asked(shut, OPEN, NAMES, target=NAME, port=WEB))
    assert isinstance(made.rule, NetworkRule)
    assert made.rule.destination_names == ("www.example.com",)
    assert made.collection.order[2] < 150


def test_a_firewall_whose_policy_is_not_all_there_gets_no_rule() -> None:
    found = asked(OPEN, target=THERE, port=DNS, complete=False)
    assert not found.fixes
    assert "rule-collection-group list" in found.advice[0].says


def test_others_behind_the_same_nodes_gain_the_same_and_it_is_told() -> None:
    (fix,) = asked(OPEN, NAMES, target=THERE, port=DNS).fixes
    told = [str(item) for item in fix.opens]
    assert "opens UDP 53 from ns/other[Deployment] to 8.8.8.8" in told
    assert "opens UDP 53 from node:sys to 8.8.8.8" in told


@pytest.mark.parametrize(("target", "port"), [(THERE, DNS), (NAME, WEB)])
def test_the_json_of_a_rule_reads_back_as_the_rule_that_was_proved(
    tmp_path: Path, target: End, port: PortText
) -> None:
    (made,) = added(asked(OPEN, NAMES, target=target, port=port))
    base = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Network"
    policy = f"{base}/firewallPolicies/p"
    resources = [
        {
            "id": f"{base}/azureFirewalls/fw",
            "name": "fw",
            "type": "Microsoft.Network/azureFirewalls",
            "properties": {"firewallPolicy": {"id": policy}, "ipConfigurations": []},
        },
        {
            "id": policy,
            "name": "p",
            "type": "Microsoft.Network/firewallPolicies",
            "properties": {
                "ruleCollectionGroups": [{"id": f"{policy}/ruleCollectionGroups/g"}]
            },
        },
        {
            "id": f"{policy}/ruleCollectionGroups/g",
            "name": "g",
            "type": "Microsoft.Network/firewallPolicies/ruleCollectionGroups",
            "properties": {
                "priority": 100,
                "ruleCollections": [
                    {
                        "ruleCollectionType": "FirewallPolicyFilterRuleCollection",
                        "name": "c",
                        "priority": 100,
                        "action": {"type": "Allow"},
                        "rules": [arm_rule(made.rule)],
                    }
                ],
            },
        },
    ]
    (tmp_path / "fw.json").write_text(json.dumps(resources), encoding="utf-8")
    (read,) = load([tmp_path], options=LoadOptions()).fabric.firewalls
    (again,) = [rule for item in read.collections for rule in item.rules]
    nowhere = Origin("")
    assert replace(again, origin=nowhere) == replace(made.rule, origin=nowhere)
