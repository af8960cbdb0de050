"""Security admin rules, compiled: what a network manager decides before any group."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from typing import NamedTuple

from seawall.engine.path.ground.atlas import Atlas
from seawall.engine.path.ground.headers import services
from seawall.engine.path.ground.tags import Reading, Tags
from seawall.engine.path.ground.verdicts import (
    EVERYTHING,
    NOTHING,
    Matcher,
    Ruling,
    Said,
    deciding,
)
from seawall.flowspace import FlowSet
from seawall.model.admin import AdminAccess, AdminCollection, AdminRule
from seawall.model.filter import ANYWHERE, AddressTerm, ServiceTag
from seawall.model.network import Subnet
from seawall.model.policy import Direction
from seawall.model.trace import DecidingRule, Verdict

SOURCE = "Azure docs, concept-security-admins"
_EXEMPT = frozenset(
    {
        "azurebastionsubnet",
        "azurefirewallsubnet",
        "azurefirewallmanagementsubnet",
        "gatewaysubnet",
        "routeserversubnet",
    }
)


class AdminRuling(NamedTuple):
    """What the admin rules decide at a subnet, in one direction.

    Attributes:
        ruling: What they deny, or may.
        spared: Surely passes without any security group being asked.
        perhaps_spared: Surely or possibly so.
    """

    ruling: Ruling
    spared: FlowSet
    perhaps_spared: FlowSet

    @property
    def possibly(self) -> "AdminRuling":
        """What they decide where it is not known whether they are asked at all."""
        ruling = self.ruling
        doubtful = Ruling(NOTHING, ruling.denied | ruling.unknown, _Doubted(ruling))
        return AdminRuling(doubtful, NOTHING, self.perhaps_spared)

    def sparing(self, ruling: Ruling) -> Ruling:
        """Return what a security group decides once these rules were asked."""
        if not self.perhaps_spared:
            return ruling
        doubtful = ruling.unknown | (ruling.denied & self.perhaps_spared)
        return Ruling(
            ruling.denied - self.perhaps_spared,
            doubtful - self.spared,
            _Spared(ruling, self),
        )


def is_exempt(subnet: Subnet) -> bool:
    """Whether a subnet has a name at which no admin rule is asked.

    Source:
        docs/semantics/path.md, G5.
    """
    return subnet.name.lower() in _EXEMPT


class _Compiled(NamedTuple):
    """One rule.

    Attributes:
        matcher: What it matches; `allows` is of no meaning.
        access: What it does.
    """

    matcher: Matcher
    access: AdminAccess


class _Fates(NamedTuple):
    """What may become of headers; any of several, where they overlap."""

    by_access: dict[AdminAccess, FlowSet]
    left: FlowSet


class AdminRules:
    """Compiles the admin rules of one snapshot, each once for each subnet."""

    def __init__(
        self,
        atlas: Atlas,
        tags: Tags,
        collections: tuple[AdminCollection, ...] | None = None,
    ) -> None:
        self._atlas = atlas
        self._tags = tags
        own = atlas.fabric.admin_rules
        self._collections = own if collections is None else collections
        self._compiled: dict[tuple[str, Direction, str], AdminRuling | None] = {}
        self._firewalled = {
            firewall.subnet.lower()
            for firewall in atlas.fabric.firewalls
            if firewall.subnet
        }
        self._gated = {
            gateway.subnet.lower()
            for gateway in atlas.fabric.application_gateways
            if gateway.subnet
        }

    def at(
        self, subnet: Subnet, *, direction: Direction, tag: str
    ) -> AdminRuling | None:
        """Return what the admin rules decide at a subnet, or None without any.

        Source:
            Azure docs, concept-security-admins, "Nonapplication of security admin
            rules".
        """
        key = (subnet.id, direction, tag)
        if key not in self._compiled:
            self._compiled[key] = self._compile(subnet, direction, tag)
        return self._compiled[key]

    def of_sender(self, tag: str) -> "AdminRules":
        """Return the rules for packets from what a service tag stands for.

        A rule that names this very tag as source holds whoever of them sends.
        """
        collections = tuple(
            replace(
                each,
                rules=tuple(
                    replace(
                        rule, sources=tuple(_meant(term, tag) for term in rule.sources)
                    )
                    for rule in each.rules
                ),
            )
            for each in self._collections
        )
        return AdminRules(self._atlas, self._tags, collections)

    def _compile(
        self, subnet: Subnet, direction: Direction, tag: str
    ) -> AdminRuling | None:
        if is_exempt(subnet) or subnet.id.lower() in self._firewalled:
            return None
        ranked = self._ranked(subnet, direction, tag)
        if not any(rules for _, managers in ranked for rules in managers):
            return None
        fates = _by_rank([managers for _, managers in ranked])
        denied = fates.by_access[AdminAccess.DENY]
        always = fates.by_access[AdminAccess.ALWAYS_ALLOW]
        onward = fates.by_access[AdminAccess.ALLOW] | fates.left
        listed = tuple(
            rule for _, managers in ranked for rules in managers for rule in rules
        )
        ruling = Ruling(
            denied - always - onward, denied & (always | onward), _Saying(listed)
        )
        return AdminRuling(ruling, always - denied - onward, always)

    def _ranked(
        self, subnet: Subnet, direction: Direction, tag: str
    ) -> list[tuple[int, list[list[_Compiled]]]]:
        """Return the rules by the scope of their manager, and then by manager."""
        network = subnet.network.lower()
        applying = [
            each
            for each in self._collections
            if network in each.networks or network in each.maybe
        ]
        applying.sort(key=lambda each: (each.rank, each.manager, each.id))
        found = []
        for rank, of_rank in groupby(applying, key=lambda each: each.rank):
            managers = []
            for _, of_manager in groupby(of_rank, key=lambda each: each.manager):
                rules = [
                    (collection, rule)
                    for collection in of_manager
                    for rule in collection.rules
                    if rule.direction is direction
                ]
                rules.sort(key=lambda each: each[1].priority)
                managers.append([self._rule(*each, subnet, tag) for each in rules])
            found.append((rank, managers))
        return found

    def _rule(
        self, collection: AdminCollection, rule: AdminRule, subnet: Subnet, tag: str
    ) -> _Compiled:
        reading = Reading(subnet, tag=tag)
        match = services(
            None if rule.protocol is None else (rule.protocol,),
            rule.source_ports,
            rule.destination_ports,
        ).within(
            self._tags.extent(rule.sources, reading._replace(tag="")),
            self._tags.extent(rule.destinations, reading),
        )
        applies = subnet.network.lower() in collection.networks
        applies = applies and subnet.id.lower() not in self._gated
        matcher = Matcher(
            match.sure if applies else NOTHING,
            match.possible,
            rule.access is not AdminAccess.DENY,
            f"{collection.name}/{rule.name}",
            rule.origin,
            rule.priority,
            ("" if applies else self._why(collection, subnet))
            or self._tags.doubt(rule.sources, reading._replace(tag=""))
            or self._tags.doubt(rule.destinations, reading),
        )
        return _Compiled(matcher, rule.access)

    def _why(self, collection: AdminCollection, subnet: Subnet) -> str:
        if subnet.id.lower() in self._gated:
            return "an application gateway's subnet may be left out"
        return collection.why


def _meant(term: AddressTerm, tag: str) -> AddressTerm:
    named = isinstance(term, ServiceTag) and term.name.lower() == tag.lower()
    return ANYWHERE if named else term


def _by_rank(ranks: list[list[list[_Compiled]]]) -> _Fates:
    """Ask managers by scope; of those of one scope any that matches may win.

    Source:
        Azure docs, concept-network-manager-scope: the higher scope wins.
    """
    found = dict.fromkeys(AdminAccess, NOTHING)
    open_ = EVERYTHING
    for managers in ranks:
        left = open_
        for rules in managers:
            fates = _first(rules, open_)
            for access, headers in fates.by_access.items():
                found[access] |= headers
            left &= fates.left
        open_ = left
    return _Fates(found, open_)


def _first(rules: list[_Compiled], among: FlowSet) -> _Fates:
    """Follow the rules of one manager by priority; those of one priority may tie."""
    found = dict.fromkeys(AdminAccess, NOTHING)
    left = among
    for _, level in groupby(rules, key=lambda each: each.matcher.order):
        taken = NOTHING
        for rule in level:
            found[rule.access] |= left & rule.matcher.possible
            taken |= rule.matcher.sure
        left -= taken
    return _Fates(found, left)


@dataclass(frozen=True, slots=True)
class _Saying:
    """Names the admin rule that decides."""

    rules: tuple[_Compiled, ...]

    def __call__(self, headers: FlowSet, verdict: Verdict) -> Said:
        found = next(self._deciding(headers, verdict), None)
        if found is None:
            return Said("no admin rule matches", None, SOURCE)
        rule = DecidingRule(found.matcher.name, found.matcher.origin)
        does = {
            AdminAccess.DENY: "denies it",
            AdminAccess.ALLOW: "leaves it to the security groups",
            AdminAccess.ALWAYS_ALLOW: "allows it whatever security groups say",
        }[found.access]
        if verdict is Verdict.UNKNOWN:
            why = found.matcher.doubt or "another admin rule may come first"
            says = f"{found.matcher.name} {does} if it applies: {why}"
            return Said(says, rule, SOURCE)
        return Said(f"{found.matcher.name} {does}", rule, SOURCE)

    def _deciding(self, headers: FlowSet, verdict: Verdict) -> Iterator[_Compiled]:
        if verdict is Verdict.UNKNOWN:
            yield from (
                rule
                for rule in self.rules
                if rule.access is AdminAccess.DENY and headers & rule.matcher.possible
            )
        matcher = deciding([rule.matcher for rule in self.rules], headers, verdict)
        yield from (rule for rule in self.rules if rule.matcher is matcher)


@dataclass(frozen=True, slots=True)
class _Doubted:
    """Tells of admin rules of which it is not known whether they are asked."""

    admin: Ruling

    def __call__(self, headers: FlowSet, verdict: Verdict) -> Said:
        hit = headers & self.admin.denied
        if verdict is not Verdict.UNKNOWN or not hit:
            return self.admin.say(headers, verdict)
        found = self.admin.say(hit, Verdict.DENIED)
        says = f"{found.says}, if admin rules reach this address"
        return Said(says, found.rule, SOURCE)


@dataclass(frozen=True, slots=True)
class _Spared:
    """Tells why a security group does not decide, or may not."""

    group: Ruling
    admin: AdminRuling

    def __call__(self, headers: FlowSet, verdict: Verdict) -> Said:
        if headers <= self.admin.spared:
            says = "not asked: an admin rule always allows it"
            return Said(says, None, SOURCE)
        if verdict is Verdict.UNKNOWN and headers & self.group.denied:
            found = self.group.say(headers & self.group.denied, Verdict.DENIED)
            says = f"{found.says}, unless an admin rule always allows it"
            return Said(says, found.rule, SOURCE)
        return self.group.say(headers, verdict)
