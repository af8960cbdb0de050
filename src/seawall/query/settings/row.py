"""One setting as a row of the answer, and how its value is written."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TypeVar

from seawall.model.origin import Origin
from seawall.model.setting import Setting, State

T = TypeVar("T")

_SUBNET_PARTS = 3

Json = str | int | bool | list[str] | None


@dataclass(frozen=True, slots=True)
class Row:
    """One setting of one thing.

    Attributes:
        group: What it is about, such as `way out`.
        of: Whose it is: a pool, a subnet, a firewall; empty for the cluster itself.
        name: Stable name in kebab case, for scripts.
        title: What a person calls it.
        state: How it is known.
        value: As plain data; None when it is unknown, and where there is none.
        text: The value as a person reads it.
        why: By what a default holds, or why it is not known.
        origin: Where it stands; None for a default that stands nowhere.
        settle: What would settle it; empty unless it is unknown.
    """

    group: str
    of: str
    name: str
    title: str
    state: State
    value: Json
    text: str
    why: str
    origin: Origin | None
    settle: str = ""


def row(
    group: str,
    title: str,
    setting: Setting[T],
    *,
    of: str = "",
    settle: str = "",
) -> Row:
    """Return a setting as a row."""
    value = plain(setting.value) if setting.known else None
    unknown = setting.state is State.UNKNOWN
    return Row(
        group=group,
        of=of,
        name=title.lower().replace(" ", "-").replace(",", ""),
        title=title,
        state=setting.state,
        value=value,
        text="not known" if unknown else said(value),
        why=setting.why,
        origin=None if setting.state is State.DEFAULTED else setting.origin,
        settle=settle if unknown else "",
    )


def plain(value: object) -> Json:
    """Return a value as JSON has it."""
    if isinstance(value, Enum):
        value = value.value
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, frozenset | set):
        return sorted(str(plain(item)) for item in value)
    if isinstance(value, Sequence):
        return [str(plain(item)) for item in value]
    return str(value)


def said(value: Json) -> str:
    """Return a value as a person writes it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(map(short, value)) if value else "none"
    return "none" if value is None or value == "" else short(str(value))


def short(text: str) -> str:
    """Return a resource id as its last names, and any other text as it is."""
    if not text.startswith("/subscriptions/"):
        return text
    parts = text.rstrip("/").rsplit("#", 1)[-1].split("/")
    if len(parts) > _SUBNET_PARTS and parts[-2].lower() == "subnets":
        return f"{parts[-3]}/{parts[-1]}"
    return parts[-1]
