"""A deployment by hand that has every type of resource a design may hold."""

from collections.abc import Mapping

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
)

NET = "Microsoft.Network/virtualNetworks"
HERE = Given("location")
SUBSCRIPTION = "11111111-2222-3333-4444-555555555555"
_CONTRIBUTOR = RoleDefinition(
    "4d97b98b-1d4f-4787-a291-c67834d212e7", "Network Contributor"
)


def resource(
    symbol: str, kind: str, name: Value, body: Mapping[str, Value]
) -> Resource:
    """Return a resource without a parent."""
    return Resource(
        symbol,
        kind,
        _VERSIONS.get(kind.split("/", maxsplit=1)[0], "2024-05-01"),
        name,
        body,
    )


_VERSIONS = {
    "Microsoft.ContainerService": "2025-05-01",
    "Microsoft.ContainerRegistry": "2023-07-01",
    "Microsoft.KeyVault": "2023-07-01",
    "Microsoft.Storage": "2023-05-01",
    "Microsoft.Sql": "2023-08-01",
    "Microsoft.DocumentDB": "2024-05-15",
    "Microsoft.ManagedIdentity": "2023-01-31",
    "Microsoft.Authorization": "2022-04-01",
}


def _part(
    symbol: str,
    kind: str,
    name: Value,
    parent: str,
    properties: Mapping[str, Value],
    **more: Value,
) -> Resource:
    version = _VERSIONS.get(kind.split("/", maxsplit=1)[0], "2024-05-01")
    body = {"properties": properties, **more} if properties else dict(more)
    return Resource(symbol, kind, version, name, body, parent)


def _net(symbol: str, name: str, space: str, *servers: str) -> Resource:
    properties: dict[str, Value] = {"addressSpace": {"addressPrefixes": (space,)}}
    if servers:
        properties["dhcpOptions"] = {"dnsServers": servers}
    return resource(symbol, NET, name, {"location": HERE, "properties": properties})


def _subnet(symbol: str, name: str, parent: str, cidr: str, **more: Value) -> Resource:
    return _part(
        symbol, f"{NET}/subnets", name, parent, {"addressPrefix": cidr, **more}
    )


def _rule(name: str, priority: int, **more: Value) -> Value:
    properties: dict[str, Value] = {
        "priority": priority,
        "direction": "Inbound",
        "access": "Allow",
        "protocol": "Tcp",
        "sourceAddressPrefix": "10.20.0.0/22",
        "sourcePortRange": "*",
        "destinationAddressPrefix": "VirtualNetwork",
        "destinationPortRange": "443",
        **more,
    }
    return {"name": name, "properties": properties}


def _address(symbol: str, name: str) -> Resource:
    return resource(
        symbol,
        "Microsoft.Network/publicIPAddresses",
        name,
        {
            "location": HERE,
            "sku": {"name": "Standard", "tier": "Regional"},
            "zones": ("1", "2", "3"),
            "properties": {"publicIPAllocationMethod": "Static"},
        },
    )


def _peering(symbol: str, own: str, other: str, **more: Value) -> Resource:
    return _part(
        symbol,
        f"{NET}/virtualNetworkPeerings",
        f"to-{other}",
        own,
        {
            "remoteVirtualNetwork": {"id": Id(other)},
            "allowVirtualNetworkAccess": True,
            "allowForwardedTraffic": True,
            "allowGatewayTransit": False,
            "useRemoteGateways": False,
            **more,
        },
    )


def _network() -> tuple[Resource, ...]:
    return (
        Resource(
            "nodesNsg",
            "Microsoft.Network/networkSecurityGroups",
            "2024-05-01",
            "nsg-nodes",
            {
                "location": HERE,
                "properties": {
                    "securityRules": (
                        Noted(
                            _rule("allow-api", 100),
                            "Nodes reach the API server (api-server.access).",
                        ),
                        _rule(
                            "deny-rest",
                            4096,
                            access="Deny",
                            protocol="*",
                            sourceAddressPrefix="*",
                            destinationPortRange="*",
                            description="Nothing else comes in",
                        ),
                    ),
                },
            },
            serves=("api-server.access", "pods.default-deny"),
            comment="Filters what reaches the nodes.",
        ),
        resource(
            "nodesRoutes",
            "Microsoft.Network/routeTables",
            "rt-nodes",
            {
                "location": HERE,
                "properties": {
                    "disableBgpRoutePropagation": True,
                    "routes": (
                        {
                            "name": "to-firewall",
                            "properties": {
                                "addressPrefix": "0.0.0.0/0",
                                "nextHopType": "VirtualAppliance",
                                "nextHopIpAddress": "10.20.8.4",
                            },
                        },
                    ),
                },
            },
        ),
        _net("hub", "vnet-hub", "10.20.8.0/22"),
        _net("spoke", "vnet-spoke", "10.20.0.0/21", "10.20.8.4"),
        _subnet("firewallSubnet", "AzureFirewallSubnet", "hub", "10.20.8.0/26"),
        _subnet("bastionSubnet", "AzureBastionSubnet", "hub", "10.20.8.64/26"),
        _subnet("gatewaySubnet", "GatewaySubnet", "hub", "10.20.8.128/27"),
        _subnet(
            "nodes",
            "snet-nodes",
            "spoke",
            "10.20.0.0/22",
            networkSecurityGroup={"id": Id("nodesNsg")},
            routeTable={"id": Id("nodesRoutes")},
            privateEndpointNetworkPolicies="Disabled",
            defaultOutboundAccess=False,
            serviceEndpoints=({"service": "Microsoft.Storage"},),
        ),
        _subnet(
            "api",
            "snet-api",
            "spoke",
            "10.20.4.0/28",
            delegations=(
                {
                    "name": "aks",
                    "properties": {
                        "serviceName": "Microsoft.ContainerService/managedClusters"
                    },
                },
            ),
        ),
        _subnet("endpoints", "snet-endpoints", "spoke", "10.20.5.0/26"),
        _subnet("gateways", "snet-gateway", "spoke", "10.20.6.0/24"),
        _subnet(
            "links",
            "snet-links",
            "spoke",
            "10.20.5.64/26",
            privateLinkServiceNetworkPolicies="Disabled",
            natGateway={"id": Id("nat")},
        ),
        _peering("hubToSpoke", "hub", "spoke"),
        _peering("spokeToHub", "spoke", "hub"),
    )


def _outward() -> tuple[Resource, ...]:
    rules: tuple[Value, ...] = (
        Noted(
            {
                "ruleCollectionType": "FirewallPolicyFilterRuleCollection",
                "name": "aks",
                "priority": 100,
                "action": {"type": "Allow"},
                "rules": (
                    {
                        "ruleType": "ApplicationRule",
                        "name": "required",
                        "sourceAddresses": ("10.20.0.0/22",),
                        "protocols": ({"protocolType": "Https", "port": 443},),
                        "fqdnTags": ("AzureKubernetesService",),
                    },
                    {
                        "ruleType": "ApplicationRule",
                        "name": "names",
                        "sourceAddresses": ("10.20.0.0/22",),
                        "protocols": (
                            {"protocolType": "Https", "port": 443},
                            {"protocolType": "Http", "port": 80},
                        ),
                        "targetFqdns": ("api.example.com", "*.example.org"),
                    },
                ),
            },
            "What AKS itself needs (egress.to).",
        ),
        {
            "ruleCollectionType": "FirewallPolicyFilterRuleCollection",
            "name": "network",
            "priority": 200,
            "action": {"type": "Deny"},
            "rules": (
                {
                    "ruleType": "NetworkRule",
                    "name": "time",
                    "ipProtocols": ("UDP",),
                    "sourceAddresses": ("10.20.0.0/22",),
                    "destinationFqdns": ("ntp.ubuntu.com",),
                    "destinationPorts": ("123",),
                },
            ),
        },
        {
            "ruleCollectionType": "FirewallPolicyNatRuleCollection",
            "name": "inbound",
            "priority": 50,
            "action": {"type": "DNAT"},
            "rules": (
                {
                    "ruleType": "NatRule",
                    "name": "web",
                    "ipProtocols": ("TCP",),
                    "sourceAddresses": ("*",),
                    "destinationAddresses": (
                        Read("firewallIp", ("properties", "ipAddress")),
                    ),
                    "destinationPorts": ("443",),
                    "translatedAddress": "10.20.3.250",
                    "translatedPort": "443",
                },
            ),
        },
    )
    return (
        _address("firewallIp", "pip-firewall"),
        _address("natIp", "pip-nat"),
        resource(
            "nat",
            "Microsoft.Network/natGateways",
            "ng-spoke",
            {
                "location": HERE,
                "sku": {"name": "Standard"},
                "properties": {
                    "idleTimeoutInMinutes": 4,
                    "publicIpAddresses": ({"id": Id("natIp")},),
                },
            },
        ),
        resource(
            "policy",
            "Microsoft.Network/firewallPolicies",
            "afwp-hub",
            {
                "location": HERE,
                "properties": {
                    "sku": {"tier": "Standard"},
                    "threatIntelMode": "Deny",
                    "dnsSettings": {"enableProxy": True},
                },
            },
        ),
        _part(
            "rules",
            "Microsoft.Network/firewallPolicies/ruleCollectionGroups",
            "rcg-aks",
            "policy",
            {"priority": 100, "ruleCollections": rules},
        ),
        resource(
            "firewall",
            "Microsoft.Network/azureFirewalls",
            "afw-hub",
            {
                "location": HERE,
                "zones": ("1", "2", "3"),
                "properties": {
                    "sku": {"name": "AZFW_VNet", "tier": "Standard"},
                    "firewallPolicy": {"id": Id("policy")},
                    "ipConfigurations": (
                        {
                            "name": "ipconfig",
                            "properties": {
                                "subnet": {"id": Id("firewallSubnet")},
                                "publicIPAddress": {"id": Id("firewallIp")},
                            },
                        },
                    ),
                },
            },
        ),
    )


def _cluster() -> tuple[Resource, ...]:
    access: dict[str, Value] = {
        "enablePrivateCluster": True,
        "enablePrivateClusterPublicFQDN": False,
        "disableRunCommand": True,
        "privateDNSZone": Id("clusterZone"),
        "enableVnetIntegration": True,
        "subnetId": Id("api"),
    }
    network: dict[str, Value] = {
        "networkPlugin": "azure",
        "networkPluginMode": "overlay",
        "networkDataplane": "cilium",
        "networkPolicy": "cilium",
        "outboundType": "userDefinedRouting",
        "loadBalancerSku": "standard",
        "podCidr": "10.244.0.0/16",
        "serviceCidr": "10.0.0.0/16",
        "dnsServiceIP": "10.0.0.10",
        "advancedNetworking": {
            "enabled": True,
            "observability": {"enabled": True},
            "security": {"enabled": True, "advancedNetworkPolicies": "L7"},
        },
    }
    pool: dict[str, Value] = {
        "name": "system",
        "mode": "System",
        "osType": "Linux",
        "osSKU": "AzureLinux",
        "type": "VirtualMachineScaleSets",
        "vmSize": "Standard_D4ds_v5",
        "count": 3,
        "enableAutoScaling": True,
        "minCount": 3,
        "maxCount": 5,
        "maxPods": 50,
        "vnetSubnetID": Id("nodes"),
        "nodeTaints": ("CriticalAddonsOnly=true:NoSchedule",),
        "upgradeSettings": {"maxSurge": "33%"},
    }
    properties: dict[str, Value] = {
        "kubernetesVersion": Given("kubernetesVersion"),
        "dnsPrefix": "shop",
        "disableLocalAccounts": True,
        "enableRBAC": True,
        "aadProfile": {"managed": True, "enableAzureRBAC": True},
        "apiServerAccessProfile": access,
        "networkProfile": network,
        "agentPoolProfiles": (pool,),
        "oidcIssuerProfile": {"enabled": True},
        "securityProfile": {"workloadIdentity": {"enabled": True}},
        "autoUpgradeProfile": {
            "upgradeChannel": "patch",
            "nodeOSUpgradeChannel": "NodeImage",
        },
        "bootstrapProfile": {
            "artifactSource": "Cache",
            "containerRegistryId": Id("registry"),
        },
        "addonProfiles": {"azurepolicy": {"enabled": True}},
    }
    zone = "private.westeurope.azmk8s.io"
    return (
        resource(
            "identity",
            "Microsoft.ManagedIdentity/userAssignedIdentities",
            "id-shop",
            {"location": HERE},
        ),
        resource(
            "clusterZone",
            "Microsoft.Network/privateDnsZones",
            zone,
            {"location": "global"},
        ),
        _part(
            "clusterZoneToHub",
            "Microsoft.Network/privateDnsZones/virtualNetworkLinks",
            "hub",
            "clusterZone",
            {"registrationEnabled": False, "virtualNetwork": {"id": Id("hub")}},
            location="global",
        ),
        Resource(
            "identityOnSpoke",
            "Microsoft.Authorization/roleAssignments",
            "2022-04-01",
            Guid((Id("spoke"), "network")),
            {
                "properties": {
                    "roleDefinitionId": _CONTRIBUTOR,
                    "principalId": Read("identity", ("properties", "principalId")),
                    "principalType": "ServicePrincipal",
                }
            },
            scope="spoke",
        ),
        Resource(
            "cluster",
            "Microsoft.ContainerService/managedClusters",
            "2025-05-01",
            Given("clusterName"),
            {
                "location": HERE,
                "sku": {"name": "Base", "tier": "Standard"},
                "identity": {
                    "type": "UserAssigned",
                    "userAssignedIdentities": Keyed(((Id("identity"), {}),)),
                },
                "properties": properties,
            },
            needs=("identityOnSpoke", "rules", "firewall", "spokeToHub"),
            serves=("api-server.access", "egress.to"),
            comment="The cluster.",
        ),
        _part(
            "work",
            "Microsoft.ContainerService/managedClusters/agentPools",
            "work",
            "cluster",
            {
                "mode": "User",
                "osType": "Linux",
                "osSKU": "AzureLinux",
                "type": "VirtualMachineScaleSets",
                "vmSize": "Standard_D4ds_v5",
                "count": 2,
                "enableAutoScaling": True,
                "minCount": 2,
                "maxCount": 15,
                "maxPods": 50,
                "vnetSubnetID": Id("nodes"),
                "nodeLabels": {"tenant": "shop"},
                "nodeTaints": ("tenant=shop:NoSchedule",),
            },
        ),
    )


def _endpoint(symbol: str, target: str, group: str) -> tuple[Resource, ...]:
    zone = {
        "registry": "privatelink.azurecr.io",
        "vault": "privatelink.vaultcore.azure.net",
    }[symbol]
    return (
        resource(
            f"{symbol}Zone",
            "Microsoft.Network/privateDnsZones",
            zone,
            {"location": "global"},
        ),
        _part(
            f"{symbol}ZoneToSpoke",
            "Microsoft.Network/privateDnsZones/virtualNetworkLinks",
            "spoke",
            f"{symbol}Zone",
            {"registrationEnabled": False, "virtualNetwork": {"id": Id("spoke")}},
            location="global",
        ),
        resource(
            f"{symbol}Endpoint",
            "Microsoft.Network/privateEndpoints",
            f"pe-{symbol}",
            {
                "location": HERE,
                "properties": {
                    "subnet": {"id": Id("endpoints")},
                    "privateLinkServiceConnections": (
                        {
                            "name": symbol,
                            "properties": {
                                "privateLinkServiceId": Id(target),
                                "groupIds": (group,),
                            },
                        },
                    ),
                },
            },
        ),
        _part(
            f"{symbol}EndpointZones",
            "Microsoft.Network/privateEndpoints/privateDnsZoneGroups",
            "default",
            f"{symbol}Endpoint",
            {
                "privateDnsZoneConfigs": (
                    {
                        "name": symbol,
                        "properties": {"privateDnsZoneId": Id(f"{symbol}Zone")},
                    },
                ),
            },
        ),
    )


def _services() -> tuple[Resource, ...]:
    closed: dict[str, Value] = {"publicNetworkAccess": "Disabled"}
    return (
        resource(
            "registry",
            "Microsoft.ContainerRegistry/registries",
            "crshop",
            {
                "location": HERE,
                "sku": {"name": "Premium"},
                "properties": {
                    **closed,
                    "adminUserEnabled": False,
                    "anonymousPullEnabled": False,
                    "networkRuleBypassOptions": "AzureServices",
                },
            },
        ),
        _part(
            "cache",
            "Microsoft.ContainerRegistry/registries/cacheRules",
            "aks-managed-mcr",
            "registry",
            {
                "sourceRepository": "mcr.microsoft.com/*",
                "targetRepository": "aks-managed-repository/*",
            },
        ),
        resource(
            "vault",
            "Microsoft.KeyVault/vaults",
            "kv-shop",
            {
                "location": HERE,
                "properties": {
                    **closed,
                    "sku": {"family": "A", "name": "standard"},
                    "tenantId": TenantId(),
                    "enableRbacAuthorization": True,
                    "enablePurgeProtection": True,
                    "networkAcls": {"defaultAction": "Deny", "bypass": "None"},
                },
            },
        ),
        resource(
            "storage",
            "Microsoft.Storage/storageAccounts",
            "stshop",
            {
                "location": HERE,
                "kind": "StorageV2",
                "sku": {"name": "Standard_ZRS"},
                "properties": {
                    "publicNetworkAccess": "Enabled",
                    "minimumTlsVersion": "TLS1_2",
                    "supportsHttpsTrafficOnly": True,
                    "allowBlobPublicAccess": False,
                    "allowSharedKeyAccess": False,
                    "networkAcls": {
                        "defaultAction": "Deny",
                        "bypass": "None",
                        "virtualNetworkRules": ({"id": Id("nodes")},),
                    },
                },
            },
        ),
        resource(
            "sql",
            "Microsoft.Sql/servers",
            "sql-shop",
            {
                "location": HERE,
                "properties": {
                    **closed,
                    "version": "12.0",
                    "minimalTlsVersion": "1.2",
                    "administrators": {
                        "administratorType": "ActiveDirectory",
                        "azureADOnlyAuthentication": True,
                        "login": Given("sqlAdministrator"),
                        "principalType": "Group",
                        "sid": Given("sqlAdministratorId"),
                    },
                },
            },
        ),
        resource(
            "cosmos",
            "Microsoft.DocumentDB/databaseAccounts",
            "cosmos-shop",
            {
                "location": HERE,
                "kind": "GlobalDocumentDB",
                "properties": {
                    **closed,
                    "databaseAccountOfferType": "Standard",
                    "disableLocalAuth": True,
                    "consistencyPolicy": {"defaultConsistencyLevel": "Session"},
                    "locations": (
                        {
                            "locationName": HERE,
                            "failoverPriority": 0,
                            "isZoneRedundant": False,
                        },
                    ),
                },
            },
        ),
    )


def _entries() -> tuple[Resource, ...]:
    def own(segment: str, name: str) -> Value:
        return {"id": PartId("entry", segment, name)}

    properties: dict[str, Value] = {
        "sku": {"name": "WAF_v2", "tier": "WAF_v2"},
        "autoscaleConfiguration": {"minCapacity": 1, "maxCapacity": 3},
        "firewallPolicy": {"id": Id("waf")},
        "gatewayIPConfigurations": (
            {"name": "gateway", "properties": {"subnet": {"id": Id("gateways")}}},
        ),
        "frontendIPConfigurations": (
            {
                "name": "public",
                "properties": {"publicIPAddress": {"id": Id("entryIp")}},
            },
        ),
        "frontendPorts": ({"name": "http", "properties": {"port": 80}},),
        "backendAddressPools": (
            {
                "name": "web",
                "properties": {"backendAddresses": ({"ipAddress": "10.20.3.250"},)},
            },
        ),
        "probes": (
            {
                "name": "web",
                "properties": {
                    "protocol": "Http",
                    "host": "127.0.0.1",
                    "path": "/",
                    "interval": 30,
                    "timeout": 30,
                    "unhealthyThreshold": 3,
                },
            },
        ),
        "backendHttpSettingsCollection": (
            {
                "name": "web",
                "properties": {
                    "port": 8080,
                    "protocol": "Http",
                    "cookieBasedAffinity": "Disabled",
                    "requestTimeout": 30,
                    "probe": own("probes", "web"),
                },
            },
        ),
        "httpListeners": (
            {
                "name": "web",
                "properties": {
                    "frontendIPConfiguration": own(
                        "frontendIPConfigurations", "public"
                    ),
                    "frontendPort": own("frontendPorts", "http"),
                    "protocol": "Http",
                },
            },
        ),
        "requestRoutingRules": (
            {
                "name": "web",
                "properties": {
                    "priority": 100,
                    "ruleType": "Basic",
                    "httpListener": own("httpListeners", "web"),
                    "backendAddressPool": own("backendAddressPools", "web"),
                    "backendHttpSettings": own("backendHttpSettingsCollection", "web"),
                },
            },
        ),
    }
    condition: dict[str, Value] = {
        "matchVariables": ({"variableName": "RemoteAddr"},),
        "operator": "IPMatch",
        "negationConditon": True,
        "matchValues": ("203.0.113.0/24",),
    }
    return (
        _address("entryIp", "pip-entry"),
        resource(
            "waf",
            "Microsoft.Network/ApplicationGatewayWebApplicationFirewallPolicies",
            "waf-shop",
            {
                "location": HERE,
                "properties": {
                    "policySettings": {"state": "Enabled", "mode": "Prevention"},
                    "customRules": (
                        {
                            "name": "onlyOffice",
                            "priority": 10,
                            "ruleType": "MatchRule",
                            "action": "Block",
                            "matchConditions": (condition,),
                        },
                    ),
                    "managedRules": {
                        "managedRuleSets": (
                            {
                                "ruleSetType": "Microsoft_DefaultRuleSet",
                                "ruleSetVersion": "2.1",
                            },
                        ),
                    },
                },
            },
        ),
        resource(
            "entry",
            "Microsoft.Network/applicationGateways",
            "agw-shop",
            {"location": HERE, "properties": properties},
        ),
        _address("bastionIp", "pip-bastion"),
        resource(
            "bastion",
            "Microsoft.Network/bastionHosts",
            "bas-hub",
            {
                "location": HERE,
                "sku": {"name": "Standard"},
                "properties": {
                    "enableTunneling": True,
                    "ipConfigurations": (
                        {
                            "name": "ipconfig",
                            "properties": {
                                "subnet": {"id": Id("bastionSubnet")},
                                "publicIPAddress": {"id": Id("bastionIp")},
                            },
                        },
                    ),
                },
            },
        ),
        _address("gatewayIp", "pip-gateway"),
        resource(
            "gateway",
            "Microsoft.Network/virtualNetworkGateways",
            "vgw-hub",
            {
                "location": HERE,
                "properties": {
                    "gatewayType": "Vpn",
                    "vpnType": "RouteBased",
                    "sku": {"name": "VpnGw1AZ", "tier": "VpnGw1AZ"},
                    "ipConfigurations": (
                        {
                            "name": "ipconfig",
                            "properties": {
                                "privateIPAllocationMethod": "Dynamic",
                                "subnet": {"id": Id("gatewaySubnet")},
                                "publicIPAddress": {"id": Id("gatewayIp")},
                            },
                        },
                    ),
                },
            },
        ),
    )


def deployment() -> Deployment:
    """Return the deployment."""
    outward = _outward()
    parts = (
        *outward[1:3],
        *_network(),
        outward[0],
        *outward[3:],
        *_services(),
        *_endpoint("registry", "registry", "registry"),
        *_endpoint("vault", "vault", "vault"),
        *_entries(),
        *_cluster(),
    )
    return Deployment(
        "A cluster behind a firewall.",
        "rg-shop",
        "westeurope",
        (
            Parameter("location", "westeurope", "Azure region of everything."),
            Parameter("clusterName", "aks-shop", "Name of the cluster."),
            Parameter("kubernetesVersion", "1.34", "Version of Kubernetes."),
            Parameter("sqlAdministrator", "dba", "Group that administers databases."),
            Parameter("sqlAdministratorId", None, "Object ID of that group."),
        ),
        parts,
        (
            Output("clusterId", Id("cluster"), "ID of the cluster."),
            Output(
                "apiServer",
                Read("cluster", ("properties", "privateFQDN")),
                "Private name of the API server.",
            ),
            Output(
                "firewallAddress",
                Joined(("https://", Read("firewallIp", ("properties", "ipAddress")))),
                "Where packets come from.",
            ),
        ),
    )
