"""What a file of requirements says that it is, and the keys of each of its parts."""

from seawall.ingest.intents.form import API_VERSION
from seawall.ingest.intents.form import REQUIREMENTS as KIND

__all__ = [
    "API_VERSION",
    "KEYS",
    "KIND",
    "METHODS",
    "NODES",
    "PODS_PER_NODE",
    "RULE_SETS",
]

KEYS: dict[str, tuple[str, ...]] = {
    "requirements": (
        "apiVersion",
        "kind",
        "name",
        "region",
        "preset",
        "kubernetes",
        "api-server",
        "operators",
        "egress",
        "ingress",
        "services",
        "pods",
        "segments",
        "nodes",
        "addresses",
        "network",
        "compliance",
        "limits",
    ),
    "api-server": ("access", "run-command"),
    "operator": ("name", "via", "from", "network"),
    "egress": ("to", "names", "fixed-address"),
    "egress-name": ("name", "ports", "segments"),
    "entry": ("way", "to", "port", "listen", "host", "from"),
    "service": ("kind", "name", "access", "segments"),
    "pods": ("control", "default-deny", "encrypted", "network-sees-pods"),
    "segment": ("name", "namespace", "serves", "calls", "tenant"),
    "call": ("to", "ports", "methods", "paths"),
    "nodes": ("count", "pods-per-node", "windows", "zones"),
    "addresses": ("space", "pods", "services", "on-premises", "in-use"),
    "network": (
        "node-subnet",
        "node-range",
        "pod-subnet",
        "pod-range",
        "next-hop",
    ),
    "limits": (
        "firewall",
        "acns",
        "nat-gateway",
        "application-gateway",
        "private-endpoints",
    ),
}
"""The keys of each part; the JSON Schema has the same under `$defs`."""

RULE_SETS = ("pci-dss",)
"""Rule sets that requirements may name under `compliance`."""

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
"""HTTP methods that a call may be narrowed to."""

NODES = (1, 5000)
"""How many nodes a cluster may have.

Source: AKS docs, best-practices-performance-scale-large.
"""

PODS_PER_NODE = (10, 250)
"""How many pods a node may have at most.

Source: AKS docs, concepts-network-ip-address-planning.
"""
