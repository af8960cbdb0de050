"""Reads Calico's selector language into conditions on labelled endpoints.

Loads the parser only when the first selector is read.
"""

from dataclasses import dataclass
from enum import Enum
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from seawall.ingest.kubernetes.terms.fault import near
from seawall.model.ends import (
    ANYTHING,
    AllOf,
    AnyOf,
    Comparison,
    Facet,
    Labels,
    LabelTest,
    Not,
)

if TYPE_CHECKING:
    from lark import Lark, Tree

_GRAMMAR = r"""
start: [either]
either: both ("||" both)*
both: factor ("&&" factor)*
factor: [NOT] atom
?atom: "(" either ")" -> inner
    | ALL -> every
    | GLOBAL -> wide
    | HAS -> has
    | KEY "==" TEXT -> equal
    | KEY "!=" TEXT -> unequal
    | KEY IN "{" [TEXT ("," TEXT)*] "}" -> listed
    | KEY NOT_IN "{" [TEXT ("," TEXT)*] "}" -> unlisted
    | KEY CONTAINS TEXT -> contains
    | KEY STARTS TEXT -> starts
    | KEY ENDS TEXT -> ends
NOT: /!(\s*!)*/
ALL.2: /all\(\s*\)/
GLOBAL.2: /global\(\s*\)/
HAS.2: /has\(\s*[A-Za-z0-9_.\/-]{1,512}\s*\)/
IN: "in"
NOT_IN: /not\s*in/
CONTAINS: "contains"
STARTS: /starts\s*with/
ENDS: /ends\s*with/
KEY: /[A-Za-z0-9_.\/-]{1,512}/
TEXT: /'[^']*'|"[^"]*"/
%ignore /\s+/
"""
_DEEPEST = 50
_WORDS = ("all()", "global()", "has(key)", "in", "not in", "contains", "starts with")
_NAMESPACE = "projectcalico.org/namespace"
_ACCOUNT = "projectcalico.org/serviceaccount"
_ORCHESTRATOR = "projectcalico.org/orchestrator"
_NAME = "projectcalico.org/name"
_KUBERNETES = "k8s"
_INHERITED = {
    "pcns.": (Facet.NAMESPACE_LABELS, Facet.NAMESPACE_NAME),
    "pcsa.": (Facet.ACCOUNT_LABELS, Facet.ACCOUNT_NAME),
}


class Scope(Enum):
    """What a selector ranges over: where it stands decides."""

    ENDPOINTS = ""
    NAMESPACES = "pcns."
    ACCOUNTS = "pcsa."


@dataclass(slots=True)
class SelectorError(Exception):
    """A text is no selector.

    Attributes:
        column: Where in the text it goes wrong, from 1.
        what: What stands there, as a clause.
        mend: What to do.
        too_deep: Whether it may be one, and is too intricate to be read here.
    """

    column: int
    what: str
    mend: str
    too_deep: bool = False


@lru_cache(maxsize=4096)
def read_calico_selector(text: str, scope: Scope = Scope.ENDPOINTS) -> Labels:
    """Return the condition that a selector states.

    Raises:
        SelectorError: It is not one.

    Source:
        projectcalico/calico libcalico-go/lib/selector, parser and tokenizer: a test of
        a label that is absent fails, so that `!=` and `not in` hold; an empty selector
        is `all()`; `global()` stands in namespace selectors alone.
    """
    from lark import UnexpectedInput  # noqa: PLC0415  (loaded when needed)

    _refuse_depth(text)
    try:
        tree = _parser().parse(text)
    except UnexpectedInput as error:
        ended = getattr(getattr(error, "token", None), "type", "") == "$END"
        raise _refusal(text, None if ended else error.pos_in_stream) from None
    (inside,) = tree.children
    if inside is None:
        return ANYTHING
    return _meaning(inside, scope)  # type: ignore[arg-type]


@cache
def _parser() -> "Lark":
    from lark import Lark  # noqa: PLC0415  (loaded when needed)

    return Lark(_GRAMMAR, parser="lalr", maybe_placeholders=True)


def _refuse_depth(text: str) -> None:
    depth = 0
    for column, sign in enumerate(text, 1):
        depth += (sign == "(") - (sign == ")")
        if depth > _DEEPEST:
            raise SelectorError(
                column,
                f"more than {_DEEPEST} parentheses are open",
                "write the selector with fewer parentheses",
                too_deep=True,
            )


def _refusal(text: str, place: int | None) -> SelectorError:
    at = len(text) if place is None or place < 0 else place
    rest = text[at:].split()
    if not rest:
        what, mend = "it ends too early", "complete the selector"
        return SelectorError(len(text) + 1, what, mend)
    close = near(rest[0], _WORDS)
    mend = (
        f"write `{close}`"
        if close and close != rest[0]
        else "write tests such as `key == 'value'`, joined by `&&` and `||`"
    )
    return SelectorError(at + 1, f"`{rest[0][:40]}` cannot stand there", mend)


def _meaning(tree: "Tree[str]", scope: Scope) -> Labels:
    parts = [item for item in _children(tree) if item is not None]
    if tree.data in ("either", "both"):
        items = tuple(_meaning(item, scope) for item in parts)  # type: ignore[arg-type]
        if len(items) == 1:
            return items[0]
        return AnyOf(items) if tree.data == "either" else AllOf(items)
    if tree.data in ("factor", "inner"):
        inside = _meaning(parts[-1], scope)  # type: ignore[arg-type]
        negated = len(parts) > 1 and str(parts[0]).count("!") % 2 == 1
        return Not(inside) if negated else inside
    if tree.data in ("every", "wide"):
        return _whole(tree, scope)
    return _test(str(tree.data), [str(item) for item in parts], scope)


def _children(tree: "Tree[str]") -> list[object]:
    # What is optional in the grammar and absent from the text stands here as None.
    return list(tree.children)


def _whole(tree: "Tree[str]", scope: Scope) -> Labels:
    placed = LabelTest(Facet.NAMESPACE_NAME, "", Comparison.EXISTS)
    if tree.data == "every":
        return placed if scope is Scope.NAMESPACES else ANYTHING
    if scope is not Scope.NAMESPACES:
        column = getattr(tree.children[0], "column", 1)
        mend = "move `global()` to `namespaceSelector`"
        raise SelectorError(column, "`global()` cannot stand there", mend)
    return Not(placed)


def _test(kind: str, parts: list[str], scope: Scope) -> Labels:
    if kind == "has":
        key = parts[0][len("has(") : -1].strip()
        return _on(key, Comparison.EXISTS, frozenset(), scope)
    comparison = {
        "contains": Comparison.CONTAINS,
        "starts": Comparison.STARTS_WITH,
        "ends": Comparison.ENDS_WITH,
    }.get(kind, Comparison.IN)
    values = frozenset(item[1:-1] for item in parts[1:] if item[0] in "'\"")
    found = _on(parts[0], comparison, values, scope)
    return Not(found) if kind in ("unequal", "unlisted") else found


def _on(
    key: str, comparison: Comparison, values: frozenset[str], scope: Scope
) -> Labels:
    """Return the test of one key.

    Source:
        projectcalico/calico libcalico-go/lib/backend/k8s/conversion: pods carry the
        names of their namespace, account and orchestrator as labels; labels of
        namespaces and accounts are inherited with the prefixes `pcns.` and `pcsa.`.
        Pods alone have an orchestrator, and alone run as an account.
    """
    written = scope.value + key
    for prefix, (labels, name) in _INHERITED.items():
        if written.startswith(prefix):
            rest = written[len(prefix) :]
            if rest == _NAME:
                return LabelTest(name, "", comparison, values)
            return LabelTest(labels, rest, comparison, values)
    if key == _NAMESPACE:
        return LabelTest(Facet.NAMESPACE_NAME, "", comparison, values)
    if key == _ACCOUNT:
        return LabelTest(Facet.ACCOUNT_NAME, "", comparison, values)
    if key == _ORCHESTRATOR:
        is_pod = LabelTest(Facet.ACCOUNT_NAME, "", Comparison.EXISTS)
        return is_pod if _says_kubernetes(comparison, values) else AnyOf(())
    return LabelTest(Facet.LABELS, key, comparison, values)


def _says_kubernetes(comparison: Comparison, values: frozenset[str]) -> bool:
    match comparison:
        case Comparison.EXISTS:
            return True
        case Comparison.IN:
            return _KUBERNETES in values
        case Comparison.CONTAINS:
            return any(part in _KUBERNETES for part in values)
        case Comparison.STARTS_WITH:
            return _KUBERNETES.startswith(tuple(values))
        case Comparison.ENDS_WITH:
            return _KUBERNETES.endswith(tuple(values))
