"""Values that are not known: where they end, and what they say."""

import pytest

from seawall.ingest.terraform.evaluation.evaluate import Machine, Scope
from seawall.ingest.terraform.evaluation.functions.calls import Functions
from seawall.ingest.terraform.evaluation.functions.files import Files
from seawall.ingest.terraform.evaluation.values import (
    Budget,
    Computed,
    Encoded,
    Exhausted,
    Failed,
    Reference,
    Unknown,
    Value,
    reference,
)
from seawall.ingest.terraform.language.parser import parse

HIDDEN = Unknown("nobody says")
SUBNET = reference("azurerm_subnet.a")
NAMES: dict[str, Value] = {
    "hidden": HIDDEN,
    "subnet": SUBNET,
    "other": reference("azurerm_subnet.b"),
    "found": reference("data.azurerm_subnet.c"),
    "firewall": Computed("azurerm_firewall.f"),
    "balancer": Computed("azurerm_lb.l"),
}


def value(text: str, names: dict[str, Value] = NAMES) -> Value:
    budget = Budget(200_000)
    machine = Machine(Functions(Files(), budget), budget)
    script = parse(f"x = {text}\n", "")
    assert not script.faults
    return Scope(machine, names).value(script.body.arguments["x"].value)


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("hidden && false", False),
        ("false && hidden", False),
        ("true || hidden", True),
        ("hidden || true", True),
        ("subnet == null", False),
        ("subnet != null ? 1 : 2", 1),
        ("subnet == other", False),
        ("subnet == subnet", True),
        ("firewall.private_ip_address == null ? [] : [1]", [1]),
        ("hidden ? 3 : 3", 3),
        ("[hidden, 2][1]", 2),
        ("length([hidden, 2])", 2),
        ("{ a = hidden, b = 1 }.b", 1),
        ("merge({ a = hidden }, { b = 2 }).b", 2),
        ("keys({ a = hidden })", ["a"]),
        ("contains([hidden, 1], 1)", True),
        ("alltrue([hidden, false])", False),
        ("anytrue([hidden, true])", True),
        ("try(hidden.a.b, 1) == 1 || true", True),
        ("can([1][5])", False),
        ("jsondecode(jsonencode({ a = hidden, b = 2 })).b", 2),
        ("{ for k in [1, 2] : k => hidden }[1] == 1 || true", True),
        ("flatten([[subnet], [1]])[1]", 1),
        ('lookup({ a = 1 }, "a", hidden)', 1),
        ("{ for k, v in { a = 1, b = hidden } : k => v if v != null }.a", 1),
        ("merge({ for k in [1] : k => k if hidden }, { x = 2 }).x", 2),
    ],
)
def test_what_does_not_rest_on_the_unknown_is_known(text: str, known: object) -> None:
    assert value(text) == known


@pytest.mark.parametrize(
    "text",
    [
        "hidden",
        "hidden.a",
        "hidden[0]",
        "[1, 2][hidden]",
        "hidden && true",
        "false || hidden",
        "!hidden",
        "hidden + 1",
        "hidden ? 1 : 2",
        "hidden == null",
        "found == subnet",
        "[for x in hidden : x]",
        "{ (hidden) = 1 }",
        "[for x in [1, 2] : x if hidden]",
        "upper(hidden)",
        "concat(hidden, [1])",
        "merge({ a = 1 }, hidden)",
        "coalesce(hidden, 1)",
        "compact([hidden])",
        "length(hidden)",
        "length(toset([hidden, 1]))",
        "try(hidden, 1)",
        "can(hidden)",
        "contains([hidden], 1)",
        "distinct([hidden])[0]",
        'sort(["a", hidden])',
        "flatten([hidden, [1]])",
        "{ for k, v in { a = 1, b = hidden } : k => v if v != null }.b",
        "length({ for k in [1] : k => k if hidden })",
        "keys(merge({ for k in [1] : k => k if hidden }, { x = 2 }))",
        "{ for k in [1] : k => k if hidden } == {}",
        "[for k in { for k in [1] : k => k if hidden } : k]",
        "alltrue([hidden, true])",
        "timestamp()",
        "uuid()",
        'bcrypt("a")',
        "sensitive(1)",
        'provider::azurerm::parse_resource_id("a")',
        'split("/", subnet)[0]',
        "balancer.private_ip_address == null",
        "firewall.location == balancer.location",
        "concat([1], hidden...)",
        'file("../../etc/passwd")',
        'file("/etc/passwd")',
        'templatefile("/etc/passwd", {})',
        'fileexists("/etc/passwd")',
    ],
)
def test_what_rests_on_the_unknown_is_unknown(text: str) -> None:
    assert isinstance(value(text), Unknown)


def test_an_id_passes_through_what_only_carries_it() -> None:
    for text in (
        "[subnet][0]",
        "{ a = subnet }.a",
        "coalesce(null, subnet)",
        "try(subnet, null)",
        "[for x in [subnet] : x][0]",
        'compact([subnet, ""])[0]',
        "tolist([subnet])[0]",
        "concat([subnet], [])[0]",
        "one([subnet])",
        "true ? subnet : null",
        "element([subnet], 3)",
        "values({ a = subnet })[0]",
        '"${subnet}"',
    ):
        assert value(text) == SUBNET, text


def test_a_text_with_gaps_keeps_what_is_known() -> None:
    found = value('"/groups/${hidden}/subnets/${subnet}/x"')
    assert isinstance(found, Unknown)
    assert found.spelled == "/groups/?/subnets/<azurerm_subnet.a>/x"
    assert found.set
    also = value('format("%s/subnets/%s", hidden, "a")')
    assert isinstance(also, Unknown)
    assert also.spelled == "?/subnets/a"
    joined = value('join("/", ["a", hidden])')
    assert isinstance(joined, Unknown)
    assert joined.spelled == "a/?"


def test_json_with_gaps_keeps_its_structure() -> None:
    found = value("jsonencode({ a = { b = hidden } })")
    assert isinstance(found, Encoded)
    assert found.value == {"a": {"b": HIDDEN}}


def test_the_reason_is_kept() -> None:
    found = value("upper(hidden)")
    assert isinstance(found, Unknown)
    assert found.why == "nobody says"
    assert isinstance(SUBNET, Reference)


@pytest.mark.parametrize(
    "text",
    [
        "pow(10, 100000000)",
        'format("%1000000000d", 1)',
        'indent(100000000, "a\\nb")',
        "setproduct(range(1000), range(1000))",
        'regex("(a+)+$", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab")',
        'regex("(a|aa)+$", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab")',
        'regex("a*a*a*a*a*a*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaac")',
        'parseint("z", 10)',
    ],
)
def test_what_would_take_too_much_is_refused(text: str) -> None:
    with pytest.raises(Failed):
        value(text)


def test_work_that_multiplies_comes_to_an_end() -> None:
    numbers = "range(1000)"
    with pytest.raises((Exhausted, Failed)):
        value(f"[for a in {numbers} : [for b in {numbers} : [for c in {numbers} : a]]]")
