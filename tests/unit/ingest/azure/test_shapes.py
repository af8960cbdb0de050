"""What is of another type than Azure gives it is told, and never read as none."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from arm_templates import template
from azure_builders import convert, resource, resource_id, rule
from seawall.ingest import load
from seawall.model.address import AddressRange
from seawall.model.diagnostic import Level
from seawall.model.end import AddressEnd, SubnetEnd
from seawall.model.snapshot import Snapshot
from seawall.model.trace import Verdict
from seawall.query.ask import ask
from seawall.query.case import Case
from seawall.query.words.port import PortText

SHUT = rule(
    "shut",
    direction="Outbound",
    access="Deny",
    protocol="*",
    sourceAddressPrefix="*",
    destinationPortRange="*",
)
GROUP = resource("networkSecurityGroups", "g", securityRules=[SHUT])
TABLE = resource(
    "routeTables",
    "t",
    routes=[
        {
            "name": "r",
            "properties": {"addressPrefix": "10.9.0.0/16", "nextHopType": "None"},
        }
    ],
)
NETWORK = resource(
    "virtualNetworks",
    "net",
    addressSpace={"addressPrefixes": ["10.0.0.0/16"]},
    subnets=[
        {
            "name": "one",
            "properties": {
                "addressPrefix": "10.0.0.0/24",
                "networkSecurityGroup": {"id": GROUP["id"]},
            },
        },
        {"name": "two", "properties": {"addressPrefix": "10.0.1.0/24"}},
        {
            "name": "three",
            "properties": {
                "addressPrefix": "10.0.3.0/24",
                "routeTable": {"id": TABLE["id"]},
            },
        },
    ],
)
INNER = ("properties", "subnets", 0, "properties")
RULES = ("properties", "securityRules")
RULE = (*RULES, 0, "properties")
OTHERS: tuple[object, ...] = ("no", 5, True, [], {}, [5], [None], [["no"]], {"a": "b"})


def changed(whole: Any, path: tuple[str | int, ...], value: object) -> Any:
    whole = copy.deepcopy(whole)
    inner = whole
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    return whole


def read(folder: Path, *values: object, as_template: bool = False) -> Snapshot:
    whole: object = template(*values) if as_template else list(values)
    (folder / "azure.json").write_text(json.dumps(whole))
    return load([folder])


def verdict(snapshot: Snapshot, source: str, address: str) -> Verdict:
    start = next(it for it in snapshot.fabric.subnets if it.name == source)
    target = AddressEnd((AddressRange.parse(address),))
    return ask(Case(snapshot), SubnetEnd(start.id), target, PortText()).verdict


@pytest.mark.parametrize("as_template", [False, True])
def test_rules_that_are_no_list_of_objects_may_be_any(
    tmp_path: Path, *, as_template: bool
) -> None:
    tie = "[resourceId('Microsoft.Network/networkSecurityGroups', 'g')]"
    path = (*INNER, "networkSecurityGroup", "id")
    network = changed(NETWORK, path, tie) if as_template else NETWORK
    known = read(tmp_path, GROUP, network, as_template=as_template)
    assert verdict(known, "one", "10.0.1.5") is Verdict.DENIED
    for value in OTHERS:
        if value == []:
            continue
        group = changed(GROUP, RULES, value)
        snapshot = read(tmp_path, group, network, as_template=as_template)

        assert verdict(snapshot, "one", "10.0.1.5") is Verdict.UNKNOWN, value
        (told,) = [
            it for it in snapshot.diagnostics if "securityRules" in it.what + it.why
        ]
        assert told.level in {Level.ERROR, Level.UNMODELLED}, value
        assert told.origin is not None
        assert told.origin.line is not None


@pytest.mark.parametrize(
    ("index", "path", "value", "source", "address"),
    [
        (0, ("properties",), "no", "one", "10.0.1.5"),
        (0, ("properties",), [], "one", "10.0.1.5"),
        (0, RULE, 5, "one", "10.0.1.5"),
        (0, (*RULE, "priority"), {}, "one", "10.0.1.5"),
        (0, (*RULE, "priority"), "high", "one", "10.0.1.5"),
        (0, (*RULE, "access"), 5, "one", "10.0.1.5"),
        (0, (*RULE, "direction"), [], "one", "10.0.1.5"),
        (0, (*RULE, "destinationAddressPrefix"), {}, "one", "10.0.1.5"),
        (1, (*INNER, "networkSecurityGroup"), [], "one", "10.0.1.5"),
        (1, (*INNER, "networkSecurityGroup"), 5, "one", "10.0.1.5"),
        (1, INNER, "no", "one", "10.0.1.5"),
        (2, ("properties", "routes"), "no", "three", "10.9.0.5"),
        (2, ("properties", "routes"), {}, "three", "10.9.0.5"),
        (2, ("properties", "routes", 0), 5, "three", "10.9.0.5"),
        (2, ("properties", "routes", 0, "properties"), [], "three", "10.9.0.5"),
    ],
)  # fmt: skip
def test_nothing_certain_rests_on_a_value_of_another_type(
    index: int,
    path: tuple[str | int, ...],
    value: object,
    source: str,
    address: str,
    tmp_path: Path,
) -> None:
    whole = [GROUP, NETWORK, TABLE]
    known = verdict(read(tmp_path, *whole), source, address)
    whole[index] = changed(whole[index], path, value)
    snapshot = read(tmp_path, *whole)

    assert verdict(snapshot, source, address) in {known, Verdict.UNKNOWN}
    assert verdict(snapshot, source, address) is Verdict.UNKNOWN
    assert any(
        it.level in {Level.ERROR, Level.UNMODELLED} for it in snapshot.diagnostics
    )


def test_null_and_expressions_are_of_every_type() -> None:
    for value in (None, "[parameters('x')]"):
        part = convert(changed(GROUP, RULES, value))
        assert not [it for it in part.diagnostics if it.level is Level.ERROR]


def test_what_people_keep_under_tags_is_their_own() -> None:
    part = convert({**GROUP, "tags": {"rules": "no", "subnets": "5"}})

    assert not part.diagnostics


def test_types_that_are_not_read_may_hold_other_things() -> None:
    part = convert(
        {
            "id": resource_id("x", "y").replace("Microsoft.Network", "Microsoft.Web"),
            "type": "Microsoft.Web/sites",
            "name": "y",
            "properties": {"rules": "no"},
        }
    )

    assert not [it for it in part.diagnostics if it.level is Level.ERROR]
