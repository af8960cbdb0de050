"""What matters of a pod or a pod template to packets."""

import re
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from seawall.ingest.kubernetes.terms.alike import as_written
from seawall.ingest.kubernetes.terms.fault import Fault
from seawall.ingest.kubernetes.terms.label import Labels, read_labels
from seawall.ingest.kubernetes.terms.port import is_port
from seawall.ingest.kubernetes.terms.record import mapping, sequence, text
from seawall.ingest.kubernetes.workloads.host_port import read_host_ports
from seawall.ingest.kubernetes.workloads.resolver import read_dns
from seawall.model.origin import Pointer
from seawall.model.packet import Protocol
from seawall.model.pod_dns import PLAIN, PodDns
from seawall.model.workload import VIRTUAL_NODE, ContainerPort, HostPort

_POOL_LABELS = ("kubernetes.azure.com/agentpool", "agentpool")
_VIRTUAL_LABELS = (("type", VIRTUAL_NODE), ("virtualization", "virtualnode2"))
"""Source: AKS docs, virtual-nodes-cli and virtual-nodes-v2."""
_VIRTUAL_NODES = "virtual-node-aci-"
_POOL_NODES = (
    re.compile(r"aks-([a-z0-9]+)-[0-9]+-vmss[0-9a-z]+"),
    re.compile(r"aks([a-z0-9]{1,6})[0-9a-z]{6}"),
)
_SYSTEM_LABELS = ("kubernetes.io/os", "beta.kubernetes.io/os")
_DROPPED_ANNOTATIONS = frozenset({"kubectl.kubernetes.io/last-applied-configuration"})
_PROXY = "istio-proxy"
MESH_NOTES = (
    "istio.io/",
    "config.linkerd.io/default-inbound-policy",
    "consul.hashicorp.com/connect-service",
    "kuma.io/sidecar-injection",
)
"""What annotations hold that a mesh reads."""
"""What is in the key of each annotation that a mesh reads."""
_PROTOCOLS = {"TCP": Protocol.TCP, "UDP": Protocol.UDP, "SCTP": Protocol.SCTP}

Pairs = tuple[tuple[str, str], ...]


@dataclass(slots=True, eq=False)
class PodShape:
    """What pods of one template have in common; compared by identity.

    Not to be changed. It is not frozen, because to make a frozen one takes three times
    as long.

    Attributes:
        labels: As read, faults included; places are relative to the object.
        ports: Container ports that have a name.
        host_network: Whether they use the node's network.
        node_pool: The pool that they are pinned to, or None.
        service_account: The account that they run as.
        windows: Whether they ask for Windows nodes, or for others; None if neither.
        dns: How they look names up.
        has_proxy: Whether a container is the sidecar of a mesh.
        proxy_alone: Whether that is the only container.
        mesh_notes: The annotations that a mesh reads, sorted by key.
        host_ports: Ports of the node at which they ask to be reached, sorted.
        port_faults: What of these cannot be read; places are relative to the object.
    """

    labels: Labels
    ports: tuple[ContainerPort, ...]
    host_network: bool
    node_pool: str | None
    service_account: str
    has_proxy: bool = False
    proxy_alone: bool = False
    mesh_notes: Pairs = ()
    windows: bool | None = None
    dns: PodDns = PLAIN
    host_ports: tuple[HostPort, ...] = ()
    port_faults: tuple[Fault, ...] = ()

    @property
    def faults(self) -> tuple[Fault, ...]:
        """What is wrong with them, told at each pod that has it."""
        return (*self.labels.faults, *self.port_faults)

    def with_labels(self, labels: Labels) -> "PodShape":
        """Return the shape of pods that are the same but for their labels."""
        # Not by `replace`, which takes three times as long.
        return PodShape(
            labels,
            self.ports,
            self.host_network,
            self.node_pool,
            self.service_account,
            self.has_proxy,
            self.proxy_alone,
            self.mesh_notes,
            self.windows,
            self.dns,
            self.host_ports,
            self.port_faults,
        )


@dataclass(slots=True)
class Shapes:
    """Reads the shapes of pods; pods that are written alike share one.

    A shape is read once for each distinct writing of what decides it, so a pod more
    costs one probe.
    """

    known: dict[bytes, PodShape] = field(default_factory=dict)
    distinct: dict[Hashable, PodShape] = field(default_factory=dict)

    def of_pod(
        self, metadata: Mapping[object, object], spec: Mapping[object, object]
    ) -> PodShape:
        """Return the shape of a pod, as `read_shape` does."""
        key = as_written(_deciding(metadata, spec))
        if key is None:
            return read_shape(metadata, spec, ("metadata",))
        shape = self.known.get(key)
        if shape is None:
            shape = read_shape(metadata, spec, ("metadata",))
            if not shape.faults:
                # A fault is told at each pod that has it.
                shape = self.known[key] = self.like(shape)
        return shape

    def like(self, shape: PodShape) -> PodShape:
        """Return the first shape that says the same; it has no faults."""
        says = (
            tuple(sorted(shape.labels.known.items())),
            shape.ports,
            shape.host_network,
            shape.node_pool,
            shape.service_account,
            shape.has_proxy,
            shape.proxy_alone,
            shape.mesh_notes,
            shape.windows,
            shape.dns,
            shape.host_ports,
        )
        return self.distinct.setdefault(says, shape)


def read_shape(
    metadata: Mapping[object, object], spec: Mapping[object, object], pointer: Pointer
) -> PodShape:
    """Return the shape of a pod or template.

    Args:
        metadata: Its metadata.
        spec: Its pod spec.
        pointer: Place of the metadata in the object.
    """
    proxies = _proxies(spec)
    opened = read_host_ports(spec, (*pointer[:-1], "spec"))
    # A sidecar among the init containers stands beside those that are counted here.
    alone = proxies[:1] == ("containers",) and len(sequence(spec["containers"])) == 1
    return PodShape(
        read_labels(metadata.get("labels"), (*pointer, "labels")),
        _ports(spec),
        spec.get("hostNetwork") is True,
        _pool(spec),
        text(spec.get("serviceAccountName"))
        or text(spec.get("serviceAccount"))
        or "default",
        bool(proxies),
        alone,
        mesh_notes(metadata),
        _windows(spec),
        read_dns(spec),
        tuple(sorted(opened.found)),
        tuple(opened.faults),
    )


def _deciding(
    metadata: Mapping[object, object], spec: Mapping[object, object]
) -> tuple[object, ...]:
    """Return at least everything that `read_shape` looks at."""
    return (
        metadata.get("labels"),
        spec.get("containers"),
        spec.get("initContainers"),
        spec.get("hostNetwork"),
        spec.get("nodeSelector"),
        spec.get("os"),
        place_of_node(text(spec.get("nodeName"))),
        spec.get("serviceAccountName"),
        spec.get("serviceAccount"),
        mesh_notes(metadata),
        spec.get("dnsPolicy"),
        spec.get("dnsConfig"),
        spec.get("hostAliases"),
    )


def place_of_node(node: str | None) -> tuple[str | None, bool | None]:
    """Return the pool of a node and whether it runs Windows, as its name tells."""
    return pool_of_node(node), _runs_windows(node)


def _windows(spec: Mapping[object, object]) -> bool | None:
    """Return whether pods ask for Windows nodes; None if they ask for no system.

    Source:
        Kubernetes, concepts, "Windows containers in Kubernetes": `spec.os.name` and
        the node label `kubernetes.io/os`.
    """
    selector = spec.get("nodeSelector")
    asked = [mapping(spec.get("os")).get("name")] if "os" in spec else []
    if isinstance(selector, dict):
        asked += [selector.get(key) for key in _SYSTEM_LABELS]
    for system in asked:
        if isinstance(system, str):
            return system == "windows"
    return _runs_windows(text(spec.get("nodeName")))


def _runs_windows(node: str | None) -> bool | None:
    """Return what AKS' name of a node tells of its system.

    Source: as for `pool_of_node`.
    """
    if node is None or not node.startswith("aks"):
        return None
    on_linux, on_windows = _POOL_NODES
    if on_linux.fullmatch(node):
        return False
    return True if on_windows.fullmatch(node) else None


def _proxies(spec: Mapping[object, object]) -> tuple[str, ...]:
    """Return where a pod has the sidecar of Istio; empty if it has none.

    Source:
        istio.io, setup, "Installing the Sidecar": the container `istio-proxy`, or an
        init container of that name which keeps running.
    """
    return tuple(
        part
        for part in ("containers", "initContainers")
        if any(mapping(it).get("name") == _PROXY for it in sequence(spec.get(part)))
    )


def mesh_notes(metadata: Mapping[object, object]) -> Pairs:
    """Return the annotations that a mesh reads, sorted by key."""
    written = metadata.get("annotations")
    if not written or not isinstance(written, dict):
        return ()
    return tuple(
        sorted(
            (key, value)
            for key, value in written.items()
            if isinstance(key, str)
            and isinstance(value, str)
            and any(note in key for note in MESH_NOTES)
        )
    )


def read_annotations(metadata: Mapping[object, object]) -> Pairs:
    """Return the annotations of an object, sorted by key."""
    written = metadata.get("annotations")
    if not written or not isinstance(written, dict):
        return ()
    return tuple(
        sorted(
            (key, value)
            for key, value in written.items()
            if isinstance(key, str)
            and isinstance(value, str)
            and key not in _DROPPED_ANNOTATIONS
        )
    )


def has_containers(spec: Mapping[object, object]) -> bool:
    """Whether this is a whole pod spec; a patch has no containers, or no images."""
    return any("image" in mapping(item) for item in sequence(spec.get("containers")))


def runs_containers(spec: Mapping[object, object]) -> bool:
    """Whether the spec of an object of any kind holds a pod spec or template."""
    template = mapping(spec.get("template"))
    return has_containers(mapping(template.get("spec"))) or has_containers(spec)


def _ports(spec: Mapping[object, object]) -> tuple[ContainerPort, ...]:
    """Return the named ports, those of sidecar containers among them.

    Source:
        Kubernetes, concepts, "Sidecar containers": init containers with
        `restartPolicy: Always` keep running beside the others.
    """
    out: list[ContainerPort] = []
    containers = spec.get("containers")
    if isinstance(containers, list):
        for container in containers:
            if isinstance(container, dict) and "ports" in container:
                out.extend(_named(sequence(container["ports"])))
    sidecars = spec.get("initContainers")
    if isinstance(sidecars, list):
        for container in sidecars:
            if mapping(container).get("restartPolicy") == "Always":
                out.extend(_named(sequence(mapping(container).get("ports"))))
    if len(out) > 1:
        out = sorted(set(out), key=_port_order)
    return tuple(out)


def _named(ports: list[object]) -> Iterable[ContainerPort]:
    for port in ports:
        if not isinstance(port, dict):
            continue
        name = port.get("name")
        number = port.get("containerPort")
        if not name or not isinstance(name, str) or not is_port(number):
            continue
        written = port.get("protocol")
        protocol = Protocol.TCP if written is None else _PROTOCOLS.get(str(written))
        if protocol is not None:
            yield _container_port(name, number, protocol)


# Thousands of templates declare the same few ports.
_container_port = lru_cache(maxsize=4096)(ContainerPort)


def _port_order(port: ContainerPort) -> tuple[str, int, int]:
    return port.name, port.port, port.protocol


def _pool(spec: Mapping[object, object]) -> str | None:
    node_selector = spec.get("nodeSelector")
    if node_selector and isinstance(node_selector, dict):
        if any(node_selector.get(key) == word for key, word in _VIRTUAL_LABELS):
            return VIRTUAL_NODE
        for key in _POOL_LABELS:
            pool = text(node_selector.get(key))
            if pool is not None:
                return pool
    return pool_of_node(text(spec.get("nodeName")))


@lru_cache(maxsize=8192)
def pool_of_node(node: str | None) -> str | None:
    """Return the node pool that AKS put into a node's name, or None.

    Source:
        AKS docs, use-multiple-node-pools: `aks-<pool>-<number>-vmss<instance>` on
        Linux, `aks<pool><instance>` on Windows; virtual-nodes-cli.
    """
    if node is None:
        return None
    if node.startswith(_VIRTUAL_NODES):
        return VIRTUAL_NODE
    for pattern in _POOL_NODES:
        match = pattern.fullmatch(node)
        if match is not None:
            return match[1]
    return None
