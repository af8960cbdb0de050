"""Meshes that let their pods out only to what is listed, of those with proxies.

Source:
    linkerd.io, reference, EgressNetwork ("namespace semantics", `trafficPolicy`);
    istio.io, reference, Sidecar (`outboundTrafficPolicy`); Consul docs, Mesh
    configuration entry (`transparentProxy.meshDestinationsOnly`).
"""

from collections.abc import Iterable, Iterator, Mapping

from seawall.ingest.kubernetes.language import Placed
from seawall.ingest.kubernetes.meshes.closing import EGRESS, carrying, closing, within
from seawall.ingest.kubernetes.meshes.kinds import CLOSING_KINDS
from seawall.ingest.kubernetes.terms.record import Record, mapping
from seawall.model.ends import ANYTHING, EVERYONE, Endpoints, Ends, Not
from seawall.model.ranked import RankedPolicy
from seawall.model.selector import Selector

_NOT_PODS: Ends = Not(Endpoints(ANYTHING))
_WIDE = {"EgressNetwork": "linkerd-egress", "Sidecar": "istio-system"}
"""The namespaces whose objects are for the pods of every namespace."""
_WHY = {
    "EgressNetwork": "it keeps its clients from what no route of it names",
    "Sidecar": "with `REGISTRY_ONLY` pods leave for what the mesh knows alone",
    "Mesh": "with `meshDestinationsOnly` pods leave for what the mesh knows alone",
}


def keeping_inside(placed: Iterable[Placed]) -> Iterator[RankedPolicy]:
    """Yield what keeps pods from leaving a mesh of Linkerd, Istio or Consul.

    Args:
        placed: Objects of any mesh.
    """
    for item in placed:
        record = item.record
        name = CLOSING_KINDS.get(record.type)
        if name not in _TESTS or not _TESTS[name](record.spec):
            continue
        wide = item.namespace == _WIDE.get(record.kind)
        selector = _selected(record)
        subject = within(None if wide else item.namespace, selector)
        far = _NOT_PODS if record.kind == "EgressNetwork" else EVERYONE
        yield closing(
            *(name, item.namespace, record.name, subject, record.origin),
            why=_WHY[record.kind],
            ways=EGRESS,
            far=far,
        )


def _selected(record: Record) -> Selector | None:
    """Return which pods a Sidecar is for; None is all."""
    chosen = mapping(mapping(record.spec.get("workloadSelector")).get("labels"))
    labels = {
        key: value
        for key, value in chosen.items()
        if isinstance(key, str) and isinstance(value, str)
    }
    return carrying(labels) if labels else None


def _denies(spec: Mapping[object, object]) -> bool:
    return spec.get("trafficPolicy") != "Allow"


def _knows_only(spec: Mapping[object, object]) -> bool:
    stated = mapping(spec.get("outboundTrafficPolicy"))
    return stated.get("mode", "ALLOW_ANY") != "ALLOW_ANY"


def _is_inside(spec: Mapping[object, object]) -> bool:
    stated = mapping(spec.get("transparentProxy"))
    return stated.get("meshDestinationsOnly", False) is not False


_TESTS = {
    "Linkerd EgressNetwork": _denies,
    "Istio Sidecar": _knows_only,
    "Consul Mesh": _is_inside,
}
"""Whether an object keeps anybody, by what it is called."""
