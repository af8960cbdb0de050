"""What the old engine lets past policies counts, though the new one denies it."""

from unittest.mock import Mock

from policy_cluster import cluster, labelled, placed, pod, policy, port
from seawall.model.dataplane import CILIUM, NPM
from seawall.model.packet import PortRange, Protocol
from seawall.model.service import Service
from seawall.model.snapshot import Snapshot
from seawall.query.difference.answer import Difference
from seawall.query.difference.side import Side
from seawall.query.migration.doors import WayIn
from seawall.query.migration.old_side import OldSide
from seawall.query.reach.policy import Extra, reach_policy

AGENT = placed(pod("x/agent", host=True), "n1=10.1.0.1")
BACKEND = placed(pod("x/backend", "10.0.0.5"), "n2=10.1.0.2")
ASKED = Extra(ports=((Protocol.TCP, PortRange(80, 80)),))


def test_a_host_client_that_a_service_leads_past_policies_is_cut_off() -> None:
    objects = cluster(
        policy("x/deny", labelled(pod="backend"), ingress=[]),
        workloads=(AGENT, BACKEND),
    )
    snapshot = Snapshot(objects=objects)
    way = WayIn(Mock(Service), (BACKEND,), (port(80),), (), everyone_isolated=True)
    left = OldSide("npm", reach_policy(snapshot, NPM, extra=ASKED), (way,))
    right = Side("cilium", reach_policy(snapshot, CILIUM))
    closed = [
        change
        for change in Difference(left, right).changes
        if AGENT in change.sources and BACKEND in change.destinations
    ]
    assert [change.kind for change in closed] == ["closed"]
    assert closed[0].turn.services == (("TCP", "80"),)
