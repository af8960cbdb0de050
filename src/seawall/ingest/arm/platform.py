"""Functions that tell where a deployment goes and what is there.

Source: Azure docs, template-functions-deployment, template-functions-resource,
template-functions-scope and template-functions-date, read 2026-11.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from seawall.ingest.arm.language.tree import Call, Fault, written
from seawall.ingest.arm.language.values import Unknown, Value, joined, made, short
from seawall.ingest.arm.nodes import Reading
from seawall.ingest.arm.targets import (
    GROUP,
    Target,
    as_word,
    coming,
    extension_resource_id,
    group_id,
    management_resource_id,
    resource_id,
    subscription_resource_id,
    tenant_resource_id,
)
from seawall.ingest.resource import REST


class References(Protocol):
    """Finds the resources of a deployment."""

    def reference(self, arguments: Sequence[Value]) -> Value:
        """Return what `reference` gives; None where only the platform knows."""

    def references(self, arguments: Sequence[Value]) -> Value:
        """Return what `references` gives; None where only the platform knows."""

    def info(self, arguments: Sequence[Value]) -> Value:
        """Return what `resourceInfo` gives; None if there is no such resource."""


class Around(Protocol):
    """What the functions here ask of the surroundings of a template."""

    reading: Reading
    target: Target
    name: Value
    identity: str
    resources: References | None


Platform = Callable[[Around, Sequence[Value], Call], Value]

_PUBLIC: dict[str, Any] = {
    "name": "AzureCloud",
    "resourceManager": "https://management.azure.com/",
    "portal": "https://portal.azure.com",
    "authentication": {
        "loginEndpoint": "https://login.microsoftonline.com/",
        "audiences": [
            "https://management.core.windows.net/",
            "https://management.azure.com/",
        ],
        "tenant": "common",
        "identityProvider": "AAD",
    },
    "graphAudience": "https://graph.windows.net/",
    "suffixes": {
        "azureDatalakeAnalyticsCatalogAndJob": "azuredatalakeanalytics.net",
        "azureDatalakeStoreFileSystem": "azuredatalakestore.net",
        "acrLoginServer": ".azurecr.io",
        "sqlServerHostname": ".database.windows.net",
        "keyvaultDns": ".vault.azure.net",
        "storage": "core.windows.net",
    },
}
"""Source: Azure docs, template-functions-deployment (environment), read 2026-11."""


def _resource_group(scope: Around, _values: Sequence[Value], _call: Call) -> Value:
    target = scope.target
    if target.level != GROUP:
        raise Fault("`resourceGroup` has no meaning outside a resource group")
    own = group_id(target.subscription, target.group)
    location = made("resourcegroup.location", (own,)).key
    return {
        "id": own,
        "name": as_word(target.group),
        "type": "Microsoft.Resources/resourceGroups",
        "location": coming(location, "the resource group, with its region,"),
        REST: _later("resourceGroup()", own),
    }


def _subscription(scope: Around, _values: Sequence[Value], _call: Call) -> Value:
    own = joined(["/subscriptions/", as_word(scope.target.subscription)])
    return {
        "id": own,
        "subscriptionId": as_word(scope.target.subscription),
        "tenantId": coming("tenant", "the tenant"),
        REST: _later("subscription()", own),
    }


def _tenant(_scope: Around, _values: Sequence[Value], _call: Call) -> Value:
    own = coming("tenant", "the tenant")
    return {"tenantId": own, REST: _later("tenant()", own)}


def _management(scope: Around, _values: Sequence[Value], _call: Call) -> Value:
    kind = "/providers/Microsoft.Management/managementGroups/"
    own = joined([kind, as_word(scope.target.management)])
    name = as_word(scope.target.management)
    return {"id": own, "name": name, REST: _later("managementGroup()", own)}


def _deployment(scope: Around, _values: Sequence[Value], _call: Call) -> Value:
    name = as_word(scope.name)
    return {"name": name, REST: _later("deployment()", scope.identity, name)}


def _environment(scope: Around, _values: Sequence[Value], _call: Call) -> Value:
    scope.reading.clouds = True
    return _PUBLIC


def _later(shown: str, *values: Value) -> Unknown:
    found = made(shown.lower(), values)
    return Unknown(found.key, f"`{shown}` is known only after the deployment")


def _at_run_time(scope: Around, values: Sequence[Value], call: Call) -> Value:
    """Return what a call gives that only the platform can answer."""
    shown = written(call)
    shown = shown if len(shown) <= 80 else shown[:77] + "..."  # noqa: PLR2004
    place = scope.identity if call.name in _EACH_TIME else ""
    if call.name == "newguid":
        scope.reading.made += 1
        place = f"{place}#{scope.reading.made}"
    key = short(f"{made(call.name, values).key}@{place}")
    return Unknown(key, f"`{shown}` is known only after the deployment")


_EACH_TIME = frozenset({"newguid", "utcnow", "deployer"})
"""What each deployment gives another value."""


def _referred(scope: Around, values: Sequence[Value], call: Call) -> Value:
    if not values:
        raise Fault(f"`{call.spelled}` takes 1 or more arguments, not 0")
    found = None
    if scope.resources is not None:
        find = scope.resources.reference
        if call.name == "references":
            find = scope.resources.references
        found = find(values)
    return _at_run_time(scope, values, call) if found is None else found


def _info(scope: Around, values: Sequence[Value], call: Call) -> Value:
    """Return what the declaration of a resource says that it is.

    Source: Azure/bicep, ExpressionConverter and its baselines, `resourceInfo`: what
    templates with symbolic names say of `id`, `name`, `type` and `apiVersion`; read
    2026-11.
    """
    if not 1 <= len(values) <= 2:  # noqa: PLR2004  # a name, and a turn of its loop
        raise Fault(f"`resourceInfo` takes 1 to 2 arguments, not {len(values)}")
    found = None if scope.resources is None else scope.resources.info(values)
    if found is None and isinstance(values[0], str):
        raise Fault(f"there is no resource `{values[0][:60]}`")
    return made(call.name, values, "object") if found is None else found


PLATFORM: Mapping[str, Platform] = {
    "resourcegroup": _resource_group,
    "subscription": _subscription,
    "tenant": _tenant,
    "managementgroup": _management,
    "deployment": _deployment,
    "environment": _environment,
    "resourceid": lambda scope, values, _: resource_id(scope.target, values),
    "subscriptionresourceid": lambda scope, values, _: subscription_resource_id(
        scope.target, values
    ),
    "managementgroupresourceid": lambda scope, values, _: management_resource_id(
        scope.target, values
    ),
    "tenantresourceid": lambda _scope, values, _: tenant_resource_id(values),
    "extensionresourceid": lambda _scope, values, _: extension_resource_id(values),
    "reference": _referred,
    "references": _referred,
    "resourceinfo": _info,
    **dict.fromkeys(
        (
            "deployer",
            "externalinput",
            "getsecret",
            "listkeys",
            "newguid",
            "pickzones",
            "providers",
            "tologicalzone",
            "tologicalzones",
            "tophysicalzone",
            "tophysicalzones",
            "utcnow",
        ),
        _at_run_time,
    ),
}
