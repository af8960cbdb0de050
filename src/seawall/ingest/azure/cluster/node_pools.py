"""Node pools, inline and as resources of their own.

Source: Azure SDK, Microsoft.ContainerService; AKS docs, use-node-public-ips.
"""

from dataclasses import replace

from seawall.ingest.azure.cluster.details import POOL, details, host_ports
from seawall.ingest.azure.cluster.local_dns import local_dns
from seawall.ingest.azure.cluster.upkeep import graphics, node_image
from seawall.ingest.azure.networks.interfaces import node_group
from seawall.ingest.azure.records.catalogue import Catalogue, Part
from seawall.ingest.azure.records.values import (
    flag,
    has_unresolved,
    none_by,
    reference,
    setting,
    text,
)
from seawall.ingest.notes import Notes
from seawall.ingest.resource import Field, ResourceRecord, Unresolved
from seawall.model.cluster import NodePool
from seawall.model.setting import Setting

NO_SUBNET = "AKS makes the network of this pool"
"""Why the subnet of a pool is unknown when its description names none."""


def node_pools(
    catalogue: Catalogue, record: ResourceRecord, group: str, notes: Notes
) -> tuple[NodePool, ...]:
    """Convert the pools of one cluster; at least one."""
    parts = catalogue.parts(record, "agentPoolProfiles", "agentPools")
    if not parts:
        field = record.body.get("agentPoolProfiles")
        notes.error(
            record.origin,
            f"the cluster `{record.name}` shows no node pool",
            field.unresolved or "a cluster has at least one, in `agentPoolProfiles`",
            "give the whole description of the cluster",
        )
        hidden = has_unresolved(field) or "the input shows no node pool"
        parts = [_unknown(record, hidden)]
    elif hidden := has_unresolved(record.body.get("agentPoolProfiles")):
        # A pool that is not seen may have another subnet, system or image.
        parts = [*parts, _unknown(record, hidden)]
    return tuple(
        replace(
            _pool(catalogue, part, group, notes),
            details=details(part.body, POOL, record.source),
        )
        for part in parts
    )


def _unknown(record: ResourceRecord, hidden: str) -> Part:
    """Return a pool of which nothing is known."""
    body = Field(Unresolved(hidden), record.origin)
    return Part(f"{record.id}/agentpools/unknown", "unknown", body)


def _pool(catalogue: Catalogue, part: Part, group: str, notes: Notes) -> NodePool:
    body = part.body
    windows = setting(
        body.get("osType"),
        Setting.defaulted(False, "nodes run Linux by default"),  # noqa: FBT003
        _is_windows,
        notes=notes,
        allowed="`Linux` or `Windows`",
    )
    return NodePool(
        name=part.name,
        subnet=reference(body.get("vnetSubnetID"), Setting.unknown(NO_SUBNET), notes),
        pod_subnet=reference(
            body.get("podSubnetID"), none_by("pods have no subnet of their own"), notes
        ),
        windows=windows,
        node_public_addresses=flag(
            body.get("enableNodePublicIP"),
            Setting.defaulted(False, "AKS docs, use-node-public-ips"),  # noqa: FBT003
            notes,
        ),
        node_public_prefix=reference(
            body.get("nodePublicIPPrefixID"),
            none_by("public addresses of nodes are of no prefix"),
            notes,
        ),
        nic_security_group=node_group(catalogue, part.name, group),
        origin=body.origin,
        image=node_image(body, notes, windows=windows),
        graphics=graphics(body),
        windows_keeps_pods=flag(
            body.walk("windowsProfile", "disableOutboundNat"),
            Setting.defaulted(False, "AKS docs, nat-gateway"),  # noqa: FBT003
            notes,
        ),
        ssh=_ssh(body, notes),
        host_ports=host_ports(body),
        local_dns=local_dns(body.get("localDNSProfile")),
    )


def _ssh(body: Field, notes: Notes) -> Setting[bool]:
    """Source: AKS docs, manage-ssh-node-access: `LocalUser` unless said otherwise."""
    words = {"localuser": True, "entraid": True, "disabled": False}
    return setting(
        body.walk("securityProfile", "sshAccess"),
        Setting.defaulted(True, "AKS docs, manage-ssh-node-access"),  # noqa: FBT003
        lambda item: words.get((text(item) or "").lower()),
        notes=notes,
        allowed="`LocalUser`, `EntraId` or `Disabled`",
    )


def _is_windows(field: Field) -> bool | None:
    return {"windows": True, "linux": False}.get((text(field) or "").lower())
