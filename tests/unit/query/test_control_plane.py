"""What `check` shows of the control plane, from input as people have it."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from seawall.app.cli.main import run
from seawall.ingest import load
from seawall.model.trace import Verdict
from seawall.query.case import Case
from seawall.query.control_plane.answer import Topology, control_plane
from seawall.query.control_plane.calls import Called, calls

GATE = """
apiVersion: v1
kind: Service
metadata: {name: gate, namespace: gate}
spec: {selector: {app: gate}, ports: [{port: 443, targetPort: 8443}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: gate, namespace: gate}
spec:
  selector: {matchLabels: {app: gate}}
  template:
    metadata: {labels: {app: gate}}
    spec: {containers: [{name: gate, image: gate}]}
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: gate}
webhooks: [{name: a, clientConfig: {service: {namespace: gate, name: gate}}}]
"""
AGENTS = """
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: konnectivity-agent, namespace: kube-system}
spec:
  selector: {matchLabels: {app: konnectivity-agent}}
  template:
    metadata: {labels: {app: konnectivity-agent}}
    spec: {containers: [{name: agent, image: agent}]}
"""
DENY = """
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: deny, namespace: gate}
spec: {podSelector: {}, policyTypes: [Ingress]}
"""
FROM_AGENTS = """
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: agents, namespace: gate}
spec:
  podSelector: {matchLabels: {app: gate}}
  ingress:
  - ports: [{port: 8443}]
    from:
    - namespaceSelector:
        matchLabels: {kubernetes.io/metadata.name: kube-system}
      podSelector: {matchLabels: {app: konnectivity-agent}}
"""
AGENTS_SHUT = """
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: deny, namespace: kube-system}
spec: {podSelector: {}, policyTypes: [Egress]}
"""


def aks(access: dict[str, Any] | None = None, **network: Any) -> dict[str, Any]:
    profile = {
        "networkPlugin": "azure",
        "networkPluginMode": "overlay",
        "networkPolicy": "calico",
        **network,
    }
    return {
        "type": "Microsoft.ContainerService/managedClusters",
        "id": "/subscriptions/0/resourceGroups/rg/providers/"
        "Microsoft.ContainerService/managedClusters/shop",
        "name": "shop",
        "location": "westeurope",
        "fqdn": "shop.hcp.westeurope.azmk8s.io",
        "nodeResourceGroup": "mc_shop",
        "networkProfile": profile,
        "apiServerAccessProfile": access,
        "agentPoolProfiles": [{"name": "system", "vnetSubnetID": NODES}],
    }


VNET = (
    "/subscriptions/0/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/net"
)
NODES = f"{VNET}/subnets/nodes"
API = f"{VNET}/subnets/api"
GROUP = (
    "/subscriptions/0/resourceGroups/rg/providers/"
    "Microsoft.Network/networkSecurityGroups/api"
)


def net(*rules: dict[str, Any]) -> list[dict[str, Any]]:
    """Return a network with a subnet for the API server that carries a group."""
    return [
        {
            "id": VNET,
            "name": "net",
            "type": "Microsoft.Network/virtualNetworks",
            "addressSpace": {"addressPrefixes": ["10.0.0.0/16"]},
            "dhcpOptions": {"dnsServers": []},
            "subnets": [
                {"id": NODES, "name": "nodes", "addressPrefix": "10.0.0.0/24"},
                {
                    "id": API,
                    "name": "api",
                    "addressPrefix": "10.0.8.0/28",
                    "networkSecurityGroup": {"id": GROUP},
                    "delegations": [
                        {
                            "name": "aks",
                            "serviceName": "Microsoft.ContainerService/managedClusters",
                        }
                    ],
                },
            ],
        },
        {
            "id": GROUP,
            "name": "api",
            "type": "Microsoft.Network/networkSecurityGroups",
            "securityRules": list(rules),
        },
    ]


def denying(name: str, priority: int, source: str, port: str) -> dict[str, Any]:
    return {
        "name": name,
        "priority": priority,
        "direction": "Inbound",
        "access": "Deny",
        "protocol": "*",
        "sourceAddressPrefix": source,
        "sourcePortRange": "*",
        "destinationAddressPrefix": "*",
        "destinationPortRange": port,
    }


def case(
    tmp_path: Path,
    objects: str = "",
    cluster: dict[str, Any] | None = None,
    *resources: dict[str, Any],
) -> Case:
    given = [cluster or aks(), *(resources or net())]
    (tmp_path / "azure.json").write_text(json.dumps(given), encoding="utf-8")
    if objects:
        list(yaml.safe_load_all(objects))
        (tmp_path / "objects.yaml").write_text(objects, encoding="utf-8")
    return Case(load([tmp_path]))


def webhook(tmp_path: Path, objects: str, **given: Any) -> Called:
    found = calls(case(tmp_path, objects, **given))
    (hook,) = [item for item in found if item.names]
    return hook


def test_t1_calls_come_from_the_konnectivity_agents(tmp_path: Path) -> None:
    """Source: tigera/operator 5212: the webhook sees the agent's pod address."""
    hook = webhook(tmp_path, GATE + AGENTS + DENY + FROM_AGENTS)
    assert (hook.verdict, hook.target, hook.port) == (
        Verdict.ALLOWED,
        "gate/gate[Deployment]",
        8443,
    )


def test_a_default_deny_cuts_a_webhook_off(tmp_path: Path) -> None:
    hook = webhook(tmp_path, GATE + AGENTS + DENY)
    assert hook.verdict is Verdict.DENIED
    assert "network policy, ingress" in hook.reason


def test_a_policy_over_the_agents_cuts_every_call_off(tmp_path: Path) -> None:
    found = calls(case(tmp_path, GATE + AGENTS + AGENTS_SHUT))
    assert {item.verdict for item in found} == {Verdict.DENIED}
    assert {item.kind for item in found} == {
        "konnectivity tunnel",
        "kubelets",
        "ValidatingWebhookConfiguration",
    }


def test_without_agents_in_the_input_only_what_holds_for_anyone_is_said(
    tmp_path: Path,
) -> None:
    assert webhook(tmp_path, GATE).verdict is Verdict.ALLOWED
    assert webhook(tmp_path, GATE + DENY).verdict is Verdict.DENIED
    shut = webhook(tmp_path, GATE + AGENTS_SHUT)
    assert shut.verdict is Verdict.UNKNOWN
    assert "konnectivity-agent" in shut.reason
    some = webhook(tmp_path, GATE + DENY + FROM_AGENTS)
    assert some.verdict is Verdict.UNKNOWN


FLAT: dict[str, Any] = {"networkPluginMode": None}
INTEGRATED = {"enableVnetIntegration": True, "subnetId": API}


def test_t3_a_flat_pod_is_called_from_the_subnet_of_the_api_server(
    tmp_path: Path,
) -> None:
    """Source: AKS docs, api-server-vnet-integration: directly, without a tunnel."""
    flat = aks(INTEGRATED, **FLAT)
    hook = webhook(tmp_path, GATE + AGENTS + DENY + FROM_AGENTS, cluster=flat)
    assert hook.verdict is Verdict.DENIED
    by_block = FROM_AGENTS.replace(
        """    - namespaceSelector:
        matchLabels: {kubernetes.io/metadata.name: kube-system}
      podSelector: {matchLabels: {app: konnectivity-agent}}
""",
        "    - ipBlock: {cidr: 10.0.8.0/28}\n",
    )
    hook = webhook(tmp_path, GATE + AGENTS + DENY + by_block, cluster=flat)
    assert hook.verdict is Verdict.ALLOWED


def test_t4_an_overlay_pod_is_still_called_by_agents(tmp_path: Path) -> None:
    """Source: AKS docs, plan-control-plane-networking."""
    overlay = aks({**INTEGRATED, "enablePrivateCluster": True})
    hook = webhook(tmp_path, GATE + AGENTS + DENY + FROM_AGENTS, cluster=overlay)
    assert hook.verdict is Verdict.ALLOWED


def test_kubenet_with_integration_is_not_documented(tmp_path: Path) -> None:
    kubenet = aks(INTEGRATED, networkPlugin="kubenet", networkPluginMode=None)
    hook = webhook(tmp_path, GATE + AGENTS, cluster=kubenet)
    assert hook.verdict is Verdict.UNKNOWN
    assert "not documented" in hook.reason


@pytest.mark.parametrize(
    ("access", "expected"),
    [
        (None, Topology.PUBLIC),
        ({"enablePrivateCluster": True}, Topology.PRIVATE_LINK),
        (INTEGRATED, Topology.INTEGRATED_PUBLIC),
        ({**INTEGRATED, "enablePrivateCluster": True}, Topology.INTEGRATED_PRIVATE),
    ],
)
def test_the_four_topologies_are_told_apart(
    tmp_path: Path, access: dict[str, Any] | None, expected: Topology
) -> None:
    """Source: AKS docs, private-clusters and api-server-vnet-integration."""
    plane = control_plane(case(tmp_path, cluster=aks(access)))
    assert plane is not None
    assert plane.topology is expected


def test_the_subnet_of_the_api_server_must_let_nodes_and_probes_in(
    tmp_path: Path,
) -> None:
    """Source: AKS docs, api-server-vnet-integration, "NSG security rules"."""
    shut = net(
        denying("second", 100, "10.0.0.0/24", "4443"), denying("rest", 4000, "*", "*")
    )
    plane = control_plane(case(tmp_path, "", aks(INTEGRATED), *shut))
    assert plane is not None
    texts = [note.text for note in plane.notes if note.about == "subnet"]
    assert len(texts) == 2
    assert "TCP 4443" in texts[0]
    assert "api/second denies it" in texts[0]
    assert "TCP 9988 from AzureLoadBalancer" in texts[1]
    assert "api/rest denies it" in texts[1]


def test_a_group_that_lets_them_in_leaves_nothing_to_say(tmp_path: Path) -> None:
    plane = control_plane(case(tmp_path, cluster=aks(INTEGRATED)))
    assert plane is not None
    assert [note for note in plane.notes if note.about == "subnet"] == []


def test_doors_past_the_network_are_listed_with_their_setting(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Source: AKS docs, access-private-cluster and trusted-access-feature."""
    private = aks({"enablePrivateCluster": True})
    binding = {
        "id": f"{private['id']}/trustedAccessRoleBindings/backup",
        "name": "backup",
        "type": "Microsoft.ContainerService/managedClusters/trustedAccessRoleBindings",
        "sourceResourceId": "/subscriptions/0/resourceGroups/rg/providers/"
        "Microsoft.DataProtection/backupVaults/vault",
        "roles": ["Microsoft.DataProtection/backupVaults/backup-operator"],
    }
    case(tmp_path, "", private, *net(), binding)
    run(["check", str(tmp_path), "-o", "json", "--operator", "10.0.0.5"])
    seen = json.loads(capsys.readouterr().out)["overview"]
    by_name = {item["from"]: item for item in seen["apiServer"]}
    access = by_name["trusted access `backup`, through Azure's own gateway"]
    assert access["verdict"] == "allowed"
    assert "`vault`" in access["reason"]
    assert access["origin"]["path"].endswith("azure.json")
    assert by_name["run command, through Azure Resource Manager"]["origin"]
    assert any("operator 10.0.0.5" in name for name in by_name)
    assert seen["controlPlane"]["topology"] == "private_link"


def test_ranges_split_the_internet_into_those_who_can_and_the_rest(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    case(tmp_path, "", aks({"authorizedIPRanges": ["203.0.113.0/24"]}))
    run(["check", str(tmp_path)])
    shown = capsys.readouterr().out
    assert "internet from 203.0.113.0/24" in shown
    assert "internet, everyone else: cannot" in shown


def test_public_network_access_that_is_off_on_a_public_cluster_is_not_known(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Source: what it does there is not documented."""
    case(tmp_path, "", {**aks(), "publicNetworkAccess": "Disabled"})
    run(["check", str(tmp_path), "-o", "json"])
    seen = json.loads(capsys.readouterr().out)
    first = seen["overview"]["apiServer"][0]
    assert (first["verdict"], first["from"]) == ("unknown", "internet, nodes of system")
    assert "`publicNetworkAccess` is off" in first["reason"]
    (found,) = [item for item in seen["findings"] if item["rule"] == "AKS101"]
    assert found["confidence"] == "possible"


def test_agents_that_cannot_come_to_the_api_server_hand_nothing_on(
    tmp_path: Path,
) -> None:
    """Source: AKS docs, outbound-rules-control-egress: agents open the tunnel."""
    found = calls(case(tmp_path, GATE, cluster=aks(None, outboundType="block")))
    assert {item.verdict for item in found} == {Verdict.DENIED}
    assert all("tunnel" in item.reason for item in found)
