import pytest

from seawall.ingest.text.yaml_full import parse_full
from seawall.ingest.text.yaml_plain import NotPlain, parse_plain, resolve

MANIFEST = """\
# a comment
apiVersion: v1
kind: Pod   # another
metadata:
  name: "a: b"
  labels: {app: web, tier: 'front'}
  annotations:
    "quoted/key": 'x # y'
    f:on.off:   1.5
spec:
  containers:
  - name: c
    args: ["-c", plain, 3]
    ports:
      - containerPort: 80
        name: http

      - containerPort: 81
    command:
    - --flag=a:b
    - http://example.org:80/#x
  empty: {}
  none:
  list: []
script: |
  first
    deeper

  last
chomped: |-
  text

end: yes
"""


def test_a_manifest_is_read_as_the_full_reader_reads_it() -> None:
    assert parse_plain(MANIFEST, {}) == parse_full(MANIFEST)[0]


@pytest.mark.parametrize(
    "text",
    [
        "a: &x 1\nb: *x",
        "<<: {a: 1}",
        "a: !tag x",
        "a: >\n  folded",
        "a: one\n  two",
        'a: "one\n  two"',
        'a: "\\n"',
        "a: [[1]]",
        "a: {b: {c: 1}}",
        "? a\n: b",
        "a:\tb",
        "a: b: c",
        "a: b:",
        "- - a",
        "a: 1\na: 2",
        "a: {b: 1, b: 2}",
        "a: 0x10",
        "a: 017",
        "a: 1_000",
        "a: 1e3",
        "a: 2024-01-01",
        "a: 12:30:45",
        "a: .inf",
        "a: @b",
        "a: %b",
        "a\n",
        "  a: 1\n b: 2",
        "a:\n    b: 1\n  c: 2",
        "a: 1\n  b: 2",
        "a: 1\n- b",
        "- a\nb: 1",
        "a: b\u2028c",
        "a: |\n",
        "a: |2\n    x",
        "{a: 1}",
        "%YAML 1.1",
    ],
)
def test_whatever_is_not_plain_is_refused(text: str) -> None:
    with pytest.raises(NotPlain):
        parse_plain(text, {})


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("yes", True),
        ("Off", False),
        ("y", "y"),
        ("~", None),
        ("null", None),
        ("nullable", "nullable"),
        ("0", 0),
        ("-5", -5),
        ("8080", 8080),
        ("1.20", 1.2),
        ("10.0.0.0/8", "10.0.0.0/8"),
        ("100m", "100m"),
        ("128Mi", "128Mi"),
        ("--all", "--all"),
        ("./x", "./x"),
    ],
)
def test_scalars_are_what_kubernetes_takes_them_for(text: str, value: object) -> None:
    assert resolve(text) == value
    assert parse_full(f"k: {text}")[0] == {"k": value}


def test_a_text_without_its_last_line_end_ends_a_literal_without_one() -> None:
    for text in ("a: |\n  x", "a: |\n  x\n", "a: |-\n  x\n", "a: |\n  x\n\n\n"):
        assert parse_plain(text, {}) == parse_full(text)[0]


def test_nothing_is_null() -> None:
    assert parse_plain("# only a comment\n\n", {}) is None
