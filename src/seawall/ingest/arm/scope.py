"""What is around the expressions of one template: parameters, variables, functions.

Source: Azure docs, parameters, variables, user-defined-functions, and the pages of
template functions, read 2026-11.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from seawall.ingest.arm.language.evaluate import Here, Machine
from seawall.ingest.arm.language.signature import check_number
from seawall.ingest.arm.language.tree import Block, Call, Fault
from seawall.ingest.arm.language.values import (
    Text,
    Unknown,
    Value,
    either,
    kind_of,
    lookup,
    made,
)
from seawall.ingest.arm.nodes import Reading, evaluate, is_loops
from seawall.ingest.arm.platform import PLATFORM, References
from seawall.ingest.arm.targets import Target
from seawall.model.origin import Origin

Json = Mapping[str, object]

_KINDS = {
    "string": "string",
    "securestring": "string",
    "int": "int",
    "bool": "bool",
    "array": "array",
    "object": "object",
    "secureobject": "object",
}
_DEEPEST_TYPE = 20


class Given(Protocol):
    """Where the values of parameters come from."""

    def __call__(self, name: str) -> "tuple[Value, Origin] | None":
        """Return the value of a parameter, by its name in lower case."""

    def missing(self, name: str) -> Unknown:
        """Return what stands for a parameter that has no value."""


@dataclass(slots=True)
class Scope:
    """The surroundings of one template.

    Attributes:
        template: The template.
        origin: Where it stands.
        reading: The reading that it is part of.
        machine: What evaluates.
        target: Where the deployment goes.
        name: The name of the deployment.
        given: The values of parameters.
        identity: What tells it from other scopes.
        resources: Finds resources.
    """

    template: Json
    origin: Origin
    reading: Reading
    machine: Machine
    target: Target
    name: Value
    given: Given
    identity: str
    resources: References | None = None
    _parameters: dict[str, Value] = field(default_factory=dict)
    _variables: dict[str, Value] = field(default_factory=dict)
    _open: set[str] = field(default_factory=set)

    @property
    def here(self) -> Here:
        """Where expressions of the template are evaluated."""
        return Here(self.machine, self)

    def call(self, call: Call, here: Here) -> Value:
        """Return what a function of the surroundings gives; NotImplemented if none."""
        if call.space:
            return self._own(call, here)
        if call.name in {"parameters", "variables"}:
            check_number(call, 1, 1)
            name = here.value(call.arguments[0])
            if not isinstance(name, str):
                return made(call.name, (name,))
            find = self.parameter if call.name == "parameters" else self.variable
            return find(name)
        if call.name == "copyindex":
            return _turn(call, here)
        function = PLATFORM.get(call.name)
        if function is None and call.name.startswith("list") and call.arguments:
            function = PLATFORM["listkeys"]
        if function is None:
            return NotImplemented
        values = [here.value(item) for item in call.arguments]
        return self.machine.charge(function(self, values, call))

    def block(self, block: Block, here: Here) -> Value:
        """Return the value of an object or array that is written out."""
        return evaluate(block.node, block.origin, here, self.reading)

    def parameter(self, name: str) -> Value:
        """Return the value of a parameter.

        Raises:
            Fault: Its value refers to itself.
        """
        return self._once("parameter", name, self._parameters, self._parameter)

    def variable(self, name: str) -> Value:
        """Return the value of a variable.

        Raises:
            Fault: Its value refers to itself.
        """
        return self._once("variable", name, self._variables, self._variable)

    def _once(
        self,
        what: str,
        name: str,
        known: dict[str, Value],
        find: Callable[[str], Value],
    ) -> Value:
        folded = name.lower()
        if folded in known:
            return known[folded]
        mark = f"{what} {folded}"
        if mark in self._open:
            raise Fault(f"the {what} `{name}` refers to itself")
        self._open.add(mark)
        self.machine.deeper()
        try:
            found = find(name)
        finally:
            self.machine.back()
            self._open.discard(mark)
        known[folded] = found
        return found

    def section(self, name: str) -> tuple[Json, Origin]:
        """Return a section of the template, and where it stands."""
        spelled = lookup(self.template, name) or name
        found = self.template.get(spelled)
        return found if isinstance(found, dict) else {}, self.origin.at(spelled)

    def _parameter(self, name: str) -> Value:
        section, origin = self.section("parameters")
        spelled = lookup(section, name)
        if spelled is None:
            return self.reading.undeclared("parameter", name)
        declared = section[spelled]
        if not isinstance(declared, dict):
            raise Fault(f"the parameter `{name}` is not declared by an object")
        place = origin.at(spelled)
        kind, nullable = self.type_of(declared)
        if "secure" in self._written_type(declared):
            why = f"`parameters('{spelled}')` is a secret, which is not read"
            return Unknown(f"secret {self.identity}{spelled}", why, kind)
        given = self.given(spelled.lower())
        default = lookup(declared, "defaultValue")
        if default is not None and declared[default] is None:
            default = None
        if given is not None and (given[0] is not None or (nullable and not default)):
            value, at = given
            value = self._fitting(value, kind, declared, spelled, at)
            if default and isinstance(value, Unknown) and not value.kind:
                # Null takes the default, and it is not known whether it is null.
                value = either(value, value, self._default(declared, default, place))
            return value
        if default:
            value = self._default(declared, default, place)
            return self._fitting(value, kind, declared, spelled, place.at(default))
        if nullable:
            return None
        if given is not None:
            raise Fault(f"the parameter `{name}` is given null")
        found = self.given.missing(spelled)
        return Unknown(found.key, found.why, kind)

    def _default(self, declared: Json, key: str, place: Origin) -> Value:
        return evaluate(declared[key], place.at(key), self.here, self.reading)

    def _written_type(self, declared: Json) -> str:
        return str(self._declared(declared).get("type") or "").lower()

    def _declared(self, declared: Json) -> Json:
        """Return a declaration with what it refers to under `definitions`."""
        definitions, _ = self.section("definitions")
        for _ in range(_DEEPEST_TYPE):
            written = declared.get("$ref")
            if not isinstance(written, str):
                break
            found = definitions.get(written.rpartition("/")[2])
            if not isinstance(found, dict):
                break
            nullable = declared.get("nullable") or found.get("nullable")
            declared = {**found, "nullable": nullable}
        return declared

    def type_of(self, declared: Json) -> tuple[str, bool]:
        """Return the kind that a declaration asks for, and whether null will do.

        The kind is empty where null will do, or where it is not known.
        """
        whole = self._declared(declared)
        kind = _KINDS.get(str(whole.get("type") or "").lower(), "")
        nullable = whole.get("nullable") is True
        return "" if nullable else kind, nullable

    def _fitting(
        self, value: Value, kind: str, declared: Json, name: str, origin: Origin
    ) -> Value:
        """Return a value of a parameter if it may have it.

        Raises:
            Fault: It may not.
        """
        if isinstance(value, Unknown):
            return value if value.kind or not kind else _of_kind(value, kind)
        value = _converted(value, kind)
        if kind and kind_of(value) not in {"", kind}:
            fault = Fault(f"it is declared as {kind}, and is {kind_of(value)}")
            return self.reading.fault(fault, origin, f"parameters('{name}')")
        allowed = self._declared(declared).get("allowedValues")
        plain = isinstance(value, str | int) and isinstance(allowed, list)
        if plain and isinstance(allowed, list) and not _is_among(value, allowed):
            choices = ", ".join(f"`{item}`" for item in allowed[:6])
            fault = Fault(
                f"`{value}` is not among the values that it may have: {choices}"
            )
            return self.reading.fault(fault, origin, f"parameters('{name}')")
        return value

    def _variable(self, name: str) -> Value:
        section, origin = self.section("variables")
        spelled = lookup(section, name)
        if spelled is not None and not (
            spelled == "copy" and is_loops(section["copy"])
        ):
            return evaluate(
                section[spelled], origin.at(spelled), self.here, self.reading
            )
        loops = section.get("copy")
        if isinstance(loops, list) and is_loops(loops):
            for index, loop in enumerate(loops):
                if str(loop.get("name") or "").lower() == name.lower():
                    place = origin.at("copy", index)
                    wrapped = {"copy": [loop]}
                    made_ = evaluate(wrapped, place, self.here, self.reading)
                    return next(iter(made_.values())) if made_ else made_
        return self.reading.undeclared("variable", name)

    def _own(self, call: Call, here: Here) -> Value:
        """Return what a function that the user defined gives."""
        member, origin = self._member(call)
        if member is None:
            return NotImplemented
        declared = member.get("parameters")
        names = [
            str(item.get("name") or "")
            for item in (declared if isinstance(declared, list) else [])
            if isinstance(item, dict)
        ]
        check_number(call, len(names), len(names))
        values = [here.value(item) for item in call.arguments]
        around = _FunctionScope(
            self, dict(zip(map(str.lower, names), values, strict=True))
        )
        output = member.get("output")
        if not isinstance(output, dict) or "value" not in output:
            raise Fault(f"the function `{call.space}.{call.spelled}` has no output")
        place = origin.at("output", "value")
        return evaluate(
            output["value"], place, Here(self.machine, around), self.reading
        )

    def _member(self, call: Call) -> tuple[Json | None, Origin]:
        listed = self.template.get(lookup(self.template, "functions") or "")
        for index, space in enumerate(listed if isinstance(listed, list) else []):
            if not isinstance(space, dict):
                continue
            members = space.get("members")
            if str(space.get("namespace") or "").lower() != call.space:
                continue
            spelled = lookup(members, call.name) if isinstance(members, dict) else None
            if isinstance(members, dict) and spelled is not None:
                found = members[spelled]
                place = self.origin.at("functions", index, "members", spelled)
                return (found if isinstance(found, dict) else None), place
        return None, self.origin


@dataclass(frozen=True, slots=True)
class _FunctionScope:
    """The surroundings of a function that the user defined."""

    outer: Scope
    arguments: Mapping[str, Value]

    @property
    def identity(self) -> str:
        """What tells it from others."""
        return f"{self.outer.identity}{made('function', (dict(self.arguments),)).key}"

    def call(self, call: Call, here: Here) -> Value:
        """Return what a function of the surroundings gives; NotImplemented if none."""
        if call.name == "parameters" and not call.space:
            check_number(call, 1, 1)
            name = here.value(call.arguments[0])
            if isinstance(name, str) and name.lower() in self.arguments:
                return self.arguments[name.lower()]
            raise Fault(f"the function has no parameter `{name}`")
        if call.name == "reference" and not call.space:
            raise Fault("a function cannot use `reference`")
        return self.outer.call(call, here)

    def block(self, block: Block, here: Here) -> Value:
        """Return the value of an object or array that is written out."""
        return self.outer.block(block, here)


def _turn(call: Call, here: Here) -> Value:
    """Return what `copyIndex` gives: the turn of a loop, moved by an offset."""
    check_number(call, 0, 2)
    values = [here.value(item) for item in call.arguments]
    name = values.pop(0) if values and isinstance(values[0], str) else ""
    offset = values.pop(0) if values else 0
    if name.lower() not in here.turns:
        raise Fault(
            f"there is no loop `{name}` around" if name else "no loop is around"
        )
    turn = here.turns[name.lower()]
    if isinstance(turn, Unknown) or isinstance(offset, Unknown):
        return made("copyindex", (turn, offset), "int") if offset else turn
    if isinstance(offset, bool) or not isinstance(offset, int):
        raise Fault("`copyIndex` takes the name of a loop and a number")
    return turn + offset


def _of_kind(value: Unknown, kind: str) -> Unknown:
    return Unknown(value.key, value.why, kind, is_word=value.is_word)


def _converted(value: Value, kind: str) -> Value:
    """Return a number or a truth value that is written as a text."""
    if kind == "int" and isinstance(value, str):
        digits = value.removeprefix("-")
        return int(value) if digits.isdecimal() and len(digits) < 19 else value  # noqa: PLR2004
    if kind == "bool" and isinstance(value, str):
        return {"true": True, "false": False}.get(value.lower(), value)
    return value


def _is_among(value: Value, allowed: Sequence[object]) -> bool:
    if isinstance(value, str | Text):
        return any(
            isinstance(it, str) and it.lower() == str(value).lower() for it in allowed
        )
    return value in allowed
