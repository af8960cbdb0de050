"""Collects Services and what opens ways in to them."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from seawall.ingest.kubernetes.language import Placed
from seawall.ingest.kubernetes.services.calls import CallReader
from seawall.ingest.kubernetes.services.endpoints import LISTS, EndpointReader
from seawall.ingest.kubernetes.services.service import (
    doubted,
    read_ingress,
    read_service,
)
from seawall.ingest.kubernetes.terms.fault import Findings
from seawall.ingest.kubernetes.terms.record import Record, mapping, sequence
from seawall.model.diagnostic import Diagnostic, Level
from seawall.model.service import Ingress, NginxController, Service, ServiceType
from seawall.model.way_in import WayIn
from seawall.model.workload import Namespace

_INGRESSES = frozenset({("networking.k8s.io", "Ingress"), ("extensions", "Ingress")})
_OTHERS = {
    "gateway.networking.k8s.io": frozenset(
        {
            "Gateway",
            "HTTPRoute",
            "GRPCRoute",
            "TLSRoute",
            "TCPRoute",
            "UDPRoute",
            "ReferenceGrant",
        }
    ),
    "networking.istio.io": frozenset({"Gateway", "VirtualService"}),
    "route.openshift.io": frozenset({"Route"}),
}
_SERVICE = ("", "Service")
_TWICE = "it stands more than once, with different content"
_WIDE = frozenset(
    {
        ("networking.k8s.io", "IngressClass"),
        ("approuting.kubernetes.azure.com", "NginxIngressController"),
    }
)
"""Kinds of a whole cluster that say who serves Ingresses."""


def by_name(item: Service | Ingress) -> tuple[str, str]:
    """Return what these are sorted by."""
    return item.namespace, item.name


def is_service_or_ingress(record: Record) -> bool:
    """Whether a kind is read only if it is certain."""
    return record.type == _SERVICE or record.type in _INGRESSES


def is_door(record: Record) -> bool:
    """Whether a kind in a namespace is read here."""
    if is_service_or_ingress(record) or record.type in LISTS:
        return True
    return record.kind in _OTHERS.get(record.group, ())


def steers_mesh(record: Record) -> bool:
    """Whether a route is, also, for clients inside a mesh: that is not modelled.

    Source:
        istio.io, reference, Virtual Service, `gateways`: without any, and under the
        name `mesh`; kubernetes-sigs/gateway-api GEP-1426: a parent that is a Service.
    """
    if record.type == ("networking.istio.io", "VirtualService"):
        gateways = sequence(record.spec.get("gateways"))
        return not gateways or "mesh" in gateways
    return any(
        mapping(parent).get("kind") == "Service"
        for parent in sequence(record.spec.get("parentRefs"))
    )


def _either(items: list[Service]) -> Service:
    """Return what stands for Services of one name of which one exists.

    It has the ports of all, is as open as the most open, and what stands behind it is
    not known.
    """
    shown = next((item for item in items if _is_open(item)), items[0])
    return replace(
        doubted(shown, _TWICE),
        type=shown.type if _is_open(shown) else ServiceType.CLUSTER_IP,
        ports=tuple(dict.fromkeys(port for item in items for port in item.ports)),
        cluster_addresses=tuple(
            dict.fromkeys(it for item in items for it in item.cluster_addresses)
        ),
    )


@dataclass(slots=True)
class DoorReader:
    """Collects them; `settle`, then `ways_in` are asked at the end.

    Attributes:
        services: Every Service; one that cannot be read is in doubt.
        ingresses: Every Ingress.
        others: What else opens ways in.
        listed: What is listed behind Services.
        calls: What makes the API server call into the cluster.
        uses_waypoint: Whether a mesh leads traffic to some Service through a proxy of
            its own. Source: istio.io, ambient, "Configure waypoint proxies".
    """

    services: list[Service] = field(default_factory=list)
    ingresses: list[Ingress] = field(default_factory=list)
    others: list[Placed] = field(default_factory=list)
    listed: EndpointReader = field(default_factory=EndpointReader)
    calls: CallReader = field(default_factory=CallReader)
    uses_waypoint: bool = False

    def note_class(self, record: Record) -> bool:
        """Take who serves Ingresses, or a webhook; return whether it is one."""
        if record.type in _WIDE:
            self.others.append(Placed(record, None))
            return True
        return self.calls.take(record)

    def read(self, record: Record, namespace: str) -> Iterator[Diagnostic]:
        """Take one object for which `is_door` holds; yield what is to be told."""
        if record.type in _INGRESSES:
            self.ingresses.append(read_ingress(record, namespace))
            return
        self.uses_waypoint |= _has_waypoint(record)
        found = Findings()
        if record.type in LISTS:
            self.listed.take(record, namespace, found)
        elif record.type == _SERVICE:
            self.services.append(read_service(record, namespace, found))
        else:
            self.others.append(Placed(record, namespace))
        for fault in (*found.faults, *found.warnings):
            yield fault.diagnostic(record.origin, Level.UNMODELLED)

    def settle(self) -> None:
        """Make one of the Services that share a name, for one of them exists.

        Then each has what is listed behind it.
        """
        by_label: dict[tuple[str, str], list[Service]] = {}
        for item in sorted(self.services, key=by_name):
            by_label.setdefault(by_name(item), []).append(item)
        self.services = [
            self.listed.behind(items[0] if len(items) == 1 else _either(items))
            for items in by_label.values()
        ]

    def ways_in(
        self, namespaces: Iterable[Namespace]
    ) -> tuple[tuple[WayIn, ...], tuple[Diagnostic, ...]]:
        """Return the ways in, and what their authors must be told."""
        doors = [item for item in self.services if _is_open(item)]
        twice = self._twice()
        # What takes which routes is not known of a Gateway that stands twice.
        others = [
            item
            for item in self.others
            if item.record.kind != "Gateway" or _key(item) not in twice
        ]
        if not doors and not self.ingresses and not self.others:
            return (), ()
        from seawall.ingest.kubernetes.ways_in import read_ways_in  # noqa: PLC0415

        found = read_ways_in(others, doors, self.ingresses, namespaces, self.services)
        ways = (
            replace(way, doubt=way.doubt or _TWICE)
            if (way.kind, way.namespace, way.name) in twice
            else way
            for way in found.ways
        )
        return tuple(ways), found.diagnostics

    def controllers(self) -> tuple[NginxController, ...]:
        """Return the ingress controllers that application routing is asked for."""
        if not any(item.record.type in _WIDE for item in self.others):
            return ()
        from seawall.ingest.kubernetes.ways_in.app_routing import (  # noqa: PLC0415
            controllers_of,
        )

        return controllers_of(self.others)

    def _twice(self) -> frozenset[tuple[str, str, str]]:
        """Return kind, namespace and name of what else stands more than once."""
        count = Counter(("Ingress", *by_name(item)) for item in self.ingresses)
        by_group = Counter((item.record.group, *_key(item)) for item in self.others)
        more = [key for key, number in count.items() if number > 1]
        more += [key[1:] for key, number in by_group.items() if number > 1]
        return frozenset(key for key in more if key[-1][-1:] not in ("?", "*"))


def _key(item: Placed) -> tuple[str, str, str]:
    return item.record.kind, item.namespace or "", item.record.name


def _is_open(service: Service) -> bool:
    outward = (ServiceType.NODE_PORT, ServiceType.LOAD_BALANCER)
    return service.type in outward or bool(service.external_addresses)


def _has_waypoint(record: Record) -> bool:
    labels = mapping(record.metadata.get("labels"))
    return (
        "istio.io/use-waypoint" in labels
        or record.spec.get("gatewayClassName") == "istio-waypoint"
    )
