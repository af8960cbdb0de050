"""What changes until a day, or with another version of Kubernetes."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from egress_builders import AKS, ALLOW, behind, one_cluster
from fabrics import (
    application_rule,
    collection,
    hidden,
    hub_and_spoke,
    known,
    network,
    pool,
    snapshot,
)
from seawall.model.cluster import Addressing, Cluster
from seawall.model.dataplane import PolicyEngine
from seawall.model.snapshot import Fabric
from seawall.model.trace import Verdict
from seawall.model.upkeep import Addon
from seawall.query.case import Case
from seawall.query.egress.answer import required_egress
from seawall.query.egress.later import Later, later

TODAY, THEN = date(2026, 8, 21), date(2030, 1, 1)


def changes(
    one: Cluster,
    *,
    now: date = TODAY,
    then: date = THEN,
    version: str | None = None,
    fabric: Fabric | None = None,
) -> Later:
    case = Case(snapshot(fabric or hub_and_spoke(), one))
    return later(case, required_egress(case, one, now), then, version)


def ended(one: Cluster, **asked: Any) -> dict[str, tuple[str, ...]]:
    return {
        item.retirement.id: item.missing
        for item in changes(one, **asked).ended
    }  # fmt: skip


def on_image(image: str, **changed: Any) -> Cluster:
    here = pool("p", "nodes", image=known(image), graphics=known(False))
    return one_cluster(here, **changed)


def test_kubenet_ends_for_who_has_it() -> None:
    one = one_cluster(addressing=known(Addressing.KUBENET))
    assert "kubenet" in ended(one)
    assert "kubenet" not in ended(one, then=date(2028, 3, 30))
    assert "kubenet" in ended(one, then=date(2028, 3, 31))
    assert "kubenet" not in ended(one_cluster())


def test_what_may_be_used_may_end() -> None:
    found = ended(one_cluster(addressing=hidden()))
    assert found["kubenet"]


def test_network_policy_manager_ends_sooner_on_windows() -> None:
    pools = (
        pool("l", "nodes", image=known("azurelinux3")),
        pool("w", "nodes", windows=known(True), image=known("windows2025")),
    )
    one = one_cluster(*pools, policy_engine=known(PolicyEngine.NPM))
    first = changes(one, then=date(2026, 9, 30)).ended
    assert [(item.retirement.id, item.pools) for item in first] == [
        ("npm-windows", ("w",))
    ]
    assert {"npm-linux", "npm-windows"} <= set(ended(one))


def test_add_ons_end_for_who_has_them() -> None:
    assert "open-service-mesh" in ended(one_cluster(on=(Addon.OPEN_SERVICE_MESH,)))
    found = ended(one_cluster(on=(Addon.APP_ROUTING,)))
    assert "NGINX" in found["application-routing-nginx"][0]


@pytest.mark.parametrize(
    ("image", "version", "names"),
    [
        ("ubuntu2204", "1.34", {"ubuntu-22", "ubuntu-22-images"}),
        ("ubuntu", "1.34", {"ubuntu-22", "ubuntu-22-images"}),
        ("ubuntu", "1.35", set()),
        ("ubuntu2404", "1.33", set()),
        ("azurelinux", "1.33", set()),
        ("mariner", "1.30", {"azure-linux-2"}),
        ("windows2019", "1.32", {"windows-2019", "windows-2019-images"}),
        ("windows", "1.33", {"windows-2022", "windows-2022-images"}),
        ("flatcar", "1.33", {"flatcar"}),
    ],
)
def test_releases_of_node_images_end(image: str, version: str, names: set[str]) -> None:
    one = on_image(image, kubernetes_version=known(version))
    assert {key for key, missing in ended(one).items() if not missing} == names


def test_a_release_that_is_not_known_may_end() -> None:
    one = on_image("azurelinux", kubernetes_version=known("1.30"))
    assert "which release" in ended(one)["azure-linux-2"][0]


def test_another_version_ends_what_it_does_not_take() -> None:
    one = on_image("windows2022", kubernetes_version=known("1.35"))
    found = changes(one, then=TODAY, version="1.37").ended
    (item,) = found
    assert (item.retirement.id, item.by_version) == ("windows-2022", True)
    assert not changes(one, then=TODAY, version="1.36").ended


def test_another_version_brings_another_ubuntu() -> None:
    one = on_image("ubuntu", kubernetes_version=known("1.34"))
    assert "ubuntu-22" in ended(one)
    assert not ended(one, version="1.35")


def test_what_is_needed_from_a_day_is_told_with_its_verdict_of_today() -> None:
    """Azure/AKS issue 4792: packages.aks.azure.com from 2025-03-31."""
    names = application_rule("old", "acs-mirror.azureedge.net", "mcr.microsoft.com")
    fabric = behind(collection("own", 100, ALLOW, names))
    before, after = date(2025, 1, 1), date(2025, 4, 1)
    found = changes(one_cluster(), now=before, then=after, fabric=fabric)
    (row,) = found.added
    assert row.destination.text == "packages.aks.azure.com"
    assert found.breaks == (row,)
    assert not found.removed
    open_ = behind(collection("platform", 100, ALLOW, AKS))
    found = changes(one_cluster(), now=before, then=after, fabric=open_)
    assert [row.verdict for row in found.added] == [Verdict.ALLOWED]
    assert not found.breaks


def test_what_becomes_doubtful_is_told() -> None:
    one = one_cluster()
    found = changes(one, now=date(2025, 4, 1), then=date(2025, 6, 1))
    (row,) = found.unsettled
    assert row.destination.text == "acs-mirror.azureedge.net"


def test_what_is_not_needed_any_more_is_told() -> None:
    one = one_cluster(region="chinaeast2", on=(Addon.DEFENDER,))
    found = changes(one, now=date(2026, 8, 1), then=date(2026, 9, 1))
    assert {row.requirement.id for row in found.removed} == {"defender-china"}


def test_a_version_brings_needs_of_its_own() -> None:
    """AKS docs, localdns-custom: LocalDNS comes with 1.31."""
    spoke = network("spoke", "10.1.0.0/16", dns=("10.0.0.4",))
    fabric = behind(
        collection("platform", 100, ALLOW, AKS),
        networks=(network("hub", "10.0.0.0/16"), spoke),
    )
    one = one_cluster(kubernetes_version=known("1.30"), local_dns=known(True))
    found = changes(one, then=TODAY, version="1.31", fabric=fabric)
    assert [row.requirement.id for row in found.added] == ["dns-servers-tcp"]
    unknown = replace(one, kubernetes_version=hidden())
    case = Case(snapshot(fabric, unknown))
    rows = required_egress(case, unknown, TODAY).rows
    (row,) = [each for each in rows if each.requirement.id == "dns-servers-tcp"]
    assert "version of Kubernetes" in row.missing[0]


def test_nothing_changes_is_an_answer_too() -> None:
    assert not changes(on_image("ubuntu2404"), then=TODAY)
