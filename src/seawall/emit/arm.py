"""Writes a deployment as a template of Azure Resource Manager, in JSON.

Source: Azure docs, resource-manager templates/syntax and template-functions-resource.
"""

import json
from collections.abc import Mapping
from typing import Any

from seawall.emit.far import with_far_grants
from seawall.emit.graph import comment_of, standing_before, with_listed_subnets
from seawall.emit.tree import (
    Deployment,
    Given,
    Guid,
    Id,
    Joined,
    Keyed,
    Noted,
    Parameter,
    PartId,
    Read,
    Resource,
    RoleDefinition,
    TenantId,
    Value,
)

_SCHEMA = (
    "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"
)
_ROLES = "Microsoft.Authorization/roleDefinitions"


def arm(deployment: Deployment) -> str:
    """Return the text of a template."""
    writer = _Writer(with_listed_subnets(with_far_grants(deployment)))
    return json.dumps(writer.template(), indent=2, ensure_ascii=False) + "\n"


def _parameter(item: Parameter) -> dict[str, Any]:
    kind = "securestring" if item.kind == "secret" else item.kind
    found: dict[str, Any] = {"type": kind}
    if item.default is not None:
        default = item.default
        found["defaultValue"] = (
            _text(default) if isinstance(default, str) else
            [_text(each) for each in default] if isinstance(default, tuple) else default
        )  # fmt: skip
    return {**found, "metadata": {"description": item.description}}


def _text(text: str) -> str:
    """Return a text that is not taken for an expression."""
    return f"[{text}" if text.startswith("[") else text


def _quoted(text: str) -> str:
    doubled = text.replace("'", "''")
    return f"'{doubled}'"


class _Writer:
    """Writes what may refer to resources of one tree."""

    def __init__(self, tree: Deployment) -> None:
        self._tree = tree

    def template(self) -> dict[str, Any]:
        tree = self._tree
        deployed = [item for item in tree.resources if not item.is_existing]
        return {
            "$schema": _SCHEMA,
            "contentVersion": "1.0.0.0",
            "metadata": {"description": tree.title},
            "parameters": {item.name: _parameter(item) for item in tree.parameters},
            "resources": [self._resource(item) for item in deployed],
            "outputs": {
                item.name: {
                    "type": {bool: "bool", int: "int", tuple: "array"}.get(
                        type(item.value), "string"
                    ),
                    "value": self._value(item.value),
                    "metadata": {"description": item.description},
                }
                for item in tree.outputs
            },
        }

    def _resource(self, item: Resource) -> dict[str, Any]:
        found: dict[str, Any] = {
            "type": item.type,
            "apiVersion": item.api_version,
            "name": self._value(self._full_name(item)),
        }
        comment = comment_of(item).replace("\n", " ")
        if comment:
            found["comments"] = comment
        if item.scope:
            found["scope"] = f"[{self._id(self._tree.resource(item.scope))}]"
        before = standing_before(self._tree, item)
        if before:
            found["dependsOn"] = [
                f"[{self._id(self._tree.resource(each))}]" for each in before
            ]
        for key, value in item.body.items():
            found[key] = self._value(value)
        return found

    def _line(self, item: Resource) -> list[Resource]:
        """Return a resource and its parents, the topmost first."""
        above = self._line(self._tree.resource(item.parent)) if item.parent else []
        return [*above, item]

    def _full_name(self, item: Resource) -> Value:
        names = [each.name for each in self._line(item)]
        parts: list[Value] = [names[0]]
        for name in names[1:]:
            parts += ["/", name]
        if all(isinstance(part, str) for part in parts):
            return "".join(map(str, parts))
        return parts[0] if len(parts) == 1 else Joined(tuple(parts))

    def _id(self, item: Resource, *more: str) -> str:
        """Return the expression of an ID.

        Args:
            item: A resource.
            more: The list and the name of one of its parts.
        """
        line = self._line(item)
        top = line[0]
        place = [
            _quoted(each) for each in (top.subscription, top.resource_group) if each
        ]
        kind = "/".join((item.type, *more[:1]))
        names = [self._expression(each.name) for each in line]
        names += [_quoted(each) for each in more[1:]]
        arguments = ", ".join((*place, _quoted(kind), *names))
        if item.scope:
            scope = self._id(self._tree.resource(item.scope))
            return f"extensionResourceId({scope}, {arguments})"
        return f"resourceId({arguments})"

    def _value(self, value: Value) -> Any:  # noqa: ANN401, PLR0911  # JSON; one a kind
        if isinstance(value, Noted):
            return self._value(value.value)
        if value is None or isinstance(value, bool | int):
            return value
        if isinstance(value, str):
            return _text(value)
        if isinstance(value, Mapping):
            return {key: self._value(item) for key, item in value.items()}
        if isinstance(value, Keyed):
            return {
                f"[format('{{0}}', {self._expression(key)})]": self._value(item)
                for key, item in value.pairs
            }
        if isinstance(value, tuple):
            return [self._value(item) for item in value]
        return f"[{self._expression(value)}]"

    def _expression(self, value: Value) -> str:  # noqa: PLR0911  # one a kind
        if isinstance(value, str):
            return _quoted(value)
        if isinstance(value, Given):
            return f"parameters('{value.name}')"
        if isinstance(value, Id):
            return self._id(self._tree.resource(value.symbol))
        if isinstance(value, PartId):
            owner = self._tree.resource(value.symbol)
            return self._id(owner, value.segment, value.name)
        if isinstance(value, TenantId):
            return "tenant().tenantId"
        if isinstance(value, Read):
            return self._read(value)
        if isinstance(value, RoleDefinition):
            return f"subscriptionResourceId('{_ROLES}', '{value.guid}')"
        if isinstance(value, Guid):
            return f"guid({', '.join(map(self._expression, value.parts))})"
        if isinstance(value, Joined):
            return self._joined(value)
        raise TypeError(f"no part of an expression: {value!r}")

    def _joined(self, value: Joined) -> str:
        form, holes = "", list[str]()
        for part in value.parts:
            if isinstance(part, str):
                form += part.replace("{", "{{").replace("}", "}}")
            else:
                form += f"{{{len(holes)}}}"
                holes.append(self._expression(part))
        return f"format({', '.join((_quoted(form), *holes))})"

    def _read(self, value: Read) -> str:
        item = self._tree.resource(value.symbol)
        if value.path == ("name",):
            return self._expression(item.name)
        head, *rest = value.path
        full = "" if head == "properties" else ", 'full'"
        steps = rest if head == "properties" else value.path
        found = f"reference({self._id(item)}, '{item.api_version}'{full})"
        return found + "".join(
            f"[{step}]" if step.isdecimal() else f".{step}" for step in steps
        )
