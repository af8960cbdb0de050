"""From one Terraform document to resource records in the shape of ARM."""

from collections.abc import Iterable

from seawall.ingest.documents import ReadDocument
from seawall.ingest.notes import Notes
from seawall.ingest.resource import ResourceRecord
from seawall.ingest.terraform.appliances import with_addresses
from seawall.ingest.terraform.configuration import Configuration
from seawall.ingest.terraform.document import (
    incomplete,
    is_old_state,
    is_plan,
    is_raw_state,
    is_state,
    mapping,
    plan_instances,
    raw_instances,
    state_instances,
)
from seawall.ingest.terraform.instance import Instance
from seawall.ingest.terraform.language.syntax import Script
from seawall.ingest.terraform.links import Links
from seawall.ingest.terraform.misshapen import tell_of_misshapen
from seawall.ingest.terraform.provisioners import commands_of_plan
from seawall.ingest.terraform.records import records_of

_TELLING = frozenset(
    {
        "azurerm_kubernetes_cluster",
        "azurerm_virtual_network",
        "azurerm_subnet",
        "azurerm_network_security_group",
    }
)
"""Types by which it is told that two inputs are about the same deployment."""


def claims(value: object) -> bool:
    """Return whether *value* is a plan or state of Terraform, or made from one."""
    return (
        isinstance(value, Script)
        or is_plan(value)
        or is_state(value)
        or is_raw_state(value)
        or is_old_state(value)
        or _is_terrascan(value)
    )


def read(
    document: ReadDocument,
    notes: Notes,
    *,
    before: bool = False,
    trusts: bool = False,
) -> tuple[str, list[ResourceRecord]]:
    """Return what kind of document it is, and its resources.

    Of a plan, *before* chooses what was there when it was made; *trusts* takes commands
    to change nothing. Secrets never leave
    the document: only attributes that a table names are taken.
    """
    value = document.value
    configuration = Configuration(value)
    if is_plan(value):
        kind = "terraform-plan"
        found = list(plan_instances(document, configuration, before=before))
        if not before:
            found += commands_of_plan(mapping(value), found, configuration)
        _tell_of_gaps(document, notes)
    elif is_state(value):
        kind, found = "terraform-state", list(state_instances(document))
    elif is_raw_state(value):
        kind, found = "terraform-state", list(raw_instances(document))
    elif is_old_state(value):
        notes.unmodelled(
            document.origin,
            f"a state file of version {mapping(value).get('version')} is not read",
            "version 4, which Terraform has written since 0.12, is the one that is",
            "give the output of `terraform show -json` instead",
        )
        return "ignored", []
    else:
        notes.unmodelled(
            document.origin,
            "a file that Terrascan normalised is not read",
            "it no longer says how resources are tied together",
            "give the output of `terraform show -json` instead",
        )
        return "ignored", []
    tell_of_misshapen(value, document.origin, notes)
    links = Links(found, configuration)
    if kind == "terraform-plan":
        found = with_addresses(found, links, notes)
    return kind, records_of(found, links, notes, trusts=trusts)


def _tell_of_gaps(document: ReadDocument, notes: Notes) -> None:
    why = incomplete(mapping(document.value))
    if why:
        notes.unmodelled(
            document.origin,
            "the plan does not say all that will be there",
            f"{why}; what it leaves out is not seen",
            "apply what can be applied, and plan again",
        )


def _is_terrascan(value: object) -> bool:
    """Whether *value* maps types to lists of resources with a `config`."""
    if not isinstance(value, dict) or not value:
        return False
    return all(
        isinstance(key, str)
        and key.startswith("azurerm_")
        and isinstance(items, list)
        and all(isinstance(item, dict) and "config" in item for item in items)
        for key, items in value.items()
    )


def addresses(documents: Iterable[ReadDocument]) -> frozenset[str]:
    """Return which networks and clusters plans and states hold, by address."""
    found: set[str] = set()
    for document in documents:
        value = document.value
        items: Iterable[Instance] = ()
        if is_plan(value):
            items = plan_instances(document, Configuration(value))
        elif is_state(value):
            items = state_instances(document)
        elif is_raw_state(value):
            items = raw_instances(document)
        found |= {item.address for item in items if item.type in _TELLING}
    return frozenset(found)
