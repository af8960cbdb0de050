"""Laws of reading pods: they mean the same beside any others, and in a large dump."""

import json
from dataclasses import replace
from ipaddress import ip_address
from itertools import permutations
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from msgspec import Raw

from seawall.ingest import files, load
from seawall.ingest.documents import ReadDocument
from seawall.ingest.kubernetes.terms.record import records_of
from seawall.ingest.kubernetes.workloads.pod import PodReader, read_address
from seawall.ingest.kubernetes.workloads.twins import Twins
from seawall.ingest.text import yaml_text
from seawall.ingest.text.yaml_alike import Form
from seawall.model.origin import Origin
from seawall.model.snapshot import Snapshot
from seawall.model.workload import MeshRole

ANYWHERE = Origin("anywhere")
odd = st.sampled_from([1, True, 1.0, 80, 80.0, "80", None, "x", [], {}, False, 0])
ports = st.one_of(
    odd,
    st.lists(
        st.one_of(
            odd,
            st.fixed_dictionaries(
                {},
                optional={
                    "name": st.one_of(st.just("http"), odd),
                    "containerPort": odd,
                    "hostPort": odd,
                    "hostIP": st.sampled_from(["10.9.0.1", "::", "x", 1]),
                    "protocol": st.sampled_from(["TCP", "UDP", None, "udp", 1]),
                },
            ),
        ),
        max_size=2,
    ),
)
containers = st.one_of(
    odd,
    st.lists(
        st.one_of(
            odd,
            st.fixed_dictionaries(
                {},
                optional={
                    "name": st.sampled_from(["istio-proxy", "c"]),
                    "ports": ports,
                    "restartPolicy": st.sampled_from(["Always", "No"]),
                },
            ),
        ),
        max_size=2,
    ),
)
labels = st.one_of(odd, st.dictionaries(st.sampled_from(["a", "b", "-"]), odd))
specs = st.fixed_dictionaries(
    {},
    optional={
        "containers": containers,
        "initContainers": containers,
        "hostNetwork": odd,
        "nodeName": st.sampled_from(["aks-pool-1-vmss00", "aks-b-1-vmss00", "n", 5]),
        "nodeSelector": st.one_of(odd, st.just({"agentpool": "p"})),
        "serviceAccountName": odd,
        "serviceAccount": odd,
        "dnsPolicy": st.one_of(odd, st.sampled_from(["Default", "ClusterFirst", ""])),
        "dnsConfig": st.one_of(
            odd,
            st.fixed_dictionaries(
                {},
                optional={
                    "nameservers": st.one_of(odd, st.just(["10.0.0.9"])),
                    "searches": st.one_of(odd, st.just(["A.example."])),
                    "options": st.one_of(odd, st.just([{"name": "ndots", "value": 1}])),
                },
            ),
        ),
        "hostAliases": st.one_of(
            odd, st.just([{"ip": "10.0.0.7", "hostnames": ["Db", "x.y"]}])
        ),
    },
)
pods = st.builds(
    lambda written, spec: {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"namespace": "n", **written},
        "spec": spec,
    },
    st.fixed_dictionaries(
        {},
        optional={
            "labels": labels,
            "annotations": st.dictionaries(st.sampled_from(["a", "b"]), odd),
        },
    ),
    specs,
)

# Pods that differ in one place or none.
likes = st.builds(
    lambda pod, changes: [
        pod,
        *({**pod, "spec": {**pod["spec"], **change}} for change in changes),
    ],
    pods,
    st.lists(
        st.one_of(
            specs,
            st.sampled_from([1, True, 1.0, 8]).map(
                lambda port: {
                    "containers": [{"ports": [{"name": "a", "containerPort": port}]}]
                }
            ),
            st.sampled_from([1, True]).map(lambda value: {"hostNetwork": value}),
        ),
        min_size=1,
        max_size=3,
    ),
)


def read(items: list[dict[str, object]]) -> Snapshot:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "pods.json"
        path.write_text(
            json.dumps({"apiVersion": "v1", "kind": "List", "items": items})
        )
        return load([path])


def plain(snapshot: Snapshot) -> list[object]:
    """Return what was read, without places."""
    return [
        *(replace(item, origin=ANYWHERE) for item in snapshot.objects.workloads),
        *(replace(item, origin=ANYWHERE) for item in snapshot.objects.hidden),
    ]


@given(likes)
def test_a_pod_is_read_the_same_beside_any_others(
    items: list[dict[str, object]],
) -> None:
    named = [
        {**item, "metadata": {**item["metadata"], "name": f"p{number}"}}  # type: ignore[dict-item]
        for number, item in enumerate(items)
    ]
    alone = [found for item in named for found in plain(read([item]))]

    together = plain(read(named))

    assert sorted(map(repr, together)) == sorted(map(repr, alone))


policy_specs = st.sampled_from(
    [
        {"podSelector": {"matchLabels": {"a": "b"}}, "ingress": [{}]},
        {"selector": {"a": "b"}, "type": "NodePort", "ports": [{"port": 1}]},
    ]
)
others = st.builds(
    lambda kind, body: {"apiVersion": kind[0], "kind": kind[1], **body},
    st.sampled_from(
        [
            ("v1", "Service"),
            ("v1", "Namespace"),
            ("networking.k8s.io/v1", "NetworkPolicy"),
            ("apps/v1", "Deployment"),
            ("v2", "Pod"),
            ("v1", "List"),
            ("", "Pod"),
        ]
    ),
    st.fixed_dictionaries(
        {},
        optional={
            "metadata": st.one_of(odd, st.just({"name": "x", "namespace": "n"})),
            "spec": st.one_of(odd, specs, policy_specs),
            "status": odd,
            "items": st.lists(pods, max_size=1),
        },
    ),
)
statuses = st.one_of(
    odd,
    st.fixed_dictionaries(
        {},
        optional={
            "phase": st.sampled_from(["Running", "Failed", 1]),
            "podIP": st.sampled_from(["10.0.0.1", "x", 3]),
            "podIPs": st.sampled_from([[{"ip": "10.0.0.1"}, {"ip": "::1"}], "x", [1]]),
            "hostIP": st.sampled_from(["10.9.0.1", None]),
            "hostIPs": st.sampled_from([[{"ip": "10.9.0.1"}], {}]),
            "conditions": st.just([{"type": "Ready"}]),
        },
    ),
)
owned = st.builds(
    lambda pod, status, owners, numbers: {
        **pod,
        "metadata": {**pod["metadata"], "name": "p", "ownerReferences": owners},
        "status": status,
        "unread": numbers,
    },
    pods,
    statuses,
    st.sampled_from(
        [[], [{"kind": "Job", "name": "j", "uid": "u"}], "x", [1], [{"kind": "Node"}]]
    ),
    st.sampled_from([0, 1e300, 10**40, "ü", ["\ud800"], None]),
)
dumps = st.builds(
    lambda items, kind, bare: {
        "kind": kind,
        "apiVersion": "v1",
        "items": [
            {key: item[key] for key in item if not bare or key != "kind"}
            for item in items
        ],
    },
    st.lists(st.one_of(pods, owned, others), max_size=4),
    st.sampled_from(["List", "PodList", "ServiceList", "Pod", "x"]),
    st.booleans(),
)


def large_and_small(text: str) -> tuple[Snapshot, Snapshot]:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "dump.json"
        path.write_text(text, encoding="utf-8")
        small = load([path])
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(files, "_LARGE", 0)
            return load([path]), small


@given(dumps, st.sampled_from(["", "}", " ", "\ufeff"]))
@example(
    {
        "kind": "List",
        "apiVersion": "v1",
        "items": [
            {
                "apiVersion": "networking.k8s.io/v1",
                "kind": "NetworkPolicy",
                "metadata": {"name": "a"},
                "spec": {"podSelector": {"matchLabels": {"a": "b"}}, "ingress": [{}]},
            }
        ],
    },
    "",
)
def test_a_large_dump_is_read_as_a_small_one(dump: dict[str, object], end: str) -> None:
    large, small = large_and_small(json.dumps(dump) + end)

    assert large == small


# Pods as the API server writes them, and what may stand in each place instead.
PLAIN_POD = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {
        "namespace": "n",
        "labels": {"a": "x"},
        "ownerReferences": [{"kind": "ReplicaSet", "name": "o", "controller": True}],
    },
    "spec": {"containers": [{"name": "c", "image": "i"}]},
    "status": {"phase": "Running", "podIP": "10.0.0.1"},
}
# Beside it, it matters what part pods have in a mesh.
MESH_POLICY = {
    "apiVersion": "security.istio.io/v1",
    "kind": "AuthorizationPolicy",
    "metadata": {"name": "a", "namespace": "n"},
    "spec": {"rules": [{}]},
}
HTTP = {"name": "http", "containerPort": 80}
BUILDS = [
    [],
    [{"name": "c", "ports": [HTTP]}],
    [{"name": "c", "ports": [{**HTTP, "protocol": "TCP"}]}],
    [{"name": "c", "ports": [{**HTTP, "protocol": "UDP"}]}],
    [{"name": "c", "ports": [{**HTTP, "protocol": ""}]}],
    [{"name": "c", "ports": [{**HTTP, "containerPort": 81}, {"name": "dns"}]}],
    [{"name": "c", "ports": [{**HTTP, "name": "dns"}, HTTP]}],
    [{"name": "c", "ports": [{**HTTP, "hostPort": 8080}]}],
    [{"name": "c", "ports": [{"containerPort": 80, "hostPort": 8080}]}],
    [{"name": "c", "ports": [{**HTTP, "hostPort": 8080, "hostIP": "10.9.0.1"}]}],
    [{"name": "c", "ports": [{**HTTP, "hostPort": 0}]}],
    [{"name": "c", "ports": [{**HTTP, "hostPort": None, "hostIP": 1}]}],
    [{"name": "c", "ports": [HTTP | {"hostPort": 81}], "restartPolicy": "Always"}],
    [{"name": "istio-proxy"}],
    [{"name": "istio-proxy"}, {"name": "c"}],
    [{"name": "istio-proxy", "ports": [HTTP], "restartPolicy": "Always"}],
    [{"name": "", "ports": [HTTP], "restartPolicy": "Never"}],
]
REDIRECTED = {"ambient.istio.io/redirection": "enabled"}
OWNED = {"kind": "Job", "name": "o"}
INSTEAD: dict[tuple[str, ...], list[object]] = {
    ("kind",): ["Job", None],
    ("apiVersion",): ["v2", "", None],
    ("metadata", "name"): ["", "p0", None],
    ("metadata", "namespace"): ["m", "", "N_", None],
    ("metadata", "labels"): [
        {"a": "y"},
        {"a": "-"},
        {"a": 1},
        {},
        {"b": "x"},
        {"a": "\ud800"},
    ],
    ("metadata", "annotations"): [
        {"a": "b"},
        {"a": 'q"u'},
        {"a": "\u20ac"},
        REDIRECTED,
        {"ambient.istio.io/redirection": "disabled"},
        {"ambient.istio.io/redirection": 1},
        "x",
    ],
    ("metadata", "ownerReferences"): [
        [],
        [OWNED],
        [{**OWNED, "name": "u"}],
        [{**OWNED, "name": ""}],
        [{**OWNED, "kind": "Node"}],
        [OWNED, {**OWNED, "name": "u", "controller": True}],
        [OWNED, {**OWNED, "controller": False}],
        [OWNED, {**OWNED, "controller": None}],
        [OWNED, 1],
    ],
    ("spec", "containers"): [*BUILDS, [1], {}, None],
    ("spec", "initContainers"): [*BUILDS, [1], None],
    ("spec", "hostNetwork"): [True, False, 1, None],
    ("spec", "nodeName"): [
        "aks-pool-1-vmss00",
        "aks-b-1-vmss01",
        "aksp000000",
        "n",
        "",
        None,
    ],
    ("spec", "nodeSelector"): [
        {"agentpool": "p"},
        {"agentpool": "q"},
        {"kubernetes.io/os": "windows"},
        None,
    ],
    ("spec", "os"): [{"name": "windows"}, {"name": "linux"}, {}, None],
    ("spec", "serviceAccountName"): ["s", "t", "", None],
    ("spec", "serviceAccount"): ["s", "t", "", None],
    ("spec", "dnsPolicy"): ["ClusterFirst", "Default", "None", "x", "", 1, None],
    ("spec", "dnsConfig"): [
        {},
        {"nameservers": ["10.0.0.9"], "options": [{"name": "ndots", "value": "1"}]},
        {"searches": ["a.example"]},
        {"nameservers": [1]},
        None,
    ],
    ("spec", "hostAliases"): [
        [],
        [{"ip": "10.0.0.7", "hostnames": ["db"]}],
        [{"ip": "x"}],
        None,
    ],
    ("status", "phase"): ["Failed", "Succeeded", "Pending", 1],
    ("status", "podIP"): ["10.0.0.1", "10.0.0.2", "::1", "", "x", None],
    ("status", "podIPs"): [
        [{"ip": "10.0.0.1"}],
        [{"ip": "10.0.0.1"}, {"ip": "::2"}],
        [{"ip": "::2"}, {"ip": "10.0.0.3"}],
        [{"ip": ""}, {}, {"ip": "x"}],
        [{"ip": "10.0.0.1"}, {"ip": "10.0.0.1"}],
        [1],
        "x",
        None,
    ],
    ("status", "hostIP"): ["10.9.0.1", "10.9.0.2", None],
    ("status", "hostIPs"): [[{"ip": "10.9.0.1"}], [{"ip": "::9"}], None],
    ("spec",): [None, 1, {}],
    ("status",): [None, 1],
    ("metadata",): [None, 1],
}
changes = st.sampled_from(
    [(place, value) for place, values in INSTEAD.items() for value in values]
)


def changed(pod: Any, made: list[tuple[tuple[str, ...], object]]) -> Any:
    """Return a pod with other values in some places."""
    for place, value in made:
        inner = pod.get(place[0]) if len(place) > 1 else None
        if len(place) == 1:
            pod = {**pod, place[0]: value}
        elif isinstance(inner, dict):
            pod = {**pod, place[0]: {**inner, place[1]: value}}
    return pod


def agree(items: list[Any], *, escaped: bool = False) -> None:
    """Demand that a dump of some pods means the same however large it is."""
    for number, item in enumerate(items):
        if isinstance(item["metadata"], dict):
            item["metadata"] = {"name": f"p{number}", **item["metadata"]}
    listed = [*items, MESH_POLICY]
    text = json.dumps({"kind": "List", "apiVersion": "v1", "items": listed})
    if escaped:
        text = text.replace("istio.io/", "istio.io\\/")

    large, small = large_and_small(text)

    assert large == small


@pytest.mark.parametrize("place", INSTEAD, ids="/".join)
def test_pods_that_differ_in_one_place_are_read_as_each_alone(
    place: tuple[str, ...],
) -> None:
    each = [PLAIN_POD, *(changed(PLAIN_POD, [(place, it)]) for it in INSTEAD[place])]
    elsewhere = (("metadata", "ownerReferences"), [{**OWNED, "name": "other"}])
    for first, second in permutations(each, 2):
        others = [changed(pod, [elsewhere]) for pod in (second, first)]
        agree([dict(item) for item in (first, second, first, second, *others)])


@given(
    st.lists(changes, max_size=3),
    st.lists(st.lists(changes, max_size=2), min_size=1, max_size=8),
    st.booleans(),
)
@example([], [[(("metadata", "annotations"), REDIRECTED)], []], True)
def test_pods_that_are_written_alike_are_read_as_each_alone(
    all_of_them: list[tuple[tuple[str, ...], object]],
    each: list[list[tuple[tuple[str, ...], object]]],
    escaped: bool,  # noqa: FBT001
) -> None:
    pod = changed(PLAIN_POD, all_of_them)
    items = [changed(pod, made) for made in ([], [], *each, [])]

    agree([dict(item) for item in items], escaped=escaped)


@pytest.mark.parametrize("second", ["aks-p2-12345678-vmss00000", "aksnpwin00000"])
def test_pods_on_nodes_that_no_pod_before_was_on_stay_with_their_pool(
    second: str,
) -> None:
    nodes = [f"{it}{n}" for it in ("aks-p1-12345678-vmss00000", second) for n in (0, 1)]
    pods = [changed(PLAIN_POD, [(("spec", "nodeName"), node)]) for node in nodes]

    agree(pods)


def test_an_annotation_is_found_in_every_way_to_write_it() -> None:
    plain, told = (
        changed(PLAIN_POD, [(("metadata", "name"), name), (("metadata", key), value)])
        for name, key, value in (("a", "x", ""), ("b", "annotations", REDIRECTED))
    )
    listed = [plain, told, MESH_POLICY]
    text = json.dumps({"kind": "List", "apiVersion": "v1", "items": listed})

    for escape in ("istio.io\\/", "istio.io\\u002f"):
        large, small = large_and_small(text.replace("istio.io/", escape))

        assert large == small
        assert MeshRole.NODE in {it.mesh for it in large.objects.workloads}


def test_pods_that_are_written_alike_are_read_once() -> None:
    reader = PodReader()
    twins = Twins(reader)
    texts = [
        json.dumps(
            changed(PLAIN_POD, [(("metadata", "name"), name), (("spec", "x"), name)])
        )
        for name in "abc"
    ]
    twins.open(Origin("dump.json"))

    taken = []
    for index, text in enumerate(texts):
        taken.append(twins.take(index, Raw(text.encode())))
        if not taken[-1]:
            (record,) = records_of(ReadDocument(json.loads(text), Origin("dump.json")))
            reader.add(record, "n")

    assert taken == [False, True, True]


octets = st.one_of(
    st.integers(0, 300).map(str), st.sampled_from(["01", "", "+1", "1_0", " 1", "٣"])
)
addresses = st.one_of(
    st.lists(octets, min_size=3, max_size=5).map(".".join),
    st.ip_addresses().map(str),
    st.text(max_size=8),
)


@given(addresses)
@example("255.255.255.255")
def test_an_address_is_what_the_standard_library_reads(text: str) -> None:
    try:
        expected = ip_address(text)
    except ValueError:
        expected = None

    assert read_address(text) == expected


def in_yaml(value: Any, indent: int = 0) -> str:
    """Return a value in YAML, as programs write it that quote most texts."""
    if isinstance(value, dict) and value:
        return "".join(
            f"{' ' * indent}{key}:{below(it, indent, quoted=key != 'kind')}"
            for key, it in value.items()
        )
    return "".join(f"{' ' * indent}- {item_in_yaml(it, indent)}" for it in value)


def item_in_yaml(value: Any, indent: int) -> str:
    if isinstance(value, dict | list) and value:
        return in_yaml(value, indent + 2)[indent + 2 :]
    return below(value, indent, quoted=True)[1:]


def below(value: Any, indent: int, *, quoted: bool) -> str:
    if isinstance(value, dict | list) and value:
        return "\n" + in_yaml(value, indent + 2)
    return f" {json.dumps(value) if quoted or value is None else value}\n"


def in_a_long_stream_and_a_short_one(items: list[Any]) -> None:
    """Demand that a stream of some pods means the same however long it is."""
    for number, item in enumerate(items):
        if isinstance(item["metadata"], dict):
            item["metadata"] = {"name": f"p{number}", **item["metadata"]}
    text = "---\n".join(in_yaml(item) for item in [*items, MESH_POLICY])
    with TemporaryDirectory() as folder:
        path = Path(folder) / "pods.yaml"
        path.write_text(text, encoding="utf-8")
        short = load([path])
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(yaml_text, "_LONG", 0)
            assert load([path]) == short


@pytest.mark.parametrize("place", INSTEAD, ids="/".join)
def test_pods_in_a_stream_that_differ_in_one_place_are_read_as_each_alone(
    place: tuple[str, ...],
) -> None:
    each = [PLAIN_POD, *(changed(PLAIN_POD, [(place, it)]) for it in INSTEAD[place])]
    elsewhere = (("metadata", "ownerReferences"), [{**OWNED, "name": "other"}])
    for first, second in permutations(each, 2):
        others = [changed(pod, [elsewhere]) for pod in (second, first)]
        items = [*(first, second) * 3, *others]
        in_a_long_stream_and_a_short_one([dict(item) for item in items])


@given(
    st.lists(changes, max_size=3),
    st.lists(st.lists(changes, max_size=2), min_size=1, max_size=8),
)
def test_pods_in_a_stream_that_are_written_alike_are_read_as_each_alone(
    all_of_them: list[tuple[tuple[str, ...], object]],
    each: list[list[tuple[tuple[str, ...], object]]],
) -> None:
    pod = changed(PLAIN_POD, all_of_them)
    items = [changed(pod, made) for made in ([], [], *each, [], *each)]

    in_a_long_stream_and_a_short_one([dict(item) for item in items])


def test_pods_in_a_stream_that_are_written_alike_are_not_put_together() -> None:
    made = [
        changed(PLAIN_POD, [(("metadata", "name"), name), (("spec", "x"), name)])
        for name in "abcde"
    ]
    put_together = []

    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        path = Path(folder) / "pods.yaml"
        path.write_text("---\n".join(map(in_yaml, made)), encoding="utf-8")
        patch.setattr(yaml_text, "_LONG", 0)
        filled = Form.filled
        patch.setattr(
            Form, "filled", lambda *of: put_together.append(of) or filled(*of)
        )
        (workload,) = load([path]).objects.workloads

    assert [pod.name for pod in workload.pods] == list("abcde")
    # The first has no form yet, and the second is read with care.
    assert len(put_together) == 1
