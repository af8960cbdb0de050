"""Reads labels and label selectors, and says precisely what is wrong with them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from seawall.ingest.kubernetes.terms.alike import once
from seawall.ingest.kubernetes.terms.fault import Fault, near, number_of, shown
from seawall.ingest.kubernetes.terms.placeholder import placeholder_in
from seawall.model.origin import Pointer
from seawall.model.selector import EVERYTHING, Operator, Requirement, Selector

_KEY = re.compile(
    r"(?:[a-z0-9](?:[-a-z0-9.]{0,251}[a-z0-9])?/)?"
    r"[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?"
)
_SOURCED_KEY = re.compile(r"(?:[a-z][-a-z0-9]*:)?" + _KEY.pattern)
_VALUE = re.compile(r"(?:[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?")
_SELECTOR_FIELDS = frozenset({"matchLabels", "matchExpressions"})
_EXPRESSION_FIELDS = frozenset({"key", "operator", "values"})
_OPERATORS = {operator.value: operator for operator in Operator}
_LABEL_RULE = (
    "a label value has at most 63 letters, digits, `-`, `_` or `.`, "
    "and a letter or digit at both ends"
)
_KEY_RULE = "a label key is a name of at most 63 characters, with a DNS prefix at most"


@dataclass(slots=True)
class Labels:
    """Labels as read.

    Attributes:
        known: Those that are certain.
        unresolved: Keys whose values, and keys which themselves, are not.
        faults: What is wrong.
    """

    known: dict[str, str] = field(default_factory=dict)
    unresolved: set[str] = field(default_factory=set)
    faults: list[Fault] = field(default_factory=list)


def read_labels(
    value: object, pointer: Pointer, key_form: re.Pattern[str] = _KEY
) -> Labels:
    """Return the labels of an object.

    Args:
        value: As written; null is none.
        pointer: Its place in the object.
        key_form: What a key looks like.

    Source:
        Kubernetes, apimachinery pkg/apis/meta/v1/validation: keys and values must be
        strings of the label syntax; null reads as the empty string.
    """
    out = Labels()
    if value is None:
        return out
    if not isinstance(value, dict):
        out.unresolved.add("*")
        out.faults.append(
            Fault(
                pointer,
                f"labels are {shown(value)}",
                "labels are a mapping of names to strings",
                "write each label as `name: value`",
            )
        )
        return out
    for key, item in value.items():
        if isinstance(key, str) and isinstance(item, str):
            keyed = _is_key(key) if key_form is _KEY else key_form.fullmatch(key)
            if keyed and _VALUE.fullmatch(item):
                out.known[key] = item
                continue
        elif isinstance(key, str) and item is None and key_form.fullmatch(key):
            out.known[key] = ""
            continue
        out.unresolved.add(str(key))
        place = (*pointer, key if isinstance(key, str | int) else str(key))
        out.faults.append(_label_fault(key, item, key_form, place))
    return out


@lru_cache(maxsize=4096)
def _is_key(text: str) -> bool:
    return _KEY.fullmatch(text) is not None


@lru_cache(maxsize=16384)
def _is_value(text: str) -> bool:
    return _VALUE.fullmatch(text) is not None


@once(number_of)
def read_selector(
    value: object, pointer: Pointer, faults: list[Fault]
) -> Selector | None:
    """Return a label selector; None, with faults, if it is not one.

    Args:
        value: As written; null reads as `{}`.
        pointer: Its place in the object.
        faults: Where faults are added.

    Source:
        Kubernetes, apimachinery pkg/apis/meta/v1 types.go, LabelSelector, and
        validation.go, ValidateLabelSelector.
    """
    return _selector(value, pointer, _KEY, faults)


@once(number_of)
def read_sourced_selector(
    value: object, pointer: Pointer, faults: list[Fault]
) -> Selector | None:
    """Return a label selector whose keys may have a source before a colon, likewise.

    Source:
        cilium pkg/labels labels.go, ParseSelectLabel.
    """
    return _selector(value, pointer, _SOURCED_KEY, faults)


def _selector(
    value: object, pointer: Pointer, key_form: re.Pattern[str], faults: list[Fault]
) -> Selector | None:
    if not value and (value is None or isinstance(value, dict)):
        return EVERYTHING
    if not isinstance(value, dict):
        faults.append(wrong_type(pointer, str(pointer[-1]), value, "a mapping"))
        return None
    before = len(faults)
    refuse_unknown_fields(value, _SELECTOR_FIELDS, pointer, faults)
    requirements: list[Requirement] = []
    labels = value.get("matchLabels")
    if labels is not None:
        read = read_labels(labels, (*pointer, "matchLabels"), key_form)
        faults.extend(read.faults)
        for key, item in read.known.items():
            requirements.append(Requirement(key, Operator.IN, frozenset((item,))))
    expressions = value.get("matchExpressions")
    if expressions is not None:
        place = (*pointer, "matchExpressions")
        requirements.extend(_requirements(expressions, place, key_form, faults))
    if len(faults) > before:
        return None
    if len(requirements) > 1:
        requirements.sort(key=_order)
    return Selector(tuple(requirements))


def refuse_unknown_fields(
    value: dict[object, object],
    known: frozenset[str],
    pointer: Pointer,
    faults: list[Fault],
) -> None:
    """Add a fault for each field that the API does not have."""
    if value.keys() <= known:
        return
    for key in value:
        if key in known:
            continue
        close = near(key, known)
        faults.append(
            Fault(
                (*pointer, key if isinstance(key, str | int) else str(key)),
                f"unknown field {shown(key)}",
                "the API server drops unknown fields or refuses the object; without "
                "it the policy means something else",
                f"write `{close}`"
                if close
                else "remove the field, or put it where "
                f"it belongs (known here: {', '.join(sorted(known))})",
            )
        )


def wrong_type(pointer: Pointer, name: str, value: object, wanted: str) -> Fault:
    """Return the fault of a value of a wrong type."""
    return Fault(
        pointer,
        f"`{name}` is {shown(value)}",
        f"the API takes {wanted} here and refuses anything else",
        f"write {wanted}",
    )


def text_fault(text: str, pointer: Pointer, rule: str, mend: str) -> Fault:
    """Return the fault of a text that breaks a rule, naming a placeholder in it."""
    placeholder = placeholder_in(text)
    if placeholder is not None:
        return Fault(
            pointer,
            f"placeholder `{placeholder}` is not filled in",
            "its value decides what is matched, and the input does not hold it",
            "render or substitute the file before reading it",
        )
    return Fault(pointer, f"{shown(text)} is not valid here", rule, mend)


def _order(requirement: Requirement) -> tuple[str, str, list[str]]:
    return requirement.key, requirement.operator.value, sorted(requirement.values)


def _label_fault(
    key: object, value: object, key_form: re.Pattern[str], pointer: Pointer
) -> Fault:
    if not isinstance(key, str):
        return Fault(
            pointer,
            f"label key {shown(key)} is not text",
            "YAML reads it as a number or boolean; the API takes strings only",
            "put it in quotes",
        )
    if not key_form.fullmatch(key):
        return text_fault(key, pointer, _KEY_RULE, "mend the label's key")
    if not isinstance(value, str):
        return Fault(
            pointer,
            f"label `{key}` has the value {shown(value)}, which is not text",
            "the API refuses labels that are not strings",
            "put the value in quotes",
        )
    return text_fault(value, pointer, _LABEL_RULE, f"mend the value of `{key}`")


def _requirements(
    value: object, pointer: Pointer, key_form: re.Pattern[str], faults: list[Fault]
) -> Iterator[Requirement]:
    if not isinstance(value, list):
        faults.append(wrong_type(pointer, "matchExpressions", value, "a list"))
        return
    for index, item in enumerate(value):
        requirement = _requirement(item, (*pointer, index), key_form, faults)
        if requirement is not None:
            yield requirement


def _requirement(
    value: object, pointer: Pointer, key_form: re.Pattern[str], faults: list[Fault]
) -> Requirement | None:
    if not isinstance(value, dict):
        faults.append(wrong_type(pointer, "matchExpressions", value, "a mapping"))
        return None
    before = len(faults)
    refuse_unknown_fields(value, _EXPRESSION_FIELDS, pointer, faults)
    misspelt = len(faults) > before and "values" not in value
    key = value.get("key")
    if not isinstance(key, str):
        faults.append(wrong_type((*pointer, "key"), "key", key, "a label key"))
    elif not key_form.fullmatch(key):
        faults.append(
            text_fault(key, (*pointer, "key"), _KEY_RULE, "mend the label's key")
        )
    written = value.get("operator")
    operator = _OPERATORS.get(written) if isinstance(written, str) else None
    if operator is None:
        close = near(written, _OPERATORS)
        faults.append(
            Fault(
                (*pointer, "operator"),
                f"operator {shown(written)} does not exist"
                if written is not None
                else "requirement has no operator",
                "the API knows `In`, `NotIn`, `Exists` and `DoesNotExist`",
                f"write `{close}`" if close else "choose one of the four",
            )
        )
    if misspelt:
        # That they are missing is told by the field that stands in their place.
        return None
    values = _values(value.get("values"), operator, pointer, faults)
    if len(faults) > before or operator is None or not isinstance(key, str):
        return None
    return Requirement(key, operator, values)


def _values(
    written: object,
    operator: Operator | None,
    pointer: Pointer,
    faults: list[Fault],
) -> frozenset[str]:
    place = (*pointer, "values")
    if written is not None and not isinstance(written, list):
        faults.append(wrong_type(place, "values", written, "a list"))
        return frozenset()
    items: list[object] = written or []
    takes_values = operator in (Operator.IN, Operator.NOT_IN)
    if operator is not None and takes_values != bool(items):
        name = operator.value
        faults.append(
            Fault(
                place if written is not None else (*pointer, "operator"),
                f"`{name}` without values" if takes_values else f"`{name}` with values",
                "`In` and `NotIn` need at least one value; `Exists` and "
                "`DoesNotExist` take none",
                "add values" if takes_values else "remove `values`",
            )
        )
    out: set[str] = set()
    for index, item in enumerate(items):
        if not isinstance(item, str):
            faults.append(
                Fault(
                    (*place, index),
                    f"value {shown(item)} is not text",
                    "the API compares labels as strings and refuses anything else",
                    "put it in quotes",
                )
            )
        elif not _VALUE.fullmatch(item):
            faults.append(text_fault(item, (*place, index), _LABEL_RULE, "mend it"))
        else:
            out.add(item)
    return frozenset(out)
