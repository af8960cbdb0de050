import pytest

from seawall.emit.parts import ABSENT, Part, Unsaid
from seawall.emit.tree import Noted


def test_what_nobody_took_is_named() -> None:
    part = Part({"a": {"b": 1, "c": 2}, "d": 3}, "thing")
    assert part.take("a.b") == 1
    assert part.take("a.b") == ABSENT
    with pytest.raises(Unsaid, match=r"thing has no words for a\.c, d"):
        part.done()


def test_what_was_taken_whole_leaves_nothing() -> None:
    part = Part({"a": {"b": {"c": 1}}}, "thing")
    assert part.take("a.b.c") == 1
    part.done()


def test_notes_are_seen_through_and_kept() -> None:
    part = Part({"a": Noted({"b": Noted({"c": 1}, "inner")}, "outer")}, "thing")
    inner = part.part("a")
    assert inner is not None
    assert inner.comment == "outer"
    deepest = inner.part("b")
    assert deepest is not None
    assert deepest.comment == "inner"
    assert deepest.take("c") == 1


def test_an_empty_object_is_something_to_say() -> None:
    with pytest.raises(Unsaid, match="a"):
        Part({"a": {}}, "thing").done()
