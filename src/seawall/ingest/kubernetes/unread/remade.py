"""Policies that Kyverno changes or deletes: what it leaves of them is not known.

A pod that no policy holds afterwards is open, one that another still holds is not; so
an answer in either direction may turn.

Source: Kyverno docs, Mutate Rules ("Mutate Existing Resources"), Cleanup Policy,
MutatingPolicy and DeletingPolicy.
"""

from collections.abc import Iterator, Mapping

from seawall.ingest.kubernetes.network_policy.policy import BOTH
from seawall.ingest.kubernetes.terms.record import Record, mapping, sequence, text
from seawall.ingest.kubernetes.unread.foreign import Language, kinds_called
from seawall.ingest.kubernetes.unread.unrendered import policy_language
from seawall.model.policy import OpaquePolicy

_HOLES = frozenset("{$*?")
_CHANGES = "it changes policies, and how is not worked out"
_DELETES = "it deletes policies, and which is not worked out"
_KINDS = (
    "NetworkPolicy",
    "GlobalNetworkPolicy",
    "CiliumNetworkPolicy",
    "CiliumClusterwideNetworkPolicy",
    "AdminNetworkPolicy",
    "BaselineAdminNetworkPolicy",
    "ClusterNetworkPolicy",
    "AuthorizationPolicy",
)
"""What a wildcard may stand for."""


def policies_remade_by(record: Record) -> Iterator[OpaquePolicy]:
    """Yield one of unknown meaning for the policies that an object of Kyverno touches.

    It is not called by their kind: a NetworkPolicy that cannot be read only adds. Those
    of a mesh are, as what becomes of them opens nothing that the network closes.
    """
    deletes = "Cleanup" in record.kind or "Deleting" in record.kind
    found = _deleted(record) if deletes else _changed(record)
    for kind, engines, namespace in dict.fromkeys(
        (
            language.name if language.of_mesh else record.kind,
            language.engines,
            _namespace(language, written),
        )
        for language, written in found
    ):
        yield OpaquePolicy(
            *(kind, namespace, record.name, None, BOTH, engines),
            _DELETES if deletes else _CHANGES,
            record.origin,
            only_removes=deletes,
        )


def _deleted(record: Record) -> Iterator[tuple[Language, object]]:
    own = None if record.kind.startswith("Cluster") else record.namespace
    for language, written in _matched(record.spec.get("match")):
        yield language, own or written
    for language in _ruled(record.spec.get("matchConstraints")):
        yield language, own


def _changed(record: Record) -> Iterator[tuple[Language, object]]:
    spec = record.spec
    own = record.namespace if record.kind == "Policy" else None
    if record.kind.endswith("MutatingPolicy"):
        for key in ("matchConstraints", "targetMatchConstraints"):
            for language in _ruled(spec.get(key)):
                yield language, record.namespace
        return
    for rule in map(mapping, sequence(spec.get("rules"))):
        mutate = mapping(rule.get("mutate"))
        patch = mutate.get("patchStrategicMerge")
        if not mutate or (isinstance(patch, Mapping) and set(patch) == {"metadata"}):
            # Labels of a policy decide nothing.
            continue
        if "targets" not in mutate:
            for language, written in _matched(rule.get("match")):
                yield language, own or written
        for target in map(mapping, sequence(mutate.get("targets"))):
            version, kind = text(target.get("apiVersion")), text(target.get("kind"))
            holes = version is None or _HOLES & set(version)
            for language in languages("" if holes else version or "", kind or "*"):
                yield language, own or target.get("namespace")


def _matched(match: object) -> Iterator[tuple[Language, object]]:
    """Yield the policies that a `match` selects by kind, and the namespace of each."""
    block = mapping(match)
    parts = [*sequence(block.get("any")), *sequence(block.get("all")), block]
    for part in parts:
        chosen = mapping(mapping(part).get("resources"))
        spaces = sequence(chosen.get("namespaces")) or [None]
        for kind in sequence(chosen.get("kinds")):
            version, _, name = str(kind).rpartition("/")
            for language in languages(version, name):
                yield from ((language, space) for space in spaces)


def _ruled(constraints: object) -> Iterator[Language]:
    """Yield the policies that constraints of admission select, by resource."""
    for rule in map(mapping, sequence(mapping(constraints).get("resourceRules"))):
        groups = [str(item) for item in sequence(rule.get("apiGroups"))]
        for resource in map(str, sequence(rule.get("resources"))):
            for group in groups or ["*"]:
                for kind in _KINDS if "*" in resource else _called(resource):
                    version = "" if group == "*" else f"{group}/v1"
                    yield from languages(version, kind)


def _called(resource: str) -> set[str]:
    found = {kind for _, kind in kinds_called(resource)}
    return found | ({"NetworkPolicy"} if resource == "networkpolicies" else set())


def _namespace(language: Language, written: object) -> str | None:
    namespace = text(written)
    if not language.namespaced or (namespace and _HOLES & set(namespace)):
        return None
    return namespace


def languages(version: str, kind: str) -> list[Language]:
    """Return how policies of a kind are treated, whatever its group if none is told.

    A kind that is worked out may be a network policy.
    """
    if _HOLES & set(kind):
        kind = "NetworkPolicy"
    elif version and "*" not in version:
        language = policy_language(version, kind)
        return [language] if language is not None else []
    found = [policy_language(f"{group}/v1", name) for group, name in kinds_called(kind)]
    if kind.lower() in ("networkpolicy", "networkpolicies"):
        found.append(policy_language("networking.k8s.io/v1", "NetworkPolicy"))
    return [it for it in found if it is not None]
