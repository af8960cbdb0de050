import pytest

from seawall.ingest.kubernetes.terms.alike import as_written, once
from seawall.model.origin import Pointer


@pytest.mark.parametrize(
    ("one", "other"), [(1, True), (1, 1.0), (0, False), ("1", 1), (None, "null")]
)
def test_values_that_are_equal_and_written_otherwise_are_told_apart(
    one: object, other: object
) -> None:
    assert as_written({"a": [one]}) != as_written({"a": [other]})


def test_equal_values_are_written_alike_whoever_else_holds_them() -> None:
    text = str(["longer"])[2:-2]
    held = [text, text]

    assert as_written({"a": [text]}) == as_written({"a": ["longer"]})
    assert as_written(held) == as_written(["longer", "longer"])


def test_what_is_nested_too_deep_is_not_compared() -> None:
    deep: list[object] = []
    for _ in range(5000):
        deep = [deep]

    assert as_written(deep) is None


def test_a_value_is_read_once_unless_something_is_told_of_it() -> None:
    asked: list[object] = []

    @once(len)
    def read(value: object, pointer: Pointer, told: list[str]) -> object:
        asked.append(value)
        if value == "bad":
            told.append(str(pointer))
        return value

    told: list[str] = []
    for place in (("a",), ("b",)):
        assert read("good", place, told) == "good"
        assert read("bad", place, told) == "bad"

    assert asked == ["good", "bad", "bad"]
    assert told == ["('a',)", "('b',)"]
