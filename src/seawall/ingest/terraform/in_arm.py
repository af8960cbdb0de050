"""Resources in ARM's own words that have others make or change resources.

They become what azurerm calls the same, so that both are read alike.

Source: azapi docs, resource; Azure REST, Deployments, Deployment Stacks, Deployment
Scripts.
"""

import json
from collections.abc import Mapping
from dataclasses import replace

from seawall.ingest.resource import Source, Unresolved
from seawall.ingest.terraform.instance import Instance, Json, Link

_SCRIPT = "azurerm_resource_deployment_script_azure_cli"
_TEMPLATE = "azurerm_resource_group_template_deployment"
_MEANT = {
    "microsoft.resources/deploymentscripts": _SCRIPT,
    "microsoft.resources/deployments": _TEMPLATE,
    "microsoft.resources/deploymentstacks": _TEMPLATE,
}
_SCRIPT_NAMES = {
    "script_content": "scriptContent",
    "primary_script_uri": "primaryScriptUri",
    "supporting_script_uris": "supportingScriptUris",
    "command_line": "arguments",
    "environment_variable": "environmentVariables",
}
_NONE: Json = {}


def in_azurerm(instance: Instance) -> Instance:
    """Return a deployment of azapi as one of azurerm; anything else as it is."""
    instance = _of_any_version(instance)
    kind = instance.values.get("type")
    is_made = instance.type == "azapi_resource" and instance.source is not Source.DATA
    if not is_made or not isinstance(kind, str):
        return instance
    meant = _MEANT.get(kind.partition("@")[0].lower())
    if meant is None:
        return instance
    body = _body(instance)
    given = body.get("properties")
    properties = given if isinstance(given, Mapping) else _NONE
    values: dict[str, object] = {}
    if meant == _SCRIPT:
        values = {name: properties.get(arm) for name, arm in _SCRIPT_NAMES.items()}
        values["identity"] = instance.values.get("identity") or body.get("identity")
        pending = (instance.unknown or _NONE).get("body")
        is_open = bool(pending) or not isinstance(given, Mapping)
        if is_open and not values["script_content"]:
            values["script_content"] = Unresolved("the text of the script is not known")
    else:
        values["template_content"] = properties.get("template")
        values["deployment_mode"] = properties.get("mode", "Incremental")
    return replace(instance, type=meant, values=values, unknown=_NONE)


def _of_any_version(instance: Instance) -> Instance:
    """Return a resource whose type is known, and only its version not, as of any."""
    kind = instance.values.get("type")
    if not (isinstance(kind, Link) and instance.type.startswith("azapi_")):
        return instance
    name, at, _ = kind.spelled.partition("@")
    if not at or set(name) & set("<>?"):
        return instance
    return replace(instance, values={**instance.values, "type": name})


def _body(instance: Instance) -> Json:
    body = instance.values.get("body")
    if isinstance(body, str):
        try:
            body = json.loads(body)
        except (ValueError, RecursionError):
            return _NONE
    return body if isinstance(body, Mapping) else _NONE
