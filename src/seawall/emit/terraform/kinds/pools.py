"""Node pools: the first in its cluster, others as resources of their own."""

from collections.abc import Iterable, Mapping

from seawall.emit.parts import Absent, Part, Unsaid, bare
from seawall.emit.terraform.azapi import beyond_of, update
from seawall.emit.terraform.hcl import Attribute, Block, Expression, Line
from seawall.emit.terraform.names import Names, snake
from seawall.emit.terraform.shape import (
    Place,
    Rule,
    attr,
    blocks,
    group,
    implied,
    inverted,
    within,
)

CLUSTERS = "Microsoft.ContainerService/managedClusters"
BEYOND = ("properties.securityProfile.sshAccess",)
"""What azurerm has no argument for, of a pool."""

_CRITICAL = "CriticalAddonsOnly=true:NoSchedule"


def attrs(prefix: str, table: Mapping[str, str]) -> tuple[Rule, ...]:
    """Write values as they are, by a table."""
    return tuple(attr(prefix + path, name) for path, name in table.items())


def _pool(prefix: str) -> tuple[Rule, ...]:
    return (
        *attrs(
            prefix,
            {
                "vmSize": "vm_size",
                "count": "node_count",
                "enableAutoScaling": "auto_scaling_enabled",
                "minCount": "min_count",
                "maxCount": "max_count",
                "maxPods": "max_pods",
                "osSKU": "os_sku",
                "osDiskSizeGB": "os_disk_size_gb",
                "osDiskType": "os_disk_type",
                "vnetSubnetID": "vnet_subnet_id",
                "podSubnetID": "pod_subnet_id",
                "availabilityZones": "zones",
                "enableNodePublicIP": "node_public_ip_enabled",
                "enableEncryptionAtHost": "host_encryption_enabled",
                "enableFIPS": "fips_enabled",
                "nodeLabels": "node_labels",
                "orchestratorVersion": "orchestrator_version",
            },
        ),
        group(
            "upgrade_settings",
            attr(f"{prefix}upgradeSettings.maxSurge", "max_surge"),
        ),
        group(
            "node_network_profile",
            blocks(
                f"{prefix}networkProfile.allowedHostPorts",
                "allowed_host_ports",
                attr("portStart", "port_start"),
                attr("portEnd", "port_end"),
                attr("protocol", "protocol"),
            ),
        ),
    )


def _critical_only(part: Part, _names: Names) -> Iterable[Line]:
    """Write the one taint that the provider lets the first pool have."""
    found = part.take("nodeTaints")
    if isinstance(found, Absent) or bare(found) == ():
        return
    if bare(found) != (_CRITICAL,):
        raise Unsaid(f"{part.where}.nodeTaints can only be {_CRITICAL} in azurerm")
    yield Attribute("only_critical_addons_enabled", True)  # noqa: FBT003


_FIRST: tuple[Rule, ...] = (
    attr("name", "name"),
    attr("type", "type"),
    implied("mode", "System"),
    implied("osType", "Linux"),
    implied("podIPAllocationMode", "DynamicIndividual"),
    _critical_only,
    *_pool(""),
)


def default_pool(part: Part, names: Names) -> Iterable[Line]:
    """Write the first pool; others are resources of their own."""
    found = part.parts("properties.agentPoolProfiles") or []
    if len(found) != 1:
        raise Unsaid(f"{part.where} needs a pool in azurerm")
    yield from _scales("", "default_node_pool[0].node_count")(found[0], names)
    lines = within(found[0], names, _FIRST)
    yield Block("default_node_pool", lines, found[0].comment)


def _scales(prefix: str, count: str) -> Rule:
    """Leave to the autoscaler how many nodes there are, once there are some."""

    def rule(part: Part, _names: Names) -> Iterable[Line]:
        if part.peek(f"{prefix}enableAutoScaling") is True:
            line = Attribute("ignore_changes", (Expression(count),))
            yield Block("lifecycle", (line,), _SCALES)

    return rule


_SCALES = "The autoscaler decides how many nodes there are."


def other_pool(prefix: str) -> tuple[Rule, ...]:
    """Return the rules of a pool after the first."""
    return (
        _scales(prefix, "node_count"),
        attr(f"{prefix}mode", "mode"),
        attr(f"{prefix}osType", "os_type"),
        attr(f"{prefix}nodeTaints", "node_taints"),
        implied(f"{prefix}type", "VirtualMachineScaleSets"),
        implied(f"{prefix}podIPAllocationMode", "DynamicIndividual"),
        *_pool(prefix),
        group(
            "windows_profile",
            inverted(
                f"{prefix}windowsProfile.disableOutboundNat", "outbound_nat_enabled"
            ),
        ),
    )


def further(place: Place, part: Part, names: Names) -> Iterable[Block]:
    """Write pools after the first, and what azurerm cannot say of any."""
    pools = part.peek("properties.agentPoolProfiles")
    held = () if isinstance(pools, Absent) else bare(pools)
    if not isinstance(held, tuple):
        return
    part.take("properties.agentPoolProfiles")
    cluster = names.address(place.symbol)
    for at, value in enumerate(held):
        inner = Part(value, f"{place.symbol}.agentPoolProfiles[{at}]")
        name = str(inner.peek("name"))
        label = f"{snake(place.symbol)}_{snake(name)}"
        later = beyond_of(inner, tuple(it.removeprefix("properties.") for it in BEYOND))
        own: tuple[Attribute, ...] = (
            Attribute(
                "resource_id",
                Expression(f"azurerm_kubernetes_cluster_node_pool.{label}.id"),
            ),
        )
        if at == 0:
            own = (
                Attribute("parent_id", Expression(f"{cluster}.id")),
                Attribute("name", name),
            )
            part.put("properties.agentPoolProfiles", (inner.left(),))
        else:
            yield _one_more(inner, label, cluster, place, names)
        if later:
            body = {f"properties.{path}": item for path, item in later.items()}
            kind = f"{CLUSTERS}/agentPools@{place.version}"
            yield update(kind, own, label, body, names)


def _one_more(
    part: Part, label: str, cluster: str, place: Place, names: Names
) -> Block:
    lines = within(part, names, (attr("name", "name"), *other_pool("")))
    above = Attribute("kubernetes_cluster_id", Expression(f"{cluster}.id"))
    body: tuple[Line, ...] = (lines[0], above, *lines[1:])
    if place.waits:
        body = (*body, Attribute("depends_on", place.waits))
    head = f'resource "azurerm_kubernetes_cluster_node_pool" "{label}"'
    return Block(head, body, part.comment)
