"""Whatever stands at any place of a Cilium policy, it is read to the end."""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest

from seawall.ingest.kubernetes.cilium import read_cilium
from seawall.ingest.kubernetes.language import Placed, Surroundings
from seawall.ingest.kubernetes.terms.record import Record
from seawall.model.origin import Origin

Place = tuple[str | int, ...]
RICH: dict[str, Any] = {
    "endpointSelector": {
        "matchLabels": {"app": "web"},
        "matchExpressions": [{"key": "k8s:a", "operator": "In", "values": ["b"]}],
    },
    "enableDefaultDeny": {"egress": True},
    "ingress": [
        {
            "fromEndpoints": [{"matchLabels": {"reserved:host": ""}}],
            "toPorts": [
                {
                    "ports": [{"port": "80", "protocol": "TCP", "endPort": 90}],
                    "rules": {"http": [{"path": "/"}]},
                }
            ],
            "authentication": {"mode": "required"},
        },
        {"fromEntities": ["world"], "icmps": [{"fields": [{"type": 8}]}]},
        {"fromCIDRSet": [{"cidr": "10.0.0.0/8", "except": ["10.1.0.0/16"]}]},
    ],
    "ingressDeny": [
        {"fromCIDR": ["1.1.1.1/32"], "toPorts": [{"ports": [{"port": "0"}]}]}
    ],
    "egress": [
        {"toFQDNs": [{"matchName": "example.com"}]},
        {
            "toPorts": [
                {
                    "ports": [{"port": "53"}],
                    "rules": {"dns": [{"matchPattern": "*"}]},
                }
            ]
        },
        {"toServices": [{"k8sService": {"serviceName": "a", "namespace": "b"}}]},
        {"toCIDRSet": [{"cidrGroupRef": "office"}]},
        {"toNodes": [{"matchLabels": {"pool": "a"}}]},
        {"toGroups": [{"aws": {}}]},
    ],
}
JUNK: tuple[Any, ...] = (
    None,
    True,
    0,
    -1,
    3.5,
    10**30,
    "",
    "*",
    "9" * 400,
    "${X}",
    [],
    {},
    [None],
    [[]],
    {"": 1},
    {"matchLabels": {1: 2}},
)


def places(value: Any, place: Place = ()) -> Iterator[Place]:
    """Yield the place of every value in *value*."""
    yield place
    inner = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    for key, item in inner:
        yield from places(item, (*place, key))


@pytest.mark.parametrize("namespace", ["x", None])
def test_junk_anywhere_leaves_a_policy_or_a_doubt(namespace: str | None) -> None:
    kind = "CiliumNetworkPolicy" if namespace else "CiliumClusterwideNetworkPolicy"
    for place in places(RICH):
        for junk in JUNK:
            body = {"kind": kind, "spec": deepcopy(RICH)}
            target: Any = body
            for key in ("spec", *place)[:-1]:
                target = target[key]
            target[("spec", *place)[-1]] = deepcopy(junk)
            record = Record("cilium.io", "v2", kind, "p", None, {}, body, Origin("f"))
            part = read_cilium([Placed(record, namespace)], Surroundings())
            assert part.policies or part.opaque, (place, junk)
            assert part.opaque or not any(
                item.level.value == "error" for item in part.diagnostics
            ), (place, junk)
