"""What a kustomization does to every object: namespace, names, labels, replicas."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from seawall.ingest.kubernetes.terms.record import mapping, sequence, text
from seawall.ingest.kustomize.fault import BadBuild
from seawall.ingest.kustomize.fields import (
    COMMON_ANNOTATIONS,
    COMMON_LABELS,
    METADATA_LABELS,
    TEMPLATE_LABELS,
    FieldSpec,
    read_field_spec,
    set_pairs,
)
from seawall.ingest.kustomize.thing import Thing, is_namespaced

_UNNAMED = frozenset({"CustomResourceDefinition", "APIService", "Namespace"})
_SCALED = frozenset(
    {"Deployment", "StatefulSet", "ReplicaSet", "ReplicationController"}
)


def set_namespace(
    things: Sequence[Thing],
    namespace: str,
    *,
    objects: bool = True,
    unset_only: bool = False,
) -> None:
    """Put every object into a namespace, and call every Namespace object so.

    Args:
        things: The objects.
        namespace: The namespace.
        objects: Whether Namespace objects are called so.
        unset_only: Whether objects that name a namespace stay in it.

    Source:
        kubernetes-sigs/kustomize api/filters/namespace;
        api/internal/konfig/builtinpluginconsts/namespace.go.
    """
    for thing in things:
        one = thing.identity
        if one.kind == "Namespace" and one.group == "":
            if not objects:
                continue
            key = "name"
        elif is_namespaced(one.group, one.kind):
            key = "namespace"
        else:
            continue
        if unset_only and _metadata(thing).get(key):
            continue
        thing.remember()
        _metadata(thing)[key] = namespace


def rename(things: Sequence[Thing], prefix: str, suffix: str) -> None:
    """Put text around every name, and around what refers to it.

    Source:
        kubernetes-sigs/kustomize api/internal/builtins/PrefixTransformer.go,
        SuffixTransformer.go; builtinpluginconsts/namereference.go. HTTPRoutes and
        other kinds of the Gateway API are not among those that refer.
    """
    before: dict[tuple[str, str, str], str] = {}
    for thing in things:
        one = thing.identity
        if one.kind in _UNNAMED or not one.name:
            continue
        thing.remember()
        name = f"{prefix}{one.name}{suffix}"
        for known in thing.identities:
            before.setdefault((known.kind, one.namespace, known.name), name)
        _metadata(thing)["name"] = name
    for thing in things:
        namespace = thing.identity.namespace
        for holder, key, kind in _references(thing):
            name = before.get((kind, namespace, str(holder.get(key))), "")
            if name:
                holder[key] = name


def _references(thing: Thing) -> Iterator[tuple[dict[Any, Any], str, str]]:
    """Return what in an object names another: the mapping, the key, the kind."""
    one = thing.identity
    spec = mapping(thing.value.get("spec"))
    if one.kind == "Ingress":
        backends = [spec.get("defaultBackend"), spec.get("backend")]
        for rule in sequence(spec.get("rules")):
            http = mapping(mapping(rule).get("http"))
            backends += [
                mapping(it).get("backend") for it in sequence(http.get("paths"))
            ]
        for backend in backends:
            if isinstance(backend, dict):
                yield backend, "serviceName", "Service"
                service = backend.get("service")
                if isinstance(service, dict):
                    yield service, "name", "Service"
    if one.kind == "StatefulSet" and isinstance(thing.value.get("spec"), dict):
        yield thing.value["spec"], "serviceName", "Service"
    pod = _pod_spec(thing)
    if isinstance(pod, dict):
        yield pod, "serviceAccountName", "ServiceAccount"
        yield pod, "serviceAccount", "ServiceAccount"


def _pod_spec(thing: Thing) -> object:
    spec = mapping(thing.value.get("spec"))
    kind = thing.identity.kind
    if kind == "Pod":
        return thing.value.get("spec")
    if kind == "CronJob":
        spec = mapping(mapping(spec.get("jobTemplate")).get("spec"))
    return mapping(spec.get("template")).get("spec")


def label(things: Sequence[Thing], written: object) -> None:
    """Carry out one entry of `labels`.

    Raises:
        BadBuild: It cannot be read.

    Source:
        kubernetes-sigs/kustomize api/types/labels.go.
    """
    entry = mapping(written)
    specs: tuple[FieldSpec, ...] = METADATA_LABELS
    if entry.get("includeSelectors") is True:
        specs = COMMON_LABELS
    elif entry.get("includeTemplates") is True:
        specs = TEMPLATE_LABELS
    extra = tuple(read_field_spec(item) for item in sequence(entry.get("fields")))
    set_pairs_in(things, (*specs, *extra), pairs_of(entry.get("pairs"), "labels"))


def common_labels(things: Sequence[Thing], written: object) -> None:
    """Carry out `commonLabels`.

    Raises:
        BadBuild: They cannot be read.
    """
    set_pairs_in(things, COMMON_LABELS, pairs_of(written, "commonLabels"))


def common_annotations(things: Sequence[Thing], written: object) -> None:
    """Carry out `commonAnnotations`.

    Raises:
        BadBuild: They cannot be read.
    """
    pairs = pairs_of(written, "commonAnnotations")
    set_pairs_in(things, COMMON_ANNOTATIONS, pairs)


def scale(things: Sequence[Thing], written: object) -> None:
    """Carry out one entry of `replicas`.

    Raises:
        BadBuild: Nothing has that name.

    Source:
        kubernetes-sigs/kustomize api/internal/builtins/ReplicaCountTransformer.go.
    """
    entry = mapping(written)
    name, count = text(entry.get("name")), entry.get("count")
    found = False
    for thing in things:
        names = {one.name for one in thing.identities}
        if thing.identity.kind in _SCALED and name in names:
            spec = thing.value.setdefault("spec", {})
            if isinstance(spec, dict):
                spec["replicas"] = count
                found = True
    if not found:
        raise BadBuild(
            f"`replicas` names `{name}`, which is no workload here",
            "`kustomize` refuses a count for what it does not find",
            "correct the name, or leave the entry out",
        )


def pairs_of(written: object, field: str) -> dict[str, str]:
    """Return labels or annotations as a kustomization writes them.

    Raises:
        BadBuild: They are not text.
    """
    pairs = mapping(written)
    if not isinstance(written, dict) or not all(
        isinstance(key, str) and isinstance(value, str) for key, value in pairs.items()
    ):
        raise BadBuild(
            f"`{field}` is not a mapping from text to text",
            "`kustomize` refuses numbers, `true`, `y` and other values without quotes",
            "put the values in quotes",
        )
    return {str(key): str(value) for key, value in pairs.items()}


def set_pairs_in(
    things: Sequence[Thing], specs: Sequence[FieldSpec], pairs: Mapping[str, str]
) -> None:
    """Write labels or annotations into fields of every object.

    Raises:
        BadBuild: An object in which they cannot be written; the others are.
    """

    def write(thing: Thing) -> None:
        for spec in specs:
            set_pairs(thing, spec, pairs)

    each(things, write)


def each(things: Sequence[Thing], change: Callable[[Thing], None]) -> None:
    """Change every object; one that cannot be changed spoils the others no less.

    Raises:
        BadBuild: The first change that failed; the others were made.
    """
    failed: BadBuild | None = None
    for thing in things:
        try:
            change(thing)
        except BadBuild as bad:
            thing.suspect(bad.what)
            failed = failed or bad
    if failed is not None:
        raise failed


def _metadata(thing: Thing) -> dict[Any, Any]:
    metadata = thing.value.get("metadata")
    if not isinstance(metadata, dict):
        metadata = thing.value["metadata"] = {}
    return metadata
