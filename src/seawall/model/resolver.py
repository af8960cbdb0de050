"""DNS servers of the platform: private resolvers, and rulesets that send names on."""

from dataclasses import dataclass

from seawall.model.address import Address
from seawall.model.origin import Origin
from seawall.model.setting import Setting


@dataclass(frozen=True, slots=True)
class InboundEndpoint:
    """An address at which a private resolver answers.

    Attributes:
        address: None when it is allocated later.
    """

    name: str
    address: Address | None
    origin: Origin


@dataclass(frozen=True, slots=True)
class PrivateResolver:
    """A DNS private resolver.

    Attributes:
        id: Resource id or address, in lower case.
        name: Its name.
        network: Id of its virtual network, whose zones it consults; None when not
            known.
        inbound: Where it answers.
        origin: Where it stands.
    """

    id: str
    name: str
    network: str | None
    inbound: tuple[InboundEndpoint, ...]
    origin: Origin


@dataclass(frozen=True, slots=True)
class ForwardingRule:
    """One rule of a ruleset: names under a domain are asked for elsewhere.

    Attributes:
        name: Its name.
        domain: In lower case, without dots at its ends; empty for every name. None
            when it cannot be read.
        enabled: Whether it counts.
        servers: The DNS servers that are asked; empty when they are not known.
        origin: Where it stands.
    """

    name: str
    domain: str | None
    enabled: Setting[bool]
    servers: tuple[Address, ...]
    origin: Origin


@dataclass(frozen=True, slots=True)
class ForwardingRuleset:
    """A DNS forwarding ruleset.

    Attributes:
        id: Resource id or address, in lower case.
        name: Its name.
        networks: Ids of the networks that it is linked to.
        rules: In any order; the longest domain wins.
        complete: Whether all rules and links are in the input; if not, why.
        origin: Where it stands.
    """

    id: str
    name: str
    networks: tuple[str, ...]
    rules: tuple[ForwardingRule, ...]
    complete: Setting[bool]
    origin: Origin
