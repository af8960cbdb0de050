"""Texts that only a template engine can turn into YAML: what they would hold.

Nothing is rendered and nothing is guessed. Their objects are counted by kind, so that
what is missing can be told.
"""

import re
from dataclasses import dataclass

from seawall.ingest.text.yaml_text import split

_FIELD = re.compile(
    r"^ {0,2}(apiVersion|kind|name|namespace): *[\"']?([^\"'\s#]+)", re.MULTILINE
)
_MARKS = ("{{", "{%", "<%")


@dataclass(frozen=True, slots=True)
class TemplatedObject:
    """An object that a template would make.

    Attributes:
        api_version: As written; empty if absent.
        kind: As written.
        name: Its name, or None if it is computed.
        namespace: Its namespace, or None if absent or computed.
        line: The line of its kind, from 1.
    """

    api_version: str
    kind: str
    name: str | None
    namespace: str | None
    line: int


def is_template(text: str) -> bool:
    """Whether a text that is not YAML looks like a template for it."""
    return any(mark in text for mark in _MARKS)


def objects_in(text: str) -> list[TemplatedObject]:
    """Return the objects that a template names, in order."""
    out: list[TemplatedObject] = []
    for chunk in split(text):
        fields: dict[str, str] = {}
        kinds: list[tuple[str, int]] = []
        api_version = ""
        for match in _FIELD.finditer(chunk.text):
            key, value = match.groups()
            indented = match[0][0] == " "
            if key in ("name", "namespace"):
                if indented and not any(mark in value for mark in _MARKS):
                    fields.setdefault(key, value)
                continue
            if indented:
                continue
            if key == "apiVersion":
                api_version = value
            else:
                line = text.count("\n", 0, chunk.start + match.start()) + 1
                kinds.append((value, line))
        alone = len(kinds) == 1
        out.extend(
            TemplatedObject(
                "" if "{" in api_version else api_version,
                kind,
                fields.get("name") if alone else None,
                fields.get("namespace") if alone else None,
                line,
            )
            for kind, line in kinds
        )
    return out


_WORD = re.compile(
    r"""["']?\b(?:(apiVersion)["']?\s*:\s*["']?([a-z0-9./-]+)"""
    r"""|kind["']?\s*:\s*["']?([A-Z][A-Za-z]+)\b)"""
)


def objects_lost(
    text: str, start: int = 0, end: int | None = None
) -> list[TemplatedObject]:
    """Return the objects that a part of a text names although it cannot be read.

    Every kind in it counts, also in lists. Where something is broken, it cannot be told
    whose a name or namespace is.

    Args:
        text: YAML or JSON.
        start: Where the part begins.
        end: Where it ends; None for the end of the text.
    """
    last = len(text) if end is None else end
    found: list[TemplatedObject] = []
    version = ""
    for match in _WORD.finditer(text, start, last):
        if match[1]:
            version = match[2]
            continue
        line = text.count("\n", 0, match.start()) + 1
        found.append(TemplatedObject(version, match[3], None, None, line))
    return found


_EXTENSION = re.compile(
    r"""['"](?P<group>core|[a-z][a-z0-9.-]*)/(?P<kind>[A-Z]\w*)@(?P<version>v\d\w*)['"]"""
)


def objects_deployed(text: str) -> list[TemplatedObject]:
    """Return the objects of Kubernetes that Bicep or a template deploys by itself.

    Source: Azure docs, bicep-extensibility-kubernetes-provider: types are written as
    `networking.k8s.io/NetworkPolicy@v1`, those of the core as `core/Service@v1`.
    """
    if "@v" not in text:
        return []
    found: list[TemplatedObject] = []
    for match in _EXTENSION.finditer(text):
        group = "" if match["group"] == "core" else f"{match['group']}/"
        line = text.count("\n", 0, match.start()) + 1
        version = f"{group}{match['version']}"
        found.append(TemplatedObject(version, match["kind"], None, None, line))
    return found
