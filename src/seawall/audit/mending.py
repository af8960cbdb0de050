"""Changes that mend findings, each proved by asking again before it is offered.

A rule proposes; what is offered was tried on the model. The finding is gone, nothing
that was closed opens, no rule about what a cluster needs finds more than before, and no
intent that held is broken. What else it closes is told, because only people know
whether somebody misses it.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property

from seawall.audit.discover import all_rules
from seawall.audit.finding import Finding, Mended
from seawall.audit.rule import Proposal, Rule
from seawall.flowspace import FlowSet
from seawall.model.address import AddressRange
from seawall.model.end import (
    AddressEnd,
    ApiServerEnd,
    End,
    NameEnd,
    NodeEnd,
    PodEnd,
    SubnetEnd,
)
from seawall.model.intent import Demand, Intent
from seawall.model.packet import PortRange, Protocol
from seawall.model.trace import Verdict
from seawall.query.ask import ask
from seawall.query.case import Case
from seawall.query.fix.change import Change
from seawall.query.fix.effects import OPENING, Effect, policy_effects
from seawall.query.fix.names import LinkChange
from seawall.query.fix.network_effects import NOTHING, Asking, network_effects
from seawall.query.fix.search import applied
from seawall.query.fix.setting import SettingChange
from seawall.query.intents.answer import judge_all
from seawall.query.intents.party import NotJudged, ports_of, takers
from seawall.query.intents.verdict import Standing, Tested
from seawall.query.services import asked_services
from seawall.query.words.port import PortText

MOST_FINDINGS = 12
MOST_WORKLOADS = 100
"""In a larger input changes are looked for only when they are asked for."""

TRIED = 3
"""So many changes are tried for one finding."""

DNS = PortText(Protocol.UDP, PortRange(53, 53))
HTTPS = PortText(Protocol.TCP, PortRange(443, 443))

_Key = tuple[str, str, str]


def with_fixes(
    case: Case, findings: Sequence[Finding], tested: Tested, *, wanted: bool = False
) -> tuple[Finding, ...]:
    """Return the findings, with a proved change where there is a safe one.

    Args:
        case: What was read.
        findings: What the audit found in it.
        tested: What became of the intents.
        wanted: Whether somebody asked for changes, so that it may take long.

    Complexity: for each change, an answer of its rule and of those about what is
    needed, of every intent, and of pairs of ends that the change is about.
    """
    many = len(case.workloads) > MOST_WORKLOADS
    if many and not wanted:
        return tuple(findings)
    proving = _Proving(case, tested)
    rules = {rule.code: rule for rule in all_rules()}
    left = len(findings) if wanted else MOST_FINDINGS
    found = []
    for finding in findings:
        rule = rules.get(finding.rule)
        mended = None
        if rule is not None and left and rule.mends:
            left -= 1
            mended = proving.best(rule, finding)
        found.append(finding if mended is None else replace(finding, fix=mended))
    return tuple(found)


class _Proving:
    """Tries changes on one case."""

    def __init__(self, case: Case, tested: Tested) -> None:
        self._case = case
        self._tested = tested

    def best(self, rule: Rule, finding: Finding) -> Mended | None:
        """Return the first change of a rule that is proved; None if none is."""
        for at, proposal in enumerate(rule.fixes(self._case, finding)):
            if at == TRIED:
                break
            found = self._proved(rule, finding, proposal)
            if found is not None:
                return found
        return None

    def _proved(
        self, rule: Rule, finding: Finding, proposal: Proposal
    ) -> Mended | None:
        after = applied(self._case, proposal.changes)
        if any(_key(each) == _key(finding) for each in rule.check(after)):
            return None
        effects = tuple(self._effects(after, proposal))
        for effect in effects:
            meant = rule.opens_its_subject and effect.destination == finding.subject
            if effect.kind in OPENING and not meant:
                return None
        lost = (
            self._shuts_what_is_required(proposal)
            or self._cuts_nodes_off(after, proposal)
            or any(self._loses_dns(after, label) for label in _sources(effects))
        )
        if lost:
            return None
        if self._needs(after) - self._needed or self._breaks(after):
            return None
        closes = tuple(
            item
            for item in effects
            if item.kind not in OPENING
            and (item.source, item.destination) not in proposal.about
        )
        weighed = bool(self._case.snapshot.intents)
        return Mended(proposal.changes, closes, is_weighed=weighed)

    def _effects(self, after: Case, proposal: Proposal) -> Iterable[Effect]:
        """Return what fares otherwise with changes in place."""
        found = list(policy_effects(self._case, after, proposal.meant))
        touched = [item.touches for item in proposal.changes if item.touches]
        if touched:
            also = tuple(self._also(proposal.changes))
            asking = Asking(self._case, after, (), NOTHING, also)
            found += network_effects(asking, touched)
        return dict.fromkeys(found)

    def _cuts_nodes_off(self, after: Case, proposal: Proposal) -> bool:
        """Whether nodes might not reach their API server any more.

        Source: AKS docs, outbound-rules-control-egress: nodes need it always.
        """
        server = ApiServerEnd()
        cluster = self._case.cluster
        about = any(
            isinstance(item, SettingChange) and server in item.also
            for item in proposal.changes
        )
        for pool in cluster.pools if cluster else ():
            was, now = (
                ask(case, NodeEnd(pool.name), server, HTTPS).verdict
                for case in (self._case, after)
            )
            lost = now is not was or (about and was is Verdict.UNKNOWN)
            if lost and now is not Verdict.ALLOWED:
                return True
        return False

    def _loses_dns(self, after: Case, label: str) -> bool:
        """Whether pods that may ask the cluster's DNS Service might not any more."""
        cluster = self._case.cluster
        address = cluster.dns_address.value if cluster else None
        pod = next((it for it in self._case.workloads if it.label == label), None)
        if address is None or pod is None:
            return False
        server = AddressEnd((AddressRange.of(address),))
        was, now = (
            ask(case, PodEnd(pod), server, DNS).verdict for case in (self._case, after)
        )
        return now is not was and now is not Verdict.ALLOWED

    def _shuts_what_is_required(self, proposal: Proposal) -> bool:
        """Whether an intent may require what a change closes beyond the model."""
        shut = [
            pair
            for item in proposal.changes
            if isinstance(item, SettingChange)
            for pair in item.shuts
        ]
        return any(
            intent.demand is Demand.REQUIRE and self._may_require(intent, *pair)
            for intent in self._case.snapshot.intents
            for pair in shut
        )

    def _may_require(self, intent: Intent, end: End, services: FlowSet) -> bool:
        try:
            targets = takers(self._case, intent.destinations).ends
            ports = ports_of(intent.ports)
        except NotJudged:
            return False
        return any(
            (target == end or isinstance(target, AddressEnd | SubnetEnd))
            and bool(asked_services(port, target) & services)
            for target in targets
            for port in ports
        )

    def _also(self, changes: tuple[Change, ...]) -> Iterator[End]:
        for item in changes:
            if isinstance(item, SettingChange):
                yield from item.also
            if isinstance(item, LinkChange):
                names = item.other_names(self._case.snapshot, ())
                yield from (NameEnd(name) for name in names)

    @cached_property
    def _needed(self) -> frozenset[tuple[str, ...]]:
        return self._needs(self._case)

    def _needs(self, case: Case) -> frozenset[tuple[str, ...]]:
        """Return what rules find about what a cluster needs and does not get."""
        return frozenset(
            (*_key(each), each.message)
            for rule in all_rules()
            if rule.tells_what_is_missed
            for each in rule.check(case)
        )

    def _breaks(self, after: Case) -> bool:
        """Whether an intent that holds would not hold any more."""
        intents = self._case.snapshot.intents
        if not intents:
            return False
        held = {
            at
            for at, item in enumerate(self._tested.judged)
            if item.standing is Standing.HOLDS
        }
        judged = judge_all(after, intents, self._tested.day).judged
        return any(
            item.standing is not Standing.HOLDS
            for at, item in enumerate(judged)
            if at in held
        )


def _sources(effects: tuple[Effect, ...]) -> Iterable[str]:
    return dict.fromkeys(effect.source for effect in effects)


def _key(finding: Finding) -> _Key:
    return finding.rule, finding.subject, str(finding.origin)
