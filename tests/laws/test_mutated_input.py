"""Whatever stands in a document, reading ends with an answer or a diagnostic."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from seawall.app.cli.main import run

EXAMPLES = Path(__file__).parents[2] / "examples"
WRONG: tuple[Any, ...] = (
    None,
    "",
    [],
    {},
    0,
    -1,
    10**30,
    1.5,
    True,
    "x",
    "*",
    "10.0.0.0/33",
    "10.0.0.5/8",
    "::/0",
    "80-20",
    "65536",
    "${VAR}",
    "{{ x }}",
    "a\nb",
    "\u0000",
    "/subscriptions/x",
    [None],
    [[]],
    [{}],
    {"": ""},
    {"a": None},
    {"properties": None},
    ["x", 1],
)
VERBS = (
    ("check", "--fail-on", "never"),
    ("reach", "-o", "json"),
    ("reach", "--layers", "policy", "--engine", "calico", "-o", "json"),
    ("trace", "internet", "api-server:443", "--unknown", "ok"),
    ("trace", "10.0.0.1", "service:shop/storefront"),
)


CALICO = """
apiVersion: v1
kind: Pod
metadata: {name: a, namespace: shop, labels: {app: a}}
spec: {containers: [{name: c, image: c}]}
---
apiVersion: projectcalico.org/v3
kind: Tier
metadata: {name: front}
spec: {order: 10, defaultAction: Pass}
---
apiVersion: crd.projectcalico.org/v1
kind: NetworkSet
metadata:
  {name: s, namespace: shop, annotations: {projectcalico.org/metadata: '{"labels":{}}'}}
spec: {nets: [192.0.2.0/24, 192.0.2.7]}
---
apiVersion: projectcalico.org/v3
kind: HostEndpoint
metadata: {name: h, labels: {a: b}}
spec: {node: n, interfaceName: eth0, expectedIPs: [10.0.0.4]}
---
apiVersion: projectcalico.org/v3
kind: Profile
metadata: {name: kns.shop}
spec: {ingress: [{action: Deny}], egress: [], labelsToApply: {a: b}}
---
apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata: {name: front.one}
spec:
  {tier: front, order: 1.5, selector: app == 'a', namespaceSelector: has(x),
   types: [Ingress], applyOnForward: true,
   ingress: [{action: Allow, protocol: TCP, source: {selector: all(), ports: [1]},
              destination: {ports: ['80:90', http]}},
             {action: Deny, protocol: ICMP, icmp: {type: 8, code: 0}, ipVersion: 4},
             {action: Pass, source: {services: {name: w, namespace: shop}}}]}
---
apiVersion: crd.projectcalico.org/v1
kind: NetworkPolicy
metadata: {name: default.two, namespace: shop}
spec:
  {serviceAccountSelector: has(x),
   egress: [{action: Allow, notProtocol: 17, http: {methods: [GET]},
             destination: {nets: [10.0.0.0/8], notNets: [10.1.0.0/16],
                           serviceAccounts: {names: [r], selector: all()}}}]}
"""


def documents(*names: str) -> list[Any]:
    return [
        document
        for name in names
        for document in yaml.safe_load_all((EXAMPLES / name).read_text("utf-8"))
    ]


INPUTS = {
    "calico": list(yaml.safe_load_all(CALICO)),
    "open": documents("open/shop.yaml", "open/cluster.json"),
    "plan": documents("contoso/plan.json"),
    "policies": documents(
        "contoso/manifests/shop/workloads.yaml",
        "contoso/manifests/shop/policies.yaml",
        "contoso/manifests/monitoring/policies.yaml",
    ),
}


def places(value: Any, found: list[tuple[Any, Any]]) -> list[tuple[Any, Any]]:
    """Return every key and index of a document with what holds it."""
    children = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    for key, child in children:
        found.append((value, key))
        places(child, found)
    return found


@st.composite
def mutated(draw: st.DrawFn, name: str) -> list[Any]:
    found = copy.deepcopy(INPUTS[name])
    for _ in range(draw(st.integers(1, 3))):
        every = places(found, [])
        if not every:
            break
        holder, key = every[draw(st.integers(0, len(every) - 1))]
        match draw(st.sampled_from(("wrong", "wrong", "drop", "wrap", "other"))):
            case "drop":
                del holder[key]
            case "wrap":
                holder[key] = [holder[key]]
            case "other":
                donor, at = every[draw(st.integers(0, len(every) - 1))]
                holder[key] = copy.deepcopy(donor[at])
            case _:
                holder[key] = copy.deepcopy(draw(st.sampled_from(WRONG)))
    return found


@pytest.mark.parametrize("name", INPUTS)
@settings(
    max_examples=max(10, settings.default.max_examples // 2)
    if settings.default
    else 25,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
    ],
)
@given(data=st.data())
def test_no_value_anywhere_is_a_fault_of_ours(
    name: str,
    data: st.DataObject,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    held = data.draw(mutated(name))
    for number, document in enumerate(held):
        text = json.dumps(document)
        (tmp_path / f"{number}.json").write_text(text, encoding="utf-8")
    code = run([*data.draw(st.sampled_from(VERBS)), str(tmp_path)])
    assert code in (0, 1, 2, 3)
    assert "internal error" not in capsys.readouterr().err
