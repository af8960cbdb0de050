"""Node pools: one for the system, one for workloads, one for Windows where needed.

Source: AKS docs, use-system-pools, manage-ssh-node-access, node-image-upgrade; Azure
REST API, Microsoft.ContainerService, agentPoolProfiles; read 2026-11.
"""

from collections.abc import Iterator

from seawall.design.layout.demand import SURGE
from seawall.design.layout.identities import SUBNETS
from seawall.design.layout.subjects import Subject
from seawall.design.options import Network
from seawall.emit.tree import Given, Id, Value

_SYSTEM = 3
_SMALL = 3
"""Clusters of so few nodes have one pool for everything."""


def pools(subject: Subject) -> tuple[Value, ...]:
    """Return the pools."""
    return tuple(_pools(subject))


def _pools(subject: Subject) -> Iterator[Value]:
    nodes, windows = subject.needs.scale.nodes, subject.needs.windows
    if nodes <= _SMALL and not windows:
        yield _pool(subject, "system", nodes, mode="System")
        return
    system = min(_SYSTEM, max(1, nodes - 1))
    apart = nodes - system >= 1
    yield _pool(subject, "system", system, mode="System", apart=apart and not windows)
    rest = nodes - system
    if windows:
        windows_nodes = max(1, rest // 2)
        rest -= windows_nodes
        yield _pool(subject, "win", windows_nodes, windows=True)
    if rest > 0:
        yield _pool(subject, "apps", rest)


def _pool(  # a pool has so many sides
    subject: Subject,
    name: str,
    most: int,
    *,
    mode: str = "User",
    windows: bool = False,
    apart: bool = False,
) -> Value:
    found: dict[str, Value] = {
        "name": name,
        "mode": mode,
        "type": "VirtualMachineScaleSets",
        "vmSize": Given("nodeSize"),
        "osType": "Windows" if windows else "Linux",
        "osSKU": "Windows2022" if windows else "AzureLinux",
        "count": 1 if most == 1 else 2,
        "enableAutoScaling": most > 1,
    }
    if most > 1:
        # One node of the system is upgraded while another works.
        least = 2 if mode == "System" else 1
        found |= {"minCount": least, "maxCount": most}
    zones = tuple(map(str, subject.needs.scale.zones))
    if zones:
        found["availabilityZones"] = subject.noted(zones, "nodes.zones")
    found["maxPods"] = subject.noted(
        subject.needs.scale.pods_per_node, "nodes.pods-per-node"
    )
    if subject.choices.network is not Network.MANAGED:
        found["vnetSubnetID"] = Id(SUBNETS["nodes"])
        if "pods" in subject.plan.subnets:
            found["podSubnetID"] = Id(SUBNETS["pods"])
            found["podIPAllocationMode"] = "DynamicIndividual"
    found["enableNodePublicIP"] = False
    if not windows:
        found["securityProfile"] = {"sshAccess": "Disabled"}
    found["upgradeSettings"] = {"maxSurge": f"{SURGE}%"}
    if apart:
        found["nodeTaints"] = ("CriticalAddonsOnly=true:NoSchedule",)
    return found
