"""Settings are compared by what they are, however they are known."""

from aks_builders import cluster
from seawall.model.setting import Setting
from seawall.model.snapshot import Snapshot
from seawall.query.difference.settings import settings_changed


def changed(one: Setting[str], other: Setting[str]) -> list[tuple[object, object]]:
    sides = [Snapshot(cluster=cluster(kubernetes_version=it)) for it in (one, other)]
    return [
        (item.before and item.before.text, item.after and item.after.text)
        for item in settings_changed(*sides)
        if item.row.name == "kubernetes-version"
    ]


def test_what_is_stated_and_the_same_by_default_do_not_differ() -> None:
    stated, default = Setting.stated("1.34"), Setting.defaulted("1.34", "AKS says so")
    assert changed(stated, default) == []
    assert changed(stated, Setting.stated("1.35")) == [("1.34", "1.35")]


def test_what_became_unknown_differs_and_what_stays_so_does_not() -> None:
    known, unknown = Setting.stated("1.34"), Setting[str].unknown("it is not stated")
    assert changed(known, unknown) == [("1.34", "not known")]
    assert changed(unknown, known) == [("not known", "1.34")]
    assert changed(unknown, Setting[str].unknown("for another reason")) == []
    assert changed(Setting[str].stated(None), unknown) == [("none", "not known")]


def test_a_cluster_on_one_side_is_absent_on_the_other() -> None:
    one = Snapshot(cluster=cluster())
    found = settings_changed(Snapshot(), one)
    assert found
    assert all(item.before is None for item in found)
