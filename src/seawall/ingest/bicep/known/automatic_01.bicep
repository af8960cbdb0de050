// What the module sets, in the versions that index.toml names. Its own words begin with `since`.
param sinceVersion string

param name string
param location string = resourceGroup().location
param aadProfile object?

module aks 'br/public:avm/res/container-service/managed-cluster:AT' = {
  name: '${uniqueString(deployment().name, location)}-managed-cluster'
  params: {
    name: name
    location: location
    kubernetesVersion: sinceVersion
    skuName: 'Automatic'
    managedIdentities: { systemAssigned: true }
    nodeProvisioningProfileMode: 'Auto'
    nodeResourceGroupProfile: { restrictionLevel: 'ReadOnly' }
    outboundType: 'managedNATGateway'
    primaryAgentPoolProfiles: [
      { name: 'systempool', count: 3, vmSize: 'Standard_DS4_v2', mode: 'System' }
    ]
    publicNetworkAccess: 'Enabled'
    disableLocalAccounts: true
    autoNodeOsUpgradeProfileUpgradeChannel: 'NodeImage'
    enableKeyvaultSecretsProvider: true
    webApplicationRoutingEnabled: true
    aadProfile: aadProfile
  }
}

output resourceGroupName string = resourceGroup().name
output clusterName string = aks.name
output clusterIdentity object = {
  clientId: aks.outputs.?kubeletIdentityClientId
  objectId: aks.outputs.?kubeletIdentityObjectId
  resourceId: aks.outputs.?kubeletIdentityResourceId
}
