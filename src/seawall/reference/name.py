"""What one name resolves to, as one network asks for it."""

from dataclasses import dataclass, replace

from seawall.model.address import Address
from seawall.model.endpoint import PlatformResource
from seawall.model.firewall import Firewall
from seawall.model.private_zones import PRIVATE_ZONES
from seawall.model.resolver import ForwardingRule, ForwardingRuleset
from seawall.model.setting import Setting
from seawall.model.snapshot import Fabric, Snapshot
from seawall.model.special_names import NEVER_PUBLIC
from seawall.reference.name_policy import lets_ask
from seawall.reference.place import HOST_ADDRESS, network_of, subnet_of
from seawall.reference.zone import (
    ENDPOINTS,
    NOTHING,
    NOWHERE,
    PERHAPS,
    PUBLIC,
    UNKNOWN,
    Resolved,
    missing,
    order,
    standing,
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A name that is asked for.

    Attributes:
        name: The name.
        servers: The servers that handed it on.
        aliases: The names that it was an alias of.
    """

    name: str
    servers: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()

    def by(self, server: str) -> "Asked":
        """Return the same, handed on by one more server."""
        return replace(self, servers=(*self.servers, server))


MOST_ALIASES = 8


def resolve(snapshot: Snapshot, network_id: str | None, name: str) -> Resolved:
    """Resolve *name* as a machine of that network does; None is the internet.

    Source: Azure docs, virtual-networks-name-resolution-for-vms-and-role-instances.
    """
    asked = name.lower()
    if network_id is None:
        return _published(snapshot, asked)
    fabric = snapshot.fabric
    network = network_of(fabric, network_id)
    if network is None:
        return UNKNOWN
    answer = _ask(fabric, network.dns_servers, network.id, Asked(asked))
    return _made_public(snapshot, asked, answer)


def ask(
    snapshot: Snapshot, network_id: str | None, name: str, servers: tuple[Address, ...]
) -> Resolved:
    """Ask servers for *name* as a machine of that network does.

    Source: docs/semantics/path.md, Q2.
    """
    if network_id is None:
        return UNKNOWN
    answers = {
        _ask_server(snapshot.fabric, server, network_id, Asked(name.lower()))
        for server in servers
    }
    answer = answers.pop() if len(answers) == 1 else UNKNOWN
    return _made_public(snapshot, name, answer)


def _made_public(snapshot: Snapshot, name: str, answer: Resolved) -> Resolved:
    meant = answer.canonical or name
    if answer.kind == "nowhere":
        return replace(_in_network(snapshot, meant), canonical=answer.canonical)
    if answer.kind != "public":
        return answer
    return replace(_published(snapshot, meant), canonical=answer.canonical)


def _in_network(snapshot: Snapshot, name: str) -> Resolved:
    """Return where an API server is that listens in a subnet of the cluster's network.

    Source: AKS docs, api-server-vnet-integration.
    """
    cluster, owner = snapshot.cluster, owner_of(snapshot.fabric, name)
    if cluster is None or owner is None or owner.id != cluster.api_server.resource:
        return UNKNOWN
    server = cluster.api_server
    if server.internal_address is not None:
        return Resolved("addresses", (server.internal_address,))
    home = subnet_of(snapshot.fabric, server.subnet.value)
    integrated = server.vnet_integration.is_surely(value=True)
    return ENDPOINTS if integrated and home and home.prefixes else UNKNOWN


def _published(snapshot: Snapshot, name: str) -> Resolved:
    """Return the public answer; a private API server has no public address.

    Source: AKS docs, private-clusters, public FQDN.
    """
    cluster, owner = snapshot.cluster, owner_of(snapshot.fabric, name)
    if cluster is None or owner is None or owner.id != cluster.api_server.resource:
        last = name.rsplit(".", maxsplit=1)[-1]
        return NOTHING if last in NEVER_PUBLIC or last == name else PUBLIC
    server = cluster.api_server
    if not server.private.value:
        return PUBLIC if server.private.known else UNKNOWN
    if owner.private_suffix and name.endswith("." + owner.private_suffix):
        return NOTHING
    if not server.public_name.value:
        return NOTHING if server.public_name.known else UNKNOWN
    addresses = {server.internal_address} if server.internal_address else set()
    for endpoint in snapshot.fabric.private_endpoints:
        if endpoint.target == owner.id and endpoint.address is not None:
            addresses.add(endpoint.address)
    if not addresses:
        return _in_network(snapshot, name)
    return Resolved("addresses", tuple(sorted(addresses, key=order)))


def _ask(
    fabric: Fabric,
    servers: Setting[tuple[Address, ...]],
    network: str,
    asked: Asked,
) -> Resolved:
    """Ask the configured servers; without any, Azure's own in *network*.

    Source: Azure docs, firewall dns-settings, DNS proxy.
    """
    if not servers.known:
        return UNKNOWN
    if not servers.value:
        return _azure(fabric, network, asked)
    answers = {_ask_server(fabric, server, network, asked) for server in servers.value}
    return answers.pop() if len(answers) == 1 else UNKNOWN


def _ask_server(
    fabric: Fabric, server: Address, network: str, asked: Asked
) -> Resolved:
    """Ask one server: Azure's own, a firewall, a private resolver, or a stranger.

    Source: docs/semantics/path.md, Q2.
    """
    if server in HOST_ADDRESS:
        return _azure(fabric, network, asked)
    firewall = _proxy_at(fabric, server)
    if firewall is not None:
        home = subnet_of(fabric, firewall.subnet)
        if home is None or firewall.id in asked.servers:
            return UNKNOWN
        seen = asked.by(firewall.id)
        return _ask(fabric, firewall.dns_servers, home.network, seen)
    for resolver in fabric.resolvers:
        if server in [door.address for door in resolver.inbound]:
            if resolver.network is None or resolver.id in asked.servers:
                return UNKNOWN
            return _azure(fabric, resolver.network, asked.by(resolver.id))
    return UNKNOWN


def _proxy_at(fabric: Fabric, address: Address) -> Firewall | None:
    here = (item for item in fabric.firewalls if item.address == address)
    return next((it for it in here if it.dns_proxy.is_surely(value=True)), None)


def _azure(fabric: Fabric, network: str, asked: Asked) -> Resolved:
    """Resolve as Azure DNS does in *network*.

    Source: Azure docs, private-endpoint-dns and private-dns-virtual-network-links.
    """
    let = lets_ask(fabric, network, asked.name)
    if let is None:
        return UNKNOWN
    return _let(fabric, network, asked) if let else NOTHING


def _let(fabric: Fabric, network: str, asked: Asked) -> Resolved:
    """Resolve a name that no policy blocks.

    Source: Azure docs, private-endpoint-dns; AKS docs, private-clusters.
    """
    name = asked.name
    answer = _inside(fabric, network, name, asked)
    if answer is not None:
        return answer
    resource = owner_of(fabric, name)
    if resource is None:
        return _of_stranger(fabric, network, asked)
    if resource.is_api_server or not _has_endpoint(fabric, resource):
        return PUBLIC
    alias = resource.private_suffix or _usual(name)[1]
    if not alias:
        open_zones = any(
            not zone.complete.is_surely(value=True)
            or any(link.network == network for link in zone.links)
            for zone in fabric.zones
        )
        return UNKNOWN if open_zones else PUBLIC
    if name.endswith("." + alias):
        return PUBLIC
    label = name.removesuffix("." + alias.removeprefix("privatelink."))
    if label == name:
        label = name.split(".", 1)[0]
    return _inside(fabric, network, f"{label}.{alias}", asked) or PUBLIC


def _usual(name: str) -> tuple[str, str]:
    """Return a name's public suffix and its private zone; empty if it has none.

    Source: Azure docs, private-endpoint-dns.
    """
    pairs = [pair for pair in PRIVATE_ZONES if name.endswith("." + pair[0])]
    return max(pairs, key=lambda pair: len(pair[0]), default=("", ""))


def _of_stranger(fabric: Fabric, network: str, asked: Asked) -> Resolved:
    """Resolve a name whose owner, and so whose endpoints, are not in the input.

    Source: docs/semantics/path.md, Q8.
    """
    suffix, zone = _usual(asked.name)
    private = asked.name.removesuffix(suffix) + zone
    answer = _inside(fabric, network, private, asked) if zone else None
    if answer is None or answer == PUBLIC:
        return PUBLIC
    return PERHAPS if answer.kind == "nothing" else UNKNOWN


def _inside(fabric: Fabric, network: str, name: str, asked: Asked) -> Resolved | None:
    """Resolve by a private zone, or else by a ruleset; None if neither is asked.

    Source: Azure docs, private-resolver-endpoints-rulesets.
    """
    answer = _from_zones(fabric, network, name, asked)
    if answer is not None:
        return answer
    found = _rules(fabric, network, name)
    if not found:
        return None
    if len(found) > 1 or found[0] is None:
        return UNKNOWN
    ruleset, rule = found[0]
    if not rule.servers or ruleset.id in asked.servers:
        return UNKNOWN
    seen = asked.by(ruleset.id)
    answers = {_ask_server(fabric, server, network, seen) for server in rule.servers}
    return answers.pop() if len(answers) == 1 else UNKNOWN


def _rules(
    fabric: Fabric, network: str, name: str
) -> list[tuple[ForwardingRuleset, ForwardingRule] | None]:
    """Return the rules of the longest domain, None standing for what is not known.

    Source: Azure docs, private-resolver-endpoints-rulesets.
    """
    if any(not each.complete.is_surely(value=True) for each in fabric.rulesets):
        return [None]
    rules = [
        (each, rule)
        for each in fabric.rulesets
        for rule in each.rules
        if network in each.networks
        and (rule.domain is None or _is_under(name, rule.domain))
    ]
    if any(rule.domain is None or not rule.enabled.known for _, rule in rules):
        return [None]
    rules = [pair for pair in rules if pair[1].enabled.value]
    longest = max((len(rule.domain or "") for _, rule in rules), default=0)
    return [pair for pair in rules if len(pair[1].domain or "") == longest]


def _is_under(name: str, domain: str) -> bool:
    return not domain or name == domain or name.endswith("." + domain)


def owner_of(fabric: Fabric, name: str) -> PlatformResource | None:
    """Return the resource in the input that answers to *name*."""
    asked = name.lower()
    return next((it for it in fabric.resources if asked in it.host_names), None)


def _of_endpoints(fabric: Fabric, name: str) -> Resolved:
    """Return the addresses of a resource's endpoints, for a record without any yet."""
    owner = owner_of(fabric, name)
    mine = [
        item for item in fabric.private_endpoints if owner and item.target == owner.id
    ]
    addresses = [item.address for item in mine if item.address is not None]
    for item in mine:
        home = subnet_of(fabric, item.subnet)
        if item.address is None and (home is None or not home.prefixes):
            return UNKNOWN
    if not mine:
        return NOWHERE
    if len(addresses) < len(mine):
        return ENDPOINTS
    return Resolved("addresses", tuple(sorted(addresses, key=order)))


def _has_endpoint(fabric: Fabric, resource: PlatformResource) -> bool:
    return any(item.target == resource.id for item in fabric.private_endpoints)


def _from_zones(
    fabric: Fabric, network: str, name: str, asked: Asked
) -> Resolved | None:
    """Return what the linked zone with the longest suffix says, if any is linked."""
    ending = [zone for zone in fabric.zones if _is_under(name, zone.name)]
    linked = [
        (zone, link)
        for zone in ending
        for link in zone.links
        if link.network == network
    ]
    longest = max((len(zone.name) for zone, _ in linked), default=-1)
    for zone in ending:
        open_ = not zone.complete.is_surely(value=True)
        if open_ and len(zone.name) > longest:
            return UNKNOWN
    if not linked:
        return None
    zone, link = next(pair for pair in linked if len(pair[0].name) == longest)
    relative = name.removesuffix(zone.name).rstrip(".") or "@"
    found = standing(zone, relative)
    if found is None:
        return missing(zone, link, relative)
    if found.target is not None:
        return _along(fabric, network, found.target, asked)
    if found.answer.kind == "endpoints":
        return _of_endpoints(fabric, asked.name)
    return found.answer


def _along(fabric: Fabric, network: str, target: str, asked: Asked) -> Resolved:
    """Ask for what a name is an alias of, from the start.

    Source: RFC 1034, section 3.6.2; docs/semantics/path.md, Q12.
    """
    seen = (*asked.aliases, asked.name)
    if target in seen:
        return NOTHING
    if len(seen) > MOST_ALIASES:
        return UNKNOWN
    answer = _azure(fabric, network, Asked(target, aliases=seen))
    return replace(answer, canonical=answer.canonical or target)
