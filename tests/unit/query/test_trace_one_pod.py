"""Questions about one of several pods of a workload."""

from dataclasses import replace
from ipaddress import ip_address

from policy_cluster import block, cluster, labelled, pod, policy, rule
from seawall.engine.policy import PolicyTable
from seawall.engine.policy.reasons.explain import explain
from seawall.model.dataplane import CALICO
from seawall.model.snapshot import Snapshot
from seawall.model.trace import Verdict
from seawall.query.case import Case
from seawall.query.trace.answer import trace
from seawall.query.words.end import parse_source, parse_target

WEB = pod("x/web", "10.0.0.1", "10.0.0.9")
STORE = pod("x/store", "10.0.1.1", labels={"app": "store"})
OBJECTS = cluster(
    policy("x/in", labelled(app="store"), ingress=[rule([block("10.0.0.0/29")])]),
    workloads=(WEB, STORE),
)
TABLE = PolicyTable.build(OBJECTS, CALICO)
FIRST, SECOND = (replace(WEB, pods=(each,)) for each in WEB.pods)


def test_one_pod_is_asked_about_by_its_own_address() -> None:
    assert TABLE.units(FIRST) != TABLE.units(SECOND)
    assert {*TABLE.units(FIRST), *TABLE.units(SECOND)} == {*TABLE.units(WEB)}
    assert TABLE.is_reduced(FIRST)
    assert not TABLE.is_reduced(WEB)


def test_one_pod_is_explained_apart_from_its_siblings() -> None:
    assert explain(TABLE, FIRST, STORE, 6, 80).verdict is Verdict.ALLOWED
    assert explain(TABLE, SECOND, STORE, 6, 80).verdict is Verdict.DENIED
    assert explain(TABLE, WEB, STORE, 6, 80).depends_on_pod


def test_a_question_names_one_of_several_pods() -> None:
    out = policy("x/out", labelled(app="store"), egress=[rule([block("10.0.0.0/29")])])
    snapshot = Snapshot(objects=cluster(out, workloads=(WEB, STORE)))
    case = Case(snapshot, "calico")
    verdicts = {}
    for each in WEB.pods:
        sources = parse_source("x/store", snapshot)
        targets, port = parse_target(f"pod:x/{each.name}:80", snapshot)
        found = trace(case, "q", sources, targets, port=port)
        verdicts[each.addresses[0]] = found.verdict
    assert verdicts == {
        ip_address("10.0.0.1"): Verdict.ALLOWED,
        ip_address("10.0.0.9"): Verdict.DENIED,
    }
