"""Commands that a deployment runs, and what they may change.

They are never run. Of those that are known to change what packets may do, the types of
what they change are told; what any other command does is not looked into.

Source: Azure CLI reference, az network, az aks, az rest, az deployment; Azure
PowerShell reference, Az.Network.
"""

import re
from dataclasses import dataclass

from seawall.ingest.doubts.lists import (
    COLLECTION_GROUPS,
    GROUPS,
    NETWORKS,
    SUBNETS,
    TABLES,
    ZONE_LINKS,
)

_CHANGES = r"(?:\w[\w-]* )*(?:create|update|delete|add|remove|set)\b"
_WORDS = (
    (rf"\baz network nsg {_CHANGES}|-AzNetworkSecurity(Group|RuleConfig)\b", GROUPS),
    (rf"\baz network route-table {_CHANGES}|-AzRoute(Table|Config)\b", TABLES),
    (rf"\baz network vnet subnet {_CHANGES}|-AzVirtualNetworkSubnetConfig\b", SUBNETS),
    (rf"\baz network vnet peering {_CHANGES}|-AzVirtualNetworkPeering\b", NETWORKS),
    (rf"\baz network firewall {_CHANGES}", COLLECTION_GROUPS),
    (rf"\baz network private-dns {_CHANGES}", ZONE_LINKS),
    (
        rf"\baz aks {_CHANGES}|\baz aks (?:enable|disable)-addons\b",
        "microsoft.containerservice/managedclusters",
    ),
)
_TYPES = re.compile(
    r"\baz (?:rest|resource)\b.*?\b(microsoft\.(?:network|containerservice)/\w+)",
    re.IGNORECASE | re.DOTALL,
)
_DEPLOYS = re.compile(r"\baz deployment \w+ create\b|\bNew-Az\w*Deployment\b")


@dataclass(frozen=True, slots=True)
class Command:
    """What a command may change.

    Attributes:
        kinds: Types of resources, in lower case and in order.
        deploys: Whether it deploys a template, and so may change anything.
    """

    kinds: tuple[str, ...]
    deploys: bool

    @property
    def why(self) -> str:
        """What is not known because of it."""
        shown = ", ".join(f"`{kind}`" for kind in self.kinds) or "whatever it deploys"
        return f"it may change {shown}, and what rests on that is unknown"


def command_of(text: str) -> Command | None:
    """Return what a text of commands may change; None if nothing that is known."""
    joined = " ".join(text.replace("\\", " ").split())
    kinds = {kind for pattern, kind in _WORDS if re.search(pattern, joined)}
    kinds |= {match.lower() for match in _TYPES.findall(joined)}
    deploys = _DEPLOYS.search(joined) is not None
    return Command(tuple(sorted(kinds)), deploys) if kinds or deploys else None
