"""Calls of functions: those of the platform, of the file, and of the notation itself.

Source: Azure docs, Bicep functions (overview, any, file functions, parameters file
functions), user-defined functions; read 2026-11.
"""

from collections.abc import Callable

from seawall.ingest.arm.language.tree import Call, Expression, Literal
from seawall.ingest.arm.language.values import Unknown
from seawall.ingest.bicep.language import syntax
from seawall.ingest.bicep.lowering.sheet import Env, Sheet
from seawall.ingest.bicep.lowering.symbols import Symbols

SPACE = "bicep"
"""The namespace of the functions of a file."""

_SCOPES = frozenset({"resourceGroup", "subscription", "managementGroup", "tenant"})

Lower = Callable[[syntax.Expression, Env], Expression]


class Calls:
    """Makes expressions of calls.

    Args:
        sheet: The template.
        symbols: The names of the file.
    """

    def __init__(self, sheet: Sheet, symbols: Symbols) -> None:
        self._sheet = sheet
        self._symbols = symbols
        self.argument: Lower | None = None

    def call(self, tree: syntax.Call, env: Env) -> Expression:
        """Return a call of a function."""
        name = tree.name
        if name in self._symbols.functions:
            return Call(name.lower(), self._arguments(tree, env), name, SPACE)
        if name in {"any", "nameof"} and len(tree.arguments) == 1:
            if name == "any":
                return self._arguments(tree, env)[0]
            return Literal(_last_name(tree.arguments[0]))
        why = self._unread(tree)
        if why:
            return self._hole(f"{name} {tree.line}", why)
        return Call(name.lower(), self._arguments(tree, env), name)

    def _unread(self, tree: syntax.Call) -> str:
        """Return why a call is not evaluated; empty if it is."""
        name = tree.name
        if name in self._symbols.imports:
            return f"`{name}` comes from another file"
        if name == "readEnvironmentVariable":
            return "variables of the environment are not read"
        if name.startswith("load") and name.endswith("Content"):
            return f"`{name}` is not read"
        if name in _SCOPES and tree.arguments:
            return f"`{name}` of another scope is not evaluated"
        return ""

    def method(self, tree: syntax.Call, env: Env) -> Expression:
        """Return a call of a function of something that is no resource."""
        del env
        return self._hole(
            f"method {self._sheet.path}:{tree.line}",
            f"`{tree.name}` is asked of something that is not known",
        )

    def imported(self, name: str) -> Expression | None:
        """Return a value that comes from another file; None if none does."""
        if name not in self._symbols.imports:
            return None
        item, _ = self._symbols.imports[name]
        return self._lost(f"`{name}` comes from `{item.path}`", item.line)

    def of_space(self, tree: syntax.Attribute, env: Env) -> Expression | None:
        """Return a value of an imported file; None if it is none."""
        of = tree.of
        if not isinstance(of, syntax.Name) or of.name in env.names:
            return None
        item = self._symbols.spaces.get(of.name)
        if item is None:
            return None
        return self._lost(f"`{tree.name}` comes from `{item.path}`", item.line)

    def _arguments(self, tree: syntax.Call, env: Env) -> tuple[Expression, ...]:
        assert self.argument is not None  # noqa: S101
        return tuple(self.argument(item, env) for item in tree.arguments)

    def _hole(self, key: str, why: str) -> Expression:
        return self._sheet.hole(Unknown(f"{key} of {self._sheet.path}", why))

    def _lost(self, what: str, line: int) -> Expression:
        return self._sheet.hole(self._sheet.lost(what, line))


def _last_name(tree: syntax.Expression) -> str:
    if isinstance(tree, syntax.Name | syntax.Attribute | syntax.Inner):
        return tree.name
    if isinstance(tree, syntax.Index) and isinstance(tree.key, syntax.Literal):
        return str(tree.key.value)
    return ""
