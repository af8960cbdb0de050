"""Azure Firewall: which packets pass, by which rule, and with which source after."""

from collections.abc import Iterator
from dataclasses import dataclass

from seawall.engine.path.dns.names import (
    Matches,
    is_under,
    pattern_matches,
    strongest,
    tag_matches,
)
from seawall.engine.path.firewalls.built_in import built_in
from seawall.engine.path.firewalls.sources import FirewallSources
from seawall.engine.path.ground.atlas import Atlas
from seawall.engine.path.ground.branch import Branch, Question
from seawall.engine.path.ground.headers import (
    TCP,
    TCP_UDP,
    Match,
    is_whole,
    port,
    services,
)
from seawall.engine.path.ground.rewrite import Rewrite
from seawall.engine.path.ground.space import EVERYWHERE, NOWHERE, PRIVATE, PUBLIC, Space
from seawall.engine.path.ground.tags import EVERYONE, Extent, Reading, Tags
from seawall.engine.path.ground.verdicts import (
    EVERYTHING,
    NOTHING,
    Matcher,
    Ruling,
    Said,
    constant,
    deciding,
    first_match,
)
from seawall.flowspace import FlowSet
from seawall.model.filter import Access
from seawall.model.firewall import (
    ApplicationRule,
    CollectionType,
    Firewall,
    NatRule,
    NetworkRule,
    RuleCollection,
)
from seawall.model.packet import EVERY_PORT
from seawall.model.trace import DecidingRule, Layer, Verdict

SOURCE = "Azure docs, firewall rule-processing"
SNAT_SOURCE = "Azure docs, firewall snat-private-range"


@dataclass(frozen=True, slots=True)
class CompiledFirewall:
    """A firewall as sets of headers, for one name in the question.

    Attributes:
        ruling: What its network and application rules decide.
        by_network: The headers that a network rule may let pass.
        by_application: Those that an application rule may let pass.
    """

    ruling: Ruling
    by_network: FlowSet
    by_application: FlowSet


class Firewalls:
    """Compiles the firewalls of one snapshot."""

    def __init__(self, atlas: Atlas, tags: Tags) -> None:
        self._atlas = atlas
        self._tags = tags
        self.sources = FirewallSources(atlas)
        self._compiled: dict[tuple[str, str, str], CompiledFirewall] = {}

    def compiled(self, firewall: Firewall, question: Question) -> CompiledFirewall:
        """Return what a firewall does with packets of a question.

        Source:
            Azure docs, firewall rule-processing: network rules before application
            rules, by priority; what no rule allows is denied.
        """
        key = (firewall.id, question.name, question.tag)
        if key not in self._compiled:
            self._compiled[key] = self._compile(firewall, question)
        return self._compiled[key]

    def _compile(self, firewall: Firewall, question: Question) -> CompiledFirewall:
        if not firewall.complete.is_surely(value=True):
            why = firewall.complete.why or "part of it is missing"
            return CompiledFirewall(
                Ruling.not_known(
                    f"the policy of `{firewall.name}` is not all in the input: {why}",
                    SOURCE,
                ),
                EVERYTHING,
                TCP,
            )
        network = tuple(self._matchers(firewall, CollectionType.NETWORK, question))
        application = (
            *self._matchers(firewall, CollectionType.APPLICATION, question),
            *built_in(self._atlas, question),
        )
        first = first_match(network)
        open_ = first.left
        second = first_match(application, open_)
        may_allow = first.may_allow | second.may_allow
        may_deny = first.may_deny | second.may_deny | second.left
        ruling = Ruling(
            may_deny - may_allow,
            may_deny & may_allow,
            FirewallSaying(firewall, (*network, *application)),
        )
        return CompiledFirewall(ruling, first.may_allow, second.may_allow)

    def _matchers(
        self, firewall: Firewall, kind: CollectionType, question: Question
    ) -> Iterator[Matcher]:
        # Rules of one collection share its order: they have one action, so their
        # order among themselves does not change what becomes of a packet.
        for collection in ordered(firewall, kind):
            for rule in collection.rules:
                if isinstance(rule, NetworkRule):
                    match = self._network(firewall, rule, question)
                elif isinstance(rule, ApplicationRule):
                    match = self._application(rule, question)
                else:
                    continue
                yield Matcher(
                    match.sure,
                    match.possible,
                    collection.access is Access.ALLOW,
                    f"{collection.name}/{rule.name}",
                    rule.origin,
                    collection.order,
                    self._doubt(rule, question),
                )

    def _doubt(self, rule: NetworkRule | ApplicationRule, question: Question) -> str:
        reading = Reading(None, tag=question.tag)
        terms = rule.destinations if isinstance(rule, NetworkRule) else ()
        return self._tags.doubt(rule.sources, reading._replace(tag="")) or (
            self._tags.doubt(terms, reading)
        )

    def _network(
        self, firewall: Firewall, rule: NetworkRule, question: Question
    ) -> Match:
        """Return what a network rule matches.

        Source:
            Azure docs, firewall firewall-known-issues: `Any` with ports is TCP and
            UDP; domain-filtering-overview: names are resolved by the firewall.
        """
        match = services(rule.protocols, (EVERY_PORT,), rule.destination_ports)
        if rule.protocols is None and not is_whole(rule.destination_ports):
            match = Match(match.sure & TCP_UDP, match.possible & TCP_UDP)
        reading = Reading(None, tag=question.tag)
        sources = self._tags.extent(rule.sources, reading._replace(tag=""))
        to = self._tags.extent(rule.destinations, reading)
        for name in rule.destination_names:
            to = to | self._named(firewall, name.lower(), question)
        return match.within(sources, to)

    def _named(self, firewall: Firewall, name: str, question: Question) -> Extent:
        if question.name == name:
            resolves_alike = firewall.dns_proxy.is_surely(value=True)
            return EVERYONE if resolves_alike else Extent(NOWHERE, EVERYWHERE)
        is_private = any(is_under(name, zone.name) for zone in self._atlas.fabric.zones)
        return Extent(NOWHERE, PUBLIC | PRIVATE if is_private else PUBLIC)

    def _application(self, rule: ApplicationRule, question: Question) -> Match:
        """Return what an application rule matches: TCP, by name, wherever it goes.

        Source:
            Azure docs, firewall rule-processing and dns-details: the name in the
            request decides, not the destination address.
        """
        matches = _rule_matches_name(rule, question.name)
        numbers = sorted({number for _, number in rule.ports})
        sources = self._tags.extent(rule.sources, Reading(None))
        to_ports = TCP & port(*numbers) if numbers else NOTHING
        sure = to_ports & sources.sure.as_sources()
        possible = to_ports & sources.possible.as_sources()
        if matches is Matches.NO:
            return Match(NOTHING, NOTHING)
        return Match(sure if matches is Matches.YES else NOTHING, possible)

    def passed(self, branch: Branch, firewall: Firewall) -> Iterator[Branch]:
        """Yield the ways that leave a firewall, with the source that each then has.

        Source:
            Azure docs, firewall snat-private-range.
        """
        compiled = self.compiled(firewall, branch.question)
        judged = branch.judged(Layer.FIREWALL, firewall.name, compiled.ruling)
        setting = firewall.snat_private_ranges
        private = Space.of(setting.value or ()).as_destinations()
        stays = private if setting.known else EVERYTHING
        leaves = ~private if setting.known else EVERYTHING
        inside = self.sources.private_networks.as_destinations()
        # What is surely denied is followed as a network rule would have passed it on.
        network = compiled.by_network | ~compiled.by_application
        application = compiled.by_application
        keep = network & stays
        changed = (network & leaves) | application
        public, own = changed - inside, changed & inside
        yield from self._sent_on(judged, firewall, keep - public - own, None)
        choices = (
            (public - keep - own, self.sources.public(firewall), False),
            (own - keep - public, self.sources.own(firewall), False),
            ((public & keep) - own, self.sources.public(firewall), True),
            ((own & keep) - public, self.sources.own(firewall), True),
            (
                public & own,
                self.sources.public(firewall) | self.sources.own(firewall),
                True,
            ),
        )
        for headers, sources, may_keep in choices:
            rewrite = Rewrite(sources=sources, may_keep=may_keep, by=firewall.id)
            yield from self._sent_on(judged, firewall, headers, rewrite)

    def _sent_on(
        self,
        branch: Branch,
        firewall: Firewall,
        headers: FlowSet,
        rewrite: Rewrite | None,
    ) -> Iterator[Branch]:
        part = branch.having(headers) if headers else None
        if part is None or not part.flows:
            return
        if rewrite is None:
            yield part
            return
        yield part.rewritten(
            Layer.SOURCE_NAT,
            firewall.name,
            rewrite,
            say=constant("the source becomes an address of the firewall", SNAT_SOURCE),
        )

    def redirected(self, branch: Branch, firewall: Firewall) -> Iterator[Branch]:
        """Yield the ways of packets to a public address of a firewall.

        Each destination translation that may match is followed, and so is what
        comes of the packet if it does not.

        Source:
            Azure docs, firewall rule-processing, "DNAT rules"; firewall-known-issues:
            the source becomes an address of the firewall's subnet.
        """
        if not firewall.complete.is_surely(value=True):
            ruling = self.compiled(firewall, branch.question).ruling
            yield branch.judged(Layer.FIREWALL, firewall.name, ruling)
            return
        left = EVERYTHING
        for collection in ordered(firewall, CollectionType.NAT):
            for rule in collection.rules:
                if not isinstance(rule, NatRule):
                    continue
                match = services(
                    rule.protocols, (EVERY_PORT,), rule.destination_ports
                ).within(
                    self._tags.extent(rule.sources, Reading(None)),
                    self._tags.extent(rule.destinations, Reading(None)),
                )
                part = branch.having(left & match.possible)
                if part.flows:
                    yield self._translated(part, firewall, collection, rule)
                left -= NOTHING if collection.doubt else match.sure
        rest = branch.having(left)
        if rest.flows:
            yield rest.judged(
                Layer.FIREWALL,
                firewall.name,
                Ruling.denying(f"no rule of {firewall.name} translates it", SOURCE),
            )

    def _translated(
        self,
        branch: Branch,
        firewall: Firewall,
        collection: RuleCollection,
        rule: NatRule,
    ) -> Branch:
        name = f"{collection.name}/{rule.name}"
        deciding_rule = DecidingRule(name, rule.origin)
        if rule.translated_address is None:
            return branch.judged(
                Layer.FIREWALL,
                firewall.name,
                Ruling.not_known(
                    f"where {name} leads is not known", SOURCE, deciding_rule
                ),
            )
        to = Space.parse(str(rule.translated_address))
        doubt = f", if it is in force: {collection.doubt}" if collection.doubt else ""
        rewrite = Rewrite(
            sources=self.sources.own(firewall),
            destinations=to,
            port=rule.translated_port,
            by=firewall.id,
        )
        return branch.rewritten(
            Layer.FIREWALL,
            firewall.name,
            rewrite,
            say=constant(f"{name} leads to {to}{doubt}", SOURCE, deciding_rule),
        )


def ordered(firewall: Firewall, kind: CollectionType) -> list[RuleCollection]:
    """Return the collections of one type in the order of processing.

    Source:
        Azure docs, firewall rule-processing: a parent's before a child's, then by
        group priority, then by collection priority.
    """
    found = [each for each in firewall.collections if each.type is kind]
    return sorted(found, key=lambda each: (each.order, each.group, each.name))


def _rule_matches_name(rule: ApplicationRule, name: str) -> Matches:
    """Say whether an application rule matches a name, or any name if none is asked.

    Source:
        Azure docs, firewall-faq (wildcards), fqdn-tags, web-categories.
    """
    if not name:
        if "*" in rule.names:
            return Matches.YES
        has_target = rule.names or rule.tags or rule.categories or rule.urls
        return Matches.MAYBE if has_target else Matches.NO
    found = [
        Matches.YES if pattern_matches(pattern, name) else Matches.NO
        for pattern in rule.names
    ]
    found += [tag_matches(tag, name) for tag in rule.tags]
    if rule.categories or rule.urls:
        found.append(Matches.MAYBE)
    return strongest(found)


@dataclass(frozen=True, slots=True)
class FirewallSaying:
    """Names the rule that decides.

    Attributes:
        firewall: The firewall.
        matchers: Its network and application rules, in order of processing.
    """

    firewall: Firewall
    matchers: tuple[Matcher, ...]

    def __call__(self, headers: FlowSet, verdict: Verdict) -> Said:
        """Return why packets that share a verdict get it."""
        found = deciding(self.matchers, headers, verdict)
        if found is None:
            return Said(f"no rule of {self.firewall.name} allows it", None, SOURCE)
        access = "allows" if found.allows else "denies"
        rule = DecidingRule(found.name, found.origin)
        if verdict is Verdict.UNKNOWN:
            why = found.doubt or "it may go by a DNS name or tag"
            return Said(
                f"{found.name} {access} what it matches, and whether it matches this "
                f"packet is not known: {why}",
                rule,
                SOURCE,
            )
        return Said(f"{found.name} {access} it", rule, SOURCE)
