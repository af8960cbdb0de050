"""Azure Firewall and its policies: typed rules in nested priorities."""

from dataclasses import dataclass, field
from enum import Enum

from seawall.model.address import Address, AddressRange
from seawall.model.filter import Access, AddressTerm
from seawall.model.origin import Origin
from seawall.model.packet import PortRange
from seawall.model.setting import Setting


class CollectionType(Enum):
    """The three rule types, in the order in which they are processed."""

    NAT = "nat"
    NETWORK = "network"
    APPLICATION = "application"


@dataclass(frozen=True, slots=True)
class NetworkRule:
    """A rule over addresses, protocols and ports.

    Attributes:
        protocols: IP protocol numbers. None is `Any`: every protocol if the ports are
            `*`, otherwise TCP and UDP.
        sources: It matches if any term does; IP groups are already expanded.
        destinations: Likewise.
        destination_names: DNS names whose addresses match, as the firewall resolves
            them.
        destination_ports: It matches if any range does.
    """

    name: str
    protocols: tuple[int, ...] | None
    sources: tuple[AddressTerm, ...]
    destinations: tuple[AddressTerm, ...]
    destination_names: tuple[str, ...]
    destination_ports: tuple[PortRange, ...]
    origin: Origin


@dataclass(frozen=True, slots=True)
class NatRule:
    """A rule that redirects what arrives at the firewall's public address.

    Attributes:
        translated_address: The new destination; None when it is a DNS name or unknown.
        translated_port: The new port; None keeps it.
    """

    name: str
    protocols: tuple[int, ...]
    sources: tuple[AddressTerm, ...]
    destinations: tuple[AddressTerm, ...]
    destination_ports: tuple[PortRange, ...]
    translated_address: Address | None
    translated_name: str
    translated_port: int | None
    origin: Origin


@dataclass(frozen=True, slots=True)
class ApplicationRule:
    """A rule over the name that a client asks for in HTTP or TLS.

    Attributes:
        ports: Pairs of protocol (`http`, `https`, `mssql`) and port.
        names: Patterns: a name, `*.suffix` (any depth below, not the suffix itself),
            `*suffix` (any name that ends so) or `*`.
        tags: Sets of names that the platform maintains, such as
            `AzureKubernetesService`.
        categories: Web categories, whose content is not public.
        urls: URL patterns; they need TLS inspection.
    """

    name: str
    sources: tuple[AddressTerm, ...]
    ports: tuple[tuple[str, int], ...]
    names: tuple[str, ...]
    tags: tuple[str, ...]
    categories: tuple[str, ...]
    urls: tuple[str, ...]
    origin: Origin


FirewallRule = NetworkRule | NatRule | ApplicationRule


@dataclass(frozen=True, slots=True)
class RuleCollection:
    """Rules of one type with one action.

    Attributes:
        group: Name of its rule collection group; empty in a classic firewall.
        order: Its place among all collections of its type on the firewall, lower first:
            (0 for the parent policy and 1 for the child, group priority, collection
            priority). Collections with equal order have no defined order.
        type: Which of the three types.
        access: ALLOW for a NAT collection.
        rules: From top to bottom.
        origin: Where it stands.
        doubt: Why it may not be in force; empty if it is.
        policy: Id of the policy that it stands in; empty in a classic firewall.
        policy_name: The name of that policy, as written.
    """

    group: str
    name: str
    order: tuple[int, int, int]
    type: CollectionType
    access: Access
    rules: tuple[FirewallRule, ...]
    origin: Origin
    doubt: str = ""
    policy: str = ""
    policy_name: str = ""


@dataclass(frozen=True, slots=True)
class Firewall:
    """An Azure Firewall with the rules that are in force on it, inheritance resolved.

    Attributes:
        id: Resource id or address, in lower case.
        name: Its name.
        address: Its private address: the next hop that routes name. None when not
            known.
        subnet: Id of its subnet; None when not known.
        public_addresses: Ids of its public addresses.
        collections: In any order.
        complete: Whether all of its policy is in the input; if not, why it is not.
        dns_proxy: Whether it answers DNS for clients.
        dns_servers: The servers that it asks in turn; a known `()` is Azure's own.
        snat_private_ranges: Destinations towards which network rules keep the source.
        threat_intelligence: `Off`, `Alert` or `Deny`.
        origin: Where it stands.
        proxy_ports: The ports of its explicit proxy; a known `()` without one.
        managed: Whether it has a management interface of its own, so that packets for
            the internet may be led elsewhere with a private source.
    """

    id: str
    name: str
    address: Address | None
    subnet: str | None
    public_addresses: tuple[str, ...]
    collections: tuple[RuleCollection, ...]
    complete: Setting[bool]
    dns_proxy: Setting[bool]
    dns_servers: Setting[tuple[Address, ...]]
    snat_private_ranges: Setting[tuple[AddressRange, ...]]
    threat_intelligence: Setting[str]
    origin: Origin
    proxy_ports: Setting[tuple[int, ...]] = field(
        default_factory=lambda: Setting.defaulted((), "no explicit proxy")
    )
    managed: Setting[bool] = field(
        default_factory=lambda: Setting.defaulted(value=False, why="none is configured")
    )
