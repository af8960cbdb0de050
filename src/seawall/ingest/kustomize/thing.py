"""One object on its way through a build: its value, its place, its earlier names."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from seawall.ingest.documents import ReadDocument
from seawall.ingest.kubernetes.terms.dump import DumpItems
from seawall.ingest.kubernetes.terms.record import mapping, text
from seawall.ingest.kustomize.fault import BadBuild
from seawall.model.origin import LineFinder, Origin, Pointer

Value = dict[Any, Any]
_CLUSTER_WIDE = frozenset(
    {
        "APIService",
        "CSIDriver",
        "CSINode",
        "CertificateSigningRequest",
        "ClusterRole",
        "ClusterRoleBinding",
        "ComponentStatus",
        "CustomResourceDefinition",
        "FlowSchema",
        "IngressClass",
        "MutatingWebhookConfiguration",
        "Namespace",
        "Node",
        "PersistentVolume",
        "PodSecurityPolicy",
        "PriorityClass",
        "PriorityLevelConfiguration",
        "RuntimeClass",
        "StorageClass",
        "ValidatingAdmissionPolicy",
        "ValidatingAdmissionPolicyBinding",
        "ValidatingWebhookConfiguration",
        "VolumeAttachment",
    }
)
_DEEPEST = 100
_LIST = re.compile(r"(.*)List")


@dataclass(frozen=True, slots=True)
class Identity:
    """What `kustomize` knows an object by.

    Attributes:
        group: API group, empty for the core group.
        version: API version without the group.
        kind: Kind.
        name: Name.
        namespace: Namespace; empty if none is written or it is `default`.
    """

    group: str
    version: str
    kind: str
    name: str
    namespace: str

    def __str__(self) -> str:
        return f"{self.kind} `{self.name}`"


@dataclass(slots=True)
class Thing:
    """An object that is being built.

    Attributes:
        value: The object; its own copy, free to be changed.
        origin: Where it was first written.
        form: `yaml` or `json`.
        repeated: Places of keys that stand twice in what was first written.
        earlier: What it was known by before it was renamed or moved.
        changed: Places that patches wrote: their lines are not in `origin`.
        doubt: Why it is not known what it says in the end; None if it is known.
        hashed: Whether a digest of what it holds ends its name, so that nothing that
            the cluster looks for is called so.
    """

    value: Value
    origin: Origin
    form: str
    repeated: tuple[Pointer, ...] = ()
    earlier: list[Identity] = field(default_factory=list)
    changed: set[Pointer] = field(default_factory=set)
    doubt: str | None = None
    hashed: bool = False

    @property
    def identity(self) -> Identity:
        """What it is known by now."""
        return identity_of(self.value)

    @property
    def identities(self) -> list[Identity]:
        """What it is or was known by, the present first."""
        return [self.identity, *reversed(self.earlier)]

    def remember(self) -> None:
        """Keep what it is known by now, before that changes."""
        if not self.earlier or self.earlier[-1] != self.identity:
            self.earlier.append(self.identity)

    def suspect(self, why: str) -> None:
        """Say that what it says in the end is not known; the first reason stands."""
        if self.doubt is None:
            self.doubt = why

    def document(self) -> ReadDocument:
        """Return it as something that was read."""
        origin = self.origin
        if self.changed and origin.finder is not None:
            finder = PatchedLines(origin.finder, self.changed, len(origin.pointer))
            origin = Origin(origin.path, origin.document, origin.pointer, finder)
        return ReadDocument(self.value, origin, self.form, self.repeated, self.doubt)


class PatchedLines:
    """Finds lines in a file from which an object was built; a `LineFinder`.

    What a patch wrote stands elsewhere; the line of the nearest thing around it that
    the file does hold is given instead.
    """

    __slots__ = ("_changed", "_depth", "_file")

    def __init__(self, file: LineFinder, changed: set[Pointer], depth: int) -> None:
        self._file = file
        self._changed = changed
        self._depth = depth

    def __call__(self, document: int, pointer: Pointer) -> int | None:
        """Return the line of a key or item."""
        for size in range(self._depth, len(pointer) + 1):
            if pointer[self._depth : size] in self._changed:
                return self._file(document, pointer[: max(size - 1, self._depth)])
        return self._file(document, pointer)


def things_in(document: ReadDocument) -> Iterator[Thing]:
    """Return the objects of a document, lists opened.

    Raises:
        BadBuild: One is nested too deeply.
    """
    yield from _open(document, document.value, document.origin)


def identity_of(value: Value) -> Identity:
    """Return what an object is known by.

    Source:
        kubernetes-sigs/kustomize kyaml/resid: ids are equal when group, version, kind,
        name and effective namespace are; no namespace is `default`.
    """
    group, _, version = (text(value.get("apiVersion")) or "").rpartition("/")
    kind = text(value.get("kind")) or ""
    metadata = mapping(value.get("metadata"))
    namespace = text(metadata.get("namespace")) or ""
    if namespace == "default" or not is_namespaced(group, kind):
        namespace = ""
    return Identity(group, version, kind, text(metadata.get("name")) or "", namespace)


def is_namespaced(group: str, kind: str) -> bool:
    """Whether `kustomize` gives objects of a kind a namespace.

    Source:
        kubernetes-sigs/kustomize kyaml/openapi, IsNamespaceScoped: by the built-in
        schema; kinds that it does not hold get a namespace.
    """
    own = "." not in group or group.endswith(".k8s.io")
    return not (own and kind in _CLUSTER_WIDE)


def copied(value: Any, depth: int = 0) -> Any:  # noqa: ANN401  (any YAML value)
    """Return a copy of plain data.

    Raises:
        BadBuild: It is nested too deeply to be worked on.
    """
    if depth > _DEEPEST:
        raise BadBuild(
            f"a value is nested more than {_DEEPEST} levels deep",
            "no kind of Kubernetes needs as many",
            "leave the object out, or read the rendered objects",
            modelled=False,
        )
    if isinstance(value, dict):
        return {key: copied(item, depth + 1) for key, item in value.items()}
    if isinstance(value, list):
        return [copied(item, depth + 1) for item in value]
    return value


def _open(document: ReadDocument, value: object, origin: Origin) -> Iterator[Thing]:
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _open(document, item, origin.at(index))
        return
    if not isinstance(value, dict):
        return
    kind = text(value.get("kind")) or ""
    items = value.get("items")
    if isinstance(items, list | DumpItems) and (not kind or _LIST.fullmatch(kind)):
        for index, item in enumerate(items):
            yield from _open(document, item, origin.at("items", index))
        return
    size = len(origin.pointer) - len(document.origin.pointer)
    prefix = origin.pointer[len(document.origin.pointer) :]
    repeated = tuple(it[size:] for it in document.repeated if it[:size] == prefix)
    yield Thing(copied(value), origin, document.form, repeated)
