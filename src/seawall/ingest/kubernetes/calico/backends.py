"""The backends of Services, as rules of Calico mean them."""

from collections.abc import Iterable
from dataclasses import dataclass

from seawall.ingest.kubernetes.language import Surroundings
from seawall.ingest.kubernetes.terms.condition import condition, every
from seawall.model.ends import (
    EVERYONE,
    NO_ONE,
    AnyOf,
    Comparison,
    Endpoints,
    Ends,
    Facet,
    LabelTest,
    Nodes,
    Perhaps,
)
from seawall.model.packet import PortRange, Protocol
from seawall.model.policy import NamedPort, NumberedPorts
from seawall.model.ranked import ServiceMatch
from seawall.model.selector import Operator, Selector
from seawall.model.service import Service, ServiceType


@dataclass(frozen=True, slots=True)
class Backing:
    """What stands behind one Service.

    Attributes:
        ends: Its backends.
        ports: What they listen on; None is not known, so anything.
        doubt: What is not known about it, as a clause, or empty.
        is_missing: Whether the input does not hold the Service.
    """

    ends: Ends
    ports: tuple[ServiceMatch, ...] | None
    doubt: str = ""
    is_missing: bool = False


class Backends:
    """Finds the backends of Services by name."""

    def __init__(self, surroundings: Surroundings) -> None:
        """Take the Services of the input, and which pods are on the host network."""
        self._services = {
            (item.namespace, item.name): item for item in surroundings.services
        }
        self._hosts = surroundings.host_pods

    def of(self, namespace: str, name: str) -> Backing:
        """Return what stands behind a Service.

        Source:
            projectcalico/calico api/pkg/apis/projectcalico/v3, ServiceMatch, and
            felix/calc: the addresses of its endpoint slices, and not its own.
        """
        label = f"{namespace}/{name}"
        service = self._services.get((namespace, name))
        if service is None:
            why = f"Service `{label}` is not in the input"
            return Backing(Perhaps(EVERYONE, why), None, why, is_missing=True)
        if service.doubt is not None:
            why = f"what Service `{label}` is: {service.doubt}"
            return Backing(Perhaps(EVERYONE, why), None, why)
        if service.type is ServiceType.EXTERNAL_NAME:
            return Backing(NO_ONE, ())
        if service.selector is None:
            why = f"the endpoints of Service `{label}`, which has no selector"
            return Backing(Perhaps(EVERYONE, why), None, why)
        return self._behind(service, service.selector)

    def _behind(self, service: Service, selector: Selector) -> Backing:
        names = frozenset({service.namespace})
        own = LabelTest(Facet.NAMESPACE_NAME, "", Comparison.IN, names)
        ends: Ends = Endpoints(every(own, condition(selector, Facet.LABELS)))
        ports = tuple(_ports(service))
        if not any(
            namespace == service.namespace and _selects(selector, labels)
            for namespace, labels in self._hosts
        ):
            return Backing(ends, ports)
        why = f"which nodes run backends of Service `{service.label}` is not settled"
        ends = AnyOf((ends, Perhaps(Nodes(), why)))
        if any(isinstance(item, NamedPort) for item in ports):
            return Backing(Perhaps(ends, why), None, why)
        return Backing(ends, ports)


def _ports(service: Service) -> Iterable[ServiceMatch]:
    for port in service.ports:
        protocol = Protocol(port.protocol)
        if isinstance(port.target, int):
            yield NumberedPorts(protocol, PortRange(port.target, port.target))
        else:
            yield NamedPort(protocol, port.target)


def _selects(selector: Selector, labels: tuple[tuple[str, str], ...]) -> bool:
    """Whether a Service selects a pod; its selectors ask for equal labels alone."""
    held = dict(labels)
    return all(
        item.operator is Operator.IN and held.get(item.key) in item.values
        for item in selector.requirements
    )
