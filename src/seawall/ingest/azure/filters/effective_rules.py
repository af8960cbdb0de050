"""Effective security rules: what the platform says of one interface.

They show what tags stand for at its subnet, and the rules of groups that are not in the
input otherwise.

Source: Azure docs, effective-security-rules; Microsoft.Network resource provider,
`EffectiveNetworkSecurityGroupListResult`.
"""

from collections.abc import Iterable, Iterator

from seawall.ingest.azure.filters.security import GROUPS
from seawall.ingest.azure.networks.interfaces import INTERFACES
from seawall.ingest.azure.records.catalogue import Catalogue
from seawall.ingest.azure.records.rule_terms import service_tag
from seawall.ingest.azure.records.values import text, texts
from seawall.ingest.identity import group_of, last_name, referenced_id
from seawall.ingest.notes import Notes
from seawall.ingest.resource import Field, ResourceRecord, Source
from seawall.model.address import AddressRange
from seawall.model.tag import SeenTag

_DEFAULT = "defaultsecurityrules/"
_COMMAND = "az network nic list-effective-nsg"


def effective_groups(document: Field) -> Iterator[Field]:
    """Yield the groups that an answer lists, with where they are in force."""
    responses = document.get("responses")
    if isinstance(document.value, dict) and isinstance(responses.value, dict):
        for key in sorted(responses.value, key=str):
            yield from effective_groups(responses.get(str(key)).get("body"))
        return
    for item in document.get("value").items():
        if isinstance(item.get("effectiveSecurityRules").value, list):
            yield item


def group_records(items: Iterable[Field], known: set[str]) -> Iterator[ResourceRecord]:
    """Yield the groups that nothing else in the input describes, each once.

    Args:
        items: What `effective_groups` yields.
        known: Ids of the groups in the input.
    """
    seen = set(known)
    for item in items:
        group = referenced_id(item.get("networkSecurityGroup"))
        if group is None or group in seen:
            continue
        seen.add(group)
        rules = [
            Field({**_plain(rule), "name": last_name(_name(rule))}, rule.origin)
            for rule in item.get("effectiveSecurityRules").items()
            if not _name(rule).lower().startswith(_DEFAULT)
        ]
        yield ResourceRecord(
            type=GROUPS,
            id=group,
            name=last_name(group),
            resource_group=group_of(group),
            location="",
            body=Field({"securityRules": rules}, item.origin),
            parent="",
            source=Source.AZURE,
        )


def _plain(rule: Field) -> dict[str, object]:
    if not isinstance(rule.value, dict):
        return {}
    return {str(key): rule.get(str(key)) for key in rule.value}


def _name(rule: Field) -> str:
    return text(rule.get("name")) or "unnamed"


def seen_tags(
    items: Iterable[Field], catalogue: Catalogue, notes: Notes
) -> tuple[SeenTag, ...]:
    """Return what tags stand for at subnets; nothing where two answers differ."""
    found: dict[tuple[str, str], set[tuple[AddressRange, ...]]] = {}
    for item in items:
        subnets = _subnets(item.get("association"), catalogue)
        if not subnets:
            notes.note(
                item.origin,
                "effective security rules are given for an interface whose subnet is "
                "not in the input",
                "what tags stand for there cannot be told",
                "add the interface, as `az network nic show` prints it",
            )
        if item.walk("association", "networkManager", "id").is_given:
            notes.note(
                item.origin,
                "effective rules of a network manager are not read from here",
                "which of them always allow is not in this list",
                "add the rules of its security admin configurations",
            )
        for tag, ranges in _expanded(item.get("effectiveSecurityRules"), notes):
            for subnet in subnets:
                found.setdefault((subnet, tag), set()).add(ranges)
    if found:
        notes.assume(
            "effective-rules-as-listed",
            "service tags still stand for what the effective security rules in the "
            "input expand them to",
            "Azure docs, effective-security-rules, read 2026-08",
        )
    return tuple(
        SeenTag(subnet, tag, next(iter(several)))
        for (subnet, tag), several in sorted(found.items())
        if len(several) == 1
    )


def _subnets(association: Field, catalogue: Catalogue) -> tuple[str, ...]:
    """Return the subnets of an association, directly or by its interface."""
    direct = referenced_id(association.get("subnet"))
    if direct is not None:
        return (direct,)
    interface = catalogue.find(
        INTERFACES, referenced_id(association.get("networkInterface")) or ""
    )
    if interface is None:
        return ()
    parts = catalogue.parts(interface, "ipConfigurations")
    named = (referenced_id(part.body.get("subnet")) for part in parts)
    return tuple(dict.fromkeys(item for item in named if item))


def _expanded(
    rules: Field, notes: Notes
) -> Iterator[tuple[str, tuple[AddressRange, ...]]]:
    for rule in rules.items():
        for side in ("source", "destination"):
            written = {
                *texts(rule.get(f"{side}AddressPrefix")),
                *texts(rule.get(f"{side}AddressPrefixes")),
            }
            expanded = rule.get(f"expanded{side.capitalize()}AddressPrefix")
            tag = service_tag(next(iter(written), ""))
            if len(written) != 1 or tag is None or not list(expanded.items()):
                continue
            ranges = _ranges(expanded, notes)
            if ranges is not None:
                yield tag.name.lower(), ranges


def _ranges(field: Field, notes: Notes) -> tuple[AddressRange, ...] | None:
    found = []
    for item in field.items():
        try:
            found.append(AddressRange.parse(text(item) or ""))
        except ValueError:
            notes.error(
                item.origin,
                f"`{item.value}` is not an address prefix",
                "what the tag stands for cannot be told from this rule",
                f"give the output of `{_COMMAND} -o json` as it is",
            )
            return None
    return tuple(sorted(set(found)))
