"""Laws of reading pods: they mean the same beside any others, and in a large dump."""

import json
from dataclasses import replace
from ipaddress import ip_address
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from seawall.ingest import files, load
from seawall.ingest.kubernetes.pod import _address
from seawall.model.origin import Origin
from seawall.model.snapshot import Snapshot

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
    with TemporaryDirectory() as folder:
        path = Path(folder) / "dump.json"
        path.write_text(json.dumps(dump) + end, encoding="utf-8")
        small = load([path])
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(files, "_LARGE", 0)
            large = load([path])

    assert large == small


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

    assert _address(text) == expected
