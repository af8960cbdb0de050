"""Commands about a cluster, and which of its settings they may change.

What an option sets is no longer known, whatever the input states: who runs the command
means it to hold. An option that is not known may set anything.

Source: Azure CLI reference, az aks update, az aks nodepool, az aks enable-addons,
az aks mesh, az aks approuting; Azure REST, ManagedClusters.
"""

from collections.abc import Iterator, Mapping

from seawall.ingest.doubts.calls import tokens

_API = "apiServerAccessProfile."
_NETWORK = "networkProfile."
_OPTIONS: Mapping[str, tuple[str, ...]] = {
    "api-server-authorized-ip-ranges": (_API + "authorizedIPRanges",),
    "enable-private-cluster": (_API + "enablePrivateCluster",),
    "disable-private-cluster": (_API + "enablePrivateCluster",),
    "enable-public-fqdn": (_API + "enablePrivateClusterPublicFQDN",),
    "disable-public-fqdn": (_API + "enablePrivateClusterPublicFQDN",),
    "private-dns-zone": (_API + "privateDNSZone",),
    "enable-apiserver-vnet-integration": (_API + "enableVnetIntegration",),
    "apiserver-subnet-id": (_API + "subnetId",),
    "enable-run-command": (_API + "disableRunCommand",),
    "disable-run-command": (_API + "disableRunCommand",),
    "network-policy": (_NETWORK + "networkPolicy",),
    "network-dataplane": (_NETWORK + "networkDataplane", _NETWORK + "networkPolicy"),
    "network-plugin": (_NETWORK + "networkPlugin", _NETWORK + "networkPluginMode"),
    "network-plugin-mode": (_NETWORK + "networkPluginMode", _NETWORK + "podCidr",
                            _NETWORK + "podCidrs"),
    "pod-cidr": (_NETWORK + "podCidr", _NETWORK + "podCidrs"),
    "outbound-type": (_NETWORK + "outboundType",),
    "ip-families": (_NETWORK + "ipFamilies",),
    "load-balancer-*": (_NETWORK + "loadBalancerProfile",),
    "nat-gateway-*": (_NETWORK + "natGatewayProfile",),
    "*-acns*": (_NETWORK + "advancedNetworking",),
    "acns-*": (_NETWORK + "advancedNetworking",),
    "*able-static-egress-gateway": (_NETWORK + "staticEgressGatewayProfile",),
    "*http-proxy*": ("httpProxyConfig",),
    "node-os-upgrade-channel": ("autoUpgradeProfile.nodeOSUpgradeChannel",),
    "*able-defender": ("securityProfile.defender",),
    "defender-config": ("securityProfile.defender",),
    "*able-workload-identity": ("securityProfile.workloadIdentity",),
    "*able-image-cleaner": ("securityProfile.imageCleaner",),
    "*able-azure-monitor-metrics": ("azureMonitorProfile",),
    "bootstrap-*": ("bootstrapProfile",),
    "*able-cost-analysis": ("metricsProfile",),
    "auto-upgrade-channel": ("autoUpgradeProfile.upgradeChannel",),
}  # fmt: skip
"""What an option of `az aks update` sets, without the dashes before it."""

_NEUTRAL = """
    name n resource-group g subscription output o query yes y no-wait only-show-errors
    debug verbose tags attach-acr detach-acr tier enable-oidc-issuer
    enable-cluster-autoscaler disable-cluster-autoscaler update-cluster-autoscaler
    min-count max-count cluster-autoscaler-profile ca-profile nodepool-labels
    nodepool-taints enable-keda disable-keda enable-vpa disable-vpa
    enable-disk-driver disable-disk-driver enable-file-driver disable-file-driver
    enable-blob-driver disable-blob-driver enable-snapshot-controller
    disable-snapshot-controller
    disable-local-accounts enable-local-accounts enable-azure-rbac disable-azure-rbac
    aad-admin-group-object-ids aad-tenant-id k8s-support-plan enable-secret-rotation
    disable-secret-rotation rotation-poll-interval image-cleaner-interval-hours
    node-init-taints enable-force-upgrade disable-force-upgrade upgrade-override-until
    windows-admin-password cluster-name mode labels node-taints max-surge
    drain-timeout node-soak-duration max-unavailable
"""
"""Options on which no packet depends."""

_WHICH = """
    name n resource-group g subscription cluster-name output o query yes y no-wait
    only-show-errors debug verbose
"""
"""Options that say which cluster is meant, and how it is told."""

_ALONE = ("enable-", "disable-", "update-", "yes", "y", "no-wait", "only-", "debug")

POOLS = "agentPoolProfiles"
_VERBS: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("enable-addons", "disable-addons", "addon"),
                    ("addonProfiles", "ingressProfile", "azureMonitorProfile")),
    "mesh": ("serviceMeshProfile",),
    "approuting": ("ingressProfile",),
    "nodepool add": (POOLS,),
}  # fmt: skip
"""What commands set whatever their options are."""

SETTINGS = tuple(sorted({one for found in _OPTIONS.values() for one in found}))
"""What a command about a cluster may set."""


def settings_of(words: list[str], rest: str) -> tuple[str, ...] | None:
    """Return what a command about a cluster may set; None for anything.

    Args:
        words: The words of the command: `aks`, `update`.
        rest: What follows them.
    """
    called = words[1:]
    for count in (2, 1):
        known = _VERBS.get(" ".join(called[:count]))
        if known is not None:
            return known
    if called[:1] != ["update"] and called[:2] != ["nodepool", "update"]:
        return None
    found: set[str] = set()
    names = set(_names(rest))
    for name in names:
        paths = () if name in _NEUTRAL.split() else _set_by(name)
        if paths is None or (paths and called[0] == "nodepool"):
            return None
        found.update(paths)
    return tuple(sorted(found)) if names - {*_WHICH.split()} else None


def _names(rest: str) -> Iterator[str]:
    """Yield the names of options; an empty one for what may hold any."""
    is_value = False
    for word in tokens(rest):
        if word.startswith("-"):
            name = word.lstrip("-").partition("=")[0].lower()
            yield name
            is_value = "=" not in word and not name.startswith(_ALONE)
        elif word[:1] in "$@?%" and not is_value:
            yield ""
        else:
            is_value = False


def _set_by(name: str) -> tuple[str, ...] | None:
    """Return what an option sets; None if it is not known."""
    for pattern, paths in _OPTIONS.items():
        head, star, tail = pattern.partition("*")
        if name == pattern or (
            star and name.startswith(head) and tail.rstrip("*") in name
        ):
            return paths
    return None
