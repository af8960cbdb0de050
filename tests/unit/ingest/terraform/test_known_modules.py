"""Modules of the registry: what is known of them by name and version."""

from pathlib import Path

import pytest

from seawall.ingest.terraform.known import catalogue, chosen, described
from seawall.ingest.terraform.versions import limits, may_meet, version_of
from seawall.model.cluster import OutboundType
from seawall.model.dataplane import PolicyEngine
from seawall.model.diagnostic import Level
from seawall.model.filter import Access
from seawall.model.managed_namespace import DefaultPolicy
from seawall.model.setting import State
from terraform_folders import read_text, serious, subnet, the_cluster, told

NETWORK = """
    resource "azurerm_virtual_network" "net" {
      name                = "net"
      resource_group_name = "rg"
      address_space       = ["10.0.0.0/16"]
    }
    resource "azurerm_subnet" "nodes" {
      name                 = "nodes"
      resource_group_name  = "rg"
      virtual_network_name = azurerm_virtual_network.net.name
      address_prefixes     = ["10.0.1.0/24"]
    }
"""


def call(source: str, version: str, arguments: str) -> str:
    pinned = f'version = "{version}"' if version else ""
    return f"""{NETWORK}
    module "aks" {{
      source = "{source}"
      {pinned}
      {arguments}
    }}
    """


def test_every_description_can_be_read() -> None:
    for item in catalogue():
        module = item.module()
        assert module.resources
        assert module.outputs
        assert item.first < item.end
        assert item.read


@pytest.mark.parametrize(
    ("version", "subnet_argument"),
    [
        ("9.4.1", "vnet_subnet_id = azurerm_subnet.nodes.id"),
        ("~> 10.2", "vnet_subnet = { id = azurerm_subnet.nodes.id }"),
        ("11.0.0", "vnet_subnet = { id = azurerm_subnet.nodes.id }"),
    ],
)
def test_the_cluster_module_has_its_own_names_by_version(
    tmp_path: Path, version: str, subnet_argument: str
) -> None:
    found = read_text(
        tmp_path,
        call(
            "Azure/aks/azurerm",
            version,
            f"""prefix = "p"
            network_plugin = "azure"
            network_policy = "calico"
            private_cluster_enabled = true
            net_profile_outbound_type = "userDefinedRouting"
            {subnet_argument}""",
        ),
    )
    cluster = the_cluster(found)
    assert cluster.name == "p-aks"
    assert cluster.policy_engine.value is PolicyEngine.CALICO
    assert cluster.outbound.is_surely(OutboundType.USER_DEFINED_ROUTING)
    assert cluster.pools[0].subnet.is_surely("azurerm_subnet.nodes")


def test_what_a_call_leaves_out_is_the_default_of_the_module(tmp_path: Path) -> None:
    found = read_text(tmp_path, call("Azure/aks/azurerm", "9.4.1", 'prefix = "p"'))
    outbound = the_cluster(found).outbound
    assert outbound.state is State.DEFAULTED
    assert outbound.value is OutboundType.LOAD_BALANCER
    assert "module Azure/aks/azurerm" in outbound.why


def test_a_setting_knows_the_line_of_the_call(tmp_path: Path) -> None:
    found = read_text(
        tmp_path,
        call(
            "Azure/avm-res-containerservice-managedcluster/azurerm",
            "0.6.1",
            """name = "aks"
      network_profile = {
        network_plugin = "azure"
        outbound_type = "none"
      }""",
        ),
    )
    outbound = the_cluster(found).outbound
    assert outbound.is_surely(OutboundType.NONE)
    assert outbound.origin is not None
    assert outbound.origin.line is not None
    lines = (tmp_path / "main.tf").read_text(encoding="utf-8").splitlines()
    assert "outbound_type" in lines[outbound.origin.line - 1]


def test_older_versions_of_the_verified_module_set_a_policy_engine(
    tmp_path: Path,
) -> None:
    source = "Azure/avm-res-containerservice-managedcluster/azurerm"
    old = read_text(tmp_path, call(source, "0.3.3", 'name = "aks"'))
    assert the_cluster(old).policy_engine.value is PolicyEngine.NPM
    new = read_text(tmp_path, call(source, "0.6.1", 'name = "aks"'))
    assert the_cluster(new).policy_engine.value is not PolicyEngine.NPM


def test_the_network_module_makes_subnets_that_are_joined(tmp_path: Path) -> None:
    found = read_text(
        tmp_path,
        """
        resource "azurerm_route_table" "rt" {
          name                = "rt"
          resource_group_name = "rg"
        }
        module "net" {
          source        = "Azure/avm-res-network-virtualnetwork/azurerm"
          version       = "0.17.1"
          name          = "net"
          address_space = ["10.0.0.0/16"]
          subnets = {
            nodes = {
              name             = "nodes"
              address_prefixes = ["10.0.1.0/24"]
              route_table      = { id = azurerm_route_table.rt.id }
            }
          }
        }
        resource "azurerm_kubernetes_cluster" "aks" {
          name                = "aks"
          resource_group_name = "rg"
          location            = "westeurope"
          default_node_pool {
            name           = "system"
            vnet_subnet_id = module.net.subnets["nodes"].resource_id
          }
        }
        """,
    )
    nodes = subnet(found, "nodes")
    assert nodes.route_table.is_surely("azurerm_route_table.rt")
    assert the_cluster(found).pools[0].subnet.is_surely(nodes.id)


PEERED = """
    module "net" {{
      source        = "Azure/avm-res-network-virtualnetwork/azurerm"
      version       = "0.8.1"
      name          = "spoke"
      address_space = ["10.1.0.0/16"]
      peerings = {{
        hub = {{
          name                               = "to-hub"
          remote_virtual_network_resource_id = azurerm_virtual_network.net.id
          {more}
        }}
      }}
    }}
"""


def test_the_network_module_makes_the_way_back_that_is_asked_for(
    tmp_path: Path,
) -> None:
    back = "create_reverse_peering = true\n reverse_allow_forwarded_traffic = true"
    found = read_text(tmp_path / "both", NETWORK + PEERED.format(more=back))
    here, there = sorted(found.fabric.peerings, key=lambda it: it.name != "to-hub")
    assert (here.network, here.remote) == (there.remote, there.network)
    assert here.allows_forwarded.is_surely(value=False)
    assert there.allows_forwarded.is_surely(value=True)
    alone = read_text(tmp_path / "one", NETWORK + PEERED.format(more=""))
    assert len(alone.fabric.peerings) == 1


def test_a_peering_of_subnets_is_none_of_whole_networks(tmp_path: Path) -> None:
    """Source: Azure/terraform-azurerm-avm-res-network-virtualnetwork, modules."""
    more = """peer_complete_vnets  = false
      local_peered_subnets = [{ subnet_name = "nodes" }]"""
    found = read_text(tmp_path, NETWORK + PEERED.format(more=more))
    (peering,) = found.fabric.peerings
    assert not peering.complete
    assert peering.local_subnets == ("nodes",)


GUARDED = """
    module "nsg" {
      source  = "Azure/avm-res-network-networksecuritygroup/azurerm"
      version = "0.5.1"
      name    = "nsg"
      security_rules = {
        ssh = {
          name                       = "no-ssh"
          access                     = "Deny"
          direction                  = "Inbound"
          priority                   = 100
          protocol                   = "Tcp"
          source_address_prefix      = "*"
          source_port_range          = "*"
          destination_address_prefix = "*"
          destination_port_ranges    = ["22", "3389"]
        }
      }
    }
    resource "azurerm_subnet_network_security_group_association" "nodes" {
      subnet_id                 = azurerm_subnet.nodes.id
      network_security_group_id = module.nsg.resource_id
    }
"""


def test_the_module_of_security_groups_makes_the_rules_that_it_is_given(
    tmp_path: Path,
) -> None:
    found = read_text(tmp_path, NETWORK + GUARDED)
    (group,) = found.fabric.security_groups
    (rule,) = [it for it in group.rules if it.name == "no-ssh"]
    assert (rule.priority, rule.access) == (100, Access.DENY)
    assert [str(it) for it in rule.destination_ports] == ["22", "3389"]
    assert subnet(found, "nodes").security_group.is_surely(group.id)
    assert not serious(found)


@pytest.mark.parametrize(
    ("version", "arguments", "propagates"),
    [
        ("0.2.2", "", False),
        ("0.2.0", "disable_bgp_route_propagation = false", True),
        ("0.3.0", "", True),
        ("0.5.0", "bgp_route_propagation_enabled = false", False),
    ],
)
def test_the_module_of_route_tables_has_its_own_default_by_version(
    tmp_path: Path, version: str, arguments: str, *, propagates: bool
) -> None:
    """Source: Azure/terraform-azurerm-avm-res-network-routetable, variables."""
    found = read_text(
        tmp_path,
        f"""{NETWORK}
        module "rt" {{
          source  = "Azure/avm-res-network-routetable/azurerm"
          version = "{version}"
          name    = "rt"
          {arguments}
          routes = {{
            d = {{
              name                   = "default"
              address_prefix         = "0.0.0.0/0"
              next_hop_type          = "VirtualAppliance"
              next_hop_in_ip_address = "10.0.0.4"
            }}
          }}
          subnet_resource_ids = {{ nodes = azurerm_subnet.nodes.id }}
        }}
        """,
    )
    (table,) = found.fabric.route_tables
    assert table.propagates_gateway_routes.is_surely(value=propagates)
    assert [str(it.destination) for it in table.routes] == ["0.0.0.0/0"]
    assert subnet(found, "nodes").route_table.is_surely(table.id)
    assert not serious(found)


def test_the_module_of_clusters_makes_the_namespaces_that_azure_manages(
    tmp_path: Path,
) -> None:
    """Source: terraform-azurerm-avm-res-containerservice-managedcluster, namespace."""
    found = read_text(
        tmp_path,
        call(
            "Azure/avm-res-containerservice-managedcluster/azurerm",
            "0.8.1",
            """name = "aks"
      namespace = {
        shop = {
          name                   = "shop"
          labels                 = { team = "shop" }
          default_network_policy = { ingress = "DenyAll" }
          default_resource_quota = {}
        }
      }""",
        ),
    )
    (shop,) = the_cluster(found).managed_namespaces
    assert (shop.name, shop.labels) == ("shop", (("team", "shop"),))
    assert shop.ingress.is_surely(DefaultPolicy.NOBODY)
    assert shop.egress.value is DefaultPolicy.ALL


@pytest.mark.parametrize(
    ("arguments", "policies"),
    [
        ("", "Enabled"),
        ('private_endpoint_network_policies = "Disabled"', "Disabled"),
        ("private_endpoint_network_policies_enabled = false", "Disabled"),
    ],
)
def test_the_network_module_leaves_out_policies_of_endpoints_where_it_is_asked_to(
    tmp_path: Path, arguments: str, policies: str
) -> None:
    """Source: terraform-azurerm-avm-res-network-virtualnetwork, modules/subnet."""
    found = read_text(
        tmp_path,
        f"""
        module "net" {{
          source        = "Azure/avm-res-network-virtualnetwork/azurerm"
          version       = "0.22.1"
          name          = "net"
          parent_id     = "/subscriptions/s/resourceGroups/rg"
          address_space = ["10.0.0.0/16"]
          subnets = {{
            nodes = {{
              name             = "nodes"
              address_prefixes = ["10.0.1.0/24"]
              {arguments}
            }}
          }}
        }}
        """,
    )
    assert subnet(found, "nodes").endpoint_policies.is_surely(policies)
    assert not any("are not read" in it.what for it in found.diagnostics)


def test_the_module_of_clusters_opens_ports_of_nodes_that_pools_ask_for(
    tmp_path: Path,
) -> None:
    """Source: terraform-azurerm-avm-res-containerservice-managedcluster, agentpool."""
    asks = """
      enable_node_public_ip    = true
      node_public_ip_prefix_id = "/prefix"
      network_profile = {
        allowed_host_ports = [{ port_start = 30000, port_end = 30010 }]
      }"""
    found = read_text(
        tmp_path,
        call(
            "Azure/avm-res-containerservice-managedcluster/azurerm",
            "0.8.1",
            f"""name = "aks"
      default_agent_pool = {{
        name = "system"
        {asks}
      }}
      agent_pools = {{
        apps = {{
          name = "apps"
          {asks}
        }}
        plain = {{ name = "plain" }}
      }}""",
        ),
    )
    pools = {pool.name: pool for pool in the_cluster(found).pools}
    asked = {name: len(pool.host_ports.value or ()) for name, pool in pools.items()}
    assert asked == {"system": 1, "apps": 1, "plain": 0}
    assert pools["apps"].node_public_prefix.is_surely("/prefix")


def test_the_module_of_private_zones_makes_records_of_all_kinds_that_lead_on(
    tmp_path: Path,
) -> None:
    """Source: Azure/terraform-azurerm-avm-res-network-privatednszone, main."""
    found = read_text(
        tmp_path,
        """
        module "zone" {
          source      = "Azure/avm-res-network-privatednszone/azurerm"
          version     = "0.5.0"
          domain_name = "shop.internal"
          parent_id   = "/subscriptions/s/resourceGroups/rg"
          a_records = {
            a = { name = "db", ttl = 300, records = ["10.0.0.4"] }
          }
          aaaa_records = {
            a = { name = "db", ttl = 300, ip_addresses = ["fd00::4"] }
          }
          cname_records = {
            c = { name = "www", ttl = 300, record = "db.shop.internal" }
          }
        }
        """,
    )
    (zone,) = found.fabric.zones
    addresses = [(it.name, *map(str, it.addresses)) for it in zone.records]
    assert addresses == [("db", "10.0.0.4"), ("db", "fd00::4")]
    assert [(it.name, it.target) for it in zone.aliases] == [
        ("www", "db.shop.internal")
    ]
    assert not serious(found)


def test_a_version_that_is_not_known_is_not_guessed_at(tmp_path: Path) -> None:
    found = read_text(tmp_path, call("Azure/aks/azurerm", "99.0.0", 'prefix = "p"'))
    assert found.cluster is None
    diagnostic = told(found, "`aks`")
    assert diagnostic.level is Level.UNMODELLED
    assert "99.0.0" in diagnostic.why


def test_a_version_that_is_not_pinned_is_told(tmp_path: Path) -> None:
    found = read_text(tmp_path, call("Azure/aks/azurerm", "", 'prefix = "p"'))
    assert told(found, "is not pinned").level is Level.NOTE
    assert any(it.id == "module-by-name" for it in found.assumptions)


def test_inputs_that_are_not_read_are_told(tmp_path: Path) -> None:
    arguments = 'prefix = "p"\n      brown_field_application_gateway = 1'
    found = read_text(tmp_path, call("Azure/aks/azurerm", "11.0.0", arguments))
    assert "brown_field_application_gateway" in told(found, "not read").what


@pytest.mark.parametrize(
    ("constraint", "meets"),
    [
        ("1.5.0", True),
        ("= 2.0.0", False),
        ("~> 1.4", True),
        ("~> 1.4.0", True),
        ("~> 2.1", False),
        (">= 1.0, < 1.2", True),
        ("< 1.0", False),
        ("<= 1.0", True),
        ("> 2.0", False),
        (">= 3", False),
        ("", True),
        ("!= 1.5.0", True),
    ],
)
def test_constraints_are_understood(constraint: str, *, meets: bool) -> None:
    parts = limits(constraint)
    assert parts is not None
    assert may_meet(parts, (1, 0), (2, 0)) is meets


def test_a_constraint_that_is_none_is_not_understood() -> None:
    assert limits("latest") is None
    known = described("Azure/aks/azurerm")
    assert chosen(known, "latest") == (None, False)
    assert version_of("1.20.3") == (1, 20, 3)


def test_a_source_may_name_its_host() -> None:
    assert described("registry.example.io/Azure/aks/azurerm")
    assert not described("Azure/aks/azurerm//modules/pool")
    assert not described("somebody/aks/azurerm")


def test_delegations_of_a_network_are_read_without_the_older_name(
    tmp_path: Path,
) -> None:
    found = read_text(tmp_path, VERIFIED)
    assert subnet(found, "api").delegations == (
        "Microsoft.ContainerService/managedClusters",
    )


def test_a_firewall_gets_an_address_in_the_network_of_a_module(tmp_path: Path) -> None:
    found = read_text(tmp_path, VERIFIED)
    assert [str(it.address) for it in found.fabric.firewalls] == ["10.0.0.4"]
    assert not [it.what for it in found.diagnostics if "enable_telemetry" in it.what]


def test_links_and_records_of_a_zone_are_read_by_either_name(tmp_path: Path) -> None:
    found = read_text(
        tmp_path,
        VERIFIED
        + """
        module "zone" {
          source      = "Azure/avm-res-network-privatednszone/azurerm"
          version     = "0.5.0"
          domain_name = "corp.example"
          parent_id   = "/subscriptions/s/resourceGroups/rg"
          virtual_network_links = {
            new = { name = "new", virtual_network_id = module.net.resource_id }
            old = {
              vnetlinkname = "old", vnetid = module.net.resource_id
              autoregistration = true
            }
          }
          a_records = {
            db = { name = "db", ttl = 300, records = ["10.0.1.9"] }
          }
        }
        """,
    )
    zone = next(it for it in found.fabric.zones if it.name == "corp.example")
    assert zone.links
    assert "10.0.1.9" in str(zone)


VERIFIED = """
    module "net" {
      source           = "Azure/avm-res-network-virtualnetwork/azurerm"
      version          = "0.22.1"
      name             = "net"
      parent_id        = "/subscriptions/s/resourceGroups/rg"
      location         = "westeurope"
      enable_telemetry = false
      address_space    = ["10.0.0.0/16"]
      subnets = {
        wall = { name = "AzureFirewallSubnet", address_prefixes = ["10.0.0.0/26"] }
        api = {
          name             = "api"
          address_prefixes = ["10.0.1.0/28"]
          delegations = [{
            name               = "api"
            service_delegation = { name = "Microsoft.ContainerService/managedClusters" }
          }]
        }
      }
    }
    module "wall" {
      source              = "Azure/avm-res-network-azurefirewall/azurerm"
      version             = "0.3.0"
      name                = "wall"
      resource_group_name = "rg"
      location            = "westeurope"
      firewall_sku_name   = "AZFW_VNet"
      firewall_sku_tier   = "Standard"
      firewall_ip_configuration = [{
        name      = "address"
        subnet_id = module.net.subnets["wall"].resource_id
      }]
    }
"""
