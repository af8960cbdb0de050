"""Reads which Services a rule means: `toServices`."""

from collections.abc import Sequence

from seawall.ingest.kubernetes.cilium.cidr import outside
from seawall.ingest.kubernetes.cilium.selector import in_namespace, is_left_out
from seawall.ingest.kubernetes.terms.condition import condition, every
from seawall.ingest.kubernetes.terms.fault import Fault, Findings
from seawall.ingest.kubernetes.terms.label import (
    read_sourced_selector,
    refuse_unknown_fields,
    wrong_type,
)
from seawall.ingest.kubernetes.terms.record import text
from seawall.model.address import AddressRange
from seawall.model.ends import (
    EVERYONE,
    NO_ONE,
    AnyOf,
    Endpoints,
    Ends,
    Facet,
    Perhaps,
    World,
)
from seawall.model.origin import Pointer
from seawall.model.selector import Operator, Requirement, Selector
from seawall.model.service import Service, ServiceType

_FIELDS = frozenset({"k8sService", "k8sServiceSelector"})
_BY_NAME = frozenset({"serviceName", "namespace"})
_BY_LABEL = frozenset({"selector", "namespace"})


def read_service_peer(
    value: object,
    pointer: Pointer,
    services: Sequence[Service],
    namespace: str | None,
    found: Findings,
) -> Ends:
    """Return whom one entry of `toServices` means; after a fault, no one.

    Source:
        cilium pkg/policy/api service.go; docs.cilium.io, security/policy/language,
        "Services based": the pods that the Service selects, or the addresses behind it
        where it selects none.
    """
    if not isinstance(value, dict):
        found.faults.append(wrong_type(pointer, "toServices", value, "a mapping"))
        return NO_ONE
    refuse_unknown_fields(value, _FIELDS, pointer, found.faults)
    given = [name for name in sorted(_FIELDS) if value.get(name) is not None]
    if len(given) != 1:
        found.faults.append(
            Fault(
                pointer,
                "entry has `k8sService` and `k8sServiceSelector`"
                if given
                else "entry names no Service",
                "an entry means one Service by name, or some by label",
                "make an entry of each" if given else "write `k8sService`",
            )
        )
        return NO_ONE
    name, place = given[0], (*pointer, given[0])
    written = value[name]
    if not isinstance(written, dict):
        found.faults.append(wrong_type(place, name, written, "a mapping"))
        return NO_ONE
    if name == "k8sService":
        return _named(written, place, services, namespace, found)
    return _labelled(written, place, services, found)


def _named(
    value: dict[object, object],
    pointer: Pointer,
    services: Sequence[Service],
    namespace: str | None,
    found: Findings,
) -> Ends:
    refuse_unknown_fields(value, _BY_NAME, pointer, found.faults)
    name = text(value.get("serviceName"))
    if name is None:
        place = (*pointer, "serviceName")
        wanted = "the name of a Service"
        found.faults.append(
            wrong_type(place, "serviceName", value.get("serviceName"), wanted)
        )
        return NO_ONE
    scope = text(value.get("namespace")) or namespace or ""
    for service in services:
        if (service.namespace, service.name) == (scope, name):
            ends = _behind(service)
            if value.get("namespace"):
                return ends
            why = "which namespace is meant where none is named is not documented"
            return Perhaps(EVERYONE, why)
    label = f"{scope}/{name}" if scope else name
    found.warnings.append(
        Fault(
            pointer,
            f"Service `{label}` is not in the input",
            "the rule means what stands behind it, and nothing while it does not exist",
            "include the Service, or mend its name",
        )
    )
    return Perhaps(EVERYONE, f"Service `{label}` is not in the input")


def _behind(service: Service) -> Ends:
    if service.doubt is not None:
        why = f"what Service `{service.label}` is: {service.doubt}"
        return Perhaps(EVERYONE, why)
    if service.type is ServiceType.EXTERNAL_NAME:
        return NO_ONE
    if service.selector is None and service.endpoints is not None:
        listed = sorted(service.listed_addresses, key=lambda it: (it.version, int(it)))
        return outside(*map(AddressRange.of, listed))
    if service.selector is None:
        why = f"the addresses behind Service `{service.label}` are not in the input"
        return Perhaps(World(), why)
    return _selected(service.selector, service.namespace)


def _selected(selector: Selector, namespace: str) -> Ends:
    labels = condition(selector, Facet.LABELS)
    pods = Endpoints(every(in_namespace(namespace), labels))
    for item in selector.requirements:
        if is_left_out(item.key):
            why = f"the Service selects by `{item.key}`, which is in no identity"
            return Perhaps(pods, why)
    return pods


def _labelled(
    value: dict[object, object],
    pointer: Pointer,
    services: Sequence[Service],
    found: Findings,
) -> Ends:
    """Return what stands behind the Services of a namespace that have some labels."""
    refuse_unknown_fields(value, _BY_LABEL, pointer, found.faults)
    place = (*pointer, "selector")
    if value.get("selector") is None:
        found.faults.append(wrong_type(place, "selector", None, "a label selector"))
        return NO_ONE
    selector = read_sourced_selector(value["selector"], place, found.faults)
    if selector is None:
        return NO_ONE
    scope = text(value.get("namespace"))
    if scope is None:
        why = "which namespace is meant where none is named is not documented"
        return Perhaps(EVERYONE, why)
    meant = [
        _behind(service)
        for service in services
        if service.namespace == scope
        and (service.doubt is not None or _carries(service, selector))
    ]
    if meant:
        return AnyOf(tuple(meant))
    anyone: Ends = AnyOf((Endpoints(in_namespace(scope)), World()))
    return Perhaps(anyone, "no Service of the input carries these labels")


def _carries(service: Service, selector: Selector) -> bool:
    """Whether a Service has what a selector asks for; labels of another source never.

    Source: cilium pkg/policy/k8s service.go and pkg/labels labels.go.
    """
    labels = dict(service.labels)
    return all(
        _meets(item, labels.get(item.key.removeprefix("k8s:").removeprefix("any:")))
        for item in selector.requirements
    )


def _meets(item: Requirement, value: str | None) -> bool:
    if item.operator is Operator.IN:
        return value in item.values
    if item.operator is Operator.NOT_IN:
        return value not in item.values
    return (value is None) is (item.operator is Operator.DOES_NOT_EXIST)
