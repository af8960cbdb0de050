"""What a DNS name leads to, asked from one network as its clients ask."""

from dataclasses import dataclass, replace
from enum import Enum

from seawall.engine.path.atlas import Atlas
from seawall.engine.path.names import is_under
from seawall.engine.path.space import HOST, NOWHERE, Space, at
from seawall.engine.path.zones import links, private_name, record_of, same
from seawall.model.address import Address
from seawall.model.endpoint import PlatformResource
from seawall.model.firewall import Firewall
from seawall.model.name import AddressRecord, DnsZone
from seawall.model.setting import Setting
from seawall.model.trace import DecidingRule

SOURCE = "Azure docs, private-endpoint-dns and private-dns-virtual-network-links"
AKS_SOURCE = "AKS docs, private-clusters"

_DEPTH = 4


class Answers(Enum):
    """How a name resolves."""

    PRIVATE = "to addresses that are known"
    PUBLIC = "to a public address"
    NOTHING = "not at all"
    UNKNOWN = "not known"


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
        says: Why, as a clause.
        rule: The zone or server that answered, if it can be named.
        source: The document that says so.
    """

    name: str
    answer: Answers
    says: str
    addresses: Space = NOWHERE
    resource: PlatformResource | None = None
    endpoints: tuple[str, ...] = ()
    rule: DecidingRule | None = None
    source: str = SOURCE


class Resolver:
    """Resolves names as the networks of one snapshot do."""

    def __init__(self, atlas: Atlas) -> None:
        self._atlas = atlas
        self._asked: dict[tuple[str, str | None], Resolution] = {}

    def resolve(self, name: str, network: str | None) -> Resolution:
        """Return what a name leads to for clients in one network.

        Args:
            name: In any case.
            network: Id of the network whose resolver is asked; None is the public one.
        """
        key = (name.lower().rstrip("."), network)
        if key not in self._asked:
            self._asked[key] = self._resolve(*key)
        return self._asked[key]

    def _resolve(self, name: str, network: str | None) -> Resolution:
        owner = self._owner(name)
        if network is None:
            found = self._public(name, owner)
        else:
            found = self._in_network(name, network)
        return replace(found, resource=owner)

    def _owner(self, name: str) -> PlatformResource | None:
        return next(
            (each for each in self._atlas.fabric.resources if name in each.host_names),
            None,
        )

    def _in_network(self, name: str, id_: str) -> Resolution:
        network = self._atlas.network(id_)
        if network is None:
            short = self._atlas.short(id_)
            return _unknown(name, f"network `{short}` is not in the input")
        return self._by_servers(name, id_, network.dns_servers, _DEPTH)

    def _by_servers(
        self,
        name: str,
        network: str,
        servers: Setting[tuple[Address, ...]],
        depth: int,
    ) -> Resolution:
        """Ask the DNS servers of a network, or Azure's own if it names none.

        Source:
            Azure docs, private-endpoint-dns and firewall dns-details.
        """
        if not servers.known:
            return _unknown(
                name,
                f"the DNS servers of `{self._atlas.short(network)}` are not known: "
                f"{servers.why}",
            )
        if not servers.value:
            return self._azure(name, network)
        answers = [
            self._by_server(name, network, server, depth) for server in servers.value
        ]
        if len({(each.answer, each.addresses) for each in answers}) > 1:
            return _unknown(name, "several DNS servers may answer differently")
        return answers[0]

    def _by_server(
        self, name: str, network: str, server: Address, depth: int
    ) -> Resolution:
        if server in HOST:
            return self._azure(name, network)
        firewall = self._atlas.firewall_at(server)
        if firewall is None or not firewall.dns_proxy.is_surely(value=True):
            return _unknown(name, f"what DNS server {server} answers is not known")
        return self._by_firewall(name, firewall, depth)

    def _by_firewall(self, name: str, firewall: Firewall, depth: int) -> Resolution:
        home = self._atlas.subnet(firewall.subnet)
        if home is None or depth == 0:
            return _unknown(name, f"what `{firewall.name}` answers is not known")
        return self._by_servers(name, home.network, firewall.dns_servers, depth - 1)

    def _azure(self, name: str, network: str) -> Resolution:
        """Return what Azure's own resolver answers in a network.

        Source:
            Azure docs, private-endpoint-dns: the public name of a resource with a
            private endpoint is an alias of its private name.
        """
        found = self._by_zone(name, name, network)
        if found is not None:
            return found
        owner = self._owner(name)
        if owner is not None and self._atlas.endpoints_of(owner):
            if not owner.private_suffix and self._may_ask_a_zone(network):
                return _unknown(
                    name, f"the private zone of `{owner.name}` is not known"
                )
            found = self._by_zone(name, private_name(name, owner), network)
            if found is not None:
                return found
            return self._past_endpoints(name, owner, network)
        return self._public(name, owner)

    def _past_endpoints(
        self, name: str, owner: PlatformResource, network: str
    ) -> Resolution:
        """Return the public answer for a resource whose private name nobody is asked.

        Source:
            Azure docs, private-endpoint-dns: without a link the public address stays.
        """
        found = self._public(name, owner)
        if found.answer is not Answers.PUBLIC or not owner.private_suffix:
            return found
        endpoint = self._atlas.endpoints_of(owner)[0]
        says = (
            f"`{name}` resolves publicly although private endpoint `{endpoint.name}` "
            f"serves it: zone `{owner.private_suffix}` is not linked to "
            f"`{self._atlas.short(network)}`, where the resolver stands"
        )
        return replace(found, says=says)

    def _may_ask_a_zone(self, network: str) -> bool:
        return any(
            links(zone, network) or not zone.complete.is_surely(value=True)
            for zone in self._atlas.fabric.zones
        )

    def _by_zone(self, name: str, asked: str, network: str) -> Resolution | None:
        """Return the answer of the private zone that a network would ask, if any."""
        matching = [
            each for each in self._atlas.fabric.zones if is_under(asked, each.name)
        ]
        matching.sort(key=lambda zone: (-len(zone.name), not links(zone, network)))
        for zone in matching:
            if links(zone, network):
                return self._answer(name, asked, zone, network)
            if not zone.complete.is_surely(value=True):
                return _unknown(
                    name,
                    f"whether zone `{zone.name}` is linked to "
                    f"`{self._atlas.short(network)}` is not known",
                    DecidingRule(zone.name, zone.origin),
                )
        return None

    def _answer(self, name: str, asked: str, zone: DnsZone, network: str) -> Resolution:
        """Return what a linked zone answers.

        Source:
            Azure docs, private-dns-fallback: without a record the name does not
            resolve, unless the link falls back to public resolution.
        """
        rule = DecidingRule(f"zone {zone.name}", zone.origin)
        record = record_of(zone, asked)
        if record is not None:
            return self._from_record(name, record, zone)
        if not zone.complete.is_surely(value=True):
            return _unknown(
                name, f"the records of zone `{zone.name}` are not all known", rule
            )
        if any(link.falls_back for link in zone.links if same(link.network, network)):
            return self._public(name, self._owner(name))
        return Resolution(
            name,
            Answers.NOTHING,
            f"zone `{zone.name}` is linked and has no record for `{asked}`",
            rule=rule,
        )

    def _from_record(
        self, name: str, record: AddressRecord, zone: DnsZone
    ) -> Resolution:
        rule = DecidingRule(f"zone {zone.name}", record.origin)
        says = f"zone `{zone.name}` has a record"
        if record.addresses:
            return Resolution(
                name, Answers.PRIVATE, says, addresses=at(*record.addresses), rule=rule
            )
        owner = self._owner(name)
        found = self._at_endpoints(name, owner, says) if owner else None
        if found is None:
            return _unknown(name, "the address of its record is not known yet", rule)
        return replace(found, rule=rule)

    def _at_endpoints(
        self, name: str, owner: PlatformResource, says: str
    ) -> Resolution | None:
        """Return where the private endpoints of a resource are, or None."""
        addresses, waiting = NOWHERE, []
        for endpoint in self._atlas.endpoints_of(owner):
            home = self._atlas.subnet(endpoint.subnet)
            if endpoint.address is not None:
                addresses = addresses | at(endpoint.address)
            elif home is not None and home.prefixes:
                addresses = addresses | Space.of(home.prefixes)
                waiting.append(endpoint.id)
            else:
                return None
        if not addresses:
            return None
        return Resolution(
            name,
            Answers.PRIVATE,
            says,
            addresses=addresses,
            endpoints=tuple(waiting),
        )

    def _public(self, name: str, owner: PlatformResource | None) -> Resolution:
        cluster = self._atlas.cluster
        if cluster and owner and same(cluster.api_server.resource, owner.id):
            special = self._of_api_server(name, owner)
            if special is not None:
                return special
        return Resolution(name, Answers.PUBLIC, f"`{name}` resolves publicly")

    def _of_api_server(self, name: str, owner: PlatformResource) -> Resolution | None:
        """Return the public answer for a private cluster's API server.

        Returns:
            None if its public address is what the name resolves to.

        Source:
            AKS docs, private-clusters: the public name of a private cluster resolves
            to its private address.
        """
        api = self._atlas.cluster.api_server if self._atlas.cluster else None
        if api is None or api.private.is_surely(value=False):
            return None
        if not api.private.known:
            return _unknown(name, f"whether the cluster is private: {api.private.why}")
        suffix = owner.private_suffix
        is_private_name = is_under(name, suffix) if suffix else ".private" in f".{name}"
        if is_private_name or api.public_name.is_surely(value=False):
            return Resolution(
                name,
                Answers.NOTHING,
                f"no private DNS zone that answers for `{name}` is linked",
                source=AKS_SOURCE,
            )
        if not api.public_name.known:
            return _unknown(name, "whether the cluster has a public name is not known")
        says = f"`{name}` resolves publicly to the private address"
        if api.internal_address is not None:
            found: Resolution | None = Resolution(
                name, Answers.PRIVATE, says, addresses=at(api.internal_address)
            )
        else:
            found = self._at_endpoints(name, owner, says)
        return found or _unknown(name, "the API server's address is not known")

    def api_server(self, network: str | None, *, from_cluster: bool) -> Resolution:
        """Return where the cluster's API server is for clients in a network.

        Args:
            network: Id of the network whose resolver is asked; None is the public one.
            from_cluster: Whether the client is a pod or node of the cluster.

        Source:
            AKS docs, api-server-vnet-integration: nodes and pods use the internal
            address, without a name.
        """
        cluster = self._atlas.cluster
        if cluster is None:
            return _unknown("", "there is no cluster in the input")
        api = cluster.api_server
        owner = self._atlas.resource(api.resource)
        if from_cluster and not api.vnet_integration.known:
            return _unknown(api.name or "", "whether VNet integration is on")
        if from_cluster and api.vnet_integration.value:
            return self._internal(api.subnet, api.internal_address, owner)
        if api.name is not None:
            found = self.resolve(api.name, network)
            return replace(found, resource=found.resource or owner)
        if api.private.is_surely(value=False):
            says = "the API server has a public address; its name is not known"
            return Resolution("", Answers.PUBLIC, says, resource=owner)
        return replace(
            _unknown("", "the name of the API server is not known"), resource=owner
        )

    def _internal(
        self,
        subnet: Setting[str],
        address: Address | None,
        owner: PlatformResource | None,
    ) -> Resolution:
        home = self._atlas.subnet(subnet.value)
        says = "the cluster uses the API server's internal address"
        source = "AKS docs, api-server-vnet-integration"
        if address is not None:
            where = at(address)
        elif home is not None and home.prefixes:
            where = Space.of(home.prefixes)
        else:
            return _unknown("", "the API server's internal address is not known")
        return Resolution(
            "",
            Answers.PRIVATE,
            says,
            addresses=where,
            resource=owner,
            source=source,
        )


def _unknown(name: str, says: str, rule: DecidingRule | None = None) -> Resolution:
    return Resolution(name, Answers.UNKNOWN, says, rule=rule)
