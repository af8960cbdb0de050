"""Azure documents in miniature, for the tests of their readers."""

from seawall.ingest import azure
from seawall.ingest.documents import AzurePart, ReadDocument
from seawall.model.diagnostic import Diagnostic, Level
from seawall.model.origin import Origin
from seawall.model.snapshot import KubernetesObjects

Json = dict[str, object]

GROUP = "/subscriptions/s/resourceGroups/rg"


def resource_id(kind: str, *names: str) -> str:
    """Return an id as Azure writes it: `resource_id("virtualNetworks/subnets", ..)`."""
    pairs = zip(kind.split("/"), names, strict=True)
    return f"{GROUP}/providers/Microsoft.Network/" + "/".join(
        f"{segment}/{name}" for segment, name in pairs
    )


def resource(kind: str, *names: str, **properties: object) -> Json:
    return {
        "id": resource_id(kind, *names),
        "name": names[-1],
        "type": f"Microsoft.Network/{kind}",
        "location": "westeurope",
        "properties": properties,
    }


def flattened(value: Json) -> Json:
    """Return a resource as `az` prints it."""
    outer = {key: item for key, item in value.items() if key != "properties"}
    inner = value["properties"]
    assert isinstance(inner, dict)
    return outer | inner | {"resourceGroup": "rg"}


def cluster(**properties: object) -> Json:
    return {
        "id": f"{GROUP}/providers/Microsoft.ContainerService/managedClusters/aks",
        "name": "aks",
        "type": "Microsoft.ContainerService/ManagedClusters",
        "location": "West Europe",
        "properties": {
            "agentPoolProfiles": [{"name": "system", "osType": "Linux"}],
            "networkProfile": {
                "networkPlugin": "azure",
                "networkPluginMode": "overlay",
            },
            **properties,
        },
    }


def rule(name: str = "r", **changes: object) -> Json:
    properties: Json = {
        "priority": 100,
        "direction": "Inbound",
        "access": "Allow",
        "protocol": "Tcp",
        "sourceAddressPrefix": "10.0.0.0/8",
        "sourcePortRange": "*",
        "destinationAddressPrefix": "*",
        "destinationPortRange": "443",
    }
    return {"name": name, "properties": properties | changes}


def document(value: object, path: str = "azure.json") -> ReadDocument:
    return ReadDocument(value, Origin(path), "json")


def convert(*values: object) -> AzurePart:
    documents = [document(value, f"{index}.json") for index, value in enumerate(values)]
    assert all(azure.claims(item.value) for item in documents)
    return azure.convert(documents, KubernetesObjects())


def at_level(part: AzurePart, level: Level) -> list[Diagnostic]:
    return [item for item in part.diagnostics if item.level is level]


def plan(
    resources: list[Json],
    configuration: list[Json] | None = None,
    **more: object,
) -> Json:
    """Return a plan; `unknown` in a resource tells what comes with the deployment."""
    changes = [
        {
            "address": item["address"],
            "type": item["type"],
            "mode": "managed",
            "change": {"actions": ["create"], "after_unknown": item.get("unknown", {})},
        }
        for item in resources
    ]
    planned = [
        {key: item for key, item in one.items() if key != "unknown"}
        for one in resources
    ]
    return {
        "format_version": "1.2",
        "terraform_version": "1.9.0",
        "planned_values": {"root_module": {"resources": planned}},
        "resource_changes": changes,
        "configuration": {"root_module": {"resources": configuration or []}},
        **more,
    }


def planned(
    address: str, values: Json, unknown: Json | None = None, index: object = None
) -> Json:
    """Return one planned resource, whose id comes with the deployment."""
    base = address.split("[", maxsplit=1)[0]
    kind, name = base.rsplit(".", 2)[-2:]
    found: Json = {
        "address": address,
        "mode": "managed",
        "type": kind,
        "name": name,
        "values": values,
        "unknown": {"id": True, **(unknown or {})},
    }
    if index is not None:
        found["index"] = index
    return found


def configured(address: str, **references: object) -> Json:
    """Return how a resource is configured: attribute to what it refers to."""
    kind, name = address.split(".")
    return {
        "address": address,
        "mode": "managed",
        "type": kind,
        "name": name,
        "expressions": {
            key: {"references": value} if isinstance(value, list) else value
            for key, value in references.items()
        },
    }
