"""Edits beside policies that are nothing to a pod until another one holds it."""

from dataclasses import replace

import pytest

from fabrics import workload
from seawall.engine.policy import PolicyTable
from seawall.engine.policy.edits.edit import changed
from seawall.engine.policy.edits.room import room_for
from seawall.engine.policy.ends.frame import Question
from seawall.model.dataplane import CALICO
from seawall.model.origin import Origin
from seawall.model.policy import Direction, OpaquePolicy, Policy
from seawall.model.selector import EVERYTHING
from seawall.model.snapshot import KubernetesObjects

PLACE = Origin("cluster.yaml")
DENY = Policy("ns", "deny", EVERYTHING, frozenset(Direction), (), (), PLACE)
TAKING = OpaquePolicy(
    "ClusterPolicy", "ns", "it", EVERYTHING, frozenset(Direction), None, "why", PLACE
)
WEB = workload("web")


@pytest.mark.parametrize("only", ["only_frees", "only_removes"])
def test_what_takes_policies_away_counts_for_one_that_comes_later(only: str) -> None:
    taking = replace(TAKING, **{only: True})
    before = KubernetesObjects(workloads=(WEB,), opaque_policies=(taking,))
    after = replace(before, policies=(DENY,))
    table = PolicyTable.of(before, CALICO, Question(), room_for(before.workloads))
    edited, _ = changed(table, after)
    built = PolicyTable.of(after, CALICO, Question())
    (unit,) = built.units(WEB)
    for direction in Direction:
        assert edited.grip(unit, direction) == built.grip(unit, direction)
        assert edited.grip(unit, direction).opaque == (0,)
