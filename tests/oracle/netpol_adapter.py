"""Answers questions of recorded NetworkPolicy cases, for their runner `check.py`.

The runner asks `load(paths, engine)` and `allowed(model, source, destination, protocol,
port)`. An end is `namespace/pod`, `namespace/owner[Kind]` or an IPv4 address. Set
`SEAWALL_ADAPTER=reference` to hear the definition instead of the engine.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import ip_address

from seawall.engine.policy import PolicyTable, ServiceMask
from seawall.ingest import load as read
from seawall.model.address import Address
from seawall.model.dataplane import DATAPLANES, Dataplane, PolicyEngine
from seawall.model.packet import Protocol
from seawall.model.policy import Direction
from seawall.model.snapshot import KubernetesObjects, Snapshot
from seawall.model.trace import Verdict
from seawall.model.workload import Pod, Workload
from seawall.reference.policy import HostAt, Outside, PodAt, PolicyQuestion, decide

ENGINES = {
    "api": PolicyEngine.SPEC,
    "npm": PolicyEngine.NPM,
    "calico": PolicyEngine.CALICO,
    "cilium": PolicyEngine.CILIUM,
}


@dataclass(frozen=True)
class End:
    """One pod (None where it is not known one by one), a node, or an address."""

    workload: Workload | None = None
    pod: Pod | None = None
    address: Address | None = None
    node: str | None = None

    @property
    def on_host(self) -> bool:
        """Whether it uses a node's network."""
        return self.workload.host_network if self.workload else self.node is not None


class Model:
    """The objects of one case under one dataplane, and what its ends are called."""

    def __init__(self, objects: KubernetesObjects, dataplane: Dataplane) -> None:
        self.objects = objects
        self.dataplane = dataplane
        self._named: dict[str, list[End]] = {}
        self._at: dict[Address, End] = {}
        for workload in objects.workloads:
            pods: tuple[Pod | None, ...] = workload.pods or (None,)
            for pod in pods:
                address = pod.addresses[0] if pod and pod.addresses else None
                node = pod.node if pod else None
                end = End(workload, pod, address, node)
                self._named.setdefault(_owner(workload), []).append(end)
                name = pod.name if pod else workload.name
                self._named.setdefault(f"{workload.namespace}/{name}", []).append(end)
                if pod and workload.runs and not workload.host_network:
                    self._at |= dict.fromkeys(pod.addresses, end)
                if pod and pod.node:
                    for item in pod.node_addresses:
                        self._at.setdefault(item, End(address=item, node=pod.node))

    def ends(self, text: str) -> list[End]:
        """Return the pods, node or address that a case names; empty if unheard of."""
        if "/" in text:
            return self._named.get(text, [])
        address = ip_address(text)
        return [self._at.get(address, End(address=address))]

    def ask(self, source: str, destination: str, protocol: int, port: int) -> Verdict:
        """Return what holds for all pairs of pods of two ends."""
        found = {
            self.verdict(a, b, protocol, port)
            for a in self.ends(source)
            for b in self.ends(destination)
            if a != b or a.pod is None
        }
        return found.pop() if len(found) == 1 else Verdict.UNKNOWN

    def verdict(
        self, source: End, destination: End, protocol: int, port: int
    ) -> Verdict:
        """Return the verdict between two ends."""
        raise NotImplementedError


class ReferenceModel(Model):
    """Asks the definition."""

    def verdict(
        self, source: End, destination: End, protocol: int, port: int
    ) -> Verdict:
        """Return the verdict between two ends."""
        question = PolicyQuestion(_end(source), _end(destination), protocol, port)
        return decide(self.objects, self.dataplane, question).verdict


class EngineModel(Model):
    """Asks the engine."""

    def __init__(self, objects: KubernetesObjects, dataplane: Dataplane) -> None:
        super().__init__(objects, dataplane)
        self.table = PolicyTable.build(objects, dataplane)
        self.answer = lru_cache(maxsize=None)(self._compute)

    def verdict(
        self, source: End, destination: End, protocol: int, port: int
    ) -> Verdict:
        """Return the verdict between two ends."""
        answer = self.answer(source, destination)
        bit = self.table.services.mask_of(protocol, port)
        if answer.allowed & bit:
            return Verdict.ALLOWED
        return Verdict.UNKNOWN if answer.possible & bit else Verdict.DENIED

    def _compute(self, source: End, destination: End) -> ServiceMask:
        table = self.table
        if source.workload and destination.workload:
            if source.on_host or destination.on_host:
                return table.between(source.workload, destination.workload)
            return table.between_units(
                table.units(source.workload, source.pod),
                table.units(destination.workload, destination.pod),
            )
        if source.workload:
            return self._outside(source, Direction.EGRESS, destination.address)
        if destination.workload:
            return self._outside(destination, Direction.INGRESS, source.address)
        return ServiceMask(table.services.everything, table.services.everything)

    def _outside(
        self, end: End, direction: Direction, address: Address | None
    ) -> ServiceMask:
        assert end.workload is not None
        for part in self.table.outside(end.workload, direction):
            if any(address in item for item in part.ranges if address is not None):
                return part.services
        return ServiceMask(0, 0)


def load(paths: Sequence[str], engine: str) -> Model:
    """Return the model of some files or folders under an engine."""
    dataplane = DATAPLANES[ENGINES[engine]]
    objects = _read(tuple(paths)).objects
    if os.environ.get("SEAWALL_ADAPTER") == "reference":
        return ReferenceModel(objects, dataplane)
    return EngineModel(objects, dataplane)


def allowed(model: Model, src: str, dst: str, proto: str, port: int) -> bool | None:
    """Return whether a connection passes; None where Seawall does not say."""
    verdict = model.ask(src, dst, Protocol[proto], port)
    return {Verdict.ALLOWED: True, Verdict.DENIED: False}.get(verdict)


def knows(model: Model, end: str) -> bool:
    """Return whether an end is one of the model's; every address is."""
    return bool(model.ends(end))


@lru_cache(maxsize=8)
def _read(paths: tuple[str, ...]) -> Snapshot:
    return read(paths)


def _owner(workload: Workload) -> str:
    return f"{workload.namespace}/{workload.name}[{workload.kind}]"


def _end(end: End) -> PodAt | HostAt | Outside:
    if end.on_host:
        return HostAt(end.address, end.node, end.workload)
    if end.workload:
        return PodAt(end.workload, end.pod, end.address)
    assert end.address is not None
    return Outside(end.address)
