// What the module sets, in the versions that index.toml names.
param name string
param location string = resourceGroup().location
param tags object?
param securityRules array?

resource group 'Microsoft.Network/networkSecurityGroups@2025-05-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    securityRules: map(securityRules ?? [], it => {
      name: it.name
      properties: {
        access: it.properties.access
        direction: it.properties.direction
        priority: it.properties.priority
        protocol: it.properties.protocol
        sourceAddressPrefix: it.properties.?sourceAddressPrefix ?? ''
        sourceAddressPrefixes: it.properties.?sourceAddressPrefixes ?? []
        sourceApplicationSecurityGroups: map(it.properties.?sourceApplicationSecurityGroupResourceIds ?? [], one => { id: one })
        sourcePortRange: it.properties.?sourcePortRange ?? ''
        sourcePortRanges: it.properties.?sourcePortRanges ?? []
        destinationAddressPrefix: it.properties.?destinationAddressPrefix ?? ''
        destinationAddressPrefixes: it.properties.?destinationAddressPrefixes ?? []
        destinationApplicationSecurityGroups: map(it.properties.?destinationApplicationSecurityGroupResourceIds ?? [], one => { id: one })
        destinationPortRange: it.properties.?destinationPortRange ?? ''
        destinationPortRanges: it.properties.?destinationPortRanges ?? []
      }
    })
  }
}

output resourceGroupName string = resourceGroup().name
output resourceId string = group.id
output name string = group.name
output location string = group.location
