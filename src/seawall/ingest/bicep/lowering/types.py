"""From types to what a declaration of a parameter says.

Source: Azure docs, Bicep data types and parameters (decorators), read 2026-11.
"""

from seawall.ingest.bicep.language import declarations
from seawall.ingest.bicep.lowering.symbols import Symbols

_DEEPEST = 20


def resolved(type_: declarations.Type, symbols: Symbols) -> declarations.Type:
    """Return a type with the types of the file that it names put in."""
    nullable = type_.nullable
    for _ in range(_DEEPEST):
        found = symbols.types.get(type_.name[0]) if len(type_.name) == 1 else None
        if found is None:
            break
        type_ = found.type
        nullable = nullable or type_.nullable
    return declarations.Type(type_.kind, type_.name, nullable, type_.choices)


def declaration(
    type_: declarations.Type, symbols: Symbols, *, is_secret: bool
) -> dict[str, object]:
    """Return how a template declares a value of a type."""
    found = resolved(type_, symbols)
    out: dict[str, object] = {}
    kind = found.kind
    if is_secret:
        kind = "secureObject" if kind in {"object", "array"} else "secureString"
    if kind:
        out["type"] = kind
    if found.nullable:
        out["nullable"] = True
    if found.choices:
        out["allowedValues"] = [it for it in found.choices if it is not None]
    return out
