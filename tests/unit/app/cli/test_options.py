"""`-o FORMAT[=FILE]`."""

from pathlib import Path

import click
import pytest

from seawall.app.cli.options import parse_outputs

FORMATS = ("table", "json")


def test_the_first_format_goes_to_the_terminal_by_default() -> None:
    assert parse_outputs((), FORMATS) == (("table", None),)


def test_a_format_goes_to_a_file_behind_the_equals_sign() -> None:
    assert parse_outputs(("table", "json=a=b.json"), FORMATS) == (
        ("table", None),
        ("json", Path("a=b.json")),
    )


def test_a_dash_is_the_terminal() -> None:
    assert parse_outputs(("json=-",), FORMATS) == (("json", None),)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (("xml",), "`xml` is not one of table, json"),
        (("json=",), "names no file"),
        (("json", "table"), "only one format can go to the terminal"),
        (("json=a", "table=a"), "two formats cannot go to one file"),
    ],
)
def test_what_cannot_be_meant_is_refused(given: tuple[str, ...], says: str) -> None:
    with pytest.raises(click.BadParameter, match=says):
        parse_outputs(given, FORMATS)
