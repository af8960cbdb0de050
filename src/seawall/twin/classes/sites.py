"""Names to ask for in TLS and HTTP, so that rules over names show what they do."""

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address

from seawall.model.firewall import ApplicationRule, Firewall
from seawall.model.snapshot import Fabric
from seawall.twin.classes.ranges import DOCUMENTATION_NET

ADDRESS = IPv4Address(DOCUMENTATION_NET.first + 250)
"""Where all of them are served. Source: RFC 5737."""
SPOKEN = {"https": ("tls", 443), "http": ("http", 80)}
"""What is spoken, and at which port it is asked for here, by the protocol of a rule."""
STRANGER = "stranger.example"
"""A name that no rule names. Source: RFC 2606."""
MOST_NAMES = 24


@dataclass(frozen=True, slots=True)
class SiteStand:
    """A name on the internet, asked for in TLS or HTTP.

    Attributes:
        name: The name.
        speaks: `tls` or `http`.
        port: The port.
        address: Where it is served.
    """

    name: str
    speaks: str
    port: int
    address: IPv4Address = ADDRESS


def sites_of(fabric: Fabric) -> tuple[SiteStand, ...]:
    """Return the names to ask for: what each pattern holds, and just does not."""
    names: dict[str, None] = {}
    for firewall in fabric.firewalls:
        for rule in application_rules(firewall):
            names.update(dict.fromkeys(_examples(rule)))
    if not names:
        return ()
    listed = [*list(names)[: MOST_NAMES - 1], STRANGER]
    return tuple(
        SiteStand(name, speaks, port)
        for name in dict.fromkeys(listed)
        for speaks, port in SPOKEN.values()
    )


def application_rules(firewall: Firewall) -> Iterator[ApplicationRule]:
    """Yield the application rules of a firewall, in any order."""
    for collection in firewall.collections:
        for rule in collection.rules:
            if isinstance(rule, ApplicationRule):
                yield rule


def _examples(rule: ApplicationRule) -> Iterator[str]:
    """Yield names at the edges of patterns. Source: docs/semantics/path.md, W4."""
    for pattern in rule.names:
        plain = pattern.lower().rstrip(".")
        if plain == "*":
            continue
        if plain.startswith("*."):
            yield f"any.{plain[2:]}"
            yield plain[2:]
        elif plain.startswith("*"):
            yield f"any{plain[1:]}"
        else:
            yield plain
