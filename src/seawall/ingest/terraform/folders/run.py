"""One module with its inputs: variables, locals, resources, calls and outputs.

All is evaluated when it is asked for, and once.

Source: Terraform docs, Modules; Input Variables; The count and for_each
Meta-Arguments.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from posixpath import relpath

from seawall.ingest.terraform.evaluation.evaluate import Machine, Scope
from seawall.ingest.terraform.evaluation.types import Conversion, type_of
from seawall.ingest.terraform.evaluation.values import (
    Computed,
    Failed,
    Lazy,
    Unknown,
    Value,
)
from seawall.ingest.terraform.folders.build import fill
from seawall.ingest.terraform.folders.copies import Copies, copies_of
from seawall.ingest.terraform.folders.traced import Trace
from seawall.ingest.terraform.language import syntax
from seawall.ingest.terraform.module import Declared, Module
from seawall.model.origin import Origin

Give = Callable[[str], Value]
"""Gives the value of an input, or raises `KeyError` when there is none."""

Steps = tuple[tuple[str, str | int | None], ...]


@dataclass(slots=True)
class Made:
    """One instance of a resource.

    Attributes:
        address: As Terraform writes it.
        declared: Its block.
        type: Such as `azurerm_subnet`.
        label: Its name in the configuration.
        key: Its key or index, or None.
        values: Its attributes.
        perhaps: Why it may not be made; empty when it surely is.
    """

    address: str
    declared: Declared
    type: str
    label: str
    key: str | int | None
    values: Computed
    perhaps: str = ""

    def values_origin(self) -> Origin:
        """Return where its block begins."""
        line = self.declared.section.line
        pointer = (f"{self.type}.{self.label}",)
        path = self.declared.path
        return Origin(path, 0, pointer, lambda _document, _pointer: line or None)


class _Names(Lazy):
    """Names that are looked up when they are asked for."""

    def __init__(
        self, look: Callable[[str], Value], names: Callable[[], list[str]]
    ) -> None:
        self._look = look
        self._names = names

    def attribute(self, name: str) -> Value:
        return self._look(name)

    def plain(self) -> Value:
        return {name: self._look(name) for name in self._names()}


@dataclass(slots=True)
class Enter:
    """How a run finds what it calls.

    Attributes:
        call: Returns the run of a called module, or why there is none.
    """

    call: "Callable[[Run, str, Declared, Scope, str | int | None], Run | Outputs]"


class Outputs(Lazy):
    """What a call gives to its caller."""


@dataclass(slots=True, eq=False)
class Run(Outputs):
    """A module with its inputs.

    Attributes:
        module: What the folder declares.
        machine: What evaluations share.
        enter: How called modules are found.
        home: The folder of the root module, where Terraform runs: from there paths
            count in every module (Terraform docs, Filesystem and Workspace Info).
        give: Its inputs.
        prefix: Put before the addresses in it.
        steps: The calls that lead to it.
        perhaps: Why it may not be called.
        trace: Where its values come from, of a module that is known by name.
    """

    module: Module
    machine: Machine
    enter: Enter
    home: str
    give: Give
    prefix: str = ""
    steps: Steps = ()
    perhaps: str = ""
    trace: Trace | None = None
    _scope: Scope | None = None
    _done: dict[tuple[str, ...], Value] = field(default_factory=dict)
    _copies: dict[tuple[str, str, str], Copies] = field(default_factory=dict)
    _made: dict[str, Made] = field(default_factory=dict)
    _called: dict[tuple[str, object], "Run | Outputs"] = field(default_factory=dict)

    def attribute(self, name: str) -> Value:
        """Return an output."""
        declared = self.module.outputs.get(name)
        if declared is None:
            raise Failed(f"the module has no output `{name}`")
        argument = declared.argument("value")
        if argument is None:
            return None
        return self._once(("output", name), lambda: self.scope().value(argument.value))

    def plain(self) -> Value:
        """Return all outputs."""
        return {name: self.attribute(name) for name in self.module.outputs}

    def scope(self) -> Scope:
        """Return what names mean in the module."""
        if self._scope is None:
            self._scope = self._made_scope()
        return self._scope

    def _made_scope(self) -> Scope:
        module = self.module
        names: dict[str, Value] = {
            "var": _Names(self.variable, lambda: list(module.variables)),
            "local": _Names(self._local, lambda: list(module.local_values)),
            "module": _Names(self._module, lambda: list(module.calls)),
            "data": _Names(self._data_of, list),
            "path": {"module": self._path(), "root": ".", "cwd": "."},
            "terraform": {"workspace": Unknown("the workspace is not known")},
        }
        for kind in {kind for kind, _ in module.resources}:
            names[kind] = _Names(self._resource_of(kind), list)
        return Scope(self.machine, names, None, self.home)

    def _path(self) -> str:
        """Return where the module is, as Terraform sees it from where it runs."""
        return relpath(self.module.folder or ".", self.home or ".")

    def _once(self, key: tuple[str, ...], evaluate: Callable[[], Value]) -> Value:
        if key not in self._done:
            # What refers to itself meets this.
            self._done[key] = Unknown(f"`{'.'.join(key)}` refers to itself")
            try:
                self._done[key] = evaluate()
            except Failed as failed:
                self._done[key] = Unknown(f"`{'.'.join(key)}`: {failed}")
        return self._done[key]

    def variable(self, name: str) -> Value:
        """Return the value of a variable."""
        declared = self.module.variables.get(name)
        if declared is None:
            raise Failed(f"there is no variable `{name}`")
        return self._once(("var", name), lambda: self._given(name, declared))

    def _given(self, name: str, declared: Declared) -> Value:
        scope = Scope(self.machine, {}, None, self.home)
        kind = declared.argument("type")
        wanted = type_of(None if kind is None else kind.value)
        default = declared.argument("default")
        nullable = declared.argument("nullable")
        try:
            value = self.give(name)
            refused = nullable is not None and scope.safe(nullable.value) is False
            if value is None and refused and default is not None:
                value = scope.value(default.value)
        except KeyError:
            if default is None:
                return Unknown(f"the variable `{name}` has no value")
            value = scope.value(default.value)
        secret = declared.argument("sensitive")
        if (
            secret is not None
            and scope.safe(secret.value) is True
            and value is not None
        ):
            return Unknown(f"the variable `{name}` is sensitive and not read")
        return Conversion(scope.safe, self.machine.budget).to(value, wanted)

    def _local(self, name: str) -> Value:
        found = self.module.local_values.get(name)
        if found is None:
            raise Failed(f"there is no local value `{name}`")
        return self._once(("local", name), lambda: self.scope().value(found[0].value))

    def _resource_of(self, kind: str) -> Callable[[str], Value]:
        return lambda name: self.value_of("resource", kind, name)

    def _data_of(self, kind: str) -> Value:
        return _Names(lambda name: self.value_of("data", kind, name), list)

    def value_of(self, mode: str, kind: str, name: str) -> Value:
        """Return what a reference to a resource means: one, a list, or an object."""
        table = self.module.resources if mode == "resource" else self.module.data
        declared = table.get((kind, name))
        if declared is None:
            raise Failed(f"there is no {mode} `{kind}.{name}`")
        copies = self.copies(mode, kind, name, declared)
        return copies.gathered(lambda key: self.made(mode, kind, name, key).values)

    def copies(self, mode: str, kind: str, name: str, declared: Declared) -> Copies:
        """Return the copies of a resource."""
        known = (mode, kind, name)
        if known not in self._copies:
            why = f"how often `{kind}.{name}` is made rests on itself"
            self._copies[known] = Copies((), None, why)
            self._copies[known] = copies_of(declared.section.body, self.scope())
        return self._copies[known]

    def made(self, mode: str, kind: str, name: str, key: str | int | None) -> Made:
        """Return one instance of a resource."""
        table = self.module.resources if mode == "resource" else self.module.data
        declared = table[kind, name]
        dot = "data." if mode == "data" else ""
        address = f"{self.prefix}{dot}{kind}.{name}{suffix(key)}"
        if address not in self._made:
            copies = self.copies(mode, kind, name, declared)
            values = Computed(address, "", declared.section.line)
            found = Made(address, declared, kind, name, key, values)
            found.perhaps = self.perhaps or copies.perhaps
            self._made[address] = found
            scope = self.scope().with_names(copies.names(key))
            try:
                fill(values, declared.section.body, scope)
            except Failed as failed:
                found.perhaps = str(failed)
        return self._made[address]

    def _module(self, name: str) -> Value:
        declared = self.module.calls.get(name)
        if declared is None:
            raise Failed(f"there is no module `{name}`")
        copies = self.copies("module", "", name, declared)
        return copies.gathered(lambda key: self.called(name, key))

    def called(self, name: str, key: str | int | None) -> "Run | Outputs":
        """Return one copy of a called module."""
        if (name, key) not in self._called:
            declared = self.module.calls[name]
            copies = self.copies("module", "", name, declared)
            scope = self.scope().with_names(copies.names(key))
            self._called[name, key] = self.enter.call(self, name, declared, scope, key)
        return self._called[name, key]


def suffix(key: str | int | None) -> str:
    """Return a key as it stands in addresses."""
    if key is None:
        return ""
    return f"[{key}]" if isinstance(key, int) else f'["{key}"]'


def inputs_of(body: syntax.Body, scope: Scope) -> Give:
    """Return what a call gives to the module that it calls."""

    def give(name: str) -> Value:
        argument: syntax.Argument | None = body.arguments.get(name)
        if argument is None:
            raise KeyError(name)
        return scope.safe(argument.value)

    return give


def fixed(values: Mapping[str, Value]) -> Give:
    """Return inputs that are known already."""
    return lambda name: values[name]
