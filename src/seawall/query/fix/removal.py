"""Rules of security groups that are taken away."""

import json
import shlex
from dataclasses import dataclass, field, replace

from seawall.flowspace import FlowSet
from seawall.model.filter import Access, SecurityRule
from seawall.model.snapshot import Snapshot
from seawall.model.trace import Hop
from seawall.query.fix.association import address_of, is_terraform
from seawall.query.fix.change import Snippet
from seawall.query.fix.group import arm_rule, resource_group


@dataclass(frozen=True, slots=True)
class RemovalChange:
    """A rule that is taken out of a security group.

    Attributes:
        group: Id of the group.
        group_name: Its name.
        rule: The rule.
        address: How a configuration of Terraform writes the group's address, if one
            does.
    """

    group: str
    group_name: str
    rule: SecurityRule
    address: str = ""
    kind: str = "NSG rule"
    notes: tuple[str, ...] = ()
    touches: FlowSet = field(default_factory=FlowSet.box, compare=False, repr=False)

    @property
    def says(self) -> str:
        """What it does, as a sentence without its full stop."""
        return f"takes the rule {self.rule.name} out of {self.group_name}"

    def applied(self, snapshot: Snapshot) -> Snapshot:
        """Return the snapshot without the rule."""
        groups = tuple(
            replace(group, rules=tuple(it for it in group.rules if it != self.rule))
            if group.id == self.group
            else group
            for group in snapshot.fabric.security_groups
        )
        fabric = replace(snapshot.fabric, security_groups=groups)
        return replace(snapshot, fabric=fabric)

    def snippets(self) -> tuple[Snippet, ...]:
        """Return the command, and the JSON of ARM that goes.

        Source: Azure CLI docs, az network nsg rule delete.
        """
        name = f"{self.group_name}/{self.rule.name}"
        if is_terraform(self.group):
            text = (
                f"# take the rule {json.dumps(self.rule.name)} out of "
                f"{self.address or self.group}:\n"
                "# its block `security_rule`, or the resource\n"
                "# `azurerm_network_security_rule` that names it\n"
            )
            return (Snippet("terraform", name, text),)
        command = " \\\n  ".join(
            (
                "az network nsg rule delete",
                f"--resource-group {shlex.quote(resource_group(self.group))}",
                f"--nsg-name {shlex.quote(self.group_name)}",
                f"--name {shlex.quote(self.rule.name)}",
            )
        )
        gone = "- " + json.dumps(arm_rule(self.rule), indent=2).replace("\n", "\n- ")
        return (
            Snippet("az", name, command + "\n"),
            Snippet("arm", name, gone + "\n"),
        )


def removals(snapshot: Snapshot, hops: tuple[Hop, ...]) -> tuple[RemovalChange, ...]:
    """Return the removal of each written rule that lets a packet pass on its way."""
    places = {hop.rule.origin for hop in hops if hop.rule is not None}
    return tuple(
        RemovalChange(group.id, group.name, rule, address_of(snapshot.fabric, group.id))
        for group in snapshot.fabric.security_groups
        for rule in group.rules
        if not (group.predicted or rule.is_default)
        and rule.access is Access.ALLOW
        and rule.origin in places
    )
