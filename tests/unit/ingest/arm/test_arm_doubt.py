"""What is not known stays so, and only what it touches."""

from typing import Any

import pytest

from arm_templates import value
from seawall.ingest.arm.language.values import Text, Unknown, key_of
from seawall.ingest.arm.targets import rendered


def is_unknown(found: Any) -> bool:
    return isinstance(found, Unknown)


def test_a_parameter_without_a_value_says_how_to_give_it_one() -> None:
    found = value("parameters('unknown')")

    assert found.why == (
        "`[parameters('unknown')]` has no value: give a parameter file or "
        "`--set unknown=…`"
    )


@pytest.mark.parametrize(
    "text",
    [
        "toUpper(parameters('unknown'))",
        "if(parameters('flag'), 'a', 'b')",
        "equals(parameters('unknown'), 'a')",
        "and(true(), parameters('flag'))",
        "length(parameters('list'))",
        "parameters('list')[0]",
        "parameters('objects').part.inner",
        "contains(parameters('list'), 'a')",
        "contains(createArray('b', parameters('unknown')), 'a')",
        "map(parameters('list'), lambda('x', 1))",
        "reduce(parameters('list'), 0, lambda('a', 'b', 1))",
        "cidrSubnet(parameters('unknown'), 24, 0)",
        "add(parameters('number'), 1)",
        "empty(parameters('objects'))",
        "substring(parameters('unknown'), 0, 1)",
        "listKeys('x', '2020-01-01').key1",
        "utcNow()",
        "newGuid()",
        "reference('nothing-here').fqdn",
        "items(parameters('objects'))",
        "coalesce(tryGet(parameters('objects'), 'a'), 'b')",
        "createObject('a', 1)[parameters('unknown')]",
        "createArray(1, 2)[parameters('number')]",
        "split(parameters('unknown'), ',')",
        "json(parameters('unknown'))",
        "range(0, parameters('number'))",
        "sort(createArray(parameters('number'), 1), lambda('a', 'b', true()))",
    ],
)
def test_what_hangs_on_an_unknown_is_unknown(text: str) -> None:
    found = value(text)

    assert is_unknown(found)
    assert "has no value" in found.why or "after the deployment" in found.why


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("and(false(), parameters('flag'))", False),
        ("and(parameters('flag'), false())", False),
        ("or(parameters('flag'), true())", True),
        ("if(parameters('flag'), 'a', 'a')", "a"),
        ("if(parameters('flag'), 'a', int('fault'))", "a"),
        ("if(parameters('flag'), createArray(1), createArray(1))", [1]),
        ("equals(parameters('unknown'), parameters('unknown'))", True),
        ("equals(concat('a-', parameters('unknown')), 'b-x')", False),
        ("equals(concat(parameters('unknown'), '-a'), 'x-b')", False),
        ("equals(parameters('unknown'), 1)", False),
        ("equals(uniqueString('x'), '')", False),
        ("empty(concat('a', parameters('unknown')))", False),
        ("empty(createArray(parameters('unknown')))", False),
        ("length(createArray(parameters('unknown')))", 1),
        ("contains(createArray(parameters('unknown'), 'a'), 'a')", True),
        ("contains(createObject('a', parameters('unknown')), 'a')", True),
        ("contains(createObject('a', parameters('unknown')), 'b')", False),
        ("contains(concat('10.0.', parameters('unknown')), '10.')", True),
        ("startsWith(concat('Ab', parameters('unknown')), 'aB')", True),
        ("startsWith(concat('Ab', parameters('unknown')), 'x')", False),
        ("endsWith(concat(parameters('unknown'), 'yz'), 'Z')", True),
        ("first(createArray('a', parameters('unknown')))", "a"),
        ("first(concat(createArray('a'), parameters('list')))", "a"),
        ("last(concat(parameters('list'), createArray('z')))", "z"),
        ("take(concat('abc', parameters('unknown')), 2)", "ab"),
        ("last(split(resourceId('A.B/c', 'd'), '/'))", "d"),
        ("split(resourceId('A.B/c', 'd'), '/')[6]", "A.B"),
        ("coalesce(parameters('unknown'), int('fault'))", Unknown),
        ("union(parameters('objects'), createObject('a', 1)).a", 1),
        ("union(createObject('a', 1, 'b', 2), createObject('a', 3)).b", 2),
        ("shallowMerge(createArray(parameters('objects'), createObject('a', 1))).a", 1),
        ("tryGet(createObject('a', parameters('unknown')), 'b')", None),
        ("filter(createArray(1), lambda('x', false()))", []),
        ("length(filter(parameters('list'), lambda('x', true())))", Unknown),
        ("toObject(createArray('a'), lambda('x', 'k'), lambda('x', 1)).k", 1),
    ],
)
def test_what_does_not_hang_on_it_is_known(text: str, expected: object) -> None:
    found = value(text)

    if expected is Unknown:
        assert is_unknown(found)
    else:
        assert found == expected


def test_an_unknown_object_may_override_what_is_under_it() -> None:
    under = "union(createObject('a', 1), parameters('objects'))"

    assert is_unknown(value(f"{under}.a"))
    assert is_unknown(value(f"{under}.b"))
    assert is_unknown(value(f"contains({under}, 'b')"))
    assert is_unknown(value(f"length({under})"))


def test_a_key_that_is_not_known_may_be_any() -> None:
    found = "createObject('a', 1, parameters('unknown'), 2)"

    assert is_unknown(value(f"{found}.a"))
    assert is_unknown(value(f"{found}.b"))


def test_of_two_objects_is_known_what_both_say() -> None:
    text = (
        "if(parameters('flag'), createObject('a', 1, 'b', 2, 'c', 3), "
        "createObject('a', 1, 'b', 3))"
    )

    assert value(f"{text}.a") == 1
    assert is_unknown(value(f"{text}.b"))
    assert is_unknown(value(f"tryGet({text}, 'c')"))
    assert value(f"tryGet({text}, 'd')") is None
    assert is_unknown(value(f"contains({text}, 'c')"))
    assert is_unknown(value(f"length({text})"))


def test_names_from_one_expression_are_the_same_name() -> None:
    name = "concat('vnet-', uniqueString(resourceGroup().id))"
    left, right = (
        value(f"resourceId('M.N/v', {name})"),
        value(f"format('{{0}}', resourceId('M.N/v', {name}))"),
    )

    assert isinstance(left, Text)
    assert key_of(left) == key_of(right)
    assert rendered(left) == rendered(right)
    other = value("uniqueString(resourceGroup().id, 'x')")
    assert key_of(other) != key_of(value("uniqueString(resourceGroup().id)"))


def test_two_new_guids_are_not_the_same() -> None:
    parameters = {
        name: {"type": "string", "defaultValue": "[newGuid()]"} for name in ("a", "b")
    }
    text = "equals(parameters('a'), parameters('b'))"

    assert is_unknown(value(text, parameters=parameters))


def test_a_secret_is_not_read() -> None:
    parameters = {"key": {"type": "securestring", "defaultValue": "hunter2"}}

    found = value("concat('x', parameters('key'))", parameters=parameters)

    assert "hunter2" not in repr(found)
    assert "secret" in found.why


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "resourceId('Microsoft.Network/virtualNetworks/subnets', 'v', 's')",
            (
                "/subscriptions/{subscription}/resourceGroups/{resource-group}/providers/"
                "Microsoft.Network/virtualNetworks/v/subnets/s"
            ),
        ),
        (
            "resourceId('g', 'Microsoft.Network/routeTables', 'r')",
            (
                "/subscriptions/{subscription}/resourceGroups/g/providers/"
                "Microsoft.Network/routeTables/r"
            ),
        ),
        (
            "resourceId('s', 'g', 'Microsoft.Network/routeTables', 'r')",
            (
                "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/"
                "routeTables/r"
            ),
        ),
        (
            "subscriptionResourceId('Microsoft.Authorization/roleDefinitions', 'x')",
            (
                "/subscriptions/{subscription}/providers/Microsoft.Authorization/"
                "roleDefinitions/x"
            ),
        ),
        (
            "tenantResourceId('Microsoft.Authorization/roleDefinitions', 'x')",
            "/providers/Microsoft.Authorization/roleDefinitions/x",
        ),
        (
            "extensionResourceId(resourceId('A.B/c', 'd'), 'E.F/g', 'h')",
            (
                "/subscriptions/{subscription}/resourceGroups/{resource-group}/providers/"
                "A.B/c/d/providers/E.F/g/h"
            ),
        ),
        (
            "managementGroupResourceId('m', 'A.B/c', 'd')",
            "/providers/Microsoft.Management/managementGroups/m/providers/A.B/c/d",
        ),
        (
            "resourceId(parameters('unknown'), 'A.B/c', 'd')",
            (
                "/subscriptions/{subscription}/resourceGroups/{parameters('unknown')}/"
                "providers/A.B/c/d"
            ),
        ),
        ("environment().suffixes.storage", "core.windows.net"),
    ],
)
def test_ids_are_made_of_what_is_known(text: str, expected: str) -> None:
    assert rendered(value(text)) == expected
