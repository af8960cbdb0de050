"""Resources of which it is not known whether they will be there.

A rule, a route or a subnet in doubt makes the list that it belongs to one that is not
wholly known. A network or table in doubt is left out: what names it is then unknown, as
for anything that is not in the input. Of anything else nothing is known but its name.
"""

from collections.abc import Sequence
from dataclasses import replace

from seawall.ingest.arm.again import perhaps_replaced
from seawall.ingest.arm.emit import record
from seawall.ingest.arm.language.values import Unknown
from seawall.ingest.arm.nodes import Reading, shown
from seawall.ingest.arm.resources import Instance
from seawall.ingest.identity import region_name
from seawall.ingest.resource import DOUBT, Field, ResourceRecord, Unresolved

_NETWORK = "microsoft.network/"
_LISTS = {
    _NETWORK + "networksecuritygroups/securityrules": "securityRules",
    _NETWORK + "routetables/routes": "routes",
    _NETWORK + "virtualnetworks/subnets": "subnets",
    _NETWORK + "privateendpoints/privatednszonegroups": "privateDnsZoneGroups",
    "microsoft.containerservice/managedclusters/agentpools": "agentPoolProfiles",
}
"""The list of its parent that a resource is an element of."""

_DOUBTED = frozenset(
    {
        _NETWORK + "virtualnetworks/virtualnetworkpeerings",
        _NETWORK + "privateendpoints",
    }
)
"""Types whose own reader knows that one may not be there."""

_BY_REFERENCE = frozenset(
    {
        _NETWORK + "networksecuritygroups",
        _NETWORK + "routetables",
        _NETWORK + "natgateways",
        _NETWORK + "virtualnetworks",
        _NETWORK + "publicipaddresses",
        _NETWORK + "publicipprefixes",
        _NETWORK + "ipgroups",
        _NETWORK + "firewallpolicies",
        _NETWORK + "applicationsecuritygroups",
    }
)
"""Types that have no effect but through what names them."""

_CLUSTERS = "microsoft.containerservice/managedclusters"
_UNREAD = {
    "microsoft.resources/deploymentscripts": "it runs a program, which may change "
    "anything",
    "microsoft.resources/templatespecs": "it keeps templates, and deploys nothing",
}


def settle(found: Sequence[Instance], reading: Reading) -> list[ResourceRecord]:
    """Return the records of instances, those in doubt told and kept apart."""
    out: dict[str, ResourceRecord] = {}
    doubtful: list[tuple[Instance, ResourceRecord, Unknown]] = []
    extra: list[ResourceRecord] = []
    for instance in found:
        _report_unread(instance, reading)
        made = record(instance)
        if made is None:
            continue
        if instance.doubt is not None and made.type != _CLUSTERS:
            doubtful.append((instance, made, instance.doubt))
        elif made.id in out:
            extra.append(made)
        else:
            _assume(instance, reading)
            out[made.id] = made
    _tell(doubtful, reading)
    # Parents first, so that what is an element of theirs finds them.
    for _, made, doubt in sorted(doubtful, key=lambda it: it[1].type.count("/")):
        before = out.get(made.id)
        if before is None:
            _keep(out, made, doubt)
        else:
            body = perhaps_replaced(before.body, made.body, doubt.why)
            out[made.id] = replace(before, body=body)
    return [*out.values(), *extra]


def _assume(instance: Instance, reading: Reading) -> None:
    if instance.doubt is not None:
        reading.notes.assume(
            "cluster-is-deployed",
            f"the cluster at {instance.origin} is deployed, although its condition is "
            "not known",
            "Azure docs, conditional-resource-deployment",
        )


def _keep(out: dict[str, ResourceRecord], made: ResourceRecord, doubt: Unknown) -> None:
    """Keep what is left of a resource in doubt."""
    parent = out.get(made.parent)
    listed = _LISTS.get(made.type)
    if parent is not None and listed is not None:
        out[parent.id] = _with_doubt(parent, listed, made, doubt)
    elif made.type in _DOUBTED and isinstance(made.body.value, dict):
        body = {**made.body.value, DOUBT: Unresolved(doubt.why)}
        out[made.id] = replace(made, body=Field(body, made.origin))
    elif made.type not in _BY_REFERENCE and listed is None:
        body = {
            "id": made.id,
            "name": made.name,
            "properties": Unresolved(doubt.why),
        }
        out[made.id] = replace(
            made, body=Field(body, made.origin), location=region_name(made.location)
        )


def _with_doubt(
    parent: ResourceRecord, key: str, made: ResourceRecord, doubt: Unknown
) -> ResourceRecord:
    """Return a resource whose list may have more elements than it shows, or others."""
    body = parent.body.value
    whole = dict(body) if isinstance(body, dict) else {}
    inner = whole.get("properties")
    place = parent.body.origin.at("properties")
    if isinstance(inner, Field):
        place, inner = inner.origin, inner.value
    if isinstance(inner, Unresolved):
        return parent
    properties = dict(inner) if isinstance(inner, dict) else {}
    known = Field(properties, place).get(key)
    items: list[object] = [
        perhaps_replaced(item, made.body, doubt.why) if _is_named(item, made) else item
        for item in known.items()
    ]
    if known.unresolved:
        items.append(Unresolved(known.unresolved))
    for spelled in [it for it in properties if str(it).lower() == key.lower()]:
        del properties[spelled]
    items.append(Unresolved(doubt.why))
    properties[key] = Field(items, known.origin)
    whole["properties"] = Field(properties, place)
    return replace(parent, body=Field(whole, parent.body.origin))


def _is_named(item: Field, made: ResourceRecord) -> bool:
    name = item.get("name").value
    return isinstance(name, str) and name.lower() == made.name.lower()


def _tell(
    doubtful: Sequence[tuple[Instance, ResourceRecord, Unknown]], reading: Reading
) -> None:
    """Say once for each reason what is in doubt."""
    reasons: dict[str, list[tuple[Instance, ResourceRecord]]] = {}
    for instance, made, doubt in doubtful:
        reasons.setdefault(doubt.why, []).append((instance, made))
    for why, found in reasons.items():
        instance, made = found[0]
        more = f" and {len(found) - 1} more" if len(found) > 1 else ""
        condition = instance.node.get("condition")
        written = (
            f" under `{shown(condition, reading)}`" if condition is not None else ""
        )
        kind = made.type.rpartition("/")[2]
        reading.notes.unmodelled(
            instance.origin,
            f"whether `{made.name}` ({kind}){more} will be there is not known{written}",
            why,
            "give the value, so that it is",
        )


def _report_unread(instance: Instance, reading: Reading) -> None:
    change = _UNREAD.get(instance.kind.lower())
    if change is not None:
        reading.notes.unmodelled(
            instance.origin,
            f"a resource of type `{instance.kind}` is not read",
            change,
            "check by hand what it changes for the answers that you need",
        )
