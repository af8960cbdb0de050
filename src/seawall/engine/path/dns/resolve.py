"""What a DNS name leads to, asked from one network as its clients ask."""

from dataclasses import replace

from seawall.engine.path.dns.azure import RESOLVER_SOURCE, AzureDns
from seawall.engine.path.dns.published import Published
from seawall.engine.path.dns.resolution import (
    Answers,
    Link,
    Query,
    Resolution,
    handed_on,
    not_known,
)
from seawall.engine.path.ground.atlas import Atlas
from seawall.engine.path.ground.space import HOST
from seawall.model.address import Address
from seawall.model.end import InnerEnd, NameEnd
from seawall.model.firewall import Firewall
from seawall.model.resolver import PrivateResolver
from seawall.model.setting import Setting
from seawall.model.trace import DecidingRule

PROXY_SOURCE = "Azure docs, firewall dns-details"


class Resolver:
    """Resolves names as the networks of one snapshot do."""

    def __init__(self, atlas: Atlas) -> None:
        self._atlas = atlas
        self._published = Published(atlas)
        self._azure = AzureDns(atlas, self._published, self._asked_of)
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
        if network is None:
            found = self._published.public(name, self._published.owner(name))
        else:
            found = self._in_network(name, network)
        owner = self._published.owner(found.canonical or name)
        return replace(found, name=name, resource=owner)

    def _in_network(self, name: str, id_: str) -> Resolution:
        network = self._atlas.network(id_)
        if network is None:
            short = self._atlas.short(id_)
            return not_known(name, f"network `{short}` is not in the input")
        return self._by_servers(Query(name), id_, network.dns_servers)

    def ask_server(self, name: str, network: str, server: Address) -> Resolution:
        """Return what one server answers to clients in a network."""
        found = self._by_server(Query(name), network, server)
        owner = self._published.owner(found.canonical or name)
        return replace(found, name=name, resource=owner)

    def ask_servers(
        self, name: str, network: str, servers: tuple[Address, ...]
    ) -> Resolution:
        """Return what any of some servers answers to clients in a network."""
        found = self._asked_of(Query(name), network, servers)
        owner = self._published.owner(found.canonical or name)
        return replace(found, name=name, resource=owner)

    def _by_servers(
        self,
        query: Query,
        network: str,
        servers: Setting[tuple[Address, ...]],
    ) -> Resolution:
        """Ask the DNS servers of a network, or Azure's own if it names none.

        Source:
            Azure docs, private-endpoint-dns and firewall dns-details.
        """
        if not servers.known:
            return not_known(
                query.name,
                f"the DNS servers of `{self._atlas.short(network)}` are not known: "
                f"{servers.why}",
            )
        if not servers.value:
            return self._azure.answer(query, network)
        return self._asked_of(query, network, servers.value)

    def _asked_of(
        self, query: Query, network: str, servers: tuple[Address, ...]
    ) -> Resolution:
        answers = [self._by_server(query, network, each) for each in servers]
        if len({each.gist for each in answers}) > 1:
            return not_known(query.name, "several DNS servers may answer differently")
        return answers[0]

    def _by_server(self, query: Query, network: str, server: Address) -> Resolution:
        if server in HOST:
            return self._azure.answer(query, network)
        firewall = self._atlas.firewall_at(server)
        if firewall is not None and firewall.dns_proxy.is_surely(value=True):
            return self._by_firewall(query, firewall)
        for resolver in self._atlas.fabric.resolvers:
            for door in resolver.inbound:
                if door.address == server:
                    return self._by_resolver(query, resolver)
        return not_known(
            query.name,
            f"what DNS server {server} answers is not known: it is no firewall with "
            f"DNS proxy and no private resolver in the input",
        )

    def _by_firewall(self, query: Query, firewall: Firewall) -> Resolution:
        home = self._atlas.subnet(firewall.subnet)
        if home is None or query.depth == 0:
            return not_known(query.name, f"what `{firewall.name}` answers is not known")
        found = self._by_servers(query.deeper(), home.network, firewall.dns_servers)
        says = f"its DNS proxy asks as `{self._atlas.short(home.network)}` does"
        if firewall.dns_servers.value:
            listed = ", ".join(str(each) for each in firewall.dns_servers.value)
            says = f"its DNS proxy asks {listed}"
        rule = DecidingRule(firewall.name, firewall.origin)
        return handed_on(found, Link(firewall.name, says, rule, PROXY_SOURCE))

    def _by_resolver(self, query: Query, resolver: PrivateResolver) -> Resolution:
        """Ask a private resolver, which answers as Azure DNS does in its network.

        Source:
            Azure docs, private-resolver-endpoints-rulesets, "Inbound endpoints".
        """
        if resolver.network is None or query.depth == 0:
            return not_known(query.name, f"what `{resolver.name}` answers is not known")
        found = self._azure.answer(query.deeper(), resolver.network)
        says = f"it answers as `{self._atlas.short(resolver.network)}` sees names"
        rule = DecidingRule(resolver.name, resolver.origin)
        return handed_on(found, Link(resolver.name, says, rule, RESOLVER_SOURCE))

    def inner(self, target: InnerEnd) -> Resolution | None:
        """Return the private addresses of what a name stands for, whoever asks.

        Source:
            Azure docs, private-endpoint-overview: whoever has a route to an endpoint
            may use it. path.md, Q19.
        """
        if isinstance(target.of, NameEnd):
            name = target.of.name.lower().rstrip(".")
            owner = self._published.owner(name)
        else:
            api = self._atlas.cluster.api_server if self._atlas.cluster else None
            name = api.name or "" if api is not None else ""
            owner = self._atlas.resource(api.resource) if api is not None else None
        if owner is None:
            return None
        says = "who knows its private address needs no name"
        found = self._published.at_endpoints(name, owner, says)
        return replace(found, resource=owner) if found is not None else None

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
