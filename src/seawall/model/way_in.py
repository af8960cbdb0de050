"""Ways in: what an entry of the cluster hands on to which Service, for whom.

An Ingress, a route of the Gateway API, a VirtualService at a gateway and an OpenShift
Route become these nouns. A proxy takes the client's connection and opens one of its own
to the pods: the client reaches the proxy, and the proxy must be able to reach the pods.
"""

from dataclasses import dataclass

from seawall.model.origin import Origin
from seawall.model.packet import Protocol
from seawall.model.selector import Selector

CONTAINERS = "containers"


@dataclass(frozen=True, slots=True)
class EntryProxy:
    """Who serves a way in.

    Attributes:
        name: What to call it: `Gateway shop/web`.
        pods: Where its pods are: any of these namespaces, None for all, with labels.
            Empty where nothing says.
        is_outside: Whether it is no pod of the cluster.
        guess: What its pods are known by, if only by custom; as a clause.
        device: What of Azure it is, if it is no pod: `containers` for an Application
            Gateway for Containers.
    """

    name: str
    pods: tuple[tuple[str | None, Selector], ...] = ()
    is_outside: bool = False
    guess: str | None = None
    device: str = ""


@dataclass(frozen=True, slots=True)
class WayIn:
    """One way from an entry to one port of a Service.

    Attributes:
        kind: The kind of the object that opens it.
        namespace: Its namespace.
        name: Its name.
        proxy: Who serves it.
        service_namespace: The namespace of the Service.
        service: Its name.
        port: Its port by number or name; None where none is given: all.
        origin: Where the way stands.
        host: For which host name; empty for any.
        path: For which path; empty for any.
        listens: The ports at which clients come; empty if not known.
        protocol: The protocol between proxy and pods.
        by_target: Whether *port* is that of the pods and not of the Service.
        is_door: Whether the doors of a cluster whose network is known say the same.
        doubt: Why it may not be in force, as a clause; None if it is.
    """

    kind: str
    namespace: str
    name: str
    proxy: EntryProxy
    service_namespace: str
    service: str
    port: int | str | None
    origin: Origin
    host: str = ""
    path: str = ""
    listens: tuple[int, ...] = ()
    protocol: Protocol = Protocol.TCP
    by_target: bool = False
    is_door: bool = False
    doubt: str | None = None

    @property
    def label(self) -> str:
        """`kind namespace/name`, as people write it."""
        return f"{self.kind} {self.namespace}/{self.name}"
