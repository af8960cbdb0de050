"""Pods that do not exist yet, in words."""

from collections.abc import Iterable
from dataclasses import dataclass

from seawall.query.exposure.cover import Box
from seawall.query.exposure.future import Region

FEW = 3


@dataclass(frozen=True, slots=True)
class Peers:
    """Pods that do not exist yet, by what they carry and where they come to be.

    Attributes:
        pods: A condition on them; empty for any.
        namespaces: Existing namespaces that they may be in, sorted.
        any_existing: Whether these are all of them.
        new: Conditions on new namespaces that they may be in, any of which will do;
            one that is empty is any new namespace.
        parts: The same as boxes of regions.
    """

    pods: str
    namespaces: tuple[str, ...]
    any_existing: bool
    new: tuple[str, ...]
    parts: tuple[tuple[Region, Box], ...]

    @property
    def text(self) -> str:
        """They, such as `pods with app = web in any namespace`."""
        pods = f"pods with {self.pods}" if self.pods else "any pod"
        return f"{pods} in {self._places()}"

    def _places(self) -> str:
        any_new = "" in self.new
        if any_new and self.any_existing:
            return "any namespace"
        texts = []
        if self.any_existing:
            texts.append("any existing namespace")
        elif self.namespaces:
            texts.append(_listed(self.namespaces))
        if any_new:
            texts.append("any new namespace")
        elif self.new:
            texts.append("new namespaces with " + " or ".join(self.new))
        return " or ".join(texts)


def told(found: Iterable[tuple[Region, Box]]) -> tuple[Peers, ...]:
    """Return boxes of regions in words, those of alike pods together."""
    existing: dict[str, set[str]] = {}
    new: dict[str, list[str]] = {}
    parts: dict[str, list[tuple[Region, Box]]] = {}
    every: set[str] = set()
    for region, box in found:
        first = 1 if region.groups else len(region.places)
        pods = _condition(region, box, pods=True, first=first)
        existing.setdefault(pods, set())
        parts.setdefault(pods, []).append((region, box))
        new.setdefault(pods, [])
        if region.groups:
            existing[pods].update(
                item.name for at in box[0] for item in region.groups[at]
            )
            every = {item.name for group in region.groups for item in group}
        else:
            new[pods].append(_condition(region, box, pods=False, first=0))
    return tuple(
        Peers(
            pods,
            tuple(sorted(names)),
            bool(names) and names == every,
            tuple(new[pods]),
            tuple(parts[pods]),
        )
        for pods, names in existing.items()
    )


def _condition(region: Region, box: Box, *, pods: bool, first: int) -> str:
    axes = region.pods if pods else region.places
    texts = (axis.text(chosen) for axis, chosen in zip(axes, box[first:], strict=False))
    return " and ".join(text for text in texts if text)


def _listed(names: tuple[str, ...]) -> str:
    if len(names) <= FEW + 1:
        return ", ".join(names)
    return f"{', '.join(names[:FEW])} and {len(names) - FEW} more namespaces"
