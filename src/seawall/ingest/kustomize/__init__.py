"""Kustomizations: the objects that overlays, bases, components and patches stand for.

Everything is read from the files that the user gave, and from the folders that their
kustomizations name; no program is started and nothing is fetched.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from seawall.ingest.kustomize.shelf import NAMES, Sheet, text_of

if TYPE_CHECKING:  # most inputs need none of it: decision 0007
    from seawall.ingest.kustomize.rendering import Rendering

__all__ = ["Sheet", "concerns", "render", "text_of"]

_FLUX = "kustomize.toolkit.fluxcd.io/"


def concerns(sheets: Sequence[Sheet]) -> bool:
    """Whether some files hold anything that builds objects from others."""
    if any(posixpath.basename(sheet.path) in NAMES for sheet in sheets):
        return True
    outlines = (document.outline for sheet in sheets for document in sheet.documents)
    return any(
        isinstance(outline, dict) and str(outline.get("apiVersion")).startswith(_FLUX)
        for outline in outlines
    )


def render(
    sheets: Sequence[Sheet],
    fetch: Callable[[str], Sheet | None],
    read: Callable[[str], str | None],
) -> Rendering:
    """Return what the kustomizations of an input stand for.

    Args:
        sheets: The files that the user gave.
        fetch: Reads a file that a kustomization leads to and the user did not give.
        read: Reads such a file as text alone.
    """
    from seawall.ingest.kustomize.rendering import render as render_all  # noqa: PLC0415

    return render_all(sheets, fetch, read)
