"""Pods of a large dump that the API server wrote: what they share is read once.

Pods of one owner are written alike but for their names, addresses and nodes, and those
of all owners are built in a few ways. What is not written as the API server writes it,
or is built in a way not met before, is left to the careful reader.
"""

from collections.abc import Hashable
from typing import Literal

import msgspec
from msgspec import Raw, Struct

from seawall.ingest.kubernetes.terms.label import read_labels
from seawall.ingest.kubernetes.workloads.namespace import is_namespace_name
from seawall.ingest.kubernetes.workloads.owner import controller_of
from seawall.ingest.kubernetes.workloads.pod import (
    FINISHED,
    Flock,
    PodReader,
    read_address,
    read_addresses,
    read_host_address,
)
from seawall.ingest.kubernetes.workloads.shape import (
    MESH_NOTES,
    Pairs,
    PodShape,
    mesh_notes,
    place_of_node,
    read_annotations,
)
from seawall.model.address import Address
from seawall.model.origin import Origin
from seawall.model.workload import Pod

_NOTHING = Raw()
_BUILD = 4
"""Where in what is written alike the part begins that makes the shape."""
_MESH_NOTES = tuple(note.encode() for note in MESH_NOTES)
_ESCAPES = (b"\\u", b"\\/")
"""Ways to write these letters otherwise."""


class _Port(Struct, frozen=True, gc=False):
    name: str = ""
    containerPort: int = 0  # noqa: N815
    protocol: str | None = None
    hostPort: int = 0  # noqa: N815
    hostIP: str = ""  # noqa: N815


class _Container(Struct, frozen=True, gc=False):
    name: str = ""
    ports: tuple[_Port, ...] = ()
    restartPolicy: str = ""  # noqa: N815


class _Reference(Struct, frozen=True, gc=False):
    kind: str = ""
    name: str = ""
    controller: bool = False


class _Metadata(Struct, gc=False):
    name: str
    namespace: str
    labels: Raw = _NOTHING
    annotations: Raw = _NOTHING
    ownerReferences: tuple[_Reference, ...] = ()  # noqa: N815


class _Spec(Struct, gc=False):
    containers: tuple[_Container, ...]
    initContainers: tuple[_Container, ...] = ()  # noqa: N815
    hostNetwork: bool = False  # noqa: N815
    dnsPolicy: str = ""  # noqa: N815
    dnsConfig: Raw = _NOTHING  # noqa: N815
    hostAliases: Raw = _NOTHING  # noqa: N815
    nodeName: str = ""  # noqa: N815
    nodeSelector: Raw = _NOTHING  # noqa: N815
    os: Raw = _NOTHING
    serviceAccount: str = ""  # noqa: N815
    serviceAccountName: str = ""  # noqa: N815


class _Ip(Struct, frozen=True, gc=False):
    ip: str = ""


class _Status(Struct, gc=False):
    phase: str = ""
    podIP: str = ""  # noqa: N815
    podIPs: tuple[_Ip, ...] = ()  # noqa: N815
    hostIP: str = ""  # noqa: N815
    hostIPs: tuple[_Ip, ...] = ()  # noqa: N815


class PlainPod(Struct, gc=False):
    """A pod as the API server writes it: the fields of `dump.ReadOfPod`, typed."""

    apiVersion: Literal["v1"]  # noqa: N815
    kind: Literal["Pod"]
    metadata: _Metadata
    spec: _Spec
    status: _Status


class Twins:
    """Takes pods as `PodReader` would read them, into the same flocks.

    What the reader makes of all but the labels is learnt from the pods that it reads.
    """

    def __init__(self, reader: PodReader) -> None:
        """Take pods in the place of *reader*."""
        reader.learn = self._learn
        self._reader = reader
        self._document = Origin("")
        self._decode = msgspec.json.Decoder(PlainPod).decode
        self._flocks: dict[Hashable, Flock] = {}
        self._shapes: dict[Hashable, PodShape] = {}
        self._nodes: dict[str, tuple[str | None, Hashable]] = {}
        self._hosts: dict[Hashable, tuple[Address, ...]] = {}
        self._asked: Hashable | None = None
        self._alike: tuple[object, ...] = ()
        self._latest: Flock | None = None

    def open(self, document: Origin) -> None:
        """Begin with another document.

        Args:
            document: Its place.
        """
        self._asked = None
        self._document = document

    def take(self, index: int, written: Raw) -> bool:
        """Take a pod; return whether it was taken.

        If not, the reader is given it before the next one comes.

        Args:
            index: Its position in the list of the document.
            written: Its text.
        """
        self._asked = None
        try:
            pod = self._decode(written)
            return self._joins_last(pod) or self._take(index, pod)
        except (msgspec.MsgspecError, RecursionError):
            # A value of another type, or one that is missing.
            return False

    def _joins_last(self, pod: PlainPod) -> bool:
        """Take a pod that is written like the last one, as neighbours mostly are.

        To compare what they are written like takes less than to look for it.
        """
        metadata, spec, status = pod.metadata, pod.spec, pod.status
        node = self._nodes.get(spec.nodeName) or self._node_of(spec)
        alike = (
            node[1],
            metadata.labels,
            metadata.ownerReferences,
            metadata.namespace,
            status.phase,
            metadata.annotations,
            spec.containers,
            spec.initContainers,
            spec.serviceAccountName,
            spec.serviceAccount,
            spec.hostNetwork,
            spec.nodeSelector,
            spec.os,
            spec.dnsPolicy,
            spec.dnsConfig,
            spec.hostAliases,
        )
        if alike == self._alike and self._latest is not None and metadata.name:
            self._append(self._latest, pod, node[0])
            return True
        self._alike, self._latest = alike, None
        return False

    def _take(self, index: int, pod: PlainPod) -> bool:
        metadata, spec, status = pod.metadata, pod.spec, pod.status
        notes = metadata.annotations
        node = self._node_of(spec)
        key = (
            bytes(metadata.labels),
            metadata.ownerReferences,
            metadata.namespace,
            status.phase in FINISHED,
            spec.containers,
            spec.initContainers,
            node[1],
            spec.serviceAccountName,
            spec.serviceAccount,
            spec.hostNetwork,
            _written(spec.nodeSelector),
            _written(spec.os),
            spec.dnsPolicy,
            _written(spec.dnsConfig),
            _written(spec.hostAliases),
            () if notes is _NOTHING else _mesh_notes(notes),
        )
        flock = self._flocks.get(key)
        if flock is None or not metadata.name:
            build = key[_BUILD:]
            shape = self._shapes.get(build)
            if shape is None or not metadata.name:
                self._asked = build
                return False
            flock = self._flock(index, pod, shape)
            if flock is None:
                return False
            self._flocks[key] = flock
        self._append(flock, pod, node[0])
        self._latest = flock
        return True

    def _append(self, flock: Flock, pod: PlainPod, node: str | None) -> None:
        status = pod.status
        hosts: tuple[Address, ...] = ()
        if status.hostIP or status.hostIPs:
            hosts = self._hosts_of(status.hostIP, status.hostIPs)
        flock.pods.append(Pod(pod.metadata.name, _own(status), node, hosts))

    def _node_of(self, spec: _Spec) -> tuple[str | None, Hashable]:
        """Return the name of a node, and what it tells of its pods."""
        node = self._nodes.get(spec.nodeName)
        if node is None:
            name = spec.nodeName or None
            node = self._nodes[spec.nodeName] = name, place_of_node(name)
        return node

    def _hosts_of(self, single: str, listed: tuple[_Ip, ...]) -> tuple[Address, ...]:
        """Return the addresses of a node, one object for all that are written alike."""
        hosts = self._hosts.get((single, listed))
        if hosts is None:
            hosts = self._hosts[single, listed] = read_addresses(
                single, [item.ip for item in listed], read_host_address
            )
        return hosts

    def _flock(self, index: int, pod: PlainPod, like: PodShape) -> Flock | None:
        """Return the flock of a pod; None if the pod must be read with care."""
        metadata = pod.metadata
        if not is_namespace_name(metadata.namespace):
            return None
        references = [
            {"kind": each.kind, "name": each.name, "controller": each.controller}
            for each in metadata.ownerReferences
        ]
        owner = controller_of({"ownerReferences": references}, metadata.namespace)
        labels = read_labels(_decoded(metadata.labels), ("metadata", "labels"))
        if owner is None or labels.faults or like.port_faults:
            # A pod without an owner is alone; a fault is told at each pod that has it.
            return None
        reader, runs = self._reader, pod.status.phase not in FINISHED
        shape = reader.shapes.like(like.with_labels(labels))
        flock = reader.flock(owner, shape, runs=runs)
        if flock is not None:
            return flock
        told: Pairs = ()
        if metadata.annotations is not _NOTHING:
            told = read_annotations({"annotations": _decoded(metadata.annotations)})
        place = self._document.at("items", index)
        return reader.begin(Flock(owner, shape, runs, told, place))

    def _learn(self, flock: Flock) -> None:
        """Remember how the pod that was asked for last was read."""
        asked, self._asked = self._asked, None
        if asked is not None:
            self._shapes[asked] = flock.shape


def _own(status: _Status) -> tuple[Address, ...]:
    """Return the addresses of a pod."""
    single, listed = status.podIP, status.podIPs
    if listed and (len(listed) > 1 or listed[0].ip != single):
        return read_addresses(single, [item.ip for item in listed], read_address)
    address = read_address(single)
    return () if address is None else (address,)


def _mesh_notes(annotations: Raw) -> Hashable:
    """Return the annotations that a mesh reads."""
    written = bytes(annotations)
    if any(part in written for part in (*_MESH_NOTES, *_ESCAPES)):
        return mesh_notes({"annotations": _decoded(annotations)})
    return ()


def _written(value: Raw) -> bytes:
    """Return what stands there, nothing where nothing does."""
    return b"" if value is _NOTHING else bytes(value)


def _decoded(written: Raw) -> object:
    return None if written is _NOTHING else msgspec.json.decode(written)
