"""What cannot be read, or comes from names that nobody knows, is never left out."""

# ruff: noqa: E501  (lines of Bicep are not broken)

from pathlib import Path

import pytest

from doubtful_inputs import POD
from seawall.app.cli.main import run
from seawall.ingest import load
from seawall.ingest.bicep.language.parser import parse
from seawall.ingest.bicep.language.syntax import Resource
from seawall.model.dataplane import PolicyEngine

NETWORK = """
resource nsg 'Microsoft.Network/networkSecurityGroups@2023-09-01' = {
  name: 'nsg'
}

resource net 'Microsoft.Network/virtualNetworks@2023-09-01' = {
  name: 'net'
  properties: {
    addressSpace: { addressPrefixes: ['10.1.0.0/16'] }
    subnets: [
      { name: 'nodes', properties: { addressPrefix: '10.1.0.0/20', networkSecurityGroup: { id: nsg.id } } }
    ]
  }
}

resource aks 'Microsoft.ContainerService/managedClusters@2024-02-01' = {
  name: 'aks'
  properties: {
    agentPoolProfiles: [ { name: 'sys', count: 2, vnetSubnetID: '${net.id}/subnets/nodes' } ]
    networkProfile: { networkPlugin: 'azure', networkPluginMode: 'overlay', networkPolicy: 'cilium' }
  }
}
"""
RULE = """resource rule 'Microsoft.Network/networkSecurityGroups/securityRules@2023-09-01' = {
  parent: nsg
  name: 'shut'
  properties: { priority: 100, direction: 'Outbound', access: 'Deny', protocol: '*', sourceAddressPrefix: '*', sourcePortRange: '*', destinationAddressPrefix: '*', destinationPortRange: '*' }
}
"""


def verdict(
    folder: Path, capsys: pytest.CaptureFixture[str], main: str, **files: str
) -> str:
    named = {it.replace("__", "."): text for it, text in files.items()}
    for name, text in {"main.bicep": main, "pod.yaml": POD, **named}.items():
        (folder / name).write_text(text, encoding="utf-8")
    run(["trace", "shop/web", "93.184.216.34:443", str(folder)])
    return capsys.readouterr().out.split()[0]


def test_the_network_is_open_and_the_rule_shuts_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert verdict(tmp_path, capsys, NETWORK) == "ALLOWED"
    assert verdict(tmp_path, capsys, NETWORK + RULE) == "DENIED"


@pytest.mark.parametrize(
    "fault",
    [
        "var x = concat('a',\n",
        "var x = [\n  'a'\n",
        "output x string = 'a${\n",
        "output x array = [\n",
        "param x string = (1\n",
    ],
)
def test_a_fault_takes_no_other_declaration_with_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], fault: str
) -> None:
    assert verdict(tmp_path, capsys, NETWORK + fault + RULE) == "DENIED"


@pytest.mark.parametrize(
    "lost",
    [
        RULE.replace("resource", "resorce"),
        RULE.replace("rule", "2rule", 1),
        RULE.replace("securityRules@2023-09-01'", "securityRules@2023-09-01"),
        "var x = '''\n" + RULE,
        "@description('a'\nparam x string\n" + RULE,
        "var x = concat('a',\n" + RULE.replace("resource", "  resource"),
        "resource more 'Microsoft.Network/networkSecurityGroups@2023-09-01' exising = {\n  name: 'nsg'\n}\n"
        + RULE.replace("parent: nsg", "parent: more"),
        "module far 'far.bicep' = {\n  name: 'far'\n  params: (\n}\n",
        "resource more 'Microsoft.Network/networkSecurityGroups@2023-09-01' = {\n  name: 'b' 'c'\n",
    ],
)
def test_a_declaration_that_is_lost_leaves_the_verdict_open(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], lost: str
) -> None:
    assert verdict(tmp_path, capsys, NETWORK + lost) == "UNKNOWN"


def test_a_name_behind_a_value_that_cannot_be_read_may_be_any(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    held = "  pro : -perties: {\n    securityRules: []\n  }\n"
    main = NETWORK.replace("  name: 'nsg'\n", f"  name: 'nsg'\n{held}", 1)
    assert verdict(tmp_path, capsys, main) == "UNKNOWN"


def lost_of(kind: str) -> str:
    return f"resource lost '{kind}@2023-09-01' = {{\n  name: 'b' 'c'\n"


@pytest.mark.parametrize(
    "kind",
    [
        "Microsoft.Storage/storageAccounts",
        "Microsoft.Network/publicIPAddresses",
        "Microsoft.Network/networkSecurityGroupsOfAnother",
    ],
)
def test_a_lost_resource_of_a_type_that_rules_nothing_here_opens_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], kind: str
) -> None:
    assert verdict(tmp_path, capsys, NETWORK + lost_of(kind)) == "ALLOWED"
    whole = NETWORK + RULE + lost_of(kind)
    assert verdict(tmp_path, capsys, whole) == "DENIED"


@pytest.mark.parametrize(
    "kind",
    [
        "Microsoft.Network/networkSecurityGroups",
        "Microsoft.Network/networkSecurityGroups/securityRules",
        "microsoft.network/virtualnetworks",
        "Microsoft.Network/virtualNetworks/subnets",
    ],
)
def test_a_lost_resource_of_a_type_that_may_rule_leaves_the_verdict_open(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], kind: str
) -> None:
    main = NETWORK.replace(", networkSecurityGroup: { id: nsg.id }", "")
    if "Groups" in kind:
        main = NETWORK
    assert verdict(tmp_path, capsys, main + lost_of(kind)) == "UNKNOWN"


@pytest.mark.parametrize("parent", ["nsgg", "nsg nsg", "concat('n', 'sg')"])
def test_a_part_of_what_is_not_declared_may_belong_to_any(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], parent: str
) -> None:
    rule = RULE.replace("parent: nsg", f"parent: {parent}")
    assert verdict(tmp_path, capsys, NETWORK + rule) == "UNKNOWN"


def test_a_lost_value_opens_nothing_else(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lost = "param x string = 'a' 'b'\noutput y string = 1 2\n"
    assert verdict(tmp_path, capsys, NETWORK + lost + RULE) == "DENIED"


def test_a_declaration_with_decorators_that_is_faulty_is_told_once() -> None:
    text = "@description('a')\n@secure()\nparam x string = )\nparam y string\n"
    found = parse(text, "main.bicep")
    assert [it.name for it in found.declarations] == ["x", "y"]
    assert len(found.faults) == 1
    assert not found.broken


def test_keys_at_the_edge_are_no_declarations() -> None:
    text = "resource a 'A/b@1' = {\nname: 'a'\ntype: 'x'\nparam: 1\n}\n"
    found = parse(text, "main.bicep")
    assert not found.faults
    assert not found.broken
    assert [type(it) for it in found.declarations] == [Resource]


CLUSTER = """
param engine string = 'none'
resource aks 'Microsoft.ContainerService/managedClusters@2024-02-01' = {
  name: 'aks'
  properties: {
    agentPoolProfiles: [ { name: 'sys' } ]
    networkProfile: { networkPlugin: 'azure', networkPolicy: engine }
  }
}
"""


@pytest.mark.parametrize(
    ("base", "own", "engine"),
    [
        ("var p = 'azure'\nparam engine = p\n", "", PolicyEngine.NPM),
        ("var p = 'azure'\nparam engine = p\n", "var p = 'calico'\n", None),
        ("var p = 'azure'\nvar q = p\nparam engine = q\n", "var p = 'calico'\n", None),
        (
            "var p = 'azure'\nvar q = p\nvar r = q\nparam engine = r\n",
            "var p = 'calico'\n",
            None,
        ),
        ("param engine = loadJsonContent('e.json').v\n", "", None),
    ],
)
def test_what_an_extended_file_gives_is_sure_only_by_its_own_names_and_folder(
    tmp_path: Path, base: str, own: str, engine: PolicyEngine | None
) -> None:
    below = tmp_path / "shared"
    below.mkdir()
    (below / "base.bicepparam").write_text(f"using none\n{base}", encoding="utf-8")
    (below / "e.json").write_text('{"v": "azure"}', encoding="utf-8")
    (tmp_path / "e.json").write_text('{"v": "calico"}', encoding="utf-8")
    (tmp_path / "main.bicep").write_text(CLUSTER, encoding="utf-8")
    (tmp_path / "main.bicepparam").write_text(
        f"using 'main.bicep'\nextends 'shared/base.bicepparam'\n{own}", encoding="utf-8"
    )
    cluster = load([tmp_path]).cluster
    assert cluster is not None
    if engine is None:
        assert not cluster.policy_engine.known
    else:
        assert cluster.policy_engine.is_surely(engine)


GROUP = "br/public:avm/res/network/network-security-group:0.5.0"
BY_MODULE = NETWORK.replace(
    """resource nsg 'Microsoft.Network/networkSecurityGroups@2023-09-01' = {
  name: 'nsg'
}""",
    "var more = { securityRules: [] }\nmodule nsg '" + GROUP + "' = { PARAMS }",
).replace("nsg.id", "nsg.outputs.resourceId")


def test_parameters_of_a_known_module_that_are_not_written_out_are_not_known(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plain = BY_MODULE.replace("PARAMS", "params: { name: 'nsg' }")
    assert verdict(tmp_path, capsys, plain) == "ALLOWED"
    spread = BY_MODULE.replace("PARAMS", "params: { name: 'nsg', ...more }")
    assert verdict(tmp_path, capsys, spread) == "UNKNOWN"
    union = BY_MODULE.replace("PARAMS", "params: union({ name: 'nsg' }, more)")
    assert verdict(tmp_path, capsys, union) == "UNKNOWN"


def test_an_alias_that_settings_define_is_not_taken_for_the_public_registry(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plain = BY_MODULE.replace("PARAMS", "params: { name: 'nsg' }")
    own = '{"moduleAliases": {"br": {"public": {"registry": "example.azurecr.io"}}}}'
    assert verdict(tmp_path, capsys, plain, bicepconfig__json=own) == "UNKNOWN"
    other = own.replace("public", "own")
    assert verdict(tmp_path, capsys, plain, bicepconfig__json=other) == "ALLOWED"
