// What the module sets, in the versions that index.toml names.
param name string
param location string = resourceGroup().location
param tags object?
param natGatewaySku string = 'Standard'
param idleTimeoutInMinutes int = 5
param publicIpResourceIds array = []
param publicIPPrefixResourceIds array = []
param publicIPAddresses array?
param publicIPPrefixes array?
param publicIpResourceIdsV6 array = []
param publicIPPrefixResourceIdsV6 array = []
param publicIPAddressesV6 array?
param publicIPPrefixesV6 array?

resource addresses 'Microsoft.Network/publicIPAddresses@2025-01-01' = [for it in publicIPAddresses ?? []: {
  name: it.?name ?? '${name}-pip'
  location: location
  tags: it.?tags ?? tags
  sku: { name: it.?skuName ?? natGatewaySku, tier: it.?skuTier ?? 'Regional' }
  properties: {
    publicIPAddressVersion: it.?publicIPAddressVersion ?? 'IPv4'
    publicIPAllocationMethod: 'Static'
    publicIPPrefix: empty(it.?publicIPPrefixResourceId) ? null : { id: it.?publicIPPrefixResourceId }
    dnsSettings: it.?dnsSettings
    ipTags: it.?ipTags
  }
}]

resource prefixes 'Microsoft.Network/publicIPPrefixes@2025-01-01' = [for it in publicIPPrefixes ?? []: {
  name: it.?name ?? '${name}-pip'
  location: location
  tags: it.?tags ?? tags
  properties: {
    prefixLength: it.prefixLength
    publicIPAddressVersion: it.?publicIPAddressVersion ?? 'IPv4'
    customIPPrefix: it.?customIPPrefix
    ipTags: it.?ipTags
  }
}]

resource longAddresses 'Microsoft.Network/publicIPAddresses@2025-01-01' = [for it in publicIPAddressesV6 ?? []: {
  name: it.?name ?? '${name}-pipv6'
  location: location
  tags: it.?tags ?? tags
  sku: { name: it.?skuName ?? natGatewaySku, tier: it.?skuTier ?? 'Regional' }
  properties: {
    publicIPAddressVersion: 'IPv6'
    publicIPAllocationMethod: 'Static'
    publicIPPrefix: empty(it.?publicIPPrefixResourceId) ? null : { id: it.?publicIPPrefixResourceId }
    dnsSettings: it.?dnsSettings
    ipTags: it.?ipTags
  }
}]

resource longPrefixes 'Microsoft.Network/publicIPPrefixes@2025-01-01' = [for it in publicIPPrefixesV6 ?? []: {
  name: it.?name ?? '${name}-pipv6'
  location: location
  tags: it.?tags ?? tags
  properties: {
    prefixLength: it.prefixLength
    publicIPAddressVersion: 'IPv6'
    customIPPrefix: it.?customIPPrefix
    ipTags: it.?ipTags
  }
}]

resource gateway 'Microsoft.Network/natGateways@2025-05-01' = {
  name: name
  location: location
  tags: tags
  sku: { name: natGatewaySku }
  properties: {
    idleTimeoutInMinutes: idleTimeoutInMinutes
    publicIpAddresses: concat(
      map(range(0, length(publicIPAddresses ?? [])), i => { id: addresses[i].id }),
      map(publicIpResourceIds, it => { id: it })
    )
    publicIpPrefixes: concat(
      map(range(0, length(publicIPPrefixes ?? [])), i => { id: prefixes[i].id }),
      map(publicIPPrefixResourceIds, it => { id: it })
    )
    publicIpAddressesV6: empty(publicIPAddressesV6) && empty(publicIpResourceIdsV6) ? null : concat(
      map(range(0, length(publicIPAddressesV6 ?? [])), i => { id: longAddresses[i].id }),
      map(publicIpResourceIdsV6, it => { id: it })
    )
    publicIpPrefixesV6: empty(publicIPPrefixesV6) && empty(publicIPPrefixResourceIdsV6) ? null : concat(
      map(range(0, length(publicIPPrefixesV6 ?? [])), i => { id: longPrefixes[i].id }),
      map(publicIPPrefixResourceIdsV6, it => { id: it })
    )
  }
}

output resourceGroupName string = resourceGroup().name
output resourceId string = gateway.id
output name string = gateway.name
output location string = gateway.location
