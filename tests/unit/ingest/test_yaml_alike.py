import pytest

from seawall.ingest.text.yaml_alike import Forms
from seawall.ingest.text.yaml_plain import NotPlain

POD = """\
kind: Pod
metadata:
  name: {name}
  owners:
  - uid: "{uid}"
    kind: ReplicaSet
  labels:
    app: web
status:
  podIP: 10.0.0.{last}
  ports: [a, b]
"""


def pod(name: str, uid: str, last: int) -> dict[str, object]:
    return {
        "kind": "Pod",
        "metadata": {
            "name": name,
            "owners": [{"uid": uid, "kind": "ReplicaSet"}],
            "labels": {"app": "web"},
        },
        "status": {"podIP": f"10.0.0.{last}", "ports": ["a", "b"]},
    }


def test_documents_that_differ_in_scalars_are_filled_in() -> None:
    forms = Forms({})
    written = [("web-1", "7", 1), ("web-2", "8", 2), ("db-3", "9", 3)]

    read = [
        forms.parse(POD.format(name=name, uid=uid, last=last))
        for name, uid, last in written
    ]

    assert read == [pod(*each) for each in written]
    assert len(forms._known) == 1
    # What no scalar varies in is one object, from the second of a form on.
    assert read[1]["metadata"]["labels"] is read[2]["metadata"]["labels"]  # type: ignore[index]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: b1 # c: d1\n", {"a": "b1"}),
        ("# c: d1\na: b1\n", {"a": "b1"}),
        ("a: |\n  c: d1\n", {"a": "c: d1\n"}),
        ("a: seawall-fills-this-in-0\nb: c1\n", None),
        ("- a: 010\n", NotPlain),
        ("a: 1\nb: -1\n", {"a": 1, "b": -1}),
    ],
)
def test_what_only_looks_like_a_scalar_is_read_as_it_stands(
    text: str, expected: object
) -> None:
    forms = Forms({})
    for _ in range(3):
        if expected is NotPlain:
            with pytest.raises(NotPlain):
                forms.parse(text)
        else:
            fallback = {"a": "seawall-fills-this-in-0", "b": "c1"}
            assert forms.parse(text) == (expected or fallback)
