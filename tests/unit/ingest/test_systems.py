"""Where Windows runs, from what clusters and nodes say."""

from fabrics import cluster, known, pool
from seawall.ingest.systems import node_systems
from seawall.model.dataplane import Tri
from seawall.model.origin import Origin
from seawall.model.ranked import Node
from seawall.model.setting import Setting
from seawall.model.system import ALL_LINUX

LINUX, WINDOWS = pool("lin", "nodes"), pool("win", "nodes", windows=known(True))
HIDDEN = pool("some", "nodes", windows=Setting.unknown("an expression"))


def node(name: str, system: str) -> Node:
    return Node(name, (("kubernetes.io/os", system),), (), Origin("nodes.yaml"))


def test_nothing_hints_at_windows_without_a_cluster() -> None:
    assert node_systems(None, ()) == ALL_LINUX


def test_a_cluster_of_linux_pools_has_no_windows() -> None:
    found = node_systems(cluster(LINUX), ())
    assert found.linux_pools == {"lin"}
    assert found.others is Tri.NO


def test_a_windows_pool_leaves_open_where_other_pods_are() -> None:
    found = node_systems(cluster(LINUX, WINDOWS), ())
    assert (found.linux_pools, found.windows_pools) == ({"lin"}, {"win"})
    assert found.others is Tri.UNDEFINED


def test_a_pool_whose_system_is_not_known_may_be_of_windows() -> None:
    found = node_systems(cluster(LINUX, HIDDEN), ())
    assert found.windows_pools == frozenset()
    assert found.others is Tri.UNDEFINED


def test_nodes_tell_their_system_by_label() -> None:
    bare = Node("n3", (), (), Origin("nodes.yaml"))
    nodes = (node("n1", "windows"), node("n2", "linux"), bare)
    found = node_systems(None, nodes)
    assert (found.windows_nodes, found.linux_nodes) == ({"n1"}, {"n2"})
    assert found.others is Tri.UNDEFINED
