"""Nodes as a live cluster reports them."""

from ipaddress import ip_address
from pathlib import Path

from reading import read, told

NODE = """
apiVersion: v1
kind: Node
metadata: {name: NAME, labels: {agentpool: POOL}}
status:
  addresses:
  - {type: InternalIP, address: 10.224.0.4}
  - {type: Hostname, address: NAME}
  - {type: ExternalIP, address: 20.1.2.3}
---
"""


def node(name: str, pool: str = "one") -> str:
    return NODE.replace("NAME", name).replace("POOL", pool)


def test_nodes_have_labels_and_their_inner_addresses(tmp_path: Path) -> None:
    snapshot = read(tmp_path, node("b") + node("a"))
    first, second = snapshot.objects.nodes
    assert (first.name, second.name) == ("a", "b")
    assert first.labels == (("agentpool", "one"),)
    assert first.addresses == (ip_address("10.224.0.4"),)
    assert not told(snapshot)


def test_a_node_that_is_told_in_two_ways_is_not_known(tmp_path: Path) -> None:
    snapshot = read(tmp_path, node("a") + node("a", "two") + node("b") + node("b"))
    assert [item.name for item in snapshot.objects.nodes] == ["b"]
