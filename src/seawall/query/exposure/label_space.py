"""Every combination of labels that policies can tell apart, one example of each.

Pods and namespaces that do not exist yet may carry any label. What matters of a label
is how each condition of the policies comes out, so a few values stand for all.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from seawall.model.ends import Comparison, Facet, LabelTest
from seawall.model.selector import Operator, Requirement

NAME_KEY = "kubernetes.io/metadata.name"
"""The label that holds the name of a namespace."""

OTHER = "another-value"
MOST_PARTS = 2
"""So many conditions on parts of one value, such as a prefix, can be combined."""

_ON_PARTS = frozenset(
    {Comparison.CONTAINS, Comparison.STARTS_WITH, Comparison.ENDS_WITH}
)
_COMPARISONS = {
    Operator.IN: Comparison.IN,
    Operator.NOT_IN: Comparison.IN,
    Operator.EXISTS: Comparison.EXISTS,
    Operator.DOES_NOT_EXIST: Comparison.EXISTS,
}


class TooManyError(ValueError):
    """There are more combinations than can be looked at; says which, as a clause."""


@dataclass(frozen=True, slots=True)
class Axis:
    """One label, and its values in classes that no condition tells apart.

    Attributes:
        facet: What the label is a label of.
        key: Its key; empty for a name.
        tests: The conditions on it.
        classes: For each class, values of it; None is an absent label. The first of
            each stands for the class.
    """

    facet: Facet
    key: str
    tests: tuple[LabelTest, ...]
    classes: tuple[tuple[str | None, ...], ...]

    def text(self, chosen: Iterable[int]) -> str:
        """Return a choice of classes in words, such as `app in (a, b)`; empty for all.

        Args:
            chosen: Positions among *classes*.
        """
        held = frozenset(chosen)
        if len(held) == len(self.classes):
            return ""
        name = self._name
        if any(item.comparison in _ON_PARTS for item in self.tests):
            return " or ".join(self._by_tests(name, at) for at in sorted(held))
        values = {value for at in held for value in self.classes[at]}
        if OTHER in values and all(None not in one for one in self.classes):
            # Of a label that is never absent, presence is not worth a word.
            values.add(None)
        mentioned = sorted({value for item in self.tests for value in item.values})
        return f"{name} {_values_text(values, mentioned)}"

    @property
    def _name(self) -> str:
        if self.facet is Facet.ACCOUNT_NAME:
            return "service account"
        if self.facet is Facet.ACCOUNT_LABELS:
            return f"service account label {self.key}"
        return "name" if self.key == NAME_KEY else self.key

    def _by_tests(self, name: str, at: int) -> str:
        value = self.classes[at][0]
        if value is None:
            return f"{name} absent"
        texts = []
        for item in self.tests:
            word = "" if holds(item, value) else "not "
            values = ", ".join(sorted(item.values))
            listed = f" ({values})" if values else ""
            texts.append(f"{word}{item.comparison.value}{listed}")
        return f"{name} {' and '.join(texts)}"


def test_of(item: Requirement, facet: Facet) -> LabelTest:
    """Return the condition that a requirement is, or is the contrary of."""
    return LabelTest(facet, item.key, _COMPARISONS[item.operator], item.values)


def axes(
    tests: Iterable[LabelTest], *, never: Mapping[str, frozenset[str | None]]
) -> tuple[Axis, ...]:
    """Return the labels that *tests* of one facet look at, and their classes.

    Args:
        tests: The conditions.
        never: For a key, values that it cannot have; None if it is never absent.

    Raises:
        TooManyError: Conditions on parts of values combine in too many ways.
    """
    by_key: dict[str, list[LabelTest]] = {}
    for item in tests:
        by_key.setdefault(item.key, []).append(item)
    return tuple(
        _axis(held, never.get(key, frozenset())) for key, held in sorted(by_key.items())
    )


def _axis(tests: list[LabelTest], never: frozenset[str | None]) -> Axis:
    listed = tuple(sorted(set(tests), key=_sorting))
    values = sorted({value for item in listed for value in item.values})
    on_parts = sum(item.comparison in _ON_PARTS for item in listed)
    if on_parts > MOST_PARTS:
        raise TooManyError(
            f"{on_parts} conditions look at parts of the values of `{listed[0].key}`"
        )
    candidates: list[str | None] = [*values, OTHER, None]
    if on_parts:
        candidates.extend(one + other for one in values for other in values)
    groups: dict[tuple[bool, ...], list[str | None]] = {}
    for value in candidates:
        if value not in never:
            truth = tuple(holds(item, value) for item in listed)
            groups.setdefault(truth, []).append(value)
    classes = tuple(tuple(held) for held in groups.values())
    return Axis(listed[0].facet, listed[0].key, listed, classes)


def holds(item: LabelTest, value: str | None) -> bool:
    """Return how a condition comes out; used to tell labels apart, not to decide."""
    if value is None:
        return False
    match item.comparison:
        case Comparison.EXISTS:
            return True
        case Comparison.IN:
            return value in item.values
        case Comparison.CONTAINS:
            return any(part in value for part in item.values)
        case Comparison.STARTS_WITH:
            return value.startswith(tuple(item.values))
        case Comparison.ENDS_WITH:
            return value.endswith(tuple(item.values))


def _values_text(held: set[str | None], mentioned: list[str]) -> str:
    named = [value for value in mentioned if value in held]
    others = [value for value in mentioned if value not in held]
    if OTHER not in held:
        if not named:
            return "absent"
        text = f"= {named[0]}" if len(named) == 1 else f"in ({', '.join(named)})"
        return f"{text} or absent" if None in held else text
    if not others:
        return "present" if None not in held else "anything"
    text = f"not {others[0]}" if len(others) == 1 else f"not in ({', '.join(others)})"
    return text if None in held else f"present, {text}"


def _sorting(item: LabelTest) -> tuple[str, str, list[str]]:
    return item.key, item.comparison.value, sorted(item.values)
