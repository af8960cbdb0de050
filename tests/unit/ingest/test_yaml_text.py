from seawall.ingest.text.yaml_text import parse_stream, split


def values(text: str) -> list[object]:
    return [item.value for item in parse_stream(text)]


def test_documents_are_split_at_markers() -> None:
    assert values("a: 1\n---\nb: 2\n--- # note\nc: 3\n...\n---\nd: 4\n") == [
        {"a": 1},
        {"b": 2},
        {"c": 3},
        None,
        {"d": 4},
    ]


def test_a_marker_inside_a_block_is_text() -> None:
    assert values("a: |\n  x\n  ---\n  y\n") == [{"a": "x\n---\ny\n"}]


def test_a_document_may_start_on_the_marker_line() -> None:
    assert values("--- {a: 1}\n--- |\n text\n") == [{"a": 1}, "text\n"]


def test_directives_are_no_document() -> None:
    assert values("%YAML 1.2\n---\na: 1\n") == [None, {"a": 1}]


def test_one_bad_document_spoils_only_itself() -> None:
    good, bad, last = parse_stream("a: 1\n---\nb: [\n---\nc: 3\n")
    assert (good.value, last.value) == ({"a": 1}, {"c": 3})
    assert bad.fault is not None
    assert bad.line in (3, 4)


def test_offsets_point_into_the_stream() -> None:
    text = "---\na: 1\n---\nb: 2\n"
    for chunk in split(text):
        assert text[chunk.start :].startswith(chunk.text)
