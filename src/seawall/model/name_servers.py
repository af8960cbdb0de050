"""The configuration of the cluster's own DNS servers, as far as names depend on it.

Source: AKS docs, coredns-custom; CoreDNS manual and the pages of its plugins.
"""

from dataclasses import dataclass

from seawall.model.address import Address
from seawall.model.origin import Origin
from seawall.model.pod_dns import DOMAIN


@dataclass(frozen=True, slots=True)
class Forward:
    """Names under a domain are asked for elsewhere.

    Attributes:
        domain: In lower case, without dots at its ends; empty for every name.
        servers: The servers; empty for those of the network; None when not known.
        excepted: Domains under which names are not sent there.
        origin: Where it stands.
    """

    domain: str
    servers: tuple[Address, ...] | None
    excepted: tuple[str, ...]
    origin: Origin


@dataclass(frozen=True, slots=True)
class HostTable:
    """Names with their addresses, as in a file of hosts.

    Attributes:
        entries: Pairs of name and address.
        zones: The domains that it answers for; those of its block if empty.
        hands_on: Domains under which it leaves names that it lacks to others; an empty
            one stands for every name.
        origin: Where it stands.
    """

    entries: tuple[tuple[str, Address], ...]
    zones: tuple[str, ...]
    hands_on: tuple[str, ...]
    origin: Origin


@dataclass(frozen=True, slots=True)
class Refusal:
    """A template that answers that names do not exist.

    Attributes:
        zones: The domains that it is asked for.
        pattern: What a name with its last dot must match; empty for all.
        hands_on: Whether names that do not match go on to others.
        origin: Where it stands.
    """

    zones: tuple[str, ...]
    pattern: str
    hands_on: bool
    origin: Origin


@dataclass(frozen=True, slots=True)
class Rewrite:
    """Names that are asked for as others.

    Attributes:
        kind: `exact`, `prefix`, `suffix`, `substring` or `regex`.
        old: What is looked for, in lower case; for `regex` a pattern that is sought in
            the name with its last dot.
        new: What stands there instead; for `regex` the whole name, with groups as
            `{1}`.
        goes_on: Whether later rewrites are tried too.
        origin: Where it stands.
    """

    kind: str
    old: str
    new: str
    goes_on: bool
    origin: Origin


@dataclass(frozen=True, slots=True)
class Unread:
    """Something that is not understood, and the names that it may touch.

    Attributes:
        what: What it is, as the beginning of a clause.
        zones: The domains; those of its block if empty.
        origin: Where it stands.
    """

    what: str
    zones: tuple[str, ...]
    origin: Origin


@dataclass(frozen=True, slots=True)
class ServerBlock:
    """One server block: what becomes of names under its zones, in this order.

    Attributes:
        zones: In lower case, without dots at their ends; empty for every name.
        origin: Where it stands.
        unread: What is not understood.
        rewrites: Names that are asked for as others, in order.
        refusals: Names that do not exist.
        hosts: Names with their addresses.
        domains: Domains of the cluster, whose names are Services.
        domains_hand_on: Domains under which names that are no Service go on.
        forwards: Whom others are asked of, the first first.
    """

    zones: tuple[str, ...]
    origin: Origin
    unread: tuple[Unread, ...] = ()
    rewrites: tuple[Rewrite, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    hosts: tuple[HostTable, ...] = ()
    domains: tuple[str, ...] = ()
    domains_hand_on: tuple[str, ...] = ()
    forwards: tuple[Forward, ...] = ()


_NOWHERE = Origin("")
OF_AKS = ServerBlock(
    zones=("",),
    origin=_NOWHERE,
    refusals=(
        Refusal(
            ("internal.cloudapp.net",),
            r"^(?:[^.]+\.){4,}internal\.cloudapp\.net\.$",
            hands_on=True,
            origin=_NOWHERE,
        ),
        Refusal(("reddog.microsoft.com",), "", hands_on=False, origin=_NOWHERE),
    ),
    domains=(DOMAIN, "in-addr.arpa", "ip6.arpa"),
    domains_hand_on=("in-addr.arpa", "ip6.arpa"),
    forwards=(Forward("", (), (), _NOWHERE),),
)
"""The server block that AKS makes.

Source: AKS docs, coredns-custom, "Invalid search domain completions"; the ConfigMap
`coredns` of AKS, release 2024-10-25.
"""
