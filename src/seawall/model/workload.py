"""What runs in the cluster and sends or receives packets."""

from dataclasses import dataclass
from enum import Enum

from seawall.model.address import Address
from seawall.model.origin import Origin
from seawall.model.packet import Protocol
from seawall.model.pod_dns import PLAIN, PodDns

EGRESS_GATEWAY = "kubernetes.azure.com/static-gateway-configuration"
"""The annotation of pods that leave the cluster by a static egress gateway."""

VIRTUAL_NODE = "virtual-kubelet"
"""Stands for the pool of pods on a virtual node; AKS names no pool so.

Source: AKS docs, virtual-nodes and virtual-nodes-cli.
"""


@dataclass(frozen=True, slots=True)
class ContainerPort:
    """A port that a container declares; only its name matters to policies."""

    name: str
    port: int
    protocol: Protocol = Protocol.TCP


@dataclass(frozen=True, slots=True, order=True)
class HostPort:
    """A port of the node at which a container asks to be reached.

    Attributes:
        port: The port of the node; 0 where it is not known which.
        protocol: Its protocol.
        target: The port of the pod; 0 where it is not known which.
        address: The address of the node that it is limited to; empty for all.
        certain: Whether every pod of the workload surely asks for it, as it stands
            here.
    """

    port: int
    protocol: Protocol
    target: int
    address: str = ""
    certain: bool = True


@dataclass(slots=True, unsafe_hash=True)
class Pod:
    """One running pod of a workload, as a live cluster reports it; not to be changed.

    It is not frozen, because to make a frozen one takes three times as long, and there
    may be hundreds of thousands.

    Attributes:
        name: Its name.
        addresses: Its own addresses, or its node's for a pod on the host network;
            empty when not known.
        node: The node it runs on; None when not known.
        node_addresses: That node's addresses, when known.
    """

    name: str
    addresses: tuple[Address, ...] = ()
    node: str | None = None
    node_addresses: tuple[Address, ...] = ()


class MeshRole(Enum):
    """Which proxy of a service mesh stands before a pod."""

    NONE = "none"
    """None: the mesh neither governs it nor gives it an identity."""
    SIDECAR = "sidecar"
    """Its own, beside the application."""
    NODE = "node"
    """That of its node, for TCP alone: the ambient mode of Istio."""
    GATEWAY = "gateway"
    """The pod is the proxy: a gateway into or out of the mesh."""


@dataclass(frozen=True, slots=True)
class Workload:
    """Pods that share an owner, labels, ports and network mode.

    Pods of one owner whose labels or ports differ are several workloads with the same
    name and kind, told apart by *variant*.

    Attributes:
        namespace: Its namespace.
        name: The top owner's name, or the pod's own.
        kind: The top owner's kind, or `Pod`.
        labels: The labels of its pods, sorted by key.
        variant: The labels that tell it from its siblings, sorted; usually empty.
        ports: Container ports that have a name.
        host_network: Whether its pods use the node's network.
        pods: The pods that are known one by one; empty for a template.
        node_pool: The node pool that a node selector or node name pins it to;
            `VIRTUAL_NODE` if that is a virtual node for any of its pods.
        service_account: The account it runs as.
        annotations: The annotations of its pods, sorted by key.
        runs: Whether it can send and receive; False for finished pods, whose address
            may belong to another.
        windows: Whether it asks for Windows nodes, or for others; None if it does not
            say.
        mesh: Its part in a service mesh; None if that is not known, or if no policy
            of a mesh is in the input.
        dns: How its pods look names up.
        host_ports: Ports of the node that lead, or may lead, to any of its pods;
            pods that differ in nothing else are one workload all the same.
        origin: Where it stands.
    """

    namespace: str
    name: str
    kind: str
    labels: tuple[tuple[str, str], ...]
    origin: Origin
    variant: tuple[tuple[str, str], ...] = ()
    ports: tuple[ContainerPort, ...] = ()
    host_network: bool = False
    pods: tuple[Pod, ...] = ()
    node_pool: str | None = None
    service_account: str = "default"
    annotations: tuple[tuple[str, str], ...] = ()
    runs: bool = True
    windows: bool | None = None
    mesh: MeshRole | None = None
    dns: PodDns = PLAIN
    host_ports: tuple[HostPort, ...] = ()

    @property
    def label(self) -> str:
        """`namespace/name[Kind]`, with the labels that tell it from its siblings."""
        base = f"{self.namespace}/{self.name}[{self.kind}]"
        if not self.variant:
            return base
        return base + "{" + ",".join(f"{k}={v}" for k, v in self.variant) + "}"

    @property
    def egress_gateway(self) -> str:
        """The static egress gateway that its pods leave the cluster by, or nothing.

        It is in their own namespace: `namespace/name`.

        Source:
            AKS docs, configure-static-egress-gateway: pods on the host network cannot.
        """
        if self.host_network or not self.annotations:
            return ""
        name = dict(self.annotations).get(EGRESS_GATEWAY, "")
        # A stand-in has no namespace, and names it as whom it stands for does.
        return name if "/" in name or not name else f"{self.namespace}/{name}"

    @property
    def is_on_virtual_node(self) -> bool:
        """Whether some of its pods run in Azure Container Instances, not on nodes."""
        return self.node_pool == VIRTUAL_NODE

    @property
    def addresses(self) -> tuple[Address, ...]:
        """The known addresses of its pods."""
        return tuple(address for pod in self.pods for address in pod.addresses)


@dataclass(frozen=True, slots=True)
class Namespace:
    """A namespace and its labels, `kubernetes.io/metadata.name` always among them.

    Attributes:
        name: Its name.
        labels: Sorted by key.
        declared: Whether the input holds the Namespace object; if not, it was only
            mentioned and may have more labels than are known.
        origin: Where it is declared or first mentioned.
    """

    name: str
    labels: tuple[tuple[str, str], ...]
    declared: bool
    origin: Origin


@dataclass(frozen=True, slots=True)
class HiddenWorkloads:
    """An object that stands for workloads which the input does not show.

    A HelmRelease, an Argo CD Application, a template that was not rendered. A selector
    that selects nothing is then an open question.

    Attributes:
        addresses: Those of pods, and of their nodes, where the object tells any.
    """

    kind: str
    namespace: str | None
    name: str
    origin: Origin
    addresses: tuple[Address, ...] = ()
