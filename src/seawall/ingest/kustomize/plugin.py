"""Entries of `transformers`: those that `kustomize` has itself are carried out.

Source:
    kubernetes-sigs/kustomize api/internal/plugins/builtinhelpers/builtins.go;
    api/internal/builtins.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from seawall.ingest.kubernetes.terms.record import mapping, sequence, text
from seawall.ingest.kustomize.fault import BadBuild
from seawall.ingest.kustomize.fields import read_field_spec
from seawall.ingest.kustomize.patch import apply_patch, read_patch
from seawall.ingest.kustomize.replacement import replace_all
from seawall.ingest.kustomize.shelf import Shelf
from seawall.ingest.kustomize.thing import Thing
from seawall.ingest.kustomize.transform import (
    pairs_of,
    rename,
    scale,
    set_namespace,
    set_pairs_in,
)
from seawall.ingest.text.yaml_text import parse_stream

_OWN_NAME = [{"path": "metadata/name"}]
_OF_NAMESPACES = frozenset({"metadata/namespace", "metadata/name", "subjects"})


def transform(
    things: list[Thing], written: object, folder: str, shelf: Shelf, *, seen: bool
) -> None:
    """Carry out one entry of `transformers`: a file, or the settings as text.

    Args:
        things: The objects of the build.
        written: The entry.
        folder: The kustomization's folder.
        shelf: The files.
        seen: Whether every object of the build is seen.

    Raises:
        BadBuild: It is not modelled, or cannot be carried out.
    """
    for value in _settings(written, folder, shelf):
        _one(things, mapping(value), folder, shelf, seen=seen)


def _settings(written: object, folder: str, shelf: Shelf) -> Iterator[Any]:
    entry = text(written) or ""
    if "\n" in entry:
        for found in parse_stream(entry):
            if found.fault is not None:
                raise _unmodelled("a transformer that is not valid YAML")
            if found.value is not None:
                yield found.value
        return
    sheet = shelf.file(folder, entry)
    if sheet is None or not sheet.whole:
        raise _unmodelled(f"the transformer `{entry}`, which is no file here,")
    yield from (document.value for document in sheet.documents)


def _one(
    things: list[Thing],
    fields: Mapping[object, object],
    folder: str,
    shelf: Shelf,
    *,
    seen: bool,
) -> None:
    kind = text(fields.get("kind")) or "?"
    if fields.get("apiVersion") != "builtin":
        raise _unmodelled(f"the transformer `{kind}`")
    specs = sequence(fields.get("fieldSpecs"))
    if kind in ("PatchTransformer", "PatchJson6902Transformer"):
        keys = {"patch": "patch", "jsonOp": "patch", "path": "path"}
        keys |= {"target": "target", "options": "options"}
        entry = {keys[str(it)]: fields[it] for it in fields if str(it) in keys}
        apply_patch(things, read_patch(entry, folder, shelf))
    elif kind in ("LabelTransformer", "AnnotationsTransformer"):
        key = "labels" if kind == "LabelTransformer" else "annotations"
        pairs = pairs_of(fields.get(key), key)
        set_pairs_in(things, [read_field_spec(item) for item in specs], pairs)
    elif kind == "NamespaceTransformer":
        _namespace(things, fields, specs)
    elif kind in ("PrefixTransformer", "SuffixTransformer") and specs == _OWN_NAME:
        prefix, suffix = text(fields.get("prefix")), text(fields.get("suffix"))
        rename(things, prefix or "", suffix or "")
    elif kind == "ReplicaCountTransformer":
        scale(things, fields.get("replica"))
    elif kind == "ReplacementTransformer":
        for item in sequence(fields.get("replacements")):
            replace_all(things, item, folder, shelf, seen=seen)
    elif kind != "ImageTagTransformer":
        raise _unmodelled(f"the transformer `{kind}`")


def _namespace(
    things: list[Thing], fields: Mapping[object, object], specs: list[Any]
) -> None:
    metadata = mapping(fields.get("metadata"))
    namespace = text(fields.get("namespace")) or text(metadata.get("namespace"))
    paths = {text(mapping(item).get("path")) for item in specs}
    if namespace is None or paths - _OF_NAMESPACES:
        raise _unmodelled("the transformer `NamespaceTransformer`")
    unset_only = fields.get("unsetOnly") is True
    objects = "metadata/name" in paths
    set_namespace(things, namespace, objects=objects, unset_only=unset_only)


def _unmodelled(what: str) -> BadBuild:
    return BadBuild(
        f"{what} of a kustomization is not modelled",
        "what the objects say that it changes is not known",
        "read the output of `kubectl kustomize` instead",
        modelled=False,
    )
