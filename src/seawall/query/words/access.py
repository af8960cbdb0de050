"""The path to a name in words, for sentences."""

from collections.abc import Iterable

from seawall.model.trace import AccessPath, Hop, Layer

_WORDS = {
    AccessPath.PRIVATE: "by the private path",
    AccessPath.PUBLIC: "by the public path",
    AccessPath.SERVICE_ENDPOINT: "over a service endpoint",
    AccessPath.UNRESOLVED: "by no path, as the name does not resolve",
    AccessPath.UNKNOWN: "by a path that is not known",
}


DEPENDS = "it depends on the address that the name has"
"""What is said where packets to some addresses pass and to others do not."""


def path_text(paths: Iterable[AccessPath]) -> str:
    """Return the paths as an adverb: `by the public path`; nothing without a path."""
    return " or ".join(_WORDS[path] for path in paths)


def arrives_text(paths: tuple[AccessPath, ...], misled: str) -> str:
    """Return how something arrives, to stand after `arrives`.

    Args:
        paths: By which doors the name is reached.
        misled: Why the name led past its private endpoint, if it did.
    """
    if not paths:
        return ""
    return f", but {path_text(paths)}," if misled else f" {path_text(paths)}"


def misled_text(hops: Iterable[Hop]) -> str:
    """Return why a name led past its private endpoint, if that is so."""
    return next(
        (h.says for h in hops if h.layer is Layer.NAME and "although" in h.says), ""
    )
