"""Tells of resources in plans and states of which nothing can be read.

Source: HashiCorp docs, JSON output format; what is of another type was not written by
Terraform.
"""

from collections.abc import Iterator, Mapping

from seawall.ingest.notes import Notes
from seawall.model.origin import Origin

_VALUES = ("values", "change", "instances")
_BRANCHES = ("planned_values", "values", "root_module")
_LISTS = ("resources", "child_modules", "resource_changes")


def tell_of_misshapen(value: object, origin: Origin, notes: Notes) -> None:
    """Note each resource that is no object, or whose type or values are none."""
    for place, what in _misshapen(value, origin):
        notes.error(
            place,
            f"{what}, so that a resource cannot be read",
            "Terraform writes nothing else there, and what it makes is not known",
            "give the output of `terraform show -json`, unchanged",
        )


def _misshapen(value: object, origin: Origin) -> Iterator[tuple[Origin, str]]:
    if not isinstance(value, Mapping):
        return
    for key in _BRANCHES:
        inner = value.get(key)
        if isinstance(inner, Mapping):
            yield from _misshapen(inner, origin.at(key))
        elif inner is not None:
            yield origin.at(key), f"`{key}` is no object"
    for key in _LISTS:
        listed = value.get(key)
        if listed is not None and not isinstance(listed, list):
            yield origin.at(key), f"`{key}` is no list"
            continue
        for index, item in enumerate(listed or ()):
            place = origin.at(key, index)
            if not isinstance(item, Mapping):
                yield place, f"an element of `{key}` is no object"
            elif key == "child_modules":
                yield from _misshapen(item, place)
            else:
                yield from _of_resource(item, place)


def _of_resource(
    item: Mapping[object, object], place: Origin
) -> Iterator[tuple[Origin, str]]:
    for key, lacking in (("type", None), ("name", "")):
        if not isinstance(item.get(key, lacking), str):
            yield place.at(key), f"`{key}` is no text"
    for key in _VALUES:
        inner = item.get(key)
        wanted = list if key == "instances" else Mapping
        if inner is not None and not isinstance(inner, wanted):
            yield place.at(key), f"`{key}` is no {wanted.__name__.lower()}"
    instances = item.get("instances")
    for index, one in enumerate(instances if isinstance(instances, list) else ()):
        inner = one.get("attributes") if isinstance(one, Mapping) else one
        if inner is not None and not isinstance(inner, Mapping):
            yield place.at("instances", index), "`attributes` is no object"
