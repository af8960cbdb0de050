"""Single rules of Azure Firewall, of policies and of classic collections alike.

Source: Azure docs, firewall rule-processing and ip-groups; Azure SDK,
Microsoft.Network.
"""

from dataclasses import dataclass, field

from seawall.ingest.azure.firewalls.name_patterns import (
    name_patterns,
    tell_of_wild_names,
)
from seawall.ingest.azure.records.catalogue import Catalogue
from seawall.ingest.azure.records.rule_terms import PROTOCOLS, address_term, port_ranges
from seawall.ingest.azure.records.values import (
    address,
    has_unresolved,
    integer,
    shown,
    text,
    texts,
)
from seawall.ingest.identity import referenced_id
from seawall.ingest.notes import Notes
from seawall.ingest.resource import Field
from seawall.model.filter import AddressTerm, UnreadableTerm
from seawall.model.firewall import (
    ApplicationRule,
    CollectionType,
    FirewallRule,
    NatRule,
    NetworkRule,
)
from seawall.model.packet import EVERY_PORT, PortRange

IP_GROUPS = "microsoft.network/ipgroups"

_PORTS = {"http": 80, "https": 443, "mssql": 1433}


@dataclass(slots=True)
class Reading:
    """One firewall while it is read.

    Attributes:
        catalogue: Where IP groups are found.
        notes: Takes what must be told.
        doubts: Why not all of its policy is known.
    """

    catalogue: Catalogue
    notes: Notes
    doubts: list[str] = field(default_factory=list)

    def doubt(self, origin: Field, what: str, why: str) -> None:
        """Remember that a part of the policy is not understood."""
        self.doubts.append(what)
        self.notes.unmodelled(
            origin.origin,
            what,
            f"{why}; every verdict through this firewall is unknown",
            "give an input in which the rule is complete",
        )


def rule_type(body: Field) -> CollectionType | None:
    """Return the type of a rule in a policy's collection."""
    written = (text(body.get("ruleType")) or "").lower()
    return {
        "networkrule": CollectionType.NETWORK,
        "applicationrule": CollectionType.APPLICATION,
        "natrule": CollectionType.NAT,
    }.get(written)


def convert_rule(
    body: Field, kind: CollectionType, reading: Reading
) -> FirewallRule | None:
    """Convert one rule; None for one that the firewall skips."""
    sources = _terms(body, ("sourceAddresses",), "sourceIpGroups", reading)
    if sources is None:
        reading.notes.note(
            body.origin,
            f"the rule `{text(body.get('name'))}` is skipped",
            "its only IP group is empty",
            "fill the group or remove the rule",
        )
        return None
    if kind is CollectionType.NETWORK:
        return _network_rule(body, sources, reading)
    if kind is CollectionType.NAT:
        return _nat_rule(body, sources, reading)
    return _application_rule(body, sources, reading)


def _name(body: Field) -> str:
    return text(body.get("name")) or "unnamed"


def _terms(
    body: Field, keys: tuple[str, ...], group_key: str, reading: Reading
) -> tuple[AddressTerm, ...] | None:
    """Return addresses with IP groups expanded; None when only empty groups."""
    terms: list[AddressTerm] = []
    for key in keys:
        given = body.get(key)
        items = (given,) if isinstance(given.value, str) else tuple(given.items())
        terms.extend(address_term(item, reading.notes) for item in items)
        if not items and given.unresolved and not given.left_to_service:
            terms.append(UnreadableTerm(given.unresolved))
    groups = tuple(body.get(group_key).items())
    for item in groups:
        terms.extend(_group(item, reading))
    if body.get(group_key).unresolved and not body.get(group_key).left_to_service:
        terms.append(UnreadableTerm(body.get(group_key).unresolved))
    return None if groups and not terms else tuple(terms)


def _group(item: Field, reading: Reading) -> list[AddressTerm]:
    wanted = referenced_id(item) if not item.unresolved else None
    record = reading.catalogue.find(IP_GROUPS, wanted or "")
    if record is None:
        reading.notes.error(
            item.origin,
            f"the IP group `{wanted or 'unknown'}` is not in the input",
            "the rule may match any address",
            "add the output of `az network ip-group show`",
        )
        return [UnreadableTerm(wanted or "unknown IP group")]
    addresses = record.body.get("ipAddresses")
    hidden = has_unresolved(addresses)
    if hidden:
        return [UnreadableTerm(hidden)]
    return [address_term(one, reading.notes) for one in addresses.items()]


def _ports(body: Field, reading: Reading) -> tuple[PortRange, ...]:
    found = port_ranges((body.get("destinationPorts"),), body, reading.notes)
    if found is None:
        reading.doubt(
            body, f"the ports of the rule `{_name(body)}` are not known", "see there"
        )
        return (EVERY_PORT,)
    return found


def _protocols(body: Field, reading: Reading) -> tuple[int, ...] | None:
    """Return protocol numbers, or None for `Any`."""
    found: list[int] = []
    given = body.get("ipProtocols", "protocols")
    for written in texts(given):
        if written.lower() in {"any", "*"}:
            return None
        number = PROTOCOLS.get(written.lower())
        if number is None:
            reading.doubt(
                given, f"`{written}` is not a protocol", "rules name protocols"
            )
        else:
            found.append(int(number))
    hidden = has_unresolved(given)
    if hidden or not found:
        reading.doubt(
            body,
            f"not every protocol of the rule `{_name(body)}` is known",
            hidden or f"`{shown(given)}` names none",
        )
    return tuple(found)


def _network_rule(
    body: Field, sources: tuple[AddressTerm, ...], reading: Reading
) -> NetworkRule | None:
    destinations = _terms(
        body, ("destinationAddresses",), "destinationIpGroups", reading
    )
    names = texts(body.get("destinationFqdns"))
    hidden = has_unresolved(body.get("destinationFqdns"))
    wild = tuple(name for name in names if "*" in name)
    tell_of_wild_names(body.get("destinationFqdns"), wild, reading.notes)
    names = tuple(name for name in names if name not in wild)
    if hidden or wild:
        why = hidden or f"`{wild[0]}` is not a name"
        destinations = (*(destinations or ()), UnreadableTerm(why))
    if destinations is None and not names:
        return None
    return NetworkRule(
        name=_name(body),
        protocols=_protocols(body, reading),
        sources=sources or (UnreadableTerm("no source"),),
        destinations=destinations or (),
        destination_names=tuple(name.lower() for name in names),
        destination_ports=_ports(body, reading),
        origin=body.origin,
    )


def _nat_rule(
    body: Field, sources: tuple[AddressTerm, ...], reading: Reading
) -> NatRule:
    destinations = _terms(body, ("destinationAddresses",), "", reading)
    port = body.get("translatedPort")
    if integer(port) is None and not port.left_to_service and port.value != "":
        reading.doubt(
            port,
            f"the port that the rule `{_name(body)}` translates to is not known",
            port.unresolved or f"`{shown(port)}` is not a port",
        )
    return NatRule(
        name=_name(body),
        protocols=_protocols(body, reading) or (6, 17),
        sources=sources or (UnreadableTerm("no source"),),
        destinations=destinations or (UnreadableTerm("no destination"),),
        destination_ports=_ports(body, reading),
        translated_address=address(body.get("translatedAddress"), reading.notes),
        translated_name=(text(body.get("translatedFqdn")) or "").lower(),
        translated_port=integer(port),
        origin=body.origin,
    )


def _application_rule(
    body: Field, sources: tuple[AddressTerm, ...], reading: Reading
) -> ApplicationRule:
    ports: list[tuple[str, int]] = []
    for item in body.get("protocols").items():
        kind = (text(item.get("protocolType")) or "").lower()
        port = integer(item.get("port")) or _PORTS.get(kind)
        if kind not in _PORTS or port is None:
            reading.doubt(
                item,
                f"the rule `{_name(body)}` has a protocol that is not known",
                "application rules take `Http`, `Https` and `Mssql`",
            )
        else:
            ports.append((kind, port))
    if body.get("destinationAddresses").is_given and texts(
        body.get("destinationAddresses")
    ) not in {(), ("*",)}:
        reading.doubt(
            body.get("destinationAddresses"),
            f"the application rule `{_name(body)}` limits destination addresses",
            "how that acts on requests is not documented",
        )
    patterns = name_patterns(body.get("targetFqdns"), reading.notes)
    return ApplicationRule(
        name=_name(body),
        sources=sources or (UnreadableTerm("no source"),),
        ports=tuple(ports) or (("http", 80), ("https", 443)),
        names=patterns.valid,
        tags=texts(body.get("fqdnTags")),
        categories=(
            *texts(body.get("webCategories")),
            *_hidden_names(body),
            *patterns.refused,
        ),
        urls=texts(body.get("targetUrls")),
        origin=body.origin,
    )


def _hidden_names(body: Field) -> tuple[str, ...]:
    """Return why names are not known; like a web category, they may be any."""
    keys = ("targetFqdns", "fqdnTags", "webCategories", "targetUrls")
    found = (has_unresolved(body.get(key)) for key in keys)
    return tuple(item for item in found if item)
