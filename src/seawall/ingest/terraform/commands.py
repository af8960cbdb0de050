"""Commands that a configuration has run beside Terraform, and what they may change.

Of a script in a file of its own its commands tell, if it is in the input, or else what
it is given. Of a text that a plan does not keep, what its expression refers to tells.

Source: Terraform docs, Provisioners, local-exec and remote-exec; azurerm docs,
resource_deployment_script_azure_cli; Azure docs, deployment-script-template.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from seawall.ingest.doubts.arguments import arguments_of
from seawall.ingest.doubts.called import SCRIPT
from seawall.ingest.doubts.commands import Command, command_of
from seawall.ingest.doubts.handed import CHANGED, RESOURCES, Taker, once
from seawall.ingest.doubts.lists import CLUSTERS, SUBNETS
from seawall.ingest.doubts.trusted import OR_TRUST
from seawall.ingest.notes import Notes
from seawall.ingest.resource import Change, Unresolved
from seawall.ingest.terraform.attributes import KINDS
from seawall.ingest.terraform.given import Argument, changes_of
from seawall.ingest.terraform.instance import Instance, Json, Link

COMMAND = "#command"
"""The type of what stands for a command of a provisioner."""

ARGUMENTS = {
    "local-exec": ("command", "interpreter", "environment", "working_dir"),
    "remote-exec": ("inline", "script", "scripts"),
}
"""Provisioners that run commands, and what of theirs tells which."""

SCRIPTS = frozenset(
    {
        "azurerm_resource_deployment_script_azure_cli",
        "azurerm_resource_deployment_script_azure_power_shell",
    }
)
SHOWN = "#shown"
"""The key of the texts of scripts that a command calls."""

_CALLING = ("command", "interpreter", "script", "scripts")
_TEXTS = ("command", "inline", "script_content")
_GIVEN = ("environment", "environment_variable", "command_line")
_VALUES = ("value", "secure_value", "secureValue")
_REFERENCE = re.compile(r"<([^<>#]+)(?:#(\w+))?>")
_AZURE = re.compile(r"(?:^|\.)az(?:urerm|api)_")
_SHOWN = 4
_BEARING = tuple(sorted({*CHANGED, *RESOURCES, CLUSTERS}))
_AFTER = "what is there after it (`az … -o json`)"


@dataclass(frozen=True, slots=True)
class Referred(Unresolved):
    """A text that a plan does not keep, and what its expression refers to.

    Attributes:
        to: Resources.
        texts: Texts that are known, by name.
        is_open: Whether it refers to what cannot be told.
    """

    to: tuple[Instance, ...] = ()
    texts: tuple[tuple[str, str], ...] = ()
    is_open: bool = False


def changes_by_command(
    instance: Instance, found: Sequence[Instance], notes: Notes
) -> Iterator[Change]:
    """Yield what a command may change, and tell of it; nothing if it is not known to.

    Args:
        instance: What stands for the command, or a deployment script.
        found: All instances of the deployment.
        notes: Takes what must be told.
    """
    is_script = instance.type in SCRIPTS
    what = f"{named(instance)} is not run"
    taker = Taker(what, instance.address, instance.source)
    command = _command(instance)
    _tell(instance, command, what, notes)
    if not is_script and (command is None or not command.deploys):
        _tell_scripts(instance, notes)
    changes: list[Change] = []
    if command is not None:
        changes.extend(taker.run(command, instance.origin))
    if command is None or not command.deploys:
        given = list(_given(instance.values))
        changes.extend(changes_of(taker, given, instance.origin, found))
        for item in _referred(instance.values):
            changes.extend(_changes_to(item, taker, instance))
    yield from once(changes)


def named(instance: Instance) -> str:
    """Return how a command or deployment script is called."""
    if instance.type in SCRIPTS:
        return f"the script of `{instance.address}`"
    return f"the command of `{instance.label}`"


def _tell(instance: Instance, command: Command | None, what: str, notes: Notes) -> None:
    """Tell what may change because a command is not run."""
    is_lost = any(isinstance(it, Referred) for it in instance.values.values())
    why = "" if command is None else command.why
    named = sorted({f"`{it.address}`" for it in _referred(instance.values)})
    if is_lost and command is None and named:
        shown = ", ".join(named[:_SHOWN]) + (" and others" if named[_SHOWN:] else "")
        why = f"a plan keeps no text of it, only that it refers to {shown}; "
        why += "what rests on that is unknown"
    elif is_lost and command is not None and command.deploys:
        why = "a plan keeps no text of it, and it refers to nothing that tells what it "
        why += "may change; what rests on that is unknown"
    if why:
        other = "the folder of `.tf` files instead of the plan, or " if is_lost else ""
        notes.unmodelled(
            instance.origin, what, why, f"give {other}{_AFTER}, {OR_TRUST}"
        )


def _referred(values: Json) -> list[Instance]:
    """Return the resources that texts refer to which a plan does not keep."""
    lost = (it for it in values.values() if isinstance(it, Referred))
    return [item for it in lost for item in it.to if arm_of(item).startswith(_BEARING)]


def _changes_to(item: Instance, taker: Taker, instance: Instance) -> Iterator[Change]:
    """Yield how a resource that is referred to may change, and what stands in it."""
    kind = arm_of(item)
    for change in taker.anything(instance.origin, [kind]) if kind else ():
        if change.type == kind:
            own = change.id.replace(change.spelled, item.id)
            yield replace(change, id=own, spelled=item.id)
        elif kind.startswith(f"{change.type}/") and kind != SUBNETS:
            yield change  # It is a part of one; which one is not looked up.


def arm_of(item: Instance) -> str:
    """Return the type of a resource in ARM's words; empty if it bears on no packet."""
    stated = item.values.get("type")
    if item.type.startswith("azapi_"):
        return stated.partition("@")[0].lower() if isinstance(stated, str) else ""
    kind = KINDS.get(item.type)
    return kind.arm if kind is not None else ""


def _command(instance: Instance) -> Command | None:
    """Return what its text may change: anything, if that is not known at all."""
    values = instance.values
    if instance.type in SCRIPTS:
        elsewhere = any(
            values.get(it) for it in ("primary_script_uri", "supporting_script_uris")
        )
        able = values.get("identity") or any(values.get(it) for it in _GIVEN)
        if elsewhere and able:
            return Command((), deploys=True)
    listed = [values.get(it) for it in (*_TEXTS, "interpreter")]
    unknown = (instance.unknown or {}).get("script_content") is True
    handed = values.get("environment")
    unknown = unknown or (isinstance(handed, Referred) and handed.is_open)
    if unknown or any(_is_lost(it) for it in listed):
        return Command((), deploys=True)
    return command_of(text_of(instance))


def text_of(instance: Instance) -> str:
    """Return what is known of the text of a command or a deployment script."""
    values = instance.values
    kept = (*_TEXTS, "interpreter", "environment", SHOWN)
    return "\n".join(text for it in kept for text in _texts(values.get(it)))


def scripts_named(values: Json) -> list[str]:
    """Return the paths of scripts that a command calls by what it is told."""
    texts = (text for key in _CALLING for text in _texts(values.get(key)))
    return list(dict.fromkeys(SCRIPT.findall("\n".join(texts))))


def _tell_scripts(instance: Instance, notes: Notes) -> None:
    """Say of scripts that are not in the input what is taken for granted of them."""
    shown = instance.values.get(SHOWN)
    known = shown if isinstance(shown, Mapping) else {}
    for name in scripts_named(instance.values):
        if name not in known:
            notes.assume(
                "script-not-shown",
                f"the script `{name}` of `{instance.label}`, which is not in the "
                "input, changes nothing of networks but what it is given",
                "Terraform docs, Provisioners",
            )


def _is_lost(value: object) -> bool:
    """Whether nothing is known of a text, or of one in a list."""
    if isinstance(value, list):
        return any(_is_lost(item) for item in value)
    if isinstance(value, Referred):
        return value.is_open or not value.to
    return isinstance(value, Unresolved) and not (
        isinstance(value, Link) and value.spelled
    )


def _texts(value: object) -> Iterator[str]:
    """Yield what a command is made of; `?` stands for what is not known."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Link) and value.spelled:
        yield value.spelled
    elif isinstance(value, Referred):
        yield from (text for _, text in value.texts)
    elif isinstance(value, list):
        yield " ".join(text for item in value for text in _texts(item))
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _texts(item)


def _given(values: Json) -> Iterator[Argument]:
    """Yield what a command is given, by name."""
    listed = values.get("environment")
    if isinstance(listed, Mapping):
        yield from listed.items()
    for lost in values.values():
        if isinstance(lost, Referred):
            yield from lost.texts
    blocks = values.get("environment_variable")
    for block in blocks if isinstance(blocks, list) else ():
        if isinstance(block, Mapping):
            for key in _VALUES:
                yield str(block.get("name")), block.get(key)
    line = values.get("command_line")
    for word in (_spelled(line) or "").split():
        yield "argument", _meaning(word.strip("'\""), line)
    parts = [values.get(name) for name in ("interpreter", *_TEXTS)]
    texts = [
        it for part in parts for it in (part if isinstance(part, list) else [part])
    ]
    text = (" " if values.get("interpreter") else "\n").join(map(_spelled, texts))
    whole = next((it for it in texts if isinstance(it, Link)), text)
    for name, word in arguments_of(text.strip()):
        yield name, _meaning(word, whole)


def _spelled(value: object) -> str:
    if isinstance(value, str):
        return value
    return value.spelled if isinstance(value, Link) else ""


def _meaning(word: str, whole: object) -> object:
    """Return a word of a text: what it refers to, or what is known of it."""
    if not isinstance(whole, Link):
        return word
    if match := _REFERENCE.fullmatch(word):
        address, attribute = match[1].lower(), match[2] or "id"
        if _AZURE.search(address) and "output" not in attribute:
            return address
        return Link(whole.why, address=address, attribute=attribute)
    return Link(whole.why, spelled=word) if "<" in word or "?" in word else word
