"""Whether a template was compiled from a file as it is now, as far as that shows.

The template that is made of the file is laid beside the compiled one: what both say in
plain data must be the same, and what both say by expressions must rest on the same
parameters and variables. What only one of them says so, such as variables that the
compiler writes out where they are used, tells nothing.

Source: Azure docs, Bicep file structure and modules; Azure/bicep, TemplateWriter and
ExpressionConverter (loops as `copy`, modules as deployments with their template); read
2026-11. Held against the modules of the public registry and what they are compiled to.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from seawall.ingest.arm.language.tree import (
    Block,
    Call,
    Expression,
    Fault,
    Literal,
    Member,
)
from seawall.ingest.arm.language.values import Unknown
from seawall.ingest.arm.nodes import is_loops
from seawall.ingest.arm.parse import is_expression, parse, plain

_PARTS = (
    "name",
    "properties",
    "sku",
    "identity",
    "kind",
    "zones",
    "location",
    "apiVersion",
)
_DEEPEST = 60
_LOADED = "'$fxv#"
"""The compiler keeps what files hold in variables of such names."""
_SAME_SHAPE = (dict, list)

_OTHERWISE = frozenset(
    {"reference", "references", "resourceinfo", "resourceid", "subscriptionresourceid"}
    | {"extensionresourceid", "tenantresourceid", "managementgroupresourceid"}
    | {"getsecret", "listkeys", "deployment", "json", "lambdavariables", "copyindex"}
)
"""Functions in whose place the compiler may put others."""

Json = Mapping[str, object]
Inner = Callable[[str], "tuple[Json, Inner] | None"]


def _none(_symbol: str) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Comparison:
    """A template that is made of a file, and one that was compiled from some state.

    Attributes:
        ours: The first.
        theirs: The second.
        inner: Returns what is made of the file that a module of it names, by the name
            of the module; None where that is not in the input.
    """

    ours: Json
    theirs: Json
    inner: Inner = _none

    def first(self) -> str:
        """Return the first thing that differs, as a clause; empty if nothing does."""
        for found in self._all():
            return found
        return ""

    def _all(self) -> Iterator[str]:
        for key in ("parameters", "outputs"):
            ours, theirs = _mapping(self.ours.get(key)), _mapping(self.theirs.get(key))
            apart = sorted(set(ours) ^ set(theirs))
            if apart:
                yield f"only one of them has `{apart[0]}` among its {key}"
        yield from self._defaults()
        yield from self._variables()
        yield from self._resources()

    def _defaults(self) -> Iterator[str]:
        theirs = _mapping(self.theirs.get("parameters"))
        for name, node in _mapping(self.ours.get("parameters")).items():
            mine, other = _mapping(node), _mapping(theirs.get(name))
            yield from self._pair(
                mine, other, "defaultValue", f"the parameter `{name}`"
            )

    def _variables(self) -> Iterator[str]:
        ours = _mapping(self.ours.get("variables"))
        theirs = _unrolled(_mapping(self.theirs.get("variables")))
        for name in sorted(theirs):
            if name in ours:
                at = f"the variable `{name}`"
                yield from self._apart(ours[name], theirs[name], at, 0)
            elif "$" not in name and "." not in name:
                yield f"only the compiled one has a variable `{name}`"

    def _resources(self) -> Iterator[str]:
        ours = _mapping(self.ours.get("resources"))
        theirs = self.theirs.get("resources")
        if isinstance(theirs, Mapping):
            apart = sorted(set(ours) ^ set(theirs))
            if apart:
                yield f"only one of them declares `{apart[0]}`"
            for symbol in (it for it in ours if it in theirs):
                pair = _mapping(ours[symbol]), _mapping(theirs[symbol])
                yield from self._resource(*pair, symbol)
            return
        others = [_mapping(it) for it in theirs] if isinstance(theirs, list) else []
        for symbol, node in ours.items():
            mine = _mapping(node)
            if mine.get("existing") is True:
                continue
            kind = _kind(mine)
            alike = [it for it in others if _kind(it) == kind]
            if not alike:
                yield f"only the source declares `{symbol}` of type `{kind}`"
                continue
            fits = (it for it in alike if not any(self._resource(mine, it, symbol)))
            found = next(fits, None)
            if found is None:
                yield from self._resource(mine, alike[0], symbol)
            others.remove(alike[0] if found is None else found)
        for rest in others[:1]:
            yield f"only the compiled one declares a `{_kind(rest)}`"

    def _resource(self, ours: Json, theirs: Json, symbol: str) -> Iterator[str]:
        where = f"`{symbol}`"
        for key in ("condition", "copy"):
            if (key in ours) != (key in theirs):
                yield f"only one of them gives {where} a {key}"
        if _kind(ours) != _kind(theirs):
            yield f"{where} has another type"
        elif "templateLink" in _mapping(ours.get("properties")):
            yield from self._module(ours, theirs, symbol)
        else:
            for key in _PARTS:
                yield from self._pair(ours, theirs, key, where)

    def _module(self, ours: Json, theirs: Json, symbol: str) -> Iterator[str]:
        where = f"`{symbol}`"
        made = _mapping(theirs.get("properties"))
        mine = _mapping(_mapping(ours.get("properties")).get("parameters"))
        other = _mapping(made.get("parameters"))
        apart = sorted(set(mine) ^ set(other)) if mine and other else []
        if apart:
            yield f"only one of them gives {where} a parameter `{apart[0]}`"
        for name in (it for it in mine if it in other):
            given, told = _mapping(mine[name]), _unrolled(_mapping(other[name]))
            if "value" in given and "value" in told:
                at = f"`{name}` of {where}"
                yield from self._apart(given["value"], told["value"], at, 0)
        template, source = made.get("template"), self.inner(symbol)
        if isinstance(template, Mapping) and source is not None:
            found = Comparison(source[0], template, source[1]).first()
            if found:
                yield f"of what the module {where} names: {found}"

    def _pair(self, ours: Json, theirs: Json, key: str, where: str) -> Iterator[str]:
        if key in ours and key in theirs:
            yield from self._apart(ours[key], theirs[key], f"{key} of {where}", 0)
        elif (key in ours or key in theirs) and not _is_open(ours.get(key)):
            yield f"only one of them gives {key} of {where}"

    def _apart(
        self, ours: object, theirs: object, where: str, depth: int
    ) -> Iterator[str]:
        """Yield how two values differ."""
        if depth > _DEEPEST:
            return
        if isinstance(ours, Block):
            ours = ours.node
        ours = self._written_out(ours)
        if isinstance(ours, Unknown):
            return
        loop = _loop(theirs)
        if loop is not None:
            body = _body(ours)
            if body is not None:
                yield from self._apart(body, loop.get("input"), where, depth + 1)
        elif isinstance(ours, Mapping) and isinstance(theirs, Mapping):
            yield from self._objects(ours, theirs, where, depth)
        elif isinstance(ours, list) and isinstance(theirs, list):
            if len(ours) != len(theirs):
                counts = f"{len(ours)} elements in one, {len(theirs)} in the other"
                yield f"{where} has {counts}"
            for mine, other in zip(ours, theirs, strict=False):
                yield from self._apart(mine, other, where, depth + 1)
        else:
            yield from self._leaves(ours, theirs, where)

    def _written_out(self, ours: object) -> object:
        """Return a variable's value where the compiler has put that in its place."""
        known = _unrolled(_mapping(self.theirs.get("variables")))
        for _ in range(_DEEPEST):
            name = _variable(ours)
            if name is None or name in known:
                break
            ours = _mapping(self.ours.get("variables")).get(name)
        return ours

    def _objects(
        self, ours: Json, theirs: Json, where: str, depth: int
    ) -> Iterator[str]:
        mine = {_key(it): value for it, value in ours.items()}
        other = {_key(it): value for it, value in _unrolled(theirs).items()}
        computed = "" in mine or "" in other
        apart = sorted((set(mine) ^ set(other)) - {""})
        if apart and not computed:
            yield f"only one of them has `{apart[0]}` in {where}"
        for key in (it for it in mine if it and it in other):
            inner = f"`{key}` in {where}"
            yield from self._apart(mine[key], other[key], inner, depth + 1)

    def _leaves(self, ours: object, theirs: object, where: str) -> Iterator[str]:
        told = isinstance(theirs, str) and is_expression(theirs)
        if isinstance(ours, Literal):
            ours = ours.value
        if isinstance(ours, Call | Member):
            if told and isinstance(theirs, str) and self._rests_apart(ours, theirs):
                yield f"{where} rests on other values"
            elif not told and not _is_folded(ours, theirs):
                yield f"{where} is written out in the compiled one only"
            return
        if isinstance(ours, _SAME_SHAPE) or isinstance(theirs, _SAME_SHAPE):
            if not told:
                yield f"{where} has another form"
            return
        if told:
            loaded = isinstance(theirs, str) and _LOADED in theirs
            if not loaded and not (ours is None and theirs == "[null()]"):
                yield f"{where} is written out in the source only"
            return
        if plain(theirs) != ours if isinstance(theirs, str) else theirs != ours:
            shown = f"`{_shown(ours)}` in the source, `{_shown(theirs)}` compiled"
            yield f"{where} is {shown}"

    def _rests_apart(self, ours: Expression, theirs: str) -> bool:
        """Whether two expressions surely name other parameters or variables."""
        try:
            tree = parse(theirs)
        except Fault:
            return False
        mine, other = _Named(), _Named()
        mine.add(ours)
        other.add(tree)
        known = _mapping(self.theirs.get("variables"))
        inlined = any(it not in _unrolled(known) for it in mine.variables)
        if mine.otherwise or other.otherwise or inlined:
            return False
        return mine.names != other.names


class _Named:
    """What an expression names."""

    def __init__(self) -> None:
        self.names: set[tuple[str, str]] = set()
        self.variables: set[str] = set()
        self.otherwise = False

    def add(self, tree: object) -> None:
        """Add what is named in a tree, or in what is written out in it."""
        waiting = [tree]
        while waiting:
            item = waiting.pop()
            if isinstance(item, Block):
                waiting.append(item.node)
            elif isinstance(item, Mapping):
                waiting.extend((*item, *item.values()))
            elif isinstance(item, list):
                waiting.extend(item)
            elif isinstance(item, Member):
                waiting.extend((item.of, item.key))
            elif isinstance(item, Call):
                self._call(item)
                waiting.extend(item.arguments)
            elif isinstance(item, Unknown):
                self.otherwise = True
            elif isinstance(item, Literal):
                waiting.append(item.value)
            elif isinstance(item, str) and item:
                self.names.add(("text", item))

    def _call(self, call: Call) -> None:
        first = call.arguments[0] if call.arguments else None
        if call.name in {"parameters", "variables"} and isinstance(first, Literal):
            name = str(first.value)
            self.names.add((call.name, name.lower()))
            if call.name == "variables":
                self.variables.add(name)
        elif call.name in _OTHERWISE or call.name.startswith("list") or call.space:
            self.otherwise = True


def _variable(tree: object) -> str | None:
    """Return the variable that an expression is; None if it is none."""
    if isinstance(tree, Call) and tree.name == "variables" and tree.arguments:
        first = tree.arguments[0]
        return str(first.value) if isinstance(first, Literal) else None
    return None


def _kind(node: Json) -> str:
    kind = node.get("type")
    kind = kind.value if isinstance(kind, Literal) else kind
    return str(kind or "").partition("@")[0].lower()


def _key(key: object) -> str:
    """Return a key; empty for one that an expression gives."""
    if isinstance(key, Literal):
        return str(key.value)
    if not isinstance(key, str) or is_expression(key):
        return ""
    return plain(key)


def _loop(value: object) -> Json | None:
    """Return the loop that stands in the place of a value; None if none does."""
    return value.loop if isinstance(value, _Loop) else None


@dataclass(frozen=True, slots=True)
class _Loop:
    loop: Json


def _unrolled(node: Json) -> Json:
    """Return an object with each loop over a property under the property's name."""
    loops = node.get("copy")
    if not is_loops(loops) or not isinstance(loops, list):
        return node
    rest = {key: value for key, value in node.items() if key != "copy"}
    return {**rest, **{str(it.get("name")): _Loop(it) for it in loops}}


def _body(tree: object) -> object | None:
    """Return what a loop of the source makes in each turn."""
    if isinstance(tree, Call) and tree.name == "map" and len(tree.arguments) > 1:
        function = tree.arguments[1]
        if isinstance(function, Call) and function.name == "lambda":
            body = function.arguments[-1]
            return body if isinstance(body, Block) else None
    return None


def _is_folded(ours: Call | Member, theirs: object) -> bool:
    """Whether the compiler may write out the value of an expression."""
    if isinstance(ours, Call) and ours.name == "sub":
        return isinstance(theirs, int | float)
    named = _Named()
    named.add(ours)
    return named.otherwise


def _is_open(value: object) -> bool:
    return isinstance(value, Unknown | Member)


def _mapping(value: object) -> Json:
    return value if isinstance(value, Mapping) else {}


def _shown(value: object) -> str:
    text = str(value).replace("\n", " ")
    return text if len(text) <= 40 else f"{text[:37]}..."  # noqa: PLR2004
