"""From expressions of Bicep to those that are evaluated.

Source: Azure docs, Bicep operators, functions, lambda functions, resource functions;
Azure/bicep, ExpressionConverter; read 2026-11.
"""

from collections.abc import Callable, Sequence
from typing import Any

from seawall.ingest.arm.language.tree import (
    Block,
    Call,
    Expression,
    Literal,
    Member,
)
from seawall.ingest.bicep.language import syntax
from seawall.ingest.bicep.lowering.calls import Calls
from seawall.ingest.bicep.lowering.references import Handle, References
from seawall.ingest.bicep.lowering.sheet import Each, Env, Sheet
from seawall.ingest.bicep.lowering.symbols import Symbols
from seawall.ingest.near import guess
from seawall.ingest.notes import Notes

_BINARY = {
    "||": "or",
    "&&": "and",
    "==": "equals",
    "<": "less",
    "<=": "lessOrEquals",
    ">": "greater",
    ">=": "greaterOrEquals",
    "+": "add",
    "-": "sub",
    "*": "mul",
    "/": "div",
    "%": "mod",
    "??": "coalesce",
}
_OVER_LISTS = frozenset({"map", "filter", "sort", "groupBy", "toObject"})
"""Functions whose function gets the elements of their first argument."""


class Lowering:
    """Makes the parts of a template from what a file says.

    Args:
        sheet: The template.
        symbols: The names of the file.
        calls: Knows functions.
        notes: Takes what must be told.
    """

    def __init__(
        self, sheet: Sheet, symbols: Symbols, calls: Calls, notes: Notes
    ) -> None:
        self.sheet = sheet
        self.symbols = symbols
        self.calls = calls
        self.notes = notes
        self.references = References(symbols, self.expression)
        calls.of(self, self.argument)
        self._kinds: dict[type, Callable[[Any, Env], Expression]] = {
            syntax.Literal: lambda tree, _: Literal(tree.value),
            syntax.Template: self._template,
            syntax.Name: self._name,
            syntax.Attribute: self._attribute,
            syntax.Index: self._index,
            syntax.Inner: self._part,
            syntax.Call: self._call,
            syntax.Unary: self._unary,
            syntax.Sure: self._sure,
            syntax.Binary: self._binary,
            syntax.Conditional: self._conditional,
            syntax.Lambda: self._stray,
            syntax.For: self._for,
            syntax.If: self._stray,
            syntax.Listed: self._listed,
            syntax.Mapped: self._mapped,
            syntax.Lost: self._lost,
        }

    def node(self, tree: syntax.Expression, env: Env) -> object:
        """Return a part of the template; what is written out stays plain data."""
        if isinstance(tree, syntax.Mapped) and not _spreads(tree.pairs):
            return self._object(tree, env)
        if isinstance(tree, syntax.Listed) and not _spreads(tree.items):
            return self._array(tree.items, env)
        if isinstance(tree, syntax.Literal):
            value = tree.value
            is_bracket = isinstance(value, str) and value.startswith("[")
            return Literal(value) if is_bracket else value
        if isinstance(tree, syntax.Lost):
            return self.sheet.lost(tree.what, tree.line)
        return self.expression(tree, env)

    def expression(self, tree: syntax.Expression, env: Env) -> Expression:
        """Return an expression."""
        return self._kinds[type(tree)](tree, env)

    def pair(self, pair: syntax.Pair, env: Env) -> object:
        """Return the value of a key, of which the line is noted."""
        self.sheet.lines.put(env.at, pair.line)
        return self.node(pair.value, env)

    def _object(self, tree: syntax.Mapped, env: Env) -> dict[object, object]:
        out: dict[object, object] = {}
        for pair in tree.pairs:
            if not isinstance(pair, syntax.Pair):
                continue
            key: object = pair.key
            if isinstance(pair.key, syntax.Template):
                key = self.expression(pair.key, env)
                inner = env.below(pair.key.line)
            else:
                inner = env.below(pair.key)
                if pair.key.startswith("["):
                    key = Literal(pair.key)
            out[key] = self.pair(pair, inner)
        return out

    def _array(self, items: Sequence[object], env: Env) -> list[object]:
        out: list[object] = []
        for index, item in enumerate(items):
            inner = env.below(index)
            if isinstance(item, syntax.Spread):
                continue
            self.sheet.lines.put(inner.at, item.line)  # type: ignore[attr-defined]
            out.append(self.node(item, inner))  # type: ignore[arg-type]
        return out

    def _block(self, node: object, env: Env) -> Expression:
        return Block(node, self.sheet.origin.at(*env.at))

    def _mapped(self, tree: syntax.Mapped, env: Env) -> Expression:
        inner = self.sheet.block_env(env, tree.line)
        if not _spreads(tree.pairs):
            return self._block(self._object(tree, inner), inner)
        parts: list[Expression] = []
        for run in _runs(tree.pairs):
            if isinstance(run, syntax.Spread):
                parts.append(self.expression(run.of, env))
            else:
                piece = syntax.Mapped(tuple(run), tree.line)
                place = self.sheet.block_env(env, tree.line)
                parts.append(self._block(self._object(piece, place), place))
        return Call(
            "shallowmerge", (Call("createarray", tuple(parts)),), "shallowMerge"
        )

    def _listed(self, tree: syntax.Listed, env: Env) -> Expression:
        inner = self.sheet.block_env(env, tree.line)
        if not _spreads(tree.items):
            return self._block(self._array(tree.items, inner), inner)
        parts: list[Expression] = []
        for run in _runs(tree.items):
            if isinstance(run, syntax.Spread):
                parts.append(self.expression(run.of, env))
            else:
                place = self.sheet.block_env(env, tree.line)
                parts.append(self._block(self._array(run, place), place))
        return Call("flatten", (Call("createarray", tuple(parts)),), "flatten")

    def _template(self, tree: syntax.Template, env: Env) -> Expression:
        pattern, shown, values = "", "", list[Expression]()
        for part in tree.parts:
            if isinstance(part, str):
                doubled = part.replace("{", "{{").replace("}", "}}")
                pattern, shown = pattern + doubled, shown + doubled
                continue
            pattern += f"{{{len(values)}}}"
            values.append(self.expression(part, env))
            shown += f"${{{{{{{len(values)}}}}}}}"
        arguments = (Literal(pattern), *values)
        return Call("format", arguments, "format", notation=f"'{shown}'")

    def _name(self, tree: syntax.Name, env: Env) -> Expression:
        local = env.names.get(tree.name)
        if local is not None:
            return local.tree if isinstance(local, Each) else local
        if tree.name in self.symbols.parameters:
            return _named("parameters", tree.name)
        if tree.name in self.symbols.variables:
            return self.calls.variable(tree.name)
        handle = self.references.find(tree, env)
        if handle is not None:
            return self.references.whole(handle)
        imported = self.calls.imported(tree.name)
        return imported or self._undeclared(tree.name, tree.line)

    def _undeclared(self, name: str, line: int) -> Expression:
        place = self.sheet.origin.at("undeclared", name)
        self.sheet.lines.put(place.pointer, line)
        self.notes.error(
            place,
            f"`{name}` is not declared",
            "nothing in the file has this name",
            guess(name, self.symbols.names(), "declare it"),
        )
        return self.sheet.hole(self.sheet.lost(f"`{name}` is not declared", line))

    def _attribute(self, tree: syntax.Attribute, env: Env) -> Expression:
        handle = self.references.find(tree.of, env)
        if handle is not None:
            return self._of_resource(handle, tree, env)
        found = self._of_module(tree, env)
        if found is not None:
            return found
        spaced = self.calls.of_space(tree, env)
        if spaced is not None:
            return spaced
        is_safe = tree.is_safe or _in_safe_chain(tree.of)
        return Member(self.expression(tree.of, env), Literal(tree.name), is_safe)

    def _of_resource(
        self, handle: Handle, tree: syntax.Attribute, env: Env
    ) -> Expression:
        return self.references.part(handle, tree.name, env, is_safe=tree.is_safe)

    def _of_module(self, tree: syntax.Attribute, env: Env) -> Expression | None:
        """Return an output of a module: `module.outputs.name`."""
        of = tree.of
        while isinstance(of, syntax.Sure):
            of = of.of
        if not isinstance(of, syntax.Attribute) or of.name != "outputs":
            return None
        handle = self.references.find(of.of, env)
        if handle is None or not handle.thing.is_module:
            return None
        is_safe = tree.is_safe or of.is_safe
        return self.references.output(
            handle, Literal(tree.name), env, (of.is_safe, is_safe)
        )

    def _index(self, tree: syntax.Index, env: Env) -> Expression:
        handle = self.references.find(tree, env)
        if handle is not None:
            return self.references.whole(handle)
        of = self.references.find(tree.of, env)
        key = self.expression(tree.key, env)
        if of is not None and isinstance(key, Literal) and isinstance(key.value, str):
            name = syntax.Attribute(tree.of, key.value, tree.is_safe, tree.line)
            return self._of_resource(of, name, env)
        is_safe = tree.is_safe or _in_safe_chain(tree.of)
        if tree.from_end:
            name_ = "tryIndexFromEnd" if is_safe else "indexFromEnd"
            return Call(name_.lower(), (self.expression(tree.of, env), key), name_)
        return Member(self.expression(tree.of, env), key, is_safe)

    def _part(self, tree: syntax.Inner, env: Env) -> Expression:
        handle = self.references.find(tree, env)
        if handle is not None:
            return self.references.whole(handle)
        return self._undeclared(tree.name, tree.line)

    def _call(self, tree: syntax.Call, env: Env) -> Expression:
        of = tree.of
        if isinstance(of, syntax.Name) and of.name in {"sys", "az"}:
            of = None
        if of is not None:
            handle = self.references.find(of, env)
            if handle is not None:
                return self.references.method(handle, tree, env)
            return self.calls.method(tree, env)
        first = tree.arguments[0] if tree.arguments else None
        if tree.name in _OVER_LISTS and first is not None:
            handle = self.references.find(first, env)
            if handle is not None and handle.is_collection:
                each = self._over_resources(tree, handle, env)
                if each is not None:
                    return each
        return self.calls.call(tree, env)

    def _over_resources(
        self, tree: syntax.Call, handle: Handle, env: Env
    ) -> Expression | None:
        """Return a call that goes through the resources that a loop makes."""
        body = tree.arguments[1] if len(tree.arguments) > 1 else None
        if not isinstance(body, syntax.Lambda) or not body.names:
            return None
        first = body.names[0]
        variable = Each(handle.thing, _named("lambdaVariables", first))
        made = self.lambda_(body, env, {first: variable})
        rest = [self.argument(item, env) for item in tree.arguments[2:]]
        arguments = (self.references.all_of(handle), made, *rest)
        return Call(tree.name.lower(), arguments, tree.name)

    def argument(self, tree: syntax.Expression, env: Env) -> Expression:
        """Return an argument of a function, which may be a function itself."""
        if isinstance(tree, syntax.Lambda):
            return self.lambda_(tree, env, {})
        return self.expression(tree, env)

    def lambda_(
        self, tree: syntax.Lambda, env: Env, known: dict[str, Each]
    ) -> Expression:
        """Return a function that is given to a function."""
        names: dict[str, Expression | Each] = {
            name: _named("lambdaVariables", name) for name in tree.names
        }
        body = self.expression(tree.body, env.naming({**names, **known}))
        heads = tuple(Literal(name) for name in tree.names)
        return Call("lambda", (*heads, body), "lambda")

    def _for(self, tree: syntax.For, env: Env) -> Expression:
        names = tuple(name for name in (tree.item, tree.index) if name)
        if isinstance(tree.body, syntax.If):
            return self._stray(tree.body, env)
        body = self.lambda_(syntax.Lambda(names, tree.body, tree.line), env, {})
        return Call("map", (self.expression(tree.of, env), body), "map")

    def _unary(self, tree: syntax.Unary, env: Env) -> Expression:
        of = self.expression(tree.of, env)
        if tree.operator == "!":
            return Call("not", (of,), "not", notation="!{0}")
        return Call("sub", (Literal(0), of), "sub", notation="-{1}")

    def _sure(self, tree: syntax.Sure, env: Env) -> Expression:
        return self.expression(tree.of, env)

    def _binary(self, tree: syntax.Binary, env: Env) -> Expression:
        sides = (self.expression(tree.left, env), self.expression(tree.right, env))
        notation = f"{{0}} {tree.operator} {{1}}"
        if tree.operator == "!=":
            same = Call("equals", sides, "equals", notation=notation)
            return Call("not", (same,), "not", notation="{0}")
        if tree.operator in {"=~", "!~"}:
            lower = tuple(
                Call("tolower", (it,), "toLower", notation="{0}") for it in sides
            )
            same = Call("equals", lower, "equals", notation=notation)
            if tree.operator == "=~":
                return same
            return Call("not", (same,), "not", notation="{0}")
        name = _BINARY[tree.operator]
        return Call(name.lower(), sides, name, notation=notation)

    def _conditional(self, tree: syntax.Conditional, env: Env) -> Expression:
        parts = (tree.test, tree.yes, tree.no)
        arguments = tuple(self.expression(part, env) for part in parts)
        return Call("if", arguments, "if", notation="{0} ? {1} : {2}")

    def _lost(self, tree: syntax.Lost, _env: Env) -> Expression:
        return self.sheet.hole(self.sheet.lost(tree.what, tree.line))

    def _stray(self, tree: syntax.Lambda | syntax.If, _env: Env) -> Expression:
        what = "a function or a condition stands where a value is expected"
        return self.sheet.hole(self.sheet.lost(what, tree.line))


def _named(function: str, name: str) -> Call:
    """Return a call that gives the value of a name, shown as the name."""
    return Call(function.lower(), (Literal(name),), function, notation=name)


def _in_safe_chain(tree: syntax.Expression) -> bool:
    """Whether a part is taken of what may be null after a safe access."""
    while isinstance(tree, syntax.Attribute | syntax.Index):
        if tree.is_safe:
            return True
        tree = tree.of
    return False


def _spreads(items: Sequence[object]) -> bool:
    return any(isinstance(item, syntax.Spread) for item in items)


def _runs(items: Sequence[Any]) -> list[Any]:
    """Return spreads, and between them lists of what stands there."""
    out: list[Any] = []
    for item in items:
        if isinstance(item, syntax.Spread):
            out.append(item)
        elif out and isinstance(out[-1], list):
            out[-1].append(item)
        else:
            out.append([item])
    return out
