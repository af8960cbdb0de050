import json
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest

from reading import read, told
from seawall.ingest import load
from seawall.model.diagnostic import Level
from seawall.model.packet import Protocol
from seawall.model.snapshot import Snapshot
from seawall.model.workload import ContainerPort


def pod(name: str, **changes: Any) -> dict[str, Any]:
    """Return a live pod of `shop`; *changes* are labels, owner, status, spec."""
    metadata: dict[str, Any] = {
        "name": name,
        "namespace": "shop",
        "labels": {"app": "web", **changes.get("labels", {})},
    }
    if "owner" in changes:
        kind, owner = changes["owner"]
        metadata["ownerReferences"] = [
            {"kind": kind, "name": owner, "controller": True}
        ]
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": metadata,
        "spec": {
            "containers": [{"name": "c", "image": "i"}],
            **changes.get("spec", {}),
        },
        "status": {"phase": "Running", **changes.get("status", {})},
    }


def owner(kind: str, name: str, above: tuple[str, str] | None = None) -> dict[str, Any]:
    metadata: dict[str, Any] = {"name": name, "namespace": "shop"}
    if above is not None:
        metadata["ownerReferences"] = [
            {"kind": above[0], "name": above[1], "controller": True}
        ]
    template = {
        "metadata": {"labels": {"app": "web"}},
        "spec": {"containers": [{"name": "c", "image": "i"}]},
    }
    groups = {"CronJob": "batch/v1", "Job": "batch/v1"}
    spec: dict[str, Any] = {"template": template}
    if kind == "CronJob":
        spec = {"jobTemplate": {"spec": spec}}
    return {
        "apiVersion": groups.get(kind, "apps/v1"),
        "kind": kind,
        "metadata": metadata,
        "spec": spec,
    }


def loaded(folder: Path, *objects: dict[str, Any]) -> Snapshot:
    path = folder / "dump.json"
    path.write_text(json.dumps({"apiVersion": "v1", "kind": "List", "items": objects}))
    return load([path])


def labels_of(snapshot: Snapshot) -> list[str]:
    return [item.label for item in snapshot.objects.workloads]


@pytest.mark.parametrize(
    ("api", "kind"),
    [
        ("apps/v1", "Deployment"),
        ("extensions/v1beta1", "Deployment"),
        ("apps/v1beta1", "StatefulSet"),
        ("apps/v1", "DaemonSet"),
        ("apps/v1", "ReplicaSet"),
        ("v1", "ReplicationController"),
        ("batch/v1", "Job"),
        ("apps.openshift.io/v1", "DeploymentConfig"),
        ("argoproj.io/v1alpha1", "Rollout"),
    ],
)
def test_every_kind_that_makes_pods_is_a_workload(
    tmp_path: Path, api: str, kind: str
) -> None:
    text = f"""
        apiVersion: {api}
        kind: {kind}
        metadata: {{name: web, namespace: shop}}
        spec:
          replicas: 0
          template:
            metadata: {{labels: {{app: web}}}}
            spec:
              hostNetwork: true
              nodeSelector: {{agentpool: blue}}
              containers:
              - {{name: c, image: i, ports: [{{name: http, containerPort: 80}}]}}
              initContainers:
              - name: s
                restartPolicy: Always
                ports: [{{name: dns, containerPort: 53, protocol: UDP}}]
              - {{name: once, ports: [{{name: no, containerPort: 1}}]}}
        """
    (workload,) = read(tmp_path, text).objects.workloads
    assert workload.label == f"shop/web[{kind}]"
    assert workload.labels == (("app", "web"),)
    assert workload.host_network
    assert workload.node_pool == "blue"
    assert workload.ports == (
        ContainerPort("dns", 53, Protocol.UDP),
        ContainerPort("http", 80),
    )


def test_cron_jobs_hold_their_template_deeper(tmp_path: Path) -> None:
    snapshot = loaded(tmp_path, owner("CronJob", "night"))
    assert labels_of(snapshot) == ["shop/night[CronJob]"]


def test_pods_are_one_row_with_their_top_owner(tmp_path: Path) -> None:
    hashed = {"pod-template-hash": "5d9c8b7f6"}
    pods = [
        pod(f"web-5d9c8b7f6-{n}", owner=("ReplicaSet", "web-5d9c8b7f6"), labels=hashed)
        for n in "ab"
    ]
    deployment = owner("Deployment", "web")
    replica_set = owner("ReplicaSet", "web-5d9c8b7f6", ("Deployment", "web"))
    assert labels_of(loaded(tmp_path, *pods)) == ["shop/web-5d9c8b7f6[ReplicaSet]"]
    assert labels_of(loaded(tmp_path, *pods, deployment)) == ["shop/web[Deployment]"]
    full = loaded(tmp_path, *pods, deployment, replica_set)
    (workload,) = full.objects.workloads
    assert workload.label == "shop/web[Deployment]"
    assert workload.labels == (("app", "web"),)
    assert [item.name for item in workload.pods] == [
        "web-5d9c8b7f6-a",
        "web-5d9c8b7f6-b",
    ]


def test_jobs_of_a_cron_job_are_one_row(tmp_path: Path) -> None:
    run = pod("night-28391820-x", owner=("Job", "night-28391820"))
    assert labels_of(loaded(tmp_path, run)) == ["shop/night-28391820[Job]"]
    snapshot = loaded(tmp_path, run, owner("CronJob", "night"))
    assert labels_of(snapshot) == ["shop/night[CronJob]"]


def test_pods_of_one_owner_with_other_labels_are_told_apart(tmp_path: Path) -> None:
    pods = [
        pod("a", owner=("DaemonSet", "d"), labels={"v": "1"}),
        pod("b", owner=("DaemonSet", "d"), labels={"v": "2"}),
    ]
    assert labels_of(loaded(tmp_path, *pods)) == [
        "shop/d[DaemonSet]{v=1}",
        "shop/d[DaemonSet]{v=2}",
    ]


def test_pods_of_one_owner_with_other_accounts_are_told_apart(
    tmp_path: Path,
) -> None:
    of = ("ReplicaSet", "web-1")
    snapshot = loaded(
        tmp_path,
        owner("ReplicaSet", "web-1"),
        pod("web-1-a", owner=of, spec={"serviceAccountName": "old"}),
        pod("web-1-b", owner=of, spec={"serviceAccountName": "new"}),
    )
    accounts = {w.variant: w.service_account for w in snapshot.objects.workloads}
    assert accounts == {(("pod", "web-1-a"),): "old", (("pod", "web-1-b"),): "new"}


def test_pods_with_equal_labels_and_other_ports_have_names_of_their_own(
    tmp_path: Path,
) -> None:
    ports = [{"name": "http", "containerPort": 80}]
    spec = {"containers": [{"name": "c", "image": "i", "ports": ports}]}
    pods = [
        pod("a", owner=("DaemonSet", "d")),
        pod("b", owner=("DaemonSet", "d"), spec=spec),
    ]
    names = labels_of(loaded(tmp_path, *pods))
    assert names == ["shop/d[DaemonSet]{pod=a}", "shop/d[DaemonSet]{pod=b}"]


def test_a_label_that_varies_from_pod_to_pod_counts_if_a_policy_asks(
    tmp_path: Path,
) -> None:
    key = "statefulset.kubernetes.io/pod-name"
    pods = [
        pod(f"db-{n}", owner=("StatefulSet", "db"), labels={key: f"db-{n}"})
        for n in (0, 1)
    ]
    assert len(labels_of(loaded(tmp_path, *pods))) == 1
    policy = {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": "p", "namespace": "shop"},
        "spec": {"podSelector": {"matchLabels": {key: "db-0"}}},
    }
    snapshot = loaded(tmp_path, *pods, policy)
    assert len(labels_of(snapshot)) == 2
    assert len(snapshot.objects.policies) == 1


def test_finished_pods_neither_send_nor_receive(tmp_path: Path) -> None:
    done = pod("a", owner=("Job", "j"), status={"phase": "Succeeded"})
    (workload,) = loaded(tmp_path, done).objects.workloads
    assert not workload.runs
    alive = pod("b", owner=("Job", "j"))
    (workload,) = loaded(tmp_path, done, alive).objects.workloads
    assert workload.runs
    assert [item.name for item in workload.pods] == ["b"]


def test_a_template_stands_where_all_pods_have_finished(tmp_path: Path) -> None:
    failed = pod("a", owner=("StatefulSet", "web"), status={"phase": "Failed"})
    snapshot = loaded(tmp_path, failed, owner("StatefulSet", "web"))
    (workload,) = snapshot.objects.workloads
    assert workload.runs
    assert workload.pods == ()


def test_a_static_pod_stands_for_itself(tmp_path: Path) -> None:
    static = pod("kube-proxy-n", owner=("Node", "n"))
    assert labels_of(loaded(tmp_path, static)) == ["shop/kube-proxy-n[Pod]"]


def test_addresses_and_nodes_are_read(tmp_path: Path) -> None:
    status = {
        "podIP": "10.244.0.5",
        "podIPs": [{"ip": "10.244.0.5"}, {"ip": "fd00::5"}],
        "hostIP": "10.224.0.4",
    }
    spec = {"nodeName": "aks-blue-12345678-vmss000001"}
    (workload,) = loaded(tmp_path, pod("a", status=status, spec=spec)).objects.workloads
    (found,) = workload.pods
    assert found.addresses == (ip_address("10.244.0.5"), ip_address("fd00::5"))
    assert found.node_addresses == (ip_address("10.224.0.4"),)
    assert found.node == "aks-blue-12345678-vmss000001"
    assert workload.node_pool == "blue"


def test_cyclic_ownership_is_told_and_ends(tmp_path: Path) -> None:
    one = owner("ReplicaSet", "a", ("Deployment", "b"))
    other = owner("Deployment", "b", ("ReplicaSet", "a"))
    snapshot = loaded(tmp_path, pod("p", owner=("ReplicaSet", "a")), one, other)
    assert len(snapshot.objects.workloads) == 1
    assert "own each other" in told(snapshot, Level.ERROR)[0].what


def test_a_patch_is_no_workload(tmp_path: Path) -> None:
    patch = """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web, namespace: shop}
        spec: {replicas: 3}
        """
    snapshot = read(tmp_path, patch)
    assert snapshot.objects.workloads == ()
    assert "taken for a patch" in told(snapshot, Level.NOTE)[0].what


UNCLEAR = """
    apiVersion: v1
    kind: Pod
    metadata:
      name: web
      namespace: shop
      labels:
        app: ${APP}
    spec: {containers: [{name: c, image: i}]}
    """
ASKING = """
    apiVersion: v1
    kind: Service
    metadata: {name: web, namespace: shop}
    spec: {selector: {app: web}, ports: [{port: 80}]}
    """


def test_an_unknown_label_hides_a_workload_only_if_a_selector_asks(
    tmp_path: Path,
) -> None:
    snapshot = read(tmp_path, UNCLEAR)
    assert labels_of(snapshot) == ["shop/web[Pod]"]
    assert [item.level for item in told(snapshot)] == [Level.WARNING]
    snapshot = read(tmp_path, UNCLEAR, ASKING)
    assert labels_of(snapshot) == []
    assert [item.name for item in snapshot.objects.hidden] == ["web"]
    (fault,) = told(snapshot)
    assert fault.level is Level.UNMODELLED
    assert fault.origin is not None
    assert fault.origin.line == 7


def test_a_workload_in_an_unknown_namespace_is_hidden(tmp_path: Path) -> None:
    snapshot = read(tmp_path, UNCLEAR.replace("namespace: shop", "namespace: <ns>"))
    assert labels_of(snapshot) == []
    assert [item.namespace for item in snapshot.objects.hidden] == [None]


@pytest.mark.parametrize(
    ("kind", "spec", "line", "what"),
    [
        ("Pod", "[hostNetwork]", 4, "`spec` is"),
        ("Deployment", "5", 4, "`spec` is"),
        ("Deployment", "{selector: {}, template: [1]}", 4, "`template` is"),
        ("Deployment", "{selector: {}, template: {spec: 5}}", 4, "`spec` is"),
        ("Deployment", "{selector: {}, template: {metadata: 5}}", 4, "`metadata` is"),
        ("CronJob", "{selector: {}, jobTemplate: 5}", 4, "`jobTemplate` is"),
    ],
)
def test_a_workload_without_the_form_of_one_is_hidden(
    tmp_path: Path, kind: str, spec: str, line: int, what: str
) -> None:
    version = {"Pod": "v1", "CronJob": "batch/v1"}.get(kind, "apps/v1")
    text = f"apiVersion: {version}\nkind: {kind}\n"
    text += f"metadata: {{name: d, namespace: shop}}\nspec: {spec}\n"
    snapshot = read(tmp_path, text)
    assert labels_of(snapshot) == []
    assert [item.name for item in snapshot.objects.hidden] == ["d"]
    (fault,) = told(snapshot, Level.ERROR)
    assert fault.origin is not None
    assert fault.origin.line == line
    assert fault.what.startswith(what)


def test_versions_of_one_workload_are_all_shown(tmp_path: Path) -> None:
    text = """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web, namespace: shop}
        spec:
          template:
            metadata: {labels: {env: dev}}
            spec: {containers: [{name: c, image: i}]}
        """
    snapshot = read(tmp_path, text, text.replace("dev", "prod"), text)
    assert labels_of(snapshot) == [
        "shop/web[Deployment]{env=dev}",
        "shop/web[Deployment]{env=prod}",
    ]
    assert "stands more than once" in told(snapshot)[0].what


@pytest.mark.parametrize(
    ("spec", "windows"),
    [
        ({}, None),
        ({"nodeSelector": {"kubernetes.io/os": "windows"}}, True),
        ({"nodeSelector": {"kubernetes.io/os": "linux"}}, False),
        ({"nodeSelector": {"disk": "fast"}}, None),
        ({"os": {"name": "windows"}}, True),
        ({"os": {"name": "linux"}}, False),
        ({"nodeName": "akswin000002"}, True),
        ({"nodeName": "aks-sys-12345678-vmss000000"}, False),
        ({"nodeName": "node-1"}, None),
        ({"os": "windows"}, None),
    ],
)
def test_pods_tell_whether_they_run_on_windows(
    tmp_path: Path, spec: dict[str, Any], windows: object
) -> None:
    (tmp_path / "pods.json").write_text(json.dumps([pod("a", spec=spec)]))
    (workload,) = load([tmp_path]).objects.workloads
    assert workload.windows is windows
