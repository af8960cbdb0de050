"""The files of every folder: providers, variables, the resource group, outputs."""

from collections.abc import Iterator, Mapping

from seawall.emit.parts import Unsaid
from seawall.emit.terraform.hcl import (
    Attribute,
    Block,
    Expression,
    Hcl,
    Line,
    commented,
    escaped,
    written,
)
from seawall.emit.terraform.names import LOCATION, Names, snake
from seawall.emit.tree import Deployment, Parameter, Resource

TERRAFORM = ">= 1.9"
WITH_MODULES = ">= 1.11"
AZURERM = "~> 4.55"
AZAPI = "~> 2.0"

_KINDS = {
    "string": "string",
    "secret": "string",
    "int": "number",
    "bool": "bool",
    "array": "list(string)",
}
_STORAGE = "Microsoft.Storage/storageAccounts"
_TITLES = {
    "network.tf": "Virtual networks, subnets, peerings and ways out",
    "filters.tf": "Network security groups",
    "routes.tf": "Route tables",
    "firewall.tf": "The firewall and what it lets pass",
    "dns.tf": "Private endpoints and private DNS zones",
    "identity.tf": "Identities and what they may do",
    "cluster.tf": "The cluster and its node pools",
    "services.tf": "Registries, vaults, storage and databases",
    "gateways.tf": "Gateways, Bastion and what lets clients in",
    "logs.tf": "Where logs go",
}


def around(
    deployment: Deployment, names: Names, files: Mapping[str, str]
) -> Mapping[str, str]:
    """Return all files of a folder, those of its resources with their titles."""
    uses_azapi = any('"azapi_' in text for text in files.values())
    stores = any(it.type == _STORAGE for it in deployment.resources)
    out = {
        "versions.tf": written(
            _versions(WITH_MODULES if names.spots else TERRAFORM, uses_azapi, stores)
        ),
        "variables.tf": written(_variables(deployment)),
        "main.tf": _titled(deployment.title, written(_main(deployment, names, files))),
    }
    for name, title in _TITLES.items():
        if name in files:
            out[name] = _titled(title, files[name])
    outputs = tuple(_outputs(deployment, names))
    if outputs:
        out["outputs.tf"] = written(outputs)
    return out


def _titled(title: str, text: str) -> str:
    return "\n".join(commented(title)) + "\n\n" + text


def _versions(required: str, uses_azapi: bool, stores: bool) -> Iterator[Line]:  # noqa: FBT001
    def provider(source: str, version: str) -> Hcl:
        return {"source": source, "version": version}

    wanted = [Attribute("azurerm", provider("hashicorp/azurerm", AZURERM))]
    if uses_azapi:
        wanted.insert(0, Attribute("azapi", provider("azure/azapi", AZAPI)))
    yield Block(
        "terraform",
        (
            Attribute("required_version", required),
            Block("required_providers", tuple(wanted)),
        ),
    )
    features: tuple[Line, ...] = ()
    more: tuple[Line, ...] = ()
    if stores:
        # Accounts take no keys, and whoever deploys may have no way to their data.
        own = Attribute("data_plane_available", False)  # noqa: FBT003
        features = (Block("storage", (own,)),)
        more = (Attribute("storage_use_azuread", True),)  # noqa: FBT003
    yield Block(
        'provider "azurerm"',
        (Block("features", features), *more),
        "Takes the subscription from the environment: ARM_SUBSCRIPTION_ID.",
    )


def _variables(deployment: Deployment) -> Iterator[Block]:
    held = {item.name: item for item in deployment.parameters}
    group = Parameter(
        "resourceGroupName", deployment.resource_group, "Name of the resource group."
    )
    place = held.pop(LOCATION, None)
    told = place.description if place else "Azure region of everything."
    default = place.default if place and place.default else deployment.location
    yield _variable(group)
    yield _variable(Parameter(LOCATION, default, told))
    for item in held.values():
        yield _variable(item)


def _variable(item: Parameter) -> Block:
    lines = [
        Attribute("description", item.description),
        Attribute("type", Expression(_KINDS[item.kind])),
    ]
    if item.kind == "secret":
        lines.append(Attribute("sensitive", True))  # noqa: FBT003
    if item.default is not None:
        lines.append(Attribute("default", item.default))
    return Block(f'variable "{snake(item.name)}"', tuple(lines))


def _main(
    deployment: Deployment, names: Names, files: Mapping[str, str]
) -> Iterator[Block]:
    texts = "".join(files.values())
    if "data.azurerm_client_config.current" in texts:
        yield Block('data "azurerm_client_config" "current"', ())
    existing = [item for item in deployment.resources if item.is_existing]
    if any(not item.subscription and item.resource_group for item in existing):
        yield Block('data "azurerm_subscription" "current"', ())
    if existing:
        lines = tuple(
            Attribute(f"{snake(item.symbol)}_id", _id(item, names), item.comment)
            for item in existing
        )
        yield Block("locals", lines, "What stands already and is only referred to.")
    body = (
        Attribute("name", Expression("var.resource_group_name")),
        Attribute("location", Expression("var.location")),
    )
    yield Block('resource "azurerm_resource_group" "main"', body)


def _id(item: Resource, names: Names) -> Hcl:
    """Return the ID of what stands already."""
    chain = [item]
    while chain[-1].parent:
        chain.append(names.resource(chain[-1].parent))
    root = chain[-1]
    space, *types = item.type.split("/")
    segments = [_name(it) for it in reversed(chain)]
    if len(segments) != len(types):
        raise Unsaid(f"{item.symbol} must say what it is a part of")
    path = "".join(
        f"/{kind}/{name}" for kind, name in zip(types, segments, strict=True)
    )
    group = item.resource_group or root.resource_group
    subscription = item.subscription or root.subscription
    here = f"/subscriptions/{subscription}"
    if not subscription:
        here = "${data.azurerm_subscription.current.id}"
    above = f"{here}/resourceGroups/{group}"
    if not group:
        above = "${azurerm_resource_group.main.id}"
    return Expression(f'"{above}/providers/{space}{path}"')


def _name(item: Resource) -> str:
    if not isinstance(item.name, str):
        raise Unsaid(f"{item.symbol} stands already and must have a known name")
    return escaped(item.name)


def _outputs(deployment: Deployment, names: Names) -> Iterator[Block]:
    for item in deployment.outputs:
        lines = (
            Attribute("description", item.description),
            Attribute("value", names.hcl(item.value)),
        )
        yield Block(f'output "{snake(item.name)}"', lines)
