"""The catalogue is data: what may stand in it, and that what is known stands in it."""

import re
from datetime import date
from typing import Any

import pytest

from fabrics import HERE, cluster, hub_and_spoke, pool, snapshot
from seawall.model.catalogue import PLATFORM_DOMAINS, required_egress, tag_names
from seawall.model.cluster import Addressing
from seawall.model.packet import Protocol
from seawall.query.egress.catalogue import (
    CLOUDS,
    Importance,
    Requirement,
    Retirement,
    catalogue,
    version_of,
)
from seawall.query.egress.facts import ADDONS, Facts

RAW: list[dict[str, Any]] = required_egress()["requirement"]
ALL = catalogue().requirements
YES_NO = {"yes", "no"}
VALUES: dict[str, set[str]] = {
    **dict.fromkeys(ADDONS, YES_NO),
    "addressing": {item.value for item in Addressing},
    "azure-monitor": YES_NO,
    "cached-artifacts": YES_NO,
    "custom-dns": YES_NO,
    "isolated": YES_NO,
    "konnectivity": YES_NO,
    "local-dns": YES_NO,
    "policy-engine": {"none", "npm", "calico", "cilium", "spec"},
    "topology": {"public", "private-link", "integrated-public", "integrated-private"},
}
OF_POOLS = {
    "os": {"linux", "windows"},
    "image": {"ubuntu"},
    "graphics": YES_NO,
    "release": {
        "azurelinux2",
        "flatcar",
        "ubuntu2004",
        "ubuntu2204",
        "windows2019",
        "windows2022",
    },
}
ENDS = {
    "",
    "api-server",
    "api-server-address",
    "bootstrap-registry",
    "dns-servers",
    "tag",
    "vaults",
}
KEYS = {
    "also", "breaks", "clouds", "doubt", "doubt-from", "end", "feature", "from", "id",
    "kubernetes", "names", "need", "pods", "pools", "ports", "protocol", "source",
    "suffix", "tagged", "text", "until", "when", "why",
}  # fmt: skip
NAME = re.compile(r"(?:[a-z]*\*\.?|[a-z]+-\*\.)?(?:(?:[a-z0-9-]+|<region>)\.)+[a-z]+")


def by_id(name: str) -> Requirement:
    return next(each for each in ALL if each.id == name)


@pytest.mark.parametrize("raw", RAW, ids=lambda raw: raw["id"])
def test_an_entry_holds_what_may_stand_in_it_and_nothing_else(
    raw: dict[str, Any],
) -> None:
    assert set(raw) <= KEYS
    assert re.fullmatch(r"[a-z][a-z0-9-]*", raw["id"])
    assert Importance(raw.get("need", "required"))
    assert raw.get("end", "") in ENDS
    assert Protocol[raw.get("protocol", "TCP")]
    ports = raw.get("ports", [443])
    assert ports == sorted(set(ports))
    assert all(0 < port < 65536 for port in ports)
    for clause in (raw["why"], raw["breaks"], raw.get("doubt", "a")):
        assert clause
        assert clause == clause.strip(" .")
    assert ("doubt-from" not in raw) or ("doubt" in raw)


@pytest.mark.parametrize("item", ALL, ids=lambda item: item.id)
def test_an_entry_says_where_it_leads_and_where_it_holds(item: Requirement) -> None:
    assert set(item.clouds) <= set(CLOUDS)
    assert item.clouds
    for cloud in item.clouds:
        named = item.names.get(cloud, ())
        assert named or item.end
        assert all(NAME.fullmatch(name) for name in named), named
    assert not item.end or item.text or item.end == "api-server"
    assert item.end != "tag" or item.text.startswith("tag:")
    assert item.end != "vaults" or item.suffix or all(item.names.values())
    if item.start and item.stop:
        assert item.start < item.stop
    for moment in (item.start, item.doubted_from):
        assert moment is None or moment <= catalogue().as_of


@pytest.mark.parametrize(
    "item", (*ALL, *catalogue().retirements), ids=lambda item: item.id
)
def test_a_condition_names_a_fact_and_values_that_it_can_have(
    item: Requirement | Retirement,
) -> None:
    one = pool("p", "nodes")
    facts = Facts(snapshot(hub_and_spoke()), cluster(one))
    for name, values in item.when:
        assert facts.of_cluster(name) is not None
        assert set(values) <= VALUES[name]
    for name, values in item.pools:
        assert facts.of_pool(one, name) is not None
        assert set(values) <= OF_POOLS[name]


def test_every_name_is_told_once_and_every_source_is_used() -> None:
    names = [item.id for item in ALL]
    assert len(names) == len(set(names))
    used = {raw.get("source", "outbound") for raw in RAW} | {"retirements"}
    assert used == set(required_egress()["sources"])
    assert all("read 20" in item.source or "issue" in item.source for item in ALL)


def test_the_catalogue_is_dated() -> None:
    assert isinstance(catalogue().as_of, date)


def test_the_firewall_tag_holds_the_names_of_the_public_cloud() -> None:
    held = tag_names("AzureKubernetesService")
    assert held == tag_names("azurekubernetesservice")
    for name in (
        "*.hcp.<region>.azmk8s.io",
        "mcr.microsoft.com",
        "management.azure.com",
        "packages.aks.azure.com",
        "<region>.handler.control.monitor.azure.com",
        "arcmktplaceprod.westeurope.data.azurecr.io",
    ):
        assert name in held
    for name in ("ntp.ubuntu.com", "login.microsoftonline.us", "mcr.azure.cn"):
        assert name not in held
    assert tag_names("WindowsUpdate") == ()


def test_every_name_of_the_platform_is_under_a_domain_that_a_tag_may_hold() -> None:
    names = {
        name
        for item in ALL
        if item.feature != "GPU nodes"
        for names in item.names.values()
        for name in names
    }
    for name in names:
        assert any(name.endswith(domain) for domain in PLATFORM_DOMAINS), name


OF_FEATURES = {
    "GPU nodes": "us.download.nvidia.com",
    "Windows nodes": "ctldl.windowsupdate.com",
    "workload identity": "login.microsoftonline.com",
    "Defender for Containers": "*.cloud.defender.microsoft.com",
    "Key Vault provider": "vault.azure.net",
    "Azure Monitor": "*.metrics.ingest.monitor.azure.com",
    "Azure Policy": "store.policy.core.windows.net",
    "cost analysis": "management.azure.com",
    "cluster extensions": "marketplaceapi.microsoft.com",
}


@pytest.mark.parametrize(
    ("feature", "name"), OF_FEATURES.items(), ids=list(OF_FEATURES)
)
def test_every_feature_that_aks_lists_is_in_the_catalogue(
    feature: str, name: str
) -> None:
    names = [
        each
        for item in ALL
        if item.feature == feature
        for each in item.names.get("global", ())
    ]
    assert name in names


def test_the_sovereign_clouds_have_names_of_their_own() -> None:
    item = by_id("sign-in")
    assert item.names["china"] == ("login.chinacloudapi.cn",)
    assert item.names["usgov"] == ("login.microsoftonline.us",)
    assert by_id("api-tunnel-ssh-china").ports == (22,)
    assert by_id("api-tunnel-ssh-china").clouds == ("china",)


def test_what_was_announced_has_its_day() -> None:
    """Azure/AKS issue 4792, and the retirement of Defender in China."""
    assert by_id("binaries").start == date(2025, 3, 31)
    mirror = by_id("binaries-mirror")
    assert not mirror.doubt_at(date(2025, 5, 30))
    assert mirror.doubt_at(date(2025, 5, 31))
    gone = by_id("defender-china")
    assert gone.holds_at(date(2026, 8, 17))
    assert not gone.holds_at(date(2026, 8, 18))


def test_places_of_tests_are_not_in_the_catalogue() -> None:
    assert HERE.path not in str(RAW)


@pytest.mark.parametrize("raw", required_egress()["retirement"], ids=lambda r: r["id"])
def test_an_end_has_its_day_what_it_means_and_what_to_do(raw: dict[str, Any]) -> None:
    keys = {"id", "what", "on", "effect", "mend", "when", "pools", "kubernetes"}
    assert set(raw) <= keys | {"doubt"}
    assert isinstance(raw["on"], date)
    assert raw.get("when") or raw.get("pools")
    assert version_of(raw.get("kubernetes", "1.0"))
    assert all(raw[key] for key in ("what", "effect", "mend"))


DAYS = {
    "kubenet": date(2028, 3, 31),
    "npm-linux": date(2028, 9, 30),
    "npm-windows": date(2026, 9, 30),
    "ubuntu-22": date(2027, 6, 30),
    "ubuntu-22-images": date(2028, 4, 30),
    "windows-2019": date(2026, 3, 1),
    "windows-2022": date(2028, 6, 30),
    "open-service-mesh": date(2027, 9, 30),
}


@pytest.mark.parametrize(("name", "day"), DAYS.items(), ids=list(DAYS))
def test_ends_are_on_the_days_that_aks_tells(name: str, day: date) -> None:
    """AKS docs, includes/*-retirement, read 2026-08-21."""
    (found,) = [item for item in catalogue().retirements if item.id == name]
    assert found.day == day


@pytest.mark.parametrize("raw", required_egress()["shared"])
def test_a_shared_place_is_by_name_or_by_tag(raw: dict[str, Any]) -> None:
    assert set(raw) <= {"names", "tags", "whole", "why"}
    assert raw.get("names") or raw.get("tags")
    assert all(name == name.lower().strip("*.") for name in raw.get("names", ()))


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("1.33", (1, 33)),
        ("1.33.2", (1, 33)),
        ("v1.33.2", (1, 33)),
        ("1.9", (1, 9)),
        ("", None),
        ("1", None),
        ("latest", None),
        ("1.33.x", None),
    ],
)
def test_versions_are_read(text: str, version: tuple[int, int] | None) -> None:
    assert version_of(text) == version
