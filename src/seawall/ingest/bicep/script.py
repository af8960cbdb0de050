"""Reads one file."""

from seawall.ingest.bicep.language.declarations import (
    BicepFile,
)
from seawall.ingest.bicep.language.parser import parse


def read_script(text: str, path: str, *, named: bool) -> BicepFile:
    """Return what a file of Bicep says.

    Args:
        text: All of it.
        path: As the user named it.
        named: Whether the user named the file itself.
    """
    return parse(text, path, named=named)
