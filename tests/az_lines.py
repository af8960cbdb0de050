"""What a script of az commands means: a second meaning, apart from the writer's.

The script is run by bash with a stand-in for `az` that takes down its words. A table,
which shares nothing with the writer, says which flag stands for what of ARM; and what
was made is put together as a template that the readers of ARM take.
"""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

SUBSCRIPTION = "00000000-0000-0000-0000-000000000000"
TENANT = "11111111-1111-1111-1111-111111111111"
GIVEN = {
    "CERTIFICATE_SECRET_ID": "https://kv.vault.azure.net/secrets/certificate",
    "WINDOWS_PASSWORD": "given",
    "SQL_ADMINISTRATORS": "administrators",
    "SQL_ADMINISTRATORS_ID": TENANT,
    "SQL_ADMINISTRATOR_ID": TENANT,
}
"""What a person must give to the scripts that ask for it."""

_STAND_IN = r"""#!/bin/bash
case "$1 $2" in
  "account show")
    case "$*" in *tenantId*) echo TENANT ;; *) echo SUBSCRIPTION ;; esac
    exit 0 ;;
  "resource show")
    while [ $# -gt 0 ]; do
      case "$1" in --ids) ids=$2 ;; --query) query=$2 ;; esac
      shift
    done
    [ -n "${query-}" ] || exit 3
    echo "told:$ids:$query"
    exit 0 ;;
esac
printf '%s\0' "$@" >> "$AZ_LINES"
printf '\n\0' >> "$AZ_LINES"
"""


def ran(script: str, folder: Path) -> list[list[str]]:
    """Return the words of each command that a script gives to az."""
    bash = shutil.which("bash")
    assert bash is not None
    stand_in = _STAND_IN.replace("TENANT", TENANT).replace("SUBSCRIPTION", SUBSCRIPTION)
    (folder / "az").write_text(stand_in, encoding="utf-8")
    (folder / "az").chmod(0o755)
    (folder / "deploy.sh").write_text(script, encoding="utf-8")
    lines = folder / "lines"
    done = subprocess.run(  # noqa: S603  # what was just written, fixed arguments
        [bash, str(folder / "deploy.sh")],
        env={
            "PATH": f"{folder}:{os.environ['PATH']}",
            "AZ_LINES": str(lines),
            **GIVEN,
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    found: list[list[str]] = [[]]
    for word in lines.read_text(encoding="utf-8").split("\0")[:-1]:
        if word == "\n":
            found.append([])
        else:
            found[-1].append(word)
    return found[:-1]


Made = tuple[str, dict[str, Any]]
"""An ID, and the body that is put there."""

_NET = "Microsoft.Network"
_AKS = "Microsoft.ContainerService/managedClusters"
_HOME = {
    "network public-ip create": f"{_NET}/publicIPAddresses",
    "network nat gateway create": f"{_NET}/natGateways",
    "network nsg create": f"{_NET}/networkSecurityGroups",
    "network nsg rule create": f"{_NET}/networkSecurityGroups/--nsg-name/securityRules",
    "network route-table create": f"{_NET}/routeTables",
    "network route-table route create": f"{_NET}/routeTables/--route-table-name/routes",
    "network vnet create": f"{_NET}/virtualNetworks",
    "network vnet subnet create": f"{_NET}/virtualNetworks/--vnet-name/subnets",
    "network vnet peering create": (
        f"{_NET}/virtualNetworks/--vnet-name/virtualNetworkPeerings"
    ),
    "network private-endpoint create": f"{_NET}/privateEndpoints",
    "network private-endpoint dns-zone-group create": (
        f"{_NET}/privateEndpoints/--endpoint-name/privateDnsZoneGroups"
    ),
    "network private-dns zone create": f"{_NET}/privateDnsZones",
    "network private-dns link vnet create": (
        f"{_NET}/privateDnsZones/--zone-name/virtualNetworkLinks"
    ),
    "identity create": "Microsoft.ManagedIdentity/userAssignedIdentities",
    "acr cache create": "Microsoft.ContainerRegistry/registries/--registry/cacheRules",
    "aks create": _AKS,
    "aks nodepool add": f"{_AKS}/--cluster-name/agentPools",
}
"""What a command makes, and by which flag its parent is named."""

_NUMBERS = {"--priority", "--idle-timeout", "--node-count", "--min-count"} | {
    "--max-count",
    "--max-pods",
    "--load-balancer-managed-outbound-ip-count",
    "--nat-gateway-managed-outbound-ip-count",
    "--nat-gateway-idle-timeout",
}
_P = "properties."
_DNS = "properties.privateDnsZoneConfigs.0."
_A = "properties.apiServerAccessProfile."
_N = "properties.networkProfile."
_S = "properties.networkProfile.advancedNetworking."
_TEXTS: Mapping[str, Mapping[str, str]] = {
    "": {"--location": "location"},
    "network public-ip": {
        "--sku": "sku.name",
        "--tier": "sku.tier",
        "--allocation-method": f"{_P}publicIPAllocationMethod",
        "--version": f"{_P}publicIPAddressVersion",
        "--zone": "zones[]",
    },
    "network nat": {
        "--sku": "sku.name",
        "--idle-timeout": f"{_P}idleTimeoutInMinutes",
        "--public-ip-addresses": f"{_P}publicIpAddresses[].id",
    },
    "network nsg rule": {
        "--priority": f"{_P}priority",
        "--direction": f"{_P}direction",
        "--access": f"{_P}access",
        "--protocol": f"{_P}protocol",
        "--description": f"{_P}description",
        "--source-address-prefixes": f"{_P}sourceAddressPrefixes[]",
        "--source-port-ranges": f"{_P}sourcePortRange",
        "--destination-address-prefixes": f"{_P}destinationAddressPrefixes[]",
        "--destination-port-ranges": f"{_P}destinationPortRanges[]",
    },
    "network route-table": {
        "--disable-bgp-route-propagation": f"{_P}disableBgpRoutePropagation",
        "--address-prefix": f"{_P}addressPrefix",
        "--next-hop-type": f"{_P}nextHopType",
        "--next-hop-ip-address": f"{_P}nextHopIpAddress",
    },
    "network vnet create": {
        "--address-prefixes": f"{_P}addressSpace.addressPrefixes[]",
        "--dns-servers": f"{_P}dhcpOptions.dnsServers[]",
    },
    "network vnet subnet": {
        "--address-prefixes": f"{_P}addressPrefixes[]",
        "--network-security-group": f"{_P}networkSecurityGroup.id",
        "--route-table": f"{_P}routeTable.id",
        "--nat-gateway": f"{_P}natGateway.id",
        "--default-outbound": f"{_P}defaultOutboundAccess",
        "--ple-network-policies": f"{_P}privateEndpointNetworkPolicies",
        "--pls-network-policies": f"{_P}privateLinkServiceNetworkPolicies",
        "--service-endpoints": f"{_P}serviceEndpoints[].service",
        "--delegations": f"{_P}delegations[].properties.serviceName",
    },
    "network vnet peering": {
        "--remote-vnet": f"{_P}remoteVirtualNetwork.id",
        "--allow-vnet-access": f"{_P}allowVirtualNetworkAccess",
        "--allow-forwarded-traffic": f"{_P}allowForwardedTraffic",
        "--allow-gateway-transit": f"{_P}allowGatewayTransit",
        "--use-remote-gateways": f"{_P}useRemoteGateways",
    },
    "network private-endpoint create": {
        "--subnet": f"{_P}subnet.id",
        "--connection-name": f"{_P}privateLinkServiceConnections.0.name",
        "--private-connection-resource-id": (
            f"{_P}privateLinkServiceConnections.0.properties.privateLinkServiceId"
        ),
        "--group-id": f"{_P}privateLinkServiceConnections.0.properties.groupIds[]",
    },
    "network private-endpoint dns": {
        "--zone-name": f"{_DNS}name",
        "--private-dns-zone": f"{_DNS}properties.privateDnsZoneId",
    },
    "network private-dns": {
        "--virtual-network": f"{_P}virtualNetwork.id",
        "--registration-enabled": f"{_P}registrationEnabled",
    },
    "acr cache": {
        "--source-repo": f"{_P}sourceRepository",
        "--target-repo": f"{_P}targetRepository",
    },
    "aks create": {
        "--tier": "sku.tier",
        "--assign-kubelet-identity": (
            f"{_P}identityProfile.kubeletidentity.resourceId"
        ),
        "--kubernetes-version": f"{_P}kubernetesVersion",
        "--dns-name-prefix": f"{_P}dnsPrefix",
        "--node-resource-group": f"{_P}nodeResourceGroup",
        "--nrg-lockdown-restriction-level": (
            f"{_P}nodeResourceGroupProfile.restrictionLevel"
        ),
        "--auto-upgrade-channel": f"{_P}autoUpgradeProfile.upgradeChannel",
        "--node-os-upgrade-channel": f"{_P}autoUpgradeProfile.nodeOSUpgradeChannel",
        "--apiserver-subnet-id": f"{_A}subnetId",
        "--private-dns-zone": f"{_A}privateDNSZone",
        "--network-plugin": f"{_N}networkPlugin",
        "--network-plugin-mode": f"{_N}networkPluginMode",
        "--network-dataplane": f"{_N}networkDataplane",
        "--network-policy": f"{_N}networkPolicy",
        "--outbound-type": f"{_N}outboundType",
        "--load-balancer-sku": f"{_N}loadBalancerSku",
        "--pod-cidr": f"{_N}podCidr",
        "--service-cidr": f"{_N}serviceCidr",
        "--dns-service-ip": f"{_N}dnsServiceIP",
        "--load-balancer-backend-pool-type": (
            f"{_N}loadBalancerProfile.backendPoolType"
        ),
        "--load-balancer-managed-outbound-ip-count": (
            f"{_N}loadBalancerProfile.managedOutboundIPs.count"
        ),
        "--nat-gateway-managed-outbound-ip-count": (
            f"{_N}natGatewayProfile.managedOutboundIPProfile.count"
        ),
        "--nat-gateway-idle-timeout": f"{_N}natGatewayProfile.idleTimeoutInMinutes",
        "--acns-advanced-networkpolicies": f"{_S}security.advancedNetworkPolicies",
        "--acns-transit-encryption-type": f"{_S}security.transitEncryption.type",
        "--bootstrap-artifact-source": f"{_P}bootstrapProfile.artifactSource",
        "--bootstrap-container-registry-resource-id": (
            f"{_P}bootstrapProfile.containerRegistryId"
        ),
        "--nodepool-name": f"{_P}agentPoolProfiles.0.name",
        "--windows-admin-username": f"{_P}windowsProfile.adminUsername",
        "--windows-admin-password": f"{_P}windowsProfile.adminPassword",
    },
}
_SWITCHES: Mapping[str, tuple[str, bool]] = {
    "--disable-local-accounts": (f"{_P}disableLocalAccounts", True),
    "--enable-azure-rbac": (f"{_P}aadProfile.enableAzureRBAC", True),
    "--enable-aad": (f"{_P}aadProfile.managed", True),
    "--enable-oidc-issuer": (f"{_P}oidcIssuerProfile.enabled", True),
    "--enable-workload-identity": (
        f"{_P}securityProfile.workloadIdentity.enabled",
        True,
    ),
    "--enable-private-cluster": (f"{_A}enablePrivateCluster", True),
    "--disable-public-fqdn": (f"{_A}enablePrivateClusterPublicFQDN", False),
    "--enable-apiserver-vnet-integration": (f"{_A}enableVnetIntegration", True),
    "--disable-run-command": (f"{_A}disableRunCommand", True),
}
_POOL = {
    "--mode": "mode",
    "--os-type": "osType",
    "--os-sku": "osSKU",
    "--node-vm-size": "vmSize",
    "--node-count": "count",
    "--min-count": "minCount",
    "--max-count": "maxCount",
    "--max-pods": "maxPods",
    "--vnet-subnet-id": "vnetSubnetID",
    "--pod-subnet-id": "podSubnetID",
    "--pod-ip-allocation-mode": "podIPAllocationMode",
    "--max-surge": "upgradeSettings.maxSurge",
}
_SILENT = {"--no-ssh-key", "--skip-subnet-role-assignment", "--yes"}


def made(lines: Sequence[Sequence[str]]) -> list[Made]:
    """Return what commands make, changes put into what they change."""
    found: dict[str, Made] = {}
    for words in lines:
        for own, body in _made(list(words)):
            known = found.get(own.lower())
            if known is None:
                found[own.lower()] = (own, body)
            else:
                merge(known[1], body)
    return list(found.values())


def _made(words: list[str]) -> Iterator[Made]:
    at = next(i for i, it in enumerate(words) if it.startswith("--"))
    command = " ".join(words[:at])
    options = list(_options(words[at:]))
    if command in {"group create", "role assignment create", "resource wait"}:
        return
    given = dict(options)
    if command == "resource create":
        yield given["--id"][0], json.loads(given["--properties"][0])
    elif command == "rest":
        yield given["--uri"][0].partition("?")[0], json.loads(given["--body"][0])
    elif command == "resource update":
        body: dict[str, Any] = {}
        for pair in given["--set"]:
            path, _, text = pair.partition("=")
            put(body, path, json.loads(text))
        yield given["--ids"][0], body
    else:
        yield _id(command, given), _body(command, options)


def _options(words: Sequence[str]) -> Iterator[tuple[str, list[str]]]:
    flag, values = words[0], list[str]()
    for word in words[1:]:
        if word.startswith("--"):
            yield flag, values
            flag, values = word, []
        else:
            values.append(word)
    yield flag, values


def _id(command: str, given: Mapping[str, list[str]]) -> str:
    space, *rest = _HOME[command].split("/")
    names = [given[it][0] if it.startswith("--") else it for it in rest]
    group = given["--resource-group"][0] if "--resource-group" in given else "group"
    path = "/".join((*names, given["--name"][0]))
    home = f"/subscriptions/{given.get('--subscription', [SUBSCRIPTION])[0]}"
    return f"{home}/resourceGroups/{group}/providers/{space}/{path}"


_ASIDE = {"--resource-group", "--name", "--only-show-errors", "--output"} | {
    "--vnet-name",
    "--nsg-name",
    "--route-table-name",
    "--endpoint-name",
    "--registry",
    "--cluster-name",
    "--subscription",
}


def _body(command: str, options: Sequence[tuple[str, list[str]]]) -> dict[str, Any]:
    body: dict[str, Any] = {}
    table: dict[str, str] = {}
    for start, part in _TEXTS.items():
        if command.startswith(start):
            table |= part
    pool = {"aks create": f"{_P}agentPoolProfiles.0.", "aks nodepool add": _P}
    if command in pool:
        _pool_defaults(body, pool[command])
        table |= {flag: pool[command] + path for flag, path in _POOL.items()}
    if command == "aks create":
        for path, on in _SWITCHES.values():
            if on:
                put(body, path, value=False)
        for path in ("enabled", "observability.enabled", "security.enabled"):
            put(body, _S + path, value=False)
        put(body, f"{_P}agentPoolProfiles.0.mode", "System")
        put(body, f"{_P}enableRBAC", value=True)
        put(body, "identity.type", "UserAssigned")
    for flag, values in options:
        _one(body, command, flag, values, table)
    return body


def _pool_defaults(body: dict[str, Any], prefix: str) -> None:
    put(body, f"{prefix}type", "VirtualMachineScaleSets")
    put(body, f"{prefix}osType", "Linux")
    put(body, f"{prefix}enableAutoScaling", value=False)
    put(body, f"{prefix}enableNodePublicIP", value=False)


def _one(  # noqa: C901, PLR0912  # one a kind of flag
    body: dict[str, Any],
    command: str,
    flag: str,
    values: list[str],
    table: Mapping[str, str],
) -> None:
    pool = f"{_P}agentPoolProfiles.0." if command == "aks create" else _P
    if flag in table:
        _take(body, table[flag], flag, values)
    elif command == "aks create" and flag in _SWITCHES:
        path, on = _SWITCHES[flag]
        put(body, path, on)
    elif flag == "--enable-acns":
        # az sends nothing of what is in the services.
        put(body, _N + "advancedNetworking", {"enabled": True})
    elif flag in {"--disable-acns-security", "--disable-acns-observability"}:
        put(body, f"{_S}{flag.rpartition('-')[2]}.enabled", value=False)
    elif flag == "--assign-identity":
        put(body, "identity.userAssignedIdentities", {it: {} for it in values})
    elif flag == "--api-server-authorized-ip-ranges":
        put(body, f"{_A}authorizedIPRanges", values[0].split(","))
    elif flag == "--ip-families":
        put(body, f"{_N}ipFamilies", values[0].split(","))
    elif flag == "--enable-addons":
        put(body, f"{_P}addonProfiles.{values[0].replace('-', '')}.enabled", value=True)
    elif flag == "--load-balancer-outbound-ips":
        ids = [{"id": it} for it in values[0].split(",")]
        put(body, f"{_N}loadBalancerProfile.outboundIPs.publicIPs", ids)
    elif flag == "--ip-config":
        _static(body, values)
    elif flag == "--enable-cluster-autoscaler":
        put(body, f"{pool}enableAutoScaling", value=True)
    elif flag == "--enable-node-public-ip":
        put(body, f"{pool}enableNodePublicIP", value=True)
    elif flag in {"--nodepool-taints", "--node-taints"}:
        put(body, f"{pool}nodeTaints", values[0].split(","))
    elif flag in {"--labels", "--nodepool-labels"}:
        put(body, f"{pool}nodeLabels", dict(it.split("=") for it in values))
    else:
        aside = flag in _ASIDE | _SILENT or flag == "--zone-name"
        assert aside, f"what `{flag}` of `{command}` means is not known"


def _static(body: dict[str, Any], values: Sequence[str]) -> None:
    pairs = dict(it.split("=", 1) for it in values)
    own = {
        "name": pairs["name"],
        "properties": {
            "groupId": pairs["group-id"],
            "memberName": pairs["member-name"],
            "privateIPAddress": pairs["private-ip-address"],
        },
    }
    body.setdefault("properties", {}).setdefault("ipConfigurations", []).append(own)


def _take(body: dict[str, Any], path: str, flag: str, values: list[str]) -> None:
    typed: list[Any] = [
        int(it) if flag in _NUMBERS else {"true": True, "false": False}.get(it, it)
        for it in values
    ]
    listed, mark, inner = path.partition("[]")
    if not mark:
        put(body, path, typed[0])
    elif not inner:
        put(body, listed, typed)
    else:
        items: list[dict[str, Any]] = []
        for item in typed:
            own: dict[str, Any] = {}
            put(own, inner.lstrip("."), item)
            items.append(own)
        put(body, listed, items)


def put(body: dict[str, Any], path: str, value: object) -> None:
    """Lay a value at a path, of which `0` is the first of a list."""
    here: Any = body
    *above, last = path.split(".")
    for key, after in pairwise((*above, last)):
        if key == "0":
            here = here[0]
        else:
            here = here.setdefault(key, [{}] if after == "0" else {})
    here[last] = value


def merge(known: dict[str, Any], new: Mapping[str, Any]) -> None:
    """Put values over others, key by key."""
    for key, value in new.items():
        held = known.get(key)
        if isinstance(held, dict) and isinstance(value, Mapping):
            merge(held, value)
        else:
            known[key] = value


def template(found: Sequence[Made]) -> str:
    """Return a template of what was made; pools that a cluster lists are put there."""
    by_id = {own.lower(): (own, body) for own, body in found}
    resources = []
    for own, body in found:
        above, _, name = own.rpartition("/")
        cluster = by_id.get(above.rpartition("/")[0].lower())
        if above.lower().endswith("/agentpools") and cluster is not None:
            _put_pool(cluster[1], name, body)
            continue
        space, *path = own.partition("/providers/")[2].split("/")
        resources.append(
            {
                **body,
                "type": "/".join((space, *path[::2])),
                "apiVersion": "2025-05-01",
                "name": "/".join(path[1::2]),
            }
        )
    text = json.dumps(
        {
            "$schema": "https://schema.management.azure.com/schemas/2019-04-01/"
            "deploymentTemplate.json#",
            "contentVersion": "1.0.0.0",
            "resources": resources,
        },
        indent=1,
    )
    # What stands in the same group, and what Azure tells of it, is referred to as
    # templates do.
    home = f'/subscriptions/{SUBSCRIPTION}/resourceGroups/[^/"]+'
    own = re.compile(rf'"(told:)?{home}(/[^":]+)(?::properties\.([^"]+))?"')
    return own.sub(_referring, text)


def _referring(found: re.Match[str]) -> str:
    place = f"format('{{0}}{found[2]}', resourceGroup().id)"
    told = f"reference({place}).{found[3]}"
    return f'"[{told if found[1] else place}]"'


def _put_pool(cluster: dict[str, Any], name: str, body: Mapping[str, Any]) -> None:
    pools = cluster["properties"]["agentPoolProfiles"]
    own = next((it for it in pools if it["name"] == name), None)
    if own is None:
        own = {"name": name}
        pools.append(own)
    merge(own, body["properties"])
