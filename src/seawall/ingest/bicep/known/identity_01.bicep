// What the module sets, in the versions that index.toml names.
param name string
param location string = resourceGroup().location
param tags object?

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: name
  location: location
  tags: tags
}

output resourceGroupName string = resourceGroup().name
output resourceId string = identity.id
output name string = identity.name
output location string = identity.location
output principalId string = identity.properties.principalId
output clientId string = identity.properties.clientId
