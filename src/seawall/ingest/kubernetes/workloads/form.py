"""Whether an object that makes pods, or a Service, has the form of one."""

from collections.abc import Mapping

from seawall.ingest.kubernetes.terms.fault import Fault
from seawall.ingest.kubernetes.terms.label import wrong_type
from seawall.ingest.kubernetes.terms.record import Record, mapping, sequence
from seawall.ingest.kubernetes.workloads.workload import TEMPLATES
from seawall.model.origin import Pointer

_SERVICE = ("", "Service")


def form_fault(record: Record) -> Fault | None:
    """Return the first part that is not of its type; None if each is, or is absent.

    The API refuses such an object: ports, labels and the network of its pods are
    what was not read.

    Source:
        Kubernetes API reference, PodSpec, PodTemplateSpec, ServiceSpec.
    """
    for place in _parts(record):
        part: object = record.body
        for key in place:
            part = part.get(key) if isinstance(part, dict) else None
        if part is not None and not isinstance(part, dict):
            return wrong_type(place, str(place[-1]), part, "a mapping")
    template = TEMPLATES.get(record.type)
    if template is None:
        return None
    place = (*template, "spec")
    found: object = record.body
    for key in place:
        found = mapping(found).get(key)
    return _spec_fault(mapping(found), place)


def _spec_fault(spec: Mapping[object, object], place: Pointer) -> Fault | None:
    """Return what of a pod spec is not of its type, of what packets depend on.

    Source:
        Kubernetes API reference, PodSpec, Container, ContainerPort; API concepts: the
        server refuses a value of another type.
    """
    on_host = spec.get("hostNetwork")
    if on_host is not None and not isinstance(on_host, bool):
        at = (*place, "hostNetwork")
        return wrong_type(at, "hostNetwork", on_host, "true or false")
    for part in ("containers", "initContainers"):
        fault = _list_fault(spec.get(part), part, (*place, part))
        if fault is not None:
            return fault
        for index, container in enumerate(sequence(spec.get(part))):
            ports = mapping(container).get("ports")
            fault = _list_fault(ports, "ports", (*place, part, index, "ports"))
            if fault is not None:
                return fault
    return None


def _list_fault(value: object, name: str, place: Pointer) -> Fault | None:
    """Return what is wrong with a list of mappings, or with one of them.

    An empty mapping in its place, as some tools write it, holds nothing either way.
    """
    if value is None or value == {}:
        return None
    if not isinstance(value, list):
        return wrong_type(place, name, value, "a list")
    for index, item in enumerate(value):
        if not isinstance(item, dict):
            return wrong_type((*place, index), name, item, "a mapping")
    return None


def _parts(record: Record) -> tuple[Pointer, ...]:
    """Return the places of what must be mappings, the outer first."""
    if record.type == _SERVICE:
        return (("spec",),)
    template = TEMPLATES.get(record.type)
    if template is None:
        return ()
    if not template:
        return (("spec",),)
    outer = tuple(template[:size] for size in range(1, len(template) + 1))
    return (*outer, (*template, "metadata"), (*template, "spec"))
