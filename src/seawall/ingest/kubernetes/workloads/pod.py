"""Reads pods: what packets depend on is kept, and the rest is let go at once.

A hundred thousand pods are a few thousand flocks: pods of one owner that are written
alike but for their names, addresses and nodes.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from ipaddress import IPv4Address, ip_address

from seawall.ingest.kubernetes.terms.record import Record, mapping, sequence, text
from seawall.ingest.kubernetes.workloads.owner import Key, controller_of
from seawall.ingest.kubernetes.workloads.shape import (
    Pairs,
    PodShape,
    Shapes,
    read_annotations,
)
from seawall.model.address import Address
from seawall.model.origin import Origin
from seawall.model.workload import Pod

FINISHED = frozenset({"Succeeded", "Failed"})
_OCTETS = {str(number): number for number in range(256)}
_OCTETS_BEFORE_LAST = 3
_NETWORKS: dict[str, int] = {}
_MOST_NETWORKS = 16384


@dataclass(slots=True)
class Flock:
    """Pods of one owner that look alike.

    Attributes:
        owner: Namespace, kind and name of the object that controls them, or of the
            pod itself.
        shape: What they look like.
        runs: Whether they can send and receive.
        annotations: Those of the first pod, sorted by key.
        origin: Where the first pod stands.
        pods: The pods, in the order in which they were read.
    """

    owner: Key
    shape: PodShape
    runs: bool
    annotations: Pairs
    origin: Origin
    pods: list[Pod] = field(default_factory=list)


@dataclass(slots=True)
class PodReader:
    """Collects pods; its memory grows by a few short values a pod.

    Attributes:
        shapes: What pods look like.
        known: The flocks.
        learn: Is told the flock of each pod.
        latest: The pod that was read last, and its flock.
    """

    shapes: Shapes = field(default_factory=Shapes)
    known: dict[tuple[Key, PodShape, bool], Flock] = field(default_factory=dict)
    learn: Callable[[Flock], None] | None = None
    latest: tuple[Record, Flock] | None = None

    def add(self, record: Record, namespace: str) -> None:
        """Take one pod."""
        metadata = record.metadata
        spec = record.spec
        status = mapping(record.body.get("status"))
        owner = controller_of(metadata, namespace) or (namespace, "Pod", record.name)
        shape = self.shapes.of_pod(metadata, spec)
        runs = status.get("phase") not in FINISHED
        flock = self.flock(owner, shape, runs=runs)
        if flock is None:
            flock = self.begin(
                Flock(owner, shape, runs, read_annotations(metadata), record.origin)
            )
        flock.pods.append(
            Pod(
                record.name,
                _addresses(status.get("podIP"), status.get("podIPs"), read_address),
                text(spec.get("nodeName")),
                _addresses(
                    status.get("hostIP"), status.get("hostIPs"), read_host_address
                ),
            )
        )
        self.latest = record, flock
        if self.learn is not None:
            self.learn(flock)

    def flock(self, owner: Key, shape: PodShape, *, runs: bool) -> Flock | None:
        """Return the flock of pods that look so, if there is one."""
        return self.known.get((owner, shape, runs))

    def begin(self, flock: Flock) -> Flock:
        """Take in another flock."""
        self.known[flock.owner, flock.shape, flock.runs] = flock
        return flock

    def flocks(self) -> Iterable[Flock]:
        """Return what was taken, in the order of first pods."""
        return self.known.values()


def addresses_in(record: Record) -> tuple[Address, ...]:
    """Return the addresses in the status of a pod, those of its node among them."""
    status = mapping(record.body.get("status"))
    own = _addresses(status.get("podIP"), status.get("podIPs"), read_address)
    host = _addresses(status.get("hostIP"), status.get("hostIPs"), read_host_address)
    return (*own, *host)


def _addresses(
    single: object, listed: object, read: Callable[[str], Address | None]
) -> tuple[Address, ...]:
    if isinstance(single, str) and (listed is None or listed == [{"ip": single}]):
        # All but dual-stack pods.
        only = read(single)
        return () if only is None else (only,)
    written = [mapping(item).get("ip") for item in sequence(listed)]
    return read_addresses(single, written, read)


def read_addresses(
    single: object, listed: Iterable[object], read: Callable[[str], Address | None]
) -> tuple[Address, ...]:
    """Return the addresses in a status, sorted; what is none is left out.

    Args:
        single: The address that stands alone.
        listed: Those in the list beside it.
        read: Reads one.
    """
    out: list[Address] = []
    for item in (*listed, single):
        if not isinstance(item, str) or not item:
            continue
        address = read(item)
        if address is not None and address not in out:
            out.append(address)
    if len(out) > 1:
        out.sort(key=lambda address: (address.version, int(address)))
    return tuple(out)


def read_address(text: str) -> Address | None:
    """Return an address, or None if the text is none."""
    first, _, last = text.rpartition(".")
    network, octet = _NETWORKS.get(first), _OCTETS.get(last)
    if network is None:
        network = _network(first)
    if network is not None and octet is not None:
        return IPv4Address(network | octet)
    try:
        return ip_address(text)
    except ValueError:
        return None


def _network(text: str) -> int | None:
    """Return three octets as the upper part of a number, None if there are not three.

    Pods have neighbours: it is kept for them.
    """
    octets = [_OCTETS.get(part, -1) for part in text.split(".")]
    if len(octets) != _OCTETS_BEFORE_LAST or min(octets) < 0:
        return None
    first, second, third = octets
    if len(_NETWORKS) >= _MOST_NETWORKS:
        _NETWORKS.clear()
    found = _NETWORKS[text] = first << 24 | second << 16 | third << 8
    return found


# Many pods share a host; their own addresses would only push these out.
read_host_address = lru_cache(maxsize=8192)(read_address)
