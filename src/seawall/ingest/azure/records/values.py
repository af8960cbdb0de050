"""Reads single values: texts, numbers, addresses, references, with three states.

Every reader notes what it cannot read and goes on; none raises.
"""

import re
from collections.abc import Callable, Iterable
from ipaddress import ip_address
from typing import TypeVar

from seawall.ingest.identity import referenced_id
from seawall.ingest.notes import Notes
from seawall.ingest.resource import Field
from seawall.model.address import Address, AddressRange
from seawall.model.setting import Setting

T = TypeVar("T")

_TRUE = {"true", "enabled", "yes"}
_FALSE = {"false", "disabled", "no"}
_PLACEHOLDER = re.compile(r"[<>{}$]")


def text(field: Field) -> str | None:
    """Return a text, a number as text, or None when there is none or it is unknown."""
    value = field.value
    if field.unresolved or isinstance(value, bool):
        return None
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, int | float):
        return str(value)
    return None


def texts(field: Field) -> tuple[str, ...]:
    """Return the texts of a list; a single text counts as a list of one."""
    if isinstance(field.value, str):
        one = text(field)
        return (one,) if one else ()
    found = (text(item) for item in field.items())
    return tuple(item for item in found if item)


def integer(field: Field) -> int | None:
    """Return a whole number, also one written as text, or None."""
    value = field.value
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, float) and value.is_integer():
        return int(value)
    written = text(field)
    if written is not None and re.fullmatch(r"-?\d{1,12}", written):
        return int(written)
    return None


def boolean(field: Field) -> bool | None:
    """Return a truth value, also one written as text, or None."""
    if isinstance(field.value, bool):
        return field.value
    written = (text(field) or "").lower()
    if written in _TRUE:
        return True
    return False if written in _FALSE else None


def setting(
    field: Field,
    default: Setting[T],
    parse: Callable[[Field], T | None],
    *,
    notes: Notes,
    allowed: str,
) -> Setting[T]:
    """Return a value with its state.

    Args:
        field: Where it would stand.
        default: What holds when nobody states it.
        parse: Reads it; None means that it cannot be read.
        notes: Takes what must be told.
        allowed: What may stand there, for the diagnostic.
    """
    if field.left_to_service:
        return Setting(default.state, default.value, field.origin, default.why)
    if field.unresolved:
        return Setting.unknown(field.unresolved, field.origin)
    value = parse(field)
    if value is None:
        notes.error(
            field.origin,
            f"`{shown(field)}` is not {allowed}",
            "a value that cannot be read leaves the setting unknown",
            f"write {allowed}",
        )
        return Setting.unknown(f"`{shown(field)}` is not {allowed}", field.origin)
    if field.default:
        return Setting.defaulted(value, field.default, field.origin)
    return Setting.stated(value, field.origin)


def flag(field: Field, default: Setting[bool], notes: Notes) -> Setting[bool]:
    """Return a truth value with its state."""
    return setting(field, default, boolean, notes=notes, allowed="true or false")


def word(field: Field, default: Setting[str], notes: Notes) -> Setting[str]:
    """Return a text with its state; an empty text counts as absent."""
    if field.value == "":
        return Setting(default.state, default.value, field.origin, default.why)
    return setting(field, default, text, notes=notes, allowed="a text")


def reference(field: Field, default: Setting[str], notes: Notes) -> Setting[str]:
    """Return the id of another resource with its state."""
    inner = field.get("id")
    if inner.unresolved or inner.value == "":
        field = inner
    if field.value == "":
        return Setting(default.state, default.value, field.origin, default.why)
    return setting(field, default, referenced_id, notes=notes, allowed="a resource id")


def none_by(why: str) -> Setting[str]:
    """Return the setting for a reference that nobody made."""
    return Setting[str].defaulted(None, why)


def address(field: Field, notes: Notes) -> Address | None:
    """Return one address, or None when it is not there or cannot be read."""
    written = text(field)
    if not written:
        return None
    try:
        return ip_address(written.split("/")[0])
    except ValueError:
        notes.error(
            field.origin,
            f"`{written}` is not an IP address",
            "without its address the resource cannot be told from others",
            "write an IPv4 or IPv6 address",
        )
        return None


def prefix(field: Field, notes: Notes) -> AddressRange | None:
    """Return one address, CIDR or range; None when it is not there or unreadable."""
    written = text(field)
    if not written:
        return None
    try:
        found = AddressRange.parse(written)
    except ValueError:
        notes.error(
            field.origin,
            f"`{written}` is not an address or CIDR",
            "what it was meant to cover is unknown",
            "fill in the placeholder"
            if _PLACEHOLDER.search(written)
            else "write an address such as `10.0.0.0/16`",
        )
        return None
    warn_of_host_bits(field, written, found, notes)
    return found


def warn_of_host_bits(
    field: Field, written: str, found: AddressRange, notes: Notes
) -> None:
    """Warn when *written* sets bits below its prefix length."""
    host, slash, _ = written.partition("/")
    if not slash or host == str(found.lowest):
        return
    if AddressRange.parse(host).first != found.first:
        notes.warning(
            field.origin,
            f"`{written}` has bits set below its prefix length",
            f"it is read as `{found}`",
            f"write `{found}`",
        )


def prefixes(field: Field, notes: Notes) -> tuple[AddressRange, ...]:
    """Return the readable addresses of a list, or of a single text."""
    single = isinstance(field.value, str)
    fields: Iterable[Field] = (field,) if single else field.items()
    found = (prefix(item, notes) for item in fields)
    return tuple(item for item in found if item is not None)


def ids(field: Field) -> tuple[str, ...]:
    """Return the ids in a list of references."""
    found = (referenced_id(item) for item in field.items())
    return tuple(item for item in found if item is not None)


def has_unresolved(field: Field) -> str:
    """Return why a list, or one of its elements or references, is not known."""
    if field.unresolved and not field.left_to_service:
        return field.unresolved
    for item in field.items():
        why = item.unresolved or item.get("id").unresolved
        if why:
            return why
    return ""


def hidden_part(field: Field) -> Field:
    """Return the first part of a list that is not known; the list if there is none."""
    if field.unresolved:
        return field
    found = (it for it in field.items() if it.unresolved or it.get("id").unresolved)
    return next(found, field)


def shown(field: Field) -> str:
    """Return a value for a message, short and on one line."""
    written = " ".join(str(field.value).split())
    return written if len(written) <= 60 else written[:57] + "..."  # noqa: PLR2004
