from pathlib import Path

import pytest

from seawall.ingest import load
from seawall.model.cluster import Addressing, OutboundType
from seawall.model.dataplane import PolicyEngine
from seawall.model.diagnostic import Level
from seawall.model.snapshot import Snapshot

EXAMPLES = Path(__file__).parents[3] / "examples"


@pytest.fixture(scope="module")
def contoso() -> Snapshot:
    return load([EXAMPLES / "contoso"])


@pytest.fixture(scope="module")
def default() -> Snapshot:
    return load([EXAMPLES / "open"])


def test_contoso_is_read_without_complaint(contoso: Snapshot) -> None:
    assert {told.level for told in contoso.diagnostics} <= {Level.NOTE}
    assert contoso.objects.opaque_policies == ()
    assert len(contoso.objects.workloads) == 17
    assert len([item for item in contoso.objects.namespaces if item.declared]) == 6


def test_contosos_cluster_is_what_its_page_says(contoso: Snapshot) -> None:
    cluster = contoso.cluster
    assert cluster is not None
    assert cluster.addressing.is_surely(Addressing.OVERLAY)
    assert cluster.policy_engine.is_surely(PolicyEngine.CILIUM)
    assert cluster.outbound.is_surely(OutboundType.USER_DEFINED_ROUTING)
    assert cluster.api_server.private.is_surely(value=True)
    assert cluster.api_server.run_command.is_surely(value=False)
    assert [pool.name for pool in cluster.pools] == ["system", "apps"]


def test_only_the_vaults_zone_misses_its_link_to_the_hub(contoso: Snapshot) -> None:
    lost = [
        zone.name
        for zone in contoso.fabric.zones
        if not any(link.network.endswith("/vnet-hub") for link in zone.links)
    ]
    assert lost == ["privatelink.vaultcore.azure.net"]


def test_what_the_pull_request_adds_is_tied_together(contoso: Snapshot) -> None:
    [vault] = [item for item in contoso.fabric.resources if item.kind == "vault"]
    [door] = [
        item for item in contoso.fabric.private_endpoints if item.target == vault.id
    ]
    [zone] = [item for item in contoso.fabric.zones if item.id in door.zones]
    assert zone.records[0].addresses == (door.address,)


def test_the_open_cluster_is_read_without_complaint(default: Snapshot) -> None:
    assert {told.level for told in default.diagnostics} <= {Level.NOTE}
    assert default.cluster is not None
    assert default.cluster.policy_engine.is_surely(PolicyEngine.NONE)
    assert len(default.objects.policies) == 2


def test_its_network_is_all_predicted(default: Snapshot) -> None:
    assert all(network.managed for network in default.fabric.networks)
    assert all(group.predicted for group in default.fabric.security_groups)
    assert all(item.predicted for item in default.fabric.load_balancers)
    assert {item.id for item in default.assumptions} >= {
        "managed-network",
        "managed-security-group",
        "public-load-balancer",
    }


@pytest.mark.parametrize(
    ("example", "workloads", "engine"),
    [("baseline", 2, PolicyEngine.NPM), ("isolated", 2, PolicyEngine.CILIUM)],
)
def test_a_drawn_network_is_read_but_for_its_bastion(
    example: str, workloads: int, engine: PolicyEngine
) -> None:
    """Drawn from published architectures; what Bastion does is not modelled."""
    drawn = load([EXAMPLES / example])
    told = [item.what for item in drawn.diagnostics if item.level is not Level.NOTE]
    assert len(told) == 1
    assert "bastionhosts" in told[0]
    assert len(drawn.objects.workloads) == workloads
    assert drawn.cluster is not None
    assert drawn.cluster.policy_engine.is_surely(engine)
