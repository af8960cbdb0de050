"""Words of commands as bash writes them, and the variables that they need."""

import json
import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from seawall.emit.az.command import Command, Document, Word
from seawall.emit.camel import underscored
from seawall.emit.parts import Unsaid
from seawall.emit.tree import (
    Deployment,
    Given,
    Id,
    Joined,
    Keyed,
    Noted,
    PartId,
    Read,
    Resource,
    TenantId,
    Value,
)

GROUP_NAME = "resourceGroupName"
_APOSTROPHES = re.compile(r"\A[^\\\"$`!]*'[^\\\"$`!]*\Z")
"""Texts that are plainest between double quotes."""
_SPECIAL = re.compile(r'([\\"$`])')
_SPECIAL_IN_DOCUMENT = re.compile(r"([\\$`])")


def variable(name: str) -> str:
    """Return a name in camel case as a variable."""
    return underscored(name).upper()


@dataclass(slots=True)
class Shell:
    """Writes words, and keeps what they need.

    Attributes:
        deployment: All that is written.
    """

    deployment: Deployment
    _ids: dict[str, str] = field(default_factory=dict)
    _known: set[str] = field(default_factory=set)
    _before: list[str] = field(default_factory=list)

    def head(self) -> Iterator[str]:
        """Yield the lines that set the IDs that were asked for."""
        yield "# Where everything stands."
        yield 'SUBSCRIPTION_ID="$(az account show --query id --output tsv)"'
        if "TENANT_ID" in self._known:
            yield 'TENANT_ID="$(az account show --query tenantId --output tsv)"'
        group = (
            f"/subscriptions/$SUBSCRIPTION_ID/resourceGroups/${variable(GROUP_NAME)}"
        )
        yield f'GROUP_ID="{group}"'
        for name, text in self._ids.items():
            yield f'{name}="{text}"'

    def read_before(self) -> list[str]:
        """Return the lines that ask Azure for what the last words need."""
        found = list(self._before)
        self._before.clear()
        return found

    def id_of(self, command: Command) -> str:
        """Return the ID of what a command makes, as a word."""
        text = f"${self._id(command.symbol)}"
        segment = command.type.rpartition("/")[2]
        below = "".join(f"/{segment}/{it}" for it in command.path)
        return f'"{text}{below}"'

    def word(self, word: Word) -> str:
        """Return a word."""
        if isinstance(word, Document):
            text = _SPECIAL_IN_DOCUMENT.sub(r"\\\1", self._json(word.body))
            for mark, own in self._marks.items():
                text = text.replace(mark, own)
            return f'"$(\n    cat << JSON\n{text}\nJSON\n  )"'
        if isinstance(word, str):
            return f'"{word}"' if _APOSTROPHES.search(word) else shlex.quote(word)
        if isinstance(word, bool):
            return "true" if word else "false"
        if isinstance(word, int):
            return str(word)
        return f'"{self._inside(word)}"'

    _marks: dict[str, str] = field(default_factory=dict)

    def _inside(self, value: Value) -> str:
        """Return what stands between double quotes for a value."""
        if isinstance(value, Noted):
            return self._inside(value.value)
        if isinstance(value, str):
            return _SPECIAL.sub(r"\\\1", value)
        if isinstance(value, Joined):
            return "".join(self._inside(part) for part in value.parts)
        return f"${{{self._variable(value)}}}"

    def _variable(self, value: Value) -> str:
        if isinstance(value, Id):
            return self._id(value.symbol)
        if isinstance(value, Given):
            return variable(value.name)
        if isinstance(value, TenantId):
            self._known.add("TENANT_ID")
            return "TENANT_ID"
        if isinstance(value, Read):
            return self._read(value)
        if isinstance(value, PartId):
            return self._part(value)
        raise Unsaid(f"{value!r} cannot stand in a command of az")

    def _id(self, symbol: str) -> str:
        name = f"{variable(symbol)}_ID"
        if name not in self._ids:
            text = self._path(self.deployment.resource(symbol))
            self._ids[name] = text
        return name

    def _part(self, value: PartId) -> str:
        own = self._id(value.symbol)
        name = (
            f"{variable(value.symbol)}_{variable(value.segment)}_{variable(value.name)}"
        )
        self._ids[name] = f"${own}/{value.segment}/{value.name}"
        return name

    def _path(self, resource: Resource) -> str:
        """Return the ID of a resource, as a text between double quotes."""
        chain = [resource]
        while chain[-1].parent:
            chain.append(self.deployment.resource(chain[-1].parent))
        root = chain[-1]
        space, *kinds = resource.type.split("/")
        names = [self._inside(item.name) for item in reversed(chain)]
        path = "".join(
            f"/{kind}/{name}" for kind, name in zip(kinds, names, strict=True)
        )
        group = resource.resource_group or root.resource_group
        subscription = resource.subscription or root.subscription or "$SUBSCRIPTION_ID"
        above = f"/subscriptions/{subscription}/resourceGroups/{group}"
        return f"{above if group else '$GROUP_ID'}/providers/{space}{path}"

    def _read(self, value: Read) -> str:
        """Return a variable that holds what Azure says; it is asked once."""
        own = self._id(value.symbol)
        path = [it for it in value.path if it != "properties"]
        name = f"{variable(value.symbol)}_{variable('_'.join(path))}"
        if name not in self._known:
            self._known.add(name)
            query = "".join(
                f"[{step}]" if step.isdecimal() else f".{step}" for step in value.path
            ).lstrip(".")
            version = self.deployment.resource(value.symbol).api_version
            self._before.append(
                f'{name}="$(az resource show --ids "${own}" --api-version {version} '
                f'--query "{query}" --output tsv)"'
            )
        return name

    def _json(self, body: Mapping[str, Value]) -> str:
        return json.dumps(self._plain(body), indent=2, ensure_ascii=False)

    def _plain(self, value: Value) -> object:
        """Return a value as data; variables stand in it as marks until it is text."""
        if isinstance(value, Noted):
            return self._plain(value.value)
        if isinstance(value, Mapping):
            return {key: self._plain(item) for key, item in value.items()}
        if isinstance(value, Keyed):
            return {self._mark(key): self._plain(item) for key, item in value.pairs}
        if isinstance(value, tuple):
            return [self._plain(item) for item in value]
        if value is None or isinstance(value, bool | int | str):
            return value
        return self._mark(value)

    def _mark(self, value: Value) -> str:
        if isinstance(value, Joined):
            return "".join(
                part if isinstance(part, str) else self._mark(part)
                for part in value.parts
            )
        mark = f"\x1f{len(self._marks)}\x1f".replace("\x1f", "@@")
        self._marks[mark] = f"${{{self._variable(value)}}}"
        return mark
