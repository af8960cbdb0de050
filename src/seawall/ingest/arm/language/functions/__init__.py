"""The platform's functions that need nothing of what is around an expression."""

from seawall.ingest.arm.language.functions import (
    addresses,
    collections,
    dates,
    encodings,
    lambdas,
    logic,
    numbers,
    objects,
    texts,
)
from seawall.ingest.arm.language.signature import Library


def library() -> Library:
    """Return all of them, by name in lower case."""
    made = Library()
    for part in (
        addresses,
        collections,
        dates,
        encodings,
        lambdas,
        logic,
        numbers,
        objects,
        texts,
    ):
        part.declare(made)
    return made
