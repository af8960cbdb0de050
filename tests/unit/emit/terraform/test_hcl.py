import pytest

from seawall.emit.terraform.hcl import Attribute, Block, Expression, Line, written


def test_what_stands_together_is_aligned_and_blocks_stand_apart() -> None:
    lines: tuple[Line, ...] = (
        Attribute("name", "a"),
        Attribute("location", Expression("var.location")),
        Block("identity", (Attribute("type", "UserAssigned"),)),
    )
    assert written([Block('resource "x" "y"', lines, "Why it is there.")]) == (
        "# Why it is there.\n"
        'resource "x" "y" {\n'
        '  name     = "a"\n'
        "  location = var.location\n"
        "\n"
        "  identity {\n"
        '    type = "UserAssigned"\n'
        "  }\n"
        "}\n"
    )


def test_a_comment_stands_above_its_attribute() -> None:
    text = written(
        [Attribute("a", 1), Attribute("longer", 2, "Why."), Attribute("b", 3)]
    )
    assert text == "a = 1\n# Why.\nlonger = 2\nb      = 3\n"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("${x}", '"$${x}"'),
        ("%{x}", '"%%{x}"'),
        ('say "no"\\', '"say \\"no\\"\\\\"'),
        ("two\nlines", '"two\\nlines"'),
        (True, "true"),
        (None, "null"),
        (7, "7"),
        ((), "[]"),
        (("a", 1), '["a", 1]'),
    ],
)
def test_values_are_written_so_that_they_mean_themselves(
    value: str | int | tuple[str | int, ...] | None, shown: str
) -> None:
    assert written([Attribute("x", value)]) == f"x = {shown}\n"


def test_a_long_list_has_a_line_for_each() -> None:
    text = written([Attribute("names", tuple(f"{it}.example.com" for it in "abcdefg"))])
    assert text.splitlines()[:2] == ["names = [", '  "a.example.com",']


def test_keys_that_are_no_names_are_quoted() -> None:
    text = written([Attribute("labels", {"a.b/c": "x", "plain": "y"})])
    assert text == 'labels = {\n  "a.b/c" = "x"\n  plain   = "y"\n}\n'
