// What the module sets, in the versions that index.toml names.
param name string
param location string = resourceGroup().location
param tags object?
param skuName string = 'Standard'
param skuTier string = 'Regional'
param publicIPAddressVersion string = 'IPv4'
param publicIPAllocationMethod string = 'Static'
param publicIpPrefixResourceId string?
param dnsSettings object?
param idleTimeoutInMinutes int = 4
param ipTags array?

resource address 'Microsoft.Network/publicIPAddresses@2025-01-01' = {
  name: name
  location: location
  tags: tags
  sku: { name: skuName, tier: skuTier }
  properties: {
    publicIPAddressVersion: publicIPAddressVersion
    publicIPAllocationMethod: publicIPAllocationMethod
    publicIPPrefix: empty(publicIpPrefixResourceId) ? null : { id: publicIpPrefixResourceId }
    dnsSettings: dnsSettings
    idleTimeoutInMinutes: idleTimeoutInMinutes
    ipTags: ipTags
  }
}

output resourceGroupName string = resourceGroup().name
output resourceId string = address.id
output name string = address.name
output ipAddress string = address.properties.?ipAddress ?? ''
output location string = address.location
