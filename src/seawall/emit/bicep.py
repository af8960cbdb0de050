"""Writes a deployment as Bicep, as `bicep format` leaves it."""

import re
from collections.abc import Iterator, Mapping
from textwrap import wrap

from seawall.emit.far import with_far_grants
from seawall.emit.graph import comment_of, with_listed_subnets
from seawall.emit.tree import (
    Deployment,
    Given,
    Guid,
    Id,
    Joined,
    Keyed,
    Noted,
    Output,
    Parameter,
    PartId,
    Read,
    Resource,
    RoleDefinition,
    TenantId,
    Value,
)

Plain = str | int | bool | tuple[str, ...] | None
"""What parameters may have by default."""

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_WIDTH = 100
_INDENT = "  "
_ROLES = "Microsoft.Authorization/roleDefinitions"


def bicep(deployment: Deployment) -> str:
    """Return the text of a file of Bicep."""
    tree = with_listed_subnets(with_far_grants(deployment))
    blocks = [
        "\n".join((*_comment(tree.title, ""), "", "targetScope = 'resourceGroup'"))
    ]
    blocks += [_parameter(item) for item in tree.parameters]
    writer = _Writer(tree)
    blocks += [writer.resource(item) for item in tree.resources]
    blocks += [writer.output(item) for item in tree.outputs]
    return "\n\n".join(blocks) + "\n"


def _comment(text: str, indent: str) -> Iterator[str]:
    for part in text.splitlines():
        for line in wrap(part, _WIDTH - len(indent) - 3, break_long_words=False):
            yield f"{indent}// {line}"


def _quoted(text: str) -> str:
    return f"'{_escaped(text)}'"


def _escaped(text: str) -> str:
    out = text.replace("\\", "\\\\").replace("'", "\\'").replace("${", "\\${")
    return out.replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t")


def _key(text: str) -> str:
    return text if _NAME.fullmatch(text) else _quoted(text)


def _parameter(item: Parameter) -> str:
    secret = item.kind == "secret"
    kind = "string" if secret else item.kind
    head = f"@description({_quoted(item.description)})\nparam {item.name} {kind}"
    if secret:
        head = f"@secure()\n{head}"
    if item.default is None:
        return head
    return f"{head} = {_literal(item.default)}"


def _literal(value: Plain) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        return _quoted(value)
    return f"[{', '.join(map(_quoted, value))}]"


class _Writer:
    """Writes what may refer to resources of one tree."""

    def __init__(self, tree: Deployment) -> None:
        self._tree = tree
        self._within = ""

    def resource(self, item: Resource) -> str:
        self._within = item.symbol
        existing = "existing " if item.is_existing else ""
        lines = list(_comment(comment_of(item), ""))
        kind = f"'{item.type}@{item.api_version}'"
        lines.append(f"resource {item.symbol} {kind} {existing}= {{")
        for name in ("parent", "scope"):
            symbol = getattr(item, name)
            lines += [f"{_INDENT}{name}: {symbol}"] if symbol else []
        if item.is_existing and item.resource_group:
            place = [each for each in (item.subscription, item.resource_group) if each]
            lines.append(f"  scope: resourceGroup({', '.join(map(_quoted, place))})")
        lines.append(f"{_INDENT}name: {self.value(item.name, _INDENT)}")
        lines += self._members(item.body, _INDENT)
        if item.needs and not item.is_existing:
            lines.append(f"{_INDENT}dependsOn: [")
            lines += [f"{_INDENT * 2}{symbol}" for symbol in item.needs]
            lines.append(f"{_INDENT}]")
        return "\n".join((*lines, "}"))

    def output(self, item: Output) -> str:
        kind = {bool: "bool", int: "int", tuple: "array"}.get(
            type(item.value), "string"
        )
        head = f"@description({_quoted(item.description)})\noutput {item.name} {kind}"
        self._within = ""
        return f"{head} = {self.value(item.value, '')}"

    def value(self, value: Value, indent: str) -> str:
        """Return a value whose first line stands behind `key: ` at an indent."""
        if isinstance(value, Noted):
            return self.value(value.value, indent)
        if isinstance(value, Mapping | Keyed):
            return self._object(value, indent)
        if isinstance(value, tuple):
            return self._array(value, indent)
        if value is None or isinstance(value, str | int):
            return _literal(value)
        return self._expression(value)

    def _expression(  # noqa: PLR0911  # one a kind
        self,
        value: Id | Read | Given | Joined | RoleDefinition | PartId | Guid | TenantId,
    ) -> str:
        if isinstance(value, Id):
            return f"{value.symbol}.id"
        if isinstance(value, Read):
            return value.symbol + "".join(
                f"[{step}]" if step.isdecimal() else f".{step}" for step in value.path
            )
        if isinstance(value, Given):
            return value.name
        if isinstance(value, Joined):
            return f"'{''.join(map(self._inside, value.parts))}'"
        if isinstance(value, RoleDefinition):
            return f"subscriptionResourceId('{_ROLES}', '{value.guid}')"
        if isinstance(value, PartId):
            return self._part(value)
        if isinstance(value, TenantId):
            return "tenant().tenantId"
        return f"guid({', '.join(self.value(each, '') for each in value.parts)})"

    def _part(self, value: PartId) -> str:
        """Return the ID of a part; a resource cannot name its own symbol."""
        if value.symbol != self._within:
            return f"'${{{value.symbol}.id}}/{value.segment}/{_escaped(value.name)}'"
        owner = self._tree.resource(value.symbol)
        name = self.value(owner.name, "")
        return (
            f"resourceId('{owner.type}/{value.segment}', {name}, {_quoted(value.name)})"
        )

    def _inside(self, part: Value) -> str:
        if isinstance(part, str):
            return _escaped(part)
        return f"${{{self.value(part, '')}}}"

    def _object(self, value: Mapping[str, Value] | Keyed, indent: str) -> str:
        members = list(self._members(value, indent + _INDENT))
        if not members:
            return "{}"
        short = f"{{ {members[0].strip()} }}"
        if len(members) == 1 and len(indent + short) <= _WIDTH - 20:  # room for the key
            return short
        return "\n".join(("{", *members, f"{indent}}}"))

    def _members(
        self, value: Mapping[str, Value] | Keyed, indent: str
    ) -> Iterator[str]:
        pairs: list[tuple[str, Value]]
        if isinstance(value, Keyed):
            pairs = [(f"'{self._inside(key)}'", item) for key, item in value.pairs]
        else:
            pairs = [(_key(key), item) for key, item in value.items()]
        for key, item in pairs:
            if isinstance(item, Noted):
                yield from _comment(item.comment, indent)
            title = f" // {item.title}" if isinstance(item, RoleDefinition) else ""
            yield f"{indent}{key}: {self.value(item, indent)}{title}"

    def _array(self, value: tuple[Value, ...], indent: str) -> str:
        inner = indent + _INDENT
        lines: list[str] = []
        for item in value:
            if isinstance(item, Noted):
                lines += _comment(item.comment, inner)
            lines.append(inner + self.value(item, inner))
        if not lines:
            return "[]"
        short = f"[{', '.join(line.strip() for line in lines)}]"
        flat = not any("\n" in line or line.strip()[:1] in "{/" for line in lines)
        if flat and len(indent + short) <= _WIDTH - 30:  # room for the key
            return short
        return "\n".join(("[", *lines, f"{indent}]"))
