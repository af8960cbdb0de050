"""What Services lead to, as settings that may be others."""

from collections import defaultdict
from collections.abc import Iterator

from seawall.engine.path.ways_in.backends import selects, target_ports
from seawall.model.service import Service
from seawall.model.setting import Setting
from seawall.model.snapshot import KubernetesObjects
from seawall.model.workload import Workload
from seawall.query.settings.row import Row, row


def service_rows(
    one: KubernetesObjects, other: KubernetesObjects
) -> Iterator[tuple[Row, Row]]:
    """Yield what each Service of both sides leads to, there and here.

    One that is on one side alone leads nobody past what is told of its pods.

    Complexity: Services by workloads of their namespace.
    """
    if one.services == other.services and one.workloads == other.workloads:
        return
    left, right = _Behind(one), _Behind(other)
    for label in left.services:
        if label in right.services:
            yield left.row(label), right.row(label)


class _Behind:
    def __init__(self, objects: KubernetesObjects) -> None:
        self.services = {each.label: each for each in objects.services}
        self._hidden = objects.hidden
        self._homes: dict[str, list[Workload]] = defaultdict(list)
        for workload in objects.workloads:
            if workload.runs:
                self._homes[workload.namespace].append(workload)

    def row(self, label: str) -> Row:
        service = self.services[label]
        of = f"Service {label}"
        return row("Services", "ports and pods", self._leads(service), of=of)

    def _leads(self, service: Service) -> Setting[tuple[str, ...]]:
        if service.external_name:
            return Setting.stated((service.external_name,), service.origin)
        if service.selector is None and service.endpoints is None:
            why = service.doubt or "it has no selector, and its endpoints are not told"
            return Setting.unknown(why)
        for each in self._hidden:
            if each.namespace in (None, service.namespace):
                why = f"pods of {each.kind} {each.name} may be behind it"
                return Setting.unknown(why)
        pods = [
            each
            for each in self._homes[service.namespace]
            if service.selector and selects(service.selector, dict(each.labels))
        ]
        found = [
            f"{port.protocol.name} {port.port} to {pod.label} {number}"
            for port in service.ports
            for pod in pods
            for number in target_ports(port, pod)
        ]
        found += [
            f"{port.protocol.name} {port.port} to {address} {listed.port}"
            for port in service.ports
            for listed in service.endpoints or ()
            for address in listed.addresses
            if listed.is_behind(port)
        ]
        return Setting.stated(tuple(found), service.origin)
