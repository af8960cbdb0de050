"""What the specifications of a policy object become: ranked policies."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from seawall.ingest.kubernetes.cilium.policy import Specification, Written
from seawall.ingest.kubernetes.terms.fault import Fault
from seawall.model.dataplane import Language
from seawall.model.ends import AnyOf, Endpoints, Labels
from seawall.model.policy import Direction
from seawall.model.ranked import (
    DEFAULT_TIER,
    NETWORK_POLICY_ORDER,
    Action,
    RankedPolicy,
    RankedRule,
)

DENIALS = 0.0
"""The place of denials in the default tier: before every allowance."""
REMAINDER = NETWORK_POLICY_ORDER + 1
"""The place of what the proxy drops: after every allowance."""
_ASKED_FOR = "what default deny means in a direction without rules is not documented"

_SEEN = "that Cilium sees what the pod's DNS answers"


@dataclass(frozen=True, slots=True)
class Resolving:
    """Which pods have names resolved under the eyes of Cilium.

    Attributes:
        subjects: Pods of some rule with `dns`, by namespace; None is cluster-wide.
        perhaps: Pods of a rule with `dns` that may not be one for the cluster's DNS.
        partial: Whether there may be rules that the input does not show.
    """

    subjects: tuple[tuple[str | None, Labels], ...]
    perhaps: tuple[tuple[str | None, Labels], ...]
    partial: bool

    @classmethod
    def of(cls, written: Sequence[Written], *, partial: bool) -> Resolving:
        """Return those of some policies; what cannot be read counts for none."""
        found = [
            (item.namespace, each.subject, each.sections[Direction.EGRESS, False])
            for item in written
            if item.is_sound
            for each in item.specifications
            if each.subject is not None
        ]
        return cls(
            tuple((place, who) for place, who, it in found if it.resolves),
            tuple((place, who) for place, who, it in found if it.may_resolve),
            partial,
        )

    def pods(self, namespace: str | None) -> Endpoints:
        """Return those that a policy of some namespace can govern."""
        return _governed(self.subjects, namespace)

    def others(self, namespace: str | None) -> Endpoints | None:
        """Return those that may be such pods too; None for any."""
        return None if self.partial else _governed(self.perhaps, namespace)


def _governed(
    subjects: tuple[tuple[str | None, Labels], ...], namespace: str | None
) -> Endpoints:
    return Endpoints(
        AnyOf(
            tuple(
                labels
                for place, labels in subjects
                if None in {place, namespace} or place == namespace
            )
        )
    )


def enforced(written: Written, resolving: Resolving) -> Iterator[RankedPolicy]:
    """Yield what Cilium enforces of a policy object, several for one specification.

    Source:
        docs.cilium.io, security/policy/deny and security/policy/intro: a denial goes
        before every allowance; a rule selects default deny for its direction.
    """
    for each in written.specifications:
        if each.subject is not None:
            yield from _Maker(written, each, resolving).policies(each.subject)


def _perhaps(rule: RankedRule, own: Endpoints | None) -> RankedRule:
    """Return a rule about names for pods whose answers Cilium may not see."""
    condition = " and ".join(item for item in (rule.condition, _SEEN) if item)
    return replace(rule, own=own, condition=condition)


class _Maker:
    """Makes the ranked policies of one specification."""

    __slots__ = ("_resolving", "_spec", "_written")

    def __init__(
        self, written: Written, spec: Specification, resolving: Resolving
    ) -> None:
        self._written, self._spec, self._resolving = written, spec, resolving

    def policies(self, subject: Labels) -> Iterator[RankedPolicy]:
        spec = self._spec
        isolates = frozenset(
            way for way in spec.directions if spec.default_deny.get(way, True)
        )
        denials = {way: self._rules(way, denies=True) for way in Direction}
        allowances = {way: self._rules(way, denies=False) for way in Direction}
        if any(denials.values()):
            governs = frozenset(way for way in Direction if denials[way])
            yield self._made(subject, DENIALS, governs, frozenset(), denials)
        governs = isolates | {way for way in Direction if allowances[way]}
        if governs:
            order = NETWORK_POLICY_ORDER
            yield self._made(subject, order, frozenset(governs), isolates, allowances)
        dropped = {
            way: tuple(
                replace(rule, action=Action.DENY)
                for rule in rules
                if way not in isolates and (rule.condition is not None or rule.needs)
            )
            for way, rules in allowances.items()
        }
        if any(dropped.values()):
            governs = frozenset(way for way in Direction if dropped[way])
            yield self._made(subject, REMAINDER, governs, frozenset(), dropped)
        asked = frozenset(
            way
            for way, wanted in spec.default_deny.items()
            if wanted and way not in spec.directions
        )
        if asked:
            nothing: dict[Direction, tuple[RankedRule, ...]] = dict.fromkeys(
                Direction, ()
            )
            order = NETWORK_POLICY_ORDER
            made = self._made(subject, order, asked, asked, nothing)
            yield replace(made, doubt=made.doubt or _ASKED_FOR)

    def _rules(self, way: Direction, *, denies: bool) -> tuple[RankedRule, ...]:
        section = self._spec.sections[way, denies]
        if not section.named:
            return tuple(section.rules)
        own = self._resolving.pods(self._written.namespace)
        others = self._resolving.others(self._written.namespace)
        nobody: AnyOf[Labels] = AnyOf(())
        is_open = others is None or others.labels != nobody
        if own.labels == nobody and not is_open:
            self._written.found.warnings.append(_unresolved(self._spec))
            return tuple(section.rules)
        named: list[RankedRule] = []
        if own.labels != nobody:
            named += (replace(rule, own=own) for rule in section.named)
        if is_open:
            named += (_perhaps(rule, others) for rule in section.named)
        return (*section.rules, *named)

    def _made(
        self,
        subject: Labels,
        order: float,
        governs: frozenset[Direction],
        isolates: frozenset[Direction],
        rules: dict[Direction, tuple[RankedRule, ...]],
    ) -> RankedPolicy:
        record = self._written.record
        return RankedPolicy(
            record.kind,
            Language.CILIUM,
            self._written.namespace,
            record.name,
            subject,
            DEFAULT_TIER,
            order,
            None,
            governs,
            isolates,
            rules[Direction.INGRESS],
            rules[Direction.EGRESS],
            record.origin,
            needs=self._written.needs,
            doubt=self._written.doubt,
        )


def _unresolved(spec: Specification) -> Fault:
    return Fault(
        (*spec.pointer, "egress"),
        "`toFQDNs` allows nothing",
        "Cilium learns addresses from answers that pass its proxy, and no rule with "
        "`dns` selects these pods",
        'allow the resolver, port 53, with `rules: {dns: [{matchPattern: "*"}]}`',
    )
