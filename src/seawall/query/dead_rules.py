"""Policies and rules without effect: they select nothing, match nothing or add nothing.

What is told holds for the pods of the input. Where pods that the input does not show
could change it, that is said, and it is an open question.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from seawall.engine.policy.answers.table import PolicyTable
from seawall.engine.policy.spare.rule_groups import Place
from seawall.engine.policy.spare.search import Spare, SpareRules, find_spare
from seawall.engine.policy.spare.written import written_rule
from seawall.model.dataplane import PolicyEngine, Tri
from seawall.model.ends import ANYTHING
from seawall.model.origin import Origin
from seawall.model.policy import Direction, NamedPort, PodPeer, Policy, PolicyRule
from seawall.model.ranked import DEFAULT_TIER, RankedPolicy, RankedRule, Tier
from seawall.model.snapshot import KubernetesObjects
from seawall.query.contradiction import (
    contradicts_itself,
    ends_contradict,
    labels_contradict,
    peer_contradicts,
)
from seawall.query.rule_cover import covered_for_ever


class Death(Enum):
    """Why a policy or rule has no effect."""

    SELECTS_NOTHING = "selects nothing"
    CANNOT_MATCH = "can match nothing"
    MATCHES_NOTHING = "matches nothing"
    SHADOWED = "shadowed"
    REDUNDANT = "redundant"


@dataclass(frozen=True, slots=True)
class Named:
    """A rule or policy, as people call it, and its place."""

    name: str
    origin: Origin


@dataclass(frozen=True, slots=True)
class DeadRule:
    """A rule, or a whole policy, without effect.

    Attributes:
        rule: Which one.
        death: In which way.
        why: The reason, as a clause.
        covering: The rules that decide in its place, the earliest first.
        is_guard: Whether it goes before other tiers, or before what holds by default,
            so that it still holds whatever rules are added there.
        open: What the input does not show and what could give it an effect, as a
            clause; empty if nothing could.
        always: Whether it has no effect whatever pods there will be. If not, that is
            not decided.
    """

    rule: Named
    death: Death
    why: str
    covering: tuple[Named, ...] = ()
    is_guard: bool = False
    open: str = ""
    always: bool = False


def dead_rules(table: PolicyTable, objects: KubernetesObjects) -> tuple[DeadRule, ...]:
    """Return the policies and rules without effect, in the order of the policies.

    Rules of policies that select nothing are not told one by one. All that is shadowed
    or redundant may be removed together.

    Complexity: as `seawall.engine.policy.spare.search.find_spare`.
    """
    if not any(item.runs for item in objects.workloads):
        return ()
    return tuple(_Teller(table, objects).told())


class _Teller:
    def __init__(self, table: PolicyTable, objects: KubernetesObjects) -> None:
        self._index = table.index
        self._found: SpareRules = find_spare(table)
        self._hidden = (
            "workloads that the input does not show" if objects.hidden else ""
        )
        self._whole = bool(objects.nodes)
        """Whether the input shows the nodes, as the dump of a whole cluster does."""
        self._peopled = {item.namespace for item in objects.workloads if item.runs}

    def told(self) -> Iterator[DeadRule]:
        index = self._index
        policies: list[Policy | RankedPolicy] = [*index.policies, *index.ranked]
        idle: dict[tuple[str, Origin], DeadRule] = {}
        busy = set()
        for policy in policies:
            # One object may have become several policies.
            key, dead = (policy.label, policy.origin), self._policy(policy)
            if dead is None:
                busy.add(key)
            else:
                idle.setdefault(key, dead)
        for key, dead in idle.items():
            if dead.why and key not in busy:
                yield dead
        for unit in self._found.unmatched:
            if not self._is_predicted(unit[0]):
                yield self._unmatched(unit[0])
        for spare in self._found.spare:
            yield self._spare(spare)

    def _is_predicted(self, place: Place) -> bool:
        """Whether AKS makes a rule, so that nobody can take it away."""
        policy, _ = self._named(place)
        return isinstance(policy, Policy) and policy.predicted

    def _policy(self, policy: Policy | RankedPolicy) -> DeadRule | None:
        """Return a policy that selects no pod; without a reason if that is fine."""
        columns, rule = self._index.columns, Named(policy.label, policy.origin)
        if isinstance(policy, Policy):
            peers = self._index.peers
            units = peers.selected(policy.namespace, policy.subject).possible
            never = contradicts_itself(policy.subject)
            everyone = policy.subject.selects_everything
        else:
            units = self._index.traits.of_units(policy.subject).possible
            never = labels_contradict(policy.subject)
            everyone = policy.subject == ANYTHING
        governable = columns.pods
        if self._index.dataplane.engine is PolicyEngine.SPEC:
            governable |= columns.hosts
        if units & governable:
            return None
        death = Death.SELECTS_NOTHING
        if never:
            return DeadRule(rule, death, "its selector contradicts itself", always=True)
        if everyone:
            # It waits for the pods that are to come.
            return DeadRule(rule, death, "")
        why = f"no pod of the input carries the labels that it selects{self._seen}"
        if isinstance(policy, RankedPolicy) and policy.language.of_mesh:
            why = "no pod of the input that is in the mesh is selected"
        return DeadRule(
            rule,
            death,
            why,
            open=self._hidden or self._elsewhere(policy),
        )

    def _elsewhere(self, policy: Policy | RankedPolicy) -> str:
        space = policy.namespace
        if self._whole or space in self._peopled:
            return ""
        if space is None:
            return "pods of namespaces of which the input has none"
        return f"pods of namespace {space}, of which the input has none"

    def _unmatched(self, place: Place) -> DeadRule:
        policy, name = self._named(place)
        rule = policy.rules(place.direction)[place.position]
        why = _never(rule) if isinstance(rule, PolicyRule) else _never_ranked(rule)
        if why:
            return DeadRule(name, Death.CANNOT_MATCH, why, always=True)
        if isinstance(rule, PolicyRule) and isinstance(policy, Policy):
            why, unseen = self._nobody(policy, rule, place.direction)
        else:
            why = "no end of the input is meant"
            unseen = "" if self._whole else "pods that the input does not show"
        return DeadRule(name, Death.MATCHES_NOTHING, why, open=self._hidden or unseen)

    def _nobody(
        self, policy: Policy, rule: PolicyRule, direction: Direction
    ) -> tuple[str, str]:
        """Return why a rule matches no end, and what could be unseen."""
        names = [item.name for item in rule.ports or () if isinstance(item, NamedPort)]
        meant = self._index.peers.matching(policy.namespace, rule.peers).possible
        if meant and names:
            told = ", ".join(f"`{name}`" for name in dict.fromkeys(names))
            if direction is Direction.INGRESS:
                return f"no selected pod declares a port named {told}", ""
            unseen = ""
            if rule.peers is None and not self._whole:
                unseen = "pods that the input does not show"
            return f"no pod that it means declares a port named {told}", unseen
        for peer in rule.peers or ():
            if not isinstance(peer, PodPeer):
                return "no end of the input has such an address", "other addresses"
            spaces = self._spaces(policy, peer)
            if not self._whole and not (spaces and spaces <= self._peopled):
                return (
                    "no pod of the input is meant",
                    "pods of namespaces of which the input has none",
                )
        why = f"no pod of the input carries the labels of its peers{self._seen}"
        return why, ""

    @property
    def _seen(self) -> str:
        """What is to be said of labels where the engine may not see each."""
        overlooks = self._index.dataplane.overlooks_labels
        return "" if overlooks is Tri.NO else ", as far as the engine sees them"

    def _spaces(self, policy: Policy, peer: PodPeer) -> set[str]:
        """Return the namespaces of the input that a peer means."""
        if peer.namespaces is None:
            return {policy.namespace}
        whole = PodPeer(peer.namespaces, type(peer.pods)())
        found = self._index.peers.matching(policy.namespace, (whole,)).possible
        return {
            unit.namespace
            for at, unit in enumerate(self._index.units.units)
            if self._index.columns.of_units(1 << at) & found
        }

    def _spare(self, spare: Spare) -> DeadRule:
        _, name = self._named(spare.unit[0])
        covering = tuple(
            dict.fromkeys(self._named(place)[1] for place in spare.covering)
        )
        death, why = Death.REDUNDANT, "other rules do the same for all that it matches"
        if spare.is_shadowed:
            death, why = Death.SHADOWED, "earlier rules decide all that it matches"
        elif not covering:
            why = "it does what happens without it"
        always = covered_for_ever(self._index, spare.unit[0], spare.covering)
        guard = not spare.is_shadowed and self._is_guard(spare)
        return DeadRule(name, death, why, covering, guard, always=always)

    def _is_guard(self, spare: Spare) -> bool:
        if spare.by_default or not spare.covering:
            return True
        tiers = {self._tier(place) for place in (spare.unit[0], *spare.covering)}
        return len(tiers) > 1

    def _tier(self, place: Place) -> Tier:
        if not place.is_ranked:
            return DEFAULT_TIER
        return self._index.ranked[place.policy].tier

    def _named(self, place: Place) -> tuple[Policy | RankedPolicy, Named]:
        index = self._index
        policy: Policy | RankedPolicy = (
            index.policies[place.policy]
            if not (place.is_ranked)
            else index.ranked[place.policy]
        )
        rule = policy.rules(place.direction)[place.position]
        entry = written_rule(policy, place.direction, place.position)
        return policy, Named(entry.name if entry else policy.label, rule.origin)


def _never(rule: PolicyRule) -> str:
    """Return why a rule matches nothing, whatever there is; empty if it may."""
    if rule.peers is not None and not rule.peers:
        return "its list of peers is empty"
    if rule.ports is not None and not rule.ports:
        return "its list of ports is empty"
    if rule.peers and all(peer_contradicts(peer) for peer in rule.peers):
        return "the selectors of its peers contradict themselves"
    return ""


def _never_ranked(rule: RankedRule) -> str:
    if ends_contradict(rule.far):
        return "no end can fulfil the conditions on its peers"
    if rule.own is not None and ends_contradict(rule.own):
        return "no pod can fulfil the conditions on the governed end"
    if rule.services is not None and not rule.services:
        return "its list of services is empty"
    if not rule.versions:
        return "it matches no address family"
    return ""
