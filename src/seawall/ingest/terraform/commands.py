"""Commands that a configuration has run beside Terraform, and what they may change.

They are never run. Of those that are known to change what packets may do, what they
may change is left open; scripts in other files are not looked into.

Source: Terraform docs, Provisioners; Azure CLI reference, az network, az aks, az rest.
"""

import re
from collections.abc import Iterator, Mapping

from seawall.ingest.doubts.handed import Taker, once
from seawall.ingest.doubts.lists import (
    COLLECTION_GROUPS,
    GROUPS,
    NETWORKS,
    SUBNETS,
    TABLES,
    ZONE_LINKS,
)
from seawall.ingest.notes import Notes
from seawall.ingest.resource import Change
from seawall.ingest.terraform.instance import Instance, Link

COMMAND = "#command"
"""The type of what stands for a command of a provisioner."""

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


def commands_of(instance: Instance) -> Iterator[str]:
    """Yield the texts of what stands for a command; `?` is what is not known."""
    for value in instance.values.values():
        if isinstance(value, str):
            yield value
        elif isinstance(value, Link) and value.spelled:
            yield value.spelled
        elif isinstance(value, Mapping | list):
            items = value.values() if isinstance(value, Mapping) else value
            yield " ".join(item for item in items if isinstance(item, str))


def changes_by_command(instance: Instance, notes: Notes) -> Iterator[Change]:
    """Yield what a command may change, and tell of it; nothing if it is not known to.

    Args:
        instance: What stands for the command.
        notes: Takes what must be told.
    """
    text = " ".join(" ".join(commands_of(instance)).replace("\\", " ").split())
    kinds = {kind for pattern, kind in _WORDS if re.search(pattern, text)}
    kinds |= {match.lower() for match in _TYPES.findall(text)}
    deploys = _DEPLOYS.search(text) is not None
    if not kinds and not deploys:
        return
    what = f"the command of `{instance.label}` is not run"
    notes.unmodelled(
        instance.origin,
        what,
        "it may change "
        + (", ".join(f"`{kind}`" for kind in sorted(kinds)) or "whatever it deploys")
        + ", and what rests on that is unknown",
        "give what is there after it (`az … -o json`)",
    )
    taker = Taker(what, instance.address, instance.source)
    listed = None if deploys else sorted(kinds)
    yield from once(taker.anything(instance.origin, listed))
