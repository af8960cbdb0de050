"""Pods without a cluster around them: network policies decide, and nothing else.

Source: docs/semantics/path.md, V7.
"""

from collections.abc import Iterator
from functools import cached_property

from seawall.engine.path.ground.atlas import Atlas
from seawall.engine.path.ground.branch import Arrival, ArrivalKind, Branch, StartKind
from seawall.engine.path.ground.space import SPECIAL, Space, at
from seawall.engine.path.ground.verdicts import Ruling
from seawall.model.address import Address
from seawall.model.diagnostic import Level
from seawall.model.end import AddressEnd, InternetEnd, PodEnd
from seawall.model.trace import Layer

_SAYS = "no cluster is in the input, so network policies alone decide"
_HOST = (
    "no cluster is in the input, so what reaches pods on the network of a node, and "
    "what these reach, is not known"
)
_HELD = (
    "no cluster is in the input, so what an address of a pod, node, Service or of the "
    "platform stands for is not known"
)
_NO_DOOR = (
    "no cluster is in the input, so what leads the internet to a pod is not known"
)
_SOURCE = "Seawall, docs/semantics/path.md, V7"


class Alone:
    """Says what becomes of packets of pods of which no cluster is known."""

    def __init__(self, atlas: Atlas) -> None:
        self._atlas = atlas

    def is_asked(self, branch: Branch) -> bool:
        """Say whether nothing but network policies is known of what is asked.

        One end is a pod, the other a pod or addresses; no cluster is in the input, nor,
        but between pods, any network. What cannot be read may hold one.
        """
        if self._atlas.cluster is not None or self.lost:
            return False
        target = branch.question.target
        to_pod = isinstance(target, PodEnd)
        from_pod = branch.start.workload is not None
        if to_pod and from_pod:
            return True
        fabric = self._atlas.fabric
        if fabric.networks or fabric.gateways:
            return False
        if to_pod:
            return branch.start.kind in (StartKind.NOWHERE, StartKind.INTERNET)
        return from_pod and isinstance(target, AddressEnd | InternetEnd)

    def ways(self, branch: Branch) -> Iterator[Branch]:
        """Yield the ways, ready to be judged by policies: the network lets them pass.

        What leads the internet to a pod the input does not show, and what policies mean
        for pods on the host network turns on the engine.
        """
        target, sender = branch.question.target, branch.start.workload
        pods = [sender, target.workload if isinstance(target, PodEnd) else None]
        if any(pod is not None and pod.host_network for pod in pods):
            yield branch.judged(Layer.DELIVERY, "", Ruling.not_known(_HOST, _SOURCE))
            return
        if not all(pods):
            outer = self.held.as_sources() if sender is None else None
            held = branch.within(outer or self.held.as_destinations())
            branch = branch.within(branch.flows - held.flows)
            unknown = held.judged(Layer.DELIVERY, "", Ruling.not_known(_HELD, _SOURCE))
            # No pod has an address of the platform, so policies see the address.
            yield unknown.toward(SPECIAL).arrived(Arrival(ArrivalKind.PLATFORM))
            yield unknown.toward(unknown.destinations - SPECIAL)
        kind = ArrivalKind.POD if isinstance(target, PodEnd) else ArrivalKind.INTERNET
        ruling = Ruling.passing(_SAYS, _SOURCE)
        if branch.start.kind is StartKind.INTERNET:
            ruling = Ruling.not_known(_NO_DOOR, _SOURCE)
        if branch.flows:
            yield branch.judged(Layer.DELIVERY, "", ruling).arrived(Arrival(kind))

    @cached_property
    def lost(self) -> str:
        """What could not be read and may hold the cluster, as a clause; often empty."""
        for item in self._atlas.snapshot.diagnostics:
            if item.level is Level.ERROR and not item.of_object:
                what = item.origin.path if item.origin else "a part of the input"
                return f"`{what}` could not be read, and may hold the cluster"
        return ""

    @cached_property
    def held(self) -> Space:
        """The addresses of the platform, and of what the input shows of a cluster."""
        objects = self._atlas.snapshot.objects
        found: list[Address] = [
            item for node in objects.nodes for item in node.addresses
        ]
        for workload in objects.workloads:
            for pod in workload.pods:
                found += (*pod.addresses, *pod.node_addresses)
        found += (item for hidden in objects.hidden for item in hidden.addresses)
        for service in objects.services:
            found += service.cluster_addresses
            found += (*service.load_balancer_addresses, *service.external_addresses)
        return SPECIAL | at(*found)
