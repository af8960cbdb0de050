"""Reads manifests that are at hand as text, in the way in which files are read."""

from seawall.ingest import kubernetes
from seawall.ingest.files import TextFile
from seawall.ingest.reader import read_text
from seawall.model.diagnostic import Diagnostic
from seawall.model.snapshot import KubernetesObjects


def read_manifest(
    text: str, name: str
) -> tuple[KubernetesObjects, tuple[Diagnostic, ...]]:
    """Return what the objects of a YAML text mean, and what is wrong with them.

    Args:
        text: The text.
        name: What its places are told by.
    """
    read = read_text(TextFile(name, None, "", text, expected=True))
    part = kubernetes.convert(read.documents, (), default_namespace="default")
    return part.objects, (*read.diagnostics, *part.diagnostics)
