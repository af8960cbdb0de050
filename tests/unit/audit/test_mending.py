"""Changes that mend findings: proved, or not offered."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from textwrap import dedent

import pytest

from seawall.app.cli.main import run
from seawall.audit import mending
from seawall.audit.discover import all_rules
from seawall.audit.finding import Finding
from seawall.audit.mending import with_fixes
from seawall.audit.rule import Proposal, Rule
from seawall.ingest import load
from seawall.model.filter import Access
from seawall.model.trace import DecidingRule, HeaderView, Hop, Layer, Verdict
from seawall.query.case import Case
from seawall.query.fix.association import association
from seawall.query.fix.removal import RemovalChange, removals
from seawall.query.fix.search import applied
from seawall.query.intents.answer import judge_all
from terraform_folders import read_text

RULES = {rule.code: rule for rule in all_rules()}
DAY = date(2026, 11, 29)


def case_of(code: str, folder: Path, *swaps: tuple[str, str], **more: str) -> Case:
    files = {**RULES[code].bad, **{f"{name}.yaml": more[name] for name in more}}
    for name, text in files.items():
        body = dedent(text).lstrip("\n")
        for old, new in swaps:
            body = body.replace(old, new)
        (folder / name).write_text(body, encoding="utf-8")
    return Case(load([folder]))


def mended(case: Case, rule: Rule, *, wanted: bool = True) -> list[Finding]:
    tested = judge_all(case, case.snapshot.intents, DAY)
    return list(with_fixes(case, list(rule.check(case)), tested, wanted=wanted))


@pytest.mark.parametrize(
    "code",
    ["AKS103", "AKS106", "AKS204", "AKS403", "AKS415", "AKS501", "AKS502"],
)
def test_a_fix_ends_the_finding_and_can_be_carried_out(
    code: str, tmp_path: Path
) -> None:
    case = case_of(code, tmp_path)
    found = [item for item in mended(case, RULES[code]) if item.fix]
    assert found
    for item in found:
        assert item.fix is not None
        after = applied(case, item.fix.changes)
        assert item not in list(RULES[code].check(after))
        assert all(change.snippets() for change in item.fix.changes)
        assert not item.fix.says.endswith(".")


def test_ranges_that_restrict_nothing_go_where_others_are_left(tmp_path: Path) -> None:
    case = case_of("AKS101", tmp_path, ("[0.0.0.0/0]", "[0.0.0.0/0, 203.0.113.0/28]"))
    (found,) = mended(case, RULES["AKS101"])
    assert found.fix is not None
    (change,) = found.fix.changes
    forms = {each.form: each.text for each in change.snippets()}
    assert "--api-server-authorized-ip-ranges 203.0.113.0/28" in forms["az"]
    assert 'authorized_ip_ranges = ["203.0.113.0/28"]' in forms["terraform"]
    assert "'203.0.113.0/28'" in forms["bicep"]


def test_no_range_is_made_up(tmp_path: Path) -> None:
    (found,) = mended(case_of("AKS101", tmp_path), RULES["AKS101"])
    assert found.fix is None


ANY = (
    "networkRuleCollections: []",
    (
        "networkRuleCollections:\n    - name: any\n      properties:\n"
        "        priority: 100"
        "\n        action: {type: Allow}\n        rules:\n          - name: any"
        "\n            protocols: [Any]\n            sourceAddresses: ['*']"
        "\n            destinationAddresses: ['*']\n            destinationPorts: ['*']"
    ),
)


def test_a_subnet_gets_the_table_of_the_others_if_the_firewall_lets_nodes_out(
    tmp_path: Path,
) -> None:
    shut, through = tmp_path / "shut", tmp_path / "through"
    shut.mkdir()
    through.mkdir()
    rule = RULES["AKS201"]
    assert not any(item.fix for item in mended(case_of("AKS201", shut), rule))
    found = [it for it in mended(case_of("AKS201", through, ANY), rule) if it.fix]
    assert [item.subject for item in found] == ["node:batch"]
    assert found[0].fix is not None
    (change,) = found[0].fix.changes
    forms = {each.form: each.text for each in change.snippets()}
    assert "az network vnet subnet update" in forms["az"]
    assert "resourceId('Microsoft.Network/routeTables'" in forms["bicep"]
    assert "terraform" not in forms


def test_what_an_intent_requires_is_not_closed(tmp_path: Path) -> None:
    swap = (
        "podSelector: {matchLabels: {app: db}}\n",
        "podSelector: {matchLabels: {app: nobody}}\n",
    )
    intents = """
        apiVersion: seawall/v1
        kind: Intents
        intents:
          - name: The web reaches its database
            require: {from: shop/web, to: shop/db, ports: 5432}
        """
    free = tmp_path / "free"
    bound = tmp_path / "bound"
    free.mkdir()
    bound.mkdir()
    (one,) = mended(case_of("AKS403", free, swap), RULES["AKS403"])
    case = case_of("AKS403", bound, swap, intents=intents)
    assert case.snapshot.intents
    (two,) = mended(case, RULES["AKS403"])
    assert one.fix is not None
    assert two.fix is None


def test_what_the_cluster_needs_is_not_cut_off(tmp_path: Path) -> None:
    case = case_of(
        "AKS105",
        tmp_path,
        ("podSelector: {}", "podSelector: {matchLabels: {app: nobody}}"),
    )
    assert not list(RULES["AKS105"].check(case))
    found = [it for it in mended(case, RULES["AKS403"]) if it.subject == "ns:gate"]
    assert [item.fix for item in found] == [None]


class Opening(Rule):
    """Proposes to take a rule away that denies."""

    code = "AKS103"
    name = "opening"
    severity = RULES["AKS103"].severity
    mends = True

    def __init__(self) -> None:
        self.asked = 0

    def check(self, case: Case) -> Iterator[Finding]:
        rules = [
            it for group in case.snapshot.fabric.security_groups for it in group.rules
        ]
        if any(rule.name == "nothing-in" for rule in rules):
            yield self.finding("net", "too much is denied", "allow it", origin=None)

    def fixes(self, case: Case, finding: Finding) -> Iterator[Proposal]:
        assert finding.rule == self.code
        self.asked += 1
        for group in case.snapshot.fabric.security_groups:
            for rule in group.rules:
                if rule.access is Access.DENY and rule.name == "nothing-in":
                    yield Proposal((RemovalChange(group.id, group.name, rule),))


def test_what_opens_something_is_not_offered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = case_of("AKS409", tmp_path)
    rule = Opening()
    monkeypatch.setattr(mending, "all_rules", lambda: (rule,))
    (found,) = mended(case, rule)
    assert rule.asked == 1
    assert found.fix is None


def test_in_a_large_input_nothing_is_looked_for_unless_it_is_wanted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mending, "MOST_WORKLOADS", 0)
    case = case_of("AKS415", tmp_path)
    (one,) = mended(case, RULES["AKS415"], wanted=False)
    (two,) = mended(case, RULES["AKS415"], wanted=True)
    assert one.fix is None
    assert two.fix is not None


def test_the_page_shows_the_change_and_what_carries_it_out(tmp_path: Path) -> None:
    case_of("AKS103", tmp_path)
    page = tmp_path / "page.html"
    run(["report", "-o", f"html={page}", "--fail-on", "never", str(tmp_path)])
    text = page.read_text(encoding="utf-8")
    assert "it opens and closes nothing else that the model knows" in text
    assert "beyond the model, nobody runs commands in" in text
    assert "az aks update" in text.partition("<pre>")[2]


BEHIND_NAT = """
    type: Microsoft.ContainerService/managedClusters
    name: shop
    location: westeurope
    properties:
      networkProfile:
        networkPlugin: azure
        networkPluginMode: overlay
        outboundType: userAssignedNATGateway
      apiServerAccessProfile: {authorizedIPRanges: [0.0.0.0/0, RANGE]}
      agentPoolProfiles:
        - name: system
          count: 3
          vnetSubnetID: microsoft.network/virtualnetworks/shop/subnets/nodes
    """


@pytest.mark.parametrize(
    ("kept", "offered"), [("203.0.113.7", 1), ("198.51.100.0/28", 0)]
)
def test_nodes_are_not_cut_off_from_their_api_server(
    kept: str, offered: int, tmp_path: Path
) -> None:
    cluster = BEHIND_NAT.replace("RANGE", kept)
    case = case_of("AKS104", tmp_path, cluster=cluster)
    found = mended(case, RULES["AKS101"])
    assert len([item for item in found if item.fix]) == offered


def test_nodes_whose_way_out_is_not_known_are_not_cut_off(tmp_path: Path) -> None:
    cluster = BEHIND_NAT.replace("RANGE", "203.0.113.7")
    case = case_of("AKS104", tmp_path, cluster=cluster, network="")
    (found,) = mended(case, RULES["AKS101"])
    assert found.fix is None


@pytest.mark.parametrize(
    ("target", "port", "offered"),
    [
        ("node:system", "22", 0),
        ("nodes", "22", 0),
        ("10.0.0.0/24", "22", 0),
        ("node:system", "443", 1),
        ("batch/report", "22", 1),
    ],
)
def test_ssh_that_an_intent_requires_is_not_turned_off(
    target: str, port: str, offered: int, tmp_path: Path
) -> None:
    intents = f"""
        apiVersion: seawall/v1
        kind: Intents
        intents:
          - name: Operators reach it
            require: {{from: batch/report, to: "{target}", ports: "{port}"}}
        """
    case = case_of("AKS415", tmp_path, intents=intents)
    (found,) = mended(case, RULES["AKS415"])
    assert (found.fix is not None) == offered
    if found.fix:
        assert "nobody reaches SSH of the nodes of system" in found.fix.proof
        assert "nothing else that the model knows" in found.fix.proof


def test_what_the_finding_speaks_of_is_no_further_flow(tmp_path: Path) -> None:
    case = case_of("AKS101", tmp_path, ("[0.0.0.0/0]", "[0.0.0.0/0, 203.0.113.0/28]"))
    (found,) = mended(case, RULES["AKS101"])
    assert found.fix is not None
    assert ("internet", "api-server") not in [
        (each.source, each.destination) for each in found.fix.closes
    ]


def test_without_intents_people_judge_whether_what_closes_is_missed(
    tmp_path: Path,
) -> None:
    swap = (
        "podSelector: {matchLabels: {app: db}}\n",
        "podSelector: {matchLabels: {app: nobody}}\n",
    )
    (found,) = mended(case_of("AKS403", tmp_path, swap), RULES["AKS403"])
    assert found.fix is not None
    assert found.fix.closes
    assert "for you to judge" in found.fix.proof
    assert "no intent requires" not in found.fix.proof
    assert "that no intent requires" in replace(found.fix, is_weighed=True).proof


def test_a_table_is_named_as_whoever_keeps_it_names_it(tmp_path: Path) -> None:
    fabric = case_of("AKS201", tmp_path).snapshot.fabric
    subnet, table = fabric.subnets[0], fabric.route_tables[0]
    group = "/subscriptions/0/resourcegroups/rg/providers/microsoft.network"
    whole = association(
        replace(subnet, id=f"{group}/virtualnetworks/n/subnets/2a", name="2a"),
        replace(table, id=f"{group}/routetables/out", name="Out"),
        fabric,
    )
    forms = {each.form: each.text for each in whole}
    cased = "/subscriptions/0/resourceGroups/rg/providers/Microsoft.Network"
    assert f'route_table_id = "{cased}/routeTables/Out"' in forms["terraform"]
    assert (
        f'subnet_id      = "{cased}/virtualNetworks/n/subnets/2a"'
        in (forms["terraform"])
    )
    assert '_association" "_2a"' in forms["terraform"]
    (only,) = association(
        replace(subnet, id="azurerm_subnet.extra"),
        replace(table, id="azurerm_route_table.out"),
        fabric,
    )
    assert only.form == "terraform"
    assert "= azurerm_route_table.out.id\n" in only.text


_IN_TERRAFORM = """
    resource "azurerm_virtual_network" "Net" {
      name                = "net"
      location            = "westeurope"
      resource_group_name = "rg"
      address_space       = ["10.0.0.0/16"]
      subnet {
        name             = "Inner"
        address_prefixes = ["10.0.1.0/24"]
      }
    }
    resource "azurerm_subnet" "Nodes" {
      for_each             = toset(["A"])
      name                 = "nodes"
      resource_group_name  = "rg"
      virtual_network_name = azurerm_virtual_network.Net.name
      address_prefixes     = ["10.0.2.0/24"]
    }
    resource "azurerm_route_table" "ByFirewall" {
      name                = "out"
      location            = "westeurope"
      resource_group_name = "rg"
    }
    resource "azurerm_network_security_group" "Guard" {
      name                = "guard"
      location            = "westeurope"
      resource_group_name = "rg"
      security_rule {
        name                       = "open"
        priority                   = 100
        direction                  = "Inbound"
        access                     = "Allow"
        protocol                   = "*"
        source_port_range          = "*"
        destination_port_range     = "*"
        source_address_prefix      = "*"
        destination_address_prefix = "*"
      }
    }
"""


def test_terraform_is_named_in_the_case_of_its_file(tmp_path: Path) -> None:
    snapshot = read_text(tmp_path, _IN_TERRAFORM)
    fabric = snapshot.fabric
    (table,) = fabric.route_tables
    texts = {
        subnet.name: "".join(it.text for it in association(subnet, table, fabric))
        for subnet in fabric.subnets
    }
    assert '= azurerm_subnet.Nodes["A"].id\n' in texts["nodes"]
    assert '= "${azurerm_virtual_network.Net.id}/subnets/Inner"\n' in texts["Inner"]
    assert all("= azurerm_route_table.ByFirewall.id\n" in it for it in texts.values())
    (group,) = fabric.security_groups
    rule = next(it for it in group.rules if it.name == "open")
    view = HeaderView("internet", "10.0.2.4", "TCP", "22")
    decided = DecidingRule("open", rule.origin)
    hop = Hop(Layer.SUBNET_FILTER, "n", Verdict.ALLOWED, "", decided, "", view, view)
    (gone,) = removals(snapshot, (hop,))
    assert "azurerm_network_security_group.Guard:" in gone.snippets()[0].text


def test_imds_is_excepted_and_the_rule_stays(tmp_path: Path) -> None:
    case = case_of(
        "AKS204", tmp_path, ("networkPolicy: calico", "networkPolicy: azure")
    )
    (found,) = mended(case, RULES["AKS204"])
    assert found.fix is not None
    (change,) = found.fix.changes
    (snippet,) = change.snippets()
    assert "cidr: 0.0.0.0/0" in snippet.text
    assert "- 169.254.169.254/32" in snippet.text
    assert {each.destination for each in found.fix.closes} == {"169.254.169.254"}
    assert all("TCP 0-79,81-65535" in str(each) for each in found.fix.closes)


def test_a_rule_that_admits_everybody_is_not_taken_away(tmp_path: Path) -> None:
    everybody = ("- to:  # finding", "- {}")
    except_ = "            except: [10.0.0.0/8, 172.16.0.0/12]"
    block = (f"\n        - ipBlock:\n            cidr: 0.0.0.0/0\n{except_}", "")
    plain = ("networkPolicy: calico", "networkPolicy: azure")
    case = case_of("AKS204", tmp_path, everybody, block, plain)
    (found,) = mended(case, RULES["AKS204"])
    assert found.fix is None


NODE_RULE = """
    - name: NAME
      properties:
        priority: PRIORITY
        direction: Inbound
        access: Allow
        protocol: Tcp
        sourceAddressPrefix: "*"
        sourcePortRange: "*"
        destinationAddressPrefix: "*"
        destinationPortRange: 30000-32767
"""
NODE_PORTS = """\
type: Microsoft.Network/networkSecurityGroups
id: /subscriptions/s/resourceGroups/mc/providers/Microsoft.Network/networkSecurityGroups/aks-agentpool-1-nsg
name: aks-agentpool-1-nsg
location: westeurope
properties:
  securityRules:RULES
---
type: Microsoft.ContainerService/managedClusters
name: shop
location: westeurope
properties:
  nodeResourceGroup: mc
  networkProfile: {networkPlugin: azure, networkPluginMode: overlay}
  agentPoolProfiles: [{name: games, count: 3, enableNodePublicIP: true}]
"""  # noqa: E501


@pytest.mark.parametrize("names", [("one",), ("one", "two"), ("one", "two", "three")])
def test_all_rules_that_open_node_ports_are_taken_away(
    names: tuple[str, ...], tmp_path: Path
) -> None:
    rules = "".join(
        NODE_RULE.replace("NAME", name).replace("PRIORITY", str(100 + at))
        for at, name in enumerate(names)
    )
    text = NODE_PORTS.replace("RULES", rules)
    (tmp_path / "all.yaml").write_text(text, encoding="utf-8")
    (found,) = mended(Case(load([tmp_path])), RULES["AKS306"])
    assert found.fix is not None
    taken = [it for it in found.fix.changes if isinstance(it, RemovalChange)]
    assert [it.rule.name for it in taken] == list(names)
