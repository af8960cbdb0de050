"""Rules of security groups, network managers and firewalls, as rules of ordered lists.

What a term stands for is not looked up: a service tag or an application group is a
symbol, so that what is found holds whatever they hold.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import count

from seawall.engine.lists.rule import (
    EVERY_ADDRESS,
    PLATFORM,
    Listed,
    Services,
    number,
)
from seawall.engine.lists.terms import (
    NETWORK,
    TAG,
    Spans,
    Symbol,
    Terms,
    joined,
    ports,
)
from seawall.engine.path.firewalls.firewall import ordered
from seawall.engine.path.ground.headers import UNREADABLE_PROTOCOL
from seawall.engine.path.ground.space import HOST, PUBLIC, Space
from seawall.model.address import AddressRange
from seawall.model.admin import AdminCollection, AdminRule
from seawall.model.filter import (
    AddressTerm,
    Anywhere,
    ApplicationGroup,
    SecurityRule,
    ServiceTag,
)
from seawall.model.firewall import (
    ApplicationRule,
    CollectionType,
    Firewall,
    NetworkRule,
)
from seawall.model.packet import LAST_PORT, PortRange, Protocol

_EVERY_PORT: Spans = ((0, LAST_PORT),)
_TCP_UDP = (int(Protocol.TCP), int(Protocol.UDP))

Addresses = Callable[[str], Space | None]
"""From a service tag in lower case to its addresses, where these are given."""


def _unlisted(_: str) -> None:
    return None


class Reader:
    """Reads rules; those that one reader read may stand in one list."""

    def __init__(self, addresses: Addresses = _unlisted) -> None:
        """Take what gives the addresses of service tags; without it, they are names."""
        self._addresses = addresses
        self._unread = count(1)

    def security_rules(
        self, rules: Iterable[SecurityRule], name: str
    ) -> Iterator[Listed]:
        """Yield rules of a security group; of one direction, if they are one list.

        Source:
            docs/semantics/path.md, F2 and F3.
        """
        for rule in rules:
            yield Listed(
                f"{name}/{rule.name}",
                (rule.priority, rule.is_default),
                rule.access,
                self._terms(rule.sources, is_default=rule.is_default),
                self._terms(rule.destinations, is_default=rule.is_default),
                self._services(
                    None if rule.protocol is None else (rule.protocol,),
                    rule.source_ports,
                    rule.destination_ports,
                ),
                rule.origin,
                rule.is_default,
                written=rule,
            )

    def admin_rules(
        self, collection: AdminCollection, rules: Iterable[AdminRule]
    ) -> Iterator[Listed]:
        """Yield rules of a network manager, by priority alone.

        Source:
            docs/semantics/path.md, G2.
        """
        for rule in rules:
            yield Listed(
                f"{collection.name}/{rule.name}",
                (rule.priority,),
                rule.access,
                self._terms(rule.sources),
                self._terms(rule.destinations),
                self._services(
                    None if rule.protocol is None else (rule.protocol,),
                    rule.source_ports,
                    rule.destination_ports,
                ),
                rule.origin,
                written=rule,
            )

    def firewall_rules(
        self, firewall: Firewall, *, applications: bool = False
    ) -> Iterator[Listed]:
        """Yield the network rules of a firewall, and its application rules after them.

        An application rule stands for all that it may match: the packets of its
        sources and ports, wherever they go. So none of them hides another: they have no
        order here. Of two collections of one order it is not
        known which is asked first.

        Source:
            docs/semantics/path.md, W2 and W3.
        """
        kinds = [CollectionType.NETWORK]
        if applications:
            kinds.append(CollectionType.APPLICATION)
        for stage, kind in enumerate(kinds):
            collections = ordered(firewall, kind)
            orders = Counter(each.order for each in collections)
            for collection in collections:
                is_alone = orders[collection.order] == 1
                for at, rule in enumerate(collection.rules):
                    order: tuple[int, ...] = (stage,)
                    if kind is CollectionType.NETWORK:
                        order += (*collection.order, at if is_alone else 0)
                    name = f"{collection.name}/{rule.name}"
                    if isinstance(rule, NetworkRule):
                        yield Listed(
                            name,
                            order,
                            collection.access,
                            self._terms(rule.sources),
                            self._terms(rule.destinations, rule.destination_names),
                            self._of_network(rule),
                            rule.origin,
                            written=rule,
                        )
                    elif isinstance(rule, ApplicationRule):
                        yield Listed(
                            name,
                            order,
                            collection.access,
                            self._terms(rule.sources),
                            Terms(EVERY_ADDRESS),
                            self._of_application(rule),
                            rule.origin,
                            written=rule,
                        )

    def _of_network(self, rule: NetworkRule) -> Services:
        """Return what a network rule matches.

        Source:
            Azure docs, firewall firewall-known-issues: `Any` with ports is TCP and
            UDP.
        """
        protocols = rule.protocols
        if protocols is None and ports(rule.destination_ports) != _EVERY_PORT:
            protocols = _TCP_UDP
        return self._services(
            protocols, (PortRange(0, LAST_PORT),), rule.destination_ports
        )

    def _of_application(self, rule: ApplicationRule) -> Services:
        numbers = [PortRange(each, each) for _, each in rule.ports]
        return Services((int(Protocol.TCP),), _EVERY_PORT, ports(numbers))

    def _services(
        self,
        protocols: tuple[int, ...] | None,
        source_ports: tuple[PortRange, ...] | None,
        destination_ports: tuple[PortRange, ...] | None,
    ) -> Services:
        if (
            source_ports is None
            or destination_ports is None
            or UNREADABLE_PROTOCOL in (protocols or ())
        ):
            return Services(None, _EVERY_PORT, _EVERY_PORT, next(self._unread))
        numbers = None if protocols is None else tuple(sorted(set(protocols)))
        return Services(numbers, ports(source_ports), ports(destination_ports))

    def _terms(
        self,
        terms: Iterable[AddressTerm],
        names: Iterable[str] = (),
        *,
        is_default: bool = False,
    ) -> Terms:
        spans: list[tuple[int, int]] = []
        symbols: dict[Symbol, None] = {}
        for term in terms:
            if isinstance(term, AddressRange):
                spans.append(number(term))
            elif isinstance(term, Anywhere):
                spans.extend(EVERY_ADDRESS)
            elif isinstance(term, ServiceTag):
                found = self._tag(term.name.lower(), is_default=is_default)
                if isinstance(found, Symbol):
                    symbols[found] = None
                else:
                    spans.extend(found)
            elif isinstance(term, ApplicationGroup):
                symbols[Symbol("group", term.id.lower(), EVERY_ADDRESS)] = None
            else:
                at = next(self._unread)
                symbols[Symbol("unreadable", at, EVERY_ADDRESS)] = None
        for name in names:
            symbols[Symbol("name", name.lower(), EVERY_ADDRESS)] = None
        return Terms(joined(spans), tuple(symbols))

    def _tag(self, name: str, *, is_default: bool) -> Symbol | Spans:
        """Return what a service tag stands for.

        Source:
            docs/semantics/path.md, F4 to F7, F11, F12 and L1.
        """
        if name in PLATFORM:
            return ((PLATFORM[name], PLATFORM[name]),)
        if name == "azureloadbalancer":
            return _spans(HOST)
        if name == "virtualnetwork":
            return Symbol(NETWORK, is_default, EVERY_ADDRESS)
        if name == "internet":
            return Symbol("internet", "", EVERY_ADDRESS)
        listed = self._addresses(name)
        if listed is not None:
            return _spans(listed)
        return Symbol(TAG, name, _PUBLIC)


def _spans(space: Space) -> Spans:
    return joined(number(item) for item in space.ranges)


_PUBLIC = _spans(PUBLIC)
