"""Fields that a transformation writes: where they are, and how they are reached."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from seawall.ingest.kubernetes.terms.record import mapping, text
from seawall.ingest.kustomize.fault import BadBuild
from seawall.ingest.kustomize.thing import Thing


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """A field of the objects of some kinds.

    Attributes:
        path: Keys down to it; lists on the way are entered, each item.
        create: Whether it is made where it is missing.
        kind: The kind; empty for every one.
        group: The API group; None for every one.
        version: The API version; None for every one.
    """

    path: tuple[str, ...]
    create: bool = False
    kind: str = ""
    group: str | None = None
    version: str | None = None

    def applies(self, thing: Thing) -> bool:
        """Whether an object is of the kind."""
        one = thing.identity
        return (
            self.kind in ("", one.kind)
            and self.group in (None, one.group)
            and self.version in (None, one.version)
        )


def _spec(path: str, kind: str, group: str | None = None, *, create: bool) -> FieldSpec:
    version = "v1" if kind in ("Service", "ReplicationController") else None
    return FieldSpec(tuple(path.split("/")), create, kind, group, version)


_TEMPLATED = (
    ("ReplicationController", None),
    ("Deployment", None),
    ("ReplicaSet", None),
    ("DaemonSet", None),
    ("StatefulSet", "apps"),
    ("Job", "batch"),
)


def _templates(field: str) -> tuple[FieldSpec, ...]:
    return (
        *(
            _spec(f"spec/template/metadata/{field}", kind, group, create=True)
            for kind, group in _TEMPLATED
        ),
        _spec(f"spec/jobTemplate/metadata/{field}", "CronJob", "batch", create=True),
        _spec(
            f"spec/jobTemplate/spec/template/metadata/{field}",
            "CronJob",
            "batch",
            create=True,
        ),
    )


METADATA_LABELS = (FieldSpec(("metadata", "labels"), create=True),)
TEMPLATE_LABELS = (*METADATA_LABELS, *_templates("labels"))
_POD_SELECTORS = (
    "spec/podSelector",
    "spec/ingress/from/podSelector",
    "spec/egress/to/podSelector",
)
COMMON_LABELS = (
    *TEMPLATE_LABELS,
    _spec("spec/selector", "Service", create=True),
    _spec("spec/selector", "ReplicationController", create=True),
    _spec("spec/selector/matchLabels", "Deployment", create=True),
    _spec("spec/selector/matchLabels", "ReplicaSet", create=True),
    _spec("spec/selector/matchLabels", "DaemonSet", create=True),
    _spec("spec/selector/matchLabels", "StatefulSet", "apps", create=True),
    _spec("spec/selector/matchLabels", "Job", "batch", create=False),
    _spec(
        "spec/jobTemplate/spec/selector/matchLabels", "CronJob", "batch", create=False
    ),
    _spec("spec/selector/matchLabels", "PodDisruptionBudget", "policy", create=False),
    *(
        _spec(f"{path}/matchLabels", "NetworkPolicy", "networking.k8s.io", create=False)
        for path in _POD_SELECTORS
    ),
)
"""Where `commonLabels` go.

Source:
    kubernetes-sigs/kustomize api/internal/konfig/builtinpluginconsts/commonlabels.go;
    scheduling rules, which no packet depends on, are left out.
"""
COMMON_ANNOTATIONS = (
    FieldSpec(("metadata", "annotations"), create=True),
    *_templates("annotations"),
)
"""Where `commonAnnotations` go.

Source:
    kubernetes-sigs/kustomize
    api/internal/konfig/builtinpluginconsts/commonannotations.go.
"""


def read_field_spec(written: object) -> FieldSpec:
    """Return a field as a kustomization writes it.

    Raises:
        BadBuild: It has no path.
    """
    fields = mapping(written)
    path = text(fields.get("path"))
    if path is None:
        raise BadBuild(
            "a field of `labels` has no `path`",
            "labels go where a path says",
            "write `path`, such as `spec/template/metadata/labels`",
        )
    return FieldSpec(
        tuple(part.removesuffix("[]") for part in path.strip("/").split("/")),
        fields.get("create") is True,
        text(fields.get("kind")) or "",
        text(fields.get("group")),
        text(fields.get("version")),
    )


def set_pairs(thing: Thing, spec: FieldSpec, pairs: Mapping[str, str]) -> None:
    """Write *pairs* into the mapping at a field.

    Raises:
        BadBuild: Something on the way is neither a mapping nor a list.
    """
    if not spec.applies(thing):
        return
    for place in _places(thing.value, spec.path, create=spec.create):
        place.update(pairs)


def _places(
    value: Any,  # noqa: ANN401  (any YAML value)
    path: tuple[str, ...],
    *,
    create: bool,
) -> Iterator[dict[Any, Any]]:
    if isinstance(value, list):
        for item in value:
            yield from _places(item, path, create=create)
    elif not isinstance(value, dict):
        raise BadBuild(
            "labels or annotations cannot be written",
            "what should hold them is not a mapping",
            "mend the object, or write it as a mapping",
        )
    elif not path:
        yield value
    else:
        inner = value.get(path[0])
        if inner is None:
            if not create:
                return
            inner = value[path[0]] = {}
        yield from _places(inner, path[1:], create=create)
