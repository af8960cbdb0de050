"""Security groups, compiled: what each allows, denies and leaves open at a subnet."""

from collections import Counter
from dataclasses import dataclass

from seawall.engine.path.filters.admin import AdminRules
from seawall.engine.path.ground.atlas import Atlas, known_none
from seawall.engine.path.ground.headers import services
from seawall.engine.path.ground.tags import Reading, Tags
from seawall.engine.path.ground.verdicts import (
    Matcher,
    Ruling,
    Said,
    deciding,
    first_match,
)
from seawall.flowspace import FlowSet
from seawall.model.address import AddressRange
from seawall.model.filter import Access, Anywhere, SecurityGroup, SecurityRule
from seawall.model.network import Subnet
from seawall.model.policy import Direction
from seawall.model.setting import Setting
from seawall.model.trace import DecidingRule, Verdict

SOURCE = "Azure docs, network-security-groups-overview"


@dataclass(frozen=True, slots=True)
class CompiledFilter:
    """One security group in one direction, at one subnet.

    Attributes:
        matchers: Its rules of that direction, by priority.
        ruling: What they decide together.
    """

    matchers: tuple[Matcher, ...]
    ruling: Ruling


class Filters:
    """Compiles the security groups of one snapshot, each once for each subnet."""

    def __init__(self, atlas: Atlas, tags: Tags) -> None:
        self._atlas = atlas
        self._tags = tags
        self.admin = AdminRules(atlas, tags)
        self._compiled: dict[tuple[str, str, Direction, str], CompiledFilter] = {}
        self._anywhere: dict[tuple[str, SecurityRule], Matcher] = {}

    def ruling(
        self, setting: Setting[str], subnet: Subnet, *, direction: Direction, tag: str
    ) -> Ruling | None:
        """Return what the group that a setting names decides at a subnet.

        Args:
            setting: Names a security group.
            subnet: Where the filtered address stands.
            direction: EGRESS for packets that leave it.
            tag: The service tag that the question names, or empty.

        Returns:
            None if it is known that there is no group.

        Source:
            Azure docs, network-security-group-how-it-works: no group, no filter.
        """
        if known_none(setting):
            return None
        if not setting.known:
            return Ruling.not_known(
                f"which security group applies is not known: {setting.why}", SOURCE
            )
        group = self._atlas.group(setting.value or "")
        if group is None:
            name = self._atlas.short(setting.value)
            return Ruling.not_known(
                f"security group `{name}` is not in the input", SOURCE
            )
        return self.compiled(group, subnet, direction=direction, tag=tag).ruling

    def compiled(
        self, group: SecurityGroup, subnet: Subnet, *, direction: Direction, tag: str
    ) -> CompiledFilter:
        """Return a security group as sets of headers.

        Source:
            Azure docs, network-security-groups-overview, "Security rules": by
            priority, lower first, and processing stops at a match.

        Complexity: linear in the rules, with a few set operations for each.
        """
        key = (group.id, subnet.id, direction, tag)
        if key not in self._compiled:
            self._compiled[key] = self._compile(group, subnet, direction, tag)
        return self._compiled[key]

    def _compile(
        self, group: SecurityGroup, subnet: Subnet, direction: Direction, tag: str
    ) -> CompiledFilter:
        rules = [rule for rule in group.rules if rule.direction is direction]
        rules.sort(key=lambda rule: (rule.priority, rule.is_default, rule.name))
        matchers = tuple(self._matcher(group, rule, subnet, tag) for rule in rules)
        outcome = first_match(matchers)
        undecided = outcome.undecided | outcome.left
        ruling = Ruling(
            outcome.may_deny - undecided,
            undecided,
            _saying(group, direction, matchers, rules),
        )
        return CompiledFilter(matchers, ruling)

    def _matcher(
        self, group: SecurityGroup, rule: SecurityRule, subnet: Subnet, tag: str
    ) -> Matcher:
        terms = (*rule.sources, *rule.destinations)
        if not all(isinstance(term, AddressRange | Anywhere) for term in terms):
            return self._matcher_at(group, rule, subnet, tag)
        # Addresses mean the same at every subnet, and in every question.
        key = (group.name, rule)
        found = self._anywhere.get(key)
        if found is None:
            found = self._matcher_at(group, rule, subnet, tag)
            self._anywhere[key] = found
        return found

    def _matcher_at(
        self, group: SecurityGroup, rule: SecurityRule, subnet: Subnet, tag: str
    ) -> Matcher:
        reading = Reading(subnet, rule.is_default, tag)
        match = services(
            None if rule.protocol is None else (rule.protocol,),
            rule.source_ports,
            rule.destination_ports,
        ).within(
            self._tags.extent(rule.sources, reading._replace(tag="")),
            self._tags.extent(rule.destinations, reading),
        )
        return Matcher(
            match.sure,
            match.possible,
            rule.access is Access.ALLOW,
            f"{group.name}/{rule.name}",
            rule.origin,
            (rule.priority, rule.is_default),
            self._tags.doubt(rule.sources, reading._replace(tag=""))
            or self._tags.doubt(rule.destinations, reading),
        )

    def platform_ruling(
        self, group: SecurityGroup, subnet: Subnet, tag: str, headers: FlowSet
    ) -> Ruling:
        """Return what rules for a platform tag decide about a platform address.

        Only outbound rules that name the tag reach such an address; others do not.

        Args:
            group: The security group.
            subnet: Where the sender stands.
            tag: `AzurePlatformIMDS` or `AzurePlatformDNS`.
            headers: The headers that go to the address.

        Source:
            Azure docs, network-security-groups-overview, "Azure platform
            considerations".
        """
        rules = sorted(
            (
                rule
                for rule in group.rules
                if rule.direction is Direction.EGRESS
                and any(str(term).lower() == tag.lower() for term in rule.destinations)
            ),
            key=lambda rule: (rule.priority, rule.name),
        )
        matchers = []
        for rule in rules:
            made = services(
                None if rule.protocol is None else (rule.protocol,),
                rule.source_ports,
                rule.destination_ports,
            )
            sources = self._tags.extent(rule.sources, Reading(subnet))
            matchers.append(
                Matcher(
                    made.sure & sources.sure.as_sources() & headers,
                    made.possible & sources.possible.as_sources() & headers,
                    rule.access is Access.ALLOW,
                    f"{group.name}/{rule.name}",
                    rule.origin,
                    rule.priority,
                )
            )
        outcome = first_match(matchers, headers)
        open_ = outcome.may_allow | outcome.left
        return Ruling(
            outcome.may_deny - open_,
            outcome.may_deny & open_,
            _saying(group, Direction.EGRESS, tuple(matchers), rules),
        )


def _saying(
    group: SecurityGroup,
    direction: Direction,
    matchers: tuple[Matcher, ...],
    rules: list[SecurityRule],
) -> "GroupSaying":
    ties = Counter((rule.priority, rule.is_default) for rule in rules)
    shared = frozenset(key for key in ties if ties[key] > 1)
    return GroupSaying(group, direction, matchers, shared)


@dataclass(frozen=True, slots=True)
class GroupSaying:
    """Names the rule that decides.

    Attributes:
        group: The security group.
        direction: Which of its rules are asked.
        matchers: Those rules, by priority.
        ties: The priorities that several of them share.
    """

    group: SecurityGroup
    direction: Direction
    matchers: tuple[Matcher, ...]
    ties: frozenset[tuple[int, bool]]

    def __call__(self, headers: FlowSet, verdict: Verdict) -> Said:
        """Return why packets that share a verdict get it."""
        found = deciding(self.matchers, headers, verdict)
        if found is None:
            return Said(f"no rule of {self.group.name} matches", None, SOURCE)
        rule = DecidingRule(found.name, found.origin)
        access = "allows" if found.allows else "denies"
        if verdict is Verdict.UNKNOWN:
            if found.order in self.ties:
                # Nobody may write this priority; it stands for one that is not known.
                why = (
                    "shares its priority with a rule that differs"
                    if found.order[0]
                    else "may come before every other rule"
                )
                return Said(f"{found.name} {why}", rule, SOURCE)
            why = found.doubt or "which is not known"
            return Said(f"{found.name} may match, {why}; it {access}", rule, SOURCE)
        return Said(f"{found.name} {access} it", rule, SOURCE)
