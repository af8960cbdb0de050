"""What rules of designs refuse is what the audit finds in the cluster, by code.

The cluster of a combination is written here in a few lines, as Azure shows it, and read
and judged as any other. Rules that both have are compared; what breaks no rule of
designs must have nothing that the audit calls invalid.
"""

import json
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

import designs_by_hand as by_hand
from seawall.audit.finding import Severity
from seawall.audit.validity.judge import judge
from seawall.design.choose.clause import decisions
from seawall.design.choose.rules import pods
from seawall.design.choose.rules.every import FIXED
from seawall.ingest import load
from seawall.query.case import Case
from strategies_design import SPOKE

GROUP = SPOKE.partition("/Microsoft.Network")[0]
SHARED = {
    "AKSV003",
    "AKSV004",
    "AKSV010",
    "AKSV011",
    "AKSV029",
    "AKSV030",
    "AKSV040",
    "AKSV042",
    "AKSV043",
    "AKSV044",
    "AKSV045",
    "AKSV056",
    "AKSV059",
}
DAYS = (date(2026, 11, 29), date(2028, 9, 29), date(2028, 9, 30))


@st.composite
def combinations(draw: st.DrawFn) -> by_hand.Picked:
    """Return options of which those of the zone go with those of the API server."""
    picked = {name: draw(st.sampled_from(each)) for name, each in OPTIONS.items()}
    if not by_hand.private(picked["api_server"]):
        picked |= {"zone": "not-needed", "public_name": "off"}
    elif picked["zone"] == "not-needed":
        picked["zone"] = "system"
    return picked


OPTIONS = by_hand.OPTIONS


@settings(max_examples=4 * settings.default.max_examples)
@given(combinations(), st.sampled_from(DAYS))
def test_rules_of_designs_and_of_the_audit_refuse_the_same(
    picked: by_hand.Picked, day: date
) -> None:
    chosen = frozenset(
        next(it for it in each if it.value == picked[name])
        for name, each in decisions().items()
    )
    rules = (*FIXED, *pods.retired(day))
    broken = {
        rule.code
        for rule in rules
        if not all(clause.holds(chosen) for clause in rule.clauses)
    }
    found = {
        each.rule
        for each in judged(cluster(picked), day)
        if each.severity.weight >= Severity.MEDIUM.weight
    }
    if picked["images"] == "direct":
        broken.discard("AKSV045")  # the audit asks it of isolated clusters only
    if picked["dataplane"] == "cilium":
        broken -= {"AKSV010", "AKSV011"}  # and these where the engine is what is stated
    assert found & SHARED == broken & SHARED
    if not broken:
        assert not found


def judged(documents: list[Any], day: date) -> Any:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "azure.json"
        path.write_text(json.dumps(documents), encoding="utf-8")
        return judge(Case(load([path])), day).findings


def cluster(picked: by_hand.Picked) -> list[Any]:
    """Return the cluster and its network as Azure shows them."""
    own = picked["network"] != "managed"
    private = by_hand.private(picked["api_server"])
    pool: dict[str, Any] = {"name": "system", "count": 3, "osType": "Linux"}
    if own:
        pool["vnetSubnetID"] = f"{SPOKE}/subnets/nodes"
    if picked["addressing"] == "pod-subnet":
        pool["podSubnetID"] = f"{SPOKE}/subnets/pods"
    pools = [pool]
    if picked["systems"] != "linux":
        pools.append(
            pool | {"name": "win", "osType": "Windows", "osSKU": "Windows2025"}
        )
    api: dict[str, Any] = {
        "enablePrivateCluster": private,
        "enableVnetIntegration": by_hand.vnet(picked["api_server"]),
        "disableRunCommand": picked["run_command"] == "off",
    }
    if own and by_hand.vnet(picked["api_server"]):
        api["subnetId"] = f"{SPOKE}/subnets/api"
    if picked["ranges"] == "stated":
        api["authorizedIPRanges"] = ["203.0.113.0/24"]
    if private:
        api |= {
            "privateDNSZone": zone(picked),
            "enablePrivateClusterPublicFQDN": picked["public_name"] == "on",
        }
    shown = {
        "type": "Microsoft.ContainerService/managedClusters",
        "id": f"{GROUP}/Microsoft.ContainerService/managedClusters/shop",
        "name": "shop",
        "location": "westeurope",
        "sku": {"name": "Base", "tier": "Standard"},
        "identity": {"type": "UserAssigned"},
        "properties": {
            "kubernetesVersion": "1.35",
            "agentPoolProfiles": pools,
            "apiServerAccessProfile": api,
            "networkProfile": network_profile(picked),
            "autoUpgradeProfile": {"nodeOSUpgradeChannel": "NodeImage"},
            "bootstrapProfile": {"artifactSource": picked["images"].capitalize()},
        },
    }
    return [shown, *(around(picked) if own else [])]


def zone(picked: by_hand.Picked) -> str:
    if picked["zone"] != "custom":
        return picked["zone"]
    kind = "private" if by_hand.vnet(picked["api_server"]) else "privatelink"
    name = f"{kind}.westeurope.azmk8s.io"
    return f"{GROUP}/Microsoft.Network/privateDnsZones/{name}"


def network_profile(picked: by_hand.Picked) -> dict[str, Any]:
    found: dict[str, Any] = {
        "networkPlugin": "azure",
        "networkDataplane": picked["dataplane"],
        "networkPolicy": picked["engine"],
        "outboundType": picked["outbound"],
        "loadBalancerSku": "standard",
        "serviceCidr": "172.16.0.0/16",
        "dnsServiceIP": "172.16.0.10",
    }
    if picked["addressing"] == "overlay":
        found |= {"networkPluginMode": "overlay", "podCidr": "10.244.0.0/16"}
    level, encryption = picked["level"], picked["encryption"]
    if level != "none" or encryption != "none":
        security: dict[str, Any] = {"enabled": level != "none"}
        if level != "none":
            security["advancedNetworkPolicies"] = level.upper()
        if encryption != "none":
            security["transitEncryption"] = {"type": "WireGuard"}
        found["advancedNetworking"] = {"enabled": True, "security": security}
    return found


def around(picked: by_hand.Picked) -> list[Any]:
    nodes: dict[str, Any] = {"addressPrefix": "10.1.0.0/24"}
    found = []
    if picked["firewall"] != "none":
        hop = {"nextHopType": "VirtualAppliance", "nextHopIpAddress": "10.0.1.4"}
        route = {"name": "out", "properties": hop | {"addressPrefix": "0.0.0.0/0"}}
        found.append(resource("routeTables", "rt", {"routes": [route]}))
        nodes["routeTable"] = {"id": found[-1]["id"]}
    if picked["outbound"] == by_hand.NAT:
        found.append(resource("natGateways", "nat", {}))
        nodes["natGateway"] = {"id": found[-1]["id"]}
    kind = {"serviceName": "Microsoft.ContainerService/managedClusters"}
    subnets = [
        subnet("nodes", nodes),
        subnet("pods", {"addressPrefix": "10.1.16.0/20"}),
        subnet(
            "api",
            {
                "addressPrefix": "10.1.1.0/28",
                "delegations": [{"name": "aks", "properties": kind}],
            },
        ),
    ]
    body = {"addressSpace": {"addressPrefixes": ["10.1.0.0/16"]}, "subnets": subnets}
    return [*found, resource("virtualNetworks", "vnet-spoke", body)]


def subnet(name: str, properties: dict[str, Any]) -> dict[str, Any]:
    return {"id": f"{SPOKE}/subnets/{name}", "name": name, "properties": properties}


def resource(kind: str, name: str, properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": f"Microsoft.Network/{kind}",
        "id": f"{GROUP}/Microsoft.Network/{kind}/{name}",
        "name": name,
        "location": "westeurope",
        "properties": properties,
    }
