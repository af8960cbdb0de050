"""Resources of which it is not known whether they will be there.

A rule, a route or a subnet in doubt makes the list that it belongs to one that is not
wholly known. A network or table in doubt is left out: what names it is then unknown, as
for anything that is not in the input. Of anything else nothing is known but its name.
"""

from collections.abc import Sequence
from dataclasses import replace

from seawall.ingest.arm.emit import record
from seawall.ingest.arm.language.values import Unknown
from seawall.ingest.arm.nodes import Reading, shown
from seawall.ingest.arm.programs import PROGRAM, STACK, changes_by_program
from seawall.ingest.arm.resources import Instance
from seawall.ingest.doubts.again import alike, perhaps_replaced
from seawall.ingest.doubts.lists import CLUSTERS, DOUBTED, LISTS, with_doubt
from seawall.ingest.doubts.trusted import OR_TRUST
from seawall.ingest.identity import region_name
from seawall.ingest.resource import (
    DOUBT,
    Change,
    Field,
    ResourceRecord,
    Unresolved,
)

_NETWORK = "microsoft.network/"
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

_UNREAD = {
    PROGRAM: "it runs a program; what its commands or its arguments name is unknown",
    STACK: "it deploys a template of its own; what that changes is unknown",
    "microsoft.resources/templatespecs": "it keeps templates, and deploys nothing",
}


def settle(found: Sequence[Instance], reading: Reading) -> list[ResourceRecord]:
    """Return the records of instances, those in doubt told and kept apart."""
    out: dict[str, ResourceRecord] = {}
    doubtful: list[tuple[Instance, ResourceRecord, Unknown]] = []
    for instance in found:
        _report_unread(instance, reading)
        for change in changes_by_program(instance, reading):
            out.setdefault(change.id, change)
        made = record(instance)
        if made is None:
            continue
        if instance.doubt is not None and made.type != CLUSTERS:
            doubtful.append((instance, made, instance.doubt))
        elif made.id in out:
            out[made.id] = twice(out[made.id], made, reading)
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
    return list(out.values())


def twice(
    before: ResourceRecord, made: ResourceRecord, reading: Reading
) -> ResourceRecord:
    """Return what two declarations of one resource say alike.

    Source: Azure docs, deployment-modes: the deployment that comes later holds; read
    2026-11.
    """
    why = f"`{made.name}` is declared at {before.origin} and again at {made.origin}"
    if alike(before.body, made.body):
        return before
    if made.type.startswith((_NETWORK, CLUSTERS)):
        reading.notes.unmodelled(
            made.origin,
            f"`{made.name}` is declared a second time, with other values",
            f"it is declared at {before.origin} too; the deployment that comes later "
            "holds, and which one that is is not worked out",
            "declare it once, or give the deployed resource (`az ... -o json`)",
        )
    body = perhaps_replaced(before.body, made.body, why)
    return replace(before, body=body)


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
    listed = LISTS.get(made.type)
    if parent is not None and listed is not None:
        out[parent.id] = with_doubt(parent, listed, made, doubt.why)
    elif isinstance(made.body.value, dict) and (
        made.type in DOUBTED or listed is not None
    ):
        # What it is an element of may be in another input, or be found by its name.
        body = {**made.body.value, DOUBT: Unresolved(doubt.why)}
        out[made.id] = replace(made, body=Field(body, made.origin))
    elif made.type in _BY_REFERENCE:
        # It changes nothing; but what is a part of it is a part of nothing else.
        out[made.id] = Change(
            made.type, made.id, made.name, "", "", Field({}, made.origin)
        )
    else:
        body = {
            "id": made.id,
            "name": made.name,
            "properties": Unresolved(doubt.why),
        }
        out[made.id] = replace(
            made, body=Field(body, made.origin), location=region_name(made.location)
        )


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
    kind = instance.kind.lower()
    change = _UNREAD.get(kind)
    if change is not None and not (kind == PROGRAM and reading.trusts):
        reading.notes.unmodelled(
            instance.origin,
            f"a resource of type `{instance.kind}` is not read",
            change,
            "check by hand what it changes for the answers that you need"
            + (f", {OR_TRUST}" if kind == PROGRAM else ""),
        )
