"""What `azapi_update_resource` changes: by id, by parent and name, in plans too."""

from pathlib import Path

import pytest

from azure_builders import at_level, configured, convert, plan, planned
from seawall.model.dataplane import Feature
from seawall.model.diagnostic import Level
from terraform_folders import CLUSTER, read_files, serious, the_cluster, told

_LEVEL = 'security = { enabled = true, advancedNetworkPolicies = "L7" }'
_ROUTING = f"networkProfile = {{ advancedNetworking = {{ enabled = true, {_LEVEL} }} }}"


def _update(kind: str, own: str, properties: str) -> str:
    return f"""
    resource "azapi_update_resource" "more" {{
      type = "Microsoft.ContainerService/{kind}@2026-05-01"
      {own}
      body = {{ properties = {{ {properties} }} }}
    }}
    """


def test_a_cluster_is_changed_by_its_id(tmp_path: Path) -> None:
    own = "resource_id = azurerm_kubernetes_cluster.aks.id"
    more = _update("managedClusters", own, _ROUTING)
    snapshot = read_files(tmp_path, {"a.tf": CLUSTER, "b.tf": more})
    assert the_cluster(snapshot).policy_features.value == set(Feature)


_CLOSED = 'securityProfile = { sshAccess = "Disabled" }'
_POOL = """
    resource "azurerm_kubernetes_cluster_node_pool" "apps" {
      name                  = "apps"
      kubernetes_cluster_id = azurerm_kubernetes_cluster.aks.id
      vm_size               = "Standard_D4s_v5"
    }
"""


@pytest.mark.parametrize(
    ("own", "closed"),
    [
        (
            'parent_id = azurerm_kubernetes_cluster.aks.id\nname = "system"',
            {"system": False, "apps": True},
        ),
        (
            'parent_id = azurerm_kubernetes_cluster.aks.id\nname = "apps"',
            {"system": True, "apps": False},
        ),
        (
            "resource_id = azurerm_kubernetes_cluster_node_pool.apps.id",
            {"system": True, "apps": False},
        ),
    ],
)
def test_a_pool_is_changed_wherever_it_stands(
    own: str, closed: dict[str, bool], tmp_path: Path
) -> None:
    more = _update("managedClusters/agentPools", own, _CLOSED)
    snapshot = read_files(tmp_path, {"a.tf": CLUSTER, "b.tf": _POOL, "c.tf": more})
    assert not serious(snapshot)
    pools = the_cluster(snapshot).pools
    assert {pool.name: pool.ssh.value for pool in pools} == closed


@pytest.mark.parametrize(
    ("own", "ssh"),
    [
        ('parent_id = azurerm_kubernetes_cluster.aks.id\nname = "other"', True),
        ("name = var.unheard", None),
        ("parent_id = azurerm_kubernetes_cluster.aks.id\nname = var.unheard", None),
    ],
)
def test_what_no_resource_is_known_for_is_told(
    own: str,
    ssh: bool | None,  # noqa: FBT001
    tmp_path: Path,
) -> None:
    more = _update("managedClusters/agentPools", own, _CLOSED)
    snapshot = read_files(tmp_path, {"a.tf": CLUSTER, "b.tf": more})
    assert told(snapshot, "`azapi_update_resource.more` changes a resource")
    assert the_cluster(snapshot).pools[0].ssh.value is ssh


_RG = "parent_id = azurerm_resource_group.rg.id"
_TEXT = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/%s"
_PLAIN = CLUSTER.replace("azurerm_resource_group.rg.name", '"rg"')


@pytest.mark.parametrize(
    ("first", "own", "features"),
    [
        (CLUSTER, f'{_RG}\nname = "aks"', set(Feature)),
        (CLUSTER, f'{_RG}\nname = "other"', set()),
        (CLUSTER, f"{_RG}\nname = var.unheard", None),
        (CLUSTER, 'parent_id = var.unheard\nname = "aks"', None),
        (_PLAIN, f'parent_id = "{_TEXT % "rg"}"\nname = "AKS"', set(Feature)),
        (_PLAIN, f'parent_id = "{_TEXT % "far"}"\nname = "aks"', set()),
        (CLUSTER, f'{_RG}\nname = "aks"\ncount = var.unheard ? 1 : 0', None),
    ],
)
def test_what_a_group_holds_is_changed_by_its_name(
    first: str, own: str, features: set[Feature] | None, tmp_path: Path
) -> None:
    more = _update("managedClusters", own, _ROUTING)
    text = 'variable "unheard" {}\n'
    snapshot = read_files(tmp_path, {"a.tf": first, "b.tf": more, "c.tf": text})
    assert the_cluster(snapshot).policy_features.value == features


_GROUP = """
    resource "azurerm_network_security_group" "one" {
      name                = "NAME"
      location            = "westeurope"
      resource_group_name = var.unheard
    }
"""


def test_what_may_be_either_of_two_is_not_known(tmp_path: Path) -> None:
    rule = """
      securityRules = [{ name = "in", properties = { priority = 100, access = "Allow",
        direction = "Inbound", protocol = "*", sourceAddressPrefix = "*",
        sourcePortRange = "*", destinationAddressPrefix = "*",
        destinationPortRange = "22" } }]
    """
    own = 'parent_id = var.unheard\nname = "nsg"'
    more = _update("managedClusters", own, rule).replace(
        "Microsoft.ContainerService/managedClusters",
        "Microsoft.Network/networkSecurityGroups",
    )
    one, other = (_GROUP.replace("NAME", each) for each in ("nsg", "other"))
    files = {"a.tf": one, "b.tf": other.replace('"one"', '"two"'), "c.tf": more}
    groups = read_files(tmp_path, files).fabric.security_groups
    # The group of resources is not known, so it may be another one called so.
    assert {it.name: len(it.rules) > 7 for it in groups} == {
        "nsg": True,
        "other": False,
    }
    files["b.tf"] = one.replace('"one"', '"two"')
    groups = read_files(tmp_path, files).fabric.security_groups
    # Rules that may be anything stand in each of them.
    assert {len(group.rules) > 7 for group in groups} == {True}


_DENY = """
    resource "azurerm_network_security_group" "g" {
      name                = "g"
      location            = "westeurope"
      resource_group_name = "rg"
      security_rule {
        name = "no"
        priority = 200
        direction = "Inbound"
        access = "Deny"
        protocol = "*"
        source_port_range = "*"
        destination_port_range = "*"
        source_address_prefix = "*"
        destination_address_prefix = "*"
      }
    }
"""
_RULES = "Microsoft.Network/networkSecurityGroups/securityRules"
_G = "azurerm_network_security_group.g.id"


@pytest.mark.parametrize(
    ("kind", "own", "left"),
    [
        (f'"{_RULES}@1"', f'parent_id = {_G}\nname = "no"', 7),
        (f'"{_RULES}@1"', f'parent_id = {_G}\nname = "new"', None),
        ("var.unheard", f"resource_id = {_G}", None),
        (f'"{_RULES[:-14]}@1"', f"resource_id = {_G}\nbody = {{}}", None),
    ],
)
def test_what_may_change_rules_leaves_them_open(
    kind: str, own: str, left: int | None, tmp_path: Path
) -> None:
    said = 'body = { properties = { access = "Allow" } }'
    if "body" in own:
        said = "sensitive_body = { properties = { securityRules = [] } }"
    more = f"""
    variable "unheard" {{}}
    resource "azapi_update_resource" "x" {{
      type = {kind}
      {own}
      {said}
    }}
    """
    (group,) = read_files(
        tmp_path, {"a.tf": _DENY, "b.tf": more}
    ).fabric.security_groups
    if left is None:
        assert len(group.rules) > 7
    else:
        assert len(group.rules) == left


_OWN = "azurerm_kubernetes_cluster.aks"
_PLANNED = planned(
    _OWN,
    {
        "name": "aks",
        "default_node_pool": [{"name": "system"}],
        "kubernetes_version": "1.34",
    },
    {"current_kubernetes_version": True},
)


@pytest.mark.parametrize("named", ["resource_id", "parent_id"])
def test_a_plan_tells_what_is_changed_by_its_references(named: str) -> None:
    kind = "managedClusters" + ("/agentPools" if named == "parent_id" else "")
    values = {
        "type": f"Microsoft.ContainerService/{kind}@2026-05-01",
        "name": "system" if named == "parent_id" else None,
        "body": {
            "properties": {
                "disableLocalAccounts": True,
                "securityProfile": {"sshAccess": "Disabled"},
            }
        },
    }
    address = "azapi_update_resource.more"
    part = convert(
        plan(
            [_PLANNED, planned(address, values, {named: True})],
            [configured(address, **{named: [f"{_OWN}.id", _OWN]})],
        )
    )
    assert part.cluster is not None
    assert not at_level(part, Level.UNMODELLED)
    assert (part.cluster.pools[0].ssh.value is False) is (named == "parent_id")


def test_a_new_cluster_runs_the_version_that_is_asked_for() -> None:
    found = convert(plan([_PLANNED])).cluster
    assert found is not None
    assert found.kubernetes_version.value == "1.34"
    assert found.local_dns.is_surely(value=False)


def test_pools_are_what_the_provider_makes_of_them(tmp_path: Path) -> None:
    subnet = "pod_subnet_id = azurerm_subnet.nodes.id"
    own = _POOL.replace('name                  = "apps"', f'name = "apps"\n{subnet}')
    none = 'name = "system"\npod_subnet_id = ""'
    files = {"a.tf": CLUSTER.replace('name           = "system"', none), "b.tf": own}
    snapshot = read_files(tmp_path, files)
    other, first = sorted(the_cluster(snapshot).pools, key=lambda it: it.name)
    assert first.details.get("mode").value == "System"
    assert first.details.get("podIPAllocationMode").value is None
    assert other.details.get("mode").value == "User"
    assert other.details.get("type").value == "VirtualMachineScaleSets"
    assert other.details.get("podIPAllocationMode").value == "DynamicIndividual"


def test_a_public_cluster_has_a_public_name_whatever_the_provider_sends(
    tmp_path: Path,
) -> None:
    snapshot = read_files(tmp_path, {"a.tf": CLUSTER})
    assert the_cluster(snapshot).api_server.public_name.is_surely(value=True)


def test_a_network_that_is_yet_to_be_made_has_no_outbound_access_of_its_own(
    tmp_path: Path,
) -> None:
    text = CLUSTER.replace("vnet_subnet_id = azurerm_subnet.nodes.id", "")
    snapshot = read_files(tmp_path, {"a.tf": text})
    found = {it.name: it for it in snapshot.fabric.subnets}["aks-subnet"]
    assert found.default_outbound.is_surely(value=False)


def test_an_address_that_aks_makes_is_called_after_its_cluster(tmp_path: Path) -> None:
    text = CLUSTER.replace("vnet_subnet_id = azurerm_subnet.nodes.id", "").replace(
        'network_plugin = "azure"',
        'network_plugin = "azure"\noutbound_type = "managedNATGateway"',
    )
    snapshot = read_files(tmp_path, {"a.tf": text})
    assert "aks#nat-address" in {it.name for it in snapshot.fabric.public_addresses}
