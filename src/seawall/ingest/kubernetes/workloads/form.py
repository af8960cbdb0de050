"""Whether an object that makes pods, or a Service, has the form of one."""

from seawall.ingest.kubernetes.terms.fault import Fault
from seawall.ingest.kubernetes.terms.label import wrong_type
from seawall.ingest.kubernetes.terms.record import Record
from seawall.ingest.kubernetes.workloads.workload import TEMPLATES
from seawall.model.origin import Pointer

_SERVICE = ("", "Service")


def form_fault(record: Record) -> Fault | None:
    """Return the first part that is no mapping; None if each is one, or absent.

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
