"""Folders and files of Bicep: what is deployed, with which values, and bad input."""

# ruff: noqa: E501  (lines of Bicep are not broken)

import json
from pathlib import Path

import pytest

from arm_templates import parameter_file, said, template
from bicep_sources import bicep_records, bicep_snapshot, body, write
from seawall.app.cli.main import run
from seawall.ingest import LoadOptions, load
from seawall.ingest.resource import Change
from seawall.model.dataplane import PolicyEngine
from seawall.model.diagnostic import Level

CLUSTER = """
param engine string
param location string = 'westeurope'
resource aks 'Microsoft.ContainerService/managedClusters@2025-01-01' = {
  name: 'aks'
  location: location
  properties: {
    agentPoolProfiles: [ { name: 'main' } ]
    networkProfile: {
      networkPlugin: 'azure'
      networkPolicy: engine
    }
  }
}
"""
NSG = "microsoft.network/networksecuritygroups"
ONE = """
param name string = 'web'
param rules array = []
resource group 'Microsoft.Network/networkSecurityGroups@2024-05-01' = {
  name: name
  properties: { securityRules: rules }
}
output id string = group.id
output name string = group.name
"""


def test_a_setting_points_at_its_line(tmp_path: Path) -> None:
    found = bicep_snapshot(
        tmp_path,
        main__bicep=CLUSTER,
        options=LoadOptions(parameters=(("engine", "calico"),)),
    )
    assert found.cluster is not None
    assert found.cluster.policy_engine.is_surely(PolicyEngine.CALICO)
    assert str(found.cluster.policy_engine.origin).endswith("main.bicep:11")
    assert [it.kind for it in found.inputs] == ["bicep"]


def test_a_parameter_without_a_value_leaves_the_setting_unknown(tmp_path: Path) -> None:
    found = bicep_snapshot(tmp_path, main__bicep=CLUSTER)
    assert found.cluster is not None
    assert not found.cluster.policy_engine.known
    assert "`param engine` has no value" in found.cluster.policy_engine.why


@pytest.mark.parametrize("name", ["main__parameters__json", "prod__bicepparam"])
def test_a_parameter_file_gives_values(tmp_path: Path, name: str) -> None:
    text = json.dumps(parameter_file(engine="cilium"))
    if name.endswith("bicepparam"):
        text = "using 'main.bicep'\nvar engines = { a: 'cilium' }\nparam engine = engines.a\n"
    found = bicep_snapshot(tmp_path, main__bicep=CLUSTER, **{name: text})
    assert found.cluster is not None
    assert found.cluster.policy_engine.is_surely(PolicyEngine.CILIUM)


def test_of_several_parameter_files_only_the_one_that_is_named_holds(
    tmp_path: Path,
) -> None:
    write(
        tmp_path,
        main__bicep=CLUSTER,
        dev__bicepparam="using 'main.bicep'\nparam engine = 'calico'\n",
        prod__bicepparam="using './main.bicep'\nparam engine = 'cilium'\n",
    )
    found = load([tmp_path])
    assert found.cluster is not None
    assert not found.cluster.policy_engine.known
    assert any("2 parameter files could belong" in it.what for it in found.diagnostics)
    found = load([tmp_path, tmp_path / "prod.bicepparam"])
    assert found.cluster is not None
    assert found.cluster.policy_engine.is_surely(PolicyEngine.CILIUM)


def test_options_hold_before_a_parameter_file(tmp_path: Path) -> None:
    found = bicep_snapshot(
        tmp_path,
        main__bicep=CLUSTER,
        main__bicepparam="using 'main.bicep'\nparam engine = 'calico'\n",
        options=LoadOptions(parameters=(("engine", "azure"),)),
    )
    assert found.cluster is not None
    assert found.cluster.policy_engine.is_surely(PolicyEngine.NPM)


def test_a_parameter_file_computes_and_refers_to_its_own_parameters() -> None:
    found, notes = bicep_records(
        "param a string\nparam b string\n" + ONE.replace("'web'", "'${a}-${b}'"),
        (
            "x.bicepparam",
            "using 'main.bicep'\nparam a = toLower('A')\nparam b = '${a}-${readEnvironmentVariable('X')}'\n",
        ),
    )
    (record,) = found.values()
    assert record.name.startswith("a-a-{")
    assert not said(notes)


def test_a_local_module_is_deployed_with_what_it_is_given() -> None:
    found, notes = bicep_records(
        """
param open bool = true
module one 'modules/one.bicep' = {
  name: 'one'
  params: {
    name: 'one'
    rules: [ { name: 'a', properties: { priority: open ? 100 : 200 } } ]
  }
}
resource net 'Microsoft.Network/virtualNetworks@2024-05-01' = {
  name: 'net'
  properties: { group: one.outputs.id, name: one.outputs.name }
}
""",
        ("modules/one.bicep", ONE),
    )
    group = found[f"{NSG}/one"]
    assert body(group)["properties"]["securityRules"][0]["properties"] == {
        "priority": 100
    }
    assert str(group.origin) == "modules/one.bicep:4"
    net = body(found["microsoft.network/virtualnetworks/net"])
    assert net["properties"]["name"] == "one"
    assert net["properties"]["group"].lower() == group.id
    assert not said(notes)


def test_modules_in_a_loop_are_deployed_each_with_its_own() -> None:
    found, _ = bicep_records(
        """
var all = [ 'a', 'b' ]
module each 'one.bicep' = [for (name, i) in all: if (i < 5) {
  name: 'each-${i}'
  params: { name: 'nsg-${name}' }
}]
resource net 'Microsoft.Network/virtualNetworks@2024-05-01' = {
  name: 'net'
  properties: {
    first: each[0].outputs.name
    names: map(each, m => m.outputs.name)
    loop: [for i in range(0, 2): each[i].outputs.name]
  }
}
""",
        ("one.bicep", ONE),
    )
    assert f"{NSG}/nsg-a" in found
    assert f"{NSG}/nsg-b" in found
    properties = body(found["microsoft.network/virtualnetworks/net"])["properties"]
    assert properties["first"] == "nsg-a"
    assert properties["names"] == ["nsg-a", "nsg-b"]
    assert properties["loop"] == ["nsg-a", "nsg-b"]


def test_what_a_module_gives_is_null_where_its_condition_does_not_hold() -> None:
    found, _ = bicep_records(
        """
module off 'one.bicep' = if (false) { name: 'off' }
resource net 'Microsoft.Network/virtualNetworks@2024-05-01' = {
  name: 'net'
  properties: { a: off.?outputs.name ?? 'none' }
}
""",
        ("one.bicep", ONE),
    )
    assert f"{NSG}/web" not in found
    net = body(found["microsoft.network/virtualnetworks/net"])
    assert net["properties"]["a"] == "none"


def test_a_module_goes_where_its_scope_says() -> None:
    found, _ = bicep_records(
        """
targetScope = 'subscription'
resource rg 'Microsoft.Resources/resourceGroups@2024-03-01' = {
  name: 'rg-a'
  location: 'westeurope'
}
module a 'one.bicep' = { name: 'a', scope: rg, params: { name: 'a' } }
module b 'one.bicep' = { name: 'b', scope: resourceGroup('rg-b'), params: { name: 'b' } }
module c 'one.bicep' = { name: 'c', scope: resourceGroup('5', 'rg-c'), params: { name: 'c' } }
""",
        ("one.bicep", ONE),
    )
    groups = {it.name: it.id for it in found.values() if it.type == NSG}
    assert groups["a"].split("/")[3:5] == ["resourcegroups", "rg-a"]
    assert groups["b"].split("/")[3:5] == ["resourcegroups", "rg-b"]
    assert groups["c"].split("/")[2:5] == ["5", "resourcegroups", "rg-c"]


@pytest.mark.parametrize(
    "path",
    [
        "../outside.bicep",
        "missing.bicep",
        "/etc/passwd",
        "br/public:avm/res/some/thing:1.0.0",
        "ts:1/2/3:4",
        "https://example.org/a.bicep",
    ],
)
def test_a_module_that_is_not_in_the_input_is_told_and_not_opened(path: str) -> None:
    text = f"module m '{path}' = {{ name: 'm' }}\n" + ONE.replace(
        "name: name", "name: m.outputs.name"
    )
    found, notes = bicep_records(text)
    assert any("what the deployment `m` makes is not known" in it for it in said(notes))
    (record,) = found.values()
    assert record.name.startswith("{")


def test_modules_that_lead_to_each_other_end_in_an_error() -> None:
    text = "module m 'other.bicep' = { name: 'm' }\n" + ONE
    other = "module m 'main.bicep' = { name: 'm' }\n"
    _, notes = bicep_records(text, ("other.bicep", other))
    assert any("nested deeper" in it.why for it in notes.diagnostics)


@pytest.mark.parametrize(
    "text",
    [
        "var a = b\nvar b = a\n",
        """
resource a 'Microsoft.Network/networkSecurityGroups@2024-05-01' = { name: b.name }
resource b 'Microsoft.Network/networkSecurityGroups@2024-05-01' = { name: a.name }
""",
        "param a string = a\n",
        "func f(n int) int => f(n)\nvar a = f(1)\n",
    ],
)
def test_what_refers_to_itself_is_unknown(text: str) -> None:
    used = ONE.replace(
        "name: name", "name: string(a)" if "var a" in text else "name: 'x'"
    )
    found, _ = bicep_records(text + used)
    assert found


def test_what_a_named_file_does_not_lead_to_is_not_deployed(tmp_path: Path) -> None:
    write(
        tmp_path,
        main__bicep="module m 'modules/one.bicep' = { name: 'm' }\n",
        other__bicep=ONE.replace("'web'", "'other'"),
        modulesSone__bicep=ONE,
    )
    both = load([tmp_path])
    assert {it.name for it in both.fabric.security_groups} == {"web", "other"}
    one = load([tmp_path / "main.bicep", tmp_path])
    assert {it.name for it in one.fabric.security_groups} == {"web"}


def test_files_that_try_others_out_are_deployed_only_when_they_are_named(
    tmp_path: Path,
) -> None:
    write(
        tmp_path,
        main__bicep=ONE,
        main__test__bicep="module m 'main.bicep' = {\n  params: { name: 'tried' }\n}\n",
    )
    assert {it.name for it in load([tmp_path]).fabric.security_groups} == {"web"}
    named = load([tmp_path / "main.test.bicep", tmp_path])
    assert {it.name for it in named.fabric.security_groups} == {"tried"}


COMPILED = template(
    {
        "type": "Microsoft.Network/networkSecurityGroups",
        "apiVersion": "2024-05-01",
        "name": "[parameters('name')]",
        "properties": {"securityRules": "[parameters('rules')]"},
    },
    parameters={
        "name": {"type": "string", "defaultValue": "web"},
        "rules": {"type": "array", "defaultValue": []},
    },
    outputs={
        "id": {"type": "string", "value": "x"},
        "name": {"type": "string", "value": "[parameters('name')]"},
    },
)


def test_what_was_compiled_from_a_file_is_read_in_its_place_and_nothing_twice() -> None:
    found, notes = bicep_records(ONE, ("main.json", COMPILED))
    (record,) = found.values()
    assert record.origin.path == "main.json"
    told = [it.what for it in notes.diagnostics if it.level is Level.NOTE]
    assert told == ["`main.json` is read in the place of `main.bicep`"]


def test_what_was_compiled_from_another_state_of_a_file_is_not_read() -> None:
    found, notes = bicep_records("param more string\n" + ONE, ("main.json", COMPILED))
    (record,) = found.values()
    assert record.origin.path == "main.bicep"
    assert said(notes) == [
        "`main.json` was compiled from another state of `main.bicep`"
    ]


def test_a_module_that_was_compiled_is_read_as_compiled() -> None:
    main = "module m 'one.bicep' = { name: 'm', params: { name: 'given' } }\n"
    found, _ = bicep_records(main, ("one.bicep", ONE), ("one.json", COMPILED))
    assert [(it.name, it.origin.path) for it in found.values()] == [
        ("given", "one.json")
    ]


def test_a_module_may_be_a_template() -> None:
    main = "module m 'one.json' = { name: 'm', params: { name: 'given' } }\n"
    found, _ = bicep_records(main, ("one.json", COMPILED))
    assert [it.name for it in found.values()] == ["given"]


def test_a_fault_leaves_what_it_touches_unknown_and_the_rest_is_read() -> None:
    text = ONE + (
        "resource db 'Microsoft.Network/networkSecurityGroups@2024-05-01' = {\n"
        "  name: 'db'\n  properties: {\n    securityRules: [ } ]\n  }\n}\n"
        "resource end 'Microsoft.Network/routeTables@2024-05-01' = { name: 'end' }\n"
    )
    found, notes = bicep_records(text)
    assert f"{NSG}/web" in found
    assert "microsoft.network/routetables/end" in found
    (left,) = (it for key, it in found.items() if it.type == NSG and "web" not in key)
    assert "?" in str(body(left))
    (told,) = [it for it in notes.diagnostics if it.level is Level.ERROR]
    assert str(told.origin) == "main.bicep:13"


def test_a_name_that_nothing_declares_is_told_at_its_line() -> None:
    found, notes = bicep_records(ONE.replace("name: name", "name: nam"))
    (record,) = found.values()
    assert record.name.startswith("{")
    (told,) = [it for it in notes.diagnostics if it.level is Level.ERROR]
    assert str(told.origin) == "main.bicep:5"
    assert told.what == "`nam` is not declared"


def test_secrets_are_not_read() -> None:
    found, _ = bicep_records(
        "@secure()\nparam key string = 'hunter2'\n"
        + ONE.replace("name: name", "name: key")
    )
    (record,) = found.values()
    assert "hunter2" not in record.name


@pytest.mark.parametrize(
    "verb", [["check"], ["explain-input"], ["trace", "10.0.0.1", "10.0.0.2:80"]]
)
def test_every_verb_takes_bicep(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], verb: list[str]
) -> None:
    write(tmp_path, main__bicep=CLUSTER)
    run([*verb, str(tmp_path / "main.bicep"), "--set", "engine=azure"])
    out = capsys.readouterr()
    assert out.out
    assert "nothing in" not in out.err
    assert "Traceback" not in out.err


NAMES = """
var start = 'nsg'
@export()
var prefix = '${start}-x'
@export()
func named(n string) string => '${prefix}-${suffixed(n)}'
func suffixed(n string) string => '${n}-end'
@export()
type short = 'web' | 'db'
"""


@pytest.mark.parametrize(
    "text",
    [
        "import { named, short as kind } from 'lib/names.bicep'\n"
        "param n kind = 'web'\n" + ONE.replace("name: name", "name: named(n)"),
        "import * as lib from './lib/names.bicep'\n"
        "param n lib.short = 'web'\n" + ONE.replace("name: name", "name: lib.named(n)"),
        "import { prefix as p } from 'lib/names.bicep'\n"
        + ONE.replace("name: name", "name: '${p}-web-end'"),
        "import * as lib from 'lib/names.bicep'\n"
        + ONE.replace("name: name", "name: '${lib.prefix}-web-end'"),
    ],
)
def test_what_is_imported_means_what_it_means_where_it_is_declared(text: str) -> None:
    found, notes = bicep_records(text, ("lib/names.bicep", NAMES))
    assert list(found) == [f"{NSG}/nsg-x-web-end"]
    assert not said(notes)


def test_a_file_of_names_alone_is_no_deployment() -> None:
    text = "import { named } from 'lib/names.bicep'\n" + ONE
    _, notes = bicep_records(text, ("lib/names.bicep", NAMES), named="")
    assert not [it for it in notes.assumptions if it.id == "one-resource-group"]
    assert not notes.diagnostics


def test_what_is_imported_from_elsewhere_is_unknown_and_named() -> None:
    text = "import { named } from 'br/public:x/y:1.0.0'\n" + ONE.replace(
        "name: name", "name: named('x')"
    )
    found, _ = bicep_records(text)
    (record,) = found.values()
    assert record.name.startswith("{")


def test_data_of_the_input_is_loaded_and_nothing_else(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    write(
        folder,
        main__bicep="""
resource net 'Microsoft.Network/virtualNetworks@2024-05-01' = {
  name: '${loadYamlContent('data/more.yaml', '$.a[1].b')}-${loadTextContent('data/text.txt')}'
}
resource other 'Microsoft.Network/virtualNetworks@2024-05-01' = {
  name: 'x${loadTextContent('../secret.txt')}'
}
resource third 'Microsoft.Network/virtualNetworks@2024-05-01' = {
  name: 'y${loadJsonContent('data/none.json')}'
}
""",
        dataSmore__yaml="a:\n  - b: 1\n  - b: 2\n",
        dataStext__txt="plain",
    )
    (tmp_path / "secret.txt").write_text("hidden")
    names = sorted(it.name for it in load([folder]).fabric.networks)
    assert names[0] == "2-plain"
    assert [it[:2] for it in names[1:]] == ["x{", "y{"]
    assert "hidden" not in str(names)


def test_loaded_data_keeps_its_own_place_and_is_never_evaluated(tmp_path: Path) -> None:
    rules = [
        {
            "name": "a",
            "properties": {
                "priority": 100,
                "description": "[fault(]",
                "direction": "Inbound",
                "access": "Deny",
                "protocol": "*",
                "sourceAddressPrefix": "*",
                "sourcePortRange": "*",
                "destinationAddressPrefix": "*",
                "destinationPortRange": "*",
            },
        }
    ]
    found = bicep_snapshot(
        tmp_path,
        main__bicep=ONE.replace("rules }", "loadJsonContent('rules.json', '$.all') }"),
        rules__json=json.dumps({"all": rules}, indent=1),
    )
    (group,) = found.fabric.security_groups
    rule = group.rules[0]
    assert rule.name == "a"
    assert not [it for it in found.diagnostics if it.level is Level.ERROR]
    assert str(rule.origin).endswith("rules.json:3")


def test_a_restored_copy_of_a_module_is_read_where_it_is_named() -> None:
    text = "module m 'br/public:avm/res/some/thing:1.0.0' = { params: { name: 'x' } }\n"
    copy = "cache/br/registry.example/bicep$avm$res$some$thing/1.0.0$/main.json"
    found, notes = bicep_records(text, (copy, COMPILED))
    assert list(found) == [f"{NSG}/x"]
    assert not said(notes)
    found, _ = bicep_records(text.replace("1.0.0", "2.0.0"), (copy, COMPILED))
    assert all(isinstance(it, Change) for it in found.values())


def test_a_scope_may_be_chosen_by_a_condition_and_stand_in_a_variable() -> None:
    found, _ = bicep_records(
        """
param group string = 'rg-a'
var where = empty(group) ? resourceGroup() : resourceGroup(group)
module m 'one.bicep' = { name: 'm', scope: where }
module n 'one.bicep' = { name: 'n', scope: odd, params: { name: 'n' } }
""",
        ("one.bicep", ONE),
    )
    groups = {it.name: it.resource_group for it in found.values()}
    assert groups["web"] == "rg-a"
    assert groups["n"].startswith("{")


def test_a_parameter_file_may_extend_another_one() -> None:
    text = "param a string = 'x'\nparam b string = 'x'\nparam c string = 'x'\n"
    main = text + ONE.replace("name: name", "name: '${a}-${b}-${c}'")
    base = ("base.bicepparam", "using none\nparam a = 'base'\nparam b = 'base'\n")
    own = "using 'main.bicep'\nextends 'base.bicepparam'\nparam b = 'own'\n"
    found, notes = bicep_records(main, base, ("own.bicepparam", own))
    assert list(found) == [f"{NSG}/base-own-x"]
    assert not said(notes)
    found, _ = bicep_records(main, ("own.bicepparam", own))
    (record,) = found.values()
    assert record.name.startswith("{")
    assert "own" in record.name
    assert record.name.endswith("}")


def test_what_a_parameter_file_loses_gives_no_default() -> None:
    broken = ("x.bicepparam", "using 'main.bicep'\nparm name = 'given'\n")
    found, notes = bicep_records(ONE, broken)
    (record,) = found.values()
    assert record.name.startswith("{")
    assert said(notes)


def test_what_several_parameter_files_give_is_not_known() -> None:
    files = [
        (f"{name}.bicepparam", f"using 'main.bicep'\nparam name = '{name}'\n")
        for name in ("dev", "prod")
    ]
    found, notes = bicep_records(ONE, *files)
    (record,) = found.values()
    assert record.name.startswith("{")
    assert body(record)["properties"]["securityRules"] == []
    assert "2 parameter files could belong to `main.bicep`" in said(notes)


def test_what_an_extension_makes_is_told_and_is_no_resource() -> None:
    text = """
extension kubernetes with { namespace: 'default', kubeConfig: '' } as k8s
resource app 'apps/Deployment@v1' = {
  metadata: { name: 'app' }
}
"""
    found, notes = bicep_records(
        text + ONE.replace("name: name", "name: app.metadata.name")
    )
    (record,) = found.values()
    assert record.name.startswith("{")
    assert said(notes) == ["`app` of type `apps/Deployment` is not read"]


@pytest.mark.parametrize("outer, inner", [("true", "false"), ("false", "true")])
def test_a_resource_in_another_one_needs_the_conditions_of_both(
    outer: str, inner: str
) -> None:
    found, _ = bicep_records(f"""
resource group 'Microsoft.Network/networkSecurityGroups@2024-05-01' = if ({outer}) {{
  name: 'web'

  resource door 'securityRules' = if ({inner}) {{
    name: 'door'
  }}
}}
""")
    assert not any(key.endswith("/door") for key in found)


def test_what_extends_a_resource_is_below_it() -> None:
    found, _ = bicep_records(
        ONE + "resource lock 'Microsoft.Authorization/locks@2020-05-01' = {\n"
        "  name: 'own'\n  scope: group\n}\n"
    )
    group = found[f"{NSG}/web"]
    lock = found["microsoft.authorization/locks/own"]
    assert lock.id == f"{group.id}/providers/microsoft.authorization/locks/own"


def test_a_module_whose_body_cannot_be_read_is_given_nothing_that_is_known() -> None:
    text = "module m 'one.bicep' = {\n  params: { name: 'x' ]\n"
    found, notes = bicep_records(text, ("one.bicep", ONE))
    (record,) = (it for it in found.values() if not isinstance(it, Change))
    assert record.name.startswith("{")
    assert said(notes)


def test_a_declaration_that_is_lost_behind_a_fault_is_told() -> None:
    text = "param a string = )\nresorce b 'x'\nparam c string\n"
    _, notes = bicep_records(text + ONE)
    assert "not all declarations of `main.bicep` can be read" in said(notes)
    _, notes = bicep_records(text.replace("resorce b 'x'\n", "") + ONE)
    assert "not all declarations of `main.bicep` can be read" not in said(notes)


def test_a_parameter_that_a_module_does_not_declare_is_told_at_its_line() -> None:
    main = "module m 'one.bicep' = {\n  name: 'm'\n  params: {\n    nme: 'x'\n  }\n}\n"
    _, notes = bicep_records(main, ("one.bicep", ONE))
    (told,) = [it for it in notes.diagnostics if it.level is Level.ERROR]

    assert told.what.startswith("the deployment `m` is given `nme`")
    assert told.mend.startswith("did you mean `name`?")
    assert str(told.origin) == "main.bicep:4"


def test_what_a_broken_module_declares_is_not_asked_for_its_parameters() -> None:
    main = "module m 'one.bicep' = { name: 'm', params: { more: 'x' } }\n"
    _, notes = bicep_records(main, ("one.bicep", ONE + "\nparm more string\n"))

    assert not [it for it in notes.diagnostics if "is given" in it.what]


def test_a_name_that_nothing_declares_is_told_with_the_nearest_one() -> None:
    _, notes = bicep_records("param region string = 'x'\noutput o string = reigon\n")
    (told,) = [it for it in notes.diagnostics if it.level is Level.ERROR]

    assert told.mend == "did you mean `region`? Or declare it"
