"""Who judges policies, when the cluster says so and when it does not."""

from dataclasses import replace

import pytest

from aks_builders import cluster as built
from seawall.model.cluster import Cluster
from seawall.model.dataplane import (
    CALICO,
    DATAPLANES,
    SPEC,
    Feature,
    Language,
    PolicyEngine,
    Tri,
)
from seawall.model.origin import Origin
from seawall.model.setting import Setting
from seawall.model.snapshot import KubernetesObjects, Snapshot
from seawall.model.workload import HiddenWorkloads
from seawall.query.enforcement import (
    ANY_ENGINE,
    NO_CLUSTER,
    NO_POLICIES,
    enforcement,
)


def cluster(engine: Setting[PolicyEngine], version: str = "1.34.1") -> Cluster:
    return replace(
        built(), policy_engine=engine, kubernetes_version=Setting.stated(version)
    )


def stated(engine: PolicyEngine) -> Setting[PolicyEngine]:
    return Setting.stated(engine, Origin("cluster.json"))


def test_without_a_cluster_the_api_alone_decides_and_that_is_said() -> None:
    assert enforcement(Snapshot(), None) == (SPEC, (NO_CLUSTER,))


def test_the_engine_that_the_user_names_is_taken_as_it_is() -> None:
    assert enforcement(Snapshot(), "calico") == (CALICO, ())


def test_an_engine_that_is_not_known_makes_sure_of_as_little_as_any() -> None:
    found, said = enforcement(
        Snapshot(cluster=cluster(Setting.unknown("an expression"))), None
    )
    assert found == ANY_ENGINE
    assert found.enforces is Tri.UNDEFINED
    assert found.carries_sctp is Tri.UNDEFINED
    assert [item.id for item in said] == ["policy-engine-unknown"]


@pytest.mark.parametrize(
    ("version", "honours"),
    [("1.31.4", Tri.NO), ("1.32", Tri.YES), ("1.34.2", Tri.YES), ("", Tri.UNDEFINED)],
)
def test_cilium_honours_end_ports_from_the_version_that_brings_it(
    version: str, honours: Tri
) -> None:
    snapshot = Snapshot(cluster=cluster(stated(PolicyEngine.CILIUM), version))
    assert enforcement(snapshot, None)[0].honours_end_port is honours


@pytest.mark.parametrize(
    ("version", "overlooks"),
    [("1.30.4", Tri.UNDEFINED), ("1.31", Tri.YES), ("1.34.2", Tri.YES), ("", Tri.YES)],
)
def test_old_versions_of_cilium_leave_other_labels_out(
    version: str, overlooks: Tri
) -> None:
    snapshot = Snapshot(cluster=cluster(stated(PolicyEngine.CILIUM), version))
    assert enforcement(snapshot, None)[0].overlooks_labels is overlooks


def test_a_default_engine_is_an_assumption() -> None:
    setting = Setting.defaulted(PolicyEngine.NONE, "the API's default")
    found, said = enforcement(Snapshot(cluster=cluster(setting)), None)
    assert found.enforces is Tri.NO
    assert [item.id for item in said] == ["policy-engine-defaulted"]


@pytest.mark.parametrize(
    ("version", "admin", "wide"),
    [
        ("1.32.9", Tri.UNDEFINED, Tri.NO),
        ("1.33.0", Tri.YES, Tri.NO),
        ("1.36.2", Tri.YES, Tri.NO),
        ("1.37.0", Tri.UNDEFINED, Tri.UNDEFINED),
    ],
)
def test_calico_reads_cluster_wide_policies_as_its_version_does(
    version: str, admin: Tri, wide: Tri
) -> None:
    snapshot = Snapshot(cluster=cluster(stated(PolicyEngine.CALICO), version))
    dataplane, _ = enforcement(snapshot, None)
    assert dataplane.enforces_admin_policies is admin
    assert dataplane.enforces_cluster_policies is wide


@pytest.mark.parametrize(
    ("engine", "in_effect"),
    [
        (PolicyEngine.NPM, set()),
        (PolicyEngine.CALICO, {Language.ADMIN, Language.CALICO}),
        (PolicyEngine.CILIUM, {Language.CILIUM}),
    ],
)
def test_each_engine_reads_the_languages_that_are_its_own(
    engine: PolicyEngine, in_effect: set[Language]
) -> None:
    plane = DATAPLANES[engine]
    for language in (it for it in Language if not it.of_mesh):
        wanted = Tri.YES if language in in_effect else Tri.NO
        assert plane.enforcement(language) is wanted


@pytest.mark.parametrize(
    ("features", "names", "requests"),
    [
        (Setting.stated(frozenset(Feature)), Tri.YES, Tri.YES),
        (Setting.stated(frozenset({Feature.NAMES})), Tri.YES, Tri.NO),
        (Setting.stated(frozenset()), Tri.NO, Tri.NO),
        (Setting.unknown("an expression"), Tri.UNDEFINED, Tri.UNDEFINED),
    ],
)
def test_cilium_filters_what_advanced_networking_brings(
    features: Setting[frozenset[Feature]], names: Tri, requests: Tri
) -> None:
    asked = replace(cluster(stated(PolicyEngine.CILIUM)), policy_features=features)
    found, _ = enforcement(Snapshot(cluster=asked), None)
    assert (found.filters_names, found.filters_requests) == (names, requests)


def test_the_engine_that_the_user_names_has_the_version_of_the_cluster() -> None:
    snapshot = Snapshot(cluster=cluster(stated(PolicyEngine.NPM), "1.31.4"))
    assert enforcement(snapshot, "cilium")[0].honours_end_port is Tri.NO
    newer = Snapshot(cluster=cluster(stated(PolicyEngine.NPM), "1.34.0"))
    assert enforcement(newer, "cilium")[0].honours_end_port is Tri.YES


def test_that_what_is_not_shown_holds_no_policies_is_said() -> None:
    hidden = tuple(
        HiddenWorkloads("HelmRelease", "x", name, Origin("releases.yaml"))
        for name in ("d", "a", "c", "b")
    )
    objects = KubernetesObjects(hidden=hidden)
    said = enforcement(Snapshot(objects=objects), "calico")[1]
    assert [item.id for item in said] == [NO_POLICIES]
    assert "behind 4 HelmRelease is not in the input" in said[0].text
