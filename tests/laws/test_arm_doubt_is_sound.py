"""What is known although something is not holds whatever that turns out to be.

Each drawn expression is evaluated twice: with parameters that have no value, and with
values for them. The first answer covers the second: what it knows is the same, and two
unknowns with one key stand for one value.
"""

import re
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from arm_templates import scope
from seawall.ingest.arm.language.evaluate import Here
from seawall.ingest.arm.language.tree import (
    Call,
    Expression,
    Fault,
    Literal,
    Member,
    written,
)
from seawall.ingest.arm.language.values import (
    Rest,
    Text,
    Unknown,
    is_clear,
    key_of,
    lookup,
)
from seawall.ingest.arm.parse import parse
from seawall.ingest.resource import REST

WORDS = ["", "a", "A", "b", "a/b", "x-1", "10.0.0.0/16", "[1]", "true"]
SCALARS = st.one_of(st.sampled_from(WORDS), st.integers(-2, 4), st.booleans())
OBJECTS = st.dictionaries(st.sampled_from(["a", "b", "k"]), SCALARS, max_size=3)
PARAMETERS = {
    "text": ("string", st.sampled_from(WORDS)),
    "number": ("int", st.integers(-2, 4)),
    "flag": ("bool", st.booleans()),
    "list": ("array", st.lists(SCALARS, max_size=3)),
    "object": ("object", OBJECTS),
    "nullable": ("string?", st.one_of(st.none(), st.sampled_from(WORDS))),
}
ONE = """
    empty length not string array toLower toUpper first last items objectKeys bool
    int json trim base64 shallowMerge
"""
TWO = """
    equals contains concat union intersection take skip split and or coalesce add less
    join startsWith endsWith max createArray createObject tryGet indexOf format range
    cidrHost indexFromEnd tryIndexFromEnd padLeft lastIndexOf resourceId
"""
THREE = """
    if coalesce concat union replace createArray tryGet format substring cidrSubnet
"""


def call(name: str, *arguments: Expression) -> Call:
    return Call(name.lower(), arguments, name)


def leaves() -> st.SearchStrategy[Expression]:
    literals = st.one_of(st.sampled_from(WORDS), st.integers(-2, 4)).map(Literal)
    named = st.sampled_from(sorted(PARAMETERS)).map(
        lambda name: call("parameters", Literal(name))
    )
    empty = st.sampled_from(["null", "true", "createArray", "createObject"]).map(call)
    formats = st.sampled_from(["{0}", "a{0}{1}", "{0}/x"]).map(Literal)
    return st.one_of(named, named, literals, empty, formats)


def larger(inner: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    variable = call("lambdaVariables", Literal("x"))
    body = st.one_of(
        inner,
        st.just(variable),
        st.builds(call, st.just("equals"), inner, st.just(variable)),
    )
    function = st.builds(call, st.just("lambda"), st.just(Literal("x")), body)
    return st.one_of(
        st.builds(call, st.sampled_from(ONE.split()), inner),
        st.builds(call, st.sampled_from(TWO.split()), inner, inner),
        st.builds(call, st.sampled_from(THREE.split()), inner, inner, inner),
        st.builds(
            call,
            st.sampled_from(["createObject", "createObject", "union"]),
            inner,
            inner,
            inner,
            inner,
        ),
        st.builds(Member, inner, inner),
        st.builds(
            call,
            st.sampled_from(["map", "filter", "toObject", "groupBy", "mapValues"]),
            inner,
            function,
        ),
    )


EXPRESSIONS: st.SearchStrategy[Expression] = st.recursive(
    leaves(), larger, max_leaves=9
)


def evaluated(tree: Expression, values: dict[str, Any] | None) -> Any:
    """Return what an expression gives; the fault if it has no value."""
    declared: dict[str, object] = {}
    for name, (kind, _) in PARAMETERS.items():
        one: dict[str, object] = {"type": kind.rstrip("?")}
        if kind.endswith("?"):
            one["nullable"] = True
        declared[name] = one
    around = scope(parameters=declared)
    around.given = Values(values)
    try:
        return Here(around.machine, around).value(tree)
    except Fault as fault:
        return fault


class Values:
    """Gives all parameters their values, or none."""

    def __init__(self, values: dict[str, Any] | None) -> None:
        self._values = values

    def __call__(self, name: str) -> Any:
        if self._values is None:
            kind = PARAMETERS[name][0]
            return (
                self.missing(name)
                if False
                else (
                    (Unknown(f"p {name}", name), None) if kind.endswith("?") else None
                )
            )
        return self._values[name], None

    def missing(self, name: str) -> Unknown:
        return Unknown(f"p {name}", name)


class Covering:
    """Compares an answer in doubt with one that is not."""

    def __init__(self) -> None:
        self.seen: dict[str, str] = {}

    def holds(self, left: Any, right: Any) -> bool:
        if isinstance(left, Unknown):
            return self.stands(left, right)
        if isinstance(left, Text):
            return self.fits(left, right)
        if isinstance(left, dict):
            return isinstance(right, dict) and self.object(left, right)
        if isinstance(left, list):
            return isinstance(right, list) and self.list(left, right)
        return type(left) is type(right) and left == right

    def stands(self, left: Unknown, right: Any) -> bool:
        kinds = {"string": str, "int": int, "bool": bool, "array": list, "object": dict}
        if left.kind in kinds and not isinstance(right, kinds[left.kind] | Text):
            return False
        if left.is_word and (not isinstance(right, str) or not right or "/" in right):
            return False
        return self.seen.setdefault(left.key, key_of(right)) == key_of(right)

    def fits(self, left: Text, right: Any) -> bool:
        if isinstance(right, Text):
            return True
        parts = [re.escape(it) if isinstance(it, str) else "(.*)" for it in left.parts]
        return isinstance(right, str) and bool(
            re.fullmatch("".join(parts), right, re.DOTALL)
        )

    def object(self, left: dict[Any, Any], right: dict[Any, Any]) -> bool:
        for key, value in left.items():
            if key is REST:
                continue
            spelled = lookup(right, key)
            optional = isinstance(value, Unknown) and value.is_optional
            if spelled is None and not optional:
                return False
            if (
                spelled is not None
                and not optional
                and not self.holds(value, right[spelled])
            ):
                return False
        return REST in left or all(lookup(left, key) is not None for key in right)

    def list(self, left: list[Any], right: list[Any]) -> bool:
        if any(isinstance(item, Rest) for item in left):
            sure = sum(not isinstance(item, Rest) for item in left)
            return len(right) >= sure
        return len(left) == len(right) and all(
            self.holds(*pair) for pair in zip(left, right, strict=True)
        )


VALUES = st.fixed_dictionaries({name: draw for name, (_, draw) in PARAMETERS.items()})


@given(EXPRESSIONS, VALUES)
@settings(max_examples=150, deadline=None)
def test_what_is_known_in_doubt_holds_for_every_value(
    tree: Expression, values: dict[str, Any]
) -> None:
    concrete = evaluated(tree, values)
    doubtful = evaluated(tree, None)

    if isinstance(concrete, Fault) or not is_clear(concrete):
        # The deployment fails, so that nothing can be said wrongly of it.
        return
    assert not isinstance(doubtful, Fault), written(tree)
    assert Covering().holds(doubtful, concrete), (written(tree), doubtful, concrete)


@given(EXPRESSIONS, EXPRESSIONS, VALUES)
@settings(max_examples=100, deadline=None)
def test_unknowns_with_one_key_stand_for_one_value(
    left: Expression, right: Expression, values: dict[str, Any]
) -> None:
    covering = Covering()
    for tree in (left, right):
        concrete = evaluated(tree, values)
        doubtful = evaluated(tree, None)
        if isinstance(concrete, Fault) or not is_clear(concrete):
            continue
        if isinstance(doubtful, Unknown):
            assert covering.stands(doubtful, concrete), (written(left), written(right))


@given(EXPRESSIONS)
def test_what_is_written_is_read_as_it_was(tree: Expression) -> None:
    again = parse(f"[{written(tree)}]")

    assert written(again) == written(tree)


@given(st.text(alphabet="f(')[].,0-a ns#", max_size=60))
@settings(max_examples=200)
def test_no_text_ends_in_anything_but_a_tree_or_a_fault(text: str) -> None:
    try:
        tree = parse(f"[{text}]")
    except Fault:
        return
    evaluated(tree, None)
