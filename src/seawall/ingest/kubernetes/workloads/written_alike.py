"""Pods of a long YAML stream that are written alike: they join the flock of the first.

Of pods that are written alike but for names, addresses and nodes, the first is read
with care. To the flock that it was put in the others belong as well, and they are never
put together as documents.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from operator import itemgetter
from typing import get_args, get_type_hints, is_typeddict

from seawall.ingest.documents import ReadDocument
from seawall.ingest.kubernetes.terms.dump import ReadOfPod
from seawall.ingest.kubernetes.terms.record import mapping, text
from seawall.ingest.kubernetes.workloads.owner import controller_of
from seawall.ingest.kubernetes.workloads.pod import (
    Flock,
    PodReader,
    read_address,
    read_addresses,
    read_host_address,
)
from seawall.ingest.kubernetes.workloads.shape import MESH_NOTES, place_of_node
from seawall.ingest.text.yaml_alike import Filled, Form
from seawall.model.address import Address
from seawall.model.origin import Pointer
from seawall.model.workload import Pod

_NAME = ("metadata", "name")
_NODE = ("spec", "nodeName")
_NOTES = ("metadata", "annotations")
_Node = tuple[str | None, Hashable]
"""The name of a node, and what it tells of its pods."""


class WrittenAlike:
    """Takes pods as `PodReader` would read them, into the same flocks."""

    def __init__(self, reader: PodReader) -> None:
        """Take pods in the place of *reader*."""
        self._reader = reader
        self._plans: dict[Form, _Plan | None] = {}
        self._asked: tuple[_Plan, Hashable] | None = None

    def take(self, document: ReadDocument) -> bool:
        """Take the pod that a document holds; return whether it was taken.

        If not, the document must be read with care before the next one comes.
        """
        if self._asked is not None:
            self._learn(*self._asked)
            self._asked = None
        content = document.content
        if not isinstance(content, Filled) or document.doubt is not None:
            return False
        form = content.form
        plan = self._plans.get(form)
        if plan is None:
            if form in self._plans:
                return False
            plan = self._plans[form] = _plan(form)
            if plan is None:
                return False
        written = content.written
        node = plan.node_of(written)
        key = plan.rest(written), node[1]
        flock = plan.flocks.get(key)
        name = form.scalar(written[plan.name])
        if flock is None or not isinstance(name, str) or not name:
            self._asked, self._reader.latest = (plan, key), None
            return False
        flock.pods.append(
            Pod(name, plan.own.of(written), node[0], plan.host.of(written))
        )
        return True

    def _learn(self, plan: "_Plan", key: Hashable) -> None:
        """Remember how the pod that was not taken was read."""
        if self._reader.latest is None:
            return
        record, flock = self._reader.latest
        # A pod without an owner is alone. Of one without a namespace something is
        # assumed, and a fault is told at each pod that has it.
        if (
            text(record.namespace) is not None
            and controller_of(record.metadata, flock.owner[0]) is not None
            and not flock.shape.faults
        ):
            plan.flocks[key] = flock


class _Plan:
    """Where the scalars of one form go.

    Attributes:
        name: Which one is the name of the pod.
        rest: Gets those that decide about the flock, beside the node.
        own: Reads the addresses of the pod.
        host: Reads those of its node.
        flocks: The flocks that are known, by what decides about them.
    """

    __slots__ = ("_form", "_node", "_nodes", "flocks", "host", "name", "own", "rest")

    def __init__(self, form: Form) -> None:
        """Look where everything is.

        Raises:
            KeyError: It is not where the API server writes it.
        """
        at = {place: number for number, place in enumerate(form.places)}
        spec, status = form.root["spec"], mapping(form.root.get("status"))
        if not isinstance(spec, dict):
            raise KeyError(form)
        self._form = form
        self._nodes: dict[str, _Node] = {}
        self._node = at[_NODE] if "nodeName" in spec else None
        self.name = at[_NAME]
        self.own = _Addresses(form, at, status, "podIP")
        self.host = _Addresses(form, at, status, "hostIP")
        apart = {self.name, self._node, *self.own.numbers, *self.host.numbers}
        rest = [
            number
            for number, place in enumerate(form.places)
            if number not in apart and _is_read(place)
        ]
        self.rest: Callable[[Sequence[str]], Hashable]
        self.rest = itemgetter(*rest) if rest else _nothing
        self.flocks: dict[Hashable, Flock] = {}

    def node_of(self, written: Sequence[str]) -> _Node:
        """Return the node of a pod."""
        name = "" if self._node is None else written[self._node]
        node = self._nodes.get(name)
        if node is None:
            read = text(self._form.scalar(name)) if name else None
            node = self._nodes[name] = read, place_of_node(read)
        return node


class _Addresses:
    """Reads the addresses of a pod, or of its node.

    Attributes:
        numbers: Which scalars they are.
    """

    __slots__ = ("_form", "_hosts", "_listed", "_single", "numbers")

    def __init__(
        self,
        form: Form,
        at: Mapping[Pointer, int],
        status: Mapping[object, object],
        name: str,
    ) -> None:
        """Look where they are.

        Raises:
            KeyError: They are not where the API server writes them.
        """
        several = f"{name}s"
        listed = status.get(several, [])
        if not isinstance(listed, list):
            raise KeyError(form)
        self._form = form
        self._single = at["status", name] if name in status else None
        self._listed = [at["status", several, n, "ip"] for n in range(len(listed))]
        single = () if self._single is None else (self._single,)
        self.numbers = (*single, *self._listed)
        self._hosts: dict[Hashable, tuple[Address, ...]] | None = None
        if name == "hostIP":
            self._hosts = {}

    def of(self, written: Sequence[str]) -> tuple[Address, ...]:
        """Return them; one object for all pods of a node."""
        if not self.numbers:
            return ()
        hosts = self._hosts
        if hosts is None:
            return self._read(written, read_address)
        key = tuple(written[number] for number in self.numbers)
        found = hosts.get(key)
        if found is None:
            found = hosts[key] = self._read(written, read_host_address)
        return found

    def _read(
        self, written: Sequence[str], read: Callable[[str], Address | None]
    ) -> tuple[Address, ...]:
        scalar = self._form.scalar
        listed = [written[number] for number in self._listed]
        if self._single is None:
            return read_addresses(None, map(scalar, listed), read)
        alone = written[self._single]
        single = scalar(alone)
        if listed == [alone] and isinstance(single, str):
            # All but dual-stack pods.
            only = read(single)
            return () if only is None else (only,)
        return read_addresses(single, map(scalar, listed), read)


def _plan(form: Form) -> _Plan | None:
    """Return how the pods of a form are read; None if all must be read with care."""
    if form.root.get("kind") != "Pod":
        return None
    try:
        return _Plan(form)
    except KeyError:
        return None


def _nothing(written: Sequence[str]) -> Hashable:
    del written
    return ()


def _is_read(place: Pointer) -> bool:
    """Whether anybody reads a field of a pod, of all but the first in its flock."""
    if place[: len(_NOTES)] == _NOTES:
        return any(note in str(place[-1]) for note in MESH_NOTES)
    hint: object = ReadOfPod
    for key in place:
        if isinstance(key, int):
            hint = next(iter(get_args(hint)), object)
        elif is_typeddict(hint):
            fields = get_type_hints(hint)
            if key not in fields:
                return False
            hint = fields[key]
        else:
            return True
    return True
