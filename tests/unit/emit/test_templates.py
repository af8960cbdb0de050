"""Bicep and ARM are written so that a reader has the same from both."""

import json
from pathlib import Path

import pytest

from designs import choices, laid_out, needs, read_arm, read_bicep
from model_pairs import differences
from seawall.emit.arm import arm
from seawall.emit.bicep import bicep
from seawall.emit.tree import (
    Deployment,
    Given,
    Guid,
    Id,
    Joined,
    Keyed,
    Noted,
    Output,
    Parameter,
    PartId,
    Read,
    Resource,
    RoleDefinition,
    TenantId,
    Value,
    without_notes,
)

NETWORK = "Microsoft.Network/virtualNetworks"


def thing(symbol: str, name: Value, **more: object) -> Resource:
    return Resource(symbol, "A.B/things", "2025-01-01", name, **more)  # type: ignore[arg-type]


def tree(*resources: Resource, **more: object) -> Deployment:
    return Deployment("A title.", "rg", "here", (), resources, **more)  # type: ignore[arg-type]


def written(*resources: Resource) -> tuple[str, dict[str, object]]:
    """Return the Bicep of all, and the ARM of the last."""
    found = tree(*resources)
    return bicep(found), json.loads(arm(found))["resources"][-1]


def body(value: Value) -> tuple[str, object]:
    """Return how a value is written beside a resource `other`."""
    other = thing("other", "o")
    text, template = written(other, thing("it", "i", body={"value": value}))
    own = text[text.index("resource it ") :]
    return own[own.index("  value: ") + 9 : -3], template["value"]


THING = "resourceId('A.B/things', 'o')"


@pytest.mark.parametrize(
    ("value", "as_bicep", "as_arm"),
    [
        (None, "null", None),
        (True, "true", True),
        (7, "7", 7),
        ("it's ${x}\\", "'it\\'s \\${x}\\\\'", "it's ${x}\\"),
        ("[a]", "'[a]'", "[[a]"),
        (("a", "b"), "['a', 'b']", ["a", "b"]),
        ((), "[]", []),
        ({}, "{}", {}),
        ({"a-b": 1}, "{ 'a-b': 1 }", {"a-b": 1}),
        (Id("other"), "other.id", f"[{THING}]"),
        (
            Read("other", ("properties", "list", "0", "it")),
            "other.properties.list[0].it",
            f"[reference({THING}, '2025-01-01').list[0].it]",
        ),
        (
            Read("other", ("identity", "principalId")),
            "other.identity.principalId",
            f"[reference({THING}, '2025-01-01', 'full').identity.principalId]",
        ),
        (Read("other", ("name",)), "other.name", "['o']"),
        (Given("size"), "size", "[parameters('size')]"),
        (
            Joined(("a{b}'", Given("size"))),
            "'a{b}\\'${size}'",
            "[format('a{{b}}''{0}', parameters('size'))]",
        ),
        (
            Guid((Id("other"), "x")),
            "guid(other.id, 'x')",
            f"[guid({THING}, 'x')]",
        ),
        (TenantId(), "tenant().tenantId", "[tenant().tenantId]"),
        (
            PartId("other", "parts", "p"),
            "'${other.id}/parts/p'",
            "[resourceId('A.B/things/parts', 'o', 'p')]",
        ),
        (
            PartId("it", "parts", "p"),
            "resourceId('A.B/things/parts', 'i', 'p')",
            "[resourceId('A.B/things/parts', 'i', 'p')]",
        ),
        (
            Keyed(((Id("other"), {}),)),
            "{ '${other.id}': {} }",
            {f"[format('{{0}}', {THING})]": {}},
        ),
    ],
    ids=repr,
)
def test_each_kind_of_value_is_written(
    value: Value, as_bicep: str, as_arm: object
) -> None:
    assert body(value) == (as_bicep, as_arm)


def test_a_role_is_told_by_its_title_in_bicep() -> None:
    role = RoleDefinition("0-1", "Reader")
    text, template = written(thing("it", "i", body={"role": role}))
    found = "subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '0-1')"
    assert f"  role: {found} // Reader\n" in text
    assert template["role"] == f"[{found}]"


def test_comments_stand_before_what_they_are_about() -> None:
    noted = {"a": Noted(1, "Why."), "b": (Noted({"c": 2, "d": 3}, "Because."),)}
    text, template = written(
        thing("it", "i", body=noted, comment="What.", serves=("egress.to",))
    )
    assert "// What.\n// Serves egress.to.\nresource it 'A.B/things@2025-01-01'" in text
    assert "  // Why.\n  a: 1\n" in text
    assert "  b: [\n    // Because.\n    {\n      c: 2\n" in text
    assert template["comments"] == "What. Serves egress.to."
    assert (template["a"], template["b"]) == (1, [{"c": 2, "d": 3}])
    assert without_notes(noted) == {"a": 1, "b": ({"c": 2, "d": 3},)}


def test_long_comments_are_broken_and_nothing_else_is() -> None:
    text, _ = written(thing("it", "i" * 150, comment="word " * 60))
    lines = [line for line in text.splitlines() if line.startswith("//")]
    assert max(map(len, lines)) <= 100
    assert f"  name: '{'i' * 150}'\n" in text


def test_children_are_named_below_their_parents() -> None:
    parent = thing("parent", Given("top"))
    child = Resource("child", "A.B/things/parts", "2025-01-01", "c", parent="parent")
    text, template = written(parent, child)
    assert "  parent: parent\n  name: 'c'\n" in text
    assert template["name"] == "[format('{0}/c', parameters('top'))]"
    assert template["dependsOn"] == ["[resourceId('A.B/things', parameters('top'))]"]


def test_what_stands_already_is_referred_to_where_it_is() -> None:
    standing = thing("old", "o", is_existing=True, resource_group="g", subscription="s")
    part = Resource(
        "part", "A.B/things/parts", "1", "p", parent="old", is_existing=True
    )
    text, template = written(standing, part, thing("it", "i", body={"a": Id("part")}))
    assert "existing = {\n  scope: resourceGroup('s', 'g')\n  name: 'o'\n}" in text
    found = "resourceId('s', 'g', 'A.B/things/parts', 'o', 'p')"
    assert template["a"] == f"[{found}]"
    assert "dependsOn" not in template


def test_an_extension_is_scoped_and_comes_after_what_it_needs() -> None:
    grant = thing("grant", "g", scope="other", needs=("third",))
    text, template = written(thing("other", "o"), thing("third", "t"), grant)
    assert "  scope: other\n  name: 'g'\n  dependsOn: [\n    third\n  ]\n" in text
    assert template["scope"] == f"[{THING}]"
    assert template["dependsOn"] == [f"[{THING}]", "[resourceId('A.B/things', 't')]"]


def test_networks_list_their_subnets_and_wait_for_what_those_need() -> None:
    group = thing("group", "g")
    network = Resource("net", NETWORK, "1", "n", {"properties": {"a": 1}})
    subnets = [
        Resource(
            name,
            f"{NETWORK}/subnets",
            "1",
            f"s-{name}",
            {"properties": {"group": Id("group")}},
            parent="net",
            comment=f"Of {name}.",
        )
        for name in ("one", "two")
    ]
    user = thing("user", "u", body={"subnet": Id("two")})
    found = tree(group, network, *subnets, user)
    text, template = bicep(found), json.loads(arm(found))
    assert "      // Of one.\n      {\n        name: 's-one'\n" in text
    assert "resource two 'Microsoft.Network/virtualNetworks/subnets@1' existing" in text
    assert "resource one " not in text
    names = [each["name"] for each in template["resources"]]
    assert names == ["g", "n", "u"]
    listed = template["resources"][1]["properties"]["subnets"]
    assert [each["name"] for each in listed] == ["s-one", "s-two"]
    assert template["resources"][1]["dependsOn"] == ["[resourceId('A.B/things', 'g')]"]
    where = "[resourceId('Microsoft.Network/virtualNetworks', 'n')]"
    assert template["resources"][2]["dependsOn"] == [where]


def test_parameters_and_outputs_say_what_they_are() -> None:
    found = Deployment(
        "A title.",
        "rg",
        "here",
        (
            Parameter("size", "s", "How large."),
            Parameter("list", ("a", "b"), "Which.", "array"),
            Parameter("key", None, "Which key.", "secret"),
        ),
        (thing("it", "i"),),
        (Output("id", Id("it"), "Its id."),),
    )
    text, template = bicep(found), json.loads(arm(found))
    assert "@description('How large.')\nparam size string = 's'\n" in text
    assert "param list array = ['a', 'b']\n" in text
    assert "@secure()\n@description('Which key.')\nparam key string\n" in text
    assert "@description('Its id.')\noutput id string = it.id\n" in text
    assert template["parameters"]["list"]["defaultValue"] == ["a", "b"]
    assert "defaultValue" not in template["parameters"]["key"]
    assert template["parameters"]["key"]["type"] == "securestring"
    assert template["outputs"]["id"]["value"] == "[resourceId('A.B/things', 'i')]"


def test_a_design_is_read_the_same_from_both(tmp_path: Path) -> None:
    deployment = laid_out(needs(), choices())
    left = read_bicep(tmp_path / "bicep", deployment)
    right = read_arm(tmp_path / "arm", deployment)
    assert left.cluster is not None
    assert differences(left, right) == []


def test_a_role_in_another_group_is_granted_by_a_deployment_there() -> None:
    group = Resource(
        "net", NETWORK, "1", "n", is_existing=True, resource_group="g", subscription="s"
    )
    subnet = Resource(
        "sub", f"{NETWORK}/subnets", "1", "x", parent="net", is_existing=True
    )
    who = thing("who", "w")
    grant = Resource(
        "grant",
        "Microsoft.Authorization/roleAssignments",
        "1",
        Guid((Id("sub"), Id("who"))),
        {
            "properties": {
                "roleDefinitionId": RoleDefinition("0-1", "Reader"),
                "principalId": Read("who", ("properties", "principalId")),
            }
        },
        scope="sub",
    )
    text, template = written(group, subnet, who, grant)
    assert "resource grant 'Microsoft.Resources/deployments@" in text
    assert "  resourceGroup: 'g'\n  subscriptionId: 's'\n" in text
    assert template["resourceGroup"] == "g"
    assert template["dependsOn"] == ["[resourceId('A.B/things', 'w')]"]
    (inner,) = template["properties"]["template"]["resources"]  # type: ignore[index]
    assert inner["scope"] == "Microsoft.Network/virtualNetworks/n/subnets/x"
    role = "/providers/Microsoft.Authorization/roleDefinitions/0-1"
    assert inner["properties"]["roleDefinitionId"] == f"/subscriptions/s{role}"
