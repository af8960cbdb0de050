"""Every row of AKS' own list of outbound rules is asked of a cluster that has it all.

Rows carry the numbers of the project's notes on AKS, part 5. Those that name no place
of the platform are left out: the network's own data path (G-01 to G-03 in the page of
traps) and registries of a customer's own images, which no input tells.

Source: AKS docs, outbound-rules-control-egress, limit-egress-traffic, localdns-custom
and azure-cni-powered-by-cilium, read 2026-08-21.
"""

from dataclasses import replace
from datetime import date
from typing import NamedTuple

import pytest
from test_needs import PLAIN_POOL, asked, upkeep, with_dns

from fabrics import known, pool
from fabrics import workload as plain_workload
from seawall.model.dataplane import PolicyEngine
from seawall.model.upkeep import Addon
from seawall.query.egress.needs import Need

TUNNEL = replace(plain_workload("tunnelfront"), namespace="kube-system")
REGIONS = {"global": "westeurope", "china": "chinaeast2", "usgov": "usgovvirginia"}
CLOUDS = tuple(REGIONS)
TCP, UDP = 6, 17


class Row(NamedTuple):
    """Something that must be reached, and what it is told by."""

    number: str
    told_by: str
    places: tuple[str, ...]
    port: int = 443
    protocol: int = TCP


def everything(cloud: str, day: date = date(2026, 11, 28)) -> dict[str, Need]:
    """What a cluster needs that has every feature, kind of node and old tunnel."""
    pools = (
        replace(PLAIN_POOL, graphics=known(True)),
        pool("w", "nodes", windows=known(True), image=known("windows2022")),
    )
    return asked(
        with_dns("10.0.0.4"),
        day,
        (TUNNEL,),
        pools=pools,
        region=REGIONS[cloud],
        upkeep=upkeep(on=tuple(Addon)),
        local_dns=known(True),
        policy_engine=known(PolicyEngine.CILIUM),
    )


TUNNELS = "the API server's public address", "tag:AzureCloud.<region>"
OPINSIGHTS = "*.ods.opinsights.azure", "*.oms.opinsights.azure"
MARKET = tuple(
    f"arcmktplaceprod.{region}.data.azurecr.io"
    for region in ("centralindia", "japaneast", "westus2", "westeurope", "eastus")
)
GLOBAL = (
    Row("N-01", "api-tunnel-udp", TUNNELS, 1194, UDP),
    Row("N-02", "api-tunnel-tcp", TUNNELS, 9000),
    Row("N-05", "api-server-by-address", TUNNELS[:1]),
    Row("N-06", "monitor", ("tag:AzureMonitor",)),
    Row("N-06", "cilium-diagnostics", ("tag:AzureMonitor",)),
    Row("F-01", "api-server-public", ("*.hcp.<region>.azmk8s.io",)),
    Row("F-03", "microsoft-registry-edge", ("mcr-0001.mcr-msedge.net",)),
    Row("F-04", "resource-manager", ("management.azure.com",)),
    Row("F-05", "sign-in", ("login.microsoftonline.com",)),
    Row("workload identity", "workload-identity", ("login.microsoftonline.com",)),
    Row(
        "Defender",
        "defender",
        (
            "login.microsoftonline.com",
            "*.cloud.defender.microsoft.com",
            *(f"{each}.com" for each in OPINSIGHTS),
        ),
    ),
    Row("Key Vault", "key-vault", ("vault.azure.net",)),
    Row(
        "Azure Monitor",
        "monitor",
        (
            *(f"{each}.com" for each in OPINSIGHTS),
            "*.monitoring.azure.com",
            "login.microsoftonline.com",
            "global.handler.control.monitor.azure.com",
            "<region>.handler.control.monitor.azure.com",
        ),
    ),
    Row("Azure Monitor", "monitor-telemetry", ("dc.services.visualstudio.com",)),
    Row(
        "Azure Monitor",
        "application-insights",
        ("*.in.applicationinsights.azure.com",),
    ),
    Row("Azure Monitor", "container-insights", ("*.ingest.monitor.azure.com",)),
    Row("Azure Monitor", "prometheus", ("*.metrics.ingest.monitor.azure.com",)),
    Row(
        "Azure Policy",
        "azure-policy",
        (
            "data.policy.core.windows.net",
            "store.policy.core.windows.net",
            "dc.services.visualstudio.com",
        ),
    ),
    Row(
        "cost analysis",
        "cost-analysis",
        ("management.azure.com", "login.microsoftonline.com"),
    ),
    Row(
        "extensions",
        "extensions",
        (
            "<region>.dp.kubernetesconfiguration.azure.com",
            "mcr.microsoft.com",
            "*.data.mcr.microsoft.com",
        ),
    ),
    Row(
        "marketplace",
        "marketplace-extensions",
        (
            "arcmktplaceprod.azurecr.io",
            *MARKET,
            "*.ingestion.msftcloudes.com",
            "*.microsoftmetrics.com",
            "marketplaceapi.microsoft.com",
        ),
    ),
)
CHINA = (
    Row("N-01", "api-tunnel-udp-sovereign", TUNNELS, 1194, UDP),
    Row("N-02", "api-tunnel-tcp-sovereign", TUNNELS, 9000),
    Row("21Vianet, TCP 22", "api-tunnel-ssh-china", TUNNELS, 22),
    Row("N-03", "time-sovereign", ("ntp.ubuntu.com",), 123, UDP),
    Row("N-05", "api-server-by-address", TUNNELS[:1]),
    Row("F-01", "api-server-public", ("*.hcp.<region>.cx.prod.service.azk8s.cn",)),
    Row("F-01", "api-tunnel-name-china", ("*.tun.<region>.cx.prod.service.azk8s.cn",)),
    Row(
        "registry", "microsoft-registry-china", ("mcr.azure.cn", "*.data.mcr.azure.cn")
    ),
    Row("ARM", "resource-manager", ("management.chinacloudapi.cn",)),
    Row("Entra", "sign-in", ("login.chinacloudapi.cn",)),
    Row("packages", "binaries-china", ("*.azk8s.cn",)),
    Row("policy", "azure-policy", ("data.policy.azure.cn", "store.policy.azure.cn")),
    Row(
        "monitor",
        "monitor",
        (
            *(f"{each}.cn" for each in OPINSIGHTS),
            "global.handler.control.monitor.azure.cn",
            "<region>.handler.control.monitor.azure.cn",
        ),
    ),
    Row("monitor", "container-insights", ("*.ingest.monitor.azure.cn",)),
    Row("monitor", "prometheus", ("*.metrics.ingest.monitor.azure.cn",)),
)
USGOV = (
    Row("N-01", "api-tunnel-udp-sovereign", TUNNELS, 1194, UDP),
    Row("N-02", "api-tunnel-tcp-sovereign", TUNNELS, 9000),
    Row("N-03", "time-sovereign", ("ntp.ubuntu.com",), 123, UDP),
    Row("N-05", "api-server-by-address", TUNNELS[:1]),
    Row(
        "F-01",
        "api-server-public",
        ("*.hcp.<region>.cx.aks.containerservice.azure.us",),
    ),
    Row("ARM", "resource-manager", ("management.usgovcloudapi.net",)),
    Row("Entra", "sign-in", ("login.microsoftonline.us",)),
    Row("policy", "azure-policy", ("data.policy.azure.us", "store.policy.azure.us")),
    Row(
        "monitor",
        "monitor",
        (
            *(f"{each}.us" for each in OPINSIGHTS),
            "global.handler.control.monitor.azure.us",
            "<region>.handler.control.monitor.azure.us",
        ),
    ),
    Row("monitor", "container-insights", ("*.ingest.monitor.azure.us",)),
    Row("monitor", "prometheus", ("*.metrics.ingest.monitor.azure.us",)),
    Row("Key Vault", "key-vault", ("*.vault.usgovcloudapi.net",)),
    Row(
        "extensions",
        "extensions",
        ("<region>.dp.kubernetesconfiguration.azure.us",),
    ),
)
EVERYWHERE = (
    Row("N-04", "dns-servers", ("the network's own DNS servers",), 53, UDP),
    Row("N-04", "dns-servers-tcp", ("the network's own DNS servers",), 53),
    Row("F-02", "microsoft-registry", ("mcr.microsoft.com",)),
    Row("F-03", "microsoft-registry-data", ("*.data.mcr.microsoft.com",)),
    Row("F-06", "packages", ("packages.microsoft.com",)),
    Row(
        "F-09",
        "ubuntu-updates",
        ("security.ubuntu.com", "azure.archive.ubuntu.com", "changelogs.ubuntu.com"),
        80,
    ),
    Row("F-09", "ubuntu-snapshots", ("snapshot.ubuntu.com",)),
    Row("F-10", "managed-disks", ("md-*.blob.storage.azure.net",)),
    Row("F-10", "machine-agent", ("umsa*.blob.core.windows.net",)),
    Row(
        "GPU pools",
        "graphics",
        ("nvidia.github.io", "us.download.nvidia.com", "download.docker.com"),
    ),
    Row(
        "Windows pools",
        "windows-binaries",
        ("onegetcdn.azureedge.net", "go.microsoft.com"),
    ),
    Row(
        "Windows pools",
        "windows-updates",
        ("*.mp.microsoft.com", "www.msftconnecttest.com", "ctldl.windowsupdate.com"),
        80,
    ),
)
BINARIES = (
    Row("F-07", "binaries-mirror", ("acs-mirror.azureedge.net",)),
    Row("F-08", "binaries", ("packages.aks.azure.com",)),
)
ROWS = {
    "global": (*GLOBAL, *EVERYWHERE, *BINARIES),
    "china": (*CHINA, *EVERYWHERE),
    "usgov": (*USGOV, *EVERYWHERE, *BINARIES),
}


@pytest.mark.parametrize("cloud", CLOUDS)
def test_every_row_is_asked_of_a_cluster_that_has_it(cloud: str) -> None:
    found = everything(cloud)
    missing = [row for row in ROWS[cloud] if not _is_told(row, found, cloud)]
    assert missing == []


def test_nothing_is_asked_in_the_public_cloud_that_no_row_tells() -> None:
    rows = {row.told_by for row in ROWS["global"]}
    assert set(everything("global")) - rows == set()


def test_clocks_of_old_nodes_were_asked_for_in_the_public_cloud() -> None:
    """N-03: nodes that were made before March 2021."""
    old = everything("global", date(2021, 3, 1))
    row = Row("N-03", "time", ("ntp.ubuntu.com",), 123, UDP)
    assert _is_told(row, old, "global")
    assert "time" not in everything("global")


def _is_told(row: Row, found: dict[str, Need], cloud: str) -> bool:
    need = found.get(row.told_by)
    if need is None:
        return False
    told = need.requirement
    places = {*told.names.get(cloud, ()), *told.also, told.text}
    same = told.protocol == row.protocol and row.port in told.ports
    return same and set(row.places) <= places
