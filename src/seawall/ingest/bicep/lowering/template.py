"""From a file to the template that it stands for, or to the values that it gives."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from seawall.ingest.arm.passed import LOST
from seawall.ingest.bicep.language import declarations, syntax
from seawall.ingest.bicep.lowering.calls import SPACE, Calls
from seawall.ingest.bicep.lowering.expressions import Lowering
from seawall.ingest.bicep.lowering.resources import Resources
from seawall.ingest.bicep.lowering.sheet import Env, Sheet
from seawall.ingest.bicep.lowering.shelf import Shelf
from seawall.ingest.bicep.lowering.symbols import Symbols, symbols_of
from seawall.ingest.bicep.lowering.taken import Taken, member
from seawall.ingest.bicep.lowering.types import declaration
from seawall.ingest.notes import Notes
from seawall.model.origin import Origin

_SCHEMAS = "https://schema.management.azure.com/schemas/2019-08-01/"
_LEVELS = {
    "resourceGroup": "deploymentTemplate.json#",
    "subscription": "subscriptionDeploymentTemplate.json#",
    "managementGroup": "managementGroupDeploymentTemplate.json#",
    "tenant": "tenantDeploymentTemplate.json#",
}
_PARAMETERS = (
    "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#"
)
FORM = "bicep"


@dataclass(frozen=True, slots=True)
class Made:
    """What a file stands for.

    Attributes:
        value: A template, or a file of parameters.
        origin: Where it stands.
    """

    value: dict[str, object]
    origin: Origin


@dataclass(slots=True)
class Maker:
    """Makes a template of a file.

    Attributes:
        file: The file.
        links: What leads to the templates of modules, by what is written of them.
        notes: Takes what must be told.
        shelf: The files of the input.
        given: Where parts stand; None for where they stand in the file.
    """

    file: declarations.BicepFile
    links: Mapping[str, Mapping[str, str]]
    notes: Notes
    shelf: Shelf = field(default_factory=Shelf)
    given: Sheet | None = None
    symbols: Symbols = field(init=False)
    sheet: Sheet = field(init=False)
    lowering: Lowering = field(init=False)
    taken: Taken = field(init=False)
    _paths: dict[int, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.symbols = symbols_of(self.file)
        self.sheet = self.given or Sheet(self.file.path)
        self.taken = Taken(self.shelf, self._opened)
        calls = Calls(self.sheet, self.symbols, self.taken)
        self._tell_of_twins()
        self.lowering = Lowering(self.sheet, self.symbols, calls, self.notes)

    def _opened(self, file: declarations.BicepFile, prefix: str) -> Lowering:
        """Return what makes parts from another file."""
        symbols, sheet = symbols_of(file), Sheet(file.path)
        self._paths[id(symbols)] = file.path
        calls = Calls(sheet, symbols, self.taken, prefix)
        return Lowering(sheet, symbols, calls, self.notes)

    def _find(self, symbols: Symbols, name: str) -> tuple[Symbols, str] | None:
        """Return the names of the file that a type comes from, and its name there."""
        base = self._paths.get(id(symbols), self.file.path)
        space, _, rest = name.partition(".")
        if name in symbols.imports:
            item, name = symbols.imports[name]
        elif space in symbols.spaces:
            item, name = symbols.spaces[space], rest
        else:
            return None
        part = self.taken.part(base, item.path)
        return None if part is None else (part.symbols, name)

    def _tell_of_twins(self) -> None:
        for item in self.symbols.twice:
            place = self.sheet.origin.at("twice", item.name)
            self.sheet.lines.put(place.pointer, item.line)
            self.notes.error(
                place,
                f"`{item.name}` is declared already",
                "the first declaration holds; the platform refuses the file",
                "give it another name",
            )

    def template(self) -> Made:
        """Return the template that the file stands for."""
        links = {key: dict(value) for key, value in self.links.items()}
        resources = Resources(self.lowering, links)
        schema = _LEVELS.get(self.symbols.target, _LEVELS["resourceGroup"])
        value: dict[str, object] = {
            "$schema": _SCHEMAS + schema,
            "languageVersion": "2.0",
            "contentVersion": "1.0.0.0",
            "parameters": {
                name: self._parameter(it)
                for name, it in self.symbols.parameters.items()
            },
            "resources": {
                thing.symbol: resources.declared(thing)
                for thing in self.symbols.all_things()
            },
            "outputs": {
                name: self._output(it) for name, it in self.symbols.outputs.items()
            },
        }
        if self.file.broken or self.file.lost:
            why = f"not all declarations of `{self.file.path}` can be read"
            kinds = None if self.file.broken else list(self.file.lost)
            value[LOST] = {"why": why, "kinds": kinds}
        return self._made(value)

    def _made(self, value: dict[str, object]) -> Made:
        """Return a template with what it takes over from other files."""
        functions: dict[str, object] = {
            name: member(self.lowering, item)
            for name, item in self.symbols.functions.items()
        }
        variables = self._variables()
        self.taken.put(variables, functions)
        value["functions"] = [{"namespace": SPACE, "members": functions}]
        value["variables"] = variables
        return Made(value, self.sheet.origin)

    def parameters(self) -> Made:
        """Return the values that a file of parameters gives."""
        given, self.symbols.parameters = self.symbols.parameters, {}
        for name, item in given.items():
            if item.default is not None:
                written = declarations.Variable(name, item.line, item.default)
                self.symbols.variables.setdefault(name, written)
        value: dict[str, object] = {
            "$schema": _PARAMETERS,
            "contentVersion": "1.0.0.0",
            "parameters": {name: self._given(item) for name, item in given.items()},
        }
        return self._made(value)

    def _parameter(self, item: declarations.Parameter) -> dict[str, object]:
        env = Env(("parameters", item.name))
        self.sheet.lines.put(env.at, item.line)
        secret = item.decorator("secure") is not None
        node = declaration(item.type, self.symbols, self._find, is_secret=secret)
        allowed = item.decorator("allowed")
        if allowed is not None and allowed.arguments:
            choices = self.lowering.node(
                allowed.arguments[0], env.below("allowedValues")
            )
            if isinstance(choices, list):
                node["allowedValues"] = choices
        if item.default is not None:
            inner = env.below("defaultValue")
            self.sheet.lines.put(inner.at, item.default.line)
            node["defaultValue"] = self.lowering.node(item.default, inner)
        return node

    def _given(self, item: declarations.Parameter) -> dict[str, object]:
        env = Env(("parameters", item.name))
        self.sheet.lines.put(env.at, item.line)
        if item.default is None:
            return {"reference": {}}
        inner = env.below("value")
        self.sheet.lines.put(inner.at, item.default.line)
        if isinstance(item.default, syntax.Call) and item.default.name == "getSecret":
            return {"reference": {}}
        return {"value": self.lowering.node(item.default, inner)}

    def _variables(self) -> dict[str, object]:
        out: dict[str, object] = {}
        for name, item in self.symbols.variables.items():
            env = Env(("variables", name))
            self.sheet.lines.put(env.at, item.line)
            out[name] = self.lowering.node(item.value, env)
        return out

    def _output(self, item: declarations.Output) -> dict[str, object]:
        env = Env(("outputs", item.name))
        self.sheet.lines.put(env.at, item.line)
        secret = item.decorator("secure") is not None
        node = declaration(item.type, self.symbols, self._find, is_secret=secret)
        node["value"] = self.lowering.node(item.value, env.below("value"))
        return node
