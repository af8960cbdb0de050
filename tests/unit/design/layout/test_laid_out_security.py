"""Security groups let pass what AKS needs and what was asked for, and deny the rest."""

from collections.abc import Mapping
from typing import Any

import pytest

from designs import DESIGNS, choices, laid_out, needs
from seawall.emit.tree import Value

LAST = 4096


def rules_of(design: str, symbol: str) -> dict[str, Mapping[str, Any]]:
    """Return the rules of a group by their names."""
    wanted, chosen = DESIGNS[design]
    group = laid_out(needs(**wanted), choices(**chosen)).resource(symbol)
    properties: Any = group.body["properties"]
    listed: tuple[Value, ...] = properties["securityRules"]
    return {it["name"]: it["properties"] for it in listed if isinstance(it, Mapping)}  # type: ignore[misc]


@pytest.mark.parametrize("name", DESIGNS)
def test_every_group_denies_what_comes_in_and_is_not_listed(name: str) -> None:
    wanted, chosen = DESIGNS[name]
    for item in laid_out(needs(**wanted), choices(**chosen)).resources:
        if not item.type.endswith("networkSecurityGroups"):
            continue
        found = rules_of(name, item.symbol)
        last = found["DenyAllIn"]
        assert (last["priority"], last["access"]) == (LAST, "Deny")
        assert last["sourceAddressPrefix"] == last["destinationAddressPrefix"] == "*"
        places = [(it["direction"], it["priority"]) for it in found.values()]
        assert len(places) == len(set(places))
        assert all(len(it["description"]) <= 140 for it in found.values())


def test_nodes_and_pods_meet_on_every_port() -> None:
    found = rules_of("own network", "nodesSecurity")
    for name in ("AllowClusterIn", "AllowClusterOut"):
        rule = found[name]
        assert rule["sourceAddressPrefixes"] == ("10.20.0.0/27", "10.244.0.0/16")
        assert rule["destinationAddressPrefixes"] == rule["sourceAddressPrefixes"]
        assert (rule["protocol"], rule["destinationPortRange"]) == ("*", "*")
    assert found["AllowProbesIn"]["sourceAddressPrefix"] == "AzureLoadBalancer"


def test_what_leaves_is_closed_only_where_it_was_asked_for() -> None:
    assert "DenyAllOut" not in rules_of("own network", "nodesSecurity")
    named = rules_of("names by policies", "nodesSecurity")
    assert named["AllowInternetOut"]["destinationAddressPrefix"] == "Internet"
    assert named["AllowInternetOut"]["destinationPortRange"] == "443"
    assert "DenyAllOut" in named
    seen = rules_of("a premium firewall", "nodesSecurity")
    assert seen["AllowInternetOut"]["destinationPortRanges"] == ("80", "443")
    assert "DenyAllOut" in seen
    isolated = rules_of("isolated", "nodesSecurity")
    assert "AllowInternetOut" not in isolated
    assert "DenyAllOut" in isolated


def test_no_rule_names_the_internet_where_a_route_leads_all_to_a_firewall() -> None:
    found = rules_of("names by a firewall", "nodesSecurity")
    tags = {it.get("destinationAddressPrefix") for it in found.values()}
    assert not tags & {"Internet", "VirtualNetwork"}
    private, out = found["DenyPrivateOut"], found["AllowInternetOut"]
    assert private["priority"] < out["priority"] < LAST
    assert "10.0.0.0/8" in private["destinationAddressPrefixes"]


def test_the_api_server_takes_nodes_and_operators_in_its_subnet() -> None:
    found = rules_of("operators by VPN", "apiServerSecurity")
    assert found["AllowClusterIn"]["destinationPortRanges"] == ("443", "4443")
    assert found["AllowProbesIn"]["destinationPortRange"] == "9988"
    assert found["AllowAdminsIn"]["sourceAddressPrefix"] == "10.250.0.0/24"
    stated = rules_of("stated ranges", "apiServerSecurity")
    assert stated["AllowPublicIn"]["sourceAddressPrefix"] == "203.0.113.0/24"


def test_ways_in_end_at_their_load_balancer_alone() -> None:
    gateway = rules_of("a gateway with a firewall for applications", "nodesSecurity")
    rule = gateway["AllowClientsOfWebIn"]
    assert rule["destinationPortRange"] == "8080"
    assert "/" not in rule["destinationAddressPrefix"]
    edge = rules_of("a gateway with a firewall for applications", "gatewaySecurity")
    assert edge["AllowManagementIn"]["destinationPortRange"] == "65200-65535"
    assert edge["AllowClientsOfWebIn"]["sourceAddressPrefix"] == "Internet"
    dnat = rules_of("clients by the firewall", "nodesSecurity")
    assert dnat["AllowClientsOfWebIn"]["sourceAddressPrefix"].endswith("/26")
    public = rules_of("clients from the internet", "nodesSecurity")
    assert public["AllowPublicOfWebIn"]["destinationPortRange"] == "443"


def test_clients_that_a_group_cannot_tell_apart_have_one_rule() -> None:
    found = rules_of("two names behind one gateway", "gatewaySecurity")
    clients = {name: it for name, it in found.items() if "Clients" in name}
    assert list(clients) == ["AllowClientsOfWebIn"]
    assert clients["AllowClientsOfWebIn"]["description"] == "Clients of web, api."


def test_clients_call_the_port_that_they_were_told() -> None:
    inside = rules_of("clients inside", "nodesSecurity")
    assert inside["AllowClientsOfWebIn"]["destinationPortRange"] == "443"
    linked = rules_of("clients by private link", "nodesSecurity")
    assert linked["AllowClientsOfWebIn"]["destinationPortRange"] == "443"
    out = rules_of("clients by private link", "privateLinkSecurity")
    assert out["AllowEntriesOut"]["destinationPortRange"] == "443"
