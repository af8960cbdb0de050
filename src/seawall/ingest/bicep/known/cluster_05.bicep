// What the module sets, in the versions that index.toml names. Its own words begin with `since`.
param sinceImage bool
param sinceShell bool
param sinceAddresses bool
param sinceAppliance bool

param name string
param location string = resourceGroup().location
param tags object?
param dnsPrefix string = name
param kubernetesVersion string?
param skuName string = 'Base'
param skuTier string = 'Standard'
param managedIdentities object?
param aksServicePrincipalProfile object?
param identityProfile object?
param nodeResourceGroup string = '${resourceGroup().name}_aks_${name}_nodes'
param nodeResourceGroupProfile object?
param primaryAgentPoolProfiles array
param agentPools array?

param networkPlugin string?
param networkPluginMode string?
param networkPolicy string?
param networkDataplane string?
param podCidr string?
param serviceCidr string?
param dnsServiceIP string?
param outboundType string = 'loadBalancer'
param loadBalancerSku string = 'standard'
param backendPoolType string = 'NodeIPConfiguration'
param managedOutboundIPCount int = 0
param allocatedOutboundPorts int = 0
param idleTimeoutInMinutes int = 30
param outboundPublicIPResourceIds array?
param outboundPublicIPPrefixResourceIds array?

param publicNetworkAccess string = 'Disabled'
param enablePrivateCluster bool = false
param enablePrivateClusterPublicFQDN bool = false
param privateDNSZone string?
param authorizedIPRanges array?
param disableRunCommand bool = false

param enableRBAC bool = true
param disableLocalAccounts bool = true
param aadProfile object?
param enableOidcIssuerProfile bool = false
param enableWorkloadIdentity bool = false
param enableAzureDefender bool = false
param monitoringWorkspaceResourceId string?
param omsAgentEnabled bool = true
param enableContainerInsights bool = false
param enableAzureMonitorProfileMetrics bool = false
param appMonitoring object?

param autoUpgradeProfileUpgradeChannel string = 'stable'
param autoNodeOsUpgradeProfileUpgradeChannel string = 'Unmanaged'
param nodeProvisioningProfileMode string?
param httpProxyConfig object?

param aciConnectorLinuxEnabled bool = false
param azurePolicyEnabled bool = true
param enableKeyvaultSecretsProvider bool = false
param httpApplicationRoutingEnabled bool = false
param ingressApplicationGatewayEnabled bool = false
param appGatewayResourceId string?
param kubeDashboardEnabled bool = false
param openServiceMeshEnabled bool = false
param webApplicationRoutingEnabled bool = false
param dnsZoneResourceId string?
param defaultIngressControllerType string?
param istioServiceMeshEnabled bool = false
param istioServiceMeshRevisions array?
param istioServiceMeshInternalIngressGatewayEnabled bool = false
param istioServiceMeshExternalIngressGatewayEnabled bool = false

var hasGateway = ingressApplicationGatewayEnabled && !empty(appGatewayResourceId)
var hasProfile = !(sinceAppliance && outboundType == 'userDefinedRouting')
// Before 0.6.0 the one, since then the other.
var identities = managedIdentities.?userAssignedResourceIds ?? managedIdentities.?userAssignedResourcesIds ?? []
var system = managedIdentities.?systemAssigned ?? false

resource cluster 'Microsoft.ContainerService/managedClusters@2025-05-01' = {
  name: name
  location: location
  tags: tags
  sku: { name: skuName, tier: skuTier }
  identity: empty(managedIdentities) ? null : {
    type: system ? 'SystemAssigned' : (empty(identities) ? null : 'UserAssigned')
    userAssignedIdentities: empty(identities) ? null : toObject(identities, it => it, it => {})
  }
  properties: {
    agentPoolProfiles: map(primaryAgentPoolProfiles, it => {
      name: it.name
      count: it.?count ?? 1
      enableAutoScaling: it.?enableAutoScaling ?? false
      enableNodePublicIP: it.?enableNodePublicIP ?? false
      maxCount: it.?maxCount
      maxPods: it.?maxPods
      minCount: it.?minCount
      mode: it.?mode
      nodeLabels: it.?nodeLabels
      nodePublicIPPrefixID: it.?nodePublicIpPrefixResourceId
      nodeTaints: it.?nodeTaints
      orchestratorVersion: it.?orchestratorVersion
      osSKU: sinceImage ? it.?osSKU : null
      osType: it.?osType ?? 'Linux'
      podSubnetID: it.?podSubnetResourceId
      securityProfile: sinceShell ? { sshAccess: skuName == 'Automatic' ? 'Disabled' : 'LocalUser' } : null
      tags: it.?tags
      type: it.?type
      upgradeSettings: { maxSurge: it.?maxSurge }
      vmSize: it.?vmSize ?? 'Standard_D2s_v3'
      vnetSubnetID: it.?vnetSubnetResourceId
      workloadRuntime: it.?workloadRuntime
    })
    dnsPrefix: dnsPrefix
    kubernetesVersion: kubernetesVersion
    nodeResourceGroup: nodeResourceGroup
    nodeResourceGroupProfile: nodeResourceGroupProfile
    servicePrincipalProfile: aksServicePrincipalProfile
    identityProfile: identityProfile
    enableRBAC: enableRBAC
    disableLocalAccounts: disableLocalAccounts
    publicNetworkAccess: publicNetworkAccess
    httpProxyConfig: httpProxyConfig
    networkProfile: {
      networkPlugin: networkPlugin
      networkPluginMode: networkDataplane == 'cilium' ? 'overlay' : networkPluginMode
      networkPolicy: networkDataplane == 'cilium' ? 'cilium' : networkPolicy
      networkDataplane: networkDataplane
      podCidr: podCidr
      serviceCidr: serviceCidr
      dnsServiceIP: dnsServiceIP
      outboundType: outboundType
      loadBalancerSku: loadBalancerSku
      loadBalancerProfile: !hasProfile ? null : {
        backendPoolType: backendPoolType
        managedOutboundIPs: managedOutboundIPCount == 0 ? null : { count: managedOutboundIPCount }
        allocatedOutboundPorts: sinceAddresses ? allocatedOutboundPorts : null
        idleTimeoutInMinutes: sinceAddresses ? idleTimeoutInMinutes : null
        outboundIPs: empty(outboundPublicIPResourceIds) ? null : {
          publicIPs: map(outboundPublicIPResourceIds ?? [], it => { id: it })
        }
        outboundIPPrefixes: empty(outboundPublicIPPrefixResourceIds) ? null : {
          publicIPPrefixes: map(outboundPublicIPPrefixResourceIds ?? [], it => { id: it })
        }
      }
    }
    apiServerAccessProfile: {
      authorizedIPRanges: authorizedIPRanges
      disableRunCommand: disableRunCommand
      enablePrivateCluster: enablePrivateCluster
      enablePrivateClusterPublicFQDN: enablePrivateClusterPublicFQDN
      privateDNSZone: privateDNSZone
    }
    aadProfile: empty(aadProfile) ? null : {
      managed: aadProfile.?aadProfileManaged
      enableAzureRBAC: aadProfile.?aadProfileEnableAzureRBAC
      adminGroupObjectIDs: aadProfile.?aadProfileAdminGroupObjectIDs
    }
    oidcIssuerProfile: enableOidcIssuerProfile ? { enabled: enableOidcIssuerProfile } : null
    securityProfile: {
      workloadIdentity: enableWorkloadIdentity ? { enabled: enableWorkloadIdentity } : null
      defender: !enableAzureDefender ? null : {
        securityMonitoring: { enabled: enableAzureDefender }
        logAnalyticsWorkspaceResourceId: monitoringWorkspaceResourceId
      }
    }
    azureMonitorProfile: {
      containerInsights: !enableContainerInsights ? null : { enabled: enableContainerInsights }
      metrics: !enableAzureMonitorProfileMetrics ? null : { enabled: enableAzureMonitorProfileMetrics }
      appMonitoring: appMonitoring
    }
    autoUpgradeProfile: {
      upgradeChannel: autoUpgradeProfileUpgradeChannel
      nodeOSUpgradeChannel: autoNodeOsUpgradeProfileUpgradeChannel
    }
    nodeProvisioningProfile: empty(nodeProvisioningProfileMode) ? null : { mode: nodeProvisioningProfileMode }
    addonProfiles: {
      aciConnectorLinux: { enabled: aciConnectorLinuxEnabled }
      azurepolicy: { enabled: azurePolicyEnabled }
      azureKeyvaultSecretsProvider: { enabled: enableKeyvaultSecretsProvider }
      httpApplicationRouting: { enabled: httpApplicationRoutingEnabled }
      ingressApplicationGateway: {
        enabled: hasGateway
        config: !hasGateway ? null : {
          applicationGatewayId: appGatewayResourceId
          effectiveApplicationGatewayId: appGatewayResourceId
        }
      }
      kubeDashboard: { enabled: kubeDashboardEnabled }
      omsagent: { enabled: omsAgentEnabled && !empty(monitoringWorkspaceResourceId) }
      openServiceMesh: { enabled: openServiceMeshEnabled }
    }
    ingressProfile: {
      webAppRouting: {
        enabled: webApplicationRoutingEnabled
        dnsZoneResourceIds: empty(dnsZoneResourceId) ? null : [ dnsZoneResourceId ]
        nginx: empty(defaultIngressControllerType) ? null : {
          defaultIngressControllerType: defaultIngressControllerType
        }
      }
    }
    serviceMeshProfile: !istioServiceMeshEnabled ? null : {
      mode: 'Istio'
      istio: {
        revisions: empty(istioServiceMeshRevisions) ? null : istioServiceMeshRevisions
        components: {
          ingressGateways: [
            { enabled: istioServiceMeshInternalIngressGatewayEnabled, mode: 'Internal' }
            { enabled: istioServiceMeshExternalIngressGatewayEnabled, mode: 'External' }
          ]
        }
      }
    }
  }
}

resource pools 'Microsoft.ContainerService/managedClusters/agentPools@2025-05-01' = [for it in agentPools ?? []: {
  parent: cluster
  name: it.name
  properties: {
    count: it.?count ?? 1
    enableAutoScaling: it.?enableAutoScaling ?? false
    enableNodePublicIP: it.?enableNodePublicIP ?? false
    maxCount: it.?maxCount
    maxPods: it.?maxPods
    minCount: it.?minCount
    mode: it.?mode
    nodeLabels: it.?nodeLabels
    nodePublicIPPrefixID: it.?nodePublicIpPrefixResourceId
    nodeTaints: it.?nodeTaints
    orchestratorVersion: it.?orchestratorVersion ?? kubernetesVersion
    osSKU: it.?osSKU
    osType: it.?osType ?? 'Linux'
    podSubnetID: it.?podSubnetResourceId
    tags: it.?tags ?? tags
    type: it.?type
    upgradeSettings: { maxSurge: it.?maxSurge }
    vmSize: it.?vmSize ?? 'Standard_D2s_v3'
    vnetSubnetID: it.?vnetSubnetResourceId
    workloadRuntime: it.?workloadRuntime
  }
}]

output resourceId string = cluster.id
output resourceGroupName string = resourceGroup().name
output name string = cluster.name
output location string = cluster.location
output controlPlaneFQDN string = enablePrivateCluster ? cluster.properties.privateFQDN : cluster.properties.fqdn
output systemAssignedMIPrincipalId string? = cluster.?identity.?principalId
output kubeletIdentityClientId string? = cluster.properties.?identityProfile.?kubeletidentity.?clientId
output kubeletIdentityObjectId string? = cluster.properties.?identityProfile.?kubeletidentity.?objectId
output kubeletIdentityResourceId string? = cluster.properties.?identityProfile.?kubeletidentity.?resourceId
output omsagentIdentityObjectId string? = cluster.properties.?addonProfiles.?omsagent.?identity.?objectId
output keyvaultIdentityObjectId string? = cluster.properties.?addonProfiles.?azureKeyvaultSecretsProvider.?identity.?objectId
output keyvaultIdentityClientId string? = cluster.properties.?addonProfiles.?azureKeyvaultSecretsProvider.?identity.?clientId
output ingressApplicationGatewayIdentityObjectId string? = cluster.properties.?addonProfiles.?ingressApplicationGateway.?identity.?objectId
output oidcIssuerUrl string? = cluster.properties.?oidcIssuerProfile.?issuerURL
output addonProfiles object? = cluster.properties.?addonProfiles
output webAppRoutingIdentityObjectId string? = cluster.properties.?ingressProfile.?webAppRouting.?identity.?objectId
