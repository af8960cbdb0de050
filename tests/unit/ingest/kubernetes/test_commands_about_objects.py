"""What `kubectl` and `helm` of a deployment change of objects is not known.

Source: kubernetes.io, kubectl reference; helm.sh, helm install.
"""

import json
from pathlib import Path

import pytest

from seawall.ingest import LoadOptions, load
from seawall.ingest.doubts.orders import Order, orders_of
from seawall.model.snapshot import Snapshot
from terraform_folders import CLUSTER

OBJECTS = """
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {team: a}}
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
spec: {containers: [{name: web, image: web}]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: deny, namespace: shop}
spec: {podSelector: {}, policyTypes: [Ingress]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: allow, namespace: other}
spec: {podSelector: {}, policyTypes: [Ingress]}
"""


def read(folder: Path, command: str) -> Snapshot:
    block = f'provisioner "local-exec" {{\ncommand = {json.dumps(command)}\n}}'
    made = f'resource "null_resource" "more" {{\n{block}\n}}\n'
    (folder / "main.tf").write_text(CLUSTER + made)
    (folder / "objects.yaml").write_text(OBJECTS)
    return load([folder], options=LoadOptions())


def open_ones(found: Snapshot) -> set[tuple[str | None, str]]:
    return {(it.namespace, it.name) for it in found.objects.opaque_policies}


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("kubectl delete networkpolicy deny -n shop", {("shop", "deny")}),
        ("kubectl delete netpol/deny --namespace=shop", {("shop", "deny")}),
        ("kubectl -n shop delete netpol --all", {("shop", "deny")}),
        ("kubectl delete networkpolicies.networking.k8s.io deny", {("shop", "deny")}),
        ("kubectl patch netpol allow -p '{}'", {("other", "allow")}),
        ("kubectl delete netpol deny -n $NS", {("shop", "deny")}),
        ("kubectl delete netpol $NAME", {("shop", "deny"), ("other", "allow")}),
        ("kubectl delete netpol deny -n other", set()),
        ("kubectl delete -f objects.yaml", {("shop", "deny"), ("other", "allow")}),
        ("kubectl apply -f objects.yaml", set()),
        (
            "kubectl apply -f https://example.com/all.yaml",
            {("shop", "deny"), ("other", "allow"), (None, "?")},
        ),
        (
            "kubectl apply -n shop -f https://example.com/all.yaml",
            {("shop", "deny"), ("shop", "?")},
        ),
        ("kubectl get networkpolicy -A", set()),
        ("kubectl delete pod web -n shop", set()),
        ("kubectl apply --dry-run=client -f https://example.com/all.yaml", set()),
        ("echo kubectl delete netpol deny -n shop", set()),
        (
            "az aks command invoke -n aks --command 'kubectl delete netpol deny'",
            {("shop", "deny")},
        ),
    ],
)
def test_policies_that_a_command_may_change_are_not_known(
    tmp_path: Path, command: str, expected: set[tuple[str | None, str]]
) -> None:
    found = read(tmp_path, command)
    assert open_ones(found) == expected
    told = [it for it in found.diagnostics if "is not run" in it.what]
    assert bool(told) is bool(expected) or "-n other" in command


@pytest.mark.parametrize(
    ("command", "is_open"),
    [
        ("kubectl -n shop delete anp guard", True),
        ("kubectl -n shop delete anp other", False),
        ("kubectl -n shop delete netpol guard", False),
    ],
)
def test_a_namespace_means_nothing_to_policies_of_the_whole_cluster(
    tmp_path: Path, command: str, *, is_open: bool
) -> None:
    (tmp_path / "guard.yaml").write_text(
        """
apiVersion: policy.networking.k8s.io/v1alpha1
kind: AdminNetworkPolicy
metadata: {name: guard}
spec:
  priority: 1
  subject: {namespaces: {}}
  ingress: [{action: Deny, from: [{namespaces: {}}]}]
"""
    )
    assert open_ones(read(tmp_path, command)) == (
        {(None, "guard")} if is_open else set()
    )


def test_labels_of_a_namespace_are_not_known_that_a_command_may_change(
    tmp_path: Path,
) -> None:
    def labels(command: str) -> object:
        found = read(tmp_path, command)
        return next(it for it in found.objects.namespaces if it.name == "shop")

    assert labels("kubectl label ns shop team=b") != labels("true")
    assert labels("kubectl label ns other team=b") == labels("true")


def test_a_chart_that_a_command_installs_hides_workloads(tmp_path: Path) -> None:
    found = read(tmp_path, "helm upgrade --install web oci://r.example/web -n shop")
    assert [it.namespace for it in found.objects.hidden] == ["shop"]
    assert not read(tmp_path, "helm repo add a https://a").objects.hidden


def test_scripts_of_templates_count(tmp_path: Path) -> None:
    script = {
        "type": "Microsoft.Resources/deploymentScripts",
        "name": "s",
        "apiVersion": "2023-08-01",
        "location": "x",
        "properties": {"scriptContent": "kubectl delete netpol deny -n shop"},
    }
    template = {
        "$schema": "https://schema.management.azure.com/schemas/2019-04-01/"
        "deploymentTemplate.json#",
        "contentVersion": "1.0.0.0",
        "resources": [script],
    }
    (tmp_path / "t.json").write_text(json.dumps(template))
    (tmp_path / "objects.yaml").write_text(OBJECTS)
    assert open_ones(load([tmp_path])) == {("shop", "deny")}


@pytest.mark.parametrize(
    "script",
    [
        "'kubectl delete netpol deny -n shop'",
        "loadTextContent('tools/open.sh')",
        "text",
        "'kubectl delete netpol ${name} -n shop'",
    ],
)
def test_scripts_of_bicep_count(tmp_path: Path, script: str) -> None:
    text = f"""
        param name string
        var text = 'kubectl delete netpol deny'
        resource s 'Microsoft.Resources/deploymentScripts@2023-08-01' = {{
          name: 's'
          kind: 'AzureCLI'
          location: 'westeurope'
          properties: {{ azCliVersion: '2.52.0', scriptContent: {script} }}
        }}
    """
    (tmp_path / "tools").mkdir()
    (tmp_path / "tools/open.sh").write_text("kubectl delete -f objects.yaml -n shop")
    (tmp_path / "main.bicep").write_text(text)
    (tmp_path / "objects.yaml").write_text(OBJECTS)
    found = load([tmp_path])
    assert open_ones(found) == {("shop", "deny")}
    assert any(it.origin and it.origin.line == 8 for it in found.diagnostics)


def test_a_verb_that_is_not_known_may_be_any() -> None:
    assert orders_of("kubectl $VERB netpol deny") == (Order(adds=True),)
