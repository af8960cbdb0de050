"""Finds the resource instances in a plan, a state, or a raw state file."""

import re
from collections.abc import Iterator, Mapping

from seawall.ingest.documents import ReadDocument
from seawall.ingest.resource import Source
from seawall.ingest.terraform.configuration import Configuration
from seawall.ingest.terraform.instance import Instance, Json, Place
from seawall.model.diagnostic import Diagnostic, InputError, Level
from seawall.model.origin import Origin

_MODULE = re.compile(r"module\.([^.\[]+)(?:\[([^\]]*)\])?\.?")
_EMPTY: Json = {}


def is_plan(value: object) -> bool:
    """Whether *value* is `terraform show -json` of a plan."""
    return (
        isinstance(value, Mapping)
        and ("planned_values" in value or "resource_changes" in value)
        and ("format_version" in value or "terraform_version" in value)
    )


def is_state(value: object) -> bool:
    """Whether *value* is `terraform show -json` of a state."""
    if not isinstance(value, Mapping):
        return False
    values = value.get("values")
    return isinstance(values, Mapping) and "root_module" in values


def is_raw_state(value: object) -> bool:
    """Whether *value* is a state file as Terraform keeps it."""
    return (
        isinstance(value, Mapping)
        and "terraform_version" in value
        and "lineage" in value
        and isinstance(value.get("resources"), list)
    )


def is_old_state(value: object) -> bool:
    """Whether *value* is a state file of Terraform before 0.12, or one not known."""
    if not isinstance(value, Mapping) or "terraform_version" not in value:
        return False
    version = value.get("version")
    return isinstance(version, int) and "serial" in value and not is_raw_state(value)


def plan_instances(
    document: ReadDocument, configuration: Configuration, *, before: bool = False
) -> Iterator[Instance]:
    """Yield what a plan will leave behind, and the data sources that it read.

    With *before*, what was there when it was made.
    """
    plan = mapping(document.value)
    prior = mapping(mapping(plan.get("prior_state")).get("values"))
    origin = document.origin.at("prior_state", "values", "root_module")
    known = list(_module(mapping(prior.get("root_module")), origin, Source.STATE))
    if before:
        yield from known or _as_it_was(document, plan, configuration)
        return
    changes = changes_of_plan(plan)
    planned = mapping(plan.get("planned_values"))
    if planned.get("root_module"):
        origin = document.origin.at("planned_values", "root_module")
        root = mapping(planned.get("root_module"))
        for found in _module(root, origin, Source.PLAN):
            yield _planned(found, changes, configuration)
        yield from _forgotten(document, plan)
    else:
        yield from _from_changes(document, plan, configuration)
    for found in known:
        if found.source is Source.DATA:
            yield found


def _as_it_was(
    document: ReadDocument, plan: Json, configuration: Configuration
) -> Iterator[Instance]:
    """Yield what was there before a plan that does not hold the state.

    What it lists no change of stays as it is.

    Raises:
        InputError: It does not say what was there.
    """
    changes = changes_of_plan(plan)
    if changes is None:
        raise InputError(
            Diagnostic(
                Level.ERROR,
                document.origin,
                "the plan does not say what was there before it",
                "it holds neither `prior_state` nor `resource_changes`",
                "write it whole: `terraform show -json FILE > plan.json`",
            )
        )
    yield from _from_changes(document, plan, configuration, before=True)
    root = mapping(mapping(plan.get("planned_values")).get("root_module"))
    origin = document.origin.at("planned_values", "root_module")
    for found in _module(root, origin, Source.PLAN):
        if found.address not in changes:
            yield _planned(found, changes, configuration)


def incomplete(plan: Json) -> str:
    """Return why a plan does not say all that will be; empty if it does.

    Source: Terraform docs, JSON Output Format, Plan Representation.
    """
    if plan.get("errored") is True:
        return "Terraform met an error while it made the plan"
    if plan.get("complete") is False or plan.get("deferred_changes"):
        return "some changes are put off to a further plan"
    version = str(plan.get("format_version") or "")
    if version and version.partition(".")[0] not in {"0", "1"}:
        return f"its format version is {version}, and only 0 and 1 are known"
    return ""


def _forgotten(document: ReadDocument, plan: Json) -> Iterator[Instance]:
    """Yield what the plan lets out of its hands, and that stays as it is.

    Source: Terraform docs, `removed` block.
    """
    for index, resource, change in _listed_changes(plan):
        if change.get("actions") == ["forget"]:
            values = mapping(change.get("before"))
            origin = document.origin.at("resource_changes", index, "change", "before")
            yield _changed(resource, values, _EMPTY, origin, Source.STATE)


def _listed_changes(plan: Json) -> Iterator[tuple[int, Json, Json]]:
    """Yield each managed resource that a plan speaks of, with its change.

    Objects that were set aside while being replaced (`deposed`) are gone afterwards
    and have the address of what replaces them.
    """
    listed = plan.get("resource_changes")
    for index, item in enumerate(listed if isinstance(listed, list) else []):
        resource = mapping(item)
        if resource.get("mode") != "data" and "deposed" not in resource:
            yield index, resource, mapping(resource.get("change"))


def state_instances(document: ReadDocument) -> Iterator[Instance]:
    """Yield the instances of `terraform show -json` of a state."""
    values = mapping(mapping(document.value).get("values"))
    origin = document.origin.at("values", "root_module")
    yield from _module(mapping(values.get("root_module")), origin, Source.STATE)


def raw_instances(document: ReadDocument) -> Iterator[Instance]:
    """Yield the instances of a raw state file."""
    listed = mapping(document.value).get("resources")
    for index, item in enumerate(listed if isinstance(listed, list) else []):
        resource = mapping(item)
        kind, label = str(resource.get("type", "")), str(resource.get("name", ""))
        module = str(resource.get("module") or "")
        instances = resource.get("instances")
        for number, one in enumerate(instances if isinstance(instances, list) else []):
            instance = mapping(one)
            if "deposed" in instance:
                continue
            key = instance.get("index_key")
            suffix = "" if key is None else f"[{key!r}]".replace("'", '"')
            base = f"{module}." if module else ""
            is_data = resource.get("mode") == "data"
            yield Instance(
                address=f"{base}{'data.' if is_data else ''}{kind}.{label}{suffix}",
                type=kind,
                label=label,
                place=Place(modules_of(module), _key(key)),
                values=mapping(instance.get("attributes")),
                unknown=_EMPTY,
                expressions=None,
                origin=document.origin.at(
                    "resources", index, "instances", number, "attributes"
                ),
                source=Source.DATA if is_data else Source.STATE,
            )


def mapping(value: object) -> Json:
    """Return *value* if it is a mapping, else an empty one."""
    return value if isinstance(value, Mapping) else _EMPTY


def modules_of(address: str) -> tuple[tuple[str, str | int | None], ...]:
    """Return the modules that an address goes through, with their keys."""
    return tuple(
        (match[1], None if match[2] is None else parsed_key(match[2]))
        for match in _MODULE.finditer(address)
    )


def parsed_key(text: str) -> str | int:
    """Return a key as it stands in brackets: quoted text or number."""
    return int(text) if text.isdecimal() else text.strip('"')


def _key(value: object) -> str | int | None:
    return value if isinstance(value, str | int) else None


def _module(module: Json, origin: Origin, source: Source) -> Iterator[Instance]:
    path = modules_of(str(module.get("address") or ""))
    resources = module.get("resources")
    for index, item in enumerate(resources if isinstance(resources, list) else []):
        resource = mapping(item)
        is_data = resource.get("mode") == "data"
        yield Instance(
            address=str(resource.get("address", "")),
            type=str(resource.get("type", "")),
            label=str(resource.get("name", "")),
            place=Place(path, _key(resource.get("index"))),
            values=mapping(resource.get("values")),
            unknown=_EMPTY,
            expressions=None,
            origin=origin.at("resources", index, "values"),
            source=Source.DATA if is_data else source,
        )
    children = module.get("child_modules")
    for index, item in enumerate(children if isinstance(children, list) else []):
        yield from _module(mapping(item), origin.at("child_modules", index), source)


def changes_of_plan(plan: Json) -> dict[str, Json] | None:
    """Return the change of each address; None when the plan lists none."""
    listed = plan.get("resource_changes")
    if not isinstance(listed, list):
        return None
    return {
        str(resource.get("address")): change
        for _, resource, change in _listed_changes(plan)
    }


def _planned(
    found: Instance, changes: dict[str, Json] | None, configuration: Configuration
) -> Instance:
    unknown: Json | None = None
    if changes is not None:
        pending = changes.get(found.address, _EMPTY).get("after_unknown")
        unknown = mapping(pending)
    return _configured(found, unknown, found.values, configuration)


def _configured(
    found: Instance, unknown: Json | None, values: Json, configuration: Configuration
) -> Instance:
    written = configuration.resource(found.place, found.type, found.label)
    expressions = None if written is None else mapping(written.get("expressions"))
    each = mapping((written or _EMPTY).get("for_each_expression"))
    return Instance(
        address=found.address,
        type=found.type,
        label=found.label,
        place=found.place,
        values=values,
        unknown=unknown,
        expressions=expressions,
        origin=found.origin,
        source=found.source,
        each=each,
    )


def _from_changes(
    document: ReadDocument,
    plan: Json,
    configuration: Configuration,
    *,
    before: bool = False,
) -> Iterator[Instance]:
    """Yield what the changes of a plan say that is there after them, or before."""
    absent = ["create"] if before else ["delete"]
    for index, resource, change in _listed_changes(plan):
        actions = change.get("actions")
        if actions == absent:
            continue
        kept = before or actions == ["forget"]
        side = "before" if kept else "after"
        values = mapping(change.get(side))
        unknown = _EMPTY if kept else mapping(change.get("after_unknown"))
        origin = document.origin.at("resource_changes", index, "change", side)
        source = Source.STATE if kept else Source.PLAN
        found = _changed(resource, values, unknown, origin, source)
        yield found if kept else _configured(found, unknown, values, configuration)


def _changed(
    resource: Json, values: Json, unknown: Json, origin: Origin, source: Source
) -> Instance:
    module = str(resource.get("module_address") or "")
    return Instance(
        address=str(resource.get("address", "")),
        type=str(resource.get("type", "")),
        label=str(resource.get("name", "")),
        place=Place(modules_of(module), _key(resource.get("index"))),
        values=values,
        unknown=unknown,
        expressions=None,
        origin=origin,
        source=source,
    )
