"""Public files of Bicep read as their compiled templates do, and as they say."""

import time
from pathlib import Path

import pytest

from model_pairs import differences
from seawall.ingest import LoadOptions, load
from seawall.model.diagnostic import InputError
from seawall.model.snapshot import Snapshot

CORPORA = Path(__file__).parents[3] / "shared" / "corpora"
SOURCES, COMPILED = CORPORA / "bicep", CORPORA / "arm"
VERIFIED = "res/container-service/managed-cluster"
BASELINE = SOURCES / "mspnp-aks-baseline"

pytestmark = [
    pytest.mark.corpora,
    pytest.mark.skipif(not SOURCES.is_dir(), reason="the corpora are not here"),
]

# The source with its modules, and what was compiled from it.
PAIRS = [
    (
        [
            f"avm-managed-cluster/{VERIFIED}/main.bicep",
            f"avm-managed-cluster/{VERIFIED}",
        ],
        f"avm-managed-cluster-compiled/{VERIFIED}/main.json",
        {},
    ),
    (
        [
            f"avm-managed-cluster/{VERIFIED}/main.bicep",
            f"avm-managed-cluster/{VERIFIED}",
        ],
        f"avm-managed-cluster-compiled/{VERIFIED}/main.json",
        {
            "name": "aks",
            "networkPlugin": "azure",
            "networkDataplane": "cilium",
            "outboundType": "userDefinedRouting",
            "apiServerAccessProfile": '{"enablePrivateCluster": true}',
            "primaryAgentPoolProfiles": '[{"name": "a", "osType": "Windows"}]',
            "agentPools": '[{"name": "b", "maxPods": 30}]',
        },
    ),
    (
        ["aks-construction/samples/networkforbyo.bicep", "aks-construction"],
        "aks-construction-compiled/networkforbyo.json",
        {},
    ),
    (
        ["avm-managed-cluster/ptn/azd/aks-automatic-cluster/main.bicep"],
        "avm-managed-cluster-compiled/ptn/azd/aks-automatic-cluster/main.json",
        {"name": "auto"},
    ),
]


@pytest.mark.parametrize("sources, compiled, settings", PAIRS)
def test_source_and_compiled_read_alike(
    sources: list[str], compiled: str, settings: dict[str, str]
) -> None:
    options = LoadOptions(parameters=tuple(settings.items()))
    source = load([SOURCES / it for it in sources], options=options)
    wanted = load([COMPILED / compiled], options=options)
    assert differences(source, wanted) == []


FILES = sorted(SOURCES.rglob("*.bicep")) if SOURCES.is_dir() else []


@pytest.mark.parametrize("part", range(6))
def test_every_public_file_reads_alone(part: int) -> None:
    for path in FILES[part::6]:
        try:
            found = load([path])
        except InputError:
            continue
        faults = [it for it in found.diagnostics if "read as Bicep" in it.what]
        assert bool(faults) == (path.name == "malformed.bicep")


def baseline() -> Snapshot:
    return load([BASELINE / "network-team", BASELINE / "workload-team"])


def test_the_baseline_is_what_its_files_say() -> None:
    found = baseline()
    cluster = found.cluster
    assert cluster is not None
    assert cluster.outbound.known
    assert str(cluster.outbound.origin).endswith("cluster-stamp.bicep:861")
    assert [it.name for it in cluster.pools] == ["npsystem", "npuser01"]
    groups = {it.name for it in found.fabric.security_groups}
    assert "nsg-vnet-spoke-BU0001A0008-00-nodepools".lower() in {
        it.lower() for it in groups
    }
    table = next(iter(found.fabric.route_tables))
    assert str(table.origin).endswith("spoke-BU0001A0008.bicep:48")


def test_a_file_of_two_thousand_lines_is_read_at_once() -> None:
    folder = SOURCES / "aks-construction" / "bicep"
    begin = time.process_time()
    found = load([folder / "main.bicep", folder])
    assert found.cluster is not None
    assert time.process_time() - begin < 2
