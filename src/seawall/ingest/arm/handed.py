"""What a deployment hands to a template that is not in the input.

Source: Azure docs, linked-templates (parameters) and template-specs, read 2026-11.
"""

from collections.abc import Iterable, Iterator, Mapping

from seawall.ingest.arm.language.values import Text, Unknown, Value
from seawall.ingest.arm.nodes import Reading, evaluate
from seawall.ingest.arm.passed import LOST, Passed
from seawall.ingest.arm.resources import Instance
from seawall.ingest.arm.targets import rendered
from seawall.ingest.documents import ReadDocument
from seawall.ingest.doubts.handed import Taker, leaves, once
from seawall.ingest.resource import Change, Source
from seawall.model.origin import Origin


def changes_of_lost(documents: Iterable[ReadDocument]) -> Iterator[Change]:
    """Yield what templates may change by what cannot be read in them."""
    for document in documents:
        value = document.value
        lost = value.get(LOST) if isinstance(value, Mapping) else None
        if isinstance(lost, Mapping):
            taker = Taker(str(lost.get("why")), document.path, Source.TEMPLATE)
            yield from taker.anything(document.origin, lost.get("kinds"))


def changes_by(instance: Instance, reading: Reading) -> Iterator[Change]:
    """Yield what a deployment may change of what it is handed."""
    return once(_changes(instance, reading))


def _changes(instance: Instance, reading: Reading) -> Iterator[Change]:
    name = rendered(instance.name) or "?"
    what = f"what the deployment `{name}` makes is not known"
    taker = Taker(what, name, Source.TEMPLATE)
    for argument, value, origin in _passed(instance, reading):
        for key, leaf in leaves(value, argument):
            if isinstance(leaf, str | Text | Unknown):
                text = (rendered(leaf) or "").lower()
                is_known = not isinstance(leaf, Unknown)
                yield from taker.changes(key, text, origin, is_known=is_known)


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
