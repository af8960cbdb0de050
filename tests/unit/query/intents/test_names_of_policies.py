"""What Cilium's policies say of names decides intents about names."""

import json
from datetime import date
from pathlib import Path

import pytest

from reading import read, told
from seawall.query.case import Case
from seawall.query.intents.answer import judge_all
from seawall.query.intents.verdict import Standing
from seawall.query.policy_names import means

HOLDS, VIOLATED, UNKNOWN = Standing.HOLDS, Standing.VIOLATED, Standing.UNKNOWN

CLUSTER = json.dumps(
    {
        "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
        "contentVersion": "1.0.0.0",
        "resources": [
            {
                "type": "Microsoft.ContainerService/managedClusters",
                "apiVersion": "2025-05-01",
                "name": "aks",
                "location": "westeurope",
                "properties": {
                    "kubernetesVersion": "1.34",
                    "agentPoolProfiles": [
                        {"name": "system", "mode": "System", "osType": "Linux"}
                    ],
                    "networkProfile": {
                        "networkPlugin": "azure",
                        "networkPluginMode": "overlay",
                        "networkDataplane": "cilium",
                        "networkPolicy": "cilium",
                        "podCidr": "10.244.0.0/16",
                        "serviceCidr": "10.0.0.0/16",
                        "dnsServiceIP": "10.0.0.10",
                        "outboundType": "loadBalancer",
                        "advancedNetworking": {
                            "enabled": True,
                            "security": {
                                "enabled": True,
                                "advancedNetworkPolicies": "FQDN",
                            },
                        },
                    },
                },
            }
        ],
    }
)
PODS = """
apiVersion: v1
kind: Pod
metadata: {name: app, namespace: x}
spec: {containers: [{name: app}]}
---
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: names, namespace: x}
spec:
  endpointSelector: {}
  egress:
  - toEndpoints:
    - matchLabels: {k8s:io.kubernetes.pod.namespace: kube-system, k8s:k8s-app: kube-dns}
    toPorts: [{ports: [{port: '53'}], rules: {dns: [{matchPattern: '*'}]}}]
  - toFQDNs: [{matchName: api.example.com}, {matchPattern: '*.example.org'}]
    toPorts: [{ports: [{port: '443', protocol: TCP}]}]
"""


RESOLVER = "{k8s:io.kubernetes.pod.namespace: kube-system, k8s:k8s-app: kube-dns}"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("[{port: '53'}]", "[{port: '53', protocol: TCP}]"),
        ("[{port: '53'}]", "[{port: '5353'}]"),
        (f"toEndpoints:\n    - matchLabels: {RESOLVER}", "toCIDR: [8.8.8.8/32]"),
        ("k8s:k8s-app: kube-dns", "k8s:k8s-app: another"),
        (RESOLVER, "{k8s:k8s-app: kube-dns, version: v2}"),
        ("matchPattern: '*.example.org'", "matchPattern: '**.org'"),
    ],
)
def test_what_the_cluster_may_never_see_resolved_settles_nothing(
    tmp_path: Path, old: str, new: str
) -> None:
    """Source: docs.cilium.io, security/policy/language, DNS Proxy."""
    assert old in PODS
    (tmp_path / "cluster.json").write_text(CLUSTER, encoding="utf-8")
    asked = "require: {from: ns:x, to: www.example.org, ports: 443}"
    intents = f"apiVersion: seawall/v1\nkind: Intents\nintents:\n- {asked}\n"
    plain = f"""  - toEndpoints: [{{matchLabels: {RESOLVER}}}]
    toPorts: [{{ports: [{{port: '53'}}]}}]
"""
    snapshot = read(tmp_path, PODS.replace(old, new) + plain, intents)
    tested = judge_all(Case(snapshot), snapshot.intents, date(2026, 11, 1))
    assert [each.standing for each in tested.judged] == [UNKNOWN]


def test_that_names_have_their_own_addresses_is_an_assumption(tmp_path: Path) -> None:
    (tmp_path / "cluster.json").write_text(CLUSTER, encoding="utf-8")
    asked = "confine: {from: ns:x, to: [api.example.com, '*.example.org']}"
    intents = f"apiVersion: seawall/v1\nkind: Intents\nintents:\n- {asked}\n"
    for pods, wanted in ((PODS, True), (PODS.partition("---")[0], False)):
        snapshot = read(tmp_path, pods, intents)
        tested = judge_all(Case(snapshot), snapshot.intents, date(2026, 11, 1))
        said = {each.id for each in tested.assumptions}
        assert ("names-share-no-address" in said) is wanted


@pytest.mark.parametrize(
    ("text", "standing"),
    [
        ("require: {from: ns:x, to: api.example.com, ports: 443}", HOLDS),
        ("require: {from: ns:x, to: www.example.org, ports: 443}", HOLDS),
        ("require: {from: ns:x, to: a.b.example.org, ports: 443}", UNKNOWN),
        ("require: {from: ns:x, to: www.example.net, ports: 443}", UNKNOWN),
        ("require: {from: ns:x, to: api.example.com, ports: 80}", VIOLATED),
        ("confine: {from: ns:x, to: [api.example.com, '*.example.org']}", HOLDS),
        ("confine: {from: ns:x, to: [api.example.com]}", VIOLATED),
        ("confine: {from: ns:x, to: ['*.example.org', '*.example.net']}", VIOLATED),
        ("forbid: {from: ns:x, to: internet}", VIOLATED),
        ("forbid: {from: ns:x, to: api.example.com}", VIOLATED),
    ],
)
def test_a_rule_that_has_the_name_means_it(
    tmp_path: Path, text: str, standing: Standing
) -> None:
    (tmp_path / "cluster.json").write_text(CLUSTER, encoding="utf-8")
    intents = f"apiVersion: seawall/v1\nkind: Intents\nintents:\n- {text}\n"
    snapshot = read(tmp_path, PODS, intents)
    assert not told(snapshot), "the cluster filters names, so no remark is left"
    tested = judge_all(Case(snapshot), snapshot.intents, date(2026, 11, 1))
    assert [each.standing for each in tested.judged] == [standing], tested.judged


@pytest.mark.parametrize(
    ("pattern", "name", "meant"),
    [
        ("example.com", "example.com", True),
        ("example.com", "a.example.com", False),
        ("*.example.com", "a.example.com", True),
        ("*.example.com", "example.com", False),
        ("*.example.com", "a.b.example.com", False),
        ("**.example.com", "a.example.com", True),
        ("**.example.com", "a.b.example.com", False),
        ("**.example.com", "example.com", False),
        ("api-*.example.com", "api-1.example.com", True),
        ("*", "anything.example.com", True),
        ("a.example.com", "axexample.com", False),
    ],
)
def test_patterns_stand_for_labels(pattern: str, name: str, *, meant: bool) -> None:
    assert means(pattern, name) is meant


def test_where_the_cluster_does_not_filter_names_that_is_said(tmp_path: Path) -> None:
    text = CLUSTER.replace('"advancedNetworkPolicies": "FQDN"', '"enabled": true')
    (tmp_path / "cluster.json").write_text(
        text.replace('"enabled": true', '"enabled": false'), encoding="utf-8"
    )
    (found,) = told(read(tmp_path, PODS))
    assert found.what.startswith("policies that filter domain names")
