"""From types to what a declaration of a parameter says.

Source: Azure docs, Bicep data types and parameters (decorators), read 2026-11.
"""

from collections.abc import Callable

from seawall.ingest.bicep.language import declarations
from seawall.ingest.bicep.lowering.symbols import Symbols

_DEEPEST = 20
_SECRETS = {
    "string": "secureString",
    "object": "secureObject",
    "array": "secureObject",
}


Find = Callable[[Symbols, str], tuple[Symbols, str] | None]
"""Returns the names of the file that a name comes from, and what it is called there."""


def resolved(
    type_: declarations.Type, symbols: Symbols, find: Find
) -> declarations.Type:
    """Return a type with the types that it names put in."""
    nullable = type_.nullable
    for _ in range(_DEEPEST):
        if not type_.name:
            break
        name = ".".join(type_.name)
        found = symbols.types.get(name)
        if found is None:
            elsewhere = find(symbols, name)
            if elsewhere is None:
                break
            symbols, name = elsewhere
            found = symbols.types.get(name)
        if found is None:
            break
        type_ = found.type
        nullable = nullable or type_.nullable
    return declarations.Type(type_.kind, type_.name, nullable, type_.choices)


def declaration(
    type_: declarations.Type, symbols: Symbols, find: Find, *, is_secret: bool
) -> dict[str, object]:
    """Return how a template declares a value of a type."""
    found = resolved(type_, symbols, find)
    out: dict[str, object] = {}
    kind = found.kind
    if is_secret:
        kind = _SECRETS.get(kind, "secure")
    if kind:
        out["type"] = kind
    if found.nullable:
        out["nullable"] = True
    if found.choices:
        out["allowedValues"] = [it for it in found.choices if it is not None]
    return out
