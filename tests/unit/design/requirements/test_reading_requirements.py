"""Files of requirements are read as written, and every fault is told at its line."""

import json
from collections.abc import Iterator, Mapping
from datetime import date
from importlib.resources import files
from pathlib import Path

import jsonschema
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from seawall.design.requirements.form import KEYS
from seawall.design.requirements.needs import (
    Access,
    Call,
    Desk,
    Egress,
    EgressName,
    PodControl,
    Requirements,
    ServiceAccess,
    WayIn,
)
from seawall.design.requirements.platform import platform
from seawall.design.requirements.presets import PRESETS
from seawall.design.requirements.read import read_requirements, requirements_of
from seawall.ingest.documents import ReadDocument
from seawall.model.diagnostic import Diagnostic, Level
from seawall.model.origin import Origin

ROOT = Path(__file__).parents[4]
SCENARIOS = sorted((ROOT / "examples/scenarios").glob("*.yaml"))
HEAD = "apiVersion: seawall/v1\nkind: Requirements\nname: shop\nregion: westeurope\n"
DAY = date(2026, 9, 1)
SCHEMA = json.loads(
    files("seawall.query").joinpath("schemas/requirements-v1.json").read_text("utf-8")
)
SEGMENTS = """
segments:
  - {name: web, serves: [8080], calls: [{to: pay, ports: [8443]}]}
  - {name: pay, serves: [8443]}
"""


def read(
    folder: Path, text: str, head: str = HEAD
) -> tuple[Requirements | None, tuple[Diagnostic, ...]]:
    path = folder / "needs.yaml"
    path.write_text(head + text, encoding="utf-8")
    return read_requirements(path, DAY)


def good(folder: Path, text: str) -> Requirements:
    found, told = read(folder, text)
    assert not told, list(map(str, told))
    assert found is not None
    return found


WHOLE = (
    """preset: private
kubernetes: "1.35"
api-server: {access: [203.0.113.0/24], run-command: true}
operators:
  - {name: admins, via: vpn, from: 10.250.0.0/24}
egress:
  to: names
  names: [api.example.com, {name: "*.Example.org", ports: [8443], segments: [web]}]
  fixed-address: true
ingress:
  - {way: public-waf, to: web, port: 8080, host: shop.example.com}
services:
  - {kind: key-vault, name: kv-shop, access: private, segments: [pay]}
pods: {control: l7, encrypted: true, network-sees-pods: true}
nodes: {count: 20, pods-per-node: 30, windows: false}
addresses:
  space: 10.20.0.0/16
  pods: 10.244.0.0/16
  services: 10.0.0.0/16
  on-premises: [10.250.0.0/24]
compliance: [pci-dss]
limits: {firewall: true, nat-gateway: false}
"""
    + SEGMENTS
)


def test_every_part_is_read_as_written(tmp_path: Path) -> None:
    found = good(tmp_path, WHOLE)
    assert (found.name, found.region, found.kubernetes) == (
        "shop",
        "westeurope",
        "1.35",
    )
    assert (found.access, found.run_command) == (Access.RANGES, True)
    assert list(map(str, found.access_ranges)) == ["203.0.113.0/24"]
    assert found.operators[0].desk is Desk.VPN
    assert found.egress is Egress.NAMES
    assert found.names == (
        EgressName("api.example.com"),
        EgressName("*.example.org", (8443,), ("web",)),
    )
    assert found.fixed_address
    assert (found.entries[0].way, found.entries[0].listen) == (WayIn.PUBLIC_WAF, 443)
    assert found.services[0].access is ServiceAccess.PRIVATE
    assert (found.control, found.default_deny) == (PodControl.L7, True)
    assert found.encrypted
    assert found.network_sees_pods
    assert found.segments[0].calls == (Call("pay", (8443,)),)
    assert found.segments[1].namespace == "pay"
    assert (found.scale.nodes, found.scale.pods_per_node) == (20, 30)
    assert str(found.addresses.on_premises[0]) == "10.250.0.0/24"
    assert (found.limits.firewall, found.limits.acns) == (True, None)
    assert found.limits.nat_gateway is False
    assert found.compliance == ("pci-dss",)


def test_each_need_has_its_line_and_a_preset_s_the_line_of_the_preset(
    tmp_path: Path,
) -> None:
    stated = good(tmp_path, WHOLE).stated
    lines = {path: origin.line for path, origin in stated.items()}
    assert lines["egress.names[1]"] == 12
    assert lines["egress.names[1].segments[0]"] == 12
    assert lines["segments[0].calls[0]"] == 29
    assert lines["pods.default-deny"] == lines["preset"] == 5


def test_what_the_file_states_beats_the_preset(tmp_path: Path) -> None:
    found = good(tmp_path, "preset: learning\npods: {default-deny: true}\n")
    assert (found.access, found.egress) == (Access.ANYWHERE, Egress.OPEN)
    assert (found.default_deny, found.control) == (True, PodControl.PORTS)
    assert found.scale.nodes == 3
    assert found.stated["pods.default-deny"].line == 6
    assert found.stated["pods.control"].line == 5


def test_who_comes_from_the_data_centre_has_its_addresses(tmp_path: Path) -> None:
    found = good(
        tmp_path,
        "operators: [{name: a, via: expressroute}]\n"
        "addresses: {on-premises: [192.168.0.0/16]}\n",
    )
    assert list(map(str, found.operators[0].ranges)) == ["192.168.0.0/16"]


def test_names_alone_say_that_nothing_else_is_reached(tmp_path: Path) -> None:
    assert good(tmp_path, "egress: {names: a.example.com}").egress is Egress.NAMES


def test_what_nobody_said_is_left_open(tmp_path: Path) -> None:
    found = good(tmp_path, "")
    assert found.access is found.egress is found.control is found.default_deny is None
    assert found.run_command is None


SUBNET = (
    "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/"
)
FAULTS = {
    "egres: {to: open}": ("`egres` is no key of the file", "did you mean `egress`"),
    "egress: {too: open}": ("`too` is no key of `egress`", "did you mean `to`"),
    "egress: {to: nothing}": ("`nothing` is no kind of egress", ""),
    "egress: {to: none, names: [a.example.com]}": ("names are listed", "to: names"),
    "egress: {names: ['https://a.example.com/x']}": ("is no name", "`a.example.com`"),
    "egress: {names: [10.0.0.1]}": ("`10.0.0.1` is no name", ""),
    "egress: {names: [{name: a.b, segments: [webb]}]}" + SEGMENTS: (
        "there is no segment `webb`",
        "did you mean `web`",
    ),
    "egress: {names: [{name: a.b, ports: [70000]}]}": ("not between 1 and 65535", ""),
    "egress: {names: [{ports: [443]}]}": ("a name of `egress` has no `name`", ""),
    "egress: {names: [{name: a.b, ports: []}]}": ("the list of ports is empty", ""),
    "egress: {fixed-address: maybe}": ("neither `true` nor `false`", ""),
    "egress:": ("`egress` is not a mapping", ""),
    "api-server: {access: pivate}": ("`pivate` is no access", "`private`"),
    "api-server: {access: []}": ("`access` is an empty list", ""),
    "api-server: {access: [0.0.0.0/0]}": ("authorizes everybody", "anywhere"),
    "api-server: {access: [10.1.0.0/16]}": ("10.1.0.0/16 is private", ""),
    "api-server: {access: [203.0.113.7/24]}": ("has host bits", "`203.0.113.0/24`"),
    "api-server: {access: ['2001:db8::/32']}": ("a range of IPv6", ""),
    "api-server: {access: [1.2.3.4-1.2.3.9]}": ("is no prefix", ""),
    "operators: [{name: a, via: vpn}]": ("`from` does not say whence", ""),
    "operators: [{name: a, via: internet}]\naddresses: {on-premises: 10.0.0.0/8}": (
        "`from` does not say whence",
        "",
    ),
    "operators: [{name: a, via: bastion, network: v}]": ("has no `network`", ""),
    "operators: [{name: a, via: peering}]": ("no `network` is named", ""),
    "operators: [{name: a, via: peering, network: vnet}]": ("no resource ID", ""),
    "operators: [{name: a, via: internet, from: 10.0.0.0/8}]": ("is private", ""),
    "api-server: {access: [203.0.113.0/24]}\n"
    "operators: [{name: a, via: internet, from: 198.51.100.4}]": (
        "198.51.100.4 is not among the ranges of `api-server.access`",
        "list it there too",
    ),
    "operators: [{name: a, via: vpn, from: 203.0.113.0/24}]": ("is public", ""),
    "operators: [{via: bastion}]": ("an operator has no `name`", ""),
    "ingress: [{way: public, to: pay, port: 80}]" + SEGMENTS: (
        "does not serve port 80",
        "add 80",
    ),
    "ingress: [{way: public, to: shop, port: 80}]" + SEGMENTS: ("no segment", ""),
    "ingress: [{way: public, to: web, port: 8080, host: localhost}]" + SEGMENTS: (
        "`localhost` is no name",
        "",
    ),
    "ingress: [{way: public, to: web, port: 8080}, {way: public, to: pay, port: 8443}]"
    + SEGMENTS: ("the same door stands at", ""),
    "services: [{kind: storage, name: st-shop}]": ("no name of a storage account", ""),
    "services: [{kind: key-vault, name: kv--shop}]": ("no name of a key vault", ""),
    "services: [{kind: sql, name: a}, {kind: sql, name: a}]": ("stands at", ""),
    "region: [westeurope, northeurope]": ("2 regions are listed", "each region"),
    "services: [{kind: registry, name: crshop, access: service-endpoint}]": (
        "registries have no service endpoint",
        "private",
    ),
    "segments: [{name: Web}]": ("is no name of a segment", ""),
    "segments: [{name: web}, {name: web}]": ("segment `web` stands at", ""),
    "segments: [{name: a, namespace: n}, {name: b, namespace: n}]": (
        "runs in namespace `n` too",
        "",
    ),
    "segments: [{name: a, namespace: kube-system}]": ("belongs to the cluster", ""),
    "segments: [{name: a, calls: [b]}]": ("there is no segment `b`", ""),
    "segments: [{name: a, calls: [b]}, {name: b}]": ("`b` serves nothing", ""),
    "segments: [{name: a, calls: [{to: b, ports: [1]}]}, {name: b, serves: 2}]": (
        "does not serve port 1",
        "",
    ),
    "segments: [{name: a, tenant: x, calls: [b]}, {name: b, tenant: y, serves: 2}]": (
        "of tenant `x` calls `b` of tenant `y`",
        "",
    ),
    "segments: [{name: a, serves: 1, calls: [{to: a, methods: [FETCH]}]}]": (
        "`FETCH` is no HTTP method",
        "",
    ),
    "segments: [{name: a, serves: 1, calls: [{to: a, paths: ['/(']}]}]": (
        "is no regular expression",
        "",
    ),
    "segments: [{name: a, serves: 1, calls: [{to: a, paths: [x]}]}]": (
        "does not begin with `/`",
        "",
    ),
    "nodes: {count: 0}": ("the count of nodes 0 is not between", ""),
    "nodes: {zones: [1, 4]}": ("an availability zone 4 is not between 1 and 3", ""),
    "nodes: {pods-per-node: many}": ("not a whole number", ""),
    "addresses: {space: 10.0.0.0/33}": ("is no range of addresses", ""),
    "addresses: {space: 10.20.0.0/16, pods: 10.20.128.0/17}": (
        "the range of pods 10.20.128.0/17 overlaps the space 10.20.0.0/16 at",
        "",
    ),
    "addresses: {services: 10.0.0.0/16, on-premises: 10.0.0.0/8}": (
        "the range on premises 10.0.0.0/8 overlaps the range of Services",
        "",
    ),
    "addresses: {space: 10.0.0.0/16, in-use: 10.0.8.0/22}": ("overlaps the space", ""),
    "addresses: {space: [10.0.0.0/16, 10.0.8.0/22]}": ("overlaps the space", ""),
    "addresses: {space: ['']}": ("a range of addresses is ``, not a text", ""),
    "addresses: {pods: 172.16.0.0/12}": ("overlaps 172.30.0.0/16", ""),
    "addresses: {pods: 20.0.0.0/16}": ("neither private nor shared", ""),
    "addresses: {services: 10.0.0.0/12}": ("is too wide", ""),
    "addresses: {space: 10.0.0.0/30}": ("smaller than a virtual network", ""),
    "addresses: {space: 127.0.0.0/16}": ("no virtual network holds", ""),
    "network: {node-subnet: snet}": ("`network` has no `node-range`", ""),
    "network: {node-subnet: snet, node-range: 10.1.0.0/24}": ("no resource ID", ""),
    f"network: {{node-subnet: {SUBNET}v/subnets/a, node-range: 10.1.0.0/24,"
    f" pod-subnet: {SUBNET}w/subnets/b, pod-range: 10.2.0.0/24}}": (
        "another virtual network",
        "",
    ),
    f"network: {{node-subnet: {SUBNET}v/subnets/a, node-range: 10.1.0.0/24,"
    " next-hop: 10.1.0.4}": ("stands in the subnet of the nodes", ""),
    f"network: {{node-subnet: {SUBNET}v/subnets/a, node-range: 10.1.0.0/24,"
    f" pod-subnet: {SUBNET}v/subnets/b}}": ("stands without `pod-range`", ""),
    f"network: {{node-subnet: {SUBNET}v/subnets/a, node-range: 10.1.0.0/24}}\n"
    "addresses: {pods: 10.1.0.0/16}": ("existing subnet 10.1.0.0/24 overlaps", ""),
    "compliance: [pci]": ("`pci` is no rule set", ""),
    "network-policy: azure": (
        "`network-policy` is no key of the file",
        "`seawall design --explain --network-policy` tells of this one",
    ),
    "limits: {firewalls: true}": ("`firewalls` is no key of `limits`", ""),
    "preset: privat": ("`privat` is no preset", "did you mean `private`"),
    "kubernetes: 1.34": ("is not in quotes", ""),
    'kubernetes: "1.34.2"': ("no minor version", '`"1.34"`'),
    'kubernetes: "1.33"': ("ended on 2026-07-31", ""),
    'kubernetes: "1.20"': ("no longer supported", ""),
    "pods: {control: ports}\npods: {control: none}": ("`pods` stands twice", ""),
}


@pytest.mark.parametrize("text", FAULTS)
def test_a_fault_is_told_at_its_line_with_what_mends_it(
    tmp_path: Path, text: str
) -> None:
    found, told = read(tmp_path, text)
    what, mend = FAULTS[text]
    assert found is None
    match = [item for item in told if what in item.what]
    assert match, list(map(str, told))
    assert len({item.what for item in told}) == len(told)
    assert mend in match[0].mend
    assert match[0].why
    assert match[0].origin is not None
    assert (match[0].origin.line or 0) >= 5


def test_more_ranges_than_aks_takes_are_told(tmp_path: Path) -> None:
    some = [f"20.{at // 250}.{at % 250}.0/24" for at in range(2001)]
    found, told = read(tmp_path, f"api-server: {{access: [{', '.join(some)}]}}\n")
    assert found is None
    assert [item.what for item in told] == ["`access` lists 2001 ranges"]


def test_a_way_that_is_none_is_told_once(tmp_path: Path) -> None:
    found, told = read(tmp_path, "operators: [{name: a, via: train, from: 10.0.0.1}]")
    assert found is None
    assert [item.what for item in told] == ["`train` is no way of an operator"]


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    text = "region: nowhere\nname: 7up\nkubernetes: 1\nnodes: {count: no}\n"
    head = "apiVersion: seawall/v1\nkind: Requirements\n"
    found, told = read(tmp_path, text, head)
    assert found is None
    assert [item.origin.line for item in told if item.origin] == [3, 4, 5, 6]


@pytest.mark.parametrize(
    ("region", "what"),
    [
        ("westeurop", "is no region of Azure that is known as of 2026-08-21"),
        ("usgovvirginia", "is a region of a sovereign cloud"),
    ],
)
def test_a_region_that_is_none_is_told(tmp_path: Path, region: str, what: str) -> None:
    found, told = read(tmp_path, "", HEAD.replace("westeurope", region))
    assert found is None
    assert what in told[0].what
    if region == "westeurop":
        assert "did you mean `westeurope`" in told[0].mend


def test_a_region_may_be_written_as_the_portal_shows_it(tmp_path: Path) -> None:
    found, told = read(tmp_path, "", HEAD.replace("westeurope", "West Europe"))
    assert found is not None
    assert found.region == "westeurope"
    assert [item.level for item in told] == [Level.WARNING]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ('kubernetes: "1.37"', "comes to AKS in October 2026"),
        ('kubernetes: "1.99"', "is not known as of"),
        ("egress: {to: open, names: [a.example.com]}", "everything may be reached"),
        ("addresses: {space: 20.0.0.0/16}", "holds addresses of the internet"),
    ],
)
def test_what_may_be_meant_otherwise_is_a_warning(
    tmp_path: Path, text: str, what: str
) -> None:
    found, told = read(tmp_path, text)
    assert found is not None
    assert [what in item.what for item in told] == [True]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "the file is empty"),
        ("a: 1\n---\nb: 2\n", "the file holds 2 documents"),
        ("a: [", "not valid YAML"),
        ("{{ if x }}\na: 1\n", "is a template"),
        ("[1, 2]", "is not a mapping"),
        ("apiVersion: v1\nkind: Pod\n", "holds no requirements"),
    ],
)
def test_what_is_no_file_of_requirements_is_told(
    tmp_path: Path, text: str, what: str
) -> None:
    found, told = read(tmp_path, text, "")
    assert found is None
    assert any(what in item.what for item in told), list(map(str, told))


def test_a_path_that_is_not_there_or_a_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "odd.yaml").write_bytes(b"\xff\xfe\x00")
    for name, what in (
        ("", "is a folder"),
        ("none.yaml", "does not exist"),
        ("odd.yaml", "is not valid UTF-16"),
    ):
        found, told = read_requirements(tmp_path / name)
        assert found is None
        assert [what in item.what for item in told] == [True]


def test_the_schema_has_the_keys_that_are_read() -> None:
    parts = {
        name: tuple(part["properties"])
        for name, part in SCHEMA["$defs"].items()
        if "properties" in part
    }
    assert {**parts, "requirements": tuple(SCHEMA["properties"])} == KEYS
    assert SCHEMA["properties"]["preset"]["enum"] == list(PRESETS)


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_each_scenario_is_read_and_fits_the_schema(path: Path) -> None:
    found, told = read_requirements(path, DAY)
    assert not told, list(map(str, told))
    assert found is not None
    jsonschema.validate(yaml.safe_load(path.read_text(encoding="utf-8")), SCHEMA)


def test_there_are_twenty_scenarios_and_each_has_its_line() -> None:
    page = (ROOT / "examples/scenarios/README.md").read_text(encoding="utf-8")
    assert len(SCENARIOS) >= 20
    assert [path.stem for path in SCENARIOS if f"`{path.name}`" not in page] == []


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-1, 70000)
    | st.sampled_from(["private", "open", "web", "10.0.0.0/16", "x", "", "1.34"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(sorted({key for keys in KEYS.values() for key in keys})),
            inner,
            max_size=4,
        )
    ),
    max_leaves=8,
)
FILES = st.fixed_dictionaries(
    {
        "apiVersion": st.just("seawall/v1"),
        "kind": st.just("Requirements"),
        "name": st.just("shop"),
        "region": st.just("westeurope"),
    },
    optional={
        key: VALUES
        for key in KEYS["requirements"]
        if key not in ("apiVersion", "kind", "name", "region")
    },
)


@given(FILES)
def test_whatever_is_written_is_read_or_told_and_what_is_read_fits_the_schema(
    value: dict[str, object],
) -> None:
    document = ReadDocument(value, Origin("needs.yaml"))
    found, told = requirements_of(document, DAY)
    assert (found is None) == any(item.level is Level.ERROR for item in told)
    for item in told:
        assert item.why
        assert item.mend
    if found is not None:
        jsonschema.validate(value, SCHEMA)


def test_each_preset_is_read_by_itself(tmp_path: Path) -> None:
    for name in PRESETS:
        found = good(tmp_path, f"preset: {name}\n")
        assert found.preset == name
        line = found.stated["preset"].line
        assert all(
            origin.line == line
            for path, origin in found.stated.items()
            if path.split(".")[0].split("[")[0] in PRESETS[name].states
        )


def test_the_guide_tells_every_key_and_what_each_preset_states() -> None:
    guide = (ROOT / "docs/guide/design.md").read_text(encoding="utf-8")
    for part, keys in KEYS.items():
        for key in keys:
            assert f"{key}" in guide, (part, key)
    for preset in PRESETS.values():
        (row,) = [
            line for line in guide.splitlines() if line.startswith(f"| `{preset.name}`")
        ]
        assert preset.says in row
        for path, value in stated_by(preset.states):
            assert f"`{path}: {value}`" in row


def stated_by(
    states: Mapping[str, object], above: str = ""
) -> Iterator[tuple[str, str]]:
    for key, value in states.items():
        if isinstance(value, Mapping):
            yield from stated_by(value, f"{above}{key}.")
        elif isinstance(value, tuple):
            yield f"{above}{key}", ", ".join(value)
        else:
            shown = str(value).lower() if isinstance(value, bool) else str(value)
            yield f"{above}{key}", shown


def test_the_newest_version_is_one_that_is_supported_that_day() -> None:
    assert platform().newest(date(2026, 9, 1)).name == "1.36"
    assert platform().newest(date(2026, 12, 1)).name == "1.37"
    assert platform().newest(date(2040, 1, 1)).name == "1.37"
    assert [it.name for it in platform().supported(date(2026, 12, 1))] == [
        "1.35",
        "1.36",
        "1.37",
    ]


@pytest.mark.parametrize(
    "text", ["{planned_values: {}, format_version: '1.2'}", "kind: Pod\nspec: {}"]
)
def test_a_file_of_something_else_is_told_once(tmp_path: Path, text: str) -> None:
    found, told = read(tmp_path, text, head="")
    assert found is None
    (only,) = told
    assert "holds no requirements" in only.what
    _, told = read(tmp_path, "region: westeurope\negres: {to: open}", head="")
    assert {"not of" in str(each) or "no `name`" in str(each) for each in told} == {
        True,
        False,
    }
