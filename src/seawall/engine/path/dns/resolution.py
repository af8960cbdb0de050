"""The answer to one DNS question, and the servers that it went by."""

from collections.abc import Hashable
from dataclasses import dataclass, replace
from enum import Enum

from seawall.engine.path.ground.space import NOWHERE, Space
from seawall.model.address import Address
from seawall.model.end import ApiServerEnd, ServiceEnd
from seawall.model.endpoint import PlatformResource
from seawall.model.trace import DecidingRule

SOURCE = "Azure docs, private-endpoint-dns and private-dns-virtual-network-links"


class Answers(Enum):
    """How a name resolves."""

    PRIVATE = "to addresses that are known"
    PUBLIC = "to a public address"
    CLUSTER = "to what the cluster's own DNS names"
    NOTHING = "not at all"
    UNKNOWN = "not known"


@dataclass(frozen=True, slots=True)
class Link:
    """A DNS server that hands a question on.

    Attributes:
        at: The server.
        says: What it does, as a clause.
        rule: What makes it do so, if that can be named.
        source: The document that says so.
    """

    at: str
    says: str
    rule: DecidingRule | None = None
    source: str = SOURCE


class Whom(Enum):
    """Whom a client asks."""

    CLUSTER = "the cluster's DNS"
    NETWORK = "the servers of its network"
    SERVER = "a server of its own"


@dataclass(frozen=True, slots=True)
class Server:
    """One server that a client asks.

    Attributes:
        whom: What it is.
        address: Its address, for a server of the client's own.
        upstream: Whom the cluster's DNS asks in turn: nobody (None), the servers of
            the network (empty), or these.
    """

    whom: Whom
    address: Address | None = None
    upstream: tuple[Address, ...] | None = ()


@dataclass(frozen=True, slots=True)
class Resolution:
    """The answer to one DNS question.

    Attributes:
        name: The name asked for, in lower case; empty if clients use none.
        answer: How it resolves.
        addresses: For PRIVATE: what it resolves to.
        resource: The platform resource that owns the name, if any in the input does.
        endpoints: Ids of private endpoints whose address is not known yet; *addresses*
            then holds their subnets.
        somewhere: Spaces of *addresses*, each of which holds one address that is not
            known.
        says: Why, as a clause.
        rule: The zone or server that answered, if it can be named.
        source: The document that says so.
        chain: The servers that handed the question on, in order.
        doubt: Why the name may not resolve at all, as a clause; else as *answer* says.
        canonical: The name that aliases in private zones led to; empty without any.
        end: For CLUSTER: what it names.
        servers: Whom the client asks, one of whom must be reached; empty if nobody.
    """

    name: str
    answer: Answers
    says: str
    addresses: Space = NOWHERE
    resource: PlatformResource | None = None
    endpoints: tuple[str, ...] = ()
    somewhere: tuple[Space, ...] = ()
    rule: DecidingRule | None = None
    source: str = SOURCE
    chain: tuple[Link, ...] = ()
    doubt: str = ""
    canonical: str = ""
    end: ServiceEnd | ApiServerEnd | None = None
    servers: tuple[Server, ...] = ()

    @property
    def gist(self) -> Hashable:
        """What two servers must agree in for it not to matter which one is asked."""
        told = self.answer, self.addresses, self.canonical, self.end
        return (*told, bool(self.doubt))


@dataclass(frozen=True, slots=True)
class Query:
    """A name on its way from server to server.

    Attributes:
        name: The name that is asked for now.
        depth: How many servers may still hand it on.
        trail: The names that it was an alias of, the first first.
    """

    name: str
    depth: int = 4
    trail: tuple[str, ...] = ()

    def deeper(self) -> "Query":
        """Return the query as the next server gets it."""
        return replace(self, depth=self.depth - 1)

    def toward(self, target: str) -> "Query":
        """Return the query for what a name is an alias of."""
        return Query(target, trail=(*self.trail, self.name))


def not_known(name: str, says: str, rule: DecidingRule | None = None) -> Resolution:
    """Return the answer that is not known, and why."""
    return Resolution(name, Answers.UNKNOWN, says, rule=rule)


def handed_on(found: Resolution, link: Link) -> Resolution:
    """Return an answer that came by one more server."""
    return replace(found, chain=(link, *found.chain))
