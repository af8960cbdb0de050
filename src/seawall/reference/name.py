"""What one name resolves to, as one network asks for it."""

from dataclasses import dataclass

from seawall.model.address import Address
from seawall.model.endpoint import PlatformResource
from seawall.model.firewall import Firewall
from seawall.model.private_zones import PRIVATE_ZONES
from seawall.model.resolver import ForwardingRule, ForwardingRuleset
from seawall.model.setting import Setting
from seawall.model.snapshot import Fabric, Snapshot
from seawall.reference.place import HOST_ADDRESS, network_of, subnet_of


@dataclass(frozen=True, slots=True)
class Resolved:
    """The answer to a name.

    Attributes:
        kind: `addresses`, `endpoints` (private, not allocated yet), `public` (an
            address that is not known), `nothing` (no such name), `perhaps` (one of
            these two, not known which) or `unknown`.
        addresses: For `addresses`.
    """

    kind: str
    addresses: tuple[Address, ...] = ()


PUBLIC = Resolved("public")
NOTHING = Resolved("nothing")
UNKNOWN = Resolved("unknown")
PERHAPS = Resolved("perhaps")
ENDPOINTS = Resolved("endpoints")


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
    answer = _ask(fabric, network.dns_servers, network.id, asked, ())
    return _published(snapshot, asked) if answer == PUBLIC else answer


def _published(snapshot: Snapshot, name: str) -> Resolved:
    """Return the public answer; a private API server has no public address.

    Source: AKS docs, private-clusters, public FQDN.
    """
    cluster, owner = snapshot.cluster, owner_of(snapshot.fabric, name)
    if cluster is None or owner is None or owner.id != cluster.api_server.resource:
        return PUBLIC
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
    return (
        Resolved("addresses", tuple(sorted(addresses, key=_order)))
        if addresses
        else UNKNOWN
    )


def _ask(
    fabric: Fabric,
    servers: Setting[tuple[Address, ...]],
    network: str,
    name: str,
    asked: tuple[str, ...],
) -> Resolved:
    """Ask the configured servers; without any, Azure's own in *network*.

    Source: Azure docs, firewall dns-settings, DNS proxy.
    """
    if not servers.known:
        return UNKNOWN
    if not servers.value:
        return _azure(fabric, network, name, asked)
    answers = {
        _ask_server(fabric, server, network, name, asked) for server in servers.value
    }
    return answers.pop() if len(answers) == 1 else UNKNOWN


def _ask_server(
    fabric: Fabric, server: Address, network: str, name: str, asked: tuple[str, ...]
) -> Resolved:
    """Ask one server: Azure's own, a firewall, a private resolver, or a stranger.

    Source: docs/semantics/path.md, Q2.
    """
    if server in HOST_ADDRESS:
        return _azure(fabric, network, name, asked)
    firewall = _proxy_at(fabric, server)
    if firewall is not None:
        home = subnet_of(fabric, firewall.subnet)
        if home is None or firewall.id in asked:
            return UNKNOWN
        seen = (*asked, firewall.id)
        return _ask(fabric, firewall.dns_servers, home.network, name, seen)
    for resolver in fabric.resolvers:
        if server in [door.address for door in resolver.inbound]:
            if resolver.network is None or resolver.id in asked:
                return UNKNOWN
            return _azure(fabric, resolver.network, name, (*asked, resolver.id))
    return UNKNOWN


def _proxy_at(fabric: Fabric, address: Address) -> Firewall | None:
    for firewall in fabric.firewalls:
        if firewall.address == address and firewall.dns_proxy.is_surely(value=True):
            return firewall
    return None


def _azure(fabric: Fabric, network: str, name: str, asked: tuple[str, ...]) -> Resolved:
    """Resolve as Azure DNS does in *network*.

    Source: Azure docs, private-endpoint-dns and private-dns-virtual-network-links.
    """
    answer = _inside(fabric, network, name, name, asked)
    if answer is not None:
        return answer
    resource = owner_of(fabric, name)
    if resource is None:
        return _of_stranger(fabric, network, name, asked)
    if not _has_endpoint(fabric, resource):
        return PUBLIC
    if not resource.private_suffix:
        zones = [
            zone
            for zone in fabric.zones
            if not zone.complete.is_surely(value=True)
            or any(link.network == network for link in zone.links)
        ]
        return UNKNOWN if zones else PUBLIC
    if name.endswith("." + resource.private_suffix):
        return PUBLIC
    public = "." + resource.private_suffix.removeprefix("privatelink.")
    label = name.removesuffix(public)
    if label == name:
        label = name.split(".", 1)[0]
    private = f"{label}.{resource.private_suffix}"
    return _inside(fabric, network, private, name, asked) or PUBLIC


def _of_stranger(
    fabric: Fabric, network: str, name: str, asked: tuple[str, ...]
) -> Resolved:
    """Resolve a name whose owner, and so whose endpoints, are not in the input.

    Source: docs/semantics/path.md, Q7.
    """
    zones = [pair for pair in PRIVATE_ZONES if name.endswith("." + pair[0])]
    if not zones:
        return PUBLIC
    suffix, zone = max(zones, key=lambda pair: len(pair[0]))
    private = name.removesuffix(suffix) + zone
    answer = _inside(fabric, network, private, name, asked) or PUBLIC
    if answer == NOTHING:
        return PERHAPS
    return PUBLIC if answer == PUBLIC else UNKNOWN


def _inside(
    fabric: Fabric, network: str, name: str, asked_for: str, asked: tuple[str, ...]
) -> Resolved | None:
    """Resolve by a private zone, or else by a ruleset; None if neither is asked.

    Source: Azure docs, private-resolver-endpoints-rulesets.
    """
    answer = _from_zones(fabric, network, name, asked_for)
    if answer is not None:
        return answer
    found = _rules(fabric, network, name)
    if not found:
        return None
    if len(found) > 1 or found[0] is None:
        return UNKNOWN
    ruleset, rule = found[0]
    if not rule.servers or ruleset.id in asked:
        return UNKNOWN
    seen = (*asked, ruleset.id)
    answers = {
        _ask_server(fabric, server, network, asked_for, seen) for server in rule.servers
    }
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
    for resource in fabric.resources:
        if name.lower() in resource.host_names:
            return resource
    return None


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
        return UNKNOWN
    if len(addresses) < len(mine):
        return ENDPOINTS
    return Resolved("addresses", tuple(sorted(addresses, key=_order)))


def _has_endpoint(fabric: Fabric, resource: PlatformResource) -> bool:
    return any(item.target == resource.id for item in fabric.private_endpoints)


def _from_zones(
    fabric: Fabric, network: str, name: str, asked_for: str
) -> Resolved | None:
    """Return what the linked zone with the longest suffix says, if any is linked."""
    ending = [
        zone
        for zone in fabric.zones
        if name == zone.name or name.endswith("." + zone.name)
    ]
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
    records = {record.name: record for record in zone.records}
    found = records.get(relative)
    below = relative if relative != "@" else ""
    while found is None and below:
        _, dot, below = below.partition(".")
        found = records.get("*" + dot + below)
    if found is not None:
        if found.addresses:
            return Resolved("addresses", tuple(sorted(found.addresses, key=_order)))
        return _of_endpoints(fabric, asked_for)
    if not zone.complete.is_surely(value=True):
        return UNKNOWN
    return PUBLIC if link.falls_back else NOTHING


def _order(address: Address) -> tuple[int, int]:
    return address.version, int(address)
