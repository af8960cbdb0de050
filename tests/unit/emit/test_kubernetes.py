"""Kubernetes objects are written as people read them, and mean what was meant."""

import yaml

from seawall.emit.kubernetes import Manifest, in_comment, in_yaml, kubernetes

ONE = Manifest(
    "b.yaml",
    {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "web", "namespace": "shop"},
        "spec": {"ports": ({"port": 80, "name": "on"},), "version": "1.10"},
    },
    ("ingress[0]", "segments[0]"),
    "Who comes in.",
)
TWO = Manifest("a.yaml", {"kind": "Namespace", "metadata": {"name": "shop"}})


def test_files_by_name_and_objects_in_their_order() -> None:
    other = Manifest("b.yaml", {"kind": "Second", "metadata": {"name": "z"}})
    files = kubernetes((ONE, TWO, other), "A title.")
    assert list(files) == ["a.yaml", "b.yaml"]
    read = [item for item in yaml.safe_load_all(files["b.yaml"]) if item]
    assert [item["kind"] for item in read] == ["Service", "Second"]
    assert files["b.yaml"].startswith("# A title.\n---\n# Who comes in.\n")
    assert "# For: ingress[0], segments[0]\napiVersion: v1\n" in files["b.yaml"]


def test_what_is_written_is_what_was_given() -> None:
    text = kubernetes((ONE,))["b.yaml"]
    (read,) = yaml.safe_load_all(text)
    assert read["spec"] == {"ports": [{"port": 80, "name": "on"}], "version": "1.10"}
    assert (ONE.kind, ONE.name, ONE.namespace) == ("Service", "web", "shop")
    assert (TWO.kind, TWO.name, TWO.namespace) == ("Namespace", "shop", "")


def test_nothing_is_written_as_a_reference_to_another_place() -> None:
    shared = {"port": 53}
    assert "&" not in in_yaml([shared, shared])


def test_comments_are_wrapped_and_keep_their_paragraphs() -> None:
    lines = in_comment("word " * 40 + "\n  second").splitlines()
    assert all(line.startswith("# ") and len(line) <= 100 for line in lines)
    assert lines[-1] == "#   second"
