"""Commands that a configuration has run beside Terraform, and what they may change.

Scripts in other files are not looked into: of these what they are given tells.

Source: Terraform docs, Provisioners, local-exec and remote-exec; azurerm docs,
resource_deployment_script_azure_cli; Azure docs, deployment-script-template.
"""

from collections.abc import Iterator, Mapping, Sequence

from seawall.ingest.doubts.commands import Command, command_of
from seawall.ingest.doubts.handed import Taker, once
from seawall.ingest.notes import Notes
from seawall.ingest.resource import Change, Unresolved
from seawall.ingest.terraform.given import Argument, changes_of
from seawall.ingest.terraform.instance import Instance, Json, Link

COMMAND = "#command"
"""The type of what stands for a command of a provisioner."""

ARGUMENTS = {
    "local-exec": ("command", "interpreter", "environment"),
    "remote-exec": ("inline",),
}
"""Provisioners that run commands, and what of theirs tells which."""

SCRIPTS = frozenset(
    {
        "azurerm_resource_deployment_script_azure_cli",
        "azurerm_resource_deployment_script_azure_power_shell",
    }
)
_TEXTS = ("command", "inline", "script_content")
_GIVEN = ("environment", "environment_variable", "command_line")


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
    shown = instance.address if is_script else instance.label
    what = f"the {'script' if is_script else 'command'} of `{shown}` is not run"
    taker = Taker(what, instance.address, instance.source)
    command = _command(instance)
    if command is None:
        given = list(_given(instance.values))
        yield from once(changes_of(taker, given, instance.origin, found))
        return
    mend = "give what is there after it (`az … -o json`)"
    notes.unmodelled(instance.origin, what, command.why, mend)
    kinds = None if command.deploys else command.kinds
    yield from once(taker.anything(instance.origin, kinds))


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
    if unknown or any(_is_lost(it) for it in listed):
        return Command((), deploys=True)
    texts = (text for it in (*listed, values.get("environment")) for text in _texts(it))
    return command_of("\n".join(texts))


def _is_lost(value: object) -> bool:
    """Whether nothing is known of a text, or of one in a list."""
    if isinstance(value, list):
        return any(_is_lost(item) for item in value)
    return isinstance(value, Unresolved) and not (
        isinstance(value, Link) and value.spelled
    )


def _texts(value: object) -> Iterator[str]:
    """Yield what a command is made of; `?` stands for what is not known."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Link) and value.spelled:
        yield value.spelled
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
    blocks = values.get("environment_variable")
    for block in blocks if isinstance(blocks, list) else ():
        if isinstance(block, Mapping):
            yield str(block.get("name")), block.get("value")
    line = values.get("command_line")
    for word in line.split() if isinstance(line, str) else ():
        yield "argument", word.strip("'\"")
