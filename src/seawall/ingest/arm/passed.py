"""The values that a deployment passes to the parameters of one in it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from seawall.ingest.arm.language.evaluate import Here
from seawall.ingest.arm.language.values import Unknown, Value, key_of, lookup, made
from seawall.ingest.arm.nodes import Reading, evaluate, is_loops
from seawall.ingest.arm.targets import rendered
from seawall.ingest.near import guess
from seawall.ingest.resource import REST
from seawall.model.origin import Origin

LOST = "#lost"
"""Says in a template why it may declare more than it shows, and of which types."""


@dataclass(frozen=True, slots=True)
class Passed:
    """The parameters that a resource passes to the deployment that it is.

    Attributes:
        node: How the resource is declared.
        origin: Where.
        here: Where its expressions are evaluated.
        reading: The reading that it is part of.
        name: Its name.
        id: Its id.
    """

    node: Mapping[str, object]
    origin: Origin
    here: Here
    reading: Reading
    name: Value
    id: Value

    def __call__(self, name: str) -> tuple[Value, Origin] | None:
        """Return the value of a parameter, by its name in lower case."""
        properties = _mapping(self.node.get("properties"))
        origin = self.origin.at("properties", "parameters")
        written = properties.get("parameters")
        if not isinstance(written, dict | None):
            whole = evaluate(written, origin, self.here, self.reading)
            return self._of(whole, name, origin)
        listed = _mapping(written)
        spelled = lookup(listed, name)
        if spelled is None:
            return None
        place = origin.at(spelled)
        declared = listed[spelled]
        if isinstance(declared, str):
            declared = evaluate(declared, place, self.here, self.reading)
            return self._value(declared, name, place)
        if "value" in _mapping(declared):
            node = _mapping(declared)["value"]
            place = place.at("value")
            return evaluate(node, place, self.here, self.reading), place
        if is_loops(_mapping(declared).get("copy")):
            whole = evaluate(declared, place, self.here, self.reading)
            return self._value(whole, name, place)
        return Unknown(f"secret {place.pointer}", _secret(name), "string"), place

    def _of(self, whole: Value, name: str, place: Origin) -> tuple[Value, Origin]:
        if isinstance(whole, dict) and REST not in whole:
            spelled = lookup(whole, name)
            if spelled is None:
                return None, place
            return self._value(whole[spelled], name, place)
        return made("passed", (whole, name)), place

    def _value(self, declared: Value, name: str, place: Origin) -> tuple[Value, Origin]:
        if isinstance(declared, dict) and "value" in declared:
            return declared["value"], place
        return made("passed", (declared, name)), place

    def missing(self, name: str) -> Unknown:
        """Return what stands for a parameter that has no value."""
        shown = rendered(self.name) or ""
        why = f"`parameters('{name}')` of the deployment `{shown}` is not passed to it"
        return Unknown(f"passed {key_of(self.id)} {name}", why)


class Called(Protocol):
    """What is asked of a resource that is a deployment."""

    node: Mapping[str, object]
    origin: Origin
    name: Value


def check_names(
    called: Called, template: Mapping[str, object], reading: Reading
) -> None:
    """Tell of parameters that are passed to a template which does not declare them.

    Source: Azure docs, troubleshooting common template errors (InvalidTemplate: the
    template parameters are not valid; they are not present in the template), read
    2026-11.
    """
    if LOST in template:
        return
    properties = _mapping(called.node.get("properties"))
    declared = _mapping(template.get("parameters"))
    place = called.origin.at("properties", "parameters")
    for name in _mapping(properties.get("parameters")):
        if lookup(declared, name) is None:
            shown = rendered(called.name) or "?"
            reading.notes.error(
                place.at(name),
                f"the deployment `{shown}` is given `{name}`, and its template "
                "declares no such parameter",
                "the platform refuses the deployment; what the parameter was meant for "
                "keeps its default",
                guess(name, declared, "take it out, or declare it in the template"),
            )


def _secret(name: str) -> str:
    return (
        f"`parameters('{name}')` comes from a key vault when the template is deployed"
    )


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}
