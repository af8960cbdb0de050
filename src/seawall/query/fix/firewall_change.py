"""A rule that is added to a collection of Azure Firewall, and how to write it."""

import json
import shlex
from collections.abc import Iterable
from dataclasses import dataclass, replace

from seawall.flowspace import FlowSet
from seawall.model.filter import Access
from seawall.model.firewall import (
    ApplicationRule,
    Firewall,
    NetworkRule,
    RuleCollection,
)
from seawall.model.packet import EVERY_PORT
from seawall.model.snapshot import Snapshot
from seawall.query.fix.change import Snippet
from seawall.query.fix.group import resource_group
from seawall.query.fix.need import ServiceNeed

Rule = NetworkRule | ApplicationRule

PROTOCOLS = {6: "TCP", 17: "UDP", 1: "ICMP", None: "Any"}
"""Source: Azure REST, Firewall Policy Rule Collection Groups, NetworkRule."""


@dataclass(frozen=True, slots=True)
class FirewallChange:
    """A rule that is added to a collection of a firewall.

    Attributes:
        firewall: Id of the firewall.
        firewall_name: Its name.
        collection: The collection, without the rule; a new one if *is_new*.
        rule: The rule.
        touches: The headers that it is about.
        is_new: Whether the collection is added too.
    """

    firewall: str
    firewall_name: str
    collection: RuleCollection
    rule: Rule
    touches: FlowSet
    is_new: bool = False
    kind: str = "firewall rule"

    @property
    def says(self) -> str:
        """What it does, as a sentence without its full stop."""
        rule, where = self.rule, self.collection.name
        does = "allows" if self.collection.access is Access.ALLOW else "denies"
        if isinstance(rule, ApplicationRule):
            what = ", ".join(f"{name}:{port}" for name, port in rule.ports)
            to = ", ".join(rule.names)
        else:
            protocol = rule.protocols[0] if rule.protocols else None
            what = str(ServiceNeed(protocol, rule.destination_ports))
            to = ", ".join((*map(str, rule.destinations), *rule.destination_names))
        added = "a new collection" if self.is_new else "collection"
        sources = ", ".join(map(str, rule.sources))
        return (
            f"rule {rule.name} in {added} {where} of {self.firewall_name} {does} "
            f"{what} from {sources} to {to}"
        )

    @property
    def notes(self) -> tuple[str, ...]:
        """What whoever carries it out must know, as sentences."""
        if not self.collection.group or self.collection.policy_name:
            return ()
        return (f"POLICY is the firewall policy of {self.firewall_name}.",)

    def applied(self, snapshot: Snapshot) -> Snapshot:
        """Return the snapshot with the rule in its collection."""
        firewalls = tuple(
            self._changed(item) if item.id == self.firewall else item
            for item in snapshot.fabric.firewalls
        )
        return replace(snapshot, fabric=replace(snapshot.fabric, firewalls=firewalls))

    def _changed(self, firewall: Firewall) -> Firewall:
        known = [item for item in firewall.collections if _same(item, self.collection)]
        added = known[0] if known else self.collection
        grown = replace(added, rules=(*added.rules, self.rule))
        rest = tuple(
            item for item in firewall.collections if not _same(item, self.collection)
        )
        return replace(firewall, collections=(*rest, grown))

    def snippets(self) -> tuple[Snippet, ...]:
        """Return the rule as a command and as the JSON of ARM."""
        name = f"{self.firewall_name}/{self.collection.name}/{self.rule.name}"
        body: dict[str, object] = arm_rule(self.rule)
        if self.is_new:
            body = {
                "ruleCollectionType": "FirewallPolicyFilterRuleCollection",
                "name": self.collection.name,
                "priority": self.collection.order[2],
                "action": {"type": self.collection.access.value},
                "rules": [body],
            }
        return (
            Snippet("az", name, self._command()),
            Snippet("arm", name, json.dumps(body, indent=2) + "\n"),
        )

    def _command(self) -> str:
        """Return the command that adds the rule.

        Source: Azure CLI docs, az network firewall policy rule-collection-group
        collection, and az network firewall network-rule.
        """
        collection, rule = self.collection, self.rule
        home = collection.policy or self.firewall
        group = shlex.quote(resource_group(home))
        policy = collection.policy_name or "POLICY"
        is_network = isinstance(rule, NetworkRule)
        kind = "network" if is_network else "application"
        if collection.group:
            verb = "add-filter-collection" if self.is_new else "rule add"
            parts = [
                f"az network firewall policy rule-collection-group collection {verb}",
                f"--resource-group {group}",
                f"--policy-name {shlex.quote(policy)}",
                f"--rule-collection-group-name {shlex.quote(collection.group)}",
            ]
            if self.is_new:
                parts += [
                    f"--name {shlex.quote(collection.name)}",
                    f"--collection-priority {collection.order[2]}",
                    f"--action {collection.access.value}",
                    f"--rule-name {shlex.quote(rule.name)}",
                ]
            else:
                parts += [
                    f"--collection-name {shlex.quote(collection.name)}",
                    f"--name {shlex.quote(rule.name)}",
                ]
            parts.append(f"--rule-type {kind.capitalize()}Rule")
            words = "--ip-protocols" if is_network else "--protocols"
        else:
            parts = [
                f"az network firewall {kind}-rule create",
                f"--resource-group {group}",
                f"--firewall-name {shlex.quote(self.firewall_name)}",
                f"--collection-name {shlex.quote(collection.name)}",
                f"--name {shlex.quote(rule.name)}",
            ]
            if self.is_new:
                parts += [
                    f"--priority {collection.order[2]}",
                    f"--action {collection.access.value}",
                ]
            words = "--protocols"
        parts += _arguments(rule, words)
        return " \\\n  ".join(parts) + "\n"


def _same(one: RuleCollection, other: RuleCollection) -> bool:
    return (one.group, one.name, one.type) == (other.group, other.name, other.type)


def _arguments(rule: Rule, words: str) -> list[str]:
    sources = f"--source-addresses {_words(map(str, rule.sources))}"
    if isinstance(rule, ApplicationRule):
        ports = " ".join(f"{name.capitalize()}={port}" for name, port in rule.ports)
        return [sources, f"{words} {ports}", f"--target-fqdns {_words(rule.names)}"]
    out = [sources, f"{words} {_words(_protocols(rule))}"]
    if rule.destinations:
        out.append(f"--destination-addresses {_words(map(str, rule.destinations))}")
    if rule.destination_names:
        out.append(f"--destination-fqdns {_words(rule.destination_names)}")
    return [*out, f"--destination-ports {_words(_ports(rule))}"]


def _words(values: Iterable[str]) -> str:
    return " ".join(shlex.quote(item) for item in values)


def _protocols(rule: NetworkRule) -> list[str]:
    return [PROTOCOLS[item] for item in rule.protocols or (None,)]


def _ports(rule: NetworkRule) -> list[str]:
    ports = rule.destination_ports
    return ["*"] if ports == (EVERY_PORT,) else [str(item) for item in ports]


def arm_rule(rule: Rule) -> dict[str, object]:
    """Return a rule as the JSON of ARM, as it stands in a collection of a policy.

    Source: Azure REST, Firewall Policy Rule Collection Groups.
    """
    body: dict[str, object] = {
        "ruleType": "NetworkRule"
        if isinstance(rule, NetworkRule)
        else "ApplicationRule",
        "name": rule.name,
        "sourceAddresses": [str(item) for item in rule.sources],
    }
    if isinstance(rule, ApplicationRule):
        return body | {
            "protocols": [
                {"protocolType": name.capitalize(), "port": port}
                for name, port in rule.ports
            ],
            "targetFqdns": list(rule.names),
        }
    return body | {
        "ipProtocols": _protocols(rule),
        "destinationAddresses": [str(item) for item in rule.destinations],
        "destinationFqdns": list(rule.destination_names),
        "destinationPorts": _ports(rule),
    }
