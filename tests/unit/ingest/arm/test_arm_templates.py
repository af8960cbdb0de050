"""Templates are read as the platform would deploy them."""

from pathlib import Path
from typing import Any

import pytest

from arm_templates import parameter_file, records, required, said, snapshot, template
from seawall.app.cli.main import run
from seawall.ingest import LoadOptions
from seawall.ingest.resource import Change, Field
from seawall.model.dataplane import PolicyEngine
from seawall.model.diagnostic import Level
from seawall.model.network import NextHop

NSG = "Microsoft.Network/networkSecurityGroups"
VNET = "Microsoft.Network/virtualNetworks"
CLUSTER = "Microsoft.ContainerService/managedClusters"
DEPLOYMENT = "Microsoft.Resources/deployments"


def resource(kind: str, name: str, /, **more: Any) -> dict[str, Any]:
    return {"type": kind, "apiVersion": "2025-01-01", "name": name, **more}


def cluster(**network: object) -> dict[str, Any]:
    return resource(
        CLUSTER,
        "aks",
        properties={
            "agentPoolProfiles": [{"name": "main"}],
            "networkProfile": {"networkPlugin": "azure", **network},
        },
    )


def rule(name: str, **more: object) -> dict[str, Any]:
    properties = {
        "priority": 200,
        "direction": "Inbound",
        "access": "Deny",
        "protocol": "*",
        "sourceAddressPrefix": "*",
        "sourcePortRange": "*",
        "destinationAddressPrefix": "*",
        "destinationPortRange": "*",
        **more,
    }
    return {"name": name, "properties": properties}


POLICY = template(
    cluster(networkPolicy="[parameters('networkPolicy')]"),
    parameters=required("networkPolicy"),
)


def test_a_required_parameter_leaves_the_setting_unknown_and_says_what_to_give(
    tmp_path: Path,
) -> None:
    read = snapshot(tmp_path, main=POLICY)

    assert read.cluster is not None
    engine = read.cluster.policy_engine
    assert not engine.known
    assert engine.why == (
        "`[parameters('networkPolicy')]` has no value: give a parameter file or "
        "`--set networkPolicy=…`"
    )
    line = (tmp_path / "main.json").read_text().split("\n")[engine.origin.line - 1]
    assert "[parameters('networkPolicy')]" in line


def test_a_parameter_file_beside_the_template_gives_the_value(tmp_path: Path) -> None:
    values = parameter_file(networkPolicy="calico")
    read = snapshot(tmp_path, main=POLICY, main__parameters=values)

    assert read.cluster is not None
    assert read.cluster.policy_engine.is_surely(PolicyEngine.CALICO)
    assert [it.kind for it in read.inputs] == ["arm-template", "arm-parameters"]
    (used,) = [it for it in read.assumptions if it.id == "parameter-file"]
    assert "main.parameters.json" in used.text


def test_of_several_parameter_files_none_is_chosen(tmp_path: Path) -> None:
    read = snapshot(
        tmp_path,
        main=POLICY,
        main__parameters__dev=parameter_file(networkPolicy="calico"),
        main__parameters__prod=parameter_file(networkPolicy="azure"),
    )

    assert read.cluster is not None
    assert not read.cluster.policy_engine.known
    assert any("2 parameter files" in it.what for it in read.diagnostics)


def test_the_only_file_whose_names_fit_is_used_whatever_it_is_called(
    tmp_path: Path,
) -> None:
    values = parameter_file(networkPolicy="azure")
    read = snapshot(tmp_path, main=POLICY, prod=values)

    assert read.cluster is not None
    assert read.cluster.policy_engine.is_surely(PolicyEngine.NPM)


def test_a_parameter_file_of_another_template_is_not_used(tmp_path: Path) -> None:
    values = parameter_file(networkPolicy="azure", other=1)
    read = snapshot(tmp_path, main=POLICY, prod=values)

    assert read.cluster is not None
    assert not read.cluster.policy_engine.known
    assert any("belongs to no template" in it.what for it in read.diagnostics)


def test_a_value_of_the_user_holds_before_the_file(tmp_path: Path) -> None:
    options = LoadOptions(parameters=(("NETWORKPOLICY", "cilium"),))
    values = parameter_file(networkPolicy="calico")
    read = snapshot(tmp_path, options=options, main=POLICY, main__parameters=values)

    assert read.cluster is not None
    assert read.cluster.policy_engine.is_surely(PolicyEngine.CILIUM)


def test_a_value_for_no_parameter_is_told(tmp_path: Path) -> None:
    options = LoadOptions(parameters=(("networkPolcy", "cilium"),))
    read = snapshot(tmp_path, options=options, main=POLICY)

    assert any("no template has a parameter" in it.what for it in read.diagnostics)


def test_the_command_line_sets_parameters(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    snapshot(tmp_path, main=POLICY)
    asked = ["check", str(tmp_path), "--fail-on", "never", "-o", "json"]

    assert run([*asked, "--set", "networkPolicy=calico"]) == 0
    assert '"calico"' in capsys.readouterr().out
    assert run([*asked, "--set", "nothing"]) == 2
    assert "NAME=VALUE" in capsys.readouterr().err
    assert run([*asked, "--set", "a=1", "--set", "A=2"]) == 2


def test_a_value_that_is_not_allowed_is_told_and_unknown() -> None:
    declared = {"p": {"type": "string", "allowedValues": ["azure", "calico"]}}
    main_template = template(
        cluster(networkPolicy="[parameters('p')]"), parameters=declared
    )
    found, notes = records(main_template, options=(("p", "cilium"),))

    field = next(iter(found.values())).body.walk("networkProfile", "networkPolicy")
    assert "is not among the values" in field.unresolved
    assert said(notes)


@pytest.mark.parametrize(
    ("kind", "given", "expected"),
    [
        ("int", "3", 3),
        ("bool", "true", True),
        ("bool", "False", False),
        ("array", '["a"]', ["a"]),
        ("object", '{"a": 1}', {"a": 1}),
        ("string", "3", "3"),
    ],
)
def test_a_value_of_the_user_is_read_by_its_type(
    kind: str, given: str, expected: object
) -> None:
    declared = {"p": {"type": kind}}
    thing = resource("A.B/c", "x", properties={"v": "[parameters('p')]"})
    found, _ = records(template(thing, parameters=declared), options=(("p", given),))

    assert found["a.b/c/x"].body.get("v").value == expected


def test_secrets_from_a_key_vault_are_unknown() -> None:
    thing = resource("A.B/c", "x", properties={"v": "[parameters('p')]"})
    values = parameter_file()
    values["parameters"]["p"] = {"reference": {"keyVault": {}, "secretName": "s"}}
    found, _ = records(
        template(thing, parameters=required("p")), ("main.parameters.json", values)
    )

    assert "key vault" in found["a.b/c/x"].body.get("v").unresolved


def test_a_secret_parameter_is_not_kept() -> None:
    thing = resource("A.B/c", "x", properties={"v": "[parameters('p')]"})
    declared = {"p": {"type": "secureString"}}
    found, _ = records(
        template(thing, parameters=declared),
        ("main.parameters.json", parameter_file(p="hunter2")),
    )

    assert "hunter2" not in repr(found)


def test_a_whole_object_from_a_variable_keeps_the_place_where_it_is_written(
    tmp_path: Path,
) -> None:
    main_template = template(
        resource(
            CLUSTER,
            "aks",
            properties="[union(variables('aks'), createObject('dnsPrefix', 'x'))]",
        ),
        variables={
            "aks": {
                "agentPoolProfiles": [{"name": "main"}],
                "networkProfile": {"networkPlugin": "azure", "networkPolicy": "azure"},
            }
        },
    )
    read = snapshot(tmp_path, main=main_template)

    assert read.cluster is not None
    engine = read.cluster.policy_engine
    assert engine.is_surely(PolicyEngine.NPM)
    line = (tmp_path / "main.json").read_text().split("\n")[engine.origin.line - 1]
    assert '"networkPolicy": "azure"' in line


def test_what_an_unknown_object_may_override_is_unknown(tmp_path: Path) -> None:
    network = {"networkPlugin": "azure", "networkPolicy": "azure"}
    properties = {
        "agentPoolProfiles": [{"name": "main"}],
        "networkProfile": "[union(variables('network'), parameters('more'))]",
    }
    main_template = template(
        resource(CLUSTER, "aks", properties=properties),
        variables={"network": network},
        parameters=required("more", kind="object"),
    )
    read = snapshot(tmp_path, main=main_template)

    assert read.cluster is not None
    assert not read.cluster.policy_engine.known
    assert not read.cluster.outbound.known
    assert "--set more=" in read.cluster.outbound.why


def test_properties_that_are_not_known_at_all_are_not_taken_for_absent(
    tmp_path: Path,
) -> None:
    main_template = template(
        resource(CLUSTER, "aks", properties="[parameters('all')]"),
        parameters=required("all", kind="object"),
    )
    read = snapshot(tmp_path, main=main_template)

    assert read.cluster is not None
    for setting in (
        read.cluster.policy_engine,
        read.cluster.outbound,
        read.cluster.api_server.private,
        read.cluster.api_server.authorized_ranges,
    ):
        assert not setting.known


def test_a_condition_that_does_not_hold_takes_the_resource_away() -> None:
    found, notes = records(
        template(
            resource(NSG, "no", condition="[equals(1, 2)]"),
            resource(NSG, "yes", condition="[equals(1, 1)]"),
            resource(NSG, "[variables('nowhere')]", condition=False),
        )
    )

    assert list(found) == [f"{NSG}/yes".lower()]
    assert not said(notes)


MAYBE = {"condition": "[parameters('maybe')]"}
FLAG = required("maybe", kind="bool")


def test_a_rule_in_doubt_makes_the_verdicts_of_its_group_unknown(
    tmp_path: Path,
) -> None:
    group = resource(NSG, "g", properties={"securityRules": [rule("sure")]})
    child = resource(f"{NSG}/securityRules", "g/doubtful", **MAYBE)
    child["properties"] = rule("")["properties"]
    read = snapshot(tmp_path, main=template(group, child, parameters=FLAG))

    (found,) = read.fabric.security_groups
    assert {it.name for it in found.rules} >= {"sure", "unknown rules"}
    assert any("whether `doubtful`" in it.what for it in read.diagnostics)


def test_a_route_in_doubt_is_a_route_that_may_lead_anywhere(tmp_path: Path) -> None:
    table = resource("Microsoft.Network/routeTables", "t", properties={"routes": []})
    child = resource("Microsoft.Network/routeTables/routes", "t/r", **MAYBE)
    read = snapshot(tmp_path, main=template(table, child, parameters=FLAG))

    (found,) = read.fabric.route_tables
    assert [it.next_hop for it in found.routes] == [NextHop.UNKNOWN]


def test_a_group_in_doubt_is_missing_where_it_is_named(tmp_path: Path) -> None:
    group = resource(NSG, "g", properties={"securityRules": []}, **MAYBE)
    subnet = {
        "name": "s",
        "properties": {
            "addressPrefix": "10.0.0.0/24",
            "networkSecurityGroup": {"id": f"[resourceId('{NSG}', 'g')]"},
        },
    }
    network = resource(VNET, "v", properties={"subnets": [subnet]})
    network["properties"]["addressSpace"] = {"addressPrefixes": ["10.0.0.0/16"]}
    read = snapshot(tmp_path, main=template(group, network, parameters=FLAG))

    assert not read.fabric.security_groups
    assert any(
        "the security group `g` is named by subnet `s`" in it.what
        for it in read.diagnostics
    )


def test_loops_copy_resources_properties_variables_and_outputs() -> None:
    main_template = template(
        resource(
            NSG,
            "[concat('g', copyIndex('groups', 1))]",
            copy={"name": "groups", "count": 2},
            properties={
                "copy": [
                    {
                        "name": "securityRules",
                        "count": "[length(variables('ports'))]",
                        "input": {
                            "name": "[format('{0}-{1}', copyIndex(), "
                            "copyIndex('securityRules'))]",
                            "port": "[variables('ports')[copyIndex('securityRules')]]",
                        },
                    }
                ]
            },
        ),
        variables={
            "copy": [
                {"name": "ports", "count": 2, "input": "[add(80, copyIndex('ports'))]"}
            ]
        },
    )
    found, notes = records(main_template)

    assert not said(notes)
    assert sorted(found) == [f"{NSG}/g1".lower(), f"{NSG}/g2".lower()]
    rules = list(found[f"{NSG}/g2".lower()].body.get("securityRules").items())
    assert [(it.get("name").value, it.get("port").value) for it in rules] == [
        ("1-0", 80),
        ("1-1", 81),
    ]


def test_a_loop_without_a_known_count_leaves_the_list_open() -> None:
    loop = {
        "name": "securityRules",
        "count": "[length(parameters('rules'))]",
        "input": rule("x"),
    }
    group = resource(NSG, "g", properties={"copy": [loop]})
    children = resource(
        f"{NSG}/securityRules",
        "[format('h/r{0}', copyIndex())]",
        copy={"name": "c", "count": "[length(parameters('rules'))]"},
        properties={},
    )
    other = resource(NSG, "h", properties={})
    found, notes = records(
        template(group, other, children, parameters=required("rules", kind="array"))
    )

    for name in ("g", "h"):
        (only,) = found[f"{NSG}/{name}".lower()].body.get("securityRules").items()
        assert "--set rules=" in only.unresolved
    assert any("will be there is not known" in it for it in said(notes))


def test_children_are_nested_or_named_by_segments() -> None:
    network = resource(
        VNET,
        "v",
        properties={},
        resources=[
            resource("subnets", "a", properties={}),
            resource(f"{VNET}/subnets", "v/b", properties={}),
        ],
    )
    found, _ = records(template(network, resource(f"{VNET}/subnets", "v/c")))

    parents = {it.name: it.parent for it in found.values() if it.parent}
    assert parents.keys() == {"a", "b", "c"}
    assert len(set(parents.values())) == 1
    assert next(iter(parents.values())).endswith("/virtualnetworks/v")


def test_a_resource_on_another_has_its_id_below_it() -> None:
    lock = resource(
        "Microsoft.Authorization/locks", "l", scope=f"[resourceId('{VNET}', 'v')]"
    )
    found, _ = records(template(lock))

    assert next(iter(found.values())).id.endswith(
        "virtualnetworks/v/providers/microsoft.authorization/locks/l"
    )


def nested(name: str, inner: dict[str, Any], /, **more: Any) -> dict[str, Any]:
    properties: dict[str, Any] = {"mode": "Incremental", "template": inner}
    if (scope := more.pop("evaluated", "inner")) is not None:
        properties["expressionEvaluationOptions"] = {"scope": scope}
    properties["parameters"] = {
        key: {"value": value} for key, value in more.pop("passed", {}).items()
    }
    return resource(DEPLOYMENT, name, properties=properties, **more)


def value_of(found: dict[str, Any], key: str, *path: str) -> object:
    field: Field = found[key].body.walk(*path)
    return field.unresolved or field.value


THING = resource("A.B/c", "thing", properties={"v": "[parameters('p')]"})


def test_a_nested_deployment_with_inner_scope_sees_what_is_passed_to_it() -> None:
    inner = template(
        THING, parameters={"p": {"type": "string", "defaultValue": "inner"}}
    )
    main_template = template(
        nested("n", inner, passed={"p": "[toUpper(parameters('p'))]"}),
        parameters={"p": {"type": "string", "defaultValue": "outer"}},
    )
    found, notes = records(main_template)

    assert value_of(found, "a.b/c/thing", "v") == "OUTER"
    assert not said(notes)
    found, _ = records(template(nested("n", inner)))
    assert value_of(found, "a.b/c/thing", "v") == "inner"
    found, _ = records(template(nested("n", inner, passed={"p": None})))
    assert value_of(found, "a.b/c/thing", "v") == "inner"


def test_a_nested_deployment_with_outer_scope_sees_what_is_around_it() -> None:
    inner = template(
        THING, parameters={"p": {"type": "string", "defaultValue": "inner"}}
    )
    for scope in ("outer", None):
        main_template = template(
            nested("n", inner, evaluated=scope),
            parameters={"p": {"type": "string", "defaultValue": "outer"}},
        )
        found, _ = records(main_template)
        assert value_of(found, "a.b/c/thing", "v") == "outer"


def test_a_parameter_that_is_not_passed_is_unknown() -> None:
    found, _ = records(template(nested("n", template(THING, parameters=required("p")))))

    assert "is not passed" in str(value_of(found, "a.b/c/thing", "v"))


def test_outputs_of_a_nested_deployment_are_used_by_the_outer_one() -> None:
    inner = template(
        resource(VNET, "v", properties={}),
        outputs={
            "id": {"type": "string", "value": f"[resourceId('{VNET}', 'v')]"},
            "skipped": {"condition": False, "type": "string", "value": "[fault("},
            "list": {
                "type": "array",
                "copy": {"count": 2, "input": "[copyIndex()]"},
            },
        },
    )
    reference = f"reference(resourceId('{DEPLOYMENT}', 'n'), '2022-09-01')"
    thing = resource(
        "A.B/c",
        "thing",
        properties={
            "own": f"[{reference}.outputs.id.value]",
            "list": f"[{reference}.outputs.list.value]",
            "named": "[reference('n').outputs.id.value]",
            "other": f"[{reference}.outputs.other.value]",
        },
    )
    found, notes = records(template(thing, nested("n", inner)))

    own = found[f"{VNET}/v".lower()].id
    assert str(value_of(found, "a.b/c/thing", "own")).lower() == own
    assert str(value_of(found, "a.b/c/thing", "named")).lower() == own
    assert value_of(found, "a.b/c/thing", "list") == [0, 1]
    assert said(notes)


def test_a_parameter_may_be_passed_as_a_loop() -> None:
    inner = template(
        resource("A.B/c", "thing", properties={"v": "[parameters('list')]"}),
        parameters={"list": {"type": "array"}},
    )
    passed = {"list": {"copy": [{"name": "value", "count": 2, "input": "x"}]}}
    outer = nested("n", inner)
    outer["properties"]["parameters"] = passed
    outer["properties"]["expressionEvaluationOptions"] = {"scope": "inner"}
    found, notes = records(template(outer))
    assert value_of(found, "a.b/c/thing", "v") == ["x", "x"]
    assert not said(notes)


def test_what_the_service_adds_to_an_identity_is_not_known_and_no_error() -> None:
    first = resource("A.B/c", "first", identity={"type": "SystemAssigned"})
    who = "reference('first', '2025-01-01', 'full').identity"
    second = resource(
        "A.B/c",
        "second",
        properties={"who": f"[{who}.principalId]", "how": f"[{who}.type]"},
    )
    main = template() | {"resources": {"first": first, "second": second}}
    main["languageVersion"] = "2.0"
    found, notes = records(main)
    assert value_of(found, "a.b/c/second", "how") == "SystemAssigned"
    assert "known only after" in str(value_of(found, "a.b/c/second", "who"))
    assert not said(notes)


def test_a_nested_deployment_may_go_to_another_group() -> None:
    inner = template(resource(VNET, "v", properties={}))
    found, _ = records(
        template(nested("n", inner, resourceGroup="hub", subscriptionId="s1"))
    )

    (network,) = found.values()
    assert network.id.startswith("/subscriptions/s1/resourcegroups/hub/")
    assert network.resource_group == "hub"


def test_what_is_in_a_deployment_in_doubt_is_in_doubt() -> None:
    inner = template(resource("A.B/c", "thing", properties={"v": 1}))
    found, notes = records(template(nested("n", inner, **MAYBE), parameters=FLAG))

    assert "--set maybe=" in str(value_of(found, "a.b/c/thing", "v"))
    assert any("whether `thing`" in it for it in said(notes))


def linked(**link: str) -> dict[str, Any]:
    properties = {"mode": "Incremental", "templateLink": link}
    properties["parameters"] = {"p": {"value": "linked"}}  # type: ignore[assignment]
    return resource(DEPLOYMENT, "n", properties=properties)


OTHER = template(THING, parameters=required("p"))


def test_a_template_linked_by_a_relative_path_is_part_of_the_other() -> None:
    found, notes = records(
        template(linked(relativePath="sub/other.json")), ("sub/other.json", OTHER)
    )

    assert value_of(found, "a.b/c/thing", "v") == "linked"
    assert not said(notes)


@pytest.mark.parametrize(
    "link",
    [
        {"uri": "https://example.org/other.json"},
        {"relativePath": "https://example.org/other.json"},
        {"relativePath": "../other.json"},
        {"relativePath": "/etc/passwd"},
        {"relativePath": "[parameters('path')]"},
        {"id": "/subscriptions/x/templateSpecs/y"},
    ],
)
def test_a_template_that_is_not_in_the_input_is_told(link: dict[str, str]) -> None:
    main_template = template(linked(**link), parameters=required("path"))
    found, notes = records(main_template, ("other.json", template()))

    assert all(isinstance(it, Change) for it in found.values())
    assert any("what the deployment `n` makes is not known" in it for it in said(notes))


def test_symbolic_names_refer_to_resources_and_existing_ones_are_not_made() -> None:
    main_template = template(
        languageVersion="2.0",
        parameters={"prefix": {"$ref": "#/definitions/cidr"}},
        definitions={"cidr": {"type": "string", "nullable": True}},
    )
    main_template["resources"] = {
        "network": resource(
            VNET,
            "v",
            properties={"addressSpace": {"addressPrefixes": ["10.0.0.0/16"]}},
        ),
        "other": resource(VNET, "w", existing=True),
        "many": resource(
            NSG,
            "[format('g{0}', copyIndex())]",
            copy={"name": "many", "count": 2},
            properties={"n": "[copyIndex()]"},
        ),
        "thing": resource(
            "A.B/c",
            "thing",
            properties={
                "space": "[reference('network').addressSpace.addressPrefixes[0]]",
                "guid": "[reference('network').resourceGuid]",
                "second": "[reference('many[1]').n]",
                "all": "[map(references('many'), lambda('m', lambdaVariables('m').n))]",
                "full": "[reference('network', '2020-01-01', 'full').id]",
                "there": "[reference('other').addressSpace]",
                "prefix": "[coalesce(parameters('prefix'), 'none')]",
            },
        ),
    }
    found, notes = records(main_template)

    key = "a.b/c/thing"
    assert not said(notes)
    assert f"{VNET}/w".lower() not in found
    assert value_of(found, key, "space") == "10.0.0.0/16"
    assert "after the deployment" in str(value_of(found, key, "guid"))
    assert value_of(found, key, "second") == 1
    assert value_of(found, key, "all") == [0, 1]
    assert str(value_of(found, key, "full")).lower().endswith("virtualnetworks/v")
    assert "after the deployment" in str(value_of(found, key, "there"))
    assert value_of(found, key, "prefix") == "none"


def test_functions_of_the_user_see_their_own_parameters() -> None:
    member = {
        "parameters": [{"name": "P", "type": "string"}],
        "output": {"type": "string", "value": "[concat('<', parameters('p'), '>')]"},
    }
    thing = resource("A.B/c", "thing", properties={"v": "[my.Quoted('x')]"})
    found, _ = records(
        template(thing, functions=[{"namespace": "My", "members": {"quoted": member}}])
    )

    assert value_of(found, "a.b/c/thing", "v") == "<x>"


@pytest.mark.parametrize(
    "sections",
    [
        {"variables": {"a": "[variables('b')]", "b": "[variables('a')]"}},
        {"variables": {"a": "[concat('x]"}},
        {"variables": {"b": 1}},
        {"variables": {"a": "[parameters('nowhere')]"}},
        {"variables": {"a": {"copy": [{"name": "x", "count": 801, "input": 1}]}}},
        {"variables": {"a": {"copy": [{"name": "x", "count": -1, "input": 1}]}}},
        {"variables": {"a": {"copy": [{"name": "x", "count": "no", "input": 1}]}}},
        {"variables": {"a": "[copyIndex()]"}},
        {
            "functions": [{"namespace": "n", "members": {"f": {"output": {}}}}],
            "variables": {"a": "[n.f()]"},
        },
    ],
)
def test_what_cannot_be_evaluated_is_told_and_unknown(sections: Any) -> None:
    thing = resource("A.B/c", "thing", properties={"v": "[variables('a')]", "w": 1})
    found, notes = records(template(thing, **sections))

    assert value_of(found, "a.b/c/thing", "w") == 1
    assert any(it.level is Level.ERROR for it in notes.diagnostics)
    assert all(it.origin is not None for it in notes.diagnostics)


def test_scripts_that_a_deployment_runs_are_told() -> None:
    script = resource("Microsoft.Resources/deploymentScripts", "s", properties={})
    _, notes = records(template(script))

    assert any("is not read" in it for it in said(notes))


def test_the_same_names_of_what_is_not_known_still_link(tmp_path: Path) -> None:
    name = "[concat('nsg-', uniqueString(resourceGroup().id))]"
    subnet = {
        "name": "[parameters('subnet')]",
        "properties": {
            "addressPrefix": "10.0.0.0/24",
            "networkSecurityGroup": {"id": f"[resourceId('{NSG}', {name[1:-1]})]"},
        },
    }
    network = resource(
        VNET,
        "v",
        properties={
            "addressSpace": {"addressPrefixes": ["10.0.0.0/16"]},
            "subnets": [subnet],
        },
    )
    aks = cluster()
    pool = {"name": "main"}
    pool["vnetSubnetID"] = f"[resourceId('{VNET}/subnets', 'v', parameters('subnet'))]"
    aks["properties"]["agentPoolProfiles"] = [pool]
    read = snapshot(
        tmp_path,
        main=template(
            resource(NSG, name, properties={"securityRules": []}),
            network,
            aks,
            parameters=required("subnet"),
        ),
    )

    (place,) = read.fabric.subnets
    (group, *_) = [
        it for it in read.fabric.security_groups if it.name.startswith("nsg-")
    ]
    assert place.security_group.value == group.id
    assert read.cluster is not None
    assert read.cluster.pools[0].subnet.value == place.id


def test_several_templates_are_taken_to_go_to_one_group(tmp_path: Path) -> None:
    read = snapshot(
        tmp_path,
        a=template(resource(VNET, "v", properties={}), parameters=required("p")),
        b=template(resource(NSG, "g", properties={}), parameters=required("p")),
    )

    assert any(it.id == "one-resource-group" for it in read.assumptions)


COMMENTED = """
// a template
{
  "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
  "contentVersion": "1.0.0.0", /* of
  two lines */
  "variables": {
    "long": "[concat('a',
      'b')]", // and more
    "url": "https://example.org/*no comment*/",
  },
  "resources": [
    {
      "type": "Microsoft.Network/networkSecurityGroups",
      "name": "[variables('long')]",
      "location": "[variables('nowhere')]",
    },
  ],
}
"""


def test_comments_commas_and_long_strings_are_accepted(tmp_path: Path) -> None:
    read = snapshot(tmp_path, main=COMMENTED)

    assert [it.name for it in read.fabric.security_groups] == ["ab"]
    (told,) = [it for it in read.diagnostics if "nowhere" in it.what]
    assert str(told.origin).endswith("main.json:16")


def test_a_trace_names_the_expression_that_leaves_it_open(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    snapshot(tmp_path, main=POLICY)
    (tmp_path / "app.yaml").write_text(
        "apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: n}\n"
        "spec: {containers: [{name: c, image: i}]}\n---\n"
        "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n"
        "metadata: {name: deny, namespace: n}\n"
        "spec: {podSelector: {}, policyTypes: [Egress]}\n",
        encoding="utf-8",
    )
    run(["trace", "n/a", "10.9.9.9:80", str(tmp_path), "--unknown", "ok"])

    told = " ".join(capsys.readouterr().out.split())
    assert "`[parameters('networkPolicy')]` has no value" in told
    assert "`--set networkPolicy=…`" in told


def test_a_zone_with_names_that_are_not_known_is_not_complete(tmp_path: Path) -> None:
    vault = resource("Microsoft.KeyVault/vaults", "[parameters('vault')]")
    vault["properties"] = {}
    zone_kind = "Microsoft.Network/privateDnsZones"
    zone = resource(zone_kind, "privatelink.vaultcore.azure.net", properties={})
    endpoint_kind = "Microsoft.Network/privateEndpoints"
    endpoint = resource(endpoint_kind, "pe")
    target = "[resourceId('Microsoft.KeyVault/vaults', parameters('vault'))]"
    endpoint["properties"] = {
        "privateLinkServiceConnections": [
            {"properties": {"privateLinkServiceId": target, "groupIds": ["vault"]}}
        ]
    }
    zone_id = f"[resourceId('{zone_kind}', 'privatelink.vaultcore.azure.net')]"
    group = resource(f"{endpoint_kind}/privateDnsZoneGroups", "pe/default")
    group["properties"] = {
        "privateDnsZoneConfigs": [{"properties": {"privateDnsZoneId": zone_id}}]
    }
    main_template = template(vault, zone, endpoint, group, parameters=required("vault"))
    read = snapshot(tmp_path, main=main_template)
    (found,) = read.fabric.zones
    assert not found.complete.known

    options = LoadOptions(parameters=(("vault", "kv"),))
    (found,) = snapshot(tmp_path, options=options, main=main_template).fabric.zones
    assert found.complete.is_surely(value=True)


def test_what_another_tool_fills_into_a_parameter_file_is_not_known() -> None:
    main = template(
        resource(
            "A.B/c",
            "thing",
            properties={
                "whole": "[parameters('whole')]",
                "part": "[parameters('part')]",
                "flag": "[parameters('flag')]",
                "plain": "[parameters('plain')]",
            },
        ),
        parameters={
            **required("whole", "part", "plain"),
            **required("flag", kind="bool"),
        },
    )
    file = parameter_file(
        whole="${NAME}", part="a-${NAME=x}", flag="${ON=false}", plain="${ a"
    )
    found, notes = records(main, ("main.parameters.json", file))
    for key in ("whole", "part", "flag"):
        assert "is filled in when" in str(value_of(found, "a.b/c/thing", key))
    assert value_of(found, "a.b/c/thing", "plain") == "${ a"
    assert not said(notes)
