"""Commands that a plan has run once it has made a resource.

A plan keeps how they are written, and no values: of a text that is not written out
nothing is known.

Source: Terraform docs, Provisioners, and JSON Output Format, Configuration
Representation.
"""

from collections.abc import Iterator, Sequence

from seawall.ingest.resource import Source, Unresolved
from seawall.ingest.terraform.commands import ARGUMENTS, COMMAND
from seawall.ingest.terraform.configuration import Configuration
from seawall.ingest.terraform.document import changes_of_plan, mapping
from seawall.ingest.terraform.instance import Instance, Json

_LOST = Unresolved("a plan does not tell what it is written with")


def commands_of_plan(
    plan: Json, found: Sequence[Instance], configuration: Configuration
) -> Iterator[Instance]:
    """Yield what stands for the commands of resources that are made, or may be."""
    changes = changes_of_plan(plan)
    for made in found:
        if made.source is Source.DATA:
            continue
        actions = mapping((changes or {}).get(made.address)).get("actions")
        if isinstance(actions, list) and "create" not in actions:
            continue
        written = configuration.resource(made.place, made.type, made.label)
        listed = mapping(written).get("provisioners")
        for item in listed if isinstance(listed, list) else ():
            one = mapping(item)
            names = ARGUMENTS.get(str(one.get("type")), ())
            told = mapping(one.get("expressions"))
            values = {name: _value(told[name]) for name in names if name in told}
            if values:
                yield Instance(
                    address=f"{made.address}#command",
                    type=COMMAND,
                    label=made.address,
                    place=made.place,
                    values=values,
                    unknown={},
                    expressions={},
                    origin=made.origin,
                    source=made.source,
                )


def _value(written: object) -> object:
    return mapping(written).get("constant_value", _LOST)
