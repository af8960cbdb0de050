"""Pods that leave past network policies are never called sealed."""

import json
from ipaddress import ip_address
from pathlib import Path

import pytest

from azure_builders import cluster
from reading import read
from seawall.engine.path.ground.space import Space
from seawall.model.address import AddressRange
from seawall.model.end import AddressEnd, End, InternetEnd, PodEnd
from seawall.model.packet import Packet, Protocol
from seawall.model.trace import Verdict
from seawall.query.ask import ask
from seawall.query.case import Case
from seawall.query.reach.layers import Layers
from seawall.query.reach.outward import Outward
from seawall.query.reach.policy import reach_policy
from seawall.query.words.port import PortText
from seawall.reference.journey import Start
from seawall.reference.walk import follow
from strategies_fabric import Drawn

SEALED = """
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: none, namespace: shop}
spec: {podSelector: {}, policyTypes: [Egress]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata:
      labels: {app: web}
      annotations: {kubernetes.azure.com/static-gateway-configuration: fixed}
    spec: {containers: [{name: web, image: web}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: db, namespace: shop}
spec:
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec: {containers: [{name: db, image: db}]}
"""
CLUSTER = cluster(
    networkProfile={
        "networkPlugin": "azure",
        "networkPluginMode": "overlay",
        "networkPolicy": "calico",
    }
)


def test_denied_egress_is_unknown_for_a_pod_with_a_static_gateway(
    tmp_path: Path,
) -> None:
    snapshot = read(tmp_path, SEALED, json.dumps(CLUSTER))
    case = Case(snapshot)
    by_name = {each.name: each for each in case.workloads}
    sealed = ask(case, PodEnd(by_name["db"]), InternetEnd(), PortText())
    assert sealed.verdict is Verdict.DENIED
    open_ = ask(case, PodEnd(by_name["web"]), InternetEnd(), PortText())
    assert open_.verdict is Verdict.UNKNOWN
    assert not open_.partition.denied
    ways = {way.workloads: way.verdict for way in case.ways_out}
    assert ways[("shop/web[Deployment]",)] is Verdict.UNKNOWN
    assert ways[("shop/db[Deployment]",)] is Verdict.DENIED


ADMITTED = """
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: desk, namespace: shop}
spec:
  podSelector: {}
  egress: [{to: [{ipBlock: {cidr: 203.0.113.0/24}}]}]
"""
GATEWAY = """
apiVersion: egressgateway.kubernetes.azure.com/v1alpha1
kind: StaticGatewayConfiguration
metadata: {name: fixed, namespace: NAMESPACE}
spec: {gatewayNodepoolName: gate, excludeCidrs: [203.0.113.0/24, 198.51.100.0/24]}
"""


def test_what_a_gateway_leaves_out_is_answered_as_without_one(tmp_path: Path) -> None:
    """Source: Azure/kube-egress-gateway, pkg/cni/routes."""

    def asked(folder: str, namespace: str, address: str) -> Verdict:
        gateway = GATEWAY.replace("NAMESPACE", namespace)
        (tmp_path / folder).mkdir()
        texts = (SEALED, ADMITTED, gateway, json.dumps(CLUSTER))
        case = Case(read(tmp_path / folder, *texts))
        (web,) = (it for it in case.workloads if it.name == "web")
        target = AddressEnd((AddressRange.parse(address),))
        return ask(case, PodEnd(web), target, PortText()).verdict

    assert asked("a", "shop", "203.0.113.9") is not Verdict.UNKNOWN
    assert asked("b", "other", "203.0.113.9") is Verdict.UNKNOWN
    assert asked("c", "shop", "192.0.2.9") is Verdict.UNKNOWN
    # What does not take the gateway is denied by policies as without one.
    assert asked("d", "shop", "198.51.100.9") is Verdict.DENIED
    assert asked("e", "other", "198.51.100.9") is Verdict.UNKNOWN


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("10.244.0.9", Verdict.DENIED),
        ("198.51.100.9", Verdict.DENIED),
        ("192.0.2.9", Verdict.UNKNOWN),
    ],
)
def test_policies_hold_what_does_not_take_a_gateway(
    tmp_path: Path, address: str, expected: Verdict
) -> None:
    """Engine, reference and all connections alike.

    Source: AKS docs, configure-static-egress-gateway: policies do not apply to what is
    sent through it.
    """
    gateway = GATEWAY.replace("NAMESPACE", "shop")
    case = Case(read(tmp_path, SEALED, gateway, json.dumps(CLUSTER)))
    by_name = {each.name: each for each in case.workloads}
    web, there = PodEnd(by_name["web"]), AddressRange.parse(address)
    target: End = AddressEnd((there,))
    if expected is Verdict.DENIED and address.startswith("10.244"):
        target = PodEnd(by_name["db"])
    assert ask(case, web, target, PortText()).verdict is expected
    packet = Packet(
        ip_address("10.244.0.4"), ip_address(address), Protocol.TCP, 40_000, 80
    )
    found = follow(
        case.snapshot,
        Start(web, case.paths.atlas.pools[0].name),
        packet,
        target=target,
        choice=Drawn(0),
    )
    assert found.verdict is expected
    layers = Layers.of(reach_policy(case.snapshot, case.dataplane))
    passing = Outward(layers).passing(layers.workloads.index(web.workload))
    flows = Space.of((there,)).as_destinations()
    assert bool(flows & passing.unknown) is (expected is Verdict.UNKNOWN)
    assert not flows & passing.allowed
