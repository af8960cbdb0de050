"""Roles on what stands in another resource group, as templates can grant them.

A template makes resources of its own group; a role on a subnet of another is granted
by a deployment into that group.

Source: Azure docs, deploy-to-resource-group and nested templates (linked-templates);
read 2026-11.
"""

from dataclasses import replace
from uuid import NAMESPACE_URL, uuid5

from seawall.emit.tree import Deployment, Resource, RoleDefinition, Value

ASSIGNMENT = "Microsoft.Authorization/roleAssignments"
DEPLOYMENT = "Microsoft.Resources/deployments"
_VERSION = "2025-04-01"
_SCHEMA = (
    "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"
)
_ROLES = "Microsoft.Authorization/roleDefinitions"


def with_far_grants(deployment: Deployment) -> Deployment:
    """Return a deployment that grants roles in other groups by deployments there."""
    found = tuple(_near(deployment, item) for item in deployment.resources)
    return replace(deployment, resources=found)


def _near(deployment: Deployment, item: Resource) -> Resource:
    if item.type != ASSIGNMENT or not item.scope:
        return item
    line = [deployment.resource(item.scope)]
    while line[0].parent:
        line.insert(0, deployment.resource(line[0].parent))
    top = line[0]
    if not (top.is_existing and top.resource_group):
        return item
    names = [str(each.name) for each in line]
    body: dict[str, Value] = {"resourceGroup": top.resource_group}
    if top.subscription:
        body["subscriptionId"] = top.subscription
    properties = item.body.get("properties")
    inner = dict(properties) if isinstance(properties, dict) else {}
    role = inner.get("roleDefinitionId")
    guid = role.guid if isinstance(role, RoleDefinition) else ""
    # What is deployed there is of that subscription, so its role is, too.
    owner = f"/subscriptions/{top.subscription}" if top.subscription else ""
    inner["roleDefinitionId"] = f"{owner}/providers/{_ROLES}/{guid}"
    grant: Value = {
        "type": ASSIGNMENT,
        "apiVersion": item.api_version,
        "scope": _path(line[-1].type, names),
        "name": str(uuid5(NAMESPACE_URL, "/".join((owner, *names, item.symbol, guid)))),
        "properties": inner,
    }
    body["properties"] = {
        "mode": "Incremental",
        "template": {
            "$schema": _SCHEMA,
            "contentVersion": "1.0.0.0",
            "resources": (grant,),
        },
    }
    return Resource(
        item.symbol,
        DEPLOYMENT,
        _VERSION,
        f"grant-{names[-1]}",
        body,
        needs=item.needs,
        serves=item.serves,
        comment="Grants a role in the resource group of the network.",
    )


def _path(kind: str, names: list[str]) -> str:
    provider, *segments = kind.split("/")
    pairs = zip(segments, names, strict=True)
    return "/".join((provider, *(f"{segment}/{name}" for segment, name in pairs)))
