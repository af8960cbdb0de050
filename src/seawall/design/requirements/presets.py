"""Presets: what is stated by one word, in the form of the file itself.

What the file states wins, key by key; lists are never joined.

Source: AKS docs, concepts-network-isolated and limit-egress-traffic, for what belongs
together; PCI DSS v4.0, requirements 1.2 to 1.4 and 4.2, in Seawall's own words.
"""

from collections.abc import Mapping
from dataclasses import dataclass

Stated = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Preset:
    """A preset.

    Attributes:
        name: The word.
        says: For whom it is, as a sentence.
        states: What it states.
    """

    name: str
    says: str
    states: Stated


PRESETS: dict[str, Preset] = {
    preset.name: preset
    for preset in (
        Preset(
            "learning",
            "To learn on, cheaply: open to whoever has credentials.",
            {
                "api-server": {"access": "anywhere", "run-command": True},
                "egress": {"to": "open"},
                "pods": {"control": "ports", "default-deny": False},
                "nodes": {"count": 3},
                "limits": {"firewall": False, "acns": False},
            },
        ),
        Preset(
            "baseline",
            "For most: known addresses out, policies between pods, no firewall.",
            {
                "api-server": {"run-command": False},
                "egress": {"to": "open", "fixed-address": True},
                "pods": {"control": "ports", "default-deny": True},
                "limits": {"firewall": False},
            },
        ),
        Preset(
            "private",
            "As baseline, and nobody reaches the API server from the internet.",
            {
                "api-server": {"access": "private", "run-command": False},
                "egress": {"to": "open", "fixed-address": True},
                "pods": {"control": "ports", "default-deny": True},
            },
        ),
        Preset(
            "locked-down",
            "As private, and pods reach listed names alone.",
            {
                "api-server": {"access": "private", "run-command": False},
                "egress": {"to": "names", "fixed-address": True},
                "pods": {"control": "names", "default-deny": True},
                "limits": {"firewall": True, "acns": True},
            },
        ),
        Preset(
            "network-isolated",
            "No way to the internet at all; for nodes of Linux neither.",
            {
                "api-server": {"access": "private", "run-command": False},
                "egress": {"to": "none"},
                "pods": {"control": "ports", "default-deny": True},
            },
        ),
        Preset(
            "pci",
            "For cardholder data: locked down, encrypted between nodes.",
            {
                "api-server": {"access": "private", "run-command": False},
                "egress": {"to": "names", "fixed-address": True},
                "pods": {
                    "control": "names",
                    "default-deny": True,
                    "encrypted": True,
                },
                "compliance": ("pci-dss",),
                "limits": {"firewall": True, "acns": True},
            },
        ),
    )
}
"""By name, the loosest first."""
