// What the module sets, in the versions that index.toml names. Its own words begin with `since`.
param sinceMachines bool

param name string
param location string = resourceGroup().location
param tags object?
param dnsPrefix string = name
param fqdnSubdomain string?
param kubernetesVersion string?
param skuName string = 'Base'
param skuTier string = 'Standard'
param managedIdentities object?
param aksServicePrincipalProfile object?
param identityProfile object?
param nodeResourceGroup string = '${resourceGroup().name}_aks_${name}_nodes'
param nodeResourceGroupProfile object?
param nodeProvisioningProfile object?
param primaryAgentPoolProfiles array
param agentPools array?
param windowsProfile object?
param upgradeSettings object?

param networkPlugin string?
param networkPluginMode string?
param networkPolicy string?
param networkDataplane string?
param networkMode string?
param advancedNetworking object?
param ipFamilies array = [ 'IPv4' ]
param natGatewayProfile object?
param staticEgressGatewayProfile object?
param podCidr string?
param podCidrs array?
param serviceCidr string?
param serviceCidrs array?
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
param apiServerAccessProfile object?
param bootstrapProfile object?
param httpProxyConfig object?

param enableRBAC bool = true
param disableLocalAccounts bool = true
param aadProfile object?
param enableOidcIssuerProfile bool = false
param securityProfile object?
param monitoringWorkspaceResourceId string?
param omsAgentEnabled bool = true
param azureMonitorProfile object?
param autoUpgradeProfile object = { upgradeChannel: 'stable' }

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
param serviceMeshProfile object?

var hasGateway = ingressApplicationGatewayEnabled && !empty(appGatewayResourceId)
var hasProfile = outboundType != 'userDefinedRouting'
var identities = managedIdentities.?userAssignedResourceIds ?? []
var system = managedIdentities.?systemAssigned ?? false

resource cluster 'Microsoft.ContainerService/managedClusters@2025-10-01' = {
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
      count: sinceMachines && it.?type == 'VirtualMachines' ? null : (it.?count ?? 1)
      enableAutoScaling: sinceMachines && it.?type == 'VirtualMachines' ? null : (it.?enableAutoScaling ?? false)
      enableNodePublicIP: it.?enableNodePublicIP ?? false
      gatewayProfile: it.?gatewayProfile
      gpuProfile: it.?gpuProfile
      localDNSProfile: it.?localDNSProfile
      maxCount: sinceMachines && it.?type == 'VirtualMachines' ? null : it.?maxCount
      maxPods: it.?maxPods
      minCount: sinceMachines && it.?type == 'VirtualMachines' ? null : it.?minCount
      mode: it.?mode
      networkProfile: it.?networkProfile
      nodeLabels: it.?nodeLabels
      nodePublicIPPrefixID: it.?nodePublicIpPrefixResourceId
      nodeTaints: it.?nodeTaints
      orchestratorVersion: it.?orchestratorVersion
      osSKU: it.?osSKU
      osType: it.?osType ?? 'Linux'
      podIPAllocationMode: it.?podIPAllocationMode
      podSubnetID: it.?podSubnetResourceId
      securityProfile: it.?securityProfile
      tags: it.?tags
      type: it.?type
      upgradeSettings: it.?upgradeSettings
      virtualMachinesProfile: it.?virtualMachinesProfile
      vmSize: sinceMachines && it.?type == 'VirtualMachines' ? null : (it.?vmSize ?? 'Standard_D2s_v3')
      vnetSubnetID: it.?vnetSubnetResourceId
      windowsProfile: it.?windowsProfile
      workloadRuntime: it.?workloadRuntime
    })
    dnsPrefix: dnsPrefix
    fqdnSubdomain: fqdnSubdomain
    kubernetesVersion: kubernetesVersion
    nodeResourceGroup: nodeResourceGroup
    nodeResourceGroupProfile: nodeResourceGroupProfile
    nodeProvisioningProfile: nodeProvisioningProfile
    servicePrincipalProfile: aksServicePrincipalProfile
    identityProfile: identityProfile
    enableRBAC: enableRBAC
    disableLocalAccounts: disableLocalAccounts
    publicNetworkAccess: publicNetworkAccess
    httpProxyConfig: httpProxyConfig
    bootstrapProfile: bootstrapProfile
    upgradeSettings: upgradeSettings
    windowsProfile: windowsProfile
    networkProfile: {
      networkPlugin: networkPlugin
      networkPluginMode: networkDataplane == 'cilium' ? 'overlay' : networkPluginMode
      networkPolicy: networkDataplane == 'cilium' ? 'cilium' : networkPolicy
      networkDataplane: networkDataplane
      networkMode: networkMode
      advancedNetworking: advancedNetworking
      ipFamilies: ipFamilies
      natGatewayProfile: natGatewayProfile
      staticEgressGatewayProfile: staticEgressGatewayProfile
      podCidr: podCidr
      podCidrs: podCidrs
      serviceCidr: serviceCidr
      serviceCidrs: serviceCidrs
      dnsServiceIP: dnsServiceIP
      outboundType: outboundType
      loadBalancerSku: loadBalancerSku
      loadBalancerProfile: !hasProfile ? null : {
        backendPoolType: backendPoolType
        managedOutboundIPs: managedOutboundIPCount == 0 ? null : { count: managedOutboundIPCount }
        allocatedOutboundPorts: allocatedOutboundPorts
        idleTimeoutInMinutes: idleTimeoutInMinutes
        outboundIPs: empty(outboundPublicIPResourceIds) ? null : {
          publicIPs: map(outboundPublicIPResourceIds ?? [], it => { id: it })
        }
        outboundIPPrefixes: empty(outboundPublicIPPrefixResourceIds) ? null : {
          publicIPPrefixes: map(outboundPublicIPPrefixResourceIds ?? [], it => { id: it })
        }
      }
    }
    apiServerAccessProfile: apiServerAccessProfile
    aadProfile: aadProfile
    oidcIssuerProfile: enableOidcIssuerProfile ? { enabled: enableOidcIssuerProfile } : null
    securityProfile: securityProfile
    azureMonitorProfile: azureMonitorProfile
    autoUpgradeProfile: autoUpgradeProfile
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
    serviceMeshProfile: serviceMeshProfile
  }
}

resource pools 'Microsoft.ContainerService/managedClusters/agentPools@2025-10-01' = [for it in agentPools ?? []: {
  parent: cluster
  name: it.name
  properties: {
    count: sinceMachines && it.?type == 'VirtualMachines' ? null : (it.?count ?? 1)
    enableAutoScaling: sinceMachines && it.?type == 'VirtualMachines' ? null : (it.?enableAutoScaling ?? false)
    enableNodePublicIP: it.?enableNodePublicIP ?? false
    gatewayProfile: it.?mode == 'Gateway' ? it.?gatewayProfile : null
    gpuProfile: it.?gpuProfile
    localDNSProfile: it.?localDNSProfile
    maxCount: sinceMachines && it.?type == 'VirtualMachines' ? null : it.?maxCount
    maxPods: it.?maxPods
    minCount: sinceMachines && it.?type == 'VirtualMachines' ? null : it.?minCount
    mode: it.?mode
    networkProfile: it.?networkProfile
    nodeLabels: it.?nodeLabels
    nodePublicIPPrefixID: it.?nodePublicIpPrefixResourceId
    nodeTaints: it.?nodeTaints
    orchestratorVersion: it.?orchestratorVersion ?? kubernetesVersion
    osSKU: it.?osSKU
    osType: it.?osType ?? 'Linux'
    podIPAllocationMode: it.?podIPAllocationMode
    podSubnetID: it.?podSubnetResourceId
    securityProfile: it.?securityProfile
    tags: it.?tags ?? tags
    type: it.?type
    upgradeSettings: it.?upgradeSettings
    virtualMachinesProfile: it.?virtualMachinesProfile
    vmSize: sinceMachines && it.?type == 'VirtualMachines' ? null : (it.?vmSize ?? 'Standard_D2s_v3')
    vnetSubnetID: it.?vnetSubnetResourceId
    windowsProfile: it.?windowsProfile
    workloadRuntime: it.?workloadRuntime
  }
}]

output resourceId string = cluster.id
output resourceGroupName string = resourceGroup().name
output name string = cluster.name
output location string = cluster.location
output controlPlaneFQDN string = (apiServerAccessProfile.?enablePrivateCluster ?? false) ? cluster.properties.privateFQDN : cluster.properties.fqdn
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
