"""Large JSON dumps of a cluster: each object is decoded when its turn comes.

What `kubectl get -o json` writes is a list of objects, nearly all of them pods, and
nine tenths of a pod are fields on which no packet depends. The text is checked once
from end to end; then objects are decoded one by one, pods without what nobody reads.
The memory is that of the text, whatever the objects hold.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, TypedDict, overload

from seawall.model.diagnostic import Diagnostic, InputError, Level

if TYPE_CHECKING:  # decision 0007
    import msgspec

    Take = Callable[[int, msgspec.Raw], bool]


class _Reference(TypedDict, total=False):
    kind: object
    name: object
    controller: object


class _Metadata(TypedDict, total=False):
    name: object
    generateName: object
    namespace: object
    labels: object
    annotations: object
    ownerReferences: list[_Reference]


class _Container(TypedDict, total=False):
    name: object
    ports: object
    restartPolicy: object


class _Spec(TypedDict, total=False):
    containers: list[_Container]
    initContainers: list[_Container]
    hostNetwork: object
    dnsPolicy: object
    dnsConfig: object
    hostAliases: object
    nodeName: object
    nodeSelector: object
    os: object
    serviceAccount: object
    serviceAccountName: object


class _Status(TypedDict, total=False):
    phase: object
    podIP: object
    podIPs: object
    hostIP: object
    hostIPs: object


class ReadOfPod(TypedDict, total=False):
    """The fields of a pod that are read: what is not named here is never seen."""

    apiVersion: object
    kind: object
    metadata: _Metadata
    spec: _Spec
    status: _Status


class DumpItems(Sequence[object]):
    """The objects of a dump; each access decodes anew.

    Going through all of them costs time linear in the text, and the memory of one.
    """

    __slots__ = ("_inner", "_items")

    def __init__(self, items: Sequence[msgspec.Raw], inner: tuple[str, str]) -> None:
        self._items = items
        self._inner = inner

    def __len__(self) -> int:
        return len(self._items)

    @overload
    def __getitem__(self, index: int) -> object: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[object]: ...

    def __getitem__(self, index: int | slice) -> object:
        if isinstance(index, slice):
            return DumpItems(self._items[index], self._inner)
        return next(iter(DumpItems((self._items[index],), self._inner)))

    def __iter__(self) -> Iterator[object]:
        """Return each object.

        Raises:
            InputError: One is nested too deep.
        """
        return (value for _, value in self.beside(_nothing))

    def beside(self, take: Take) -> Iterator[tuple[int, object]]:
        """Return each object that is not taken, with its position.

        Args:
            take: Takes an object, by position and text, and returns whether it did.

        Raises:
            InputError: One is nested too deep.
        """
        import msgspec  # noqa: PLC0415  (decision 0007)

        pod = msgspec.json.Decoder(ReadOfPod).decode
        whole = msgspec.json.Decoder().decode
        # Dumps are sorted by kind: what the last one was, the next one is.
        at_pods = True
        for index, item in enumerate(self._items):
            if take(index, item):
                continue
            try:
                value: object = pod(item) if at_pods else whole(item)
                pod_before, at_pods = at_pods, self._is_pod(value)
                if pod_before and not at_pods:
                    value = whole(item)
            except msgspec.MsgspecError:
                # A field of another type than it should have, or a vast number.
                value = json.loads(bytes(item), strict=False, parse_int=_whole_number)
            except RecursionError:
                raise InputError(_too_deep()) from None
            yield index, value

    def _is_pod(self, value: object) -> bool:
        if not isinstance(value, dict):
            return False
        version, kind = self._inner
        written = value.get("apiVersion", version), value.get("kind", kind)
        return written == ("v1", "Pod")


def open_dump(data: bytes) -> dict[object, object] | None:
    """Return the list of objects in a JSON text, its items not yet decoded.

    Args:
        data: UTF-8, without byte order mark.

    Returns:
        The list with `DumpItems` as its `items`; None if the text is another, or not
        valid: it must be read as any other text is.
    """
    import msgspec  # noqa: PLC0415  (decision 0007)

    shape = msgspec.defstruct(
        "Dump",
        [("kind", str), ("apiVersion", str), ("items", list[msgspec.Raw])],
    )
    try:
        found: Any = msgspec.json.decode(data, type=shape)
    except (msgspec.MsgspecError, RecursionError):
        return None
    if not found.kind.endswith("List"):
        return None
    # A plain list says nothing of its objects: one without a version is no pod.
    version = "" if found.kind == "List" else found.apiVersion
    inner = version, found.kind[: -len("List")]
    return {
        "apiVersion": found.apiVersion,
        "kind": found.kind,
        "items": DumpItems(found.items, inner),
    }


def is_dump(value: object) -> bool:
    """Whether a document is a list whose objects are decoded one by one."""
    return isinstance(value, dict) and isinstance(value.get("items"), DumpItems)


def _nothing(index: int, written: msgspec.Raw) -> bool:
    del index, written
    return False


def _whole_number(digits: str) -> int | float:
    try:
        return int(digits)
    except ValueError:
        # Thousands of digits: no field of Kubernetes takes it, however it is read.
        return float(digits)


def _too_deep() -> Diagnostic:
    return Diagnostic(
        Level.ERROR,
        None,
        "a dump holds an object whose values are nested too deep",
        "nothing that the API server returns is nested hundreds of levels deep",
        "export the objects again",
    )
