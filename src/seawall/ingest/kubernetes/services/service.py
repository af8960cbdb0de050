"""Reads Services and Ingresses."""

from collections.abc import Mapping
from dataclasses import replace
from ipaddress import ip_address

from seawall.ingest.kubernetes.terms.fault import Fault, Findings, shown
from seawall.ingest.kubernetes.terms.label import read_labels, text_fault, wrong_type
from seawall.ingest.kubernetes.terms.port import PORT_NAME, PORT_RULE, is_port
from seawall.ingest.kubernetes.terms.record import Record, mapping, sequence, text
from seawall.ingest.kubernetes.workloads.shape import read_annotations
from seawall.model.address import Address
from seawall.model.origin import Pointer
from seawall.model.packet import Protocol
from seawall.model.selector import Operator, Requirement, Selector
from seawall.model.service import (
    Ingress,
    IngressBackend,
    Service,
    ServicePort,
    ServiceType,
)

_TYPES = {kind.value: kind for kind in ServiceType}
PROTOCOLS = {"TCP": Protocol.TCP, "UDP": Protocol.UDP, "SCTP": Protocol.SCTP}
_PARTS: dict[Pointer, str] = {("type",): "type", ("selector",): "selector"}
_CLASS_ANNOTATION = "kubernetes.io/ingress.class"


def read_service(record: Record, namespace: str, found: Findings) -> Service:
    """Return a Service; with a fault it is in doubt: the API server refuses it.

    Source:
        Kubernetes, core/v1 types.go, ServiceSpec; pkg/apis/core/validation,
        ValidateService, validateServicePort.
    """
    spec = record.spec
    written = spec.get("type")
    kind = _TYPES.get(written) if isinstance(written, str) else None
    if kind is None and written is not None:
        found.faults.append(_type_fault(written))
    selector = _selector(spec.get("selector"), found)
    ports = _ports(spec.get("ports"), found)
    service = _service(record, namespace, kind, selector, ports)
    faults = [*found.faults, *found.warnings]
    if not faults:
        return service
    pointer = faults[0].pointer
    part = _PARTS.get(pointer[1:2], "port")
    return doubted(service, f"its {part} ({record.origin.at(*pointer)}) cannot be read")


def doubted(service: Service, why: str) -> Service:
    """Return what stands for a Service of which it is not known what it says."""
    return replace(
        service,
        selector=None,
        labels=(),
        headless=False,
        local_traffic_only=False,
        local_inside_only=False,
        source_ranges=(),
        doubt=why,
    )


def _service(
    record: Record,
    namespace: str,
    kind: ServiceType | None,
    selector: Selector | None,
    ports: tuple[ServicePort, ...],
) -> Service:
    spec = record.spec
    cluster = _addresses([spec.get("clusterIP"), *sequence(spec.get("clusterIPs"))])
    return Service(
        namespace,
        record.name,
        kind or ServiceType.CLUSTER_IP,
        selector,
        ports,
        record.origin,
        cluster,
        spec.get("clusterIP") == "None",
        spec.get("externalTrafficPolicy") == "Local",
        tuple(
            item
            for item in sequence(spec.get("loadBalancerSourceRanges"))
            if isinstance(item, str)
        ),
        _front_ends(record),
        text(spec.get("externalName")) or "",
        read_annotations(record.metadata),
        _addresses(sequence(spec.get("externalIPs"))),
        local_inside_only=spec.get("internalTrafficPolicy") == "Local",
        without_node_ports=kind is ServiceType.LOAD_BALANCER
        and spec.get("allocateLoadBalancerNodePorts") is False,
        load_balancer_class=text(spec.get("loadBalancerClass")) or "",
        load_balancer_names=tuple(
            name for it in _published(record) if (name := text(it.get("hostname")))
        ),
        labels=tuple(
            sorted(
                (key, item)
                for key, item in mapping(record.metadata.get("labels")).items()
                if isinstance(key, str) and isinstance(item, str)
            )
        ),
    )


def read_ingress(record: Record, namespace: str) -> Ingress:
    """Return an Ingress, of `networking.k8s.io/v1` or an older API.

    Source:
        Kubernetes, networking/v1 and networking/v1beta1 types.go, IngressSpec.
    """
    spec = record.spec
    backends: list[IngressBackend] = []
    for key in ("defaultBackend", "backend"):
        _add_backend(backends, "", "", spec.get(key))
    for rule in sequence(spec.get("rules")):
        host = text(mapping(rule).get("host")) or ""
        http = mapping(mapping(rule).get("http"))
        for item in sequence(http.get("paths")):
            path = mapping(item)
            written = text(path.get("path")) or ""
            _add_backend(backends, host, written, path.get("backend"))
    annotations = read_annotations(record.metadata)
    chosen = text(spec.get("ingressClassName"))
    return Ingress(
        namespace,
        record.name,
        chosen or dict(annotations).get(_CLASS_ANNOTATION, ""),
        tuple(backends),
        record.origin,
        annotations,
    )


def _selector(value: object, found: Findings) -> Selector | None:
    if not value and (value is None or isinstance(value, dict)):
        return None
    labels = read_labels(value, ("spec", "selector"))
    found.faults.extend(labels.faults)
    return Selector(
        tuple(
            Requirement(key, Operator.IN, frozenset((item,)))
            for key, item in sorted(labels.known.items())
        )
    )


def _ports(value: object, found: Findings) -> tuple[ServicePort, ...]:
    out: list[ServicePort] = []
    if value is not None and not isinstance(value, list):
        found.faults.append(wrong_type(("spec", "ports"), "ports", value, "a list"))
    for index, item in enumerate(sequence(value)):
        pointer: Pointer = ("spec", "ports", index)
        port = _port(mapping(item), pointer, found)
        if port is not None:
            out.append(port)
    return tuple(out)


def _port(
    fields: Mapping[object, object], pointer: Pointer, found: Findings
) -> ServicePort | None:
    number = fields.get("port")
    if not is_port(number):
        found.warnings.append(
            Fault(
                (*pointer, "port"),
                f"Service port {shown(number)} does not exist",
                "a port is a number from 1 to 65535; the API server refuses any other",
                "give the port as a number",
            )
        )
        return None
    written = fields.get("protocol")
    protocol = Protocol.TCP if written is None else PROTOCOLS.get(str(written))
    if protocol is None:
        place = (*pointer, "protocol")
        found.warnings.append(
            wrong_type(place, "protocol", written, "TCP, UDP or SCTP")
        )
        return None
    target = fields.get("targetPort")
    if target in (None, 0, "") and target is not False:
        target = number
    if isinstance(target, str):
        if not PORT_NAME.fullmatch(target):
            place = (*pointer, "targetPort")
            mend = "remove the quotes" if target.isdecimal() else "mend it"
            found.warnings.append(text_fault(target, place, PORT_RULE, mend))
            return None
    elif not is_port(target):
        place = (*pointer, "targetPort")
        found.warnings.append(wrong_type(place, "targetPort", target, "a port"))
        return None
    node_port = fields.get("nodePort")
    if node_port is False or not (node_port in (None, 0) or is_port(node_port)):
        place = (*pointer, "nodePort")
        found.warnings.append(wrong_type(place, "nodePort", node_port, "a port"))
    return ServicePort(
        text(fields.get("name")) or "",
        protocol,
        number,
        target,
        node_port if is_port(node_port) else None,
    )


def _type_fault(written: object) -> Fault:
    rule = "the API knows `ClusterIP`, `NodePort`, `LoadBalancer` and `ExternalName`"
    place = ("spec", "type")
    if isinstance(written, str):
        return text_fault(written, place, rule, "choose one of the four")
    return wrong_type(place, "type", written, "one of the four types")


def _front_ends(record: Record) -> tuple[Address, ...]:
    written = [item.get("ip") for item in _published(record)]
    return _addresses(written) or _addresses([record.spec.get("loadBalancerIP")])


def _published(record: Record) -> list[Mapping[object, object]]:
    status = mapping(mapping(record.body.get("status")).get("loadBalancer"))
    return [mapping(item) for item in sequence(status.get("ingress"))]


def _addresses(written: list[object]) -> tuple[Address, ...]:
    out: list[Address] = []
    for item in written:
        if not isinstance(item, str) or not item or item == "None":
            continue
        try:
            address = ip_address(item)
        except ValueError:
            continue
        if address not in out:
            out.append(address)
    return tuple(out)


def _add_backend(
    backends: list[IngressBackend], host: str, path: str, value: object
) -> None:
    fields = mapping(value)
    if not fields:
        return
    service = mapping(fields.get("service"))
    name = text(service.get("name")) or text(fields.get("serviceName"))
    if name is None:
        return
    ports = mapping(service.get("port"))
    port = ports.get("number") or ports.get("name") or fields.get("servicePort")
    if not isinstance(port, int | str) or isinstance(port, bool):
        port = None
    if isinstance(port, str) and port.isdecimal():
        port = int(port)
    backends.append(IngressBackend(host, path, name, port))
