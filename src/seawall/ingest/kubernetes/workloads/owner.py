"""Who owns a pod: the object at the top, as far as the input shows it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from seawall.ingest.kubernetes.terms.record import Record, mapping, sequence, text
from seawall.model.diagnostic import Diagnostic, Level
from seawall.model.origin import Origin

Key = tuple[str, str, str]
"""Namespace, kind and name."""

_MADE_BY = {"ReplicaSet": ("Deployment", "Rollout"), "Job": ("CronJob",)}
_SUFFIX = {
    "ReplicaSet": re.compile(r"(.+)-[a-z0-9]{5,10}"),
    "Job": re.compile(r"(.+)-[0-9]{8,10}"),
}


@dataclass(slots=True)
class Owners:
    """The objects that can own pods, and who owns them in turn."""

    above: dict[Key, Key | None] = field(default_factory=dict)
    origins: dict[Key, Origin] = field(default_factory=dict)
    cyclic: set[Key] = field(default_factory=set)

    def add(self, record: Record, namespace: str) -> None:
        """Remember one object."""
        key = (namespace, record.kind, record.name)
        self.above[key] = controller_of(record.metadata, namespace)
        self.origins[key] = record.origin

    def top(self, key: Key) -> Key:
        """Return the topmost owner that is in the input, or *key* itself.

        A ReplicaSet whose Deployment is not in the input stays a ReplicaSet. If the
        ReplicaSet is missing and the Deployment is there, the name tells.
        """
        seen = {key}
        while True:
            upper = self.above.get(key) or self._by_name(key)
            if upper is None or upper not in self.above:
                return key
            if upper in seen:
                self.cyclic |= seen
                return min(seen)
            seen.add(upper)
            key = upper

    def diagnostics(self) -> list[Diagnostic]:
        """Return what is wrong with the ownership that was asked for."""
        if not self.cyclic:
            return []
        first = min(self.cyclic)
        names = ", ".join(f"`{kind}/{name}`" for _, kind, name in sorted(self.cyclic))
        origin = self.origins.get(first)
        return [
            Diagnostic(
                Level.ERROR,
                origin.at("metadata", "ownerReferences") if origin else None,
                f"objects own each other: {names}",
                "ownership has no beginning, so the pods are counted under the first",
                "export the objects again",
                of_object=True,
            )
        ]

    def _by_name(self, key: Key) -> Key | None:
        namespace, kind, name = key
        if key in self.above:
            return None
        pattern = _SUFFIX.get(kind)
        match = pattern.fullmatch(name) if pattern is not None else None
        if match is None:
            return None
        for maker in _MADE_BY[kind]:
            candidate = (namespace, maker, match[1])
            if candidate in self.above:
                return candidate
        return None


def controller_of(metadata: Mapping[object, object], namespace: str) -> Key | None:
    """Return the owner that controls an object, or None.

    A pod that a node owns (a static pod) stands for itself.
    """
    references = sequence(metadata.get("ownerReferences"))
    if not references:
        return None
    chosen: Mapping[object, object] | None = None
    if len(references) == 1:
        chosen = mapping(references[0])
    else:
        for item in references:
            reference = mapping(item)
            if reference.get("controller") is True:
                chosen = reference
                break
    if chosen is None:
        return None
    kind, name = text(chosen.get("kind")), text(chosen.get("name"))
    if kind is None or name is None or kind == "Node":
        return None
    return namespace, kind, name
