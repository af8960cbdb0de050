"""Running clusters of any combination of options, as Azure shows them."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import designs_by_hand as by_hand
from seawall.ingest import load
from seawall.model.snapshot import Snapshot
from strategies_design import SPOKE

GROUP = SPOKE.partition("/Microsoft.Network")[0]


def read(documents: object, objects: str = "") -> Snapshot:
    """Return what is read of a cluster as Azure shows it, and of its objects."""
    with TemporaryDirectory() as folder:
        (Path(folder) / "azure.json").write_text(json.dumps(documents))
        if objects:
            (Path(folder) / "objects.yaml").write_text(objects)
        return load([folder])


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
