"""Objects that the API server refuses for the type of a part: what rests on it is open.

Source:
    Kubernetes API reference, PodSpec, Container, ServiceSpec; pkg/apis/core/validation,
    ValidateService, validateServicePort; apimachinery pkg/util/validation,
    IsValidPortName (a letter at least).
"""

from ipaddress import ip_address
from pathlib import Path

import pytest

from reading import read, told
from seawall.flowspace import Header
from seawall.ingest import load
from seawall.model.diagnostic import Level
from seawall.model.end import PodEnd, ServiceEnd
from seawall.query.case import Case

POD = """
apiVersion: v1
kind: Pod
metadata: {{name: p, namespace: y, labels: {{app: p}}}}
spec: {{{spec}}}
"""
DEPLOYMENT = """
apiVersion: apps/v1
kind: Deployment
metadata: {{name: p, namespace: y}}
spec:
  selector: {{matchLabels: {{app: p}}}}
  template:
    metadata: {{labels: {{app: p}}}}
    spec: {{{spec}}}
"""
RUNS = "containers: [{name: c, image: i}]"


@pytest.mark.parametrize("form", [POD, DEPLOYMENT])
@pytest.mark.parametrize(
    ("spec", "place"),
    [
        (f'hostNetwork: "true", {RUNS}', ("hostNetwork",)),
        (f"hostNetwork: 1, {RUNS}", ("hostNetwork",)),
        ("containers: {name: c, image: i}", ("containers",)),
        ("containers: [c]", ("containers", 0)),
        (f"initContainers: once, {RUNS}", ("initContainers",)),
        (
            "containers: [{name: c, image: i, ports: {containerPort: 80}}]",
            ("containers", 0, "ports"),
        ),
        (
            "containers: [{name: c, image: i, ports: [80]}]",
            ("containers", 0, "ports", 0),
        ),
    ],
)
def test_pods_whose_network_or_ports_cannot_be_read_are_not_shown(
    tmp_path: Path, form: str, spec: str, place: tuple[str | int, ...]
) -> None:
    snapshot = read(tmp_path, form.format(spec=spec))
    assert not snapshot.objects.workloads
    assert [item.name for item in snapshot.objects.hidden] == ["p"]
    (fault,) = told(snapshot, Level.ERROR)
    assert fault.origin is not None
    assert fault.origin.pointer[-len(place) :] == place


@pytest.mark.parametrize("form", [POD, DEPLOYMENT])
@pytest.mark.parametrize(
    "spec",
    [
        f"hostNetwork: null, initContainers: null, {RUNS}",
        f"hostNetwork: false, {RUNS}",
        "containers: [{name: c, image: i, ports: null}]",
    ],
)
def test_what_is_null_is_as_if_it_were_not_there(
    tmp_path: Path, form: str, spec: str
) -> None:
    snapshot = read(tmp_path, form.format(spec=spec))
    assert [item.name for item in snapshot.objects.workloads] == ["p"]
    assert not told(snapshot)


SERVICE = """
apiVersion: v1
kind: Service
metadata: {{name: s, namespace: y}}
spec: {{clusterIP: 10.0.0.7, {spec}}}
"""


@pytest.mark.parametrize(
    ("spec", "part"),
    [
        ("selector: [app], ports: [{port: 80}]", "selector"),
        ("selector: {app: 1}, ports: [{port: 80}]", "selector"),
        ("selector: {app: p}, ports: {port: 80}", "port"),
        ('selector: {app: p}, ports: [{port: 80, targetPort: "8080"}]', "port"),
        ("selector: {app: p}, ports: [{port: 80, targetPort: HTTP}]", "port"),
        (
            "selector: {app: p}, ports: [{port: 80, targetPort: a-name-of-16-let}]",
            "port",
        ),
        ("type: Balancer, selector: {app: p}, ports: [{port: 80}]", "type"),
    ],
)
def test_a_service_that_cannot_be_read_leaves_open_what_comes_to_it(
    tmp_path: Path, spec: str, part: str
) -> None:
    snapshot = read(tmp_path, POD.format(spec=RUNS), SERVICE.format(spec=spec))
    (service,) = snapshot.objects.services
    (fault,) = told(snapshot, Level.UNMODELLED)
    assert service.doubt == f"its {part} ({fault.origin}) cannot be read"
    (pod,) = snapshot.objects.workloads
    case = Case(snapshot)
    found = case.paths.partition(PodEnd(pod), ServiceEnd(service), policy=case.policies)
    ends = (int(ip_address("10.0.0.1")), int(ip_address("10.0.0.7")))
    assert Header(4, 6, *ends, 40000, 80) in found.partition.unknown


def test_the_name_of_a_port_is_one_to_fifteen_letters_digits_and_hyphens(
    tmp_path: Path,
) -> None:
    spec = "selector: {app: p}, ports: [{port: 80, targetPort: a-name-of-15-le}]"
    snapshot = read(tmp_path, SERVICE.format(spec=spec))
    (service,) = snapshot.objects.services
    assert service.doubt is None
    assert service.ports[0].target == "a-name-of-15-le"


def test_json_that_was_appended_to_json_is_read_and_told_at_its_lines(
    tmp_path: Path,
) -> None:
    path = tmp_path / "all.json"
    pod = '{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "%s", %s}}\n'
    faulty = '"namespace": "x"}, "spec": {\n"hostNetwork": "yes"'
    path.write_text(pod % ("a", '"namespace": "x"') + pod % ("b", faulty))
    snapshot = load([path])
    assert [item.name for item in snapshot.objects.hidden] == ["b"]
    (fault,) = told(snapshot, Level.ERROR)
    assert str(fault.origin).endswith("all.json:3")
