"""What a template takes over from other files: variables and functions by new names.

Source: Azure docs, Bicep imports: what is imported is put into the template that
imports it; read 2026-11.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from seawall.ingest.arm.language.tree import Block, Call, Literal
from seawall.ingest.bicep.language.declarations import BicepFile, Function, Variable
from seawall.ingest.bicep.language.syntax import Expression
from seawall.ingest.bicep.lowering.sheet import Env, Sheet
from seawall.ingest.bicep.lowering.shelf import Shelf
from seawall.ingest.bicep.lowering.symbols import Symbols


class Lowerer(Protocol):
    """Makes the parts of a template from what one file says."""

    sheet: Sheet
    symbols: Symbols

    def node(self, tree: Expression, env: Env) -> object:
        """Return a part of the template."""


@dataclass(slots=True)
class Taken:
    """What is taken over from other files.

    Attributes:
        shelf: The files of the input.
        open: Returns what makes parts from a file, under a start for its names.
        parts: The files that were opened, by path.
    """

    shelf: Shelf
    open: Callable[[BicepFile, str], Lowerer]
    parts: dict[str, Lowerer] = field(default_factory=dict)
    _variables: dict[str, tuple[Lowerer, Variable]] = field(default_factory=dict)
    _functions: dict[str, tuple[Lowerer, Function]] = field(default_factory=dict)

    def part(self, base: str, text: str) -> Lowerer | None:
        """Return what makes parts from a file; None if it is not in the input."""
        file = self.shelf.source(base, text)
        if file is None:
            return None
        if file.path not in self.parts:
            self.parts[file.path] = self.open(file, f"{file.path}:")
        return self.parts[file.path]

    def variable(self, part: Lowerer, name: str) -> str | None:
        """Return what a variable of another file is called here; None if none is."""
        found = part.symbols.variables.get(name)
        if found is None:
            return None
        new = f"{part.sheet.path}:{name}"
        self._variables.setdefault(new, (part, found))
        return new

    def function(self, part: Lowerer, name: str) -> str | None:
        """Return what a function of another file is called here; None if none is."""
        found = part.symbols.functions.get(name)
        if found is None:
            return None
        new = f"{part.sheet.path}:{name}"
        self._functions.setdefault(new, (part, found))
        return new

    def put(self, variables: dict[str, object], functions: dict[str, object]) -> None:
        """Put what is taken over where it belongs, with all that it names itself."""
        # What is made may name more; those who are made already are passed over.
        while self._variables.keys() - variables or self._functions.keys() - functions:
            for new, (part, found) in list(self._variables.items()):
                if new not in variables:
                    variables[new] = _value(part, found)
            for new, (part, written) in list(self._functions.items()):
                if new not in functions:
                    functions[new] = member(part, written)


def _value(part: Lowerer, item: Variable) -> object:
    env = Env(("variables", item.name))
    part.sheet.lines.put(env.at, item.line)
    return Block(part.node(item.value, env), part.sheet.origin.at(*env.at))


def member(part: Lowerer, item: Function) -> dict[str, object]:
    """Return the declaration of a function."""
    place = ("functions", item.name)
    part.sheet.lines.put(place, item.line)
    arguments = {
        word: Call("parameters", (Literal(word),), "parameters", notation=word)
        for word, _ in item.parameters
    }
    env = Env((*place, "output", "value"), arguments)
    value = Block(part.node(item.body, env), part.sheet.origin.at(*env.at))
    return {
        "parameters": [{"name": word} for word, _ in item.parameters],
        "output": {"value": value},
    }
