// What the module sets, in the versions that index.toml names.
param name string
param location string = resourceGroup().location
param tags object?
param subnetResourceId string
param applicationSecurityGroupResourceIds array?
param customDnsConfigs array?
param customNetworkInterfaceName string?
param ipConfigurations array?
param manualPrivateLinkServiceConnections array?
param privateLinkServiceConnections array?
param privateDnsZoneGroup object?
param ipVersionType string?

resource endpoint 'Microsoft.Network/privateEndpoints@2024-10-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    subnet: { id: subnetResourceId }
    applicationSecurityGroups: map(applicationSecurityGroupResourceIds ?? [], it => { id: it })
    customDnsConfigs: customDnsConfigs ?? []
    customNetworkInterfaceName: customNetworkInterfaceName ?? ''
    ipConfigurations: ipConfigurations ?? []
    ipVersionType: ipVersionType
    manualPrivateLinkServiceConnections: manualPrivateLinkServiceConnections ?? []
    privateLinkServiceConnections: privateLinkServiceConnections ?? []
  }
}

resource zones 'Microsoft.Network/privateEndpoints/privateDnsZoneGroups@2024-10-01' = if (!empty(privateDnsZoneGroup)) {
  parent: endpoint
  name: privateDnsZoneGroup.?name ?? 'default'
  properties: {
    privateDnsZoneConfigs: map(privateDnsZoneGroup.?privateDnsZoneGroupConfigs ?? [], it => {
      name: it.?name ?? last(split(it.privateDnsZoneResourceId, '/'))
      properties: { privateDnsZoneId: it.privateDnsZoneResourceId }
    })
  }
}

output resourceGroupName string = resourceGroup().name
output resourceId string = endpoint.id
output name string = endpoint.name
output location string = endpoint.location
output customDnsConfigs array = endpoint.properties.customDnsConfigs
output networkInterfaceResourceIds array = map(endpoint.properties.networkInterfaces, it => it.id)
