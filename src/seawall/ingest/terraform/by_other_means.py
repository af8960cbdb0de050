"""What Terraform has others change: templates that it deploys, calls, commands.

None of it is run or followed. Of a template and of a call the types of what they
change are read, so that nothing else is left open.

Source: azurerm docs, resource_group_template_deployment and its like; azapi docs,
resource_action.
"""

import json
from collections.abc import Iterator, Mapping

from seawall.ingest.doubts.handed import RESOURCES, Taker, once
from seawall.ingest.notes import Notes
from seawall.ingest.resource import Change, Source
from seawall.ingest.terraform.instance import Instance

ACTION = "azapi_resource_action"
_TEMPLATES = {
    "azurerm_template_deployment": "template_body",
    "azurerm_resource_group_template_deployment": "template_content",
    "azurerm_subscription_template_deployment": "template_content",
    "azurerm_management_group_template_deployment": "template_content",
    "azurerm_tenant_template_deployment": "template_content",
}
_MATTERS = ("microsoft.network/", "microsoft.containerservice/", *RESOURCES)
_DEPLOYMENT = "microsoft.resources/deployments"
_RUNNING = frozenset(
    f"microsoft.resources/deployment{it}" for it in ("scripts", "stacks")
)
"""Types that make or change what no template says."""
_CHANGING = frozenset({"PUT", "PATCH", "DELETE"})
_DEEPEST = 40

BY_OTHERS = frozenset({ACTION, *_TEMPLATES})
"""Types that have somebody else make or change resources."""


def changes_by_others(instance: Instance, notes: Notes) -> Iterator[Change]:
    """Yield what may be changed, and tell of it; nothing if it bears on no packet."""
    kinds = _kinds(instance)
    if kinds is not None and not any(it.startswith(_MATTERS) for it in kinds):
        return
    what, why = "the template that `{}` deploys", "what is not known"
    if instance.type == ACTION:
        what = "the request that `{}` sends"
    if kinds:
        why = ", ".join(f"`{kind}`" for kind in sorted(kinds)[:4])
        why += " and others" if len(kinds) > 4 else ""  # noqa: PLR2004
    what = what.format(instance.address)
    notes.unmodelled(
        instance.origin,
        f"{what} is not followed",
        f"it makes or changes {why}; what rests on that is unknown",
        "give what is there after it (`az … -o json`)",
    )
    taker = Taker(f"{what} is not followed", instance.address, instance.source)
    listed = None if kinds is None else sorted(kinds)
    yield from once(taker.anything(instance.origin, listed))


def is_of_any_type(instance: Instance) -> bool:
    """Whether a resource in ARM's own words does not say of which type it is."""
    kind = instance.values.get("type")
    stated = isinstance(kind, str) and bool(kind)
    is_made = instance.type == "azapi_resource" and instance.source is not Source.DATA
    return is_made and not stated


def changes_by_any_type(instance: Instance, notes: Notes) -> Iterator[Change]:
    """Yield what a resource of a type that is not known may be a part of."""
    what = f"the type of `{instance.address}` is not known"
    notes.unmodelled(
        instance.origin,
        what,
        "it may be a rule, a route or whatever else; what may rest on it is unknown",
        "give the value of `type`, or what is there after it (`az … -o json`)",
    )
    taker = Taker(what, instance.address, instance.source)
    yield from once(taker.anything(instance.origin))


def _kinds(instance: Instance) -> set[str] | None:
    """Return the types of what is changed, in lower case; None if not known."""
    if instance.type == ACTION:
        return _of_action(instance)
    mode = instance.values.get("deployment_mode", "Incremental")
    if not isinstance(mode, str) or mode.lower() != "incremental":
        return None  # What the group holds beside the template is deleted.
    value = instance.values.get(_TEMPLATES[instance.type])
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            return None
    found: set[str] = set()
    if not isinstance(value, Mapping) or "resources" not in value:
        return None
    return found if _gather(value.get("resources"), "", found, 0) else None


def _of_action(instance: Instance) -> set[str] | None:
    method, kind = instance.values.get("method"), instance.values.get("type")
    if method is None:
        return set()  # Reads, or starts something, by default.
    if isinstance(method, str) and method.upper() not in _CHANGING:
        return set()
    return {kind.partition("@")[0].lower()} if isinstance(kind, str) else None


def _gather(value: object, above: str, found: set[str], depth: int) -> bool:
    """Add the types of resources, and return whether all are known."""
    items: list[object] = []
    if isinstance(value, list):
        items = list(value)
    elif isinstance(value, Mapping):
        items = list(value.values())
    elif value is not None:
        return False
    if depth > _DEEPEST:
        return False
    return all(_add(item, above, found, depth) for item in items)


def _add(item: object, above: str, found: set[str], depth: int) -> bool:
    kind = item.get("type") if isinstance(item, Mapping) else None
    if not isinstance(item, Mapping) or not isinstance(kind, str) or "[" in kind:
        return False
    kind = kind.lower()
    kind = kind if "." in kind.partition("/")[0] or not above else f"{above}/{kind}"
    if kind in _RUNNING:
        return False
    if kind == _DEPLOYMENT:
        properties = item.get("properties")
        inner = properties.get("template") if isinstance(properties, Mapping) else None
        if not isinstance(inner, Mapping):
            return False
        return _gather(inner.get("resources"), "", found, depth + 1)
    found.add(kind)
    return _gather(item.get("resources"), kind, found, depth + 1)
