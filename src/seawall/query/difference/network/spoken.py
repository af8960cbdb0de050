"""Names of which two sides say otherwise: in policies, or in private zones.

What else differs about a name is told of the addresses that it leads to.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from seawall.model.name import AddressRecord, AliasRecord, DnsZone
from seawall.model.ranked import RankedPolicy
from seawall.query.case import Case
from seawall.query.difference.network.alike import alike
from seawall.query.firewall_names import example_of

Examples = dict[str, str]
"""Names or patterns, each with a name that it stands for."""


def mentioned_otherwise(one: Case, other: Case) -> Examples:
    """Return the names in policies that differ.

    Source: docs.cilium.io, Layer 3 Policies, "DNS based".
    """
    sides = [_by_label(it.snapshot.objects.ranked_policies) for it in (one, other)]
    found: Examples = {}
    for label in dict.fromkeys(chain(*sides)):
        policies = [side.get(label, ()) for side in sides]
        if not alike(*policies):
            found.update(_mentioned(chain(*policies)))
    return found


def recorded_otherwise(one: Case, other: Case) -> Examples:
    """Return the names that private zones give to other networks, or lead elsewhere.

    Source: Azure docs, private-dns-virtual-network-links and private-dns-records.
    """
    sides = [
        {zone.id: zone for zone in it.snapshot.fabric.zones} for it in (one, other)
    ]
    found: Examples = {}
    for number in dict.fromkeys(chain(*sides)):
        zones = [side.get(number) for side in sides]
        records = [_records(zone) for zone in zones]
        linked = alike(*(zone and zone.links for zone in zones))
        for name in dict.fromkeys(chain(*records)):
            if not linked or not alike(*(each.get(name) for each in records)):
                found[name] = example_of(name)
    return found


def _by_label(
    policies: Iterable[RankedPolicy],
) -> dict[str, tuple[RankedPolicy, ...]]:
    found: dict[str, tuple[RankedPolicy, ...]] = {}
    for policy in policies:
        found[policy.label] = (*found.get(policy.label, ()), policy)
    return found


def _mentioned(policies: Iterable[RankedPolicy]) -> Iterator[tuple[str, str]]:
    for policy in policies:
        for rule in (*policy.ingress, *policy.egress):
            for name in rule.names:
                if set(name) - {"*", "."}:
                    yield name.lower(), example_of(name)


def _records(zone: DnsZone | None) -> dict[str, Sequence[object]]:
    found: dict[str, Sequence[object]] = {}
    if zone is None:
        return found
    records: list[AddressRecord | AliasRecord] = [*zone.records, *zone.aliases]
    for record in records:
        name = zone.name if record.name == "@" else f"{record.name}.{zone.name}"
        found[name] = (*found.get(name, ()), record)
    return found
