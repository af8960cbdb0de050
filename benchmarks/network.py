"""Writes the network around a made-up cluster, as `az` and `kubectl` print it.

    python benchmarks/network.py OUT                     L: the cluster of `d`
    python benchmarks/network.py OUT --namespaces 20 --subnets 5 ...

An overlay cluster with one node pool in each subnet. Subnets have security groups and
route tables of their own, which lead to one firewall; private endpoints stand in a
subnet beside. The same parameters give the same bytes.
"""

import argparse
import json
import random
from dataclasses import asdict, dataclass
from pathlib import Path

from generate import NODES, Mix, write_dump
from lists import NUMBERS

GROUP = "/subscriptions/s/resourceGroups/rg/providers"
VAULT = "Microsoft.KeyVault/vaults"


@dataclass(frozen=True)
class Shape:
    """What the network looks like.

    Attributes:
        subnets: Each has one node pool.
        groups: Security groups; subnets share them.
        rules: Of each group.
        firewall_rules: Network rules of the firewall.
        endpoints: Private endpoints.
        open: The share of rules in groups that allow.
    """

    subnets: int = 50
    groups: int = 20
    rules: int = 200
    firewall_rules: int = 2000
    endpoints: int = 200
    open: float = 0.7
    seed: int = 1


def resource_id(kind: str, *names: str) -> str:
    space, *segments = kind.split("/")
    inner = "/".join(
        f"{part}/{name}" for part, name in zip(segments, names, strict=True)
    )
    return f"{GROUP}/{space}/{inner}"


def resource(kind: str, *names: str, **properties: object) -> dict:
    return {
        "id": resource_id(kind, *names),
        "name": names[-1],
        "type": kind,
        "location": "westeurope",
        "properties": properties,
    }


def prefix(dice: random.Random) -> str:
    """Return a prefix of the network, of another one or of the internet."""
    kind = dice.random()
    if kind < 0.4:
        return f"10.64.{dice.randrange(64)}.0/24"
    if kind < 0.6:
        return f"172.16.{dice.randrange(256)}.0/24"
    return f"{dice.choice((20, 40, 51, 104))}.{dice.randrange(256)}.0.0/16"


def security_group(at: int, shape: Shape, dice: random.Random) -> dict:
    rules = [
        {
            "name": f"rule-{number}",
            "properties": {
                "priority": 100 + number,
                "direction": dice.choice(("Inbound", "Outbound")),
                "access": "Allow" if dice.random() < shape.open else "Deny",
                "protocol": dice.choice(("Tcp", "Tcp", "Udp", "*")),
                "sourceAddressPrefix": prefix(dice),
                "sourcePortRange": "*",
                "destinationAddressPrefix": prefix(dice),
                "destinationPortRanges": [str(dice.choice(NUMBERS))],
            },
        }
        for number in range(shape.rules)
    ]
    kind = "Microsoft.Network/networkSecurityGroups"
    return resource(kind, f"nsg-{at}", securityRules=rules)


def route_table(at: int) -> dict:
    routes = [
        {
            "name": "everything",
            "properties": {
                "addressPrefix": "0.0.0.0/0",
                "nextHopType": "VirtualAppliance",
                "nextHopIpAddress": "10.64.255.4",
            },
        }
    ]
    return resource("Microsoft.Network/routeTables", f"routes-{at}", routes=routes)


def firewall(shape: Shape, dice: random.Random) -> dict:
    collections = [
        {
            "name": f"collection-{number}",
            "properties": {
                "priority": 100 + number,
                "action": {"type": "Allow" if number % 4 else "Deny"},
                "rules": [
                    {
                        "name": f"rule-{each}",
                        "protocols": [dice.choice(("TCP", "UDP", "Any"))],
                        "sourceAddresses": [f"10.64.{dice.randrange(64)}.0/24"],
                        "destinationAddresses": [prefix(dice)],
                        "destinationPorts": [str(dice.choice(NUMBERS))],
                    }
                    for each in range(20)
                ],
            },
        }
        for number in range(shape.firewall_rules // 20)
    ]
    subnet = resource_id(
        "Microsoft.Network/virtualNetworks/subnets", "net", "AzureFirewallSubnet"
    )
    place = {"privateIPAddress": "10.64.255.4", "subnet": {"id": subnet}}
    return resource(
        "Microsoft.Network/azureFirewalls",
        "fw",
        ipConfigurations=[{"name": "only", "properties": place}],
        networkRuleCollections=collections,
    )


def network(shape: Shape) -> dict:
    def tied(kind: str, name: str) -> dict:
        return {"id": resource_id(f"Microsoft.Network/{kind}", name)}

    subnets = [
        {
            "name": f"nodes-{at}",
            "id": resource_id(
                "Microsoft.Network/virtualNetworks/subnets", "net", f"nodes-{at}"
            ),
            "properties": {
                "addressPrefix": f"10.64.{at}.0/24",
                "networkSecurityGroup": tied(
                    "networkSecurityGroups", f"nsg-{at % shape.groups}"
                ),
                "routeTable": tied("routeTables", f"routes-{at}"),
            },
        }
        for at in range(shape.subnets)
    ]
    for name, space in (("AzureFirewallSubnet", "255.0/26"), ("endpoints", "254.0/24")):
        subnets.append(
            {
                "name": name,
                "id": resource_id(
                    "Microsoft.Network/virtualNetworks/subnets", "net", name
                ),
                "properties": {"addressPrefix": f"10.64.{space}"},
            }
        )
    return resource(
        "Microsoft.Network/virtualNetworks",
        "net",
        addressSpace={"addressPrefixes": ["10.64.0.0/16"]},
        subnets=subnets,
    )


def cluster(shape: Shape) -> dict:
    pools = [
        {
            "name": f"pool{at}",
            "mode": "System" if at == 0 else "User",
            "osType": "Linux",
            "count": NODES // shape.subnets,
            "vnetSubnetID": resource_id(
                "Microsoft.Network/virtualNetworks/subnets", "net", f"nodes-{at}"
            ),
        }
        for at in range(shape.subnets)
    ]
    return resource(
        "Microsoft.ContainerService/managedClusters",
        "large",
        kubernetesVersion="1.33.0",
        networkProfile={
            "networkPlugin": "azure",
            "networkPluginMode": "overlay",
            "networkPolicy": "cilium",
            "networkDataplane": "cilium",
            "podCidr": "10.128.0.0/12",
            "serviceCidr": "10.0.0.0/16",
            "outboundType": "userDefinedRouting",
        },
        agentPoolProfiles=pools,
    )


def endpoints(shape: Shape) -> list[dict]:
    subnet = resource_id(
        "Microsoft.Network/virtualNetworks/subnets", "net", "endpoints"
    )
    found = []
    for at in range(shape.endpoints):
        name = f"vault{at}"
        vault = resource(VAULT, name, publicNetworkAccess="Disabled")
        address = f"10.64.254.{at + 4}"
        link = {
            "name": name,
            "properties": {
                "privateLinkServiceId": vault["id"],
                "groupIds": ["vault"],
                "privateLinkServiceConnectionState": {"status": "Approved"},
            },
        }
        found += [
            vault,
            resource(
                "Microsoft.Network/privateEndpoints",
                f"endpoint-{at}",
                subnet={"id": subnet},
                privateLinkServiceConnections=[link],
                customDnsConfigs=[
                    {"fqdn": f"{name}.vault.azure.net", "ipAddresses": [address]}
                ],
            ),
        ]
    return found


def nodes(shape: Shape) -> list[dict]:
    each = NODES // shape.subnets
    return [
        {
            "apiVersion": "v1",
            "kind": "Node",
            "metadata": {
                "name": f"node-{at:05}",
                "labels": {"kubernetes.azure.com/agentpool": f"pool{at // each}"},
            },
            "status": {
                "addresses": [
                    {
                        "type": "InternalIP",
                        "address": f"10.64.{at // each}.{4 + at % each}",
                    }
                ]
            },
        }
        for at in range(each * shape.subnets)
    ]


def write_network(out: Path, mix: Mix, shape: Shape) -> dict:
    """Write a cluster and the network around it."""
    made = write_dump(out, mix)
    dice = random.Random(shape.seed)
    parts = [
        network(shape),
        cluster(shape),
        *(security_group(at, shape, dice) for at in range(shape.groups)),
        *(route_table(at) for at in range(shape.subnets)),
        firewall(shape, dice),
        *endpoints(shape),
    ]
    (out / "azure.json").write_text(json.dumps(parts))
    whole = {"apiVersion": "v1", "kind": "List", "items": nodes(shape)}
    (out / "nodes.json").write_text(json.dumps(whole))
    return made


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", type=Path)
    for name in ("namespaces", "workloads", "policies", "replicas"):
        parser.add_argument(f"--{name}", type=int)
    for name, default in asdict(Shape()).items():
        parser.add_argument(
            f"--{name.replace('_', '-')}", type=type(default), default=default
        )
    given = vars(parser.parse_args())
    large = Mix(namespaces=1000, workloads=10, policies=10, replicas=10, block_pool=500)
    mix = {
        name: given.pop(name)
        for name in ("namespaces", "workloads", "policies", "replicas")
    }
    mix = asdict(large) | {name: many for name, many in mix.items() if many}
    out = given.pop("out")
    print(json.dumps(write_network(out, Mix(**mix), Shape(**given))["pods"]))


if __name__ == "__main__":
    main()
