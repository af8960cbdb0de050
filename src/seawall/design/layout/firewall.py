"""Azure Firewall, its policy and its address.

Source: Azure docs, firewall overview, policy-rule-sets, dns-settings, premium-features;
read 2026-11.
"""

from collections.abc import Iterator

from seawall.design.layout.allowed import (
    asked_collections,
    incoming_collections,
    required_collections,
)
from seawall.design.layout.demand import answers_for_names
from seawall.design.layout.subjects import Subject, made
from seawall.design.layout.ways_out import public_address
from seawall.design.options import Firewall
from seawall.emit.tree import Id, Resource, Value

FIREWALL = "Microsoft.Network/azureFirewalls"
POLICY = "Microsoft.Network/firewallPolicies"
GROUP = POLICY + "/ruleCollectionGroups"
_REQUIRED = (
    "What AKS itself must reach, narrowed to what this cluster uses. The tag "
    "AzureKubernetesService would hold more, and what Azure adds to it."
)
_ASKED = (
    "What pods may reach beyond that. The firewall tells nodes apart, not pods: "
    "policies in the cluster do."
)
_WHY = ("egress.to", "egress.names", "limits.firewall")


def firewall(subject: Subject) -> Iterator[Resource]:
    """Yield the firewall and what belongs to it."""
    if not subject.has_firewall:
        return
    premium = subject.choices.firewall is Firewall.PREMIUM
    tier = "Premium" if premium else "Standard"
    yield public_address(
        subject,
        "firewallAddress",
        "firewall",
        "The address that the internet sees.",
        "egress.fixed-address",
    )
    settings: dict[str, Value] = {
        "sku": {"tier": tier},
        "threatIntelMode": "Deny",
        "dnsSettings": {
            "servers": (),
            "enableProxy": answers_for_names(subject.needs, subject.choices),
        },
    }
    if premium:
        settings["intrusionDetection"] = {"mode": "Deny"}
    yield made(
        "firewallPolicy",
        POLICY,
        subject.names.of("afwp"),
        settings,
        comment="What is not listed in its groups is denied.",
        serves=subject.serves(*_WHY),
    )
    groups = tuple(_groups(subject))
    yield from groups
    yield made(
        "firewall",
        FIREWALL,
        subject.names.of("afw"),
        {
            "sku": {"name": "AZFW_VNet", "tier": tier},
            "firewallPolicy": {"id": Id("firewallPolicy")},
            "ipConfigurations": (
                {
                    "name": "address",
                    "properties": {
                        "subnet": {"id": Id("firewallSubnet")},
                        "publicIPAddress": {"id": Id("firewallAddress")},
                    },
                },
            ),
        },
        # A policy that changes while its firewall does is refused.
        needs=tuple(each.symbol for each in groups),
        serves=subject.serves(*_WHY),
    )


def _groups(subject: Subject) -> Iterator[Resource]:
    """Yield groups of rules, each after the one before: Azure takes one at a time."""
    listed = (
        (
            "incomingRules",
            "incoming",
            100,
            incoming_collections(subject),
            "Who comes in, and to which internal load balancer.",
            ("ingress",),
        ),
        (
            "requiredRules",
            "required-by-aks",
            200,
            required_collections(subject),
            _REQUIRED,
            ("egress.to",),
        ),
        (
            "askedRules",
            "asked-for",
            300,
            asked_collections(subject),
            _ASKED,
            ("egress.to", "egress.names"),
        ),
    )
    before: tuple[str, ...] = ()
    for symbol, name, priority, collections, comment, serves in listed:
        if not collections:
            continue
        yield made(
            symbol,
            GROUP,
            name,
            {"priority": priority, "ruleCollections": collections},
            above="firewallPolicy",
            location=None,
            comment=comment,
            serves=subject.serves(*serves),
            needs=before,
        )
        before = (symbol,)
