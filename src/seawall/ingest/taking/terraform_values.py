"""What plans and states of Terraform hold and nothing of ours reads.

Source: Terraform docs, JSON output format (`sensitive_values`), state version 4
(`sensitive_attributes`), JSON configuration syntax; provider docs, random_password,
tls_private_key, helm_release, kubernetes_secret, azurerm_key_vault_secret.
"""

import re
from collections.abc import Iterator

from seawall.ingest.taking.objects import is_read_map
from seawall.ingest.taking.tree import Branch, Leaf, Value, leaves

VALUES = ("value", "default", "defaultValue", "constant_value")

_SECRET_TYPE = re.compile(
    r"^random_(?:password|string|bytes|id)$|^tls_|^helm_release$|_secrets?(?:_v\d+)?$"
    r"|_secret_|_certificate|_password|_private_key|_ssh_key|_extension$|_token$"
    r"|_key_vault_key$|^acme_|^vault_|_template_deployment$|_credential"
)
_MAP_TYPE = re.compile(r"^kubernetes_config_map")
_WORDS = """
id name generate_name namespace metadata labels type mode address location
resource_group_name chart version repository provider provider_name index module
actions schema_version key_vault_id count for_each depends_on lifecycle
virtual_machine_scale_set_id virtual_machine_id reads references each
"""
_KEPT = frozenset(_WORDS.split())
_AROUND = frozenset({"before", "after", "attributes", "values", "expressions"})
_PARTS = ("values", "change", "instances", "expressions", "attributes")


def is_secret_type(kind: str) -> bool:
    """Whether resources of a type of Terraform are made to hold secrets."""
    return _SECRET_TYPE.search(kind) is not None


def is_map_type(kind: str) -> bool:
    """Whether resources of a type of Terraform are ConfigMaps."""
    return _MAP_TYPE.search(kind) is not None


def is_kept_of_secret(key: str) -> bool:
    """Whether an argument of a resource that holds secrets holds none."""
    return key in _KEPT


def of_terraform(value: Branch, key: str, names: frozenset[str]) -> Iterator[Leaf]:
    """Yield what is dropped of one mapping of a plan, a state or a file in JSON."""
    for plain, marks in (
        ("values", "sensitive_values"),
        ("before", "before_sensitive"),
        ("after", "after_sensitive"),
    ):
        yield from _marked(value.get(plain), value.get(marks))
    yield from _named(value.get("attributes"), value.get("sensitive_attributes"))
    variables = value.get("variables")
    for name, variable in variables.children if isinstance(variables, Branch) else ():
        if name in names and isinstance(variable, Branch):
            for part in VALUES:
                yield from leaves(variable.get(part))
    yield from _of_type(value, key)
    if value.get("terraform_version") is not None:
        yield from _of_outputs(value)


def _of_type(value: Branch, key: str) -> Iterator[Leaf]:
    kind = value.said("type")
    for part in _PARTS:
        yield from _of_resource(kind, value.get(part))
    if key in {"resource", "data"}:
        for name, named in value.children:
            for _, child in named.children if isinstance(named, Branch) else ():
                yield from _of_resource(str(name), child)


def _of_resource(kind: str, value: Value | None) -> Iterator[Leaf]:
    if not kind or not isinstance(value, Branch):
        return
    if is_secret_type(kind):
        yield from _but_kept(value, set())
    elif is_map_type(kind):
        yield from _of_maps(value, set())


def _but_kept(value: Branch, seen: set[int]) -> Iterator[Leaf]:
    if id(value) in seen:
        return
    seen.add(id(value))
    for name, child in value.children:
        if name in _KEPT:
            continue
        if isinstance(child, Branch) and (isinstance(name, int) or name in _AROUND):
            yield from _but_kept(child, seen)
        else:
            yield from leaves(child)


def _of_maps(value: Branch, seen: set[int]) -> Iterator[Leaf]:
    """Yield data of ConfigMaps, wherever below a value they are described."""
    if id(value) in seen:
        return
    seen.add(id(value))
    held = [value.get(part) for part in ("data", "binary_data")]
    if any(held):
        name = next(_names(value.get("metadata")), "")
        if not is_read_map(name):
            for part in held:
                yield from leaves(part)
    for _, child in value.children:
        if isinstance(child, Branch):
            yield from _of_maps(child, seen)


def _names(value: Value | None) -> Iterator[str]:
    if isinstance(value, Branch):
        for name, child in value.children:
            if name == "name" and isinstance(child, Leaf):
                yield child.text
            elif isinstance(child, Branch):
                yield from _names(child)


def _of_outputs(value: Branch) -> Iterator[Leaf]:
    """Yield what the outermost outputs are: nothing reads them."""
    planned, prior = value.get("planned_values"), value.get("prior_state")
    held = prior.get("values") if isinstance(prior, Branch) else None
    for holder in (value, planned, held, value.get("values")):
        outputs = holder.get("outputs") if isinstance(holder, Branch) else None
        for _, output in outputs.children if isinstance(outputs, Branch) else ():
            if isinstance(output, Branch):
                yield from leaves(output.get("value"))
    changes = value.get("output_changes")
    for _, change in changes.children if isinstance(changes, Branch) else ():
        if isinstance(change, Branch):
            for part in ("before", "after"):
                yield from leaves(change.get(part))


def sensitive_variables(root: Value) -> Iterator[str]:
    """Yield the names of variables of Terraform that are declared as sensitive."""
    waiting, seen = [root], set[int]()
    while waiting:
        value = waiting.pop()
        if not isinstance(value, Branch) or id(value) in seen:
            continue
        seen.add(id(value))
        variables = value.get("variables")
        if isinstance(variables, Branch):
            for name, variable in variables.children:
                if (
                    isinstance(variable, Branch)
                    and variable.said("sensitive") == "true"
                ):
                    yield str(name)
        waiting += [child for _, child in value.children]


def _marked(value: Value | None, marks: Value | None) -> Iterator[Leaf]:
    """Yield what a parallel structure marks as sensitive."""
    if value is None or marks is None:
        return
    if isinstance(marks, Leaf):
        if marks.text == "true":
            yield from leaves(value)
        return
    if isinstance(value, Branch):
        inner = dict(value.children)
        for name, mark in marks.children:
            yield from _marked(inner.get(name), mark)


def _named(value: Value | None, paths: Value | None) -> Iterator[Leaf]:
    """Yield what a state lists as sensitive attributes.

    Source: Terraform state version 4: each path is a list of steps, each with a
    `value` that is a key or an index.
    """
    if not isinstance(value, Branch) or not isinstance(paths, Branch):
        return
    for _, path in paths.children:
        here: Value | None = value
        steps = path.children if isinstance(path, Branch) else []
        if isinstance(path, Branch) and path.get("type") is not None:
            steps = [(0, path)]
        for _, step in steps:
            if not isinstance(step, Branch):
                continue
            told = step.get("value")
            name = told.text if isinstance(told, Leaf) else ""
            if isinstance(told, Branch):
                name = told.said("value")
            if isinstance(here, Branch):
                known = {str(known): child for known, child in here.children}
                here = known.get(name, here)
        if here is not value:
            yield from leaves(here)
