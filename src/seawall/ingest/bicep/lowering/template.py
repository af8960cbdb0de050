"""From a file to the template that it stands for, or to the values that it gives."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from seawall.ingest.arm.language.tree import Call, Literal
from seawall.ingest.bicep.language import declarations, syntax
from seawall.ingest.bicep.lowering.calls import SPACE, Calls
from seawall.ingest.bicep.lowering.expressions import Lowering
from seawall.ingest.bicep.lowering.resources import Resources
from seawall.ingest.bicep.lowering.sheet import Env, Sheet
from seawall.ingest.bicep.lowering.symbols import Symbols, symbols_of
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
    """

    file: declarations.BicepFile
    links: Mapping[str, Mapping[str, str]]
    notes: Notes
    symbols: Symbols = field(init=False)
    sheet: Sheet = field(init=False)
    lowering: Lowering = field(init=False)

    def __post_init__(self) -> None:
        self.symbols = symbols_of(self.file)
        self.sheet = Sheet(self.file.path)
        calls = Calls(self.sheet, self.symbols)
        self._tell_of_twins()
        self.lowering = Lowering(self.sheet, self.symbols, calls, self.notes)

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
            "functions": [self._functions()],
            "parameters": {
                name: self._parameter(it)
                for name, it in self.symbols.parameters.items()
            },
            "variables": self._variables(),
            "resources": {
                thing.symbol: resources.declared(thing)
                for thing in self.symbols.all_things()
            },
            "outputs": {
                name: self._output(it) for name, it in self.symbols.outputs.items()
            },
        }
        return Made(value, self.sheet.origin)

    def parameters(self) -> Made:
        """Return the values that a file of parameters gives."""
        value: dict[str, object] = {
            "$schema": _PARAMETERS,
            "contentVersion": "1.0.0.0",
            "functions": [self._functions()],
            "variables": self._variables(),
            "parameters": {
                name: self._given(item)
                for name, item in self.symbols.parameters.items()
            },
        }
        return Made(value, self.sheet.origin)

    def _parameter(self, item: declarations.Parameter) -> dict[str, object]:
        env = Env(("parameters", item.name))
        self.sheet.lines.put(env.at, item.line)
        secret = item.decorator("secure") is not None
        node = declaration(item.type, self.symbols, is_secret=secret)
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
        node = declaration(item.type, self.symbols, is_secret=secret)
        node["value"] = self.lowering.node(item.value, env.below("value"))
        return node

    def _functions(self) -> dict[str, object]:
        members: dict[str, object] = {}
        for name, item in self.symbols.functions.items():
            place = ("functions", 0, "members", name)
            self.sheet.lines.put(place, item.line)
            arguments = {
                word: Call("parameters", (Literal(word),), "parameters", notation=word)
                for word, _ in item.parameters
            }
            env = Env((*place, "output", "value"), arguments)
            members[name] = {
                "parameters": [{"name": word} for word, _ in item.parameters],
                "output": {"value": self.lowering.node(item.body, env)},
            }
        return {"namespace": SPACE, "members": members}
