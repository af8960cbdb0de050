"""Recorded configurations of Terraform: what comes out, checked by reading them."""

import re
from pathlib import Path

import pytest

from seawall.ingest import load
from seawall.model.cluster import Cluster
from seawall.model.setting import Setting, State
from seawall.model.snapshot import Snapshot

CORPUS = Path(__file__).parents[3] / "shared" / "corpora" / "terraform"
QUICK = CORPUS / "azure-quickstart-aks"
DEVOPS = CORPUS / "private-aks-devops"
FOLDERS = (
    sorted({path.parent for path in CORPUS.rglob("*.tf")}) if CORPUS.is_dir() else []
)

pytestmark = [
    pytest.mark.corpora,
    pytest.mark.skipif(not FOLDERS, reason="the recorded corpora are not here"),
]

# Folder, then addressing, policy engine, outbound type, private, subnet of the first
# pool, and its security group and route table. A star marks a default.
READ = {
    "101-aks-automatic": "overlay* cilium* managedNATGateway* False* aks",
    "101-aks-automatic-azapi": "overlay* cilium* managedNATGateway* False* aks",
    "101-aks-automatic-custom-network": (
        "overlay* cilium* loadBalancer* False* azurerm_subnet.user_nodes None* None*"
    ),
    "101-aks-automatic-custom-network-azapi": (
        "overlay* cilium* loadBalancer* False* azurerm_subnet.user_nodes None* None*"
    ),
    "101-aks-automatic-private-custom-network": (
        "overlay* cilium* loadBalancer* True azurerm_subnet.user_nodes None* None*"
    ),
    "101-aks-automatic-private-custom-network-azapi": (
        "overlay* cilium* loadBalancer* True azurerm_subnet.user_nodes None* None*"
    ),
    "101-aks-cluster-windows": (
        "node-subnet none* loadBalancer* False* "
        "azurerm_virtual_network.vnet/subnets/subnet1 None* None*"
    ),
    "101-aks-extended-zones": "node-subnet none loadBalancer False* aks",
    "101-aks-standard-lb-and-vmss": "node-subnet none* loadBalancer* False* aks",
    "201-aks-acr-identity": "? ? loadBalancer* False* aks",
    "201-aks-clusters-fleet-manager-azapi": "? ? loadBalancer* False* aks",
    "201-aks-helm": "? ? loadBalancer* False* aks",
    "201-aks-log-analytics": "? ? loadBalancer* False* aks",
    "201-aks-rbac-dashboard-admin": "? ? loadBalancer* False* aks",
    "201-k8s-cluster-with-aks-applicationgateway-ingress": (
        "node-subnet none* loadBalancer* False "
        "azurerm_virtual_network.vnet/subnets/akssubnet None* None*"
    ),
    "201-k8s-cluster-with-tf-and-aks": "kubenet none* loadBalancer* False* aks",
    "301-aks-enterprise": (
        "node-subnet none* loadBalancer* False* azurerm_subnet.aks "
        "azurerm_network_security_group.aks None*"
    ),
    "301-aks-private-cluster": (
        "node-subnet none* loadBalancer* True azurerm_subnet.mysubnet None* None*"
    ),
}


def shown(setting: Setting[object]) -> str:
    if not setting.known:
        return "?"
    value = str(getattr(setting.value, "value", setting.value)).replace(" ", "-")
    return value + ("*" if setting.state is State.DEFAULTED else "")


def summary(snapshot: Snapshot, cluster: Cluster) -> str:
    pool = cluster.pools[0]
    words = [
        shown(cluster.addressing),
        shown(cluster.policy_engine),
        shown(cluster.outbound),
        shown(cluster.api_server.private),
    ]
    own = [it for it in snapshot.fabric.subnets if it.id == pool.subnet.value]
    if not own or "#aks-vnet" in own[0].id:
        return " ".join([*words, "aks"])
    ties = [shown(own[0].security_group), shown(own[0].route_table)]
    return " ".join([*words, own[0].id, *ties])


@pytest.mark.parametrize("name", READ)
def test_a_quickstart_is_read_as_a_person_reads_it(name: str) -> None:
    snapshot = load([QUICK / name])
    assert snapshot.cluster is not None
    assert summary(snapshot, snapshot.cluster) == READ[name]


@pytest.mark.parametrize("stage", ["agent", "test", "staging", "production"])
def test_each_stage_takes_its_own_values(stage: str) -> None:
    values = DEVOPS / "tfvars" / stage / f"{stage}.tfvars"
    snapshot = load([DEVOPS / "terraform", values])
    assert snapshot.cluster is not None
    assert summary(snapshot, snapshot.cluster) == (
        "node-subnet none* userDefinedRouting True "
        'module.aks_network.azurerm_subnet.subnet["systemsubnet"] None* '
        "module.routetable.azurerm_route_table.rt"
    )
    (firewall,) = snapshot.fabric.firewalls
    (table,) = snapshot.fabric.route_tables
    assert table.routes[0].appliance == firewall.address


def test_a_cluster_of_a_verified_module_is_read() -> None:
    snapshot = load([CORPUS / "aks-store-demo"])
    assert snapshot.cluster is not None
    expected = "overlay cilium loadBalancer* False* aks"
    assert summary(snapshot, snapshot.cluster) == expected
    assert not snapshot.cluster.api_server.authorized_ranges.known


def test_the_examples_of_the_cluster_module_are_nine_deployments() -> None:
    snapshot = load([CORPUS / "terraform-azurerm-aks"])
    assert snapshot.cluster is not None
    clusters = [snapshot.cluster, *snapshot.other_clusters]
    engines = {it.id.partition(":")[0]: shown(it.policy_engine) for it in clusters}
    assert engines == {
        "api_server_vnet_integration": "none*",
        "application_gateway_ingress": "npm",
        "local_dns_config": "none*",
        "multiple_node_pools": "none*",
        "named_cluster": "none*",
        "startup": "npm",
        "uai_and_assign_role_on_subnet": "none*",
        "with_acr": "npm",
        "without_monitor": "none*",
    }
    private = {
        it.id.partition(":")[0] for it in clusters if it.api_server.private.value
    }
    assert private == {
        "api_server_vnet_integration",
        "named_cluster",
        "startup",
        "without_monitor",
    }


@pytest.mark.parametrize("folder", FOLDERS, ids=str)
def test_every_folder_ends_quietly(folder: Path) -> None:
    load([folder])


DIFFER = {"identity.type", "currentKubernetesVersion"}
"""Settings that the description of a module leaves to the service."""


def settings_of(snapshot: Snapshot) -> dict[str, object]:
    assert snapshot.cluster is not None
    cluster = snapshot.cluster
    found: dict[str, object] = {
        f"cluster {name}": setting.value
        for name, setting in cluster.details.settings
        if name not in DIFFER
    }
    for pool in cluster.pools:
        found |= {
            f"pool {pool.name} {name}": setting.value
            for name, setting in pool.details.settings
        }
        found[f"pool {pool.name} subnet"] = pool.subnet.value
    # What the module sets by default is a default here, and stated there.
    found["summary"] = summary(snapshot, cluster).replace("*", "")
    found["ranges"] = cluster.api_server.authorized_ranges.value
    return found


@pytest.mark.parametrize(
    "example",
    [
        "api_server_vnet_integration",
        "named_cluster",
        "startup",
        "uai_and_assign_role_on_subnet",
        "with_acr",
        "without_monitor",
    ],
)
def test_a_module_known_by_name_says_what_its_own_files_say(
    example: str, tmp_path: Path
) -> None:
    own = CORPUS / "terraform-azurerm-aks"
    whole = tmp_path / "whole"
    named = tmp_path / "named" / "examples" / example
    for target in (whole / "examples" / example, named):
        target.mkdir(parents=True)
        for file in (own / "examples" / example).glob("*.tf"):
            text = file.read_text(encoding="utf-8")
            if target is named:
                pinned = 'source = "Azure/aks/azurerm"\n  version = "11.5.0"'
                text = re.sub(r'source\s*=\s*"\.\./\.\./?"', pinned, text)
            (target / file.name).write_text(text, encoding="utf-8")
    for file in own.glob("*.tf"):
        (whole / file.name).write_bytes(file.read_bytes())
    assert settings_of(load([named])) == settings_of(load([whole]))
