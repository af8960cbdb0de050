import pytest

from seawall.ingest.text.json_text import BadJson, parse_json, repeated_keys


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
