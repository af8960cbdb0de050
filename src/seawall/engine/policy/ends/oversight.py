"""Selectors of an engine that overlooks some labels, as it takes them."""

from seawall.model.dataplane import Tri
from seawall.model.identity_label import (
    KEPT_START,
    OVERLOOKED_STARTS,
    OVERLOOKED_WITHIN,
)
from seawall.model.selector import Operator, Selector

_ABSENT = frozenset({Operator.NOT_IN, Operator.DOES_NOT_EXIST})

Taken = tuple[Selector | None, ...]
"""What a selector may be taken for, once for each thing that the engine may do; None
selects nothing."""


class Oversight:
    """Rewrites selectors so that they ask only for what the engine sees.

    Source: cilium pkg/labelsfilter and pkg/policy: a policy selects identities, and
    these lack the labels that are left out. So terms that ask for one never hold, and
    those that ask for its absence always do.
    """

    def __init__(self, overlooks: Tri) -> None:
        """Remember whether the engine overlooks labels."""
        self._overlooks = overlooks

    def of_pods(self, selector: Selector) -> Taken:
        """Return what a selector of pods is taken for."""
        if self._overlooks is Tri.NO:
            return (selector,)
        return self._taken(selector, overlooked_keys(selector))

    def of_namespaces(self, selector: Selector) -> Taken:
        """Return what a selector of namespaces is taken for."""
        if self._overlooks is Tri.NO:
            return (selector,)
        return self._taken(selector, overlooked_keys(selector, namespaces=True))

    def unsettled(self, selector: Selector) -> str | None:
        """Return why it is not known what a selector of pods is taken for, if it is so.

        As a clause.
        """
        several = len(self.of_pods(selector)) > 1
        return _why(selector) if several else None

    def unsettled_namespaces(self, selector: Selector) -> str | None:
        """Return the same of a selector of namespaces."""
        several = len(self.of_namespaces(selector)) > 1
        return _why(selector) if several else None

    def _taken(self, selector: Selector, hidden: set[str]) -> Taken:
        if not hidden:
            return (selector,)
        blind: Selector | None = None
        asked = [item for item in selector.requirements if item.key in hidden]
        if all(item.operator in _ABSENT for item in asked):
            kept = (item for item in selector.requirements if item.key not in hidden)
            blind = Selector(tuple(kept))
        return (blind,) if self._overlooks is Tri.YES else (selector, blind)


def _why(selector: Selector) -> str:
    keys = sorted({it.key for it in selector.requirements if is_overlooked(it.key)})
    return (
        f"whether the engine sees label `{keys[0]}`, or leaves it out of identities as "
        "Cilium does by default, depends on what is not known"
    )


def overlooked_keys(selector: Selector, *, namespaces: bool = False) -> set[str]:
    """Return the keys that a selector of pods, or of namespaces, asks for in vain."""
    keys = {item.key for item in selector.requirements}
    if namespaces:
        return {key for key in keys if OVERLOOKED_WITHIN in key}
    return {key for key in keys if is_overlooked(key)}


def is_overlooked(key: str) -> bool:
    """Return whether a label of pods is in no identity."""
    if key.startswith(KEPT_START):
        return False
    return key.startswith(OVERLOOKED_STARTS) or OVERLOOKED_WITHIN in key
