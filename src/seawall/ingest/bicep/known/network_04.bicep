// What the module sets, in the versions that index.toml names. Its own words begin with `since`.
param sincePools bool

param name string
param location string = resourceGroup().location
param tags object?
param addressPrefixes array
param ipamPoolNumberOfIpAddresses string?
param subnets array?
param dnsServers array?
param peerings array?
param enablePrivateEndpointVNetPolicies string?

var isPool = sincePools && contains(addressPrefixes[0], '/Microsoft.Network/networkManagers/')

resource network 'Microsoft.Network/virtualNetworks@2025-05-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    addressSpace: {
      addressPrefixes: isPool ? null : addressPrefixes
      ipamPoolPrefixAllocations: !isPool ? null : [
        { pool: { id: addressPrefixes[0] }, numberOfIpAddresses: ipamPoolNumberOfIpAddresses }
      ]
    }
    dhcpOptions: empty(dnsServers) ? null : { dnsServers: array(dnsServers) }
    privateEndpointVNetPolicies: enablePrivateEndpointVNetPolicies
  }
}

resource parts 'Microsoft.Network/virtualNetworks/subnets@2025-05-01' = [for it in subnets ?? []: {
  parent: network
  name: it.name
  properties: {
    addressPrefix: it.?addressPrefix
    addressPrefixes: it.?addressPrefixes
    ipamPoolPrefixAllocations: it.?ipamPoolPrefixAllocations
    networkSecurityGroup: empty(it.?networkSecurityGroupResourceId) ? null : { id: it.?networkSecurityGroupResourceId }
    routeTable: empty(it.?routeTableResourceId) ? null : { id: it.?routeTableResourceId }
    natGateway: empty(it.?natGatewayResourceId) ? null : { id: it.?natGatewayResourceId }
    serviceEndpoints: map(it.?serviceEndpoints ?? [], one => { service: one })
    serviceEndpointPolicies: it.?serviceEndpointPolicies
    delegations: empty(it.?delegation) ? [] : [
      { name: it.?delegation, properties: { serviceName: it.?delegation } }
    ]
    privateEndpointNetworkPolicies: empty(it.?privateEndpointNetworkPolicies) ? null : it.?privateEndpointNetworkPolicies
    privateLinkServiceNetworkPolicies: empty(it.?privateLinkServiceNetworkPolicies) ? null : it.?privateLinkServiceNetworkPolicies
    defaultOutboundAccess: it.?defaultOutboundAccess
    sharingScope: it.?sharingScope
  }
}]

resource peers 'Microsoft.Network/virtualNetworks/virtualNetworkPeerings@2025-05-01' = [for it in peerings ?? []: {
  parent: network
  name: it.?name ?? 'peer-${name}-${last(split(it.remoteVirtualNetworkResourceId, '/'))}'
  properties: {
    remoteVirtualNetwork: { id: it.remoteVirtualNetworkResourceId }
    allowForwardedTraffic: it.?allowForwardedTraffic ?? true
    allowGatewayTransit: it.?allowGatewayTransit ?? false
    allowVirtualNetworkAccess: it.?allowVirtualNetworkAccess ?? true
    useRemoteGateways: it.?useRemoteGateways ?? false
  }
}]

module back 'peering_back.bicep' = [for it in peerings ?? []: if (it.?remotePeeringEnabled ?? false) {
  scope: resourceGroup(split(it.remoteVirtualNetworkResourceId, '/')[2], split(it.remoteVirtualNetworkResourceId, '/')[4])
  params: { peering: it, network: network.id, name: name }
}]

output resourceGroupName string = resourceGroup().name
output resourceId string = network.id
output name string = network.name
output subnetNames array = map(subnets ?? [], it => it.name)
output subnetResourceIds array = [for (it, i) in subnets ?? []: parts[i].id]
output location string = network.location
