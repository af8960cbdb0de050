"""What a deployment hands to a template that is not in the input.

Source: Azure docs, linked-templates (parameters) and template-specs, read 2026-11.
"""

from collections.abc import Iterator, Mapping

from seawall.ingest.arm.language.values import Text, Unknown, Value
from seawall.ingest.arm.nodes import Reading, evaluate
from seawall.ingest.arm.passed import Passed
from seawall.ingest.arm.resources import Instance
from seawall.ingest.arm.targets import rendered
from seawall.ingest.doubts.handed import Taker
from seawall.ingest.resource import Change, Source
from seawall.model.origin import Origin

_DEEPEST = 40


def changes_by(instance: Instance, reading: Reading) -> Iterator[Change]:
    """Yield what a deployment may change of what it is handed."""
    name = rendered(instance.name) or "?"
    what = f"what the deployment `{name}` makes is not known"
    taker = Taker(what, name, Source.TEMPLATE)
    known: set[tuple[str, str]] = set()
    for argument, value, origin in _passed(instance, reading):
        for key, leaf in _leaves(value, argument, 0):
            text = (rendered(leaf) or "").lower()
            is_known = not isinstance(leaf, Unknown)
            for change in taker.changes(key, text, origin, is_known=is_known):
                if (change.type, change.spelled) not in known:
                    known.add((change.type, change.spelled))
                    yield change


def _passed(
    instance: Instance, reading: Reading
) -> Iterator[tuple[str, Value, Origin]]:
    """Yield the name of each parameter, its value and its place."""
    properties = instance.node.get("properties")
    listed = properties.get("parameters") if isinstance(properties, Mapping) else None
    if isinstance(listed, str):
        place = instance.origin.at("properties", "parameters")
        listed = evaluate(listed, place, instance.here, reading)
    passed = Passed(
        instance.node,
        instance.origin,
        instance.here,
        reading,
        instance.name,
        instance.id,
    )
    for name in listed if isinstance(listed, Mapping) else ():
        found = passed(name.lower()) if isinstance(name, str) else None
        if found is not None:
            yield name, *found


def _leaves(value: Value, key: str, depth: int) -> Iterator[tuple[str, Value]]:
    """Yield the texts in a value, each with the keys that lead to it."""
    if depth > _DEEPEST:
        return
    if isinstance(value, dict):
        for name, item in value.items():
            yield from _leaves(item, f"{key}.{name}", depth + 1)
    elif isinstance(value, list):
        for item in value:
            yield from _leaves(item, key, depth + 1)
    elif isinstance(value, str | Text | Unknown):
        yield key, value
