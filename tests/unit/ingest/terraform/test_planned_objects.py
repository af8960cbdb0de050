"""Kubernetes objects in plans, states and folders of Terraform.

Source: hashicorp/terraform-provider-kubernetes, docs/resources.
"""

import json
from pathlib import Path

from azure_builders import Json, plan, planned
from reading import told
from seawall.ingest import load
from seawall.model.diagnostic import Level
from seawall.model.policy import Direction
from seawall.model.snapshot import Snapshot

POLICY = "kubernetes_network_policy_v1.deny"
LABELS = {"match_labels": {"app": "web"}, "match_expressions": []}


def meta(name: str, **more: object) -> list[Json]:
    return [{"name": name, "namespace": "shop", **more}]


def policy(**spec: object) -> Json:
    body = {"pod_selector": [LABELS], "policy_types": ["Ingress"], **spec}
    return {"metadata": meta("deny"), "spec": [body]}


def deployment() -> Json:
    port = {"container_port": 8080, "host_port": 0, "name": "http", "protocol": "TCP"}
    secret = {"name": "TOKEN", "value": "hunter2"}
    pod = {
        "host_network": False,
        "service_account_name": "",
        "container": [{"name": "c", "image": "i", "port": [port], "env": [secret]}],
    }
    template = {"metadata": meta("", labels={"app": "web"}), "spec": [pod]}
    return {
        "metadata": meta("web"),
        "spec": [{"replicas": "2", "selector": [LABELS], "template": [template]}],
    }


def read(folder: Path, *resources: Json) -> Snapshot:
    path = folder / "plan.json"
    path.write_text(json.dumps(plan(list(resources))), encoding="utf-8")
    return load([path])


def test_a_plan_s_policies_services_and_workloads_are_read(tmp_path: Path) -> None:
    service = {
        "metadata": meta("web"),
        "spec": [
            {
                "type": "ClusterIP",
                "selector": {"app": "web"},
                "port": [{"port": 80, "target_port": "8080", "protocol": "TCP"}],
            }
        ],
    }
    snapshot = read(
        tmp_path,
        planned(POLICY, policy(ingress=[])),
        planned("kubernetes_deployment.web", deployment()),
        planned("kubernetes_service_v1.web", service),
        planned("kubernetes_namespace.shop", {"metadata": [{"name": "shop"}]}),
    )
    objects = snapshot.objects
    (found,) = objects.policies
    assert (found.namespace, found.name) == ("shop", "deny")
    assert str(found.origin).startswith(str(tmp_path / "plan.json"))
    (workload,) = objects.workloads
    assert dict(workload.labels) == {"app": "web"}
    (port,) = objects.services[0].ports
    assert port.target == 8080
    assert [each.name for each in objects.namespaces] == ["shop"]
    assert not [item for item in snapshot.diagnostics if "passed over" in item.what]
    assert "hunter2" not in repr(snapshot)


def test_an_empty_selector_selects_everything_and_no_rule_admits_nobody(
    tmp_path: Path,
) -> None:
    """Kubernetes docs, Network Policies: `podSelector: {}`, `from` of nobody."""
    for written in ([{}], [{"match_labels": None, "match_expressions": []}], [None]):
        one = planned(POLICY, policy(pod_selector=written, ingress=[]))
        (found,) = read(tmp_path, one).objects.policies
        assert not found.subject.requirements
        assert found.isolates == {Direction.INGRESS}
        assert not found.ingress
    one = planned(POLICY, policy(ingress=[{"ports": [], "from": []}]))
    (rule,) = read(tmp_path, one).objects.policies[0].ingress
    assert (rule.peers, rule.ports) == (None, None)


def test_peers_and_ports_keep_their_meaning(tmp_path: Path) -> None:
    rule = {
        "ports": [{"port": "8080", "protocol": "TCP", "end_port": 0}],
        "from": [
            {
                "ip_block": [{"cidr": "10.0.0.0/8", "except": ["10.1.0.0/16"]}],
                "pod_selector": [],
                "namespace_selector": [],
            }
        ],
    }
    snapshot = read(tmp_path, planned(POLICY, policy(ingress=[rule])))
    assert not told(snapshot)
    text = repr(snapshot.objects.policies[0])
    assert "10.1.0.0" in text or "167837696" in text
    assert "8080" in text


def test_what_comes_with_the_deployment_leaves_the_policy_in_doubt(
    tmp_path: Path,
) -> None:
    values = policy(ingress=[])
    unknown: Json = {"spec": [{"pod_selector": [{"match_labels": True}]}]}
    assert isinstance(values["spec"], list)
    snapshot = read(tmp_path, planned(POLICY, values, unknown))
    (found,) = snapshot.objects.opaque_policies
    assert found.name == "deny"
    assert not snapshot.objects.policies


def test_manifests_are_read_as_they_stand(tmp_path: Path) -> None:
    manifest: Json = {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": "m", "namespace": "shop"},
        "spec": {"podSelector": {}, "policyTypes": ["Egress"], "egress": None},
    }
    yaml = "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n"
    snapshot = read(
        tmp_path,
        planned("kubernetes_manifest.m", {"manifest": manifest}),
        planned("kubectl_manifest.n", {"yaml_body": yaml}),
    )
    assert [item.name for item in snapshot.objects.policies] == ["m"]
    assert [item.name for item in snapshot.objects.namespaces] == ["shop"]


def test_a_manifest_that_is_not_known_yet_may_hold_anything(tmp_path: Path) -> None:
    hidden = planned("kubernetes_manifest.m", {}, {"manifest": True})
    assert read(tmp_path, hidden).objects.opaque_policies


def test_a_release_hides_workloads_and_what_is_not_read_is_told(
    tmp_path: Path,
) -> None:
    release = planned("helm_release.r", {"name": "r", "namespace": "shop"})
    odd = planned("kubernetes_endpoints.e", {"metadata": meta("e")})
    snapshot = read(tmp_path, release, odd)
    (hidden,) = snapshot.objects.hidden
    assert hidden.namespace == "shop"
    assert any("endpoints" in item.what for item in told(snapshot, Level.UNMODELLED))


def test_a_folder_s_objects_are_read_too(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(
        """
        variable "space" { default = "shop" }
        resource "kubernetes_network_policy" "deny" {
          metadata {
            name      = "deny"
            namespace = var.space
          }
          spec {
            pod_selector {}
            policy_types = ["Ingress"]
          }
        }
        """,
        encoding="utf-8",
    )
    (found,) = load([tmp_path]).objects.policies
    assert (found.namespace, found.name) == ("shop", "deny")
    assert found.origin.line is not None


def test_odd_shapes_end_in_no_traceback(tmp_path: Path) -> None:
    for values in (
        {},
        {"metadata": None, "spec": None},
        {"metadata": "x", "spec": [3]},
        {"metadata": [[]], "spec": {"pod_selector": 1, "ingress": "x"}},
    ):
        read(tmp_path, planned(POLICY, values))
        read(tmp_path, planned("kubernetes_manifest.m", {"manifest": values}))
        read(tmp_path, planned("kubectl_manifest.n", {"yaml_body": "a: [b"}))
