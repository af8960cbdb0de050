"""Reads what opens ways in from outside: Ingresses, gateways and their routes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from seawall.ingest.kubernetes.language import Placed
from seawall.ingest.kubernetes.ways_in.app_routing import (
    CONTROLLER,
    controllers_of,
    default_ways,
)
from seawall.ingest.kubernetes.ways_in.gateway_api import gateway_ways
from seawall.ingest.kubernetes.ways_in.ingress import ingress_ways
from seawall.ingest.kubernetes.ways_in.istio import istio_ways
from seawall.ingest.kubernetes.ways_in.note import Notes
from seawall.ingest.kubernetes.ways_in.openshift import openshift_ways
from seawall.ingest.kubernetes.ways_in.service import service_ways
from seawall.model.diagnostic import Diagnostic
from seawall.model.service import Ingress, Service
from seawall.model.way_in import WayIn
from seawall.model.workload import Namespace


@dataclass(frozen=True, slots=True)
class WaysIn:
    """What was read, and what its authors must be told."""

    ways: tuple[WayIn, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = field(default=())


def read_ways_in(
    objects: Sequence[Placed],
    services: Sequence[Service],
    ingresses: Sequence[Ingress],
    namespaces: Iterable[Namespace],
    behind: Sequence[Service] = (),
) -> WaysIn:
    """Return the ways in that some objects open.

    Args:
        objects: Gateways, routes, and who serves Ingresses.
        services: Services that are ways in themselves.
        ingresses: Every Ingress.
        namespaces: Every namespace.
        behind: Every Service.
    """
    notes = Notes()
    by_type: dict[tuple[str, str], list[Placed]] = {}
    for item in objects:
        by_type.setdefault(item.record.type, []).append(item)
    controllers = controllers_of(by_type.get(CONTROLLER, ()))
    classes = by_type.get(("networking.k8s.io", "IngressClass"), ())
    ways = [
        *service_ways(services),
        *ingress_ways(ingresses, classes, controllers),
        *default_ways(controllers, behind),
        *gateway_ways(by_type, namespaces, notes),
        *istio_ways(by_type, notes),
        *openshift_ways(by_type.get(("route.openshift.io", "Route"), ()), notes),
    ]
    ways.sort(key=lambda item: (item.namespace, item.name, item.kind))
    return WaysIn(tuple(ways), tuple(notes.diagnostics))
