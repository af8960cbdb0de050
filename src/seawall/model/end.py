"""The ends of a question: what a packet comes from or is meant for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # decision 0007
    from seawall.model.address import AddressRange
    from seawall.model.service import Service
    from seawall.model.workload import Workload


@dataclass(frozen=True, slots=True)
class PodEnd:
    """Any pod of one workload."""

    workload: Workload

    def __str__(self) -> str:
        return self.workload.label


@dataclass(frozen=True, slots=True)
class NodeEnd:
    """Any node of one pool, or a process on its host network."""

    pool: str

    def __str__(self) -> str:
        return f"node:{self.pool}"


@dataclass(frozen=True, slots=True)
class SubnetEnd:
    """Any machine in one subnet, by id."""

    subnet: str

    def __str__(self) -> str:
        return f"subnet:{self.subnet}"


@dataclass(frozen=True, slots=True)
class AddressEnd:
    """Whatever has one of these addresses."""

    ranges: tuple[AddressRange, ...]

    def __str__(self) -> str:
        return ",".join(str(item) for item in self.ranges)


@dataclass(frozen=True, slots=True)
class InternetEnd:
    """Any public address outside the networks that are known."""

    def __str__(self) -> str:
        return "internet"


@dataclass(frozen=True, slots=True)
class OnPremisesEnd:
    """Any machine behind a VPN or ExpressRoute gateway."""

    def __str__(self) -> str:
        return "onprem"


@dataclass(frozen=True, slots=True)
class NameEnd:
    """A DNS name, resolved as the source would resolve it."""

    name: str

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class ApiServerEnd:
    """The cluster's API server, by the name that clients use."""

    def __str__(self) -> str:
        return "api-server"


@dataclass(frozen=True, slots=True)
class InnerEnd:
    """What a name stands for, by its private addresses: they need no name."""

    of: NameEnd | ApiServerEnd

    def __str__(self) -> str:
        return f"{self.of} by its private address"


@dataclass(frozen=True, slots=True)
class PlatformEnd:
    """A platform address: `imds` (169.254.169.254) or `wireserver` (168.63.129.16)."""

    name: str

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class ServiceEnd:
    """A Kubernetes Service, by its virtual address inside the cluster."""

    service: Service

    def __str__(self) -> str:
        return f"service:{self.service.label}"


@dataclass(frozen=True, slots=True)
class TagEnd:
    """The addresses of an Azure service tag."""

    tag: str

    def __str__(self) -> str:
        return f"tag:{self.tag}"


End = (
    PodEnd
    | NodeEnd
    | SubnetEnd
    | AddressEnd
    | InternetEnd
    | OnPremisesEnd
    | NameEnd
    | ApiServerEnd
    | InnerEnd
    | PlatformEnd
    | ServiceEnd
    | TagEnd
)
