"""Holds bodies of resources against the models of Azure's own SDK, where it is there.

The models do not judge what is put into them, but they name the properties that there
are, their types, and the words of their enumerations.
"""

import enum
import importlib
import inspect
import typing
from collections.abc import Iterator
from functools import cache
from typing import Any

_NETWORK = "azure.mgmt.network"
MODELS = {
    "Microsoft.ContainerRegistry/registries": (
        "azure.mgmt.containerregistry",
        "Registry",
    ),
    "Microsoft.ContainerRegistry/registries/cacheRules": (
        "azure.mgmt.containerregistry",
        "CacheRule",
    ),
    "Microsoft.ContainerService/managedClusters": (
        "azure.mgmt.containerservice",
        "ManagedCluster",
    ),
    "Microsoft.DocumentDB/databaseAccounts": (
        "azure.mgmt.cosmosdb",
        "DatabaseAccountCreateUpdateParameters",
    ),
    "Microsoft.KeyVault/vaults": (
        "azure.mgmt.keyvault",
        "VaultCreateOrUpdateParameters",
    ),
    "Microsoft.Network/ApplicationGatewayWebApplicationFirewallPolicies": (
        _NETWORK,
        "WebApplicationFirewallPolicy",
    ),
    "Microsoft.Network/applicationGateways": (_NETWORK, "ApplicationGateway"),
    "Microsoft.Network/azureFirewalls": (_NETWORK, "AzureFirewall"),
    "Microsoft.Network/bastionHosts": (_NETWORK, "BastionHost"),
    "Microsoft.Network/firewallPolicies": (_NETWORK, "FirewallPolicy"),
    "Microsoft.Network/firewallPolicies/ruleCollectionGroups": (
        _NETWORK,
        "FirewallPolicyRuleCollectionGroup",
    ),
    "Microsoft.Network/natGateways": (_NETWORK, "NatGateway"),
    "Microsoft.Network/networkSecurityGroups": (_NETWORK, "NetworkSecurityGroup"),
    "Microsoft.Network/privateDnsZones": ("azure.mgmt.privatedns", "PrivateZone"),
    "Microsoft.Network/privateDnsZones/virtualNetworkLinks": (
        "azure.mgmt.privatedns",
        "VirtualNetworkLink",
    ),
    "Microsoft.Network/privateEndpoints": (_NETWORK, "PrivateEndpoint"),
    "Microsoft.Network/privateEndpoints/privateDnsZoneGroups": (
        _NETWORK,
        "PrivateDnsZoneGroup",
    ),
    "Microsoft.Network/publicIPAddresses": (_NETWORK, "PublicIPAddress"),
    "Microsoft.Network/routeTables": (_NETWORK, "RouteTable"),
    "Microsoft.Network/virtualNetworkGateways": (_NETWORK, "VirtualNetworkGateway"),
    "Microsoft.Network/virtualNetworks": (_NETWORK, "VirtualNetwork"),
    "Microsoft.Network/virtualNetworks/virtualNetworkPeerings": (
        _NETWORK,
        "VirtualNetworkPeering",
    ),
    "Microsoft.Sql/servers": ("azure.mgmt.sql", "Server"),
    "Microsoft.Sql/servers/virtualNetworkRules": (
        "azure.mgmt.sql",
        "VirtualNetworkRule",
    ),
    "Microsoft.Storage/storageAccounts": (
        "azure.mgmt.storage",
        "StorageAccountCreateParameters",
    ),
}
"""Package and model, by type."""

OLDER = {
    "Microsoft.Authorization/roleAssignments",
    "Microsoft.ManagedIdentity/userAssignedIdentities",
    "Microsoft.Network/dnsResolvers",
    "Microsoft.Network/dnsResolvers/inboundEndpoints",
}
"""Types whose packages have models of an older make, which are not read."""

_ENVELOPE = {"type", "apiVersion", "name", "dependsOn", "scope", "comments"}


def faults(resource: dict[str, Any]) -> list[str]:
    """Return what a resource of a template says that no model knows.

    Raises:
        ImportError: The package of its type is not installed.
    """
    kind = resource["type"]
    if kind in OLDER:
        return []
    package, name = MODELS[kind]
    model = getattr(importlib.import_module(f"{package}.models"), name)
    body = {key: it for key, it in resource.items() if key not in _ENVELOPE}
    return [f"{kind} {place}: {what}" for place, what in _object(model, body, "")]


@cache
def _hints(cls: Any) -> dict[str, Any]:
    package = cls.__module__.rsplit(".models", 1)[0]
    names: dict[str, Any] = dict(vars(typing))
    for module in ("_models", "_enums"):
        names |= vars(importlib.import_module(f"{package}.models.{module}"))
    whole = importlib.import_module(f"{package}.models")
    return typing.get_type_hints(
        cls, localns={**names, "_models": whole, "_types": _Anything()}
    )


class _Anything:
    def __getattr__(self, name: str) -> Any:
        return Any


def _object(cls: Any, body: object, place: str) -> Iterator[tuple[str, str]]:
    if isinstance(body, str) and body.startswith("["):
        return
    if not isinstance(body, dict):
        yield place, f"expected {cls.__name__}"
        return
    cls = _narrowed(cls, body)
    cls.__new__(cls)
    known = {it._rest_name: (name, it) for name, it in cls._attr_to_rest_field.items()}
    for key, value in body.items():
        if key not in known:
            yield f"{place}.{key}", f"unknown property of {cls.__name__}"
            continue
        name, field = known[key]
        if list(field._visibility or ()) == ["read"]:
            yield f"{place}.{key}", "read-only"
            continue
        yield from _value(_hints(cls).get(name, Any), value, f"{place}.{key}")


def _narrowed(cls: Any, body: dict[str, Any]) -> Any:
    """Return the model that a word of the body chooses among several."""
    chosen = getattr(cls, "__mapping__", {})
    for value in body.values():
        if isinstance(value, str) and value in chosen:
            return chosen[value]
    return cls


def _value(kind: Any, value: object, place: str) -> Iterator[tuple[str, str]]:
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    if isinstance(value, str) and value.startswith("["):
        return
    if origin is typing.Union:
        yield from _any_of([it for it in inner if it is not type(None)], value, place)
    elif origin is list:
        if not isinstance(value, list):
            yield place, "expected a list"
            return
        for index, item in enumerate(value):
            yield from _value(inner[0], item, f"{place}[{index}]")
    elif origin is dict and isinstance(value, dict):
        for key, item in value.items():
            yield from _value(inner[1], item, f"{place}.{key}")
    elif inspect.isclass(kind) and kind.__module__.endswith("._models"):
        yield from _object(kind, value, place)
    elif kind in (str, int, bool) and type(value) is not kind:
        yield place, f"expected {kind.__name__}, not {value!r}"


def _any_of(kinds: list[Any], value: object, place: str) -> Iterator[tuple[str, str]]:
    words = [it for it in kinds if inspect.isclass(it) and issubclass(it, enum.Enum)]
    if words:
        known = [item.value for item in words[0]]
        if value not in known:
            yield place, f"{value!r} is none of {known}"
    elif len(kinds) == 1:
        yield from _value(kinds[0], value, place)
