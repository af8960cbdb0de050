"""Resource ids and types: how Azure names things, compared without regard to case."""

import re

from seawall.ingest.resource import Field

_SPACES = re.compile(r"\s+")


def normal_id(text: str) -> str:
    """Return a resource id as it is compared: lower case, no trailing slash."""
    return text.strip().rstrip("/").lower()


def type_of(resource_id: str) -> str:
    """Return the type that a resource id spells, in lower case, or an empty text."""
    _, provider, tail = resource_id.rpartition("/providers/")
    parts = [part for part in tail.split("/") if part]
    if not provider or len(parts) < 3:  # noqa: PLR2004  # namespace, type, name
        return ""
    return "/".join([parts[0], *parts[1::2]]).lower()


def parent_of(resource_id: str, resource_type: str) -> str:
    """Return the id of the resource that a child belongs to, or an empty text."""
    if resource_type.count("/") < 2 or "/" not in resource_id:  # noqa: PLR2004
        return ""
    return resource_id.rsplit("/", 2)[0]


def made_id(resource_type: str, name: str) -> str:
    """Return what stands for the id of a resource that is written without one.

    The name of a part holds that of its parent: `net/nodes`.
    """
    namespace, *kinds = resource_type.split("/")
    names = name.lower().split("/")
    if len(kinds) != len(names):
        return f"{resource_type}/{name.lower()}"
    pairs = (text for pair in zip(kinds, names, strict=True) for text in pair)
    return "/".join((namespace, *pairs))


def group_of(resource_id: str) -> str:
    """Return the resource group in an id, in lower case, or an empty text."""
    parts = resource_id.lower().split("/")
    if "resourcegroups" in parts[:-1]:
        return parts[parts.index("resourcegroups") + 1]
    return ""


def last_name(text: str) -> str:
    """Return the last part of a name or id that may be written with slashes."""
    return text.rstrip("/").rsplit("/", 1)[-1]


def region_name(text: str) -> str:
    """Return a region as it stands in host names: `West Europe` is `westeurope`."""
    return _SPACES.sub("", text).lower()


def referenced_id(field: Field) -> str | None:
    """Return the id in `{"id": ...}` or in a plain text, or None."""
    value = field.value
    if field.unresolved:
        return None
    if isinstance(value, str):
        text = value
    else:
        inner = field.get("id")
        if not isinstance(inner.value, str) or inner.unresolved:
            return None
        text = inner.value
    return normal_id(text) or None
