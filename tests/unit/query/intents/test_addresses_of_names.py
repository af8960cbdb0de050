"""What a name with an address that is not known reaches, where addresses differ."""

from dataclasses import replace
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from test_judging_intents import (
    APP,
    HEAD,
    HOLDS,
    NETWORK,
    UNKNOWN,
    VIOLATED,
    all_of,
    judged,
    pod,
    policy,
)

import fabrics as fab
from reading import read
from seawall.model.name import AddressRecord
from seawall.model.trace import Verdict
from seawall.query.case import Case
from seawall.query.intents.verdict import Standing
from seawall.query.trace.answer import TraceAnswer, document, trace
from seawall.query.words.end import parse_source, parse_target

ALLOWED, DENIED = Verdict.ALLOWED, Verdict.DENIED


def leaving(*blocks: str) -> str:
    peers = ", ".join(f"{{ipBlock: {{cidr: {each}}}}}" for each in blocks)
    return policy(
        "shop",
        APP % "web",
        f"policyTypes: [Egress], egress: [{{to: [{peers}]}}, "
        "{ports: [{port: 53, protocol: UDP}]}]",
    )


NAME, SUFFIX = "kv.vault.azure.net", "privatelink.vaultcore.azure.net"
DESKS = "microsoft.network/virtualnetworks/net/subnets/desks"


def vault(*records: str, linked: bool = True) -> dict[str, object]:
    """Return a vault in a private zone; without records its endpoint waits for one."""
    network = DESKS.removesuffix("/subnets/desks")
    zone = fab.zone(SUFFIX, *([network] if linked else []))
    addresses = tuple(map(ip_address, records))
    kept = AddressRecord("kv", addresses, fab.HERE)
    zone = replace(zone, records=(kept,), complete=fab.known(linked))
    return {
        "zones": (zone,),
        "resources": (fab.vault(public=fab.known(False)),),
        "private_endpoints": tuple(
            replace(fab.endpoint(DESKS, each), id=f"pe-{each}")
            for each in records or (None,)
        ),
    }


def traced(
    folder: Path, target: str, *texts: str, **fabric: Any
) -> tuple[Case, TraceAnswer]:
    snapshot = read(folder, NETWORK, pod("web"), *texts)
    snapshot = replace(snapshot, fabric=replace(snapshot.fabric, **fabric))
    case = Case(snapshot, "calico")
    targets, port = parse_target(target, snapshot)
    sources = parse_source("shop/web", snapshot)
    return case, trace(case, target, sources, targets, port=port)


WAITING, AT, TWO = vault(), vault("10.0.1.9"), vault("10.0.1.9", "10.0.1.200")
OPEN = vault("10.0.1.9", linked=False)
PLACES: list[tuple[str, dict[str, Any], str, Standing, Standing]] = [
    ("api.example.com", {}, "52.0.0.0/8", UNKNOWN, UNKNOWN),
    ("api.example.com", {}, "0.0.0.0/0", HOLDS, VIOLATED),
    ("api.example.com", {}, "10.0.0.0/8", VIOLATED, HOLDS),
    (NAME, WAITING, "10.0.1.9/32", UNKNOWN, UNKNOWN),
    (NAME, WAITING, "10.0.1.0/24", HOLDS, VIOLATED),
    (NAME, WAITING, "10.0.0.0/24", VIOLATED, HOLDS),
    (NAME, AT, "10.0.1.9/32", HOLDS, VIOLATED),
    (NAME, TWO, "10.0.1.9/32", VIOLATED, VIOLATED),
    # The endpoint is reached by its address, whatever the name gives: path.md, Q19.
    (NAME, OPEN, "10.0.1.0/24", UNKNOWN, VIOLATED),
]


@pytest.mark.parametrize(("name", "more", "block", "required", "forbidden"), PLACES)
def test_an_intent_about_a_name_holds_whichever_address_it_has(
    tmp_path: Path,
    name: str,
    more: dict[str, Any],
    block: str,
    required: Standing,
    forbidden: Standing,
) -> None:
    what = f"{{from: shop/web, to: {name}, ports: 443}}\n"
    text = f"{HEAD}intents:\n- require: {what}- forbid: {what}"
    snapshot = read(tmp_path, NETWORK, pod("web") + leaving(block), text)
    snapshot = replace(snapshot, fabric=replace(snapshot.fabric, **more))
    found = all_of(snapshot, "calico")
    assert [each.standing for each in found] == [required, forbidden]


@pytest.mark.parametrize(
    ("target", "more", "block", "wanted"),
    [
        ("api.example.com:443", {}, "52.0.0.0/8", Verdict.UNKNOWN),
        ("api.example.com:443", {}, "0.0.0.0/0", ALLOWED),
        ("api.example.com:443", {}, "10.0.0.0/8", DENIED),
        (f"{NAME}:443", TWO, "10.0.1.9/32", ALLOWED),
        (f"{NAME}:443", WAITING, "10.0.1.9/32", Verdict.UNKNOWN),
    ],
)
def test_a_trace_of_a_name_is_known_where_all_its_addresses_fare_alike(
    tmp_path: Path, target: str, more: dict[str, Any], block: str, wanted: Verdict
) -> None:
    _, found = traced(tmp_path, target, leaving(block), **more)
    assert found.verdict is wanted
    depends = "depends on the address that the name has" in found.sentence
    assert depends is (wanted is Verdict.UNKNOWN)


def test_an_intent_says_that_it_depends_on_the_address(tmp_path: Path) -> None:
    manifests = NETWORK, pod("web") + leaving("52.0.0.0/8")
    for demand in ("require", "forbid"):
        text = f"- {demand}: {{from: shop/web, to: api.example.com, ports: 443}}"
        (breach,) = judged(tmp_path, text, *manifests, engine="calico").breaches
        assert "depends on the address that the name has" in breach.says


def test_the_addresses_that_are_reached_are_told_beside(tmp_path: Path) -> None:
    case, found = traced(tmp_path, "api.example.com:443", leaving("52.0.0.0/8"))
    out = document(case, found)
    each = out["byAddress"]
    assert isinstance(each, dict)
    assert each["allowed"] == [
        {"protocol": "TCP", "ports": "443", "to": ["52.0.0.0/8"]}
    ]
    assert out["verdict"] == "unknown"


def test_a_name_of_the_cluster_for_another_is_known_as_that_is(tmp_path: Path) -> None:
    alias = """---
apiVersion: v1
kind: Service
metadata: {name: ext, namespace: shop}
spec: {type: ExternalName, externalName: api.example.com}
"""
    for block, wanted in (("52.0.0.0/8", Verdict.UNKNOWN), ("0.0.0.0/0", ALLOWED)):
        _, found = traced(tmp_path, "service:shop/ext:443", alias, leaving(block))
        assert found.verdict is wanted


DUAL = (
    NETWORK.replace(
        "podCidr: 10.244.0.0/16",
        "podCidrs: [10.244.0.0/16, 'fd12:3456:789a::/64']\n"
        "    ipFamilies: [IPv4, IPv6]",
    )
    .replace("[10.0.0.0/16]", "[10.0.0.0/16, 'fd00:2::/48']")
    .replace(
        "addressPrefix: 10.0.0.0/24",
        "addressPrefixes: [10.0.0.0/24, 'fd00:2:0:1::/64']",
    )
    .replace(
        "addressPrefix: 10.0.1.0/24",
        "addressPrefixes: [10.0.1.0/24, 'fd00:2:0:2::/64']",
    )
)


@pytest.mark.parametrize(
    ("name", "more", "blocks", "wanted"),
    [
        ("api.example.com", {}, ("0.0.0.0/0",), UNKNOWN),
        ("api.example.com", {}, ("10.0.0.0/8",), VIOLATED),
        (NAME, WAITING, ("0.0.0.0/0",), HOLDS),
        (NAME, AT, ("0.0.0.0/0",), HOLDS),
    ],
)
def test_a_name_need_not_have_an_address_of_either_family(
    tmp_path: Path,
    name: str,
    more: dict[str, Any],
    blocks: tuple[str, ...],
    wanted: Standing,
) -> None:
    text = f"- require: {{from: shop/web, to: {name}, ports: 443}}"
    written = f"{HEAD}intents:\n{text}\n"
    snapshot = read(tmp_path, DUAL, pod("web") + leaving(*blocks), written)
    snapshot = replace(snapshot, fabric=replace(snapshot.fabric, **more))
    assert all_of(snapshot, "calico")[0].standing is wanted
