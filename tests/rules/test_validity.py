"""Every rule of validity, on an example that breaks it and on one that does not."""

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from seawall.audit.finding import Severity
from seawall.audit.validity.judge import Judgement, judge
from seawall.audit.validity.rule import Validity
from seawall.audit.validity.rules import RULES
from seawall.audit.validity.undecided import IN_PART, UNDECIDED
from seawall.ingest import load
from seawall.query.case import Case

DAY = date(2026, 11, 29)
GROUP = "/subscriptions/s/resourceGroups/g/providers"
NET = f"{GROUP}/Microsoft.Network"
PLACES = {
    "SUBNET": f"{NET}/virtualNetworks/net/subnets/nodes",
    "API": f"{NET}/virtualNetworks/net/subnets/api",
    "ROUTES": f"{NET}/routeTables/rt",
    "NAT": f"{NET}/natGateways/nat",
}
MATRIX = 76
"""How many rules the matrix of the reference has."""


def written(example: str) -> list[dict[str, Any]]:
    """Return the documents that an example stands for."""
    text = example
    if "_apart" in example:
        text = re.sub(r"\bAPI\b", PLACES["API"].replace("/net/", "/far/"), text)
    for word, id_ in PLACES.items():
        text = re.sub(rf"\b{word}\b", id_, text)
    said: dict[str, Any] = yaml.safe_load(text)
    kept = {key: said.pop(key) for key in list(said) if key.startswith("_")}
    said.setdefault("agentPoolProfiles", [{"name": "system", "count": 3}])
    said.setdefault("kubernetesVersion", kept.get("_version", "1.35"))
    if {"_subnet", "_peered"} & set(kept):
        for pool in said["agentPoolProfiles"]:
            pool.setdefault("vnetSubnetID", PLACES["SUBNET"])
    return [_cluster(said, kept), *_around(kept), *_objects(kept)]


def _cluster(said: dict[str, Any], kept: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "Microsoft.ContainerService/managedClusters",
        "id": f"{GROUP}/Microsoft.ContainerService/managedClusters/shop",
        "name": "shop",
        "location": "westeurope",
        "sku": {"name": kept.get("_sku", "Base"), "tier": "Standard"},
        "identity": {"type": kept.get("_identity", "UserAssigned")},
        "properties": said,
    }


def _resource(kind: str, name: str, **properties: Any) -> dict[str, Any]:
    return {
        "type": f"Microsoft.Network/{kind}",
        "id": f"{NET}/{kind}/{name}",
        "name": name,
        "location": "westeurope",
        "properties": properties,
    }


def _subnet(id_: str, properties: dict[str, Any]) -> dict[str, Any]:
    base = {"addressPrefix": "10.1.0.0/24"}
    return {"id": id_, "name": id_.rsplit("/", 1)[-1], "properties": base | properties}


def _network(name: str, space: str, *subnets: Any, peers: Any = ()) -> dict[str, Any]:
    return _resource(
        "virtualNetworks",
        name,
        addressSpace={"addressPrefixes": [space]},
        subnets=list(subnets),
        virtualNetworkPeerings=list(peers),
    )


def _around(kept: dict[str, Any]) -> list[dict[str, Any]]:
    if not {"_subnet", "_peered"} & set(kept):
        return []
    nodes = _subnet(PLACES["SUBNET"], kept.get("_subnet", {}))
    api = [_subnet(PLACES["API"], kept["_api"])] if "_api" in kept else []
    route = {
        "name": "out",
        "properties": {
            "addressPrefix": "0.0.0.0/0",
            "nextHopType": kept.get("_hop", "VirtualAppliance"),
            "nextHopIpAddress": "10.9.0.4",
        },
    }
    found = [
        _resource("routeTables", "rt", routes=[route]),
        _resource("natGateways", "nat"),
    ]
    if "_apart" in kept:
        api[0]["id"] = api[0]["id"].replace("/net/", "/far/")
        found.append(_network("far", "10.2.0.0/16", *api))
        api = []
    peers = []
    if "_peered" in kept:
        far = {"id": f"{NET}/virtualNetworks/hub"}
        state = {"remoteVirtualNetwork": far, "peeringState": "Connected"}
        peers.append({"name": "to-hub", "properties": state})
        found.append(_network("hub", kept["_peered"]))
    if "_gateway" in kept:
        where = {"subnet": {"id": kept["_gateway"]}}
        front = [{"name": "ip", "properties": where}]
        found.append(
            _resource(
                "applicationGateways", "agw", gatewayIPConfigurations=front, sku={}
            )
        )
    return [*found, _network("net", "10.0.0.0/8", nodes, *api, peers=peers)]


def _objects(kept: dict[str, Any]) -> list[dict[str, Any]]:
    found = [kept["_policy"]] if "_policy" in kept else []
    if "_service" in kept:
        said = kept["_service"]
        ports = [{"port": 80, "protocol": "TCP"}]
        found.append(
            {
                "apiVersion": "v1",
                "kind": "Service",
                "metadata": {
                    "name": "web",
                    "namespace": "shop",
                    "annotations": said["annotations"],
                },
                "spec": {"ports": ports, "selector": {"app": "web"}, **said["spec"]},
            }
        )
    return found


def judged(folder: Path, example: str, day: date = DAY) -> Judgement:
    text = yaml.safe_dump_all(written(example), sort_keys=False)
    (folder / "input.yaml").write_text(text, encoding="utf-8")
    return judge(Case(load([folder])), day)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_a_rule_finds_what_its_bad_example_breaks(
    rule: Validity, tmp_path: Path
) -> None:
    found = [it for it in judged(tmp_path, rule.bad).findings if it.rule == rule.code]
    assert found
    assert all(item.origin is not None for item in found)
    assert all(item.severity is rule.kind.severity for item in found)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_a_rule_is_silent_and_settled_on_its_good_example(
    rule: Validity, tmp_path: Path
) -> None:
    found = judged(tmp_path, rule.good)
    assert rule.code not in {item.rule for item in found.findings}
    assert rule.code not in {item.code for item in found.open}


HIDDEN = """
networkProfile: "[variables('net')]"
apiServerAccessProfile: "[variables('api')]"
bootstrapProfile: "[variables('bootstrap')]"
addonProfiles: "[variables('addons')]"
ingressProfile: "[variables('ingress')]"
securityProfile: "[variables('security')]"
httpProxyConfig: "[variables('proxy')]"
kubernetesVersion: "[variables('version')]"
fqdnSubdomain: "[variables('sub')]"
agentPoolProfiles:
  - name: system
    count: "[variables('count')]"
    osType: "[variables('os')]"
    osSKU: "[variables('sku')]"
    vnetSubnetID: "[variables('subnet')]"
    enableNodePublicIP: "[variables('public')]"
"""


def test_where_nothing_is_known_nothing_is_found_and_everything_is_open(
    tmp_path: Path,
) -> None:
    found = judged(tmp_path, HIDDEN)
    assert not found.findings
    assert {"AKSV001", "AKSV020", "AKSV029", "AKSV040", "AKSV012"} <= {
        item.code for item in found.open
    }
    assert all(item.missing for item in found.open)
    assert len(found.open) > 30


@pytest.mark.parametrize(
    ("day", "severity", "words"),
    [
        (date(2026, 11, 29), Severity.INFO, "ends on 2028-03-31"),
        (date(2027, 3, 31), Severity.INFO, "ends on 2028-03-31"),
        (date(2027, 4, 1), Severity.LOW, "ends on 2028-03-31"),
        (date(2028, 3, 31), Severity.MEDIUM, "ended on 2028-03-31"),
    ],
)
def test_an_end_weighs_more_the_nearer_it_is(
    day: date, severity: Severity, words: str, tmp_path: Path
) -> None:
    found = judged(tmp_path, "networkProfile: {networkPlugin: kubenet}", day)
    ends = next(item for item in found.findings if item.rule == "AKSV012")
    assert ends.severity is severity
    assert words in ends.message
    assert ends.origin is not None


def test_what_a_version_of_kubernetes_forbids_has_ended_whatever_the_day(
    tmp_path: Path,
) -> None:
    example = """
networkProfile: {networkPlugin: azure}
_version: "1.33"
agentPoolProfiles: [{name: win, osType: Windows, osSKU: Windows2019}]
"""
    found = judged(tmp_path, example, date(2025, 1, 1))
    ends = [item for item in found.findings if "Windows Server 2019" in item.message]
    assert Severity.MEDIUM in {item.severity for item in ends}
    assert any("from Kubernetes 1.33 on" in item.message for item in ends)


def test_a_basic_load_balancer_has_ended(tmp_path: Path) -> None:
    example = "networkProfile: {networkPlugin: azure, loadBalancerSku: basic}"
    found = [it for it in judged(tmp_path, example).findings if it.rule == "AKSV052"]
    assert [item.severity for item in found] == [Severity.MEDIUM]


def test_a_default_route_that_a_gateway_may_announce_leaves_the_rule_open(
    tmp_path: Path,
) -> None:
    example = """
networkProfile: {networkPlugin: azure, outboundType: userDefinedRouting}
_subnet: {addressPrefix: 10.1.0.0/24}
"""
    gateway = _resource("virtualNetworkGateways", "vpn", ipConfigurations=[])
    (tmp_path / "vpn.yaml").write_text(yaml.safe_dump(gateway), encoding="utf-8")
    found = judged(tmp_path, example)
    assert "AKSV040" not in {item.rule for item in found.findings}
    assert "AKSV040" in {item.code for item in found.open}


def test_codes_and_names_are_used_once() -> None:
    assert len({rule.code for rule in RULES}) == len(RULES)
    assert len({rule.name for rule in RULES}) == len(RULES)
    for rule in RULES:
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", rule.name)
        assert not rule.text.endswith(".")
        assert not rule.mend.endswith(".")


def test_every_rule_of_the_matrix_is_asked_or_told_with_its_reason() -> None:
    asked = {rule.code for rule in RULES}
    calendar = {"AKSV010", "AKSV011", "AKSV012", "AKSV052", "AKSV076"}
    told = {code for code, _, _ in UNDECIDED}
    matrix = {f"AKSV{number:03}" for number in range(1, MATRIX + 1)}
    assert matrix <= asked | calendar | told
    assert not told & asked
    assert {code for code, _ in IN_PART} <= asked
