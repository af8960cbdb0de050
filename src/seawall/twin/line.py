"""What rules are compiled to: lines of a chain, each with the rule that it is from."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import Enum
from ipaddress import IPv4Address

from seawall.model.address import AddressRange, merged, prefixes_of
from seawall.model.origin import Origin
from seawall.model.packet import PortRange
from seawall.model.policy import Direction
from seawall.twin.gaps import Gap

IPV4 = 4


class Does(Enum):
    """What a line does with a packet that it matches."""

    ALLOW = "allow"
    """Ends the walk in this direction: passed."""
    DENY = "deny"
    """Refuses, so that the sender hears of it."""
    PASS = "pass"  # noqa: S105 - an action
    """Goes on with the next tier."""


@dataclass(frozen=True, slots=True)
class Written:
    """One rule as its author wrote it, or what a policy does where no rule matches.

    Attributes:
        id: Short and unique in the twin: it stands in the comment of every line.
        says: What it is, for a person: `shop/cart-clients, ingress rule 1`.
        origin: Where it stands.
    """

    id: str
    says: str
    origin: Origin | None


@dataclass(frozen=True, slots=True)
class Aim:
    """Which packets a rule is for, at one place where it stands.

    Attributes:
        sources: Where they come from, as they are seen there.
        targets: Where they go to.
        services: Protocol numbers, None being any, each with its ports.
        way: Which way they pass those that the rule is asked for; None: whichever.
        own: The addresses of those that the rule is asked for; None: everybody.
        has_source_ports: Whether it is for certain source ports alone.
    """

    sources: tuple[AddressRange, ...]
    targets: tuple[AddressRange, ...]
    services: tuple[tuple[int | None, PortRange], ...]
    way: Direction | None = None
    own: frozenset[IPv4Address] | None = None
    has_source_ports: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a chain.

    Attributes:
        matches: Terms of the packet filter that must all hold; `{far}` stands for the
            word of the far end's address: `saddr` or `daddr`.
        does: What happens then.
        written: The rule that it comes from.
    """

    matches: tuple[str, ...]
    does: Does
    written: Written


@dataclass(frozen=True, slots=True)
class Stage:
    """A tier: lines in order, and what happens where none matches.

    Attributes:
        lines: The first that matches decides.
        otherwise: DENY or PASS.
        written: What decides where no line matches.
    """

    lines: tuple[Line, ...]
    otherwise: Does
    written: Written


@dataclass(slots=True)
class Sets:
    """Named sets of addresses, each once.

    Attributes:
        names: From addresses to the name of their set.
        ports: Likewise from address, protocol and port.
        plain: Likewise from protocol and ports.
    """

    names: dict[tuple[AddressRange, ...], str] = field(default_factory=dict)
    ports: dict[tuple[tuple[IPv4Address, str, int], ...], str] = field(
        default_factory=dict
    )
    plain: dict[tuple[int, PortRange], str] = field(default_factory=dict)

    def addresses(self, ranges: tuple[AddressRange, ...]) -> str:
        """Return the name of the set of *ranges*."""
        key = merged(ranges)
        return self.names.setdefault(key, f"s{len(self.names)}")

    def endpoints(self, found: set[tuple[IPv4Address, str, int]]) -> str:
        """Return the name of a set of address, protocol and port."""
        key = tuple(sorted(found))
        return self.ports.setdefault(key, f"e{len(self.ports)}")

    def services(self, protocol: int, ports: PortRange) -> str:
        """Return the name of a set of protocol and ports."""
        return self.plain.setdefault((protocol, ports), f"v{len(self.plain)}")

    def text(self) -> Iterator[str]:
        """Yield the declaration of each set."""
        for ranges, name in self.names.items():
            items = ", ".join(str(item) for item in prefixes_of(ranges))
            body = f" elements = {{ {items} }};" if items else ""
            yield f"set {name} {{ type ipv4_addr; flags interval;{body} }}"
        for endpoints, name in self.ports.items():
            items = ", ".join(
                f"{address} . {protocol} . {port}"
                for address, protocol, port in endpoints
            )
            body = f" elements = {{ {items} }};" if items else ""
            yield (
                f"set {name} {{ type ipv4_addr . inet_proto . inet_service;{body} }}"
            )
        for (number, spread), name in self.plain.items():
            yield (
                f"set {name} {{ type inet_proto . inet_service; flags interval; "
                f"elements = {{ {number} . {spread} }}; }}"
            )


@dataclass(slots=True)
class Marks:
    """The rules that were compiled, the sets that they name, and what is not shown.

    Attributes:
        prefix: What the ids of its rules begin with.
        sets: The sets that lines name.
        gaps: What is not shown, by id and what.
        written: Every rule that was compiled, by id.
        aims: By the id of a rule, which packets it is for.
        blind: Addresses of those whose packets the twin cannot show.
        blind_outside: Those whose packets to places outside it cannot show.
    """

    prefix: str = "r"
    sets: Sets = field(default_factory=Sets)
    gaps: dict[tuple[str, str], Gap] = field(default_factory=dict)
    written: dict[str, Written] = field(default_factory=dict)
    aims: dict[str, list[Aim]] = field(default_factory=dict)
    blind: set[IPv4Address] = field(default_factory=set)
    blind_outside: set[IPv4Address] = field(default_factory=set)
    _ids: dict[tuple[str, Origin | None], str] = field(default_factory=dict)

    def rule(self, says: str, origin: Origin | None) -> Written:
        """Return the mark of a rule, the same one for the same rule."""
        key = (says, origin)
        if key not in self._ids:
            self._ids[key] = f"{self.prefix}{len(self._ids)}"
        name = self._ids[key]
        return self.written.setdefault(name, Written(name, says, origin))

    def aim(self, written: Written, aim: Aim) -> None:
        """Take up which packets a rule is for."""
        self.aims.setdefault(written.id, []).append(aim)

    def gap(self, id_: str, what: str, why: str, origin: Origin | None = None) -> None:
        """Take up something that is not shown."""
        self.gaps.setdefault((id_, f"{what}{origin}"), Gap(id_, what, why, origin))


LONGEST_COMMENT = 100


def comment(written: Written) -> str:
    """Return the comment that leads from a line back to the rule it is from."""
    place = f" at {written.origin}" if written.origin is not None else ""
    text = f"{written.id} {written.says}{place}".replace('"', "'")
    return f'comment "{text[:LONGEST_COMMENT]}"'


def used_in(terms: Iterable[str]) -> set[str]:
    """Return the names of the sets that terms of a rule mention."""
    return {word[1:] for term in terms for word in term.split() if word.startswith("@")}
