"""Kubernetes objects as written: envelopes opened, nothing interpreted."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from seawall.ingest.documents import ReadDocument
from seawall.model.origin import Origin, Pointer

_AZURE_EXPORT = "management.azure.com/"
"""Kubescape wraps what it got from Azure like a Kubernetes object."""

_API_VERSION = re.compile(
    r"(?:([a-z0-9][a-z0-9.-]*)/)?(v[0-9]+(?:(?:alpha|beta)[0-9]+)?)"
)
_DEEPEST_LIST = 8
_PLAINLY_MEANT = frozenset(
    {
        "NetworkPolicy",
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
UNREADABLE_GROUP = "?"
"""The API group of an object whose `apiVersion` is missing or cannot be read."""
EMPTY: Mapping[object, object] = {}


@dataclass(frozen=True, slots=True)
class Record:
    """One object as written.

    Attributes:
        group: Its API group; empty for the core group.
        version: Its API version without the group.
        kind: Its kind.
        name: Its name, or `generateName` with `*`; `?` if it has none.
        namespace: As written, or None.
        metadata: Its metadata; empty if absent or of a wrong type.
        body: The whole object.
        origin: Where it stands.
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
    origin: Origin
    repeated: tuple[Pointer, ...] = ()
    doubt: str | None = None

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


def records_of(document: ReadDocument) -> Iterator[Record]:
    """Return the objects of a document, lists opened."""
    found = _open(document.value, document.origin, document.repeated, ("", ""), depth=0)
    if document.doubt is None:
        yield from found
    else:
        yield from (replace(record, doubt=document.doubt) for record in found)


def _is_object(value: object) -> bool:
    if not isinstance(value, dict):
        return False
    version = value.get("apiVersion")
    if not isinstance(value.get("kind"), str):
        return _is_kustomization(value)
    if isinstance(version, str) and version.startswith(_AZURE_EXPORT):
        return False
    if isinstance(version, str) and _API_VERSION.fullmatch(version):
        return True
    # Something meant for Kubernetes, whose API version is missing or unresolved.
    return value["kind"] in _PLAINLY_MEANT and "properties" not in value


def _is_kustomization(value: dict[object, object]) -> bool:
    return value.keys() <= _KUSTOMIZE and not value.keys().isdisjoint(_KUSTOMIZE_SURE)


def _is_bare_list(value: object) -> bool:
    if not isinstance(value, dict) or "kind" in value:
        return False
    items = sequence(value.get("items"))
    return bool(items) and all(_is_object(item) for item in items)


def _open(
    value: object,
    origin: Origin,
    repeated: tuple[Pointer, ...],
    outer: tuple[str, str],
    *,
    depth: int,
) -> Iterator[Record]:
    if isinstance(value, list):
        for index, item in enumerate(value):
            inner = _below(repeated, index)
            yield from _open(item, origin.at(index), inner, outer, depth=depth + 1)
        return
    if not isinstance(value, dict) or depth > _DEEPEST_LIST:
        return
    api_version = text(value.get("apiVersion")) or outer[0]
    kind = text(value.get("kind")) or outer[1]
    items = value.get("items")
    if isinstance(items, list) and (kind.endswith("List") or not kind):
        each = (api_version if kind != "List" else "", kind[: -len("List")])
        for index, item in enumerate(items):
            inner = _below(repeated, "items", index)
            place = origin.at("items", index)
            yield from _open(item, place, inner, each, depth=depth + 1)
        return
    if kind:
        yield _record(value, api_version, kind, origin, repeated)
    elif _is_kustomization(value):
        yield _record(value, _KUSTOMIZE_API, "Kustomization", origin, repeated)


def _below(repeated: tuple[Pointer, ...], *keys: str | int) -> tuple[Pointer, ...]:
    size = len(keys)
    return tuple(place[size:] for place in repeated if place[:size] == keys)


def _record(
    value: dict[object, object],
    api_version: str,
    kind: str,
    origin: Origin,
    repeated: tuple[Pointer, ...],
) -> Record:
    match = _API_VERSION.fullmatch(api_version)
    group, version = (match[1] or "", match[2]) if match else (UNREADABLE_GROUP, "?")
    metadata = mapping(value.get("metadata"))
    name = text(metadata.get("name"))
    if name is None:
        prefix = text(metadata.get("generateName"))
        name = f"{prefix}*" if prefix else "?"
    namespace = text(metadata.get("namespace"))
    if kind == "Secret":
        # What a secret holds is never kept.
        value = {"metadata": {}}
    return Record(
        group, version, kind, name, namespace, metadata, value, origin, repeated
    )
