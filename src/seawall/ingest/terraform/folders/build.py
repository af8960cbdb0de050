"""Makes the body of a resource: arguments evaluated, dynamic blocks written out.

Source: Terraform docs, dynamic Blocks.
"""

from seawall.ingest.terraform.evaluation.evaluate import Scope, items_of
from seawall.ingest.terraform.evaluation.values import (
    MOST_ITEMS,
    Computed,
    Failed,
    Unknown,
    Value,
)
from seawall.ingest.terraform.evaluation.written import written
from seawall.ingest.terraform.language.syntax import Body, Section
from seawall.ingest.terraform.module import own_arguments, own_sections

_DEEPEST = 12


def fill(out: Computed, body: Body, scope: Scope, depth: int = 0) -> None:
    """Put the values of a body into *out*.

    Raises:
        Failed: Blocks are nested too deeply.
    """
    if depth > _DEEPEST:
        raise Failed("blocks are nested too deeply")
    for argument in own_arguments(body):
        out[argument.name] = scope.safe(argument.value)
        out.lines[argument.name] = argument.line
        out.written[argument.name] = argument.value
    for section in own_sections(body):
        if section.type == "dynamic" and section.labels:
            _dynamic(out, section, scope, depth)
        else:
            _append(out, section.type, _block(out, section, scope, depth))
            out.lines.setdefault(section.type, section.line)


def _block(out: Computed, section: Section, scope: Scope, depth: int) -> Computed:
    path = f"{out.path}.{section.type}" if out.path else section.type
    inner = Computed(out.address, path, section.line)
    fill(inner, section.body, scope, depth + 1)
    return inner


def _append(out: Computed, kind: str, block: Value) -> None:
    held = out.setdefault(kind, [])
    if isinstance(held, list):
        if len(held) >= MOST_ITEMS:
            raise Failed(f"there are more than {MOST_ITEMS} blocks `{kind}`")
        held.append(block)


def _dynamic(out: Computed, section: Section, scope: Scope, depth: int) -> None:
    """Write out a dynamic block; if its number is not known, all of its kind are."""
    kind = section.labels[0]
    out.lines.setdefault(kind, section.line)
    each = section.body.arguments.get("for_each")
    content = section.body.of("content")
    if each is None or not content:
        out[kind] = Unknown(f"the dynamic block `{kind}` lacks `for_each` or `content`")
        return
    named = section.body.arguments.get("iterator")
    iterator = kind if named is None else written(named.value)
    try:
        items = items_of(scope.value(each.value))
    except Failed as failed:
        items = Unknown(f"`{written(each.value)}` cannot be evaluated: {failed}")
    if isinstance(items, Unknown):
        why = f"how many blocks `{kind}` there are is not known: {items.why}"
        out[kind] = Unknown(why)
        return
    for key, value in items:
        scope.machine.budget.spend()
        inner = scope.with_names({iterator: {"key": key, "value": value}})
        made = Section(kind, (), content[0].body, section.line)
        _append(out, kind, _block(out, made, inner, depth))
    out.setdefault(kind, [])
