"""Sees that values are of the type that Azure gives them.

What is of another type means nothing, least of all that nothing is there: it is told,
and read as not known. One table says which keys hold lists, objects and plain values;
a key that means different things in different resources is not in it.

Source: Azure/azure-rest-api-specs, Microsoft.Network and Microsoft.ContainerService;
PowerShell's `Get-AzNetworkSecurityGroup` writes lists of addresses and ports.
"""

from dataclasses import dataclass, replace

from seawall.ingest.azure.records.values import boolean
from seawall.ingest.notes import Notes
from seawall.ingest.resource import Field, ResourceRecord, Unresolved
from seawall.model.diagnostic import Level
from seawall.model.origin import Origin, Pointer

_NOWHERE = Origin("")
_TEXT = (str, int, float)


@dataclass(frozen=True, slots=True)
class _Shape:
    """What a key holds.

    Attributes:
        word: What a person calls it.
        types: What the value may be.
        elements: What the elements of a list may be; nothing where none is looked at.
        is_flag: Whether it is true or false, perhaps in words.
    """

    word: str
    types: tuple[type, ...]
    elements: tuple[type, ...] = ()
    is_flag: bool = False


_LIST = (list, tuple)
_OBJECTS = _Shape("a list", _LIST, (dict,))
_NAMED = _Shape("a list", _LIST, (dict, str))
_TEXTS = _Shape("a list", _LIST, _TEXT)
_OBJECT = _Shape("an object", (dict,))
_REFERENCE = _Shape("a reference", (dict, str))
_WORDS = _Shape("a text or a list", (*_TEXT, *_LIST), _TEXT)
_WORD = _Shape("a text", _TEXT)
_FLAG = _Shape("true or false", (bool, str), is_flag=True)

_WRITTEN = (
    (
        _OBJECTS,
        """
        aaaaRecords agentPoolProfiles applicationRuleCollections appliesToGroups
        aRecords backendHttpSettingsCollection configurations customDnsConfigs
        customRules defaultSecurityRules delegations effectiveSecurityRules
        frontendIPConfigurations frontendPorts gatewayIPConfigurations httpListeners
        inboundNatRules ipConfigurations loadBalancingRules
        manualPrivateLinkServiceConnections matchConditions matchVariables
        natRuleCollections networkInterfaceConfigurations networkRuleCollections
        outboundRules pathRules privateDnsZoneConfigs privateDnsZoneGroups
        privateLinkServiceConnections probes recordSets requestRoutingRules routes
        routingPolicies ruleCollections rules securityRules
        serviceEndpointPolicyDefinitions staticRoutes subnets targetDnsServers
        trustedAccessRoleBindings urlPathMaps virtualNetworkPeerings virtualNetworkRules
        """,
    ),
    (
        _NAMED,
        """
        applicationSecurityGroups backendAddresses backendAddressPools
        destinationApplicationSecurityGroups destinationIpGroups destinations
        dnsResolverDomainLists effectiveOutboundIPs firewallRules hubs ids ipRules
        loadBalancerBackendAddressPools loadBalancerFrontendIpConfigurations
        networkInterfaces protocols publicIpAddresses publicIPPrefixes
        ruleCollectionAppliesToGroups serviceEndpointPolicies serviceEndpoints
        sourceApplicationSecurityGroups sourceIpGroups sources virtualHubRouteTableV2s
        """,
    ),
    (
        _TEXTS,
        """
        addressPrefixes authorizedIPRanges destinationAddresses
        destinationAddressPrefixes destinationFqdns destinationPortRanges
        destinationPorts dnsServers fqdnTags groupIds ipAddresses ipFamilies ipProtocols
        localSubnetNames matchValues networkManagerScopeAccesses noProxy podCidrs
        privateRanges remoteSubnetNames serviceCidrs sourceAddresses
        sourceAddressPrefixes sourcePortRanges targetFqdns targetUrls webCategories
        """,
    ),
    (
        _OBJECT,
        """
        addonProfiles addressSpace advancedNetworking apiServerAccessProfile
        apiServerProfile azureMonitorProfile cnameRecord dhcpOptions dnsSettings
        httpProxyConfig hubIPAddresses ingressProfile intrusionDetection
        loadBalancerProfile localDNSProfile localNetworkAddressSpace managedOutboundIPs
        natGatewayProfile networkAcls networkManagerScopes networkProfile networkRuleSet
        nodeProvisioningProfile policySettings privateLinkServiceConnectionState
        propagatedRouteTables properties remoteAddressSpace routingConfiguration
        securityProfile serviceMeshProfile snat staticEgressGatewayProfile vnetRoutes
        webAppRouting workloadIdentity
        """,
    ),
    (
        _REFERENCE,
        """
        backendAddressPool backendHttpSettings basePolicy firewallPolicy
        frontendIPConfiguration httpListener natGateway networkSecurityGroup podSubnetID
        privateDnsZoneId privateLinkServiceId publicIPAddress publicIPPrefix
        remoteVirtualNetwork subnet urlPathMap virtualHub virtualNetwork vnetSubnetID
        """,
    ),
    (
        _WORDS,
        """
        addressPrefix destinationAddressPrefix destinationPortRange sourceAddressPrefix
        sourcePortRange
        """,
    ),
    (
        _WORD,
        """
        access backendPoolType defaultAction direction dnsServiceIP fqdn fqdnSubdomain
        gatewayType kubernetesVersion loadBalancerSku name networkDataplane
        networkPlugin networkPluginMode networkPolicy nextHopIpAddress nextHopType
        osType outboundType podCidr priority privateDNSZone
        privateEndpointNetworkPolicies privateFQDN privateIPAddress publicNetworkAccess
        ruleCollectionType ruleType serviceCidr threatIntelMode translatedAddress
        translatedPort
        """,
    ),
    (
        _FLAG,
        """
        allowForwardedTraffic allowGatewayTransit allowVirtualNetworkAccess
        defaultOutboundAccess disableBgpRoutePropagation disableOutboundSnat
        enableFloatingIP enableIPForwarding enableNodePublicIP enablePrivateCluster
        enablePrivateClusterPublicFQDN enableProxy enableVnetIntegration
        registrationEnabled useRemoteGateways
        """,
    ),
)
_SHAPES = {key.lower(): shape for shape, keys in _WRITTEN for key in keys.split()}
_OF: dict[tuple[type, ...], str] = {
    (dict,): "an object",
    (dict, str): "an object",
    _TEXT: "a text",
}
_OTHERS_OWN = frozenset({"tags", "config", "nodelabels", "protectedsettings"})
"""Keys under which people keep what they like."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A value of another type.

    Attributes:
        origin: Where it stands.
        why: What is wrong with it.
        word: What stands there in Azure.
    """

    origin: Origin
    why: str
    word: str


def well_typed(record: ResourceRecord, refused: list[Refused]) -> ResourceRecord:
    """Return a resource in which each value of another type is not known.

    Args:
        record: The resource.
        refused: Takes what is of another type.
    """
    body = record.body
    value = _Checking(body.origin, refused).checked(body.value, ())
    if value is body.value:
        return record
    return replace(record, body=replace(body, value=value))


@dataclass(frozen=True, slots=True)
class _Checking:
    """The values under one place; what is not amiss is kept as it is."""

    origin: Origin
    refused: list[Refused]

    def checked(self, value: object, path: Pointer) -> object:
        """Return a value of whose type nothing is said, with what is in it checked."""
        if isinstance(value, Field):
            inner = _Checking(value.origin, self.refused).checked(value.value, ())
            return value if inner is value.value else replace(value, value=inner)
        if isinstance(value, dict):
            new = {
                key: self._under(key, item, path)
                for key, item in value.items()
                if isinstance(key, str) and key.lower() not in _OTHERS_OWN
            }
            is_same = all(value[key] is item for key, item in new.items())
            return value if is_same else {**value, **new}
        if isinstance(value, list | tuple):
            items = [self.checked(it, (*path, at)) for at, it in enumerate(value)]
            is_same = all(old is it for old, it in zip(value, items, strict=True))
            return value if is_same else items
        return value

    def _under(self, key: str, value: object, path: Pointer) -> object:
        """Return what a key holds, not known if it is of another type."""
        shape = _SHAPES.get(key.lower())
        path = (*path, key)
        if shape is None or not _is_plain(value):
            return self.checked(value, path)
        inner = value.value if isinstance(value, Field) else value
        place = value.origin if isinstance(value, Field) else self.origin.at(*path)
        if not _fits(inner, shape):
            return self._refused(place, f"`{key}`", shape.word)
        if not isinstance(inner, list | tuple) or not shape.elements:
            return self.checked(value, path)
        items: list[object] = []
        for at, item in enumerate(inner):
            if _is_plain(item, null=True) and not _is(item, shape.elements):
                where = item.origin if isinstance(item, Field) else place.at(at)
                what = f"an element of `{key}`"
                items.append(self._refused(where, what, _OF[shape.elements]))
            else:
                items.append(_Checking(place, self.refused).checked(item, (at,)))
        if all(old is it for old, it in zip(inner, items, strict=True)):
            return value
        return replace(value, value=items) if isinstance(value, Field) else items

    def _refused(self, origin: Origin, what: str, word: str) -> Field:
        why = f"{what} is not {word}"
        self.refused.append(Refused(origin, why, word))
        return Field(Unresolved(why), origin)


def tell_refused(refused: list[Refused], notes: Notes) -> None:
    """Tell of values of another type, unless whoever read them told of them."""
    heavy = (Level.ERROR, Level.UNMODELLED)
    told = [it for it in notes.diagnostics if it.level in heavy]
    for item in refused:
        if any(item.why in each.what or item.why in each.why for each in told):
            continue
        notes.error(
            item.origin,
            item.why,
            "Azure has nothing else there, so what it was meant to say is not known",
            f"write {item.word}",
        )


def _is_plain(value: object, *, null: bool = False) -> bool:
    """Whether a value stands there, and is known."""
    field = value if isinstance(value, Field) else Field(value, _NOWHERE)
    return not field.unresolved and (field.is_given or null)


def _fits(value: object, shape: _Shape) -> bool:
    if shape.is_flag and isinstance(value, str):
        return not value or boolean(Field(value, _NOWHERE)) is not None
    return _is(value, shape.types)


def _is(value: object, types: tuple[type, ...]) -> bool:
    """Whether a value is of one of some types; true and false are no numbers."""
    if isinstance(value, Field):
        value = value.value
    if isinstance(value, bool):
        return bool in types
    return isinstance(value, types)
