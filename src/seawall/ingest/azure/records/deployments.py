"""Where the configurations of network managers are deployed.

Source: Azure docs, concept-deployments, read 2026-08; Microsoft.Network resource
provider, `NetworkManagerDeploymentStatusListResult`.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from seawall.ingest.azure.records.catalogue import Catalogue
from seawall.ingest.azure.records.values import ids, text, texts
from seawall.ingest.identity import referenced_id, region_name
from seawall.ingest.resource import Field
from seawall.model.origin import Origin

DEPLOYMENTS = "microsoft.network/networkmanagers/deployments"
"""How the reader of Terraform names what has no type in Azure."""

_NOWHERE = Origin("")
SECURITY, CONNECTIVITY = "securityadmin", "connectivity"
"""The kinds of configurations that are deployed apart from each other."""


@dataclass(frozen=True, slots=True)
class Deployment:
    """What one manager put in force in one region.

    Attributes:
        manager: Its id.
        region: In lower case, without spaces.
        configurations: Ids of the configurations in force.
        done: Whether it is finished.
        complete: Whether *configurations* are all that the manager has there.
        kind: What they configure.
    """

    manager: str
    region: str
    configurations: tuple[str, ...]
    done: bool
    complete: bool
    kind: str = SECURITY


def is_status_list(value: object) -> bool:
    """Whether *value* tells what network managers deployed."""
    first = next(_statuses(Field(value, _NOWHERE)), None)
    return first is not None


def _statuses(field: Field) -> Iterator[Field]:
    if isinstance(field.value, dict) and field.get("responses").is_given:
        responses = field.get("responses")
        keys = responses.value if isinstance(responses.value, dict) else {}
        for key in sorted(keys, key=str):
            yield from _statuses(responses.get(str(key)).get("body"))
        return
    listed = field.get("value") if isinstance(field.value, dict) else field
    for item in listed.items():
        status, region = item.get("deploymentStatus"), item.get("region")
        if isinstance(status.value, str) and isinstance(region.value, str):
            yield item


def listed_deployments(value: object, origin: Origin) -> Iterator[Deployment]:
    """Yield the deployments of a document that `is_status_list` accepts."""
    for item in _statuses(Field(value, origin)):
        kind = (text(item.get("deploymentType")) or "").lower()
        if kind not in (SECURITY, CONNECTIVITY):
            continue
        found = tuple(
            word.lower().rstrip("/") for word in texts(item.get("configurationIds"))
        )
        managers = {id_.partition(f"/{kind}configurations/")[0] for id_ in found}
        status = (text(item.get("deploymentStatus")) or "").lower()
        for manager in sorted(managers):
            region = region_name(text(item.get("region")) or "")
            done = status == "deployed"
            yield Deployment(manager, region, found, done, complete=True, kind=kind)


def planned_deployments(catalogue: Catalogue) -> Iterator[Deployment]:
    """Yield the deployments that Terraform makes."""
    for record in catalogue.of(DEPLOYMENTS):
        kind = (text(record.body.get("scopeAccess")) or "").lower()
        if kind not in (SECURITY, CONNECTIVITY):
            continue
        listed = record.body.get("configurationIds")
        manager = referenced_id(record.body.get("networkManager")) or record.parent
        if manager:
            yield Deployment(
                manager,
                record.location,
                ids(listed),
                done=True,
                complete=not listed.unresolved,
                kind=kind,
            )


def is_deployed(
    deployments: Iterable[Deployment], manager: str, configuration: str, region: str
) -> bool | None:
    """Whether a configuration is in force in a region; None if that is not known.

    Source: Azure docs, concept-deployments: a deployment to a region replaces the one
    before.
    """
    there = [
        item
        for item in deployments
        if item.manager == manager and region and item.region == region
    ]
    if not there:
        return None
    if any(configuration in item.configurations for item in there):
        done = [it.done for it in there if configuration in it.configurations]
        return True if True in done else None
    return False if all(item.done and item.complete for item in there) else None
