"""Commands that a configuration has run beside Terraform, and what they may change.

Scripts in other files are not looked into.

Source: Terraform docs, Provisioners.
"""

from collections.abc import Iterator, Mapping

from seawall.ingest.doubts.commands import command_of
from seawall.ingest.doubts.handed import Taker, once
from seawall.ingest.notes import Notes
from seawall.ingest.resource import Change
from seawall.ingest.terraform.instance import Instance, Link

COMMAND = "#command"
"""The type of what stands for a command of a provisioner."""


def changes_by_command(instance: Instance, notes: Notes) -> Iterator[Change]:
    """Yield what a command may change, and tell of it; nothing if it is not known to.

    Args:
        instance: What stands for the command.
        notes: Takes what must be told.
    """
    found = command_of(" ".join(_texts(instance)))
    if found is None:
        return
    what = f"the command of `{instance.label}` is not run"
    mend = "give what is there after it (`az … -o json`)"
    notes.unmodelled(instance.origin, what, found.why, mend)
    taker = Taker(what, instance.address, instance.source)
    kinds = None if found.deploys else found.kinds
    yield from once(taker.anything(instance.origin, kinds))


def _texts(instance: Instance) -> Iterator[str]:
    """Yield what a command is made of; `?` stands for what is not known."""
    for value in instance.values.values():
        if isinstance(value, str):
            yield value
        elif isinstance(value, Link) and value.spelled:
            yield value.spelled
        elif isinstance(value, Mapping | list):
            items = value.values() if isinstance(value, Mapping) else value
            yield " ".join(item for item in items if isinstance(item, str))
