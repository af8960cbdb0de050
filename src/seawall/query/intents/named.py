"""What firewalls and policies let pass by name, where addresses alone do not tell.

An address on the internet may have any name, so rules about names leave it unknown.
Each name that a rule allows is asked about by itself. Names that are excepted are taken
out of the rules before what remains is asked again: packets by other names meet the
same rules as before.

Source: Azure docs, Azure Firewall rule processing logic and application rules.
"""

from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property

from seawall.engine.path import Answers
from seawall.flowspace import FlowSet
from seawall.model.end import AddressEnd, End, InternetEnd, NameEnd, TagEnd
from seawall.model.filter import Access
from seawall.model.firewall import (
    ApplicationRule,
    Firewall,
    FirewallRule,
    NetworkRule,
    RuleCollection,
)
from seawall.model.ranked import RankedRule
from seawall.query.ask import answered
from seawall.query.case import Case
from seawall.query.firewall_names import AllowedName, allowed_names
from seawall.query.intents.exempt import Exempting
from seawall.query.intents.pair import Crossing
from seawall.query.intents.party import EVERY_PORT
from seawall.query.policy_names import with_rules


class Names:
    """Asks about names where something is not known about the internet."""

    def __init__(self, case: Case, except_: Exempting) -> None:
        self._case = case
        self._except = except_
        self._without: dict[frozenset[str], Case] = {}

    def told(self, crossing: Crossing) -> Iterator[Crossing]:
        """Yield a crossing, as far as rules about names leave it open, and by names.

        Complexity: for a crossing to the internet that is not known, a walk, and one
        for each name that a firewall allows.
        """
        outside = isinstance(crossing.target, InternetEnd | AddressEnd)
        if not outside or not crossing.unknown or not self._are_names_told_apart:
            yield crossing
            return
        excepted = self._excepted(crossing.source)
        if excepted:
            crossing = self._narrowed(crossing, excepted)
        if crossing.unknown:
            yield from self._by_name(crossing, excepted)
        yield crossing

    def _excepted(self, source: End) -> frozenset[str]:
        """Return the names that exceptions leave to a source, in lower case.

        A set of names that the platform keeps is written as `tag:NAME`.
        """
        found: set[str] = set()
        for at, item in enumerate(self._except.exempt):
            if item.targets is None or item.ports != EVERY_PORT:
                continue
            if item.sources is not None and source not in item.sources.ends:
                continue
            names = {
                f"tag:{end.tag}".lower() if isinstance(end, TagEnd) else str(end)
                for end in item.targets.ends
                if isinstance(end, NameEnd | TagEnd)
            }
            if any(covers(frozenset(names), name) for name in self._allowed):
                self._except.used.add(at)
            found |= names
        return frozenset(found)

    @property
    def _are_names_told_apart(self) -> bool:
        return bool(self._case.snapshot.fabric.firewalls or self._by_policies)

    @cached_property
    def _by_policies(self) -> frozenset[str]:
        """The names that rules of policies allow."""
        return frozenset(
            name
            for policy in self._case.snapshot.objects.ranked_policies
            for rule in policy.egress
            for name in rule.names
        )

    @property
    def _allowed(self) -> frozenset[str]:
        return self._by_policies | {
            name
            for firewall in self._case.snapshot.fabric.firewalls
            for collection in firewall.collections
            for rule in collection.rules
            for name in _names_of(rule)
        }

    def _narrowed(self, crossing: Crossing, excepted: frozenset[str]) -> Crossing:
        """Return what is left of a crossing without names that are excepted."""
        if excepted not in self._without:
            snapshot = self._case.snapshot
            firewalls = tuple(
                _bare(firewall, excepted) for firewall in snapshot.fabric.firewalls
            )
            case = self._case
            if firewalls != snapshot.fabric.firewalls:
                fabric = replace(snapshot.fabric, firewalls=firewalls)
                case = case.changed(replace(snapshot, fabric=fabric))
            self._without[excepted] = with_rules(
                case, lambda rule: _left_of(rule, excepted)
            )
        answer = answered(
            self._without[excepted],
            crossing.source,
            crossing.target,
            FlowSet.everything(),
        )
        left = answer.allowed | answer.unknown
        return replace(crossing, unknown=crossing.unknown & left)

    def _by_name(
        self, crossing: Crossing, excepted: frozenset[str]
    ) -> Iterator[Crossing]:
        """Yield what surely passes to a name that a firewall or a policy allows.

        What both allow is told once.
        """
        told: dict[str, FlowSet] = {}
        for name in self._names:
            if _is_excepted(name, excepted):
                continue
            answer = answered(
                self._case, crossing.source, NameEnd(name.example), name.services
            )
            public = any(each.answer is Answers.PUBLIC for each in answer.resolutions)
            before = told.get(name.example, FlowSet.empty())
            found = (answer.allowed & crossing.unknown) - before
            if public and found:
                told[name.example] = before | found
                via = f"the name {name.text}" if "tag" not in name.text else name.text
                yield Crossing(
                    crossing.source,
                    NameEnd(name.example),
                    found,
                    FlowSet.empty(),
                    via,
                )

    @cached_property
    def _names(self) -> tuple[AllowedName, ...]:
        firewalls = self._case.snapshot.fabric.firewalls
        found = [name for each in firewalls for name in allowed_names(each)]
        for name in sorted(self._by_policies - {"*"}):
            example = name.replace("*", "any").strip(".")
            found.append(AllowedName(name, example, FlowSet.everything()))
        return tuple(found)


def _names_of(rule: FirewallRule) -> tuple[str, ...]:
    """Return the names that a rule of a firewall is about, in lower case."""
    if isinstance(rule, NetworkRule):
        return tuple(map(str.lower, rule.destination_names))
    if not isinstance(rule, ApplicationRule):
        return ()
    tags = (f"tag:{tag}" for tag in rule.tags)
    return tuple(map(str.lower, (*rule.names, *tags)))


def _bare(firewall: Firewall, excepted: frozenset[str]) -> Firewall:
    return replace(
        firewall,
        collections=tuple(_without(each, excepted) for each in firewall.collections),
    )


def _without(collection: RuleCollection, excepted: frozenset[str]) -> RuleCollection:
    """Return a collection whose allow rules do not name what is excepted.

    Rules with other conditions on names are kept, as they may allow more. A network
    rule goes by the addresses that its names lead to, which no other name is taken to
    lead to.
    """
    if collection.access is not Access.ALLOW:
        return collection
    rules: list[FirewallRule] = []
    for rule in collection.rules:
        if isinstance(rule, NetworkRule) and rule.destination_names:
            left = tuple(n for n in rule.destination_names if not covers(excepted, n))
            if left or rule.destinations:
                rules.append(replace(rule, destination_names=left))
            continue
        if not isinstance(rule, ApplicationRule):
            rules.append(rule)
            continue
        names = tuple(n for n in rule.names if not covers(excepted, n))
        tags = tuple(t for t in rule.tags if f"tag:{t}".lower() not in excepted)
        if names or tags or rule.categories or rule.urls:
            rules.append(replace(rule, names=names, tags=tags))
    return replace(collection, rules=tuple(rules))


def _left_of(rule: RankedRule, excepted: frozenset[str]) -> RankedRule | None:
    """Return a rule of a policy without names that are excepted; None if none is left.

    A pattern of policies stands for one label, one that is excepted for any depth.
    """
    left = tuple(name for name in rule.names if not covers(excepted, name))
    return replace(rule, names=left) if left else None


def covers(excepted: frozenset[str], pattern: str) -> bool:
    """Whether every name that a pattern stands for is excepted.

    `*.suffix` stands for any depth below the suffix and not for itself.
    """
    name = pattern.lower()
    if name in excepted:
        return True
    first, *rest = name.split(".")
    if "*" in name.removeprefix("*.") or not first:
        return False
    return any("*." + ".".join(rest[at:]) in excepted for at in range(len(rest)))


def _is_excepted(name: AllowedName, excepted: frozenset[str]) -> bool:
    if name.text.startswith("the tag "):
        return f"tag:{name.text.removeprefix('the tag ')}".lower() in excepted
    return covers(excepted, name.text)
