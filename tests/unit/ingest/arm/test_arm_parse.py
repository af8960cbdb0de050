"""ARM's notation of expressions, and what is none."""

import pytest

from seawall.ingest.arm.language.tree import Call, Fault, Literal, Member, written
from seawall.ingest.arm.parse import LONGEST, is_expression, parse, plain


def test_an_expression_becomes_a_tree() -> None:
    tree = parse("[concat('it''s ', variables('a').b[0].c)]")

    variables = Call("variables", (Literal("a"),), "variables")
    member = Member(Member(Member(variables, Literal("b")), Literal(0)), Literal("c"))
    assert tree == Call("concat", (Literal("it's "), member), "concat")


def test_a_function_of_the_user_has_a_namespace() -> None:
    assert parse("[Contoso.uniqueName(1)]") == Call(
        "uniquename", (Literal(1),), "uniqueName", "contoso"
    )


@pytest.mark.parametrize(
    "text",
    [
        "[]",
        "[ ]",
        "['open]",
        "[f(]",
        "[f(1,)]",
        "[f(1 2)]",
        "[f(1)) ]",
        "[name]",
        "['a' 'b']",
        "[f(1).]",
        "[f(1).'x']",
        "[f(1)[]]",
        "[f(#)]",
        "[a.b.c()]",
        "[" + "f(" * 200 + ")" * 200 + "]",
        "['" + "x" * LONGEST + "']",
        "[" + "9" * 5000 + "e99999999]",
    ],
)
def test_what_is_no_expression_is_a_fault(text: str) -> None:
    with pytest.raises(Fault):
        parse(text)


def test_brackets_are_escaped_by_doubling_the_first() -> None:
    assert is_expression("[f()]")
    assert not is_expression("[[f()]")
    assert not is_expression("[f()")
    assert plain("[[f()]") == "[f()]"
    assert plain("[[ open") == "[[ open"


@pytest.mark.parametrize(
    "text",
    [
        "f()",
        "f('it''s', -3, 1.5, true(), null())",
        "ns.f(a()['odd key'], b().c[d()])",
        "parameters('x').y[0]",
    ],
)
def test_a_tree_is_written_as_it_was_read(text: str) -> None:
    assert written(parse(f"[{text}]")) == text
