"""Which requirements apply: every condition, on, off and not known."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from fabrics import cluster, hidden, hub_and_spoke, known, network, pool, snapshot
from fabrics import workload as plain_workload
from seawall.model.cluster import Cluster, OutboundType
from seawall.model.dataplane import PolicyEngine
from seawall.model.snapshot import Fabric
from seawall.model.upkeep import Addon, Upkeep
from seawall.model.workload import Workload
from seawall.query.egress.catalogue import catalogue
from seawall.query.egress.facts import Facts
from seawall.query.egress.needs import Need, needs

TODAY = date(2026, 11, 28)
PLAIN_POOL = pool("p", "nodes", image=known("ubuntu"), graphics=known(False))


def upkeep(**changed: Any) -> Upkeep:
    on = changed.pop("on", ())
    unknown = changed.pop("unknown", ())
    addons = tuple(
        (each, hidden() if each in unknown else known(each in on)) for each in Addon
    )
    plain = Upkeep(addons, known(False), known(None), known(False))
    return replace(plain, **changed)


def asked(
    fabric: Fabric | None = None,
    day: date = TODAY,
    workloads: tuple[Workload, ...] = (),
    **changed: Any,
) -> dict[str, Need]:
    pools = changed.pop("pools", (PLAIN_POOL,))
    changed.setdefault("upkeep", upkeep())
    changed.setdefault("region", "westeurope")
    one: Cluster = cluster(*pools, **changed)
    held = snapshot(fabric or hub_and_spoke(), one, workloads=workloads)
    found = needs(catalogue(), Facts(held, one), one, day)
    return {need.requirement.id: need for need in found}


def api(**changed: Any) -> Any:
    return replace(cluster(PLAIN_POOL).api_server, **changed)


def test_a_public_cluster_needs_the_core_of_the_public_cloud_and_no_more() -> None:
    found = asked()
    sure = {name for name, need in found.items() if need.is_sure}
    assert sure == {
        "api-server-public",
        "microsoft-registry",
        "microsoft-registry-data",
        "microsoft-registry-edge",
        "resource-manager",
        "sign-in",
        "packages",
        "binaries",
        "ubuntu-updates",
        "ubuntu-snapshots",
        "managed-disks",
        "machine-agent",
    }
    assert set(found) - sure == {"api-server-by-address", "binaries-mirror"}


@pytest.mark.parametrize(
    ("private", "integrated", "name"),
    [
        (False, False, "api-server-public"),
        (True, False, "api-server-private-link"),
        (False, True, "api-server-integrated"),
        (True, True, "api-server-integrated"),
    ],
)
def test_how_the_api_server_is_reached_follows_from_its_topology(
    private: bool,  # noqa: FBT001
    integrated: bool,  # noqa: FBT001
    name: str,
) -> None:
    server = api(private=known(private), vnet_integration=known(integrated))
    found = asked(api_server=server)
    ways = {each for each in found if each.startswith("api-server-")}
    assert ways - {"api-server-by-address"} == {name}
    assert found[name].is_sure
    assert ("api-server-by-address" in found) is (name == "api-server-public")


def test_an_unknown_topology_leaves_every_way_open() -> None:
    found = asked(api_server=api(private=hidden()))
    for name in ("api-server-public", "api-server-private-link"):
        assert not found[name].is_sure
        assert found[name].missing


ADDON_NEEDS = {
    Addon.APPLICATION_INSIGHTS: {"application-insights", "monitor"},
    Addon.AZURE_POLICY: {"azure-policy"},
    Addon.CONTAINER_INSIGHTS: {"container-insights", "monitor", "monitor-telemetry"},
    Addon.COST_ANALYSIS: {"cost-analysis"},
    Addon.DEFENDER: {"defender"},
    Addon.KEY_VAULT: {"key-vault"},
    Addon.PROMETHEUS: {"prometheus", "monitor", "monitor-telemetry"},
    Addon.WORKLOAD_IDENTITY: {"workload-identity"},
}
NAMES = [addon.name for addon in ADDON_NEEDS]


@pytest.mark.parametrize(("addon", "names"), ADDON_NEEDS.items(), ids=NAMES)
def test_an_add_on_brings_its_needs_when_it_is_on(
    addon: Addon, names: set[str]
) -> None:
    on, off = asked(upkeep=upkeep(on=(addon,))), asked()
    assert names <= set(on)
    assert all(on[name].is_sure for name in names)
    assert not names & set(off)


@pytest.mark.parametrize(("addon", "names"), ADDON_NEEDS.items(), ids=NAMES)
def test_an_add_on_that_may_be_on_may_have_its_needs(
    addon: Addon, names: set[str]
) -> None:
    found = asked(upkeep=upkeep(unknown=(addon,)))
    assert names <= set(found)
    assert not any(found[name].is_sure for name in names)


def test_extensions_from_the_marketplace_are_never_sure() -> None:
    found = asked(upkeep=upkeep(on=(Addon.EXTENSIONS,)))
    assert found["extensions"].is_sure
    assert found["marketplace-extensions"].missing == (
        "whether extensions come from the marketplace is not in the input",
    )


def test_nodes_need_what_their_kind_needs() -> None:
    pools = (
        PLAIN_POOL,
        pool("w", "nodes", windows=known(True), image=known("windows2022"),
             graphics=known(False)),
        pool("g", "nodes", image=known("azurelinux"), graphics=known(True)),
    )  # fmt: skip
    found = asked(pools=pools)
    names = {
        key: [each.name for each in found[key].pools]
        for key in ("windows-updates", "graphics", "ubuntu-updates", "sign-in")
    }
    assert names == {
        "windows-updates": ["w"],
        "graphics": ["g"],
        "ubuntu-updates": ["p"],
        "sign-in": ["p", "w", "g"],
    }


def test_ubuntu_of_any_version_is_ubuntu() -> None:
    found = asked(pools=(replace(PLAIN_POOL, image=known("ubuntu2404")),))
    assert "ubuntu-updates" in found
    found = asked(pools=(replace(PLAIN_POOL, image=known("azurelinux3")),))
    assert "ubuntu-updates" not in found


def test_a_pool_of_unknown_size_may_need_drivers_and_is_named() -> None:
    found = asked(pools=(replace(PLAIN_POOL, graphics=hidden()),))
    assert "pool `p`" in found["graphics"].missing[0]


def test_one_pool_that_surely_needs_drivers_is_enough() -> None:
    sure = pool("g", "nodes", image=known("ubuntu"), graphics=known(True))
    found = asked(pools=(replace(PLAIN_POOL, graphics=hidden()), sure))
    assert found["graphics"].is_sure
    assert [each.name for each in found["graphics"].pools] == ["g"]


def test_a_network_isolated_cluster_needs_its_registry_and_nothing_outside() -> None:
    """AKS docs, concepts-network-isolated."""
    found = asked(
        api_server=api(private=known(True)),
        outbound=known(OutboundType.NONE),
        upkeep=upkeep(cached_artifacts=known(True)),
    )
    assert set(found) == {"api-server-private-link", "bootstrap-registry"}
    assert all(need.is_sure for need in found.values())


def test_a_private_registry_with_a_way_out_may_still_send_something_out() -> None:
    """AKS docs, concepts-network-isolated, the last question."""
    found = asked(upkeep=upkeep(cached_artifacts=known(True)))
    assert found["bootstrap-registry"].is_sure
    assert "may still send" in found["microsoft-registry"].missing[0]


def with_dns(*servers: str, setting: Any = None) -> Fabric:
    spoke = network("spoke", "10.1.0.0/16", dns=servers)
    if setting is not None:
        spoke = replace(spoke, dns_servers=setting)
    return hub_and_spoke(networks=(network("hub", "10.0.0.0/16"), spoke))


def test_servers_of_its_own_must_be_reached_over_tcp_too_with_local_dns() -> None:
    """AKS docs, localdns-custom."""
    own = with_dns("10.0.0.4")
    assert "dns-servers" not in asked()
    assert asked(own)["dns-servers"].is_sure
    assert "dns-servers-tcp" not in asked(own)
    assert asked(own, local_dns=known(True))["dns-servers-tcp"].is_sure
    assert not asked(own, local_dns=hidden())["dns-servers-tcp"].is_sure


def test_azures_own_address_is_no_server_of_its_own() -> None:
    assert "dns-servers" not in asked(with_dns("168.63.129.16"))


def test_unknown_servers_may_have_to_be_reached() -> None:
    assert not asked(with_dns(setting=hidden()))["dns-servers"].is_sure


def test_the_old_tunnel_is_needed_only_where_its_agent_runs() -> None:
    """AKS release notes, 2022-07-17: konnectivity is everywhere in the public cloud."""
    tunnel = replace(plain_workload("tunnelfront"), namespace="kube-system")
    agent = replace(plain_workload("konnectivity-agent"), namespace="kube-system")
    both = {"api-tunnel-udp", "api-tunnel-tcp"}
    assert not both & set(asked())
    assert not both & set(asked(workloads=(agent,)))
    assert both <= set(asked(workloads=(tunnel,)))
    private = api(private=known(True))
    assert not both & set(asked(workloads=(tunnel,), api_server=private))


@pytest.mark.parametrize(
    ("region", "name"), [("chinaeast2", "sign-in"), ("usgovvirginia", "sign-in")]
)
def test_in_sovereign_clouds_the_tunnel_may_be_needed(region: str, name: str) -> None:
    found = asked(region=region)
    assert found[name].is_sure
    assert "not documented" in found["api-tunnel-udp-sovereign"].missing[-1]
    assert ("api-tunnel-ssh-china" in found) is region.startswith("china")
    assert "time-sovereign" in found
    assert "microsoft-registry-edge" not in found


@pytest.mark.parametrize(
    ("region", "host", "cloud"),
    [
        ("westeurope", None, "global"),
        ("usdodeast", None, "usgov"),
        ("", "x.hcp.chinaeast2.cx.prod.service.azk8s.cn", "china"),
        ("", "x.hcp.usgovvirginia.cx.aks.containerservice.azure.us", "usgov"),
        ("", None, "global"),
    ],
)
def test_the_cloud_follows_from_the_region_or_the_name(
    region: str, host: str | None, cloud: str
) -> None:
    one = cluster(PLAIN_POOL, region=region, api_server=api(name=host))
    fact = Facts(snapshot(hub_and_spoke(), one), one).cloud()
    assert fact.value == cloud
    assert bool(fact.why) is (not region and host is None)


def test_cilium_sends_its_diagnostics() -> None:
    found = asked(policy_engine=known(PolicyEngine.CILIUM))
    assert found["cilium-diagnostics"].is_sure
    assert "cilium-diagnostics" not in asked()


@pytest.mark.parametrize(
    ("name", "day", "there"),
    [
        ("time", date(2020, 1, 1), True),
        ("time", TODAY, False),
        ("binaries", date(2025, 3, 30), False),
        ("binaries", date(2025, 3, 31), True),
        ("binaries-mirror", date(2025, 3, 1), True),
    ],
)
def test_needs_come_and_go_on_their_day(
    name: str,
    day: date,
    there: bool,  # noqa: FBT001
) -> None:
    assert (name in asked(day=day)) is there


def test_a_day_in_the_past_knows_no_doubt_that_came_later() -> None:
    find: Callable[[date], Need] = lambda day: asked(day=day)["binaries-mirror"]  # noqa: E731
    assert find(date(2025, 3, 1)).is_sure
    assert not find(TODAY).is_sure
