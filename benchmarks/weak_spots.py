"""Small inputs with one fault each, and what mends it.

Each is an input that looks restricted and is not: a setting is there, and its value, or
what stands around it, leaves the door open. The mended text differs in that alone.
"""

from dataclasses import dataclass, field

NETWORK = """\
resource "azurerm_resource_group" "shop" {
  name     = "rg-shop"
  location = "westeurope"
}

resource "azurerm_virtual_network" "shop" {
  name                = "vnet-shop"
  location            = "westeurope"
  resource_group_name = azurerm_resource_group.shop.name
  address_space       = ["10.1.0.0/16"]
}

resource "azurerm_subnet" "nodes" {
  name                 = "snet-nodes"
  resource_group_name  = azurerm_resource_group.shop.name
  virtual_network_name = azurerm_virtual_network.shop.name
  address_prefixes     = ["10.1.0.0/24"]
}
"""

CLUSTER = """\
resource "azurerm_kubernetes_cluster" "shop" {
  name                    = "aks-shop"
  location                = "westeurope"
  resource_group_name     = azurerm_resource_group.shop.name
  dns_prefix              = "shop"
  kubernetes_version      = "1.34.2"
  private_cluster_enabled = true
  run_command_enabled     = false

  default_node_pool {
    name           = "system"
    vm_size        = "Standard_D4s_v5"
    node_count     = 3
    vnet_subnet_id = azurerm_subnet.nodes.id
  }

  identity {
    type = "SystemAssigned"
  }

  network_profile {
    network_plugin      = "azure"
    network_plugin_mode = "overlay"
    network_data_plane  = "cilium"
    network_policy      = "cilium"
    outbound_type       = "loadBalancer"
  }
}
"""

PUBLIC = CLUSTER.replace(
    "private_cluster_enabled = true",
    """\
api_server_access_profile {
    authorized_ip_ranges = ["198.51.100.0/28"]
  }""",
)

ROUTED = CLUSTER.replace('"loadBalancer"', '"userDefinedRouting"')

TABLE = """\
resource "azurerm_route_table" "nodes" {
  name                = "rt-nodes"
  location            = "westeurope"
  resource_group_name = azurerm_resource_group.shop.name

  route {
    name                   = "everything"
    address_prefix         = "0.0.0.0/0"
    next_hop_type          = "VirtualAppliance"
    next_hop_in_ip_address = "10.1.1.4"
  }
}
"""

JOINED = """\
resource "azurerm_subnet_route_table_association" "nodes" {
  subnet_id      = azurerm_subnet.nodes.id
  route_table_id = azurerm_route_table.nodes.id
}
"""

FIREWALL = """\
resource "azurerm_subnet" "firewall" {
  name                 = "AzureFirewallSubnet"
  resource_group_name  = azurerm_resource_group.shop.name
  virtual_network_name = azurerm_virtual_network.shop.name
  address_prefixes     = ["10.1.1.0/26"]
}

resource "azurerm_public_ip" "firewall" {
  name                = "pip-firewall"
  location            = "westeurope"
  resource_group_name = azurerm_resource_group.shop.name
  allocation_method   = "Static"
  sku                 = "Standard"
  ip_address          = "203.0.113.10"
}

resource "azurerm_firewall_policy" "hub" {
  name                     = "afwp-hub"
  location                 = "westeurope"
  resource_group_name      = azurerm_resource_group.shop.name
  threat_intelligence_mode = "Deny"
}

resource "azurerm_firewall_policy_rule_collection_group" "hub" {
  name               = "rules"
  firewall_policy_id = azurerm_firewall_policy.hub.id
  priority           = 200

  network_rule_collection {
    name     = "out"
    priority = 200
    action   = "Allow"
    rule {
      name                  = "web"
      protocols             = ["TCP"]
      source_addresses      = ["10.1.0.0/24"]
      destination_addresses = ["198.51.100.0/28"]
      destination_ports     = ["443"]
    }
  }
}

resource "azurerm_firewall" "hub" {
  name                = "afw-hub"
  location            = "westeurope"
  resource_group_name = azurerm_resource_group.shop.name
  sku_name            = "AZFW_VNet"
  sku_tier            = "Standard"
  firewall_policy_id  = azurerm_firewall_policy.hub.id

  ip_configuration {
    name                 = "configuration"
    subnet_id            = azurerm_subnet.firewall.id
    public_ip_address_id = azurerm_public_ip.firewall.id
    private_ip_address   = "10.1.1.4"
  }
}
"""

GROUP = """\
resource "azurerm_network_security_group" "nodes" {
  name                = "nsg-nodes"
  location            = "westeurope"
  resource_group_name = azurerm_resource_group.shop.name

  security_rule {
    name                       = "node-ports"
    priority                   = 100
    direction                  = "Inbound"
    access                     = "Allow"
    protocol                   = "Tcp"
    source_port_range          = "*"
    destination_port_range     = "30000-32767"
    source_address_prefix      = "198.51.100.0/28"
    destination_address_prefix = "*"
  }
}

resource "azurerm_subnet_network_security_group_association" "nodes" {
  subnet_id                 = azurerm_subnet.nodes.id
  network_security_group_id = azurerm_network_security_group.nodes.id
}
"""

WEB = """\
apiVersion: v1
kind: Namespace
metadata: {name: shop}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers: [{name: web, image: "web:1.0", ports: [{containerPort: 8080}]}]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: default-deny, namespace: shop}
spec:
  podSelector: {}
  policyTypes: [Ingress, Egress]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec:
  podSelector: {matchLabels: {app: web}}
  policyTypes: [Ingress]
  ingress:
    - from: [{ipBlock: {cidr: 0.0.0.0/0}}]
      ports: [{port: 8080}]
"""

SERVICE = """\
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec:
  type: %s
  selector: {app: web}
  externalTrafficPolicy: Local
  ports: [{port: 8443, targetPort: 8080%s}]
"""

VAULT = """\
resource "azurerm_key_vault" "shop" {
  name                          = "kv-shop"
  location                      = "westeurope"
  resource_group_name           = azurerm_resource_group.shop.name
  tenant_id                     = "00000000-0000-0000-0000-000000000000"
  sku_name                      = "standard"
  purge_protection_enabled      = true
  public_network_access_enabled = false
}

resource "azurerm_private_endpoint" "vault" {
  name                = "pe-vault"
  location            = "westeurope"
  resource_group_name = azurerm_resource_group.shop.name
  subnet_id           = azurerm_subnet.nodes.id

  private_service_connection {
    name                           = "vault"
    private_connection_resource_id = azurerm_key_vault.shop.id
    subresource_names              = ["vault"]
    is_manual_connection           = false
  }

  private_dns_zone_group {
    name                 = "vault"
    private_dns_zone_ids = [azurerm_private_dns_zone.vault.id]
  }
}

resource "azurerm_private_dns_zone" "vault" {
  name                = "privatelink.vaultcore.azure.net"
  resource_group_name = azurerm_resource_group.shop.name
}
"""

LINK = """\
resource "azurerm_private_dns_zone_virtual_network_link" "vault" {
  name                  = "vault"
  resource_group_name   = azurerm_resource_group.shop.name
  private_dns_zone_name = azurerm_private_dns_zone.vault.name
  virtual_network_id    = azurerm_virtual_network.shop.id
}
"""

POOL = """\
resource "azurerm_kubernetes_cluster_node_pool" "apps" {
  name                  = "apps"
  kubernetes_cluster_id = azurerm_kubernetes_cluster.shop.id
  vm_size               = "Standard_D4s_v5"
  node_count            = 3
  vnet_subnet_id        = azurerm_subnet.apps.id
}

resource "azurerm_subnet" "apps" {
  name                 = "snet-apps"
  resource_group_name  = azurerm_resource_group.shop.name
  virtual_network_name = azurerm_virtual_network.shop.name
  address_prefixes     = ["10.1.2.0/24"]
}
"""

BEHIND = {"main.tf": NETWORK + ROUTED + TABLE + JOINED, "firewall.tf": FIREWALL}


@dataclass(frozen=True)
class WeakSpot:
    """A fault, and the input in which it stands.

    Attributes:
        name: In kebab case.
        what: What is open although it looks closed.
        good: The files without the fault.
        fault: A file, a text in it, and what stands there instead.
        code: The rule of ours that tells of it.
    """

    name: str
    what: str
    good: dict[str, str] = field(repr=False)
    fault: tuple[str, str, str] = field(repr=False)
    code: str = ""

    @property
    def bad(self) -> dict[str, str]:
        """The files with the fault."""
        file, good, bad = self.fault
        if good not in self.good[file]:
            raise ValueError(f"{self.name}: `{good}` does not stand in {file}")
        return {**self.good, file: self.good[file].replace(good, bad)}


WEAK_SPOTS = (
    WeakSpot(
        "open-ranges",
        "authorized ranges of the API server are `0.0.0.0/0`",
        {"main.tf": NETWORK + PUBLIC},
        ("main.tf", "198.51.100.0/28", "0.0.0.0/0"),
        "AKS101",
    ),
    WeakSpot(
        "open-ranges-in-halves",
        "the same, as `0.0.0.0/1` and `128.0.0.0/1`",
        {"main.tf": NETWORK + PUBLIC},
        ("main.tf", '"198.51.100.0/28"', '"0.0.0.0/1", "128.0.0.0/1"'),
        "AKS101",
    ),
    WeakSpot(
        "run-command",
        "a private cluster takes commands through the public management plane",
        {"main.tf": NETWORK + CLUSTER},
        ("main.tf", "run_command_enabled     = false", ""),
        "AKS103",
    ),
    WeakSpot(
        "udr-without-table",
        "outbound type `userDefinedRouting`, and no route table",
        BEHIND,
        ("main.tf", JOINED, ""),
        "AKSV040",
    ),
    WeakSpot(
        "route-to-nobody",
        "the default route leads to an address that nobody has",
        BEHIND,
        ("main.tf", '"10.1.1.4"', '"10.9.0.4"'),
        "AKS211",
    ),
    WeakSpot(
        "any-any-rule",
        "the firewall allows any protocol and port to anywhere",
        BEHIND,
        (
            "firewall.tf",
            """\
      protocols             = ["TCP"]
      source_addresses      = ["10.1.0.0/24"]
      destination_addresses = ["198.51.100.0/28"]
      destination_ports     = ["443"]""",
            """\
      protocols             = ["Any"]
      source_addresses      = ["*"]
      destination_addresses = ["*"]
      destination_ports     = ["*"]""",
        ),
        "AKS207",
    ),
    WeakSpot(
        "pool-past-the-firewall",
        "one pool's subnet lacks the route to the firewall that the other has",
        {
            "main.tf": NETWORK
            + ROUTED
            + TABLE
            + JOINED
            + POOL
            + JOINED.replace('"nodes" {', '"apps" {').replace(
                "subnet.nodes", "subnet.apps"
            ),
            "firewall.tf": FIREWALL,
        },
        (
            "main.tf",
            JOINED.replace('"nodes" {', '"apps" {').replace(
                "subnet.nodes", "subnet.apps"
            ),
            "",
        ),
        "AKS201",
    ),
    WeakSpot(
        "public-nodes-of-one-pool",
        "nodes of the second pool have public addresses",
        {"main.tf": NETWORK + CLUSTER + POOL},
        (
            "main.tf",
            "vnet_subnet_id        = azurerm_subnet.apps.id",
            """\
vnet_subnet_id        = azurerm_subnet.apps.id
  node_public_ip_enabled = true""",
        ),
        "AKS205",
    ),
    WeakSpot(
        "open-node-ports",
        "node ports are open to everyone on nodes with public addresses",
        {
            "main.tf": NETWORK
            + CLUSTER.replace(
                "node_count     = 3",
                """\
node_count     = 3
    node_public_ip_enabled = true
    node_network_profile {
      allowed_host_ports {
        port_start = 30000
        port_end   = 32767
        protocol   = "TCP"
      }
    }""",
            )
            + GROUP,
            "web.yaml": WEB + SERVICE % ("NodePort", ", nodePort: 30443"),
        },
        ("main.tf", '"198.51.100.0/28"\n    destination', '"*"\n    destination'),
        "AKS306",
    ),
    WeakSpot(
        "open-load-balancer",
        "a Service publishes a pod to the whole internet",
        {
            "main.tf": NETWORK + CLUSTER,
            "web.yaml": WEB
            + SERVICE
            % ("LoadBalancer\n  loadBalancerSourceRanges: [198.51.100.0/28]", ""),
        },
        ("web.yaml", "\n  loadBalancerSourceRanges: [198.51.100.0/28]", ""),
        "AKS301",
    ),
    WeakSpot(
        "undone-default-deny",
        "a second policy admits everything that the default deny denies",
        {"main.tf": NETWORK + CLUSTER, "web.yaml": WEB},
        (
            "web.yaml",
            "    - from: [{ipBlock: {cidr: 0.0.0.0/0}}]\n      ports: [{port: 8080}]\n",
            """\
    - {}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: everything, namespace: shop}
spec:
  podSelector: {}
  policyTypes: [Ingress, Egress]
  ingress: [{}]
  egress: [{}]
""",
        ),
        "AKS408",
    ),
    WeakSpot(
        "policies-without-engine",
        "policies are stored in a cluster that enforces none",
        {"main.tf": NETWORK + CLUSTER, "web.yaml": WEB},
        (
            "main.tf",
            '    network_data_plane  = "cilium"\n    network_policy      = "cilium"\n',
            "",
        ),
        "AKS401",
    ),
    WeakSpot(
        "private-endpoint-past-names",
        "a vault has a private endpoint, and its zone is linked to no network",
        {"main.tf": NETWORK + CLUSTER + VAULT + LINK},
        ("main.tf", LINK, ""),
        "AKS501",
    ),
)
