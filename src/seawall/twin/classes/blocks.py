"""Every block of addresses that some rule of the input names."""

from collections.abc import Iterator

from seawall.model.address import AddressRange
from seawall.model.ends import Addresses, AllOf, AnyOf, Not, Perhaps
from seawall.model.firewall import ApplicationRule, Firewall
from seawall.model.policy import BlockPeer
from seawall.model.snapshot import Fabric, KubernetesObjects


def blocks_of(objects: KubernetesObjects) -> Iterator[AddressRange]:
    """Yield every block of addresses that a policy or network set names."""
    for policy in objects.policies:
        for rule in (*policy.ingress, *policy.egress):
            for peer in rule.peers or ():
                if isinstance(peer, BlockPeer):
                    yield peer.block
                    yield from peer.excepts
    for ranked in objects.ranked_policies:
        for item in (*ranked.ingress, *ranked.egress):
            yield from _blocks_within(item.far)
            yield from _blocks_within(item.own)
    for item_ in objects.network_sets:
        yield from item_.ranges


def network_blocks(fabric: Fabric) -> Iterator[AddressRange]:
    """Yield every range that a rule or route of the network names."""
    for group in fabric.security_groups:
        for rule in group.rules:
            for term in (*rule.sources, *rule.destinations):
                if isinstance(term, AddressRange):
                    yield term
    for table in fabric.route_tables:
        for route in table.routes:
            if isinstance(route.destination, AddressRange):
                yield route.destination
    for resource in fabric.resources:
        yield from resource.allowed_ranges
    for firewall in fabric.firewalls:
        yield from _of_firewall(firewall)


def _of_firewall(firewall: Firewall) -> Iterator[AddressRange]:
    for collection in firewall.collections:
        for rule in collection.rules:
            ends = rule.sources
            if not isinstance(rule, ApplicationRule):
                ends = (*ends, *rule.destinations)
            yield from (item for item in ends if isinstance(item, AddressRange))


def _blocks_within(item: object) -> Iterator[AddressRange]:
    match item:
        case AllOf(items) | AnyOf(items):
            for each in items:
                yield from _blocks_within(each)
        case Not(inner) | Perhaps(inner):
            yield from _blocks_within(inner)
        case Addresses(block):
            yield block.block
            yield from block.excepts
