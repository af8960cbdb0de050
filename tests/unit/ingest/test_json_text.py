import json

import pytest

from seawall.ingest.text.json_text import (
    BadJson,
    parse_json,
    parse_values,
    repeated_keys,
    value_starts,
)


def test_json_is_read() -> None:
    assert parse_json(' {"a": [1, null]} ') == ({"a": [1, None]}, ())


def test_repeated_keys_are_found_at_any_depth() -> None:
    text = '{"a": [{"b": 1, "c": {}, "b": 2}], "a\\n": 1}'
    value, repeated = parse_json(text)
    assert repeated == (("a", 0, "b"),)
    assert value == {"a": [{"b": 2, "c": {}}], "a\n": 1}
    assert list(repeated_keys("[]")) == []


def test_a_truncated_text_is_named_with_its_line() -> None:
    with pytest.raises(BadJson) as caught:
        parse_json('{"a": 1,\n "b": [1, 2')
    assert caught.value.what == "the text ends in the middle of a value"
    assert caught.value.line == 2


def test_more_than_one_value_is_told_apart() -> None:
    with pytest.raises(BadJson) as caught:
        parse_json('{"a": 1}\n{"b": 2}\n')
    assert caught.value.complete


@pytest.mark.parametrize("text", ["[" * 100_000, "1" * 5_000, "{]"])
def test_what_cannot_be_read_raises_nothing_else(text: str) -> None:
    with pytest.raises(BadJson):
        parse_json(text)


def large(form: str, *, twice: str = "") -> str:
    """Return a text of more characters than are read in one piece at a time."""
    value = {
        "items": [{"name": f"p{n}", "text": 'ä"\\\n', "n": n} for n in range(3000)]
    }
    indent = {"compact": None, "kubectl": 4, "jq": 2}[form]
    between = (",", ":") if indent is None else (",", ": ")
    text = json.dumps(value, indent=indent, ensure_ascii=False, separators=between)
    return text.replace('"name"', twice + '"name"', 1) + "\n"


@pytest.mark.parametrize("form", ["compact", "kubectl", "jq"])
def test_large_texts_of_programs_are_read_alike_and_their_repeated_keys_are_told(
    form: str,
) -> None:
    text = large(form)
    assert parse_json(text) == (json.loads(text), ())
    twice = large(form, twice='"n": "first", ')
    value, repeated = parse_json(twice)
    assert value == json.loads(twice)
    assert repeated == (("items", 0, "n"),)


@pytest.mark.parametrize(
    "odd", ["12345678901234567890123", "1e400", "-0", '"\\ud800"', '"a\tb"', "NaN"]
)
def test_large_texts_mean_what_the_standard_reader_says(odd: str) -> None:
    text = f'{{"odd":{odd},"rest":"{"x" * 2**17}"}}'
    value, _ = parse_json(text)
    assert repr(value) == repr(json.loads(text, strict=False))


def test_values_one_after_another_are_read_each_with_its_place() -> None:
    text = '{"a": 1, "a": 2}\n[3]{"b": "}{"}\n'
    assert parse_values(text) == [
        ({"a": 2}, (("a",),)),
        ([3], ()),
        ({"b": "}{"}, ()),
    ]
    assert value_starts(text) == [0, 17, 20]
    with pytest.raises(BadJson):
        parse_values('{"a": 1}\n{"b": ')
    with pytest.raises(BadJson):
        parse_values('{"a": 1}\nand more')
