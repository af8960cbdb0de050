"""What patches make of an object."""

from typing import Any

import pytest

from seawall.ingest.kustomize.fault import BadBuild
from seawall.ingest.kustomize.json_patch import apply_json_patch
from seawall.ingest.kustomize.merge import merge
from seawall.ingest.kustomize.target import selected
from seawall.ingest.kustomize.thing import Thing, copied
from seawall.model.origin import Origin


def thing(kind: str = "Deployment", **spec: Any) -> Thing:
    group = {"NetworkPolicy": "networking.k8s.io/", "Service": ""}.get(kind, "apps/")
    metadata = {"name": "web", "labels": {"a": "b"}}
    value = {"apiVersion": f"{group}v1", "kind": kind, "metadata": metadata}
    return Thing(copied({**value, "spec": spec}), Origin("web.yaml"), "yaml")


def merged(item: Thing, **spec: Any) -> Any:
    assert merge(item, {"spec": spec})
    return item.value["spec"]


def pod(**fields: Any) -> dict[str, Any]:
    return {"spec": fields}


def test_containers_are_merged_by_name() -> None:
    base = thing(template=pod(containers=[{"name": "a", "image": "1"}, {"name": "b"}]))
    patch = pod(containers=[{"name": "a", "image": "2"}, {"name": "c"}])
    assert merged(base, template=patch) == {
        "template": pod(
            containers=[{"name": "a", "image": "2"}, {"name": "b"}, {"name": "c"}]
        )
    }


def test_null_takes_a_key_away() -> None:
    assert merged(thing(a={"b": 1, "c": 2}), a={"b": None}) == {"a": {"c": 2}}


def test_lists_of_a_network_policy_are_replaced() -> None:
    base = thing("NetworkPolicy", ingress=[{"ports": [{"port": 1}]}])
    assert merged(base, ingress=[{}]) == {"ingress": [{}]}
    assert base.changed == {("spec", "ingress")}


def test_a_directive_deletes_an_item_or_replaces_a_list() -> None:
    containers = [{"name": "a"}, {"name": "b"}]
    gone = pod(containers=[{"name": "a", "$patch": "delete"}])
    assert merged(thing(template=pod(containers=containers)), template=gone) == {
        "template": pod(containers=[{"name": "b"}])
    }
    new = pod(containers=[{"$patch": "replace"}, {"name": "c"}])
    assert merged(thing(template=pod(containers=containers)), template=new) == {
        "template": pod(containers=[{"name": "c"}])
    }


def test_a_patch_may_delete_the_object_but_not_rename_it() -> None:
    assert not merge(thing(), {"$patch": "delete"})
    base = thing()
    assert merge(base, {"kind": "Pod", "metadata": {"name": "x", "namespace": "y"}})
    assert base.identity == thing().identity


def test_ports_of_which_one_side_has_a_protocol_are_not_guessed_at() -> None:
    base = thing("Service", ports=[{"port": 80, "name": "a"}])
    with pytest.raises(BadBuild, match="port 80 has a protocol only"):
        merge(base, {"spec": {"ports": [{"port": 80, "protocol": "TCP"}]}})


@pytest.mark.parametrize(
    "patch",
    [{"$patch": "replace"}, {"spec": {"$retainKeys": ["a"]}}, {"spec": {"$x": 1}}],
)
def test_directives_that_are_not_modelled_are_refused(patch: dict[str, Any]) -> None:
    with pytest.raises(BadBuild, match="is not modelled"):
        merge(thing(a=1), patch)


@pytest.mark.parametrize(
    "operation, spec",
    [
        ({"op": "add", "path": "/spec/list/-", "value": 3}, {"list": [1, 2, 3]}),
        ({"op": "add", "path": "/spec/list/0", "value": 3}, {"list": [3, 1, 2]}),
        ({"op": "replace", "path": "/spec/list/1", "value": 3}, {"list": [1, 3]}),
        ({"op": "remove", "path": "/spec/list/0"}, {"list": [2]}),
        ({"op": "remove", "path": "/spec/list"}, {}),
        ({"op": "move", "from": "/spec/list", "path": "/spec/x~1y"}, {"x/y": [1, 2]}),
        (
            {"op": "copy", "from": "/spec/list/0", "path": "/spec/a"},
            {"list": [1, 2], "a": 1},
        ),
        ({"op": "test", "path": "/spec/list/0", "value": 1}, {"list": [1, 2]}),
    ],
)
def test_operations_of_a_json_patch(
    operation: dict[str, Any], spec: dict[str, Any]
) -> None:
    base = thing(list=[1, 2])
    apply_json_patch(base, [operation])
    assert base.value["spec"] == spec


@pytest.mark.parametrize(
    "operation",
    [
        {"op": "remove", "path": "/spec/gone"},
        {"op": "remove", "path": ""},
        {"op": "add", "path": "/spec/gone/deep", "value": 1},
        {"op": "add", "path": "/spec/list/9", "value": 1},
        {"op": "replace", "path": "/spec/list/2", "value": 1},
        {"op": "add", "path": "/spec/a"},
        {"op": "add", "path": "spec", "value": 1},
        {"op": "add", "path": "", "value": 1},
        {"op": "test", "path": "/kind", "value": "Pod"},
        {"op": "move", "path": "/spec/a"},
        {"op": "jump", "path": "/spec"},
        {"path": "/spec"},
    ],
)
def test_a_json_patch_that_cannot_be_carried_out_changes_nothing(
    operation: dict[str, Any],
) -> None:
    base = thing(list=[1, 2])
    with pytest.raises(BadBuild):
        apply_json_patch(base, [{"op": "add", "path": "/new", "value": 1}, operation])
    assert base.value == thing(list=[1, 2]).value


@pytest.mark.parametrize(
    "target, hits",
    [
        ({}, True),
        ({"kind": "Deployment", "group": "apps", "version": "v1"}, True),
        ({"name": "we"}, False),
        ({"name": "we.*"}, True),
        ({"name": "db|web"}, True),
        ({"namespace": "default"}, True),
        ({"namespace": "other"}, False),
        ({"labelSelector": "a=b"}, True),
        ({"labelSelector": "a==b, c notin (d)"}, True),
        ({"labelSelector": "a in (b, c),!d"}, True),
        ({"labelSelector": "a!=b"}, False),
        ({"labelSelector": "c"}, False),
        ({"annotationSelector": "a"}, False),
    ],
)
def test_a_target_selects(target: dict[str, str], hits: bool) -> None:  # noqa: FBT001
    assert bool(selected([thing()], target)) is hits


@pytest.mark.parametrize(
    "target",
    [{"name": "("}, {"labelSelector": "a=(b"}, {"name": "a*" * 5}, {"kind": "(a|b)+"}],
)
def test_a_target_that_cannot_be_read_is_refused(target: dict[str, str]) -> None:
    with pytest.raises(BadBuild):
        selected([thing()], target)
