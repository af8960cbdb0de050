"""Commands that a plan has run once it has made a resource.

A plan keeps how they are written, and no values: of a text that is not written out
it tells what the expression refers to. Local values it does not keep at all.

Source: Terraform docs, Provisioners, and JSON Output Format, Configuration
Representation and Expression Representation.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from seawall.ingest.resource import Source
from seawall.ingest.terraform.commands import ARGUMENTS, COMMAND, Referred
from seawall.ingest.terraform.configuration import Configuration, names
from seawall.ingest.terraform.document import changes_of_plan, mapping
from seawall.ingest.terraform.instance import Instance, Json, Place

_LOST = "a plan does not tell what it is written with"
_DEEPEST = 12
_RESOURCE = re.compile(
    r"(?P<data>data\.)?(?P<type>(?:azurerm|azapi)_\w+)\.(?P<name>[\w-]+)"
    r"(?:\[[^\]]*\])?(?P<rest>.*)"
)
_OUTPUT = re.compile(r"module\.(?P<name>[\w-]+)(?:\[[^\]]*\])?\.(?P<output>[\w-]+)")
_VARIABLE = re.compile(r"var\.(?P<name>[\w-]+)")
_OPEN = re.compile(
    r"local\.|module\.|each\.value|data\.(?!azurerm_|azapi_)"
    r"|.*\.(?:triggers|input|output)"
)
"""What may be the name of anything."""
_NEUTRAL = re.compile(r"azurerm_(?:resource_group|client_config|subscription)s?")
"""Types of which nothing tells what is in them."""
_OTHERS = re.compile(
    r"\.\w*(?:gateway|network|policy|security_group|subnet|table|vnet|zone)_(?:id|name)s?"
)
"""Attributes that name another resource than their own."""


def commands_of_plan(
    plan: Json, found: Sequence[Instance], configuration: Configuration
) -> Iterator[Instance]:
    """Yield what stands for the commands of resources that are made, or may be."""
    changes = changes_of_plan(plan)
    told = _Told(plan, found, configuration)
    for made in found:
        if made.source is Source.DATA:
            continue
        actions = mapping((changes or {}).get(made.address)).get("actions")
        if isinstance(actions, list) and "create" not in actions:
            continue
        written = configuration.resource(made.place, made.type, made.label)
        listed = mapping(written).get("provisioners")
        for item in listed if isinstance(listed, list) else ():
            one = mapping(item)
            wanted = ARGUMENTS.get(str(one.get("type")), ())
            given = mapping(one.get("expressions"))
            values = {
                name: told.value(given[name], made.place)
                for name in wanted
                if name in given
            }
            if values:
                yield Instance(
                    address=f"{made.address}#command",
                    type=COMMAND,
                    label=made.address,
                    place=made.place,
                    values=values,
                    unknown={},
                    expressions={},
                    origin=made.origin,
                    source=made.source,
                )


@dataclass(slots=True)
class _Found:
    """What the expressions of one text refer to, as it is gathered."""

    to: dict[str, Instance]
    texts: dict[tuple[str, str], None]
    is_open: bool = False

    def keep(self, name: str, value: object) -> None:
        """Keep a text; what is none may be any."""
        if isinstance(value, str):
            self.texts[name, value] = None
        elif not isinstance(value, bool | int | float):
            self.is_open = True


class _Told:
    """What a plan tells of its expressions."""

    def __init__(
        self, plan: Json, found: Sequence[Instance], configuration: Configuration
    ) -> None:
        self._configuration = configuration
        self._variables = mapping(plan.get("variables"))
        self._made: dict[tuple[object, ...], list[Instance]] = {}
        for item in found:
            is_data = item.source is Source.DATA
            key = (names(item.place), is_data, item.type, item.label)
            self._made.setdefault(key, []).append(item)

    def value(self, written: object, place: Place) -> object:
        """Return a value, or what its expression refers to."""
        expression = mapping(written)
        if "constant_value" in expression:
            return expression["constant_value"]
        out = _Found({}, {})
        self._follow("", expression, place, out, 0)
        return Referred(
            _LOST,
            to=tuple(out.to.values()),
            texts=tuple(out.texts),
            is_open=out.is_open,
        )

    def _follow(
        self, name: str, expression: Json, place: Place, out: _Found, depth: int
    ) -> None:
        listed = expression.get("references")
        if "constant_value" in expression:
            out.keep(name, expression["constant_value"])
        elif not isinstance(listed, list) or not listed or depth > _DEEPEST:
            out.is_open = True
        else:
            for reference in _longest([str(item) for item in listed]):
                self._one(reference, place, out, depth + 1)

    def _one(self, reference: str, place: Place, out: _Found, depth: int) -> None:
        if match := _VARIABLE.match(reference):
            name = match["name"]
            if place.modules:
                written = self._configuration.argument(place, name)
                self._follow(name, written, Place(place.modules[:-1]), out, depth)
            else:
                out.keep(name, mapping(self._variables.get(name)).get("value"))
        elif match := _OUTPUT.match(reference):
            inner = Place((*place.modules, (match["name"], None)))
            output = self._configuration.output(inner, match["output"])
            self._follow(match["output"], output, inner, out, depth)
        elif reference.startswith("each.key") and isinstance(place.key, str):
            out.keep("key", place.key)
        elif _OPEN.match(reference):
            out.is_open = True
        elif match := _RESOURCE.match(reference):
            self._resource(match, place, out)

    def _resource(self, match: re.Match[str], place: Place, out: _Found) -> None:
        if _NEUTRAL.fullmatch(match["type"]):
            return
        is_data = match["data"] is not None
        key = (names(place), is_data, match["type"], match["name"])
        made = self._made.get(key, [])
        out.is_open = out.is_open or (is_data and not made)
        for item in made:
            if _OTHERS.search(match["rest"]):
                name = match["rest"].strip(".")
                out.keep(name, item.values.get(name))
            else:
                out.to[item.address] = item


def _longest(references: list[str]) -> list[str]:
    """Drop each reference that another one continues: `a.b` beside `a.b.id`."""
    return [
        it
        for it in references
        if not any(each.startswith((it + ".", it + "[")) for each in references)
    ]
