// The way back of a peering, which stands in the other network.
param peering object
param network string
param name string

var other = last(split(peering.remoteVirtualNetworkResourceId, '/'))

resource remote 'Microsoft.Network/virtualNetworks@2025-05-01' existing = {
  name: other
}

resource back 'Microsoft.Network/virtualNetworks/virtualNetworkPeerings@2025-05-01' = {
  parent: remote
  name: peering.?remotePeeringName ?? 'peer-${other}-${name}'
  properties: {
    remoteVirtualNetwork: { id: network }
    allowForwardedTraffic: peering.?remotePeeringAllowForwardedTraffic ?? true
    allowGatewayTransit: peering.?remotePeeringAllowGatewayTransit ?? false
    allowVirtualNetworkAccess: peering.?remotePeeringAllowVirtualNetworkAccess ?? true
    useRemoteGateways: peering.?remotePeeringUseRemoteGateways ?? false
  }
}
