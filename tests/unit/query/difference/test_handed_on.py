"""What Services lead to pods differs between engines, and a comparison says so."""

from dataclasses import replace
from pathlib import Path

import pytest

from reading import read
from seawall.model.address import AddressRange
from seawall.model.dataplane import DATAPLANES, PolicyEngine, Tri
from seawall.query.difference.cause import causes
from seawall.query.difference.change import Change
from seawall.query.difference.flows import Flows, compared
from seawall.query.difference.side import Draft, two_sides
from seawall.query.reach.policy import Narrowing

WEB = """
apiVersion: v1
kind: Namespace
metadata: {name: shop}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers: [{name: c, image: i, ports: [{name: http, containerPort: 8080}]}]
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {type: LoadBalancer, selector: {app: web}, ports: [{port: 80, targetPort: http}]}
---
"""
ONLY_OTHERS = """
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec:
  podSelector: {matchLabels: {app: web}}
  ingress: [{from: [{podSelector: {matchLabels: {app: other}}}]}]
"""


def under(
    folder: Path, text: str, left: str, right: str, part: Narrowing | None = None
) -> Flows:
    snapshot = read(folder, text)
    drafts = (
        Draft(name, snapshot, DATAPLANES[PolicyEngine(name)], (), part or Narrowing())
        for name in (left, right)
    )
    return compared(*two_sides(*drafts), layers="policy", words=(left, right))


def by_service(flows: Flows) -> list[Change]:
    return [change for change in flows.changes if change.via]


def told(flows: Flows, change: Change) -> tuple[str, str]:
    before, after = causes(change, (flows.left, flows.right))
    return before[0].text, after[0].text


@pytest.mark.parametrize("engine", ["calico", "cilium"])
def test_clients_of_a_load_balancer_that_npm_lets_past_policies_are_closed_out(
    tmp_path: Path, engine: str
) -> None:
    flows = under(tmp_path, WEB + ONLY_OTHERS, "npm", engine)
    change = by_service(flows)[0]
    assert change.kind == "closed"
    assert change.turn.services == (("TCP", "8080"),)
    assert change.sources == ((AddressRange.parse("0.0.0.0/0"),),)
    assert "past the policies" in told(flows, change)[0]
    assert "no rule admits it" in told(flows, change)[1]
    assert flows.relation.left_in_right is Tri.NO
    assert flows.relation.right_in_left is Tri.YES


def test_the_other_way_round_they_are_let_in(tmp_path: Path) -> None:
    flows = under(tmp_path, WEB + ONLY_OTHERS, "calico", "npm")
    assert {change.kind for change in by_service(flows)} == {"opened"}
    assert flows.relation.right_in_left is Tri.NO


def test_what_the_api_does_not_fix_is_unknown_there(tmp_path: Path) -> None:
    flows = under(tmp_path, WEB + ONLY_OTHERS, "npm", "spec")
    assert {change.kind for change in by_service(flows)} == {"unknown"}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (WEB, "no policy isolates the pods"),
        (WEB + ONLY_OTHERS.replace("from:", "ports: [{port: 8080}]} , {from:"), "open"),
        (
            WEB.replace("type: Load", "externalTrafficPolicy: Local, type: Load"),
            "Local",
        ),
        (WEB.replace("type: LoadBalancer, ", "") + ONLY_OTHERS, "inside alone"),
    ],
    ids=lambda it: it if len(it) < 40 else "",
)
def test_where_clients_fare_alike_nothing_is_told_of_them(
    tmp_path: Path, text: str, why: str
) -> None:
    flows = under(tmp_path, text, "npm", "cilium")
    assert not by_service(flows), why


def test_clients_that_policies_admit_depend_on_the_node_that_takes_them_in(
    tmp_path: Path,
) -> None:
    admits = ONLY_OTHERS.replace(
        "podSelector: {matchLabels: {app: other}}}]", "ipBlock: {cidr: 198.51.0.0/16}}]"
    )
    flows = under(tmp_path, WEB + admits, "npm", "cilium")
    assert {change.kind for change in by_service(flows)} == {"unknown"}


def test_a_list_of_clients_is_all_that_is_compared(tmp_path: Path) -> None:
    some = "loadBalancerSourceRanges: [203.0.113.0/24], type: Load"
    text = WEB.replace("type: Load", some) + ONLY_OTHERS
    (change, *_) = by_service(under(tmp_path, text, "npm", "calico"))
    assert change.sources == ((AddressRange.parse("203.0.113.0/24"),),)


def test_a_pod_that_reaches_itself_by_its_service_is_closed_out_by_calico_alone(
    tmp_path: Path,
) -> None:
    inside = WEB.replace("type: LoadBalancer, ", "") + ONLY_OTHERS
    flows = under(tmp_path, inside, "npm", "calico")
    (change,) = by_service(flows)
    assert change.kind == "closed"
    assert (
        flows.end_text(change.destinations[0]) == "itself, by the address of shop/web"
    )
    assert (
        told(flows, change)[0] == "a pod reaches itself past the policies of its pods"
    )
    assert not by_service(under(tmp_path, inside, "npm", "cilium"))


def test_sctp_that_an_engine_does_not_carry_is_told_once(tmp_path: Path) -> None:
    text = WEB.replace("port: 80,", "port: 80, protocol: SCTP,") + ONLY_OTHERS
    text = text.replace("containerPort: 8080", "containerPort: 8080, protocol: SCTP")
    assert not by_service(under(tmp_path, text, "npm", "cilium"))
    assert by_service(under(tmp_path, text, "npm", "calico"))


def test_who_asks_about_pods_as_sources_is_told_of_no_clients(tmp_path: Path) -> None:
    part = replace(Narrowing(), source_ranges=())
    flows = under(tmp_path, WEB + ONLY_OTHERS, "npm", "cilium", part)
    assert not by_service(flows)
