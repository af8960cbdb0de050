"""What a twin is made of, as values: spaces, links, routes, rules, stands and probes.

A plan is the whole of what building and probing need to know, and all that the
compiler of a snapshot must write. Whoever builds from it decides nothing: names are
resolved, rules are text, and each probe has its one destination.

Imports nothing outside the standard library.
"""

from dataclasses import dataclass
from enum import Enum


class RouteKind(Enum):
    """What a route does with the packets that it takes."""

    UNICAST = "unicast"
    """Sends them on, by the gateway or the device."""
    BLACKHOLE = "blackhole"
    """Drops them and says nothing."""
    UNREACHABLE = "unreachable"
    """Drops them and answers with an ICMP error."""
    LOCAL = "local"
    """Takes them in: every address of the prefix is one of the space's own."""


class StandKind(Enum):
    """What a listener does with whoever asks."""

    ECHO = "echo"
    """Tells from which address and port it was asked."""
    HTTP = "http"
    """The same, and which `Host` was named."""
    TLS = "tls"
    """The same after a handshake, and which server name was given."""
    DNS = "dns"
    """Answers from its table, or asks another for what it forwards."""
    GATEWAY = "gateway"
    """Ends the connection, reads `Host`, and connects to whom that names."""
    PROXY = "proxy"
    """Takes what is redirected to it, reads server name or `Host`, and connects on."""


class ProbeKind(Enum):
    """What is sent, and what counts as an answer to it."""

    TCP = "tcp"
    UDP = "udp"
    ICMP = "icmp"
    SCTP = "sctp"
    HTTP = "http"
    TLS = "tls"
    DNS = "dns"


class Result(Enum):
    """What came back."""

    ANSWERED = "answered"
    """The far end answered, so the way there and back is open."""
    REFUSED = "refused"
    """A reset, an abort, or an ICMP error that says `prohibited` or `no such port`."""
    UNREACHABLE = "unreachable"
    """No route: an ICMP error of that kind, or the sender's own kernel."""
    SILENT = "silent"
    """Nothing came, although the control probe on the same path was answered."""
    UNPROVED = "unproved"
    """Nothing came, and no control was answered: it says nothing about the packet."""


@dataclass(frozen=True, slots=True)
class Space:
    """A network namespace: a pod, a node, a router, a firewall, a stand-in.

    Attributes:
        name: Unique in the plan.
        forwards: Whether it passes on what is not for itself.
        addresses: Addresses with prefix length that it has on its loopback device.
        sysctls: Settings below `net.`, such as `("ipv4.conf.all.rp_filter", "0")`.
        resolver: The name server that a shell in it is told of; empty for none.
        origin: What of the model it stands for, in words.
    """

    name: str
    forwards: bool = False
    addresses: tuple[str, ...] = ()
    sysctls: tuple[tuple[str, str], ...] = ()
    resolver: str = ""
    origin: str = ""


@dataclass(frozen=True, slots=True)
class End:
    """One end of a link: a device in a space.

    Attributes:
        space: Name of the space.
        device: Name of the device, unique in the space, at most 15 characters.
        addresses: With prefix length: `10.0.0.1/31`, `fd00::1/127`; may be none.
    """

    space: str
    device: str
    addresses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Link:
    """A wire between two spaces (a pair of virtual Ethernet devices)."""

    left: End
    right: End


@dataclass(frozen=True, slots=True)
class RouteLine:
    """One line of a routing table.

    Attributes:
        space: Where the table is.
        prefix: `0.0.0.0/0`, `10.1.0.0/16`, `fd00::/8`.
        via: The gateway's address; empty for what is on the link.
        device: The device to leave by; may be empty where `via` tells it.
        kind: What the route does; only UNICAST has a gateway.
        table: Number of the table, 1 to 4294967295, 254 being the main one.
        source: The source address that the space prefers on this way.
    """

    space: str
    prefix: str
    via: str = ""
    device: str = ""
    kind: RouteKind = RouteKind.UNICAST
    table: int = 254
    source: str = ""


@dataclass(frozen=True, slots=True)
class RouteRule:
    """Which packets ask which routing table; the lowest priority is asked first.

    Attributes:
        space: Where the rule is.
        table: The table that is asked.
        priority: 1 to 32765 stand before the main table.
        sources: Prefix of the source address; empty for all.
        destinations: Prefix of the destination address; empty for all.
        came_by: The device that the packet came in by; empty for all.
        mark: The mark that nftables gave the packet; 0 for all.
        ipv6: The family, where neither prefix tells it.
    """

    space: str
    table: int
    priority: int
    sources: str = ""
    destinations: str = ""
    came_by: str = ""
    mark: int = 0
    ipv6: bool = False


@dataclass(frozen=True, slots=True)
class RuleText:
    """Rules of nftables, loaded into a space at once or not at all.

    Attributes:
        space: Where they apply.
        text: As `nft -f` takes it. Comments of rules name the rule of the model.
    """

    space: str
    text: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What a DNS stand says of a name.

    Attributes:
        name: Without the final dot, lower case; `*.` in front stands for all below.
        kind: `A`, `AAAA` or `CNAME`.
        values: Addresses or the one name; none: the name exists and has no such record.
    """

    name: str
    kind: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Forwarding:
    """Whom a DNS stand asks about the names below a suffix; the longest suffix wins.

    An empty address asks nobody: what the table lacks of them does not exist.
    """

    suffix: str
    address: str


@dataclass(frozen=True, slots=True)
class Admitted:
    """What a proxy lets through: any of its sources to any of its names.

    Attributes:
        sources: Prefixes.
        names: Names; `*.` in front stands for all below, `*` for every name.
        protocol: `http` or `tls`.
        ports: The original destination's ports; none: every port.
        origin: The rule of the model.
        denies: Whether it refuses instead; the first that fits decides.
    """

    sources: tuple[str, ...]
    names: tuple[str, ...]
    protocol: str
    ports: tuple[int, ...] = ()
    origin: str = ""
    denies: bool = False


@dataclass(frozen=True, slots=True)
class Relayed:
    """Whom a gateway connects to for a `Host`."""

    host: str
    address: str
    port: int


@dataclass(frozen=True, slots=True)
class Stand:
    """A listener in a space.

    Attributes:
        space: Where it listens.
        address: One of the space's own addresses; `0.0.0.0` or `::` for all of them.
        port: The port; for SCTP alone, 0 is every port.
        protocol: `tcp`, `udp` or `sctp`. DNS listens to both `udp` and `tcp` by itself.
        kind: What it does.
        answers: For DNS.
        forwardings: For DNS.
        admits: For a proxy; names are resolved by `resolver`, or the original
            destination is kept where that is empty.
        resolver: For a proxy: address of the DNS stand that it asks.
        relays: For a gateway.
        asks_from: For a gateway: the space from which it asks its resolver.
        origin: What of the model it stands for.
    """

    space: str
    address: str
    port: int
    protocol: str = "tcp"
    kind: StandKind = StandKind.ECHO
    answers: tuple[Answer, ...] = ()
    forwardings: tuple[Forwarding, ...] = ()
    admits: tuple[Admitted, ...] = ()
    resolver: str = ""
    origin: str = ""
    relays: tuple[Relayed, ...] = ()
    asks_from: str = ""


@dataclass(frozen=True, slots=True)
class Probe:
    """One question to the network.

    Attributes:
        number: Unique in the plan.
        space: Who asks.
        kind: What is sent.
        destination: Address that it is sent to; for DNS the resolver.
        port: Destination port; 0 for ICMP.
        source: Address that it is sent from; empty: what the kernel chooses.
        source_port: 0: what the kernel chooses.
        name: Server name, `Host`, or the name that the resolver is asked for.
        control: Number of the probe whose answer proves the path; 0 for none. Silence
            of this one is a refusal only when that one was answered.
    """

    number: int
    space: str
    kind: ProbeKind
    destination: str
    port: int = 0
    source: str = ""
    source_port: int = 0
    name: str = ""
    control: int = 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came back of a probe.

    Attributes:
        probe: Its number.
        result: What came back.
        seen_source: The source address as the far end saw it; empty: it told none.
        seen_port: The source port as the far end saw it, or 0.
        answered_by: Name of the space whose stand answered; empty: it told none.
        told_by: Address of whoever sent the ICMP error or the reset; empty: unknown.
        seen_destination: The destination as the far end saw it, after translation.
        seen_name: Server name or `Host` as the far end saw it.
        addresses: For DNS: the addresses in the answer, sorted.
        detail: In words: the errno, the ICMP error, the DNS response code.
        took_us: From sending to the answer, in microseconds.
    """

    probe: int
    result: Result
    seen_source: str = ""
    seen_port: int = 0
    answered_by: str = ""
    told_by: str = ""
    seen_destination: str = ""
    seen_name: str = ""
    addresses: tuple[str, ...] = ()
    detail: str = ""
    took_us: int = 0


@dataclass(frozen=True, slots=True)
class Plan:
    """A whole twin: what is built, what listens, and what is asked."""

    spaces: tuple[Space, ...]
    links: tuple[Link, ...] = ()
    routes: tuple[RouteLine, ...] = ()
    route_rules: tuple[RouteRule, ...] = ()
    rules: tuple[RuleText, ...] = ()
    stands: tuple[Stand, ...] = ()
    probes: tuple[Probe, ...] = ()
