"""Where Windows runs, from what the cluster and its nodes say."""

from collections.abc import Iterable

from seawall.model.cluster import Cluster
from seawall.model.dataplane import Tri
from seawall.model.ranked import Node
from seawall.model.system import NodeSystems

_LABELS = ("kubernetes.io/os", "beta.kubernetes.io/os")


def node_systems(cluster: Cluster | None, nodes: Iterable[Node]) -> NodeSystems:
    """Return where Windows runs.

    Source:
        Kubernetes, reference, well-known labels, `kubernetes.io/os`; AKS docs,
        use-windows-hpc: pods are scheduled to Windows nodes like to others.
    """
    pools = cluster.pools if cluster is not None else ()
    by_name = {node.name: _system(node) for node in nodes}
    windows = frozenset(name for name, system in by_name.items() if system == "windows")
    hinted = windows or any(pool.windows.may_be(value=True) for pool in pools)
    return NodeSystems(
        frozenset(it.name for it in pools if it.windows.is_surely(value=True)),
        frozenset(it.name for it in pools if it.windows.is_surely(value=False)),
        windows,
        frozenset(it for it, system in by_name.items() if system) - windows,
        Tri.UNDEFINED if hinted else Tri.NO,
    )


def _system(node: Node) -> str | None:
    labels = dict(node.labels)
    return next((labels[key] for key in _LABELS if key in labels), None)
