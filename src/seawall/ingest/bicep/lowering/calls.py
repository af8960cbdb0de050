"""Calls of functions: those of the platform, of the file, and of the notation itself.

Source: Azure docs, Bicep functions (overview, any, file functions, parameters file
functions), user-defined functions, imports; read 2026-11.
"""

from collections.abc import Callable

from seawall.ingest.arm.language.tree import Block, Call, Expression, Literal
from seawall.ingest.arm.language.values import Unknown
from seawall.ingest.bicep.language import declarations, syntax
from seawall.ingest.bicep.lowering.sheet import Env, Sheet
from seawall.ingest.bicep.lowering.shelf import NotLoaded
from seawall.ingest.bicep.lowering.symbols import Symbols
from seawall.ingest.bicep.lowering.taken import Lowerer, Taken

SPACE = "bicep"
"""The namespace of the functions of a file."""

_SCOPES = frozenset({"resourceGroup", "subscription", "managementGroup", "tenant"})
_DATA = frozenset({"loadJsonContent", "loadYamlContent"})

Lower = Callable[[syntax.Expression, Env], Expression]


class Calls:
    """Makes expressions of calls, and of names that lead to other files.

    Args:
        sheet: The template.
        symbols: The names of the file.
        taken: What the template takes over from other files.
        prefix: What the names of the file begin with in the template; empty for the
            file that the template is of.
    """

    def __init__(
        self, sheet: Sheet, symbols: Symbols, taken: Taken, prefix: str = ""
    ) -> None:
        self._sheet = sheet
        self._symbols = symbols
        self._taken = taken
        self._prefix = prefix
        self._argument: Lower | None = None
        self._own: Lowerer | None = None

    def of(self, own: Lowerer, argument: Lower) -> None:
        """Note what makes the parts of the file."""
        self._own, self._argument = own, argument

    def call(self, tree: syntax.Call, env: Env) -> Expression:
        """Return a call of a function."""
        name = tree.name
        own = self._function(name)
        if own is not None:
            return Call(own.lower(), self._arguments(tree, env), name, SPACE)
        if name in {"any", "nameof"} and len(tree.arguments) == 1:
            if name == "any":
                return self._arguments(tree, env)[0]
            return Literal(_last_name(tree.arguments[0]))
        if name.startswith("load"):
            return self._loaded(tree)
        why = self._unread(tree)
        if why:
            return self._hole(f"{name} {tree.line}", why)
        return Call(name.lower(), self._arguments(tree, env), name)

    def _function(self, name: str) -> str | None:
        """Return what a function of a file is called in the template."""
        if name in self._symbols.functions:
            if not self._prefix or self._own is None:
                return name
            return self._taken.function(self._own, name)
        found = self._imported(name)
        return None if found is None else self._taken.function(*found)

    def _imported(self, name: str) -> tuple[Lowerer, str] | None:
        """Return the file that a name comes from, and what it is called there."""
        if name not in self._symbols.imports:
            return None
        item, original = self._symbols.imports[name]
        part = self._taken.part(self._sheet.path, item.path)
        return None if part is None else (part, original)

    def _unread(self, tree: syntax.Call) -> str:
        """Return why a call is not evaluated; empty if it is."""
        name = tree.name
        if name in self._symbols.imports:
            return self._missing(self._symbols.imports[name][0])
        if name == "readEnvironmentVariable":
            return "variables of the environment are not read"
        if name in _SCOPES and tree.arguments:
            return f"`{name}` of another scope is not evaluated"
        return ""

    def _loaded(self, tree: syntax.Call) -> Expression:
        """Return what a file of the input holds."""
        given = [
            it.value if isinstance(it, syntax.Literal) else "" for it in tree.arguments
        ]
        path, steps = (str(it) for it in (*given, "", "")[:2])
        base, shelf, why = self._sheet.path, self._taken.shelf, ""
        try:
            if path and tree.name in _DATA:
                return Block(*shelf.value(base, path, steps))
            if path and tree.name == "loadTextContent":
                return Literal(shelf.text(base, path))
            why = "what it makes of files is not worked out"
        except NotLoaded as reason:
            why = str(reason)
        return self._hole(f"{tree.name} {tree.line}", f"`{tree.name}`: {why}")

    def method(self, tree: syntax.Call, env: Env) -> Expression:
        """Return a call of a function of something that is no resource."""
        of = tree.of
        if isinstance(of, syntax.Name) and of.name in self._symbols.spaces:
            part = self._space(of.name)
            new = None if part is None else self._taken.function(part, tree.name)
            if new is not None:
                return Call(new.lower(), self._arguments(tree, env), tree.name, SPACE)
        why = f"`{tree.name}` is asked of something that is not known"
        return self._hole(f"method {tree.line}", why)

    def variable(self, name: str) -> Expression:
        """Return the value of a variable of the file."""
        new: str | None = name
        if self._prefix and self._own is not None:
            new = self._taken.variable(self._own, name)
        return _variable(new or name, name)

    def imported(self, name: str) -> Expression | None:
        """Return a value that comes from another file; None if none does."""
        if name not in self._symbols.imports:
            return None
        item, original = self._symbols.imports[name]
        part = self._taken.part(self._sheet.path, item.path)
        return self._value(part, original, item)

    def of_space(self, tree: syntax.Attribute, env: Env) -> Expression | None:
        """Return a value of an imported file; None if it is none."""
        of = tree.of
        if not isinstance(of, syntax.Name) or of.name in env.names:
            return None
        item = self._symbols.spaces.get(of.name)
        if item is None:
            return None
        return self._value(self._space(of.name), tree.name, item)

    def _space(self, name: str) -> Lowerer | None:
        item = self._symbols.spaces[name]
        return self._taken.part(self._sheet.path, item.path)

    def _value(
        self, part: Lowerer | None, name: str, item: declarations.Import
    ) -> Expression:
        new = None if part is None else self._taken.variable(part, name)
        if new is None:
            return self._hole(f"{item.path} {name}", self._missing(item, name))
        return _variable(new, name)

    def _missing(self, item: declarations.Import, name: str = "") -> str:
        part = self._taken.part(self._sheet.path, item.path)
        if part is None:
            return f"`{item.path}`, which it comes from, is not in the input"
        return f"`{item.path}` declares no `{name}`"

    def _arguments(self, tree: syntax.Call, env: Env) -> tuple[Expression, ...]:
        assert self._argument is not None  # noqa: S101
        return tuple(self._argument(item, env) for item in tree.arguments)

    def _hole(self, key: str, why: str) -> Expression:
        return self._sheet.hole(Unknown(f"{key} of {self._sheet.path}", why))


def _variable(name: str, shown: str) -> Expression:
    return Call("variables", (Literal(name),), "variables", notation=shown)


def _last_name(tree: syntax.Expression) -> str:
    if isinstance(tree, syntax.Name | syntax.Attribute | syntax.Inner):
        return tree.name
    if isinstance(tree, syntax.Index) and isinstance(tree.key, syntax.Literal):
        return str(tree.key.value)
    return ""
