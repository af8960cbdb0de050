"""Which operating systems nodes run, as far as policies depend on it."""

from dataclasses import dataclass

from seawall.model.dataplane import Tri


@dataclass(frozen=True, slots=True)
class NodeSystems:
    """Where Windows runs.

    Attributes:
        windows_pools: Names of node pools that surely run Windows.
        linux_pools: Names of those that surely do not.
        windows_nodes: Names of nodes that run Windows.
        linux_nodes: Names of those that do not.
        others: Whether pods of which nothing tells may run on Windows: NO if nothing
            in the input hints at such nodes.
    """

    windows_pools: frozenset[str] = frozenset()
    linux_pools: frozenset[str] = frozenset()
    windows_nodes: frozenset[str] = frozenset()
    linux_nodes: frozenset[str] = frozenset()
    others: Tri = Tri.NO


ALL_LINUX = NodeSystems()
"""Nothing hints at Windows."""
