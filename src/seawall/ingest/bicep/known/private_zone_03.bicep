// What the module sets, in the versions that index.toml names.
param name string
param location string = 'global'
param tags object?
param a array?
param aaaa array?
param cname array?
param virtualNetworkLinks array?

resource zone 'Microsoft.Network/privateDnsZones@2024-06-01' = {
  name: name
  location: location
  tags: tags
}

resource addresses 'Microsoft.Network/privateDnsZones/A@2024-06-01' = [for it in a ?? []: {
  parent: zone
  name: it.name
  properties: { aRecords: it.?aRecords, ttl: it.?ttl ?? 3600 }
}]

resource longAddresses 'Microsoft.Network/privateDnsZones/AAAA@2024-06-01' = [for it in aaaa ?? []: {
  parent: zone
  name: it.name
  properties: { aaaaRecords: it.?aaaaRecords, ttl: it.?ttl ?? 3600 }
}]

resource aliases 'Microsoft.Network/privateDnsZones/CNAME@2024-06-01' = [for it in cname ?? []: {
  parent: zone
  name: it.name
  properties: { cnameRecord: it.?cnameRecord, ttl: it.?ttl ?? 3600 }
}]

resource links 'Microsoft.Network/privateDnsZones/virtualNetworkLinks@2024-06-01' = [for it in virtualNetworkLinks ?? []: {
  parent: zone
  name: it.?name ?? '${last(split(it.virtualNetworkResourceId, '/'))}-vnetlink'
  location: it.?location ?? 'global'
  tags: it.?tags ?? tags
  properties: {
    registrationEnabled: it.?registrationEnabled ?? false
    virtualNetwork: { id: it.virtualNetworkResourceId }
    resolutionPolicy: it.?resolutionPolicy
  }
}]

output resourceGroupName string = resourceGroup().name
output resourceId string = zone.id
output name string = zone.name
output location string = zone.location
