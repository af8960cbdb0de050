"""Policies in this language; so far only what is certain without modelling them."""

from collections.abc import Sequence

from seawall.ingest.kubernetes.foreign import read_unmodelled
from seawall.ingest.kubernetes.language import LanguagePart, Placed, Surroundings


def read_cilium(objects: Sequence[Placed], surroundings: Surroundings) -> LanguagePart:
    """Return what the objects of this language mean."""
    del surroundings
    return read_unmodelled(objects)
