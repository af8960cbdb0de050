"""Policies that other objects make: Kyverno's rules, templates, bundles, claims.

What makes them is not modelled; that there will be one is certain enough. Of an object
of the live cluster what it made is in the cluster too, and read there. What Kyverno
changes or deletes is in `remade`.

Source: Kyverno docs, Generate Rules; OpenShift docs, Using templates; Crossplane
provider-kubernetes, Object; Open Cluster Management docs, ManifestWork.
"""

import re
from collections.abc import Iterable, Iterator, Mapping

from seawall.ingest.kubernetes.network_policy.policy import BOTH
from seawall.ingest.kubernetes.terms.record import Record, mapping, sequence, text
from seawall.ingest.kubernetes.unread.foreign import Language
from seawall.ingest.kubernetes.unread.remade import languages, policies_remade_by
from seawall.ingest.kubernetes.unread.unrendered import policy_language
from seawall.ingest.kubernetes.workloads.namespace import is_namespace_name
from seawall.model.policy import OpaquePolicy

_DEEPEST = 30
_MOST = 20_000
"""So many parts of an object are looked through."""
_PASSED_OVER = frozenset({"metadata", "status"})
_HOLES = frozenset("{$")
_KYVERNO = ("kyverno.io", "policies.kyverno.io")
_USED = re.compile(r"\bvariables\b(?:\s*\.\s*([A-Za-z_]\w*))?")
_WORDS = re.compile(r"\b[A-Za-z]+(?:Policy|policies|Authentication|authentications)\b")
_MANIFEST = frozenset({"metadata", "spec", "specs", "data", "clone"})
"""A manifest has one of these; a reference to an object has none."""


def policies_made_by(record: Record) -> list[OpaquePolicy]:
    """Return a policy of unknown meaning for each that an object would make."""
    if "uid" in record.metadata:
        return []
    found: list[OpaquePolicy] = []
    if record.type[0] in _KYVERNO:
        if record.kind.endswith("GeneratingPolicy"):
            found.extend(_expressed(record))
        found.extend(policies_remade_by(record))
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
            if record.type[0] in _KYVERNO:
                found.extend(_generated(value, record))
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
    yield _policy(language, stated or value.get("namespace"), record)


def _generated(
    value: Mapping[object, object], record: Record
) -> Iterator[OpaquePolicy]:
    """Yield what a rule of Kyverno generates that is no manifest.

    It clones all objects of some kinds, takes a kind without its group or one that is
    worked out, or applies what an expression makes.

    Source: Kyverno docs, Generate Rules, "Clone Source", and GeneratingPolicy.
    """
    listed = value.get("cloneList")
    kinds = listed.get("kinds") if isinstance(listed, Mapping) else None
    for kind in kinds if isinstance(kinds, list) else ():
        group_version, _, name = str(kind).rpartition("/")
        for language in languages(group_version, name):
            yield _policy(language, value.get("namespace"), record)
    named = value.get("kind")
    if isinstance(named, str) and not {"data", "clone"}.isdisjoint(value):
        version = value.get("apiVersion")
        if not isinstance(version, str) or _HOLES & set(version + named):
            for language in languages("", named):
                yield _policy(language, value.get("namespace"), record)


def _expressed(record: Record) -> Iterator[OpaquePolicy]:
    """Yield what the expressions of a GeneratingPolicy make, by the kinds they name.

    Other expressions, such as conditions, only say when.

    Source: Kyverno docs, GeneratingPolicy, "variables" and "generate".
    """
    variables = {
        name: said
        for item in sequence(record.spec.get("variables"))
        if (name := text(mapping(item).get("name")))
        and (said := text(mapping(item).get("expression")))
    }
    waiting = [
        said
        for item in sequence(record.spec.get("generate"))
        if (said := text(mapping(item).get("expression")))
    ]
    words: set[str] = set()
    while waiting:
        said = waiting.pop()
        words.update(_WORDS.findall(said))
        used = _USED.findall(said)
        # What is not asked for by its name may be any.
        names = list(variables) if "" in used else used
        waiting.extend(variables.pop(name) for name in names if name in variables)
    for word in sorted(words):
        for language in languages("", word):
            yield _policy(language, None, record)


def _policy(language: Language, written: object, record: Record) -> OpaquePolicy:
    namespace = None
    if language.namespaced and isinstance(written, str) and is_namespace_name(written):
        namespace = written
    return OpaquePolicy(
        language.name,
        namespace,
        "?",
        None,
        BOTH,
        language.engines,
        f"{record.kind} {record.name} makes it, which is not worked out",
        record.origin,
    )
