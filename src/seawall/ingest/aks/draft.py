"""The cluster and its surroundings while AKS's additions are being made."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Protocol, TypeVar

from seawall.ingest.resource import ClusterRecord
from seawall.model.address import Address
from seawall.model.cluster import Cluster
from seawall.model.diagnostic import Assumption, Diagnostic, Level
from seawall.model.network import Subnet
from seawall.model.origin import Origin
from seawall.model.snapshot import Fabric


class _Identified(Protocol):
    @property
    def id(self) -> str: ...


T = TypeVar("T", bound=_Identified)


@dataclass(slots=True)
class Draft:
    """Work in progress on one cluster; each step reads it and adds to it.

    Attributes:
        record: The cluster as it was written.
        cluster: The cluster so far.
        fabric: The network so far, of every cluster of the input.
        assumptions: What was taken for granted, in order.
        diagnostics: What the reader must be told, in order.
    """

    record: ClusterRecord
    cluster: Cluster
    fabric: Fabric
    assumptions: list[Assumption] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)

    def predicted_id(self, name: str) -> str:
        """Return an id for something that AKS makes and the input does not hold."""
        return f"{self.cluster.id}#{name}".lower()

    def is_managed(self, resource: str) -> bool:
        """Whether the resource of that id lies in the group that AKS manages."""
        group = self.cluster.node_resource_group
        return bool(group) and f"/resourcegroups/{group}/" in resource

    def assume(self, name: str, text: str, source: str, *touches: str) -> None:
        """Note something taken for granted."""
        self.assumptions.append(Assumption(name, text, source, touches))

    def tell(
        self, level: Level, origin: Origin, *, what: str, why: str, mend: str
    ) -> None:
        """Note something that the reader must be told."""
        self.diagnostics.append(Diagnostic(level, origin, what, why, mend))

    def node_subnets(self) -> tuple[Subnet, ...]:
        """Return the subnets of the pools, in the order of the pools, once each."""
        ids = dict.fromkeys(pool.subnet.value for pool in self.cluster.pools)
        found = (self.subnet(item) for item in ids if item)
        return tuple(item for item in found if item is not None)

    def subnet(self, resource: str) -> Subnet | None:
        """Return the subnet of that id, or None."""
        return find(self.fabric.subnets, resource)

    def subnet_at(self, address: Address) -> Subnet | None:
        """Return the subnet of the cluster's network that holds an address, or None."""
        home = self.network()
        for subnet in self.fabric.subnets:
            inside = any(address in prefix for prefix in subnet.prefixes)
            if inside and subnet.network == home:
                return subnet
        return None

    def network(self) -> str | None:
        """Return the id of the cluster's virtual network, or None if not known."""
        return next((subnet.network for subnet in self.node_subnets()), None)

    def replace_subnet(self, new: Subnet) -> None:
        """Put *new* in the place of the subnet with its id."""
        self.fabric = replace(self.fabric, subnets=put(self.fabric.subnets, new))


def find(items: Iterable[T], resource: str | None) -> T | None:
    """Return the item of that id, or None."""
    return next((item for item in items if item.id == resource), None)


def put(items: Iterable[T], *new: T) -> tuple[T, ...]:
    """Return *items* with *new* added or put in the place of their like, by id."""
    ids = {item.id for item in new}
    kept = [item for item in items if item.id not in ids]
    return tuple(sorted((*kept, *new), key=lambda item: item.id))
