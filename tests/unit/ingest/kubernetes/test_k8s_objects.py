from ipaddress import ip_address
from pathlib import Path

import pytest

from reading import read, told
from seawall.ingest import LoadOptions
from seawall.model.diagnostic import Level
from seawall.model.packet import Protocol
from seawall.model.selector import Operator, Requirement, Selector
from seawall.model.service import IngressBackend, ServicePort, ServiceType


def test_namespaces_always_have_their_name_as_a_label(tmp_path: Path) -> None:
    text = """
        apiVersion: v1
        kind: Namespace
        metadata: {name: shop, labels: {team: a}}
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: p, namespace: other}
        spec: {containers: [{name: c, image: i}]}
        """
    snapshot = read(tmp_path, text)
    other, shop = snapshot.objects.namespaces
    name = "kubernetes.io/metadata.name"
    assert shop.labels == ((name, "shop"), ("team", "a"))
    assert shop.declared
    assert other.labels == ((name, "other"),)
    assert not other.declared
    (assumption,) = snapshot.assumptions
    assert assumption.id == "undeclared-namespaces-have-only-their-name-label"
    assert assumption.touches == ("other",)


def test_only_labels_that_all_declarations_share_are_certain(tmp_path: Path) -> None:
    text = """
        apiVersion: v1
        kind: Namespace
        metadata: {name: shop, labels: {team: a, env: dev}}
        """
    (shop,) = read(tmp_path, text, text.replace("dev", "prod")).objects.namespaces
    assert ("team", "a") in shop.labels
    assert all(key != "env" for key, _ in shop.labels)
    assert not shop.declared


def test_objects_without_a_namespace_use_the_default(tmp_path: Path) -> None:
    text = """
        apiVersion: v1
        kind: Pod
        metadata: {name: p}
        spec: {containers: [{name: c, image: i}]}
        """
    snapshot = read(tmp_path, text, options=LoadOptions(default_namespace="mine"))
    assert [item.namespace for item in snapshot.objects.workloads] == ["mine"]
    ids = [item.id for item in snapshot.assumptions]
    assert "objects-without-namespace-use-the-default" in ids


def test_services_are_read(tmp_path: Path) -> None:
    text = """
        apiVersion: v1
        kind: Service
        metadata:
          name: web
          namespace: shop
          annotations: {a: b}
        spec:
          type: LoadBalancer
          clusterIP: 10.0.0.7
          externalTrafficPolicy: Local
          internalTrafficPolicy: Local
          loadBalancerSourceRanges: [192.0.2.0/24]
          selector: {app: web}
          ports:
          - {name: http, port: 80, targetPort: web, nodePort: 30080}
          - {name: dns, port: 53, protocol: UDP}
        status: {loadBalancer: {ingress: [{ip: 20.1.2.3}]}}
        """
    (service,) = read(tmp_path, text).objects.services
    assert service.type is ServiceType.LOAD_BALANCER
    assert service.selector == Selector(
        (Requirement("app", Operator.IN, frozenset({"web"})),)
    )
    assert service.ports == (
        ServicePort("http", Protocol.TCP, 80, "web", 30080),
        ServicePort("dns", Protocol.UDP, 53, 53),
    )
    assert service.cluster_addresses == (ip_address("10.0.0.7"),)
    assert service.load_balancer_addresses == (ip_address("20.1.2.3"),)
    assert service.local_traffic_only
    assert service.local_inside_only
    assert service.source_ranges == ("192.0.2.0/24",)
    assert service.annotation("a") == "b"


def test_headless_and_external_services_are_read(tmp_path: Path) -> None:
    text = """
        apiVersion: v1
        kind: Service
        metadata: {name: a, namespace: shop}
        spec: {clusterIP: None, ports: [{port: 80}]}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: b, namespace: shop}
        spec: {type: ExternalName, externalName: db.example.org}
        """
    headless, external = read(tmp_path, text).objects.services
    assert headless.headless
    assert headless.selector is None
    assert external.external_name == "db.example.org"


@pytest.mark.parametrize(
    "backend",
    [
        "{service: {name: web, port: {number: 80}}}",
        "{serviceName: web, servicePort: 80}",
    ],
)
def test_ingresses_of_new_and_old_apis_are_read(tmp_path: Path, backend: str) -> None:
    text = f"""
        apiVersion: networking.k8s.io/v1
        kind: Ingress
        metadata:
          name: door
          namespace: shop
          annotations: {{kubernetes.io/ingress.class: agic}}
        spec:
          rules:
          - host: shop.example.org
            http: {{paths: [{{path: /, backend: {backend}}}]}}
        """
    (ingress,) = read(tmp_path, text).objects.ingresses
    assert ingress.ingress_class == "agic"
    assert ingress.backends == (IngressBackend("shop.example.org", "/", "web", 80),)


@pytest.mark.parametrize(
    ("api", "kind", "level", "says"),
    [
        ("helm.toolkit.fluxcd.io/v2", "HelmRelease", Level.NOTE, "not shown behind"),
        ("projectcalico.org/v3", "StagedNetworkPolicy", Level.NOTE, "no effect"),
        ("projectcalico.org/v3", "WorkloadEndpoint", Level.NOTE, "not shown behind"),
        ("crd.projectcalico.org/v1", "FelixConfiguration", Level.UNMODELLED, "steer"),
        ("traefik.io/v1alpha1", "IngressRoute", Level.UNMODELLED, "not modelled"),
        ("configuration.konghq.com/v1", "TCPIngress", Level.UNMODELLED, "steer"),
        ("k8s.nginx.org/v1", "VirtualServer", Level.UNMODELLED, "not modelled"),
        ("networking.istio.io/v1", "VirtualService", Level.UNMODELLED, "not modelled"),
        (
            "gateway.networking.k8s.io/v1",
            "HTTPRoute",
            Level.WARNING,
            "a Gateway",
        ),
        ("kustomize.config.k8s.io/v1beta1", "Kustomization", Level.WARNING, "applied"),
        ("v1", "ConfigMap", Level.NOTE, "passed over"),
        ("gateway.envoyproxy.io/v1", "SecurityPolicy", Level.NOTE, "passed over"),
    ],
)
def test_nothing_is_passed_over_in_silence(
    tmp_path: Path, api: str, kind: str, level: Level, says: str
) -> None:
    text = f"apiVersion: {api}\nkind: {kind}\nmetadata: {{name: x, namespace: y}}\n"
    snapshot = read(tmp_path, text)
    (diagnostic,) = snapshot.diagnostics
    assert (diagnostic.level, says in diagnostic.what) == (level, True)
    assert snapshot.objects.opaque_policies == ()


def test_an_unknown_kind_with_a_pod_template_hides_workloads(tmp_path: Path) -> None:
    text = """
        apiVersion: example.org/v1
        kind: Machine
        metadata: {name: m, namespace: shop}
        spec: {template: {spec: {containers: [{name: c, image: i}]}}}
        """
    (hidden,) = read(tmp_path, text).objects.hidden
    assert (hidden.kind, hidden.namespace, hidden.name) == ("Machine", "shop", "m")


@pytest.mark.parametrize(
    "text",
    [
        "apiVersion: v1\nkind: Pod\nmetadata: [a]\nspec: 5\n",
        "apiVersion: v1\nkind: Service\nmetadata: x\nspec: {ports: {a: 1}}\n",
        "apiVersion: v1\nkind: List\nitems: [1, null, [], {kind: Pod}]\n",
        "apiVersion: apps/v1\nkind: Deployment\nspec: {template: [1]}\n",
        "apiVersion: v1\nkind: Namespace\nmetadata: {name: 5, labels: [x]}\n",
        "apiVersion: networking.k8s.io/v1\nkind: Ingress\nspec: {rules: [1]}\n",
        "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: 1\n",
        "apiVersion: v1\nkind: Pod\nmetadata: {ownerReferences: [1, {a: b}]}\n",
    ],
)
def test_wrong_types_never_raise(tmp_path: Path, text: str) -> None:
    read(tmp_path, text)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("kind: Pod\nmetadata: [a]\n", "`metadata` is `['a']`"),
        ("kind: Pod\nmetadata: {name: a}\nspec: 5\n", "`spec` is `5`"),
        ("kind: Service\nspec: {ports: {a: 1}}\n", "`ports` is `{'a': 1}`"),
        ("kind: Service\nspec: {type: External}\n", "`External` is not valid here"),
        ("kind: Namespace\nmetadata: {name: '${NS}'}\n", "placeholder `${NS}`"),
        ("kind: ConfigMap\ndata: {a: b, a: c}\n", "key `a` stands twice"),
    ],
)
def test_what_has_a_wrong_form_is_told(tmp_path: Path, text: str, says: str) -> None:
    snapshot = read(tmp_path, "apiVersion: v1\n" + text)
    assert any(item.what.startswith(says) for item in told(snapshot))


def test_a_policy_without_readable_metadata_may_be_anywhere(tmp_path: Path) -> None:
    text = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: 1\n"
    (policy,) = read(tmp_path, text).objects.opaque_policies
    assert (policy.namespace, policy.subject) == (None, None)


def test_namespaces_that_differ_in_annotations_only_are_one(tmp_path: Path) -> None:
    text = "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n"
    noted = text.replace("shop}", "shop, annotations: {a: b}}")
    snapshot = read(tmp_path, text, noted)
    assert snapshot.objects.namespaces[0].declared
    assert snapshot.diagnostics == ()


def test_a_target_port_that_is_a_boolean_is_no_port(tmp_path: Path) -> None:
    text = """
        apiVersion: v1
        kind: Service
        metadata: {name: s, namespace: x}
        spec: {selector: {app: a}, ports: [{port: 80, targetPort: no}]}
        """
    snapshot = read(tmp_path, text)
    (service,) = snapshot.objects.services
    assert service.ports == ()
    assert any("targetPort" in item.what for item in told(snapshot))
