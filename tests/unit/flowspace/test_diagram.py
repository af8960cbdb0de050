import gc

import pytest

from seawall.flowspace import diagram
from seawall.flowspace.diagram import EMPTY, FULL, SOURCE_PORT, Node, make, merge

LOW = make(SOURCE_PORT, (9, 65535), (FULL, EMPTY))


def test_a_node_is_made_once() -> None:
    assert make(SOURCE_PORT, [9, 65535], [FULL, EMPTY]) is LOW


def test_a_field_that_does_not_matter_is_skipped() -> None:
    assert merge(SOURCE_PORT, (9, 65535), (LOW, LOW)) is LOW


def test_nodes_of_different_fields_are_different() -> None:
    assert make(diagram.DESTINATION_PORT, LOW.bounds, LOW.children) is not LOW


def test_edges_are_joined_where_a_slice_is_copied() -> None:
    wide = make(SOURCE_PORT, (1, 3, 5, 7, 65535), (FULL, EMPTY, FULL, EMPTY, FULL))
    hole = make(SOURCE_PORT, (1, 3, 65535), (EMPTY, FULL, EMPTY))
    filled = diagram.unite(wide, hole)
    assert filled.bounds == (5, 7, 65535)
    assert filled.children == (FULL, EMPTY, FULL)


def test_full_caches_are_emptied_without_harm(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(diagram, "_CACHE_LIMIT", 1)
    other = make(SOURCE_PORT, (4, 65535), (EMPTY, FULL))
    for _ in range(3):
        both = diagram.conjoin(LOW, other)
        assert both.bounds == (4, 9, 65535)
        assert diagram.subtract(LOW, other).bounds == (4, 65535)
        assert diagram.negate(diagram.negate(both)) is both


def _live() -> int:
    gc.collect()
    return len(diagram._nodes)


def test_nodes_nobody_holds_are_forgotten() -> None:
    before = _live()
    held: Node | None = make(SOURCE_PORT, (54321, 65535), (FULL, EMPTY))
    assert _live() == before + 1
    assert held is not None
    held = None
    assert _live() == before
