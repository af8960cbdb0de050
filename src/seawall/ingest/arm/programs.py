"""Programs that a template has run, and what they may change.

Of one whose text is in the template, its commands tell, or what it is given. One whose
text is elsewhere may change anything if it can sign in: by an identity that it has, or
with something that it is given.

Source: Azure docs, deployment-script-template, "identity": without one nothing can be
done in Azure but by a sign-in of the script's own; read 2026-11.
"""

from collections.abc import Callable, Iterator, Mapping

from seawall.ingest.arm.language.values import Text, Unknown, Value
from seawall.ingest.arm.nodes import Reading, evaluate
from seawall.ingest.arm.resources import Instance
from seawall.ingest.arm.targets import rendered
from seawall.ingest.doubts.arguments import arguments_of
from seawall.ingest.doubts.commands import command_of
from seawall.ingest.doubts.handed import Taker, leaves, once
from seawall.ingest.doubts.trusted import trust
from seawall.ingest.resource import Change, Source

STACK = "microsoft.resources/deploymentstacks"
PROGRAM = "microsoft.resources/deploymentscripts"


def changes_by_program(instance: Instance, reading: Reading) -> Iterator[Change]:
    """Yield what a program may change; nothing for any other resource."""
    if instance.kind.lower() == STACK:
        name = rendered(instance.name) or "?"
        what = f"the stack `{name}` is not followed"
        yield from once(Taker(what, name, Source.TEMPLATE).anything(instance.origin))
    properties = instance.node.get("properties")
    if instance.kind.lower() == PROGRAM and isinstance(properties, Mapping):
        if reading.trusts:
            name = rendered(instance.name) or "?"
            trust(f"the program `{name}`", instance.origin, reading.notes)
        else:
            yield from once(_changes(properties, instance, reading))


def _changes(
    properties: Mapping[str, object], instance: Instance, reading: Reading
) -> Iterator[Change]:
    name = rendered(instance.name) or "?"
    taker = Taker(f"the program `{name}` is not run", name, Source.TEMPLATE)
    place = instance.origin.at("properties")

    def value_of(key: str) -> Value:
        written = properties.get(key)
        if written is None:
            return None
        return evaluate(written, place.at(key), instance.here, reading)

    content = value_of("scriptContent")
    if isinstance(content, str | Text):
        found = command_of(rendered(content) or "")
        if found is not None:
            yield from taker.run(found, instance.origin)
            return
    elif isinstance(content, Unknown):
        yield from taker.anything(instance.origin)
        return
    if content is None or value_of("supportingScriptUris"):
        if _may_sign_in(instance, value_of, reading):
            yield from taker.anything(instance.origin)
        else:
            reading.notes.assume(
                "script-without-identity",
                f"the script of `{name}`, which is not in the input, changes nothing "
                "in Azure: it has no identity and is given nothing to sign in with",
                "Azure docs, deployment-script-template",
            )
        return
    for key, item in _given(value_of):
        if isinstance(item, str | Text | Unknown):
            text = (rendered(item) or "").lower()
            is_known = not isinstance(item, Unknown)
            yield from taker.changes(key, text, instance.origin, is_known=is_known)


def _may_sign_in(
    instance: Instance, value_of: Callable[[str], Value], reading: Reading
) -> bool:
    """Whether a program has an identity, or something by which it may have one."""
    written = instance.node.get("identity")
    place = instance.origin.at("identity")
    identity = evaluate(written, place, instance.here, reading) if written else None
    kind = identity.get("type") if isinstance(identity, Mapping) else identity
    has_none = kind is None or (isinstance(kind, str) and kind.lower() == "none")
    given = (value_of("environmentVariables"), value_of("arguments"))
    return not has_none or any(given)


def _given(value_of: Callable[[str], Value]) -> Iterator[tuple[str, object]]:
    """Yield what a program is given, by name."""
    listed = value_of("environmentVariables")
    for item in listed if isinstance(listed, list) else ():
        if isinstance(item, Mapping) and isinstance(item.get("name"), str):
            for key in ("value", "secureValue"):
                yield from leaves(item.get(key), str(item["name"]))
    for word in str(rendered(value_of("arguments")) or "").split():
        yield "argument", word.strip("'\"")
    yield from arguments_of(rendered(value_of("scriptContent")) or "")
