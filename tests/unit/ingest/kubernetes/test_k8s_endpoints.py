"""Endpoints and EndpointSlices: which addresses people list behind a Service.

Source: Kubernetes docs, Service, "Services without selectors", and EndpointSlices.
"""

from pathlib import Path

import pytest

from reading import read
from seawall.model.service import Service

SERVICE = """
apiVersion: v1
kind: Service
metadata: {name: db, namespace: shop}
spec: {ports: [{name: pg, port: 5432}], SELECTOR}
"""
ENDPOINTS = """
---
apiVersion: v1
kind: Endpoints
metadata: {name: db, namespace: shop, labels: {LABELS}}
subsets: [{addresses: [{ip: 10.2.0.4}], ports: [{name: pg, port: 15432}]}]
"""
SLICE = """
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata:
  name: db-1
  namespace: shop
  labels: {kubernetes.io/service-name: db, LABELS}
addressType: IPv4
ports: [{name: pg, port: 15432}]
endpoints: [{addresses: [10.2.0.5]}]
"""
MADE = "endpointslice.kubernetes.io/managed-by: endpointslice-controller.k8s.io"


def service_of(tmp_path: Path, *texts: str, selector: str = "") -> Service:
    text = SERVICE.replace("SELECTOR", selector) + "".join(texts)
    (found,) = read(tmp_path, text.replace("LABELS", "")).objects.services
    return found


def listed(service: Service) -> list[tuple[str, str, int | None]] | None:
    if service.endpoints is None:
        return None
    return [
        (str(address), each.port_name, each.port)
        for each in service.endpoints
        for address in each.addresses
    ]


def test_endpoints_stand_behind_the_service_of_their_name(tmp_path: Path) -> None:
    assert listed(service_of(tmp_path, ENDPOINTS)) == [("10.2.0.4", "pg", 15432)]


def test_slices_stand_beside_endpoints_behind_the_service_of_their_label(
    tmp_path: Path,
) -> None:
    found = listed(service_of(tmp_path, ENDPOINTS, SLICE))
    assert found == [("10.2.0.4", "pg", 15432), ("10.2.0.5", "pg", 15432)]


def test_nothing_is_known_where_nothing_is_listed(tmp_path: Path) -> None:
    assert service_of(tmp_path).endpoints is None


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (ENDPOINTS, None),
        (SLICE.replace("LABELS", MADE), None),
        (SLICE, [("10.2.0.5", "pg", 15432)]),
    ],
    ids=["Endpoints", "slice of the controller", "slice of a person"],
)
def test_of_a_service_that_selects_pods_slices_of_people_count(
    tmp_path: Path, text: str, wanted: object
) -> None:
    found = service_of(tmp_path, text, selector="selector: {app: db}")
    assert listed(found) == wanted


def test_endpoints_that_are_not_mirrored_lead_nowhere(tmp_path: Path) -> None:
    skip = "endpointslice.kubernetes.io/skip-mirror: 'true'"
    found = service_of(tmp_path, ENDPOINTS.replace("LABELS", skip))
    assert found.endpoints is None


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("10.2.0.5", "nonsense"),
        ("10.2.0.5", "169.254.169.254"),
        ("IPv4", "FQDN"),
        ("15432", "'15432'"),
        ("port: 15432", "port: 15432, protocol: ICMP"),
    ],
)
def test_a_list_that_cannot_be_read_leaves_the_service_open(
    tmp_path: Path, old: str, new: str
) -> None:
    found = service_of(tmp_path, ENDPOINTS, SLICE.replace(old, new))
    assert found.endpoints is None
    assert found.doubt is not None
    assert "cannot be read" in found.doubt


@pytest.mark.parametrize("text", [ENDPOINTS, SLICE], ids=["Endpoints", "slices"])
def test_two_objects_of_one_name_leave_the_service_open(
    tmp_path: Path, text: str
) -> None:
    other = text.replace("10.2.0", "10.3.0")
    assert service_of(tmp_path, text, text).doubt is None
    assert service_of(tmp_path, text, other).doubt is not None
