"""Private DNS zones: which one is asked, and what stands in it."""

from collections.abc import Iterable

from seawall.engine.path.dns.names import is_under
from seawall.model.endpoint import PlatformResource
from seawall.model.name import DnsZone
from seawall.model.private_zones import PRIVATE_ZONES
from seawall.model.resolver import ForwardingRule, ForwardingRuleset


def private_zone(name: str, owner: PlatformResource) -> str:
    """Return the zone below which the private name of a public one lives.

    Returns:
        Nothing if it is not known.

    Source:
        Azure docs, private-endpoint-dns, "Azure services DNS zone configuration": a
        resource with several names has a zone for each.
    """
    return owner.private_suffix or _usual(name)[1]


def private_name(name: str, owner: PlatformResource) -> str:
    """Return the name below the private zone that a public name is an alias of.

    Source:
        Azure docs, private-endpoint-dns, "Azure services DNS zone configuration".
    """
    suffix = private_zone(name, owner)
    if not suffix or is_under(name, suffix):
        return name
    public = suffix.removeprefix("privatelink.")
    label = name.removesuffix(f".{public}")
    if label == name:
        label = name.partition(".")[0]
    return f"{label}.{suffix}"


def platform_alias(name: str) -> str:
    """Return the private name that a platform's public name may be an alias of.

    Returns:
        Nothing if the name is under no known suffix.

    Source:
        Azure docs, private-endpoint-dns, "Azure services DNS zone configuration".
    """
    suffix, zone = _usual(name)
    return f"{name.removesuffix(suffix)}{zone}" if zone else ""


def _usual(name: str) -> tuple[str, str]:
    """Return a public suffix and its private zone; two empty texts if it has none."""
    found = (pair for pair in PRIVATE_ZONES if name.endswith(f".{pair[0]}"))
    return max(found, key=lambda pair: len(pair[0]), default=("", ""))


def forwarding(
    rulesets: Iterable[ForwardingRuleset], name: str, network: str
) -> tuple[ForwardingRuleset, ForwardingRule] | str | None:
    """Return the rule that sends a name elsewhere for one network.

    Returns:
        Why that is not known, as a clause; None if no rule does.

    Source:
        Azure docs, private-resolver-endpoints-rulesets.
    """
    best: tuple[ForwardingRuleset, ForwardingRule] | None = None
    for ruleset in rulesets:
        is_linked = any(same(each, network) for each in ruleset.networks)
        if not ruleset.complete.is_surely(value=True):
            return f"what ruleset `{ruleset.name}` forwards: {ruleset.complete.why}"
        for rule in ruleset.rules if is_linked else ():
            if rule.domain is None:
                return f"the domain of `{ruleset.name}/{rule.name}` cannot be read"
            if rule.domain and not is_under(name, rule.domain):
                continue
            if not rule.enabled.known:
                return f"whether `{ruleset.name}/{rule.name}` is enabled is not known"
            if not rule.enabled.value:
                continue
            if best is None or len(rule.domain) > len(best[1].domain or ""):
                best = ruleset, rule
            elif len(rule.domain) == len(best[1].domain or ""):
                return f"two rules send `{rule.domain or '.'}` elsewhere"
    return best


def links(zone: DnsZone, network: str) -> bool:
    """Say whether a zone is linked to a network, as far as known."""
    return any(same(link.network, network) for link in zone.links)


def falls_back(zone: DnsZone, network: str) -> bool:
    """Say whether a network asks publicly for what a zone does not have."""
    return any(link.falls_back for link in zone.links if same(link.network, network))


def is_private_link(zone: DnsZone) -> bool:
    """Say whether a zone is one of Private Link, where falling back is supported.

    Source:
        Azure SDK, Microsoft.Network privateDnsZones, ResolutionPolicy.
    """
    return "privatelink" in zone.name.split(".")


def same(one: str, other: str) -> bool:
    """Say whether two resource ids are the same."""
    return one.lower() == other.lower()
