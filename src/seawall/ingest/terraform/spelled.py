"""The ids that resources will have, as far as a configuration tells them.

What it does not tell stands in braces, as `ingest.doubts.alike` compares it.
"""

import re

from seawall.ingest.doubts.alike import ANYTHING, hole
from seawall.ingest.terraform.instance import Block, Link
from seawall.ingest.terraform.shape import Kind, Parent

_REFERENCE = re.compile(r"<([^<>]*)>")


def pattern_of(value: object) -> str:
    """Return a text with what is not known of it in braces."""
    if isinstance(value, str) and value:
        return value.lower().rstrip("/")
    if isinstance(value, Link):
        if value.address:
            return hole(f"{value.address}#{value.attribute}")
        if value.spelled:
            text = value.spelled.lower().replace("?", ANYTHING)
            return _REFERENCE.sub(lambda it: hole(it[1]), text).rstrip("/")
    return ANYTHING


def spelled(kind: Kind, block: Block) -> str:
    """Return the id that a resource will have; nothing where it has one already."""
    if block.owner.id.startswith("/"):
        return ""
    name = _segment(block, kind.name)
    if kind.parent is None:
        return _below(_group(block), kind.arm, name)
    segment = kind.arm.rpartition("/")[2]
    return f"{_above(kind, kind.parent, block)}/{segment}/{name}"


def spelled_azapi(arm: str, block: Block) -> str:
    """Return the same of a resource that is configured in ARM's own words."""
    if block.owner.id.startswith("/"):
        return ""
    above = pattern_of(block.field("parent_id").value)
    name = _segment(block, "name")
    if arm.count("/") > 1:
        above = above if above.startswith("/") else ANYTHING
        return f"{above}/{arm.rpartition('/')[2]}/{name}"
    if above.startswith("/"):
        return f"{above}/providers/{arm}/{name}"
    return _below(ANYTHING, arm, name)


def attribute_of(parent: Parent, block: Block) -> str:
    """Return the attribute by which a resource says what it is a part of."""
    given = (it for it in (parent.id, parent.name) if it and _is_given(block, it))
    return next(given, parent.id or parent.name)


def _is_given(block: Block, name: str) -> bool:
    return not block.field(name).left_to_service


def _above(kind: Kind, parent: Parent, block: Block) -> str:
    """Return the id of what a resource is a part of."""
    attribute = attribute_of(parent, block)
    if attribute == parent.id:
        found = pattern_of(block.field(attribute).value)
        return found if "/" in found else ANYTHING
    above = kind.arm.rpartition("/")[0]
    return _below(_group(block), above, _segment(block, attribute))


def _group(block: Block) -> str:
    return _segment(block, "resource_group_name")


def _segment(block: Block, name: str) -> str:
    """Return a name as it stands in an id."""
    return pattern_of(block.field(name).value).replace("/", "|")


def _below(group: str, arm: str, name: str) -> str:
    """Return an id; of names above the last one nothing is known."""
    space, *above, last = arm.split("/")
    path = "".join(f"/{it}/{ANYTHING}" for it in above)
    home = f"/subscriptions/{ANYTHING}/resourcegroups/{group}"
    return f"{home}/providers/{space}{path}/{last}/{name}"
