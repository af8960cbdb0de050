"""Public templates read as their files say: the table of docs/guide/templates.md."""

from pathlib import Path

import pytest

from seawall.ingest import LoadOptions, load
from seawall.model.cluster import Cluster
from seawall.model.setting import Setting

CORPORA = Path(__file__).parents[3] / "shared" / "corpora" / "arm"
ONE = "private-aks-cluster/one-node-pool"
TWO = "private-aks-cluster/two-node-pools"
SAMPLE = "aks-construction-compiled/SampleAppMain.json"
PRESET = "aks-construction-compiled/SystemPresetExample.json"
AVM = "avm-managed-cluster-compiled"
VERIFIED = f"{AVM}/res/container-service/managed-cluster/main.json"
AZD = f"{AVM}/ptn/azd/aks/main.json"
AUTOMATIC = f"{AVM}/ptn/azd/aks-automatic-cluster/main.json"
NODES, NPM, LB = "node subnet", "npm", "loadBalancer"

# Addressing, policy engine, outbound type, private, last part of each pool's subnet.
TOLD: list[tuple[str, dict[str, str], tuple[object, ...]]] = [
    ("quickstart-aks", {}, ("?", "?", LB, False, ["aks-subnet"])),
    (f"{ONE}/azuredeploy.json", {}, (NODES, NPM, LB, True, ["akssubnet"])),
    (ONE, {}, (NODES, NPM, LB, True, ["akssubnet"])),
    (TWO, {}, (NODES, NPM, LB, True, ["akssubnet", "akssubnet"])),
    (
        f"{TWO}/azuredeploy.json",
        {},
        (NODES, NPM, LB, True, ["akssystemsubnet"]),
    ),
    (SAMPLE, {}, ("?", "?", "?", "?", ["?"])),
    (PRESET, {}, ("?", "?", "?", "?", ["?", "?"])),
    (VERIFIED, {}, ("?", "none", LB, False, ["?"])),
    (AZD, {}, (NODES, NPM, LB, False, ["aks-subnet"])),
    (
        AZD,
        {"networkDataplane": "cilium"},
        ("overlay", "cilium", LB, False, ["aks-subnet"]),
    ),
    (
        AUTOMATIC,
        {},
        ("overlay", "cilium", "managedNATGateway", False, ["aks-subnet"]),
    ),
]


def known(setting: Setting[object]) -> object:
    if not setting.known:
        return "?"
    return getattr(setting.value, "value", setting.value)


def told(cluster: Cluster) -> tuple[object, ...]:
    return (
        known(cluster.addressing),
        known(cluster.policy_engine),
        known(cluster.outbound),
        known(cluster.api_server.private),
        [str(known(pool.subnet)).rsplit("/", 1)[-1] for pool in cluster.pools],
    )


@pytest.mark.corpora
@pytest.mark.skipif(not CORPORA.is_dir(), reason="the corpora are not here")
@pytest.mark.parametrize(("path", "given", "expected"), TOLD)
def test_a_public_template_reads_as_its_file_says(
    path: str, given: dict[str, str], expected: tuple[object, ...]
) -> None:
    options = LoadOptions(parameters=tuple(given.items()))
    cluster = load([CORPORA / path], options=options).cluster

    assert cluster is not None
    assert told(cluster) == expected


@pytest.mark.corpora
@pytest.mark.skipif(not CORPORA.is_dir(), reason="the corpora are not here")
def test_outputs_of_nested_deployments_tie_groups_to_subnets() -> None:
    found = load([CORPORA / "aks-construction-compiled/networkforbyo.json"]).fabric

    groups = {group.id for group in found.security_groups}
    named = {
        subnet.name: subnet.security_group.value in groups for subnet in found.subnets
    }
    assert named == {"aks-sn": True, "appgw-sn": True, "privatelinks-sn": True}
