"""Forms of names: what Azure, Kubernetes and DNS take.

Source: Azure docs, resource-name-rules; AKS docs, concepts-network-azure-cni-overlay
(names of networks), private-clusters; Kubernetes docs, Object Names and IDs; RFC 1123.
"""

import re

from seawall.design.requirements.needs import ServiceKind
from seawall.design.requirements.part import Part

LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_CLUSTER = re.compile(r"[a-zA-Z](?:[a-zA-Z0-9-]{0,38}[a-zA-Z0-9])?")
_DNS_PART = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_DNS = re.compile(rf"{_DNS_PART}(?:\.{_DNS_PART})+")
_NUMBERS = re.compile(r"[0-9.]+")
_SUBNET = re.compile(
    r"/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft\.Network"
    r"/virtualNetworks/[^/]+/subnets/[^/]+",
    re.IGNORECASE,
)
_NETWORK = re.compile(
    r"/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft\.Network"
    r"/virtualNetworks/[^/]+",
    re.IGNORECASE,
)
SYSTEM_NAMESPACES = (
    "kube-system",
    "kube-public",
    "kube-node-lease",
    "gatekeeper-system",
)

_LONGEST_NAME = 253
_TITLES = {
    ServiceKind.KEY_VAULT: "key vault",
    ServiceKind.STORAGE: "storage account",
    ServiceKind.REGISTRY: "container registry",
    ServiceKind.SQL: "server of databases",
    ServiceKind.COSMOS: "account of Cosmos DB",
}
_SERVICES = {
    ServiceKind.KEY_VAULT: (
        re.compile(r"(?!.*--)[a-zA-Z][a-zA-Z0-9-]{1,22}[a-zA-Z0-9]"),
        "3 to 24 letters, digits and single hyphens, a letter first, no hyphen last",
    ),
    ServiceKind.STORAGE: (
        re.compile(r"[a-z0-9]{3,24}"),
        "3 to 24 small letters and digits",
    ),
    ServiceKind.REGISTRY: (
        re.compile(r"[a-zA-Z0-9]{5,50}"),
        "5 to 50 letters and digits",
    ),
    ServiceKind.SQL: (
        re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"),
        "1 to 63 small letters, digits and hyphens, no hyphen first or last",
    ),
    ServiceKind.COSMOS: (
        re.compile(r"[a-z0-9][a-z0-9-]{1,42}[a-z0-9]"),
        "3 to 44 small letters, digits and hyphens, no hyphen first or last",
    ),
}


def cluster_name(part: Part) -> str:
    """Return the name of a cluster; empty, and told, if Azure takes it not."""
    return part.matching(
        "the name of a cluster",
        _CLUSTER,
        "use 1 to 40 letters, digits and hyphens, a letter first, no hyphen last",
        "names of its networks, zones and its DNS prefix follow from it; Azure takes "
        "no other characters in them, and 54 or 63 of them",
    )


def service_name(part: Part, kind: ServiceKind) -> str:
    """Return the name of a service of the platform, likewise."""
    form, rule = _SERVICES[kind]
    return part.matching(
        f"the name of a {_TITLES[kind]}",
        form,
        f"use {rule}",
        "Azure refuses it, and it is part of the name that clients resolve",
    )


def label(part: Part, what: str) -> str:
    """Return a label of Kubernetes and DNS; empty, and told, if it is none."""
    return part.matching(
        what,
        LABEL,
        "use 1 to 63 small letters, digits and hyphens, no hyphen first or last",
        "names of objects of Kubernetes follow from it",
    )


def subnet_id(part: Part) -> str:
    """Return the resource ID of a subnet; empty, and told, if it is none."""
    return part.matching(
        "the resource ID of a subnet",
        _SUBNET,
        "copy what `az network vnet subnet show --query id` prints: "
        "`/subscriptions/…/virtualNetworks/…/subnets/…`",
        "it says in whose network, group and subscription it stands",
    )


def network_id(part: Part) -> str:
    """Return the resource ID of a virtual network, likewise."""
    return part.matching(
        "the resource ID of a virtual network",
        _NETWORK,
        "copy what `az network vnet show --query id` prints: "
        "`/subscriptions/…/virtualNetworks/…`",
        "a peering names the other network by it",
    )


def dns_name(part: Part, what: str, *, pattern: bool = False) -> str:
    """Return a name in small letters; empty, and told, if it is none.

    Args:
        part: Where it stands.
        what: What it is called.
        pattern: Whether `*.` may stand before it.
    """
    text = part.text(what)
    if not text:
        return ""
    folded = text.lower().removesuffix(".")
    plain = folded.removeprefix("*.") if pattern else folded
    is_name = _DNS.fullmatch(plain) and not _NUMBERS.fullmatch(plain)
    if is_name and len(plain) <= _LONGEST_NAME:
        return folded
    mend = "write it as `api.example.com`"
    if pattern:
        mend += ", or `*.example.com` for every name below"
    bare = re.sub(r"^[a-z]+://", "", folded).split("/")[0].split(":")[0]
    if bare != folded and _DNS.fullmatch(bare):
        mend = f"write `{bare}`" + (", ports apart" if pattern else "")
    part.tell(
        f"`{text}` is no name that clients resolve",
        "firewalls and policies by name see what is asked of DNS, and nothing else",
        mend,
    )
    return ""
