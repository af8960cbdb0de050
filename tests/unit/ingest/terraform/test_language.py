"""The language of Terraform: what is read, with its lines, and what is not."""

import pytest

from seawall.ingest.terraform.language.parser import parse
from seawall.ingest.terraform.language.syntax import (
    Attribute,
    Binary,
    Conditional,
    Literal,
    Name,
    Template,
)
from terraform_console import ours


def test_arguments_and_blocks_keep_their_lines() -> None:
    script = parse('a = 1\n\nresource "x" "y" {\n  # hint\n  b = 2\n}\n', "main.tf")
    assert not script.faults
    assert script.body.arguments["a"].line == 1
    (section,) = script.body.sections
    assert (section.type, section.labels, section.line) == ("resource", ("x", "y"), 3)
    assert section.body.arguments["b"].line == 5


def test_operators_bind_as_the_language_says() -> None:
    value = (
        parse("x = 1 + 2 * 3 == 7 && !false ? a : b\n", "").body.arguments["x"].value
    )
    assert isinstance(value, Conditional)
    assert isinstance(value.test, Binary)
    assert value.test.operator == "&&"
    assert value.yes == Name("a", 1)


def test_a_text_that_is_only_an_interpolation_is_its_value() -> None:
    value = parse('x = "${var.a}"\n', "").body.arguments["x"].value
    assert value == Attribute(Name("var", 1), "a", 1)
    mixed = parse('x = "-${var.a}"\n', "").body.arguments["x"].value
    assert isinstance(mixed, Template)
    assert mixed.parts[0] == Literal("-", 1)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("<<EOT\n  a\n b\nEOT", "  a\n b\n"),
        ("<<-EOT\n    a\n      b\n\n  EOT", "a\n  b\n\n"),
        ("<<-EOT\n  ${1 + 1}\n  EOT", "2\n"),
        ('"a\\n\\u00e9$${x}%%{y}"', "a\né${x}%{y}"),
        ('"%{ if 1 > 2 }a%{ else }b%{ endif }"', "b"),
        ("[1, 2, # two\n 3,\n]", [1, 2, 3]),
        ('{ a = 1, "b" : 2\n (upper("c")) = 3 }', {"a": 1, "b": 2, "C": 3}),
        ("/* no */ 1 // yes", 1),
    ],
)
def test_texts_lists_and_objects(text: str, value: object) -> None:
    assert ours(text) == value


def test_a_block_that_cannot_be_read_does_not_stop_the_others() -> None:
    script = parse(
        'resource "a" "b" {\n  x = [1,\n  y = 2\n}\n\nresource "c" "d" {\n  z = 3\n}\n',
        "main.tf",
    )
    (fault,) = script.faults
    assert fault.line == 3
    first, second = script.body.sections
    assert first.body.broken
    assert second.labels == ("c", "d")
    assert not second.body.broken


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ('x = "abc\n', 1, "no end"),
        ("x = <<EOT\nabc\n", 1, "no end"),
        ("x = (1 + \n", 2, "a value"),
        ("x = 1 2\n", 1, "end of the line"),
        ("x = {a = 1 b = 2}\n", 1, "new line"),
        ('x = "%{ if true }a"\n', 1, "no end"),
        ("y {\n  x = 1\n", 3, "to end the block"),
        ("x = ^\n", 1, "not expected"),
        ('x = "\\q"\n', 1, "escape"),
        ("x = [for a of b : c]\n", 1, "in"),
    ],
)
def test_faults_name_the_line_and_what_is_wrong(
    text: str, line: int, what: str
) -> None:
    (fault,) = parse(text, "").faults
    assert fault.line == line
    assert what in fault.what


@pytest.mark.parametrize(
    "text",
    [
        "x = " + "(" * 5000 + "1" + ")" * 5000,
        "x = " + "[" * 5000,
        "x = " + "!" * 5000 + "true",
        "x = a" + ".b" * 5000,
        "x = 1" + " + 1" * 5000,
        "x = " + "a ? " * 5000,
        'x = "' + "${" * 5000,
        'x = "' + '${"' * 5000,
        "x " + "{ x " * 5000,
        "x = " + "[for a in " * 3000,
        'x = "' + "%{ if true }" * 5000 + '"',
        "x = " + "{ a = " * 5000,
        "x = " + "-" * 5000 + "1",
        "x = a" + "[*].b" * 5000,
    ],
    ids=range(14),
)
def test_nesting_without_end_is_a_fault(text: str) -> None:
    assert parse(text + "\n", "").faults


def test_json_says_the_same() -> None:
    from seawall.ingest.terraform.script import read_script  # noqa: PLC0415

    script = read_script(
        '{"resource": {"a": {"b": {"x": "${1 + 1}", "//": "no"}}}, "locals": {}}',
        "main.tf.json",
        named=False,
    )
    first, second = script.body.sections
    assert (first.type, first.labels) == ("resource", ("a", "b"))
    assert set(first.body.arguments) == {"x"}
    assert second.type == "locals"
