"""Security groups of your own around nodes, and what rules say of them."""

from pathlib import Path

import pytest
from test_rules import written

from seawall.audit.rules.aks306_open_node_ports import OpenNodePorts
from seawall.audit.rules.aks408_policy_admits_internet import PolicyAdmitsInternet
from seawall.audit.rules.aks409_nodes_cut_off_from_each_other import (
    NodesCutOffFromEachOther,
)

DENIED = 'destinationPortRange: "*"'


@pytest.mark.parametrize(
    ("ports", "found"), [("22", 0), ("3389", 0), ("20-25", 1), ("10250", 1)]
)
def test_a_group_that_denies_ssh_alone_parts_no_nodes(
    ports: str, found: int, tmp_path: Path
) -> None:
    rule = NodesCutOffFromEachOther()
    files = {
        name: text.replace(DENIED, f'destinationPortRange: "{ports}"')
        for name, text in rule.bad.items()
    }
    assert len(list(rule.check(written(files, tmp_path / "in")))) == found


@pytest.mark.parametrize(("ports", "found"), [("53", 1), ("*", 1), ("123", 0)])
def test_a_group_that_denies_names_parts_nodes(
    ports: str, found: int, tmp_path: Path
) -> None:
    rule = NodesCutOffFromEachOther()
    files = {
        name: text.replace(DENIED, f'destinationPortRange: "{ports}"').replace(
            'protocol: "*"', "protocol: Udp"
        )
        for name, text in rule.bad.items()
    }
    told = [each.message for each in rule.check(written(files, tmp_path / "in"))]
    assert len(told) == found
    assert all("on UDP 53:" in text for text in told)


@pytest.mark.parametrize(
    ("ways", "found"),
    [
        ("{from: [{ipBlock: {cidr: 0.0.0.0/0, except: [10.0.0.0/8]}}]}", 1),
        (
            "{from: [{ipBlock: {cidr: 0.0.0.0/1}}, {ipBlock: {cidr: 128.0.0.0/1}}]}",
            1,
        ),
        ("{from: [{ipBlock: {cidr: 0.0.0.0/1}}]}", 0),
    ],
)
def test_what_admits_the_internet_is_said_to_admit_that_alone(
    ways: str, found: int, tmp_path: Path
) -> None:
    rule = PolicyAdmitsInternet()
    text = rule.bad["shop.yaml"].replace("{}  # finding", ways)
    told = list(rule.check(written({"shop.yaml": text}, tmp_path / "in")))
    assert len(told) == found
    for each in told:
        assert "every IPv4 address of the internet" in each.message
        assert "everything" not in each.message


def test_ports_that_some_clients_reach_are_not_open_to_the_internet(
    tmp_path: Path,
) -> None:
    rule = OpenNodePorts()
    files = {
        "cluster.yaml": rule.bad["cluster.yaml"].replace(
            "enableNodePublicIP: true",
            "enableNodePublicIP: true\n"
            "                  vnetSubnetID: "
            "microsoft.network/virtualnetworks/net/subnets/nodes",
        ),
        "network.yaml": NodesCutOffFromEachOther.good["network.yaml"].replace(
            "access: Deny", "access: Allow"
        ),
    }
    assert len(list(rule.check(written(files, tmp_path / "open")))) == 1
    files["network.yaml"] = files["network.yaml"].replace(
        "sourceAddressPrefix: Internet", "sourceAddressPrefix: 198.51.100.0/28"
    )
    assert not list(rule.check(written(files, tmp_path / "narrow")))
