"""Flux Kustomizations whose folder is in the input: what they stand for is seen."""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from seawall.ingest.documents import ReadDocument
from seawall.ingest.kubernetes.terms.record import mapping, sequence, text
from seawall.ingest.kustomize.shelf import joined

_GROUP = "kustomize.toolkit.fluxcd.io/"
_FAR = 12


@dataclass(frozen=True, slots=True)
class FluxBuild:
    """A Flux Kustomization and the folder that it applies.

    Attributes:
        document: The object.
        folder: The folder, as a path.
        fields: What it adds to the kustomization there, in that file's own words.
    """

    document: ReadDocument
    folder: str
    fields: Mapping[object, object]


def flux_builds(
    documents: Iterable[ReadDocument], folders: Mapping[str, str]
) -> list[FluxBuild]:
    """Return the Flux Kustomizations whose folder is in the input.

    Their path counts from the root of a repository, which the input does not name: the
    folders above the object's own file are tried, and one of them must fit alone.

    Args:
        documents: Kubernetes documents.
        folders: From real paths of the input's folders to their names.

    Source:
        Flux docs, kustomize/v1 Kustomization: `path`, `targetNamespace`, `namePrefix`,
        `nameSuffix`, `patches`, `components`, `commonMetadata`.
    """
    out: list[FluxBuild] = []
    for document in documents:
        value = mapping(document.value)
        version = value.get("apiVersion")
        if not isinstance(version, str) or not version.startswith(_GROUP):
            continue
        if value.get("kind") != "Kustomization":
            continue
        spec = mapping(value.get("spec"))
        folder = _folder(document.path, text(spec.get("path")) or ".", folders)
        if folder is not None:
            out.append(FluxBuild(document, folder, _fields(spec)))
    return out


def _folder(file: str, path: str, folders: Mapping[str, str]) -> str | None:
    root = os.path.dirname(os.path.realpath(file))  # noqa: PTH120  (text throughout)
    found: list[str] = []
    for _ in range(_FAR):
        real = joined(root, path.lstrip("/"))
        if real in folders and folders[real] not in found:
            found.append(folders[real])
        root = os.path.dirname(root)  # noqa: PTH120
    if path in (".", "./", "/", ""):
        return None
    return found[0] if len(found) == 1 else None


def _fields(spec: Mapping[object, object]) -> dict[object, object]:
    common = mapping(spec.get("commonMetadata"))
    fields: dict[object, object] = {
        "namespace": spec.get("targetNamespace"),
        "namePrefix": spec.get("namePrefix"),
        "nameSuffix": spec.get("nameSuffix"),
        "patches": sequence(spec.get("patches")),
        "components": sequence(spec.get("components")),
        "patchesStrategicMerge": [],
        "patchesJson6902": sequence(spec.get("patchesJson6902")),
    }
    if common.get("labels"):
        fields["labels"] = [{"pairs": common["labels"]}]
    return {key: value for key, value in fields.items() if value}
