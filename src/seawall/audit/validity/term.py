"""Conditions with three values, which remember what is missing and where they stand."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

from seawall.model.origin import Origin
from seawall.model.setting import Setting, State

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Term:
    """A condition: true, false, or not known.

    Attributes:
        truth: None when it is not known.
        missing: What would tell; empty when it is known.
        origin: Where the cause stands, if it is stated.
    """

    truth: bool | None
    missing: tuple[str, ...] = ()
    origin: Origin | None = None

    def __and__(self, other: "Term") -> "Term":
        for term in (self, other):
            if term.truth is False:
                return term
        place = self.origin or other.origin
        missing = tuple(dict.fromkeys((*self.missing, *other.missing)))
        return Term(None if missing else True, missing, place)

    def __or__(self, other: "Term") -> "Term":
        for term in (self, other):
            if term.truth is True:
                return term
        place = self.origin or other.origin
        missing = tuple(dict.fromkeys((*self.missing, *other.missing)))
        return Term(None if missing else False, missing, place)

    def __invert__(self) -> "Term":
        truth = None if self.truth is None else not self.truth
        return Term(truth, self.missing, self.origin)


def fact(truth: bool, origin: Origin | None = None) -> Term:  # noqa: FBT001
    """Return a condition that is known."""
    return Term(truth, (), origin)


def missing(what: str, origin: Origin | None = None) -> Term:
    """Return a condition that is not known."""
    return Term(None, (what,), origin)


def of(setting: Setting[T], test: Callable[[T | None], bool], what: str) -> Term:
    """Return whether the value of a setting passes a test."""
    if not setting.known:
        return missing(f"{what}: {setting.why}", setting.origin)
    stated = setting.state is State.STATED
    return Term(test(setting.value), (), setting.origin if stated else None)


def some(terms: Iterable[Term]) -> Term:
    """Return whether any of the conditions holds."""
    found = fact(truth=False)
    for term in terms:
        found = found | term
    return found


def every(terms: Iterable[Term]) -> Term:
    """Return whether all of the conditions hold."""
    found = fact(truth=True)
    for term in terms:
        found = found & term
    return found
