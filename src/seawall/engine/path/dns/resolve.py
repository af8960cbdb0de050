"""What a DNS name leads to, asked from one network as its clients ask."""

from dataclasses import replace

from seawall.engine.path.dns.names import is_under
from seawall.engine.path.dns.published import Published
from seawall.engine.path.dns.resolution import (
    Answers,
    Link,
    Resolution,
    handed_on,
    not_known,
)
from seawall.engine.path.dns.zones import (
    forwarding,
    links,
    platform_alias,
    private_name,
    record_of,
    same,
)
from seawall.engine.path.ground.atlas import Atlas
from seawall.engine.path.ground.space import HOST, at
from seawall.model.address import Address
from seawall.model.endpoint import PlatformResource
from seawall.model.firewall import Firewall
from seawall.model.name import AddressRecord, DnsZone
from seawall.model.resolver import PrivateResolver
from seawall.model.setting import Setting
from seawall.model.trace import DecidingRule

PROXY_SOURCE = "Azure docs, firewall dns-details"
RESOLVER_SOURCE = "Azure docs, private-resolver-endpoints-rulesets"

_DEPTH = 4


class Resolver:
    """Resolves names as the networks of one snapshot do."""

    def __init__(self, atlas: Atlas) -> None:
        self._atlas = atlas
        self._published = Published(atlas)
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
            found = self._published.public(name, owner)
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
            return not_known(name, f"network `{short}` is not in the input")
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
            return not_known(
                name,
                f"the DNS servers of `{self._atlas.short(network)}` are not known: "
                f"{servers.why}",
            )
        if not servers.value:
            return self._azure(name, network, depth)
        return self._asked_of(name, network, servers.value, depth)

    def _asked_of(
        self, name: str, network: str, servers: tuple[Address, ...], depth: int
    ) -> Resolution:
        answers = [self._by_server(name, network, each, depth) for each in servers]
        if len({(it.answer, it.addresses, bool(it.doubt)) for it in answers}) > 1:
            return not_known(name, "several DNS servers may answer differently")
        return answers[0]

    def _by_server(
        self, name: str, network: str, server: Address, depth: int
    ) -> Resolution:
        if server in HOST:
            return self._azure(name, network, depth)
        firewall = self._atlas.firewall_at(server)
        if firewall is not None and firewall.dns_proxy.is_surely(value=True):
            return self._by_firewall(name, firewall, depth)
        for resolver in self._atlas.fabric.resolvers:
            for door in resolver.inbound:
                if door.address == server:
                    return self._by_resolver(name, resolver, depth)
        return not_known(
            name,
            f"what DNS server {server} answers is not known: it is no firewall with "
            f"DNS proxy and no private resolver in the input",
        )

    def _by_firewall(self, name: str, firewall: Firewall, depth: int) -> Resolution:
        home = self._atlas.subnet(firewall.subnet)
        if home is None or depth == 0:
            return not_known(name, f"what `{firewall.name}` answers is not known")
        found = self._by_servers(name, home.network, firewall.dns_servers, depth - 1)
        says = f"its DNS proxy asks as `{self._atlas.short(home.network)}` does"
        if firewall.dns_servers.value:
            listed = ", ".join(str(each) for each in firewall.dns_servers.value)
            says = f"its DNS proxy asks {listed}"
        rule = DecidingRule(firewall.name, firewall.origin)
        return handed_on(found, Link(firewall.name, says, rule, PROXY_SOURCE))

    def _by_resolver(
        self, name: str, resolver: PrivateResolver, depth: int
    ) -> Resolution:
        """Ask a private resolver, which answers as Azure DNS does in its network.

        Source:
            Azure docs, private-resolver-endpoints-rulesets, "Inbound endpoints".
        """
        if resolver.network is None or depth == 0:
            return not_known(name, f"what `{resolver.name}` answers is not known")
        found = self._azure(name, resolver.network, depth - 1)
        says = f"it answers as `{self._atlas.short(resolver.network)}` sees names"
        rule = DecidingRule(resolver.name, resolver.origin)
        return handed_on(found, Link(resolver.name, says, rule, RESOLVER_SOURCE))

    def _azure(self, name: str, network: str, depth: int) -> Resolution:
        """Return what Azure's own resolver answers in a network.

        Source:
            Azure docs, private-endpoint-dns: the public name of a resource with a
            private endpoint is an alias of its private name.
        """
        found = self._inside(name, name, network, depth)
        if found is not None:
            return found
        owner = self._owner(name)
        if owner is None:
            return self._perhaps_private(name, network, depth)
        if not self._atlas.endpoints_of(owner):
            return self._published.public(name, owner)
        if not owner.private_suffix and self._may_ask_a_zone(network):
            return not_known(name, f"the private zone of `{owner.name}` is not known")
        alias = private_name(name, owner)
        return (
            None if alias == name else self._inside(name, alias, network, depth)
        ) or self._past_endpoints(name, owner, network)

    def _inside(
        self, name: str, asked: str, network: str, depth: int
    ) -> Resolution | None:
        """Return what zones or rulesets of a network answer before the public does.

        Source:
            Azure docs, private-resolver-endpoints-rulesets: zones before rulesets.
        """
        return self._by_zone(name, asked, network) or self._by_ruleset(
            name, asked, network, depth
        )

    def _by_ruleset(
        self, name: str, asked: str, network: str, depth: int
    ) -> Resolution | None:
        """Return the answer of the servers that a ruleset sends a name to, if any.

        Source:
            Azure docs, private-resolver-endpoints-rulesets: the longest domain wins.
        """
        said = forwarding(self._atlas.fabric.rulesets, asked, network)
        if said is None:
            return None
        if isinstance(said, str):
            return not_known(name, said)
        ruleset, rule = said
        deciding = DecidingRule(f"{ruleset.name}/{rule.name}", rule.origin)
        if not rule.servers or depth == 0:
            says = f"what the servers of `{rule.name}` answer is not known"
            return not_known(name, says, deciding)
        found = self._asked_of(name, network, rule.servers, depth - 1)
        listed = ", ".join(str(each) for each in rule.servers)
        says = f"names under `{rule.domain or '.'}` are asked for at {listed}"
        return handed_on(found, Link(ruleset.name, says, deciding, RESOLVER_SOURCE))

    def _perhaps_private(self, name: str, network: str, depth: int) -> Resolution:
        """Return the answer for a name whose owner is not in the input.

        Source:
            Azure docs, private-endpoint-dns: an endpoint anywhere makes the public
            name of a resource an alias.
        """
        public = self._published.public(name, None)
        alias = platform_alias(name)
        found = self._inside(name, alias, network, depth) if alias else None
        if found is None or found.answer is Answers.PUBLIC:
            return public
        says = (
            "whether a private endpoint serves it is not in the input: if one does, "
            f"{found.says}; if none does, it resolves publicly"
        )
        if found.answer is Answers.NOTHING:
            return replace(public, doubt=says, rule=found.rule, chain=found.chain)
        return replace(not_known(name, says, found.rule), chain=found.chain)

    def _past_endpoints(
        self, name: str, owner: PlatformResource, network: str
    ) -> Resolution:
        """Return the public answer for a resource whose private name nobody is asked.

        Source:
            Azure docs, private-endpoint-dns: without a link the public address stays.
        """
        found = self._published.public(name, owner)
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
                return not_known(
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
            return not_known(
                name, f"the records of zone `{zone.name}` are not all known", rule
            )
        if any(link.falls_back for link in zone.links if same(link.network, network)):
            return self._published.public(name, self._owner(name))
        return Resolution(
            name,
            Answers.NOTHING,
            f"zone `{zone.name}` is linked and has no record for it",
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
        found = self._published.at_endpoints(name, owner, says) if owner else None
        if found is None:
            return not_known(name, "the address of its record is not known yet", rule)
        return replace(found, rule=rule)

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
            return not_known("", "there is no cluster in the input")
        api = cluster.api_server
        owner = self._atlas.resource(api.resource)
        if from_cluster and not api.vnet_integration.known:
            return not_known(api.name or "", "whether VNet integration is on")
        if from_cluster and api.vnet_integration.value:
            return self._published.internal(api.subnet, api.internal_address, owner)
        if api.name is not None:
            found = self.resolve(api.name, network)
            return replace(found, resource=found.resource or owner)
        if api.private.is_surely(value=False):
            says = "the API server has a public address; its name is not known"
            return Resolution("", Answers.PUBLIC, says, resource=owner)
        return replace(
            not_known("", "the name of the API server is not known"), resource=owner
        )
