"""Laws of reading: two readers agree, and order is not a fact."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seawall.ingest import load
from seawall.ingest.text.encoding import decode, is_binary
from seawall.ingest.text.yaml_alike import Forms
from seawall.ingest.text.yaml_full import BadYaml, parse_full
from seawall.ingest.text.yaml_plain import NotPlain, parse_plain
from seawall.ingest.text.yaml_text import _split_at_marks, split

CORPORA = Path(__file__).parents[3] / "shared" / "corpora"

scalars = st.sampled_from(
    [
        "a",
        "80",
        "0",
        "-1",
        "1.5",
        "yes",
        "No",
        "null",
        "~",
        "x:y",
        "'q'",
        '"d"',
        "{}",
        "[]",
        "[a,b]",
        "10.0.0.0/8",
        "1e3",
        "010",
        "|",
        "|-",
        ">",
        "&a",
        "*a",
        "!t",
        "@",
        "#",
        "''",
        "1:2",
        "2024-01-01",
        "-",
        ":",
        "?",
        "%",
        "a#b",
        "f:g.",
        "-x",
        "--y",
        ".",
        "./z",
        "1_0",
        "100m",
        "{k: v}",
    ]
)
lines = st.builds(
    lambda indent, dash, key, value, tail: " " * indent + dash + key + value + tail,
    st.integers(0, 6),
    st.sampled_from(["", "", "", "- ", "- ", "-  ", "- - "]),
    st.sampled_from(["a: ", "b: ", "k8s.io/c: ", '"d": ', "'e': ", "f:", "5: ", ""]),
    st.one_of(st.just(""), scalars),
    st.sampled_from(["", "", "", " # c", " ", "#x"]),
)


texts = st.lists(lines, max_size=8).map("\n".join)
ends = st.sampled_from(["", "\n", "\n\n"])


@given(texts, ends)
def test_the_plain_reader_agrees_with_the_full_one(text: str, end: str) -> None:
    try:
        plain = parse_plain(text + end, {})
    except NotPlain:
        return
    assert repr(parse_full(text + end)[0]) == repr(plain)


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    for chunk in split(text):
        try:
            plain = parse_plain(chunk.text, {})
        except NotPlain:
            try:
                parse_full(chunk.text)
            except BadYaml:
                continue
        else:
            assert parse_full(chunk.text)[0] == plain


POLICY = (
    "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {{name: {}}}\n"
)
POD = (
    "apiVersion: v1\nkind: Pod\nmetadata: {{name: {}, labels: {{app: {}}}}}\n"
    "spec: {{containers: [{{name: c, image: i}}]}}\n"
)
NAMESPACE = (
    "apiVersion: v1\nkind: Namespace\nmetadata: {{name: {}, labels: {{a: {}}}}}\n"
)
objects = st.one_of(
    st.builds(
        lambda name, spec: POLICY.format(name) + f"spec: {spec}\n",
        st.sampled_from("ab"),
        st.sampled_from(["{}", "{ingress: [{}]}", "{egress: 1}"]),
    ),
    st.builds(POD.format, st.sampled_from("ab"), st.sampled_from(["x", "y", "'${Z}'"])),
    st.builds(NAMESPACE.format, st.sampled_from("ab"), st.sampled_from("xy")),
)


@given(
    st.lists(objects, min_size=1, max_size=6).flatmap(
        lambda items: st.tuples(st.just(items), st.permutations(items))
    )
)
def test_the_order_of_documents_is_not_a_fact(
    orders: tuple[list[str], list[str]],
) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "all.yaml"
        seen = []
        for items in orders:
            path.write_text("---\n".join(items))
            found = load([path]).objects
            seen.append(
                (
                    {item.label: item.labels for item in found.workloads},
                    {item.label: item.isolates for item in found.policies},
                    sorted(
                        (item.label, str(item.subject))
                        for item in found.opaque_policies
                    ),
                    {item.name: item.labels for item in found.namespaces},
                    sorted(item.name for item in found.hidden),
                )
            )
    assert seen[0] == seen[1]


def _texts() -> Iterator[str]:
    for path in sorted(CORPORA.glob("**/*.y*ml")):
        data = path.read_bytes()
        if is_binary(data):
            continue
        try:
            yield decode(data)
        except UnicodeDecodeError:
            continue


pairs = st.tuples(
    st.sampled_from(["a: ", "- b: ", "  c: ", "- ", "d:", "  e: |", "# f: ", "g: h: "]),
    st.sampled_from(["x1", "10", '"q"', "a1:b2", "1:2", '"', "x1 # c", "", "é1", "-1"]),
    st.sampled_from(["x2", "007", '"r"', "c3:d", "1.5", '""', "2001:db8::1", "x"]),
)


def plainly(text: str) -> object:
    try:
        return parse_plain(text, {})
    except NotPlain:
        return NotPlain


@given(st.lists(pairs, min_size=1, max_size=6), ends)
def test_documents_that_are_written_alike_are_read_as_each_alone(
    found: list[tuple[str, str, str]], end: str
) -> None:
    forms = Forms({})
    written = [
        "\n".join(each[0] + each[choice] for each in found) + end
        for choice in (1, 2, 1, 2)
    ]
    read = [through(forms, text) for text in written]
    assert repr(read) == repr([plainly(text) for text in written])


def through(forms: Forms, text: str) -> object:
    try:
        return forms.parse(text)
    except NotPlain:
        return NotPlain


@given(texts, texts, ends)
def test_a_form_changes_no_document_that_was_read_before(
    one: str, other: str, end: str
) -> None:
    forms = Forms({})
    written = [one + end, other + end] * 3
    read = [through(forms, text) for text in written]
    assert repr(read) == repr([plainly(text) for text in written])


@given(
    st.lists(
        st.sampled_from(["---", "...", "\n", "\n", "a", " ", "#", "\n---\n"]),
        max_size=9,
    ).map("".join)
)
def test_a_stream_is_split_in_two_ways_alike(text: str) -> None:
    assert split(text) == _split_at_marks(text)


@pytest.mark.corpora
@pytest.mark.skipif(
    not CORPORA.is_dir(), reason="the corpora are not beside the project"
)
def test_the_readers_agree_on_everything_that_was_recorded() -> None:
    read = 0
    for text in _texts():
        memo: dict[str, tuple[int, int, int, object, object]] = {}
        for chunk in split(text):
            try:
                plain = parse_plain(chunk.text, memo)
            except NotPlain:
                continue
            read += 1
            assert parse_full(chunk.text)[0] == plain
    assert read > 1000


@pytest.mark.corpora
@pytest.mark.skipif(
    not CORPORA.is_dir(), reason="the corpora are not beside the project"
)
def test_every_recorded_set_of_manifests_is_read() -> None:
    for folder in sorted((CORPORA / "k8s").iterdir()):
        snapshot = load([folder])
        assert snapshot.inputs
        for item in snapshot.diagnostics:
            assert item.what
            assert item.why
            assert item.mend


@pytest.mark.corpora
@pytest.mark.skipif(
    not CORPORA.is_dir(), reason="the corpora are not beside the project"
)
def test_each_recorded_malformed_policy_is_told_at_a_line() -> None:
    folder = CORPORA / "k8s" / "npguard-bad-policies"
    for path in sorted(folder.glob("*.yaml")):
        snapshot = load([path])
        for item in snapshot.objects.opaque_policies:
            assert item.origin.line is not None
        if snapshot.objects.opaque_policies:
            assert [item for item in snapshot.diagnostics if item.origin]
