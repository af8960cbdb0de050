// What the module sets, in the versions that index.toml names.
param name string
param location string = resourceGroup().location
param tags object?
param routes array?
param disableBgpRoutePropagation bool = false

resource table 'Microsoft.Network/routeTables@2024-07-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    routes: routes
    disableBgpRoutePropagation: disableBgpRoutePropagation
  }
}

output resourceGroupName string = resourceGroup().name
output resourceId string = table.id
output name string = table.name
output location string = table.location
