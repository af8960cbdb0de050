"""AKS clusters and their node pools."""

import json
from collections.abc import Iterable, Mapping

from seawall.emit.az.command import Command, Word
from seawall.emit.az.flags import (
    Rule,
    commas,
    flag,
    flags,
    implied,
    keys,
    many,
    pairs,
    switch,
    words_of,
)
from seawall.emit.az.kinds.network import GROUP
from seawall.emit.az.kinds.shape import Kind
from seawall.emit.parts import Absent, Part, Unsaid, bare
from seawall.emit.tree import Id, Joined, Resource, Value, without_notes

CLUSTERS = "Microsoft.ContainerService/managedClusters"
_ACCESS = "properties.apiServerAccessProfile."
_NETWORK = "properties.networkProfile."
_SERVICES = f"{_NETWORK}advancedNetworking."


def _services(part: Part) -> Iterable[Word]:
    """Give Container Networking Services, or nothing where they are off."""
    enabled = part.take(f"{_SERVICES}enabled")
    watched = part.take(f"{_SERVICES}observability.enabled")
    secured = part.take(f"{_SERVICES}security.enabled")
    on = not isinstance(enabled, Absent) and bare(enabled) is True
    if on:
        yield "--enable-acns"
    for found, off in (
        (watched, "--disable-acns-observability"),
        (secured, "--disable-acns-security"),
    ):
        value = None if isinstance(found, Absent) else bare(found)
        if on and value is False:
            yield off
        if not on and value is True:
            raise Unsaid(f"{part.where} has services on that are off as a whole")
    yield from flag(
        f"{_SERVICES}security.advancedNetworkPolicies",
        "--acns-advanced-networkpolicies",
    )(part)
    yield from flag(
        f"{_SERVICES}security.transitEncryption.type", "--acns-transit-encryption-type"
    )(part)


_ADDONS = {
    "azurepolicy": "azure-policy",
    "azureKeyvaultSecretsProvider": "azure-keyvault-secrets-provider",
}


def _addons(part: Part) -> Iterable[Word]:
    """Give the add-ons that are on."""
    found: list[str] = []
    for key, name in _ADDONS.items():
        value = part.take(f"properties.addonProfiles.{key}.enabled")
        if not isinstance(value, Absent) and bare(value) is True:
            found.append(name)
    if found:
        yield "--enable-addons"
        yield ",".join(found)


def _kubelet(part: Part) -> Iterable[Word]:
    """Give the identity of nodes; az looks its other IDs up itself."""
    path = "properties.identityProfile.kubeletidentity."
    part.take(f"{path}clientId")
    part.take(f"{path}objectId")
    yield from flag(f"{path}resourceId", "--assign-kubelet-identity")(part)


def _ids(path: str, key: str, name: str) -> Rule:
    """Give a flag and IDs with commas between."""

    def rule(part: Part) -> Iterable[Word]:
        found = part.parts(path) or []
        values = [each.take(key) for each in found]
        kept = [it for it in values if not isinstance(it, Absent)]
        if kept:
            yield name
            parts = [it for value in kept for it in (",", bare(value))][1:]
            yield Joined(tuple(parts)) if len(parts) > 1 else parts[0]

    return rule


_CLUSTER: tuple[Rule, ...] = (
    implied("sku.name", "Base"),
    implied("identity.type", "UserAssigned"),
    implied("properties.aadProfile.managed", True),  # noqa: FBT003
    implied("properties.enableRBAC", True),  # noqa: FBT003
    flag("sku.tier", "--tier"),
    keys("identity.userAssignedIdentities", "--assign-identity"),
    _kubelet,
    *flags(
        "properties.",
        {
            "kubernetesVersion": "--kubernetes-version",
            "dnsPrefix": "--dns-name-prefix",
            "fqdnSubdomain": "--fqdn-subdomain",
            "windowsProfile.adminUsername": "--windows-admin-username",
            "windowsProfile.adminPassword": "--windows-admin-password",
            "nodeResourceGroup": "--node-resource-group",
            "nodeResourceGroupProfile.restrictionLevel": (
                "--nrg-lockdown-restriction-level"
            ),
            "autoUpgradeProfile.upgradeChannel": "--auto-upgrade-channel",
            "autoUpgradeProfile.nodeOSUpgradeChannel": "--node-os-upgrade-channel",
        },
    ),
    switch("properties.disableLocalAccounts", "--disable-local-accounts"),
    switch("properties.aadProfile.enableAzureRBAC", "--enable-azure-rbac"),
    switch("properties.oidcIssuerProfile.enabled", "--enable-oidc-issuer"),
    switch(
        "properties.securityProfile.workloadIdentity.enabled",
        "--enable-workload-identity",
    ),
    switch(f"{_ACCESS}enablePrivateCluster", "--enable-private-cluster"),
    switch(f"{_ACCESS}enablePrivateClusterPublicFQDN", off="--disable-public-fqdn"),
    switch(f"{_ACCESS}enableVnetIntegration", "--enable-apiserver-vnet-integration"),
    switch(f"{_ACCESS}disableRunCommand", "--disable-run-command"),
    flag(f"{_ACCESS}subnetId", "--apiserver-subnet-id"),
    flag(f"{_ACCESS}privateDNSZone", "--private-dns-zone"),
    commas(f"{_ACCESS}authorizedIPRanges", "--api-server-authorized-ip-ranges"),
    *flags(
        _NETWORK,
        {
            "networkPlugin": "--network-plugin",
            "networkPluginMode": "--network-plugin-mode",
            "networkDataplane": "--network-dataplane",
            "networkPolicy": "--network-policy",
            "outboundType": "--outbound-type",
            "loadBalancerSku": "--load-balancer-sku",
            "podCidr": "--pod-cidr",
            "serviceCidr": "--service-cidr",
            "dnsServiceIP": "--dns-service-ip",
            "loadBalancerProfile.backendPoolType": (
                "--load-balancer-backend-pool-type"
            ),
            "loadBalancerProfile.managedOutboundIPs.count": (
                "--load-balancer-managed-outbound-ip-count"
            ),
            "natGatewayProfile.managedOutboundIPProfile.count": (
                "--nat-gateway-managed-outbound-ip-count"
            ),
            "natGatewayProfile.idleTimeoutInMinutes": "--nat-gateway-idle-timeout",
        },
    ),
    commas(f"{_NETWORK}ipFamilies", "--ip-families"),
    _ids(
        f"{_NETWORK}loadBalancerProfile.outboundIPs.publicIPs",
        "id",
        "--load-balancer-outbound-ips",
    ),
    _services,
    _addons,
    *flags(
        "properties.bootstrapProfile.",
        {
            "artifactSource": "--bootstrap-artifact-source",
            "containerRegistryId": "--bootstrap-container-registry-resource-id",
        },
    ),
)

_POOL: Mapping[str, str] = {
    "vmSize": "--node-vm-size",
    "count": "--node-count",
    "minCount": "--min-count",
    "maxCount": "--max-count",
    "maxPods": "--max-pods",
    "osSKU": "--os-sku",
    "vnetSubnetID": "--vnet-subnet-id",
    "podSubnetID": "--pod-subnet-id",
    "podIPAllocationMode": "--pod-ip-allocation-mode",
}


def _pool(prefix: str, labels: str, taints: str) -> tuple[Rule, ...]:
    return (
        *flags(prefix, _POOL),
        switch(f"{prefix}enableAutoScaling", "--enable-cluster-autoscaler"),
        switch(f"{prefix}enableNodePublicIP", "--enable-node-public-ip"),
        many(f"{prefix}availabilityZones", "--zones"),
        commas(f"{prefix}nodeTaints", taints),
        pairs(f"{prefix}nodeLabels", labels),
        implied(f"{prefix}type", "VirtualMachineScaleSets"),
    )


_FIRST = (
    flag("name", "--nodepool-name"),
    implied("mode", "System"),
    implied("osType", "Linux"),
    *_pool("", "--nodepool-labels", "--nodepool-taints"),
)


def _other(prefix: str) -> tuple[Rule, ...]:
    return (
        flag(f"{prefix}mode", "--mode"),
        flag(f"{prefix}osType", "--os-type"),
        flag(f"{prefix}upgradeSettings.maxSurge", "--max-surge"),
        *_pool(prefix, "--labels", "--node-taints"),
    )


def _first_pool(part: Part) -> Iterable[Word]:
    """Give the flags of the first pool, which is made with its cluster."""
    found = part.parts("properties.agentPoolProfiles") or []
    if len(found) != 1:
        raise Unsaid(f"{part.where} needs a pool")
    yield from words_of(found[0], _FIRST)


def _more(resource: Resource, part: Part) -> Iterable[Command]:
    """Give what no flag says of the cluster, and its pools after the first."""
    found = part.peek(f"{_NETWORK}advancedNetworking")
    services = None if isinstance(found, Absent) else without_notes(found)
    if isinstance(services, dict) and services.get("enabled") is True:
        path = "properties.networkProfile.advancedNetworking"
        body = {"properties": {"networkProfile": {"advancedNetworking": services}}}
        words: tuple[Word, ...] = (
            *("resource", "update", "--ids", Id(resource.symbol)),
            *("--api-version", resource.api_version, "--set"),
            f"{path}={json.dumps(services)}",
        )
        told = "az turns the services on and sends no word of what is in them."
        yield Command(words, resource.symbol, CLUSTERS, (), body, told, changes=True)
    yield from _pools(resource, part)


def _pools(resource: Resource, part: Part) -> Iterable[Command]:
    """Give pools after the first, and what no flag says of any."""
    pools = part.peek("properties.agentPoolProfiles")
    held = () if isinstance(pools, Absent) else bare(pools)
    if not isinstance(held, tuple) or not held:
        return
    part.take("properties.agentPoolProfiles")
    for at, value in enumerate(held):
        own = Part(value, f"{resource.symbol}.agentPoolProfiles[{at}]")
        name = str(own.peek("name"))
        later = {
            path: found
            for path in ("securityProfile.sshAccess", "upgradeSettings.maxSurge")
            if (at == 0 or "ssh" in path)
            and not isinstance(found := own.take(path), Absent)
        }
        if at == 0:
            part.put("properties.agentPoolProfiles", (own.left(),))
        else:
            yield _added(resource, own, name)
        if later:
            yield _changed(resource, name, later)


def _added(resource: Resource, part: Part, name: str) -> Command:
    comment = part.comment
    body = part.left()
    kept = bare(body)
    part.take("name")
    head: tuple[Word, ...] = (
        "aks",
        "nodepool",
        "add",
        "--resource-group",
        GROUP,
        "--cluster-name",
        resource.name,
        "--name",
        name,
    )
    inside = (
        {k: v for k, v in kept.items() if k != "name"} if isinstance(kept, dict) else {}
    )
    return Command(
        (*head, *words_of(part, _other(""))),
        resource.symbol,
        f"{CLUSTERS}/agentPools",
        (name,),
        {"properties": inside},
        comment,
        once=True,
    )


def _changed(resource: Resource, name: str, later: Mapping[str, Value]) -> Command:
    """Set what no flag of the core says, in ARM's own words."""
    own = Joined((Id(resource.symbol), f"/agentPools/{name}"))
    body: dict[str, Value] = {}
    for path, value in later.items():
        outer, _, last = path.partition(".")
        body[outer] = {last: bare(value)}
    # An object that is not there yet is set whole.
    sets = tuple(f"properties.{key}={json.dumps(it)}" for key, it in body.items())
    words: tuple[Word, ...] = (
        *("resource", "update", "--ids", own),
        *("--api-version", resource.api_version, "--set"),
        *sets,
    )
    return Command(
        words,
        resource.symbol,
        f"{CLUSTERS}/agentPools",
        (name,),
        {"properties": body},
        "No flag of az's core says this.",
        changes=True,
    )


CLUSTER = {
    CLUSTERS: Kind(
        "aks create",
        (*_CLUSTER, _first_pool),
        more=_more,
        once=True,
        last=(
            "--enable-aad",
            "--no-ssh-key",
            "--skip-subnet-role-assignment",
            "--yes",
        ),
    ),
    f"{CLUSTERS}/agentPools": Kind(
        "aks nodepool add",
        _other("properties."),
        located=False,
        parent="--cluster-name",
        once=True,
    ),
}
