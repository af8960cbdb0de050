"""Effective security rules: what tags stand for at a subnet, and missing groups (F13).

Source: Azure docs, effective-security-rules; Microsoft.Network resource provider,
`EffectiveNetworkSecurityGroupListResult`.
"""

from dataclasses import replace
from typing import Any

import pytest

import fabrics as fab
from azure_builders import at_level, convert, resource, resource_id, rule
from fabrics import ALLOW, DENY, OUT, known
from seawall.engine.path import PathModel
from seawall.flowspace import FlowSet
from seawall.model.diagnostic import Level
from seawall.model.end import AddressEnd, SubnetEnd
from seawall.model.filter import ServiceTag
from seawall.model.packet import PortRange
from seawall.model.snapshot import Fabric
from seawall.model.tag import KnownTag, SeenTag, TagList
from seawall.model.trace import Verdict

Json = dict[str, Any]
GROUP = resource_id("networkSecurityGroups", "nsg")
SUBNET = resource_id("virtualNetworks/subnets", "v", "s")
NIC = resource_id("networkInterfaces", "n")
EXPANDED = ["10.1.0.0/16", "168.63.129.16/32"]


def listed(*rules: Json, **association: str) -> Json:
    named = association or {"subnet": SUBNET}
    return {
        "value": [
            {
                "networkSecurityGroup": {"id": GROUP},
                "association": {key: {"id": id_} for key, id_ in named.items()},
                "effectiveSecurityRules": list(rules),
            }
        ]
    }


def effective(name: str, **changes: object) -> Json:
    plain = {
        "name": name,
        "protocol": "All",
        "sourcePortRange": "0-65535",
        "destinationPortRange": "0-65535",
        "sourceAddressPrefix": "0.0.0.0/0",
        "destinationAddressPrefix": "0.0.0.0/0",
        "access": "Allow",
        "priority": 65000,
        "direction": "Outbound",
    }
    return plain | changes


TO_NETWORK = effective(
    "defaultSecurityRules/AllowVnetOutBound",
    destinationAddressPrefix="VirtualNetwork",
    expandedDestinationAddressPrefix=EXPANDED,
)
OWN = effective(
    "securityRules/web", priority=200, protocol="Tcp", destinationPortRange="443-443"
)
INTERFACE = resource(
    "networkInterfaces",
    "n",
    ipConfigurations=[{"name": "i", "properties": {"subnet": {"id": SUBNET}}}],
)


def seen(*documents: object) -> list[tuple[str, str, list[str]]]:
    return [
        (item.subnet, item.name, [str(each) for each in item.ranges])
        for item in convert(*documents).fabric.seen_tags
    ]


EXPECTED = [(SUBNET.lower(), "virtualnetwork", ["10.1.0.0/16", "168.63.129.16"])]


def test_what_a_tag_expands_to_is_kept_for_the_subnet() -> None:
    assert seen(listed(TO_NETWORK)) == EXPECTED
    part = convert(listed(TO_NETWORK))
    assert "effective-rules-as-listed" in [item.id for item in part.assumptions]


def test_an_interface_leads_to_its_subnet() -> None:
    assert seen(listed(TO_NETWORK, networkInterface=NIC), INTERFACE) == EXPECTED


def test_an_interface_that_is_not_in_the_input_is_told() -> None:
    part = convert(listed(TO_NETWORK, networkInterface=NIC))
    assert part.fabric.seen_tags == ()
    assert any("whose subnet" in item.what for item in at_level(part, Level.NOTE))


def test_a_recorded_answer_reads_alike() -> None:
    recorded = {"parameters": {}, "responses": {"200": {"body": listed(TO_NETWORK)}}}
    assert seen(recorded) == EXPECTED


def test_two_lists_that_differ_settle_nothing() -> None:
    other = TO_NETWORK | {"expandedDestinationAddressPrefix": ["10.1.0.0/16"]}
    assert seen(listed(TO_NETWORK), listed(other)) == []


def test_a_group_that_is_not_in_the_input_is_taken_from_the_list() -> None:
    (group,) = convert(listed(TO_NETWORK, OWN)).fabric.security_groups
    assert group.id == GROUP.lower()
    (own,) = [item for item in group.rules if not item.is_default]
    assert (own.name, own.priority, own.protocol) == ("web", 200, 6)
    assert own.destination_ports == (PortRange(443, 443),)
    assert len(group.rules) == 7


def test_a_group_in_the_input_is_not_replaced() -> None:
    real = resource("networkSecurityGroups", "nsg", securityRules=[rule("mine")])
    (group,) = convert(listed(OWN), real).fabric.security_groups
    assert [item.name for item in group.rules if not item.is_default] == ["mine"]


def test_rules_of_a_network_manager_are_told() -> None:
    told = convert(listed(OWN, subnet=SUBNET, networkManager="/x")).diagnostics
    assert any("network manager" in item.what for item in told)


@pytest.mark.parametrize("bad", [None, 5, "x", ["nonsense"], [None], {}])
def test_bad_expansions_are_told_or_passed_over(bad: object) -> None:
    assert seen(listed(TO_NETWORK | {"expandedDestinationAddressPrefix": bad})) == []


HTTPS = FlowSet.box(protocols=[(6, 6)], destination_ports=[(443, 443)])


def verdict(fabric: Fabric, text: str) -> Verdict:
    model = PathModel.build(fab.snapshot(fabric))
    end = AddressEnd((fab.cidr(text),))
    return model.partition(SubnetEnd("s"), end, services=HTTPS).partition.verdict()


def tagged(tag: str, *ranges: str, listed_as: str = "") -> Fabric:
    only = (
        fab.rule("tag", 100, OUT, ALLOW, to=tag),
        fab.rule("rest", 200, OUT, DENY),
    )
    home = fab.subnet(
        "s",
        "net",
        "10.1.0.0/24",
        security_group=known("nsg"),
        default_outbound=known(True),
    )
    known_tag = KnownTag(tag.lower(), (fab.cidr(listed_as or "1.0.0.0/8"),))
    return Fabric(
        networks=(fab.network("net", "10.1.0.0/16"),),
        subnets=(home,),
        security_groups=(fab.group("nsg", *only),),
        seen_tags=(SeenTag("s", tag.lower(), tuple(map(fab.cidr, ranges))),),
        service_tags=TagList("Public", "1", (known_tag,), fab.HERE)
        if listed_as
        else None,
    )


def test_what_was_seen_holds_before_what_follows_from_the_network() -> None:
    fabric = tagged("VirtualNetwork", "10.1.0.0/16", "8.8.8.0/24")
    assert verdict(fabric, "8.8.8.8") is Verdict.ALLOWED
    assert verdict(fabric, "9.9.9.9") is Verdict.DENIED
    bare = replace(fabric, seen_tags=())
    assert verdict(bare, "8.8.8.8") is Verdict.DENIED


def test_what_was_seen_holds_before_a_list_of_tags() -> None:
    fabric = tagged("Storage", "8.8.8.0/24", listed_as="9.9.9.0/24")
    assert verdict(fabric, "8.8.8.8") is Verdict.ALLOWED
    assert verdict(fabric, "9.9.9.9") is Verdict.DENIED


def test_a_family_that_was_not_listed_is_not_settled() -> None:
    fabric = tagged("Storage", "8.8.8.0/24")
    v6 = FlowSet.box(
        sources={6: [(1 << 125, 1 << 125)]}, destinations={6: [((1 << 125) + 1,) * 2]}
    )
    model = PathModel.build(fab.snapshot(fabric))
    filters = model.walker.filters
    group = fabric.security_groups[0]
    ruling = filters.compiled(group, fabric.subnets[0], direction=OUT, tag="").ruling
    assert v6 <= ruling.unknown
    assert ServiceTag("Storage") in group.rules[0].destinations
