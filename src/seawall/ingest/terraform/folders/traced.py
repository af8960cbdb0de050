"""Says of a module that is known by name where its values come from.

What a call sets stands at a line of the caller's file; what it leaves out is the
module's default, and no line says it.
"""

from collections.abc import Iterator

from seawall.ingest.resource import Field, Unresolved
from seawall.ingest.terraform.language import syntax
from seawall.ingest.terraform.module import Declared, Module
from seawall.model.origin import Origin

_DEEPEST = 30


class Trace:
    """A call of a known module.

    Args:
        call: Its block.
        module: What is known of the module.
        label: The module and its versions, for people.
    """

    def __init__(self, call: Declared, module: Module, label: str) -> None:
        self._call = call
        self._module = module
        self._label = label

    @property
    def path(self) -> str:
        """The file that the call stands in."""
        return self._call.path

    @property
    def line(self) -> int:
        """The line of the call."""
        return self._call.section.line

    def field(self, value: object, item: syntax.Expression, depth: int = 0) -> object:
        """Return a value whose parts know where they come from."""
        if depth > _DEEPEST:
            return value
        if isinstance(item, syntax.Conditional) and isinstance(value, dict):
            branch = item.no if isinstance(item.no, syntax.Mapped) else item.yes
            return self.field(value, branch, depth + 1)
        if isinstance(item, syntax.Mapped) and isinstance(value, dict):
            inner = {
                str(key.value): part
                for key, part in item.items
                if isinstance(key, syntax.Literal)
            }
            return {
                key: self.field(one, inner[key], depth + 1) if key in inner else one
                for key, one in value.items()
            }
        if (
            isinstance(item, syntax.Listed)
            and isinstance(value, list)
            and len(item.items) == len(value)
        ):
            pairs = zip(value, item.items, strict=True)
            return [self.field(one, part, depth + 1) for one, part in pairs]
        return self._leaf(value, item)

    def _leaf(self, value: object, item: syntax.Expression) -> object:
        used = list(dict.fromkeys(self._variables(item, 0)))
        arguments = self._call.section.body.arguments
        given = [arguments[name] for name in used if name in arguments]
        line = given[0].line if given else self.line
        if given:
            line = _inner_line(given[0].value, set(_names(item)), line)
        origin = Origin(
            self.path, 0, (f"line {line}",), lambda _document, _pointer: line
        )
        unresolved = isinstance(value, Unresolved)
        default = "" if given or unresolved else self._label
        return Field(value, origin, default)

    def _variables(self, item: syntax.Expression, depth: int) -> Iterator[str]:
        """Yield the inputs that an expression rests on, through local values too."""
        if depth > _DEEPEST:
            return
        if isinstance(item, syntax.Attribute) and isinstance(item.of, syntax.Name):
            if item.of.name == "var":
                yield item.name
            elif item.of.name == "local" and item.name in self._module.local_values:
                argument, _ = self._module.local_values[item.name]
                yield from self._variables(argument.value, depth + 1)
            return
        for part in parts_of(item):
            yield from self._variables(part, depth + 1)


def parts_of(item: syntax.Expression) -> Iterator[syntax.Expression]:
    """Yield the expressions that one is made of."""
    match item:
        case syntax.Template(parts, _) | syntax.Listed(parts, _):
            yield from parts
        case syntax.Attribute(of, _, _) | syntax.Unary(_, of, _):
            yield of
        case syntax.Index(left, right, _) | syntax.Splat(left, right, _):
            yield left
            yield right
        case syntax.Binary(_, left, right, _):
            yield left
            yield right
        case syntax.Call(_, arguments, _, _):
            yield from arguments
        case syntax.Conditional(test, yes, no, _):
            yield from (test, yes, no)
        case syntax.For(_, _, of, key, value, test, _, _):
            yield from (it for it in (of, key, value, test) if it is not None)
        case syntax.Mapped(items, _):
            for key, value in items:
                yield key
                yield value
        case _:
            return


def _names(item: syntax.Expression) -> Iterator[str]:
    """Yield the names of attributes in an expression."""
    if isinstance(item, syntax.Attribute):
        yield item.name
    for part in parts_of(item):
        yield from _names(part)


def _inner_line(item: syntax.Expression, names: set[str], line: int) -> int:
    """Return the line of the key in an object that an attribute reads."""
    while isinstance(item, syntax.Mapped):
        for key, value in item.items:
            if isinstance(key, syntax.Literal) and key.value in names:
                line, item = key.line, value
                break
        else:
            return line
    return line
