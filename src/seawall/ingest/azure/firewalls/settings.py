"""Settings of a firewall beside its rules, of policies and of classic ones alike.

Source: Azure docs, firewall snat-private-range, dns-details, threat-intel,
explicit-proxy, management-nic, features-by-sku and firewall-manager policy-overview.
"""

from collections.abc import Sequence

from seawall.ingest.azure.networks.networks import servers_setting
from seawall.ingest.azure.records.values import (
    boolean,
    flag,
    has_unresolved,
    integer,
    prefixes,
    text,
    word,
)
from seawall.ingest.notes import Notes
from seawall.ingest.resource import Field, ResourceRecord
from seawall.model.address import Address, AddressRange
from seawall.model.setting import Setting

PRIVATE_RANGES = tuple(
    AddressRange.parse(text)
    for text in ("10.0.0.0/8", "100.64.0.0/10", "172.16.0.0/12", "192.168.0.0/16")
)
"""Source: Azure docs, snat-private-range: RFC 1918 and RFC 6598."""

_STRICTNESS = ("off", "alert", "deny")


def is_basic(record: ResourceRecord, policies: Sequence[ResourceRecord]) -> bool:
    """Return whether the firewall is of the Basic tier."""
    tiers = [each.body.walk("sku", "tier") for each in (record, *policies)]
    return any((text(tier) or "").lower() == "basic" for tier in tiers)


def threat_intelligence(
    record: ResourceRecord, policies: Sequence[ResourceRecord], notes: Notes
) -> Setting[str]:
    """Return the mode: of a policy and those it inherits from, the strictest.

    What `Deny` drops is a list that Microsoft keeps; so is what intrusion detection
    drops. Both make less pass than the rules say, never more.

    Source: Azure docs, firewall threat-intel; firewall-manager policy-overview: a child
    may only be stricter than its parent; features-by-sku: Basic raises alerts only.
    """
    owners = [each.body for each in policies] or [record.body]
    default = Setting.defaulted("Alert", "Azure docs, firewall threat-intel")
    modes = [word(own.get("threatIntelMode"), default, notes) for own in owners]
    unknown = next((mode for mode in modes if not mode.known), None)
    found = max(modes, key=_strictness)
    detection = {
        (text(own.walk("intrusionDetection", "mode")) or "").lower() for own in owners
    }
    denies = _strictness(found) == _STRICTNESS.index("deny")
    if denies and is_basic(record, policies):
        found = Setting.defaulted("Alert", "the Basic tier raises alerts only")
        denies = False
    if denies or unknown is not None or "deny" in detection:
        notes.assume(
            "firewall-threat-lists",
            "What threat intelligence and intrusion detection of a firewall drop, "
            "beyond its rules, is left out: they may stop packets that are called "
            "allowed, and never let one pass that is called denied",
            "Azure docs, firewall threat-intel and premium-features",
        )
    return unknown or found


def _strictness(mode: Setting[str]) -> int:
    written = (mode.value or "").lower()
    return _STRICTNESS.index(written) if written in _STRICTNESS else 0


def dns_proxy(
    record: ResourceRecord, policies: Sequence[ResourceRecord], notes: Notes
) -> Setting[bool]:
    """Return whether the firewall answers DNS."""
    own = policies[-1].body if policies else record.body
    field = own.walk("dnsSettings", "enableProxy")
    if field.left_to_service:
        field = own.walk("additionalProperties", "Network.DNS.EnableProxy")
    if field.left_to_service and _is_stated_above(policies, "dnsSettings"):
        return Setting.unknown(
            "whether DNS settings of a parent policy hold here is not documented",
            policies[-1].origin,
        )
    default = Setting[bool].defaulted(False, "Azure docs, firewall dns-details")  # noqa: FBT003
    found = flag(field, default, notes)
    if found.value and is_basic(record, policies):
        notes.error(
            field.origin,
            f"the firewall `{record.name}` is of the Basic tier and has no DNS proxy",
            "DNS settings take the Standard tier",
            "turn the proxy off, or choose another tier",
        )
        return Setting.unknown("the Basic tier has no DNS proxy", field.origin)
    return found


def _is_stated_above(policies: Sequence[ResourceRecord], key: str) -> bool:
    """Whether a policy that the firewall's own inherits from states a setting."""
    return any(not each.body.get(key).left_to_service for each in policies[:-1])


def dns_servers(
    record: ResourceRecord, policies: Sequence[ResourceRecord], notes: Notes
) -> Setting[tuple[Address, ...]]:
    """Return the servers that the firewall asks."""
    own = policies[-1].body if policies else record.body
    servers = own.walk("dnsSettings", "servers")
    if servers.left_to_service and _is_stated_above(policies, "dnsSettings"):
        return Setting.unknown(
            "whether DNS settings of a parent policy hold here is not documented",
            policies[-1].origin,
        )
    return servers_setting(servers, notes)


def proxy_ports(own: Field) -> Setting[tuple[int, ...]]:
    """Return the ports at which clients address the firewall itself.

    Source: Azure docs, firewall explicit-proxy.
    """
    settings = own.get("explicitProxySettings", "explicitProxy")
    if settings.left_to_service:
        return Setting.defaulted((), "Azure docs, explicit-proxy: off unless chosen")
    enabled = settings.get("enableExplicitProxy")
    if boolean(enabled) is False or enabled.left_to_service:
        return Setting.stated((), settings.origin)
    keys = ("httpPort", "httpsPort", "pacFilePort")
    hidden = enabled.unresolved or next(
        (why for key in keys if (why := has_unresolved(settings.get(key)))), ""
    )
    if hidden:
        return Setting.unknown(hidden, settings.origin)
    numbers = [integer(settings.get(key)) for key in keys]
    return Setting.stated(
        tuple(sorted({number for number in numbers if number})), settings.origin
    )


def is_managed(record: ResourceRecord) -> Setting[bool]:
    """Return whether a management interface lets the other one be routed elsewhere.

    Source: Azure docs, firewall forced-tunneling and management-nic.
    """
    field = record.body.get("managementIpConfiguration", "managementIPConfiguration")
    if field.unresolved and not field.left_to_service and not field.is_given:
        return Setting.unknown(field.unresolved, field.origin)
    return Setting.stated(field.is_given, record.origin)


def private_ranges(
    policies: Sequence[ResourceRecord], own: Field, notes: Notes
) -> Setting[tuple[AddressRange, ...]]:
    """Return the destinations towards which network rules keep the source.

    `0.0.0.0/0` is never to change it, `255.255.255.255/32` always.

    Source: Azure docs, snat-private-range.
    """
    snat = own.get("snat")
    if (text(snat.get("autoLearnPrivateRanges")) or "").lower() == "enabled":
        return Setting.unknown(
            "private ranges are learned from a route server", snat.origin
        )
    if snat.left_to_service and _is_stated_above(policies, "snat"):
        return Setting.unknown(
            "whether private ranges of a parent policy hold here is not documented",
            policies[-1].origin,
        )
    field = snat.get("privateRanges")
    classic = text(own.walk("additionalProperties", "Network.SNAT.PrivateRanges"))
    default = Setting[tuple[AddressRange, ...]].defaulted(
        PRIVATE_RANGES, "Azure docs, snat-private-range", field.origin
    )
    if field.left_to_service and not classic:
        return default
    if has_unresolved(field):
        return Setting.unknown(has_unresolved(field), field.origin)
    if classic:
        field = Field([one.strip() for one in classic.split(",")], own.origin)
    items = list(field.items())
    if not items:
        return default
    iana = [one for one in items if (text(one) or "").lower() == "ianaprivateranges"]
    others = [one.value for one in items if one not in iana]
    stated = prefixes(Field(others, field.origin), notes)
    return Setting.stated((*(PRIVATE_RANGES if iana else ()), *stated), field.origin)
