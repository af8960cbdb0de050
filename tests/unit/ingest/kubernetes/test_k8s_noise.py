"""Objects of a mesh and of ways in that hold anything at all are read to the end."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reading import read
from seawall.model.dataplane import SPEC
from seawall.query.reach.policy import reach_policy

WORDS = (
    "*", "a", "a/b", "80", "000080", "9" * 20, "10.0.0.0/8", "STRICT", "DENY", "mesh",
    "Gateway", "Service", "Same", "Selector", "source.ip", "Istio", "edge/g", "",
)  # fmt: skip
FIELDS = (
    "action", "rules", "from", "to", "when", "source", "operation", "selector", "ports",
    "matchLabels", "principals", "namespaces", "notPorts", "ipBlocks", "key", "values",
    "mtls", "mode", "portLevelMtls", "targetRefs", "provider", "kind", "name", "port",
    "parentRefs", "backendRefs", "listeners", "allowedRoutes", "hostnames", "gateways",
    "http", "route", "destination", "host", "number", "matches", "path", "uri", "match",
    "alternateBackends", "targetPort", "80", "servers", "namespace", "sectionName",
)  # fmt: skip
KINDS = (
    ("security.istio.io/v1", "AuthorizationPolicy"),
    ("security.istio.io/v1", "PeerAuthentication"),
    ("networking.istio.io/v1", "Gateway"),
    ("networking.istio.io/v1", "VirtualService"),
    ("networking.istio.io/v1", "DestinationRule"),
    ("gateway.networking.k8s.io/v1", "Gateway"),
    ("gateway.networking.k8s.io/v1", "HTTPRoute"),
    ("gateway.networking.k8s.io/v1beta1", "ReferenceGrant"),
    ("networking.k8s.io/v1", "Ingress"),
    ("networking.k8s.io/v1", "IngressClass"),
    ("route.openshift.io/v1", "Route"),
    ("v1", "Node"),
)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers(-1, 70000) | st.sampled_from(WORDS),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(FIELDS), inner, max_size=4)
    ),
    max_leaves=12,
)
SPECS = st.dictionaries(st.sampled_from(FIELDS), ANYTHING, max_size=5) | ANYTHING


@pytest.mark.parametrize(("api", "kind"), KINDS, ids=lambda item: item)
@given(specs=st.lists(SPECS, min_size=1, max_size=2))
def test_no_content_stops_the_reading(api: str, kind: str, specs: list[object]) -> None:
    items = [
        {
            "apiVersion": api,
            "kind": kind,
            "metadata": {"name": f"n{at}", "namespace": "edge"},
            "spec": spec,
        }
        for at, spec in enumerate(specs)
    ]
    items.append(
        {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {"name": "p", "namespace": "edge", "labels": {"a": "a"}},
            "spec": {"containers": [{"name": "istio-proxy", "image": "x"}]},
        }
    )
    with TemporaryDirectory() as folder:
        text = json.dumps({"apiVersion": "v1", "kind": "List", "items": items})
        snapshot = read(Path(folder), text)
        assert len(list(reach_policy(snapshot, SPEC).connections())) >= 0
        assert reach_policy(snapshot, SPEC).ways_in is not None
