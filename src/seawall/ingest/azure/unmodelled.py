"""Resources that change what can reach what, and that are not modelled."""

from seawall.ingest.azure.records.catalogue import Catalogue
from seawall.ingest.notes import Notes
from seawall.ingest.resource import ResourceRecord

_CHANGES = {
    "microsoft.network/networkmanagers/routingconfigurations": "it writes route tables",
    "microsoft.network/virtualhubs": "it leads networks to each other as its tables "
    "say, and else what it may take from them is unknown; a routing intent that leads "
    "to an Azure Firewall in the input, or effective routes of their interfaces (`az "
    "network nic show-effective-route-table`), tell",
    "microsoft.network/virtualwans": "it connects networks without peerings",
    "microsoft.network/virtualnetworkappliances": "it forwards packets",
    "microsoft.network/expressroutecircuits": "it connects networks on premises",
    "microsoft.network/p2svpngateways": "it lets clients into a network",
    "microsoft.network/bastionhosts": "it lets people into machines of its network",
    "microsoft.network/frontdoors": "it publishes backends on the internet",
    "microsoft.network/virtualrouters": "it announces routes",
    "kubernetes_endpoints": "it says where a Service leads",
    "kubernetes_endpoints_v1": "it says where a Service leads",
    "kubernetes_endpoint_slice_v1": "it says where a Service leads",
    "kubernetes_ingress": "it opens a way in to Services",
    "kubernetes_replication_controller": "it runs pods",
    "kubernetes_replication_controller_v1": "it runs pods",
    "kubernetes_labels": "it labels objects, by which policies may select",
}


def report_unmodelled(
    catalogue: Catalogue, modelled: frozenset[str], notes: Notes
) -> None:
    """Note, by kind, the resources whose effect is not known here.

    Args:
        catalogue: All resources.
        modelled: Ids of those that are, although others of their kind are not.
        notes: Takes what must be told.
    """
    for resource_type, change in _CHANGES.items():
        found: list[ResourceRecord] = [
            record
            for known, records in catalogue.types().items()
            if known == resource_type or known.startswith(resource_type + "/")
            for record in records
            if record.id not in modelled and record.parent not in modelled
        ]
        if not found:
            continue
        first = min(found, key=lambda record: record.id)
        more = f" and {len(found) - 1} more" if len(found) > 1 else ""
        notes.unmodelled(
            first.origin,
            f"`{first.name}`{more} of type `{resource_type}` is not modelled",
            change,
            "check by hand what it changes for the answers that you need",
        )


def report_unrelated(catalogue: Catalogue, used: frozenset[str], notes: Notes) -> None:
    """Note in one line how many resources have no part in reachability."""
    unrelated = {
        known: len(records)
        for known, records in catalogue.types().items()
        if known not in used
        and not any(known == kind or known.startswith(kind + "/") for kind in _CHANGES)
    }
    if unrelated:
        total = sum(unrelated.values())
        kinds = sorted(unrelated, key=lambda kind: (-unrelated[kind], kind))[:4]
        names = ", ".join(f"`{kind}`" for kind in kinds)
        notes.note(
            None,
            f"{total} resources of {len(unrelated)} other types were passed over",
            f"they are not known to change what can reach what: {names}"
            + (" and others" if len(unrelated) > len(kinds) else ""),
            "nothing to do",
        )
