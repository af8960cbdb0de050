"""Files of Bicep are read declaration by declaration, and on after what cannot be."""

import pytest

from seawall.ingest.bicep.language import syntax
from seawall.ingest.bicep.language.declarations import (
    BicepFile,
    Module,
    Parameter,
    Variable,
)
from seawall.ingest.bicep.language.parser import parse


def value(text: str) -> syntax.Expression:
    found = parse(f"var x = {text}\n", "main.bicep")
    assert found.faults == ()
    (item,) = found.declarations
    assert isinstance(item, Variable)
    return item.value


def shown(tree: object) -> str:  # noqa: PLR0911  # one for each kind
    """Return a tree as text, brackets around all that is joined."""
    match tree:
        case syntax.Binary():
            return f"({shown(tree.left)} {tree.operator} {shown(tree.right)})"
        case syntax.Unary():
            return f"({tree.operator}{shown(tree.of)})"
        case syntax.Conditional():
            return f"({shown(tree.test)} ? {shown(tree.yes)} : {shown(tree.no)})"
        case syntax.Attribute():
            return f"{shown(tree.of)}{'.?' if tree.is_safe else '.'}{tree.name}"
        case syntax.Name():
            return tree.name
        case syntax.Literal():
            return repr(tree.value)
        case _:
            return type(tree).__name__


def parsed(text: str) -> BicepFile:
    return parse(text, "main.bicep")


@pytest.mark.parametrize(
    "text, wanted",
    [
        ("a || b && c", "(a || (b && c))"),
        ("a ?? b || c", "(a ?? (b || c))"),
        ("a == b ? c : d ?? e", "((a == b) ? c : (d ?? e))"),
        ("1 - 2 - 3 * 4", "((1 - 2) - (3 * 4))"),
        ("!a == b", "((!a) == b)"),
        ("a < b == c > d", "((a < b) == (c > d))"),
        ("a ? b : c ? d : e", "(a ? b : (c ? d : e))"),
        ("a.?b.c", "a.?b.c"),
        ("-5 % 2", "(-5 % 2)"),
    ],
)
def test_operators_bind_as_the_language_says(text: str, wanted: str) -> None:
    assert shown(value(text)) == wanted


def test_operators_may_begin_the_next_line() -> None:
    assert shown(value("a\n  ? b\n  : c\n    && d")) == "(a ? b : (c && d))"


def test_a_sign_on_the_next_line_of_an_array_begins_an_element() -> None:
    found = value("[\n  1\n  -2\n  !a\n]")
    assert isinstance(found, syntax.Listed)
    assert [shown(item) for item in found.items] == ["1", "-2", "(!a)"]


def test_a_text_says_what_its_escapes_stand_for() -> None:
    found = value(r"'it\'s \u{1F40B} \${x} \\'")
    assert isinstance(found, syntax.Literal)
    assert found.value == "it's \U0001f40b ${x} \\"


def test_holes_of_a_text_hold_expressions_with_texts_and_objects() -> None:
    found = value("'a-${toLower('b${c}')}-${[{ d: '}' }][0].d}'")
    assert isinstance(found, syntax.Template)
    assert [type(it).__name__ for it in found.parts] == [
        "str",
        "Call",
        "str",
        "Attribute",
    ]


def test_a_text_of_several_lines_is_kept_as_it_is() -> None:
    found = value("'''\nfirst ${no}\n  second\\n'''")
    assert isinstance(found, syntax.Literal)
    assert found.value == "first ${no}\n  second\\n"


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("$'''\nx ${c} y\n'''", ["x ", "c", " y\n"]),
        ("$'''\r\nx\r\n${c}'''", ["x\n", "c"]),
        ("$$'''${no} $${c} $$${d} '''", ["${no} ", "c", " $", "d", " "]),
        ("$'''$ { $x $${c}''''", ["$ { $x $", "c", "'"]),
        ("$'''\\n ${c}'''", ["\\n ", "c"]),
    ],
)
def test_a_text_of_several_lines_has_holes_where_dollars_stand_before_it(
    text: str, parts: list[str]
) -> None:
    found = value(text)
    assert isinstance(found, syntax.Template)
    told = [it.name if isinstance(it, syntax.Name) else it for it in found.parts]
    assert told == parts


def test_a_hole_may_hold_another_text_of_several_lines() -> None:
    found = value("$'''a${ [ $'''b${c}''', { d: '}' } ] }e'''")
    assert isinstance(found, syntax.Template)
    assert [type(it).__name__ for it in found.parts] == ["str", "Listed", "str"]


def test_what_follows_a_text_of_several_lines_knows_its_line() -> None:
    file = parse("var a = $'''\nx\n${b}\ny\n'''\nvar b = '''\n\n'''\nvar c = 1", "m")
    assert [it.line for it in file.declarations] == [1, 6, 9]
    assert not file.faults


@pytest.mark.parametrize("text", ["$'''a ${b", "$'''a ${b}", "$'''a ${b} ''"])
def test_a_text_of_several_lines_without_an_end_is_told(text: str) -> None:
    assert parse(f"var a = {text}", "m").faults


def test_each_part_knows_its_line() -> None:
    found = value("{\n  a: 1\n  b: [\n    'x'\n    c.d\n  ]\n}")
    assert isinstance(found, syntax.Mapped)
    second = found.get("b")
    assert isinstance(second, syntax.Listed)
    assert [item.line for item in second.items] == [4, 5]


@pytest.mark.parametrize(
    "text",
    [
        "param a string",
        "@secure()\n@description('''\nlines\n''')\nparam a string = 'x'",
        "param a ('x' | 'y' | null)?",
        "param a { b: string?, *: int }[]",
        "param a resourceInput<'Microsoft.Network/virtualNetworks@2024-05-01'>.name?",
        "param a string[]?\nparam b ns.typ",
        "type t =\n  | 'a'\n  | 'b'",
        "@export()\nfunc f(a string, b int[]) string => '${a}${b[0]}'",
        "import { a, b as c } from 'other.bicep'",
        "import * as ns from 'br/public:avm/utl/types/avm-common-types:0.6.1'",
        "extension kubernetes with {\n  namespace: 'x'\n}",
        "metadata a = {\n  b: 'c'\n}",
        "assert a = length('x') > 0",
        "#disable-next-line no-unused-vars\nvar a = 1 // one\n/* two\nlines */",
        "output a resourceOutput<'x/y@1'>.id = 'b'",
        "targetScope = 'subscription'",
    ],
)
def test_declarations_of_every_kind_are_read(text: str) -> None:
    assert parsed(text).faults == ()


def test_a_fault_in_a_value_leaves_the_other_values_of_its_object() -> None:
    found = parsed("var a = {\n  b: 1 +\n  c: 2\n  e: 3\n}\nvar f = 4\n")
    first, last = found.declarations
    assert isinstance(first, Variable)
    assert isinstance(last, Variable)
    assert isinstance(first.value, syntax.Mapped)
    kinds = {it.key: type(it.value) for it in first.value.pairs if hasattr(it, "key")}
    assert kinds["c"] is syntax.Literal
    assert kinds["b"] is syntax.Lost
    assert next(it.line for it in found.faults) in {2, 3}


def test_reading_goes_on_at_the_declaration_after_a_fault() -> None:
    found = parsed(
        "param a string = = 'x'\n\nvar b = )\n@allowed(['x'])\nparam c string"
    )
    assert [it.name for it in found.declarations] == ["a", "b", "c"]
    assert [it.line for it in found.faults] == [1, 3]
    first = found.declarations[0]
    assert isinstance(first, Parameter)
    assert isinstance(first.default, syntax.Lost)


def test_what_cannot_be_read_of_a_module_leaves_its_path() -> None:
    found = parsed("module a 'net.bicep' = {\n  name 'x'\n}\n")
    (item,) = found.declarations
    assert isinstance(item, Module)
    assert isinstance(item.value, syntax.Lost | syntax.Mapped)
    assert found.faults


@pytest.mark.parametrize(
    "text",
    [
        "var a = " + "[" * 200 + "]" * 200,
        "var a = " + "(" * 2000 + "1" + ")" * 2000,
        "var a = " + "!" * 3000 + "b",
        "var a = " + "+".join(["1"] * 4000),
        "var a = b" + ".c" * 4000,
        "var a = '" + "${'" * 500,
        "param a " + "(" * 500,
        "var a = '''\nno end",
        "var a = 'no end\nvar b = 1",
        "var a = 'wrong \\q escape'",
        "/* no end",
        "resource",
        "resource a",
        "resource a 'x/y@1'",
        "resource a 'x/y@1' = if (",
        "module a 'b.bicep' = [for x in",
        "@",
        "@description(",
        "}{][)(",
        "\x00\x01",
        "var a = 99999999999999999999999999",
        "func f(",
        "import {",
        "type t = {",
        "param",
    ],
)
def test_nothing_that_is_written_makes_reading_fail(text: str) -> None:
    found = parsed(text)
    assert found.faults
    assert all(it.line >= 1 for it in found.faults)
