"""From all Azure and Terraform documents of an input to what they mean."""

import importlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from seawall.ingest import terraform
from seawall.ingest.arm.claims import claims as is_arm
from seawall.ingest.azure.cluster.clusters import clusters
from seawall.ingest.azure.fabric import convert_fabric, used_types
from seawall.ingest.azure.filters.effective_rules import (
    effective_groups,
    group_records,
    seen_tags,
)
from seawall.ingest.azure.filters.network_managers import admin_rules
from seawall.ingest.azure.filters.security import GROUPS
from seawall.ingest.azure.filters.service_tags import (
    held,
    is_tag_list,
    read_tag_list,
    tell,
)
from seawall.ingest.azure.limits import warn_of_limits
from seawall.ingest.azure.networks.connected import connected
from seawall.ingest.azure.networks.effective import is_route_list, read_effective
from seawall.ingest.azure.networks.hub_defaults import without_default_routes
from seawall.ingest.azure.networks.learned import is_learned_list, with_learned
from seawall.ingest.azure.networks.networks import assume_no_service
from seawall.ingest.azure.networks.plain_hubs import with_plain_hubs
from seawall.ingest.azure.networks.secured_hubs import with_secured_hubs
from seawall.ingest.azure.platform.perimeters import assume_no_perimeter
from seawall.ingest.azure.platform.services import SERVICES
from seawall.ingest.azure.records.catalogue import Catalogue
from seawall.ingest.azure.records.deployments import (
    is_status_list,
    listed_deployments,
    planned_deployments,
)
from seawall.ingest.azure.records.envelope import (
    holds_resources,
    is_effective_list,
    records,
)
from seawall.ingest.azure.records.references import report_missing
from seawall.ingest.azure.records.shapes import Refused, tell_refused, well_typed
from seawall.ingest.azure.unmodelled import report_unmodelled, report_unrelated
from seawall.ingest.bicep.language.declarations import (
    BicepFile,
)
from seawall.ingest.documents import AzurePart, ReadDocument
from seawall.ingest.doubts.astray import settle_parts
from seawall.ingest.notes import Notes
from seawall.ingest.resource import ClusterRecord, Field, RawAzure, ResourceRecord
from seawall.ingest.terraform.language.syntax import Script
from seawall.model.snapshot import Fabric, KubernetesObjects
from seawall.model.tag import TagList

_LISTS = {
    "service-tags": is_tag_list,
    "effective-routes": is_route_list,
    "learned-routes": is_learned_list,
}
"""What the platform reports that is no resource, by the kind of the file."""


@dataclass(frozen=True, slots=True)
class Choices:
    """What the user says beside the documents.

    Attributes:
        parameters: Values of parameters of templates and variables of Terraform.
        within: Paths that were given; nothing outside of them is opened.
        before: Whether plans stand for what was there when they were made.
        data: All documents of the input by path, for files that load others.
        compile_bicep: Whether `bicep` compiles files of Bicep.
        scripts_change_nothing: Whether commands and scripts are taken to change
            nothing that is asked about.
        scripts: Texts of scripts that an archive holds, by path.
    """

    parameters: Sequence[tuple[str, str]] = ()
    within: Sequence[Path] = ()
    before: bool = False
    data: Mapping[str, Sequence[ReadDocument]] = field(default_factory=dict)
    compile_bicep: bool = False
    scripts_change_nothing: bool = False
    scripts: Mapping[str, str] = field(default_factory=dict)


def claims(value: object) -> bool:
    """Return whether *value* is a document of Azure or Terraform, in any shape."""
    return (
        terraform.claims(value)
        or is_arm(value)
        or any(is_so(value) for is_so in _LISTS.values())
        or is_status_list(value)
        or holds_resources(value)
        or is_effective_list(value)
    )


def convert(
    documents: Sequence[ReadDocument],
    kubernetes: KubernetesObjects,
    *,
    cluster_name: str | None = None,
    service_tags: str | None = None,
    choices: Choices | None = None,
) -> AzurePart:
    """Return what the documents mean, completed by what AKS itself makes.

    Args:
        documents: Those that `claims` accepted, in any order.
        kubernetes: The objects of the cluster; Services make AKS open doors.
        cluster_name: Which cluster is asked about, when the input holds several.
        service_tags: The file whose list of service tags holds, if one was chosen.
        choices: What the user says beside the documents.
    """
    notes = Notes()
    kinds: dict[str, str] = {}
    documents = sorted(documents, key=_place)
    read = _read_all(documents, choices or Choices(), kinds, notes)
    refused: list[Refused] = []
    found = settle_parts(
        [well_typed(it, refused) if _is_known(it.type) else it for it in read]
    )
    sources = (Script, BicepFile)
    documents = [it for it in documents if not isinstance(it.value, sources)]
    effective = tuple(_effective(documents))
    found += group_records(effective, {it.id for it in found if it.type == GROUPS})
    catalogue = Catalogue(found, notes)
    fabric = replace(
        _reported(catalogue, documents, notes),
        seen_tags=seen_tags(effective, catalogue, notes),
        service_tags=_tags(documents, service_tags, notes),
        written=_written(found),
    )
    fabric, secured = with_secured_hubs(fabric, catalogue, notes)
    fabric = with_plain_hubs(fabric, catalogue, secured, notes)
    fabric = without_default_routes(fabric, catalogue, secured, notes)
    assume_no_service(fabric, notes)
    assume_no_perimeter(fabric, catalogue, notes)
    all_clusters = clusters(catalogue, notes)
    report_missing(fabric, tuple(item.cluster for item in all_clusters), notes)
    report_unmodelled(catalogue, secured, notes)
    report_unrelated(catalogue, used_types(catalogue), notes)
    tell_refused(refused, notes)
    chosen, others = _choose(all_clusters, cluster_name, notes)
    raw = RawAzure(
        cluster=chosen,
        others=others,
        fabric=fabric,
        diagnostics=tuple(notes.diagnostics),
        assumptions=tuple(notes.assumptions),
        groups=frozenset(item.resource_group for item in found if item.resource_group),
    )
    return _completed(raw, kubernetes, kinds)


def _written(found: Sequence[ResourceRecord]) -> tuple[tuple[str, str], ...]:
    """Return ids beside how they are written, where that tells upper case."""
    pairs = ((it.id, it.address) for it in found if it.id == it.address.lower())
    return tuple(sorted(pair for pair in pairs if pair[0] != pair[1]))


def _is_known(resource_type: str) -> bool:
    """Whether it is known what the keys of a type hold."""
    known = ("microsoft.network/", "microsoft.containerservice/")
    return resource_type in SERVICES or resource_type.startswith(known)


def _read_all(
    documents: Sequence[ReadDocument],
    choices: Choices,
    kinds: dict[str, str],
    notes: Notes,
) -> list[ResourceRecord]:
    """Return the resources of all documents, and what kind each file is of."""
    scripts = [it for it in documents if isinstance(it.value, Script)]
    templates = [it for it in documents if is_arm(it.value)]
    others = [
        it
        for it in documents
        if not isinstance(it.value, Script | BicepFile) and not is_arm(it.value)
    ]
    bicep = [it.value for it in documents if isinstance(it.value, BicepFile)]
    found: list[ResourceRecord] = []
    for document in others:
        kind, resources = _read(document, choices, notes)
        kinds[document.path] = _joined(kinds.get(document.path), kind)
        found.extend(resources)
    if templates or bicep:
        read_kinds, resources = _templates(templates, bicep, choices, notes)
        kinds.update(read_kinds)
        found.extend(resources)
    if scripts:
        kinds.update({it.path: "terraform-configuration" for it in scripts})
        wishes = terraform.Wishes(
            dict(choices.parameters),
            choices.within,
            alone=not (templates or bicep),
            scripts=choices.scripts,
            trusts=choices.scripts_change_nothing,
        )
        taken = terraform.addresses(others)
        read = [it.value for it in scripts if isinstance(it.value, Script)]
        found += terraform.read_folders(read, taken, wishes, notes)
    return found


def _templates(
    templates: list[ReadDocument],
    bicep: Sequence[BicepFile],
    choices: Choices,
    notes: Notes,
) -> tuple[dict[str, str], list[ResourceRecord]]:
    """Return the resources of templates, in either notation."""
    # Much code, and no use for it where there are no templates.
    arm = importlib.import_module("seawall.ingest.arm.read")
    parts: frozenset[str] = frozenset()
    modules: Mapping[str, ReadDocument] = {}
    kinds: dict[str, str] = {}
    if bicep:
        sources = importlib.import_module("seawall.ingest.bicep.read")
        shelf = sources.Shelf(
            data=choices.data, within=choices.within, scripts=choices.scripts
        )
        asked = choices.compile_bicep
        made = sources.prepared(bicep, templates, notes, shelf, by_tool=asked)
        templates, parts = list(made.documents), made.parts
        modules = made.modules
        kinds.update(made.kinds)
    read_kinds, found = arm.read(
        templates,
        choices.parameters,
        notes,
        parts=parts,
        modules=modules,
        trusts=choices.scripts_change_nothing,
    )
    return {**read_kinds, **kinds}, found


def _reported(
    catalogue: Catalogue, documents: Sequence[ReadDocument], notes: Notes
) -> Fabric:
    """Add what the platform reports of routes beside the resources."""
    deployments = list(planned_deployments(catalogue))
    for document in documents:
        if is_status_list(document.value):
            deployments += listed_deployments(document.value, document.origin)
    fabric = convert_fabric(catalogue, notes)
    rules = admin_rules(catalogue, fabric, deployments, notes)
    fabric = replace(fabric, admin_rules=rules)
    fields = [
        Field(document.value, document.origin)
        for document in sorted(documents, key=_place)
    ]
    routes = [field for field in fields if is_route_list(field.value)]
    learned = [field for field in fields if is_learned_list(field.value)]
    fabric = replace(
        fabric,
        gateways=with_learned(fabric.gateways, learned, notes),
        effective_routes=read_effective(
            routes, fabric.subnets, fabric.interfaces, notes
        ),
    )
    groups = connected(catalogue, fabric, deployments, notes)
    return replace(fabric, peerings=(*fabric.peerings, *groups))


def _effective(documents: Sequence[ReadDocument]) -> Iterator[Field]:
    for document in documents:
        if is_effective_list(document.value):
            yield from effective_groups(Field(document.value, document.origin))


def _tags(
    documents: Sequence[ReadDocument], chosen: str | None, notes: Notes
) -> TagList | None:
    lists = [
        read_tag_list(document.value, document.origin, notes)
        for document in documents
        if is_tag_list(document.value)
    ]
    return held(lists, chosen, notes)


def _place(document: ReadDocument) -> tuple[str, int]:
    return document.path, document.origin.document


def _joined(known: str | None, kind: str) -> str:
    if known is None or known == kind:
        return kind
    return "+".join(sorted({*known.split("+"), kind}))


def _read(
    document: ReadDocument, choices: Choices, notes: Notes
) -> tuple[str, list[ResourceRecord]]:
    value = document.value
    for kind, is_so in _LISTS.items():
        if is_so(value):
            return kind, []
    groups = effective_groups(Field(value, document.origin))
    if is_status_list(value) or next(groups, None) is not None:
        return "azure", []
    if terraform.claims(value):
        trusts = choices.scripts_change_nothing
        return terraform.read(document, notes, before=choices.before, trusts=trusts)
    if is_effective_list(value):
        notes.note(
            document.origin,
            "lists of effective routes are not read",
            "they follow from the route tables themselves",
            "add the route tables instead",
        )
        return "ignored", []
    return "azure", list(records(Field(value, document.origin), notes))


def _choose(
    found: tuple[ClusterRecord, ...], name: str | None, notes: Notes
) -> tuple[ClusterRecord | None, tuple[ClusterRecord, ...]]:
    """Return the cluster that is asked about, and the others."""
    wanted = [
        item
        for item in found
        if name is None or name.lower() in {item.cluster.name.lower(), item.cluster.id}
    ]
    if name is not None and not wanted:
        there = ", ".join(f"`{item.cluster.name}`" for item in found) or "none"
        notes.error(
            None,
            f"the cluster `{name}` is not in the input",
            f"the clusters in the input are: {there}",
            "choose one of these",
        )
    if not wanted:
        return None, found
    chosen = wanted[0]
    if len(wanted) > 1:
        notes.warning(
            chosen.cluster.origin,
            f"of {len(wanted)} clusters, `{chosen.cluster.name}` is asked about",
            "questions are about one cluster, and Kubernetes objects are taken to be "
            "its own",
            "choose another with `--cluster`, by its name or id",
        )
    return chosen, tuple(item for item in found if item is not chosen)


def _completed(
    raw: RawAzure, kubernetes: KubernetesObjects, kinds: dict[str, str]
) -> AzurePart:
    complete = importlib.import_module("seawall.ingest.aks").complete
    part = complete(raw, kubernetes)
    last = Notes()
    tell(part.fabric, last)
    warn_of_limits(part.fabric, last)
    return AzurePart(
        cluster=part.cluster,
        other_clusters=part.other_clusters,
        fabric=part.fabric,
        diagnostics=(*part.diagnostics, *last.diagnostics),
        assumptions=(*part.assumptions, *last.assumptions),
        kinds=kinds,
    )
