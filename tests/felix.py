"""Calico's policies as Felix decides them, read straight off the objects as written.

Knows nothing of Seawall: endpoints and network sets are flat mappings of labels, a
selector is a set of addresses, and a rule matches addresses, a protocol and a port.
Selectors are trees, because how their text is read is tested elsewhere.

Source:
    projectcalico/calico libcalico-go/lib/backend/syncersv1/updateprocessors (rules.go,
    networkpolicyprocessor.go), lib/backend/k8s/conversion, felix/calc and felix/rules.
"""

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from ipaddress import ip_address, ip_network
from typing import Any

Tree = tuple[Any, ...]
"""`("has", key)`, `("in", key, values)`, `("and", tree, tree)`, `("not", tree)`, …"""

SPACE = "projectcalico.org/namespace"
NUMBERS = {"TCP": 6, "UDP": 17, "SCTP": 132, "ICMP": 1}


def text_of(tree: Tree) -> str:
    """Return a selector as people write it."""
    form, *rest = tree
    if form in ("all", "global"):
        return f"{form}()"
    if form == "has":
        return f"has({rest[0]})"
    if form == "not":
        return f"!({text_of(rest[0])})"
    if form in ("and", "or"):
        joined = {"and": "&&", "or": "||"}[form]
        return f"({text_of(rest[0])} {joined} {text_of(rest[1])})"
    key, value = rest
    if form in ("in", "not in"):
        listed = ", ".join(f'"{item}"' for item in value)
        return f"{key} {form} {{{listed}}}"
    return f"{key} {form} '{value}'"


_TESTS: dict[str, Callable[[str | None, Any], bool]] = {
    "has": lambda held, _: held is not None,
    "==": lambda held, value: held == value,
    "!=": lambda held, value: held != value,
    "in": lambda held, values: held in values,
    "not in": lambda held, values: held not in values,
    "contains": lambda held, part: held is not None and part in held,
    "starts with": lambda held, part: held is not None and held.startswith(part),
    "ends with": lambda held, part: held is not None and held.endswith(part),
}


def holds(tree: Tree, labels: dict[str, str]) -> bool:
    """Whether a selector holds for a mapping of labels."""
    form, *rest = tree
    if form == "all":
        return True
    if form == "global":
        return SPACE not in labels
    if form == "not":
        return not holds(rest[0], labels)
    if form in ("and", "or"):
        combine = all if form == "and" else any
        return combine(holds(part, labels) for part in rest)
    key, *value = rest
    return _TESTS[form](labels.get(key), value[0] if value else None)


def prefixed(tree: Tree, prefix: str) -> Tree:
    """Return a selector over namespaces or accounts as one over endpoints."""
    match tree:
        case ("all",):
            return ("has", SPACE) if prefix == "pcns." else tree
        case ("global",):
            return tree
        case ("and" | "or", one, other):
            return (tree[0], prefixed(one, prefix), prefixed(other, prefix))
        case ("not", inner):
            return ("not", prefixed(inner, prefix))
    return (tree[0], prefix + tree[1], *tree[2:])


@dataclass(frozen=True)
class Thing:
    """An endpoint or a network set: labels, inherited ones too, and addresses."""

    name: str
    labels: dict[str, str]
    nets: tuple[str, ...]
    ports: tuple[tuple[str, str, int], ...] = ()
    is_pod: bool = False


@dataclass(frozen=True)
class Packet:
    """A new connection; the port of ICMP is 256 times the type plus the code."""

    source: str
    destination: str
    protocol: int
    port: int


@dataclass(frozen=True)
class Felix:
    """A cluster: its endpoints and sets, its tiers, its policies with trees."""

    things: tuple[Thing, ...]
    tiers: dict[str, tuple[float, str]]
    policies: tuple[dict[str, Any], ...] = field(default=())

    def allows(self, packet: Packet) -> bool:
        """Whether the packet passes at both ends."""
        return self._passes(packet, packet.source, "egress") and self._passes(
            packet, packet.destination, "ingress"
        )

    def _passes(self, packet: Packet, end: str, way: str) -> bool:
        pod = next(
            (it for it in self.things if it.is_pod and f"{end}/32" in it.nets), None
        )
        if pod is None:
            return True
        for name, (_, action) in sorted(
            self.tiers.items(), key=lambda item: (item[1][0], item[0])
        ):
            held = [
                policy
                for policy in self.policies
                if policy["tier"] == name
                and way in policy["types"]
                and holds(policy["selector"], pod.labels)
            ]
            if not held:
                continue
            held.sort(key=lambda it: (it["order"], it["name"], it["namespace"] or ""))
            found = self._first(held, way, packet) or action
            if found != "Pass":
                return found == "Allow"
        return True

    def _first(
        self, policies: Iterable[dict[str, Any]], way: str, packet: Packet
    ) -> str | None:
        for policy in policies:
            for rule in policy[way]:
                if rule["action"] != "Log" and self._matches(policy, rule, packet):
                    return str(rule["action"])
        return None

    def _matches(
        self, policy: dict[str, Any], rule: dict[str, Any], packet: Packet
    ) -> bool:
        source, destination = rule.get("source", {}), rule.get("destination", {})
        own = policy["namespace"]
        return all(
            (
                self._protocol(rule, packet),
                self._entity(source, own, packet.source),
                self._entity(destination, own, packet.destination),
                "ports" not in destination or self._port(destination["ports"], packet),
                "notPorts" not in destination
                or not self._port(destination["notPorts"], packet),
            )
        )

    def _protocol(self, rule: dict[str, Any], packet: Packet) -> bool:
        if "protocol" in rule and NUMBERS[rule["protocol"]] != packet.protocol:
            return False
        if "notProtocol" in rule and NUMBERS[rule["notProtocol"]] == packet.protocol:
            return False
        message = divmod(packet.port, 256)
        if "icmp" in rule and not _is_message(rule["icmp"], message):
            return False
        return "notICMP" not in rule or not _is_message(rule["notICMP"], message)

    def _entity(self, entity: dict[str, Any], own: str | None, address: str) -> bool:
        trees = []
        accounts = entity.get("serviceAccounts", {})
        if "selector" in accounts:
            trees.append(prefixed(accounts["selector"], "pcsa."))
        if "names" in accounts:
            trees.append(("in", "projectcalico.org/serviceaccount", accounts["names"]))
        if "selector" in entity:
            trees.append(entity["selector"])
        if "namespaceSelector" in entity:
            trees.append(prefixed(entity["namespaceSelector"], "pcns."))
        elif own is not None and (trees or "notSelector" in entity):
            trees.append(("==", SPACE, own))
        if trees and address not in self._members(trees):
            return False
        if "notSelector" in entity and address in self._members(
            [entity["notSelector"]]
        ):
            return False
        if "nets" in entity and not _inside(address, entity["nets"]):
            return False
        return "notNets" not in entity or not _inside(address, entity["notNets"])

    def _members(self, trees: list[Tree]) -> "_Nets":
        return _Nets(
            net
            for thing in self.things
            if all(holds(tree, thing.labels) for tree in trees)
            for net in thing.nets
        )

    def _port(self, ports: list[int | str], packet: Packet) -> bool:
        return any(
            packet.port in each for item in ports for each in self._ranges(item, packet)
        )

    def _ranges(self, item: int | str, packet: Packet) -> Iterator[range]:
        first, _, last = str(item).partition(":")
        if first.isdecimal():
            yield range(int(first), int(last or first) + 1)
            return
        for thing in self.things:
            for name, protocol, number in thing.ports:
                if (
                    name == item
                    and NUMBERS[protocol] == packet.protocol
                    and f"{packet.destination}/32" in thing.nets
                ):
                    yield range(number, number + 1)


class _Nets:
    def __init__(self, nets: Iterable[str]) -> None:
        self._nets = list(nets)

    def __contains__(self, address: str) -> bool:
        return _inside(address, self._nets)


def _inside(address: str, nets: Iterable[str]) -> bool:
    return any(ip_address(address) in ip_network(net) for net in nets)


def _is_message(icmp: dict[str, int], message: tuple[int, int]) -> bool:
    return icmp["type"] == message[0] and icmp.get("code", message[1]) == message[1]


LAST = math.inf
