"""What a service endpoint may take past every route does not pass a firewall."""

from pathlib import Path

import pytest
from test_judging_intents import HOLDS, NETWORK, UNKNOWN, judged, pod

from seawall.query.intents.verdict import Standing

NODES = "{name: nodes, properties: {addressPrefix: 10.0.0.0/24}}"
ROUTED = """{name: nodes, properties: {addressPrefix: 10.0.0.0/24,
      routeTable: {id: microsoft.network/routetables/rt}}}
    - {name: AzureFirewallSubnet, properties: {addressPrefix: 10.0.2.0/24}}"""
ENDPOINT = ROUTED.replace(
    "routetables/rt}", "routetables/rt}, serviceEndpoints: [{service: Microsoft.Sql}]"
)
FIREWALL = """---
type: Microsoft.Network/routeTables
name: rt
properties:
  routes:
    - name: out
      properties:
        addressPrefix: 0.0.0.0/0
        nextHopType: VirtualAppliance
        nextHopIpAddress: 10.0.2.4
---
type: Microsoft.Network/azureFirewalls
name: fw
properties:
  sku: {name: AZFW_VNet, tier: Standard}
  ipConfigurations:
    - name: a
      properties:
        privateIPAddress: 10.0.2.4
        subnet:
          id: microsoft.network/virtualnetworks/net/subnets/azurefirewallsubnet
"""
EVERYTHING_PASSES = "- preset: firewall-only"
SPARED = EVERYTHING_PASSES + "\n  except: {to: %s, reason: r}"


@pytest.mark.parametrize(
    ("subnet", "text", "wanted"),
    [
        (ROUTED, EVERYTHING_PASSES, HOLDS),
        (ENDPOINT, EVERYTHING_PASSES, UNKNOWN),
        (ENDPOINT, "- preset: no-internet-egress", UNKNOWN),
        (ENDPOINT, SPARED % "tag:Sql", HOLDS),
        (ENDPOINT, SPARED % "tag:Storage", UNKNOWN),
    ],
)
def test_a_service_endpoint_leaves_open_what_passes_a_firewall(
    tmp_path: Path, subnet: str, text: str, wanted: Standing
) -> None:
    network = NETWORK.replace(NODES, subnet) + FIREWALL
    network = network.replace(
        "podCidr: 10.244.0.0/16",
        "podCidr: 10.244.0.0/16\n    outboundType: userDefinedRouting",
    )
    found = judged(tmp_path, text, network, pod("web"), engine="calico")
    assert found.standing is wanted
    for breach in found.breaches:
        assert "a service endpoint for Microsoft.Sql" in breach.says


RULE = """  applicationRuleCollections:
    - name: names
      properties:
        priority: 100
        action: {type: Allow}
        rules:
          - name: one
            protocols: [{protocolType: Https, port: 443}]
            targetFqdns: [a.contoso.com]
            sourceAddresses: ["*"]
"""


def test_an_exception_of_a_pattern_is_used_where_a_rule_names_one_name_of_it(
    tmp_path: Path,
) -> None:
    text = "- preset: no-internet-egress\n  except: {to: '*.contoso.com', reason: r}"
    network = NETWORK.replace(NODES, ROUTED) + FIREWALL + RULE
    network = network.replace(
        "podCidr: 10.244.0.0/16",
        "podCidr: 10.244.0.0/16\n    outboundType: userDefinedRouting",
    )
    found = judged(tmp_path, text, network, pod("web"), engine="calico")
    assert (found.standing, found.idle) == (HOLDS, ())


def test_more_names_than_pairs_are_said_to_be_told_by_name(tmp_path: Path) -> None:
    text = "- preset: no-internet-egress"
    network = NETWORK.replace(NODES, ROUTED) + FIREWALL
    network = network.replace(
        "podCidr: 10.244.0.0/16",
        "podCidr: 10.244.0.0/16\n    outboundType: userDefinedRouting",
    )
    says = []
    for names in ("a.contoso.com", "a.contoso.com, b.contoso.com"):
        folder = tmp_path / str(len(names))
        folder.mkdir()
        more = network + RULE.replace("[a.contoso.com]", f"[{names}]")
        says.append(judged(folder, text, more, pod("web"), engine="calico").says)
    apart = ", by name, address and port"
    assert says == ["of 1 pair", f"of 1 pair{apart}"]


def test_what_two_rules_allow_by_one_name_is_told_once(tmp_path: Path) -> None:
    network = NETWORK.replace(NODES, ROUTED) + FIREWALL
    network = network.replace(
        "podCidr: 10.244.0.0/16",
        "podCidr: 10.244.0.0/16\n    outboundType: userDefinedRouting",
    )
    other = "[{protocolType: Https, port: 443}, {protocolType: Https, port: 8443}]"
    protocols = "[{protocolType: Https, port: 443}]"
    rule = RULE[RULE.index("          - name: one") :]
    more = rule.replace("one", "two").replace(protocols, other)
    found = judged(
        tmp_path,
        "- preset: no-internet-egress",
        network + RULE + more,
        pod("web"),
        engine="calico",
    )
    named = [it for it in found.breaches if it.target == "a.contoso.com"]
    assert [it.services for it in named] == ["TCP 443", "TCP 8443"]
