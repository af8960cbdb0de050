"""Policies that other objects make: Kyverno's rules, templates, bundles, claims.

What makes them is not modelled; that there will be one is certain enough. Of an object
of the live cluster what it made is in the cluster too, and read there.

Source: Kyverno docs, Generate Rules; OpenShift docs, Using templates; Crossplane
provider-kubernetes, Object; Open Cluster Management docs, ManifestWork.
"""

from collections.abc import Iterable, Iterator, Mapping

from seawall.ingest.kubernetes.network_policy.policy import BOTH
from seawall.ingest.kubernetes.terms.record import Record
from seawall.ingest.kubernetes.unread.unrendered import policy_language
from seawall.model.policy import OpaquePolicy

_DEEPEST = 30
_MOST = 20_000
"""So many parts of an object are looked through."""
_PASSED_OVER = frozenset({"metadata", "status"})
_HOLES = frozenset("{$")
_MANIFEST = frozenset({"metadata", "spec", "specs", "data", "clone"})
"""A manifest has one of these; a reference to an object has none."""


def policies_made_by(record: Record) -> list[OpaquePolicy]:
    """Return a policy of unknown meaning for each that an object would make."""
    if "uid" in record.metadata:
        return []
    found: list[OpaquePolicy] = []
    waiting: list[tuple[object, int]] = [
        (value, 0) for key, value in record.body.items() if key not in _PASSED_OVER
    ]
    for _ in range(_MOST):
        if not waiting:
            break
        value, depth = waiting.pop()
        inner: Iterable[object] = ()
        if isinstance(value, Mapping):
            found.extend(_made(value, record))
            inner = value.values()
        elif isinstance(value, list):
            inner = value
        if depth < _DEEPEST:
            waiting.extend((item, depth + 1) for item in inner)
    return found


def _made(value: Mapping[object, object], record: Record) -> Iterator[OpaquePolicy]:
    version, kind = value.get("apiVersion"), value.get("kind")
    if not isinstance(version, str) or not isinstance(kind, str):
        return
    language = policy_language(version, kind)
    if language is None or "uid" in value or _MANIFEST.isdisjoint(value):
        return
    metadata = value.get("metadata")
    stated = metadata.get("namespace") if isinstance(metadata, Mapping) else None
    written = stated or value.get("namespace")
    namespace = written if isinstance(written, str) else None
    if not language.namespaced or (namespace and _HOLES & set(namespace)):
        namespace = None
    yield OpaquePolicy(
        language.name,
        namespace,
        "?",
        None,
        BOTH,
        language.engines,
        f"{record.kind} {record.name} makes it, which is not worked out",
        record.origin,
    )
