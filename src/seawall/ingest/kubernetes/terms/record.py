"""Kubernetes objects as written: envelopes opened, nothing interpreted."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from seawall.ingest.documents import ReadDocument
from seawall.ingest.kubernetes.terms.dump import DumpItems
from seawall.model.origin import Origin, Pointer

if TYPE_CHECKING:  # decision 0007
    from seawall.ingest.kubernetes.terms.dump import Take

_AZURE_EXPORT = "management.azure.com/"
"""Kubescape wraps what it got from Azure like a Kubernetes object."""

_API_VERSION = re.compile(
    r"(?:([a-z0-9][a-z0-9.-]*)/)?(v[0-9]+(?:(?:alpha|beta)[0-9]+)?)"
)
_DEEPEST_STEPS = 16
"""Lists in lists are opened eight deep."""
_PLAINLY_MEANT = frozenset(
    {
        "NetworkPolicy",
        "GlobalNetworkPolicy",
        "CiliumNetworkPolicy",
        "CiliumClusterwideNetworkPolicy",
        "AdminNetworkPolicy",
        "BaselineAdminNetworkPolicy",
        "ClusterNetworkPolicy",
        "Namespace",
        "Pod",
        "Deployment",
        "StatefulSet",
        "DaemonSet",
        "ReplicaSet",
        "CronJob",
        "Ingress",
    }
)
_KUSTOMIZE_SURE = frozenset({"resources", "bases", "patchesStrategicMerge", "patches"})
_KUSTOMIZE = _KUSTOMIZE_SURE | {
    "namespace",
    "namePrefix",
    "nameSuffix",
    "commonLabels",
    "commonAnnotations",
    "labels",
    "images",
    "components",
    "configMapGenerator",
    "secretGenerator",
    "generatorOptions",
    "patchesJson6902",
    "replacements",
    "replicas",
    "crds",
    "configurations",
    "generators",
    "transformers",
    "vars",
    "helmCharts",
    "openapi",
    "apiVersion",
}
_KUSTOMIZE_API = "kustomize.config.k8s.io/v1beta1"
UNREADABLE = "?"
"""The group and version of an object whose `apiVersion` is missing or no such thing.

Where its `kind` is none either, it is called so as well.
"""
_SHOWN = ("kind", "metadata", "spec")
EMPTY: Mapping[object, object] = {}


@dataclass(slots=True)
class Record:
    """One object as written; not to be changed.

    It is not frozen, because to make a frozen one takes three times as long, and there
    may be hundreds of thousands.

    Attributes:
        group: Its API group; empty for the core group.
        version: Its API version without the group.
        kind: Its kind.
        name: Its name, or `generateName` with `*`; `?` if it has none.
        namespace: As written, or None.
        metadata: Its metadata; empty if absent or of a wrong type.
        body: The whole object.
        document: The place of the document that it stands in.
        steps: Keys and indices from there down to it.
        repeated: Places in it of keys that stand twice.
        doubt: Why it is not what is applied in the end; None if it is.
    """

    group: str
    version: str
    kind: str
    name: str
    namespace: str | None
    metadata: Mapping[object, object]
    body: Mapping[object, object]
    document: Origin
    steps: Pointer = ()
    repeated: tuple[Pointer, ...] = ()
    doubt: str | None = None

    @property
    def origin(self) -> Origin:
        """Where it stands."""
        return self.document.at(*self.steps) if self.steps else self.document

    @property
    def type(self) -> tuple[str, str]:
        """API group and kind: what to dispatch on, never the kind alone."""
        return self.group, self.kind

    @property
    def spec(self) -> Mapping[object, object]:
        """Its `spec`, or nothing if absent or of a wrong type."""
        return mapping(self.body.get("spec"))

    @property
    def api_version(self) -> str:
        """Group and version as written."""
        return f"{self.group}/{self.version}" if self.group else self.version


def mapping(value: object) -> Mapping[object, object]:
    """Return *value* if it is a mapping, else an empty one."""
    return value if isinstance(value, dict) else EMPTY


def sequence(value: object) -> list[object]:
    """Return *value* if it is a list, else an empty one."""
    return value if isinstance(value, list) else []


def text(value: object) -> str | None:
    """Return *value* if it is a string with something in it, else None."""
    return value if isinstance(value, str) and value else None


def is_kubernetes(value: object) -> bool:
    """Whether a document is a Kubernetes object or a list of them.

    Azure resources have `kind` and `apiVersion` too; their versions are dates.
    """
    if isinstance(value, list):
        return bool(value) and all(_is_object(item) for item in value)
    return _is_object(value) or _is_bare_list(value)


def records_of(document: ReadDocument, take: "Take | None" = None) -> Iterator[Record]:
    """Return the objects of a document, lists opened.

    Args:
        document: The document.
        take: Takes some of the objects in a large dump; these are left out.
    """
    reading = _Opening(document.origin, take)
    found = reading.open(document.value, (), document.repeated, ("", ""))
    if document.doubt is None:
        yield from found
    else:
        yield from (replace(record, doubt=document.doubt) for record in found)


def _is_object(value: object) -> bool:
    if not isinstance(value, dict):
        return False
    version = value.get("apiVersion")
    if not isinstance(value.get("kind"), str):
        return _is_kustomization(value) or _is_kindless(value)
    if isinstance(version, str) and version.startswith(_AZURE_EXPORT):
        return False
    if isinstance(version, str) and _API_VERSION.fullmatch(version):
        return True
    # Something meant for Kubernetes, whose API version is missing or unresolved.
    return value["kind"] in _PLAINLY_MEANT and "properties" not in value


def _is_kindless(value: dict[object, object]) -> bool:
    """Whether an object of the API states a kind that is no text."""
    version = value.get("apiVersion")
    is_version = isinstance(version, str) and bool(_API_VERSION.fullmatch(version))
    return is_version and value.get("kind") is not None and "metadata" in value


def _is_kustomization(value: dict[object, object]) -> bool:
    return value.keys() <= _KUSTOMIZE and not value.keys().isdisjoint(_KUSTOMIZE_SURE)


def _is_bare_list(value: object) -> bool:
    if not isinstance(value, dict) or "kind" in value:
        return False
    items = sequence(value.get("items"))
    return bool(items) and all(_is_object(item) for item in items)


@dataclass(frozen=True, slots=True)
class _Opening:
    """Opens the lists of one document."""

    document: Origin
    take: "Take | None" = None

    def open(
        self,
        value: object,
        steps: Pointer,
        repeated: tuple[Pointer, ...],
        outer: tuple[str, str],
    ) -> Iterator[Record]:
        """Return the objects in *value*.

        Args:
            value: An object or a list.
            steps: Its place in the document.
            repeated: Places in it of keys that stand twice.
            outer: API version and kind of an object in a list that states none.
        """
        if isinstance(value, list):
            yield from self._each(value, steps, repeated, outer, ())
            return
        if not isinstance(value, dict) or len(steps) > _DEEPEST_STEPS:
            return
        kind = text(value.get("kind")) or outer[1]
        items = value.get("items")
        if isinstance(items, list | DumpItems) and (kind.endswith("List") or not kind):
            api_version = text(value.get("apiVersion")) or outer[0]
            inner = (api_version if kind != "List" else "", kind[: -len("List")])
            yield from self._each(items, steps, repeated, inner, ("items",))
            return
        record = self._object(value, steps, repeated, outer)
        if record is not None:
            yield record

    def _each(
        self,
        items: Iterable[object],
        steps: Pointer,
        repeated: tuple[Pointer, ...],
        outer: tuple[str, str],
        key: Pointer,
    ) -> Iterator[Record]:
        below = steps + key
        if self.take is not None and isinstance(items, DumpItems):
            numbered = items.beside(self.take)
        else:
            numbered = enumerate(items)
        for index, item in numbered:
            inner = _below(repeated, *key, index) if repeated else ()
            if isinstance(item, dict) and "items" not in item:
                # By far the most frequent case, without another generator.
                if len(below) < _DEEPEST_STEPS:
                    record = self._object(item, (*below, index), inner, outer)
                    if record is not None:
                        yield record
            else:
                yield from self.open(item, (*below, index), inner, outer)

    def _object(
        self,
        value: dict[object, object],
        steps: Pointer,
        repeated: tuple[Pointer, ...],
        outer: tuple[str, str],
    ) -> Record | None:
        # Not by `text`: this runs for each of hundreds of thousands.
        kind = value.get("kind")
        if not kind or not isinstance(kind, str):
            is_unread = kind not in (None, "") and "metadata" in value
            kind = UNREADABLE if is_unread else outer[1]
        api_version = value.get("apiVersion")
        if not api_version or not isinstance(api_version, str):
            api_version = outer[0]
        if not kind:
            if not _is_kustomization(value):
                return None
            api_version, kind = _KUSTOMIZE_API, "Kustomization"
        group, version = _group_and_version(api_version)
        metadata = mapping(value.get("metadata"))
        name = metadata.get("name")
        if not name or not isinstance(name, str):
            prefix = text(metadata.get("generateName"))
            name = f"{prefix}*" if prefix else "?"
        namespace = metadata.get("namespace")
        if not namespace or not isinstance(namespace, str):
            namespace = None
        if kind == UNREADABLE:
            # It may be a secret, of which nothing is kept.
            group, version = UNREADABLE, "?"
            value = {key: value[key] for key in _SHOWN if key in value}
        if kind == "Secret":
            # What a secret holds is never kept.
            value = {"metadata": {}}
        return Record(
            group,
            version,
            kind,
            name,
            namespace,
            metadata,
            value,
            self.document,
            steps,
            repeated,
        )


@lru_cache(maxsize=256)
def _group_and_version(api_version: str) -> tuple[str, str]:
    match = _API_VERSION.fullmatch(api_version)
    return (match[1] or "", match[2]) if match else (UNREADABLE, "?")


def _below(repeated: tuple[Pointer, ...], *keys: str | int) -> tuple[Pointer, ...]:
    size = len(keys)
    return tuple(place[size:] for place in repeated if place[:size] == keys)
