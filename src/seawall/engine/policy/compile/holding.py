"""Which policies hold each unit, and what keeps that from being certain."""

from collections.abc import Iterator
from dataclasses import replace

from seawall.engine.policy.compile.grip import FREE, Doubt, Grip
from seawall.engine.policy.compile.index import Index
from seawall.engine.policy.compile.ranked_rules import may_be_void
from seawall.engine.policy.ends.refused import refusal
from seawall.engine.policy.rows.bits import indices
from seawall.model.dataplane import PolicyEngine, Tri
from seawall.model.policy import Direction, OpaquePolicy, Policy
from seawall.model.ranked import RankedPolicy

Holds = tuple[tuple[str, int], ...]
"""How ranked policies hold a unit, by the name of the field of `Grip`, and which."""


class Holding:
    """Finds the policies that hold the units of one index."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._may_overlook = index.dataplane.overlooks_labels is Tri.UNDEFINED

    def grips(self, direction: Direction) -> list[Grip]:
        """Return what holds each unit in one direction, by position of the unit.

        Source: Kubernetes, networking/v1 types.go, NetworkPolicySpec: a pod is isolated
        in a direction if a policy that selects it names that direction.
        """
        count = self._index.columns.units
        holding: list[list[int]] = [[] for _ in range(count)]
        hiding: list[list[int]] = [[] for _ in range(count)]
        ranked: list[Holds] = [()] * count
        for at, policy in enumerate(self._index.policies):
            for unit in indices(self.held(policy, direction)):
                holding[unit].append(at)
        for at, scope in enumerate(self._index.opaque):
            for unit in indices(self.held(scope, direction)):
                hiding[unit].append(at)
        for at, each in enumerate(self._index.ranked):
            for hold, units in self.holds(each, direction):
                for unit in indices(units):
                    ranked[unit] = (*ranked[unit], (hold, at))
        found: list[Grip] = []
        alike: dict[object, Grip] = {}
        for unit, end in enumerate(self._index.units.units):
            held, hidden = tuple(holding[unit]), tuple(hiding[unit])
            # What a policy may miss is found for each unit.
            who = unit if self._may_overlook else (end.host, end.windows)
            key = held, hidden, ranked[unit], who
            grip = alike.get(key)
            if grip is None:
                grip = alike[key] = self.grip(unit, held, hidden, ranked[unit])
            found.append(grip)
        return found

    def held(self, policy: Policy | OpaquePolicy, direction: Direction) -> int:
        """Return the units that a NetworkPolicy, or an unreadable policy, holds."""
        index = self._index
        named = policy.isolates if isinstance(policy, Policy) else policy.directions
        if direction not in named:
            return 0
        governable = index.columns.pods
        if index.dataplane.engine is PolicyEngine.SPEC:
            governable |= index.columns.hosts
        found = index.peers.selected(policy.namespace, policy.subject)
        return found.possible & governable

    def holds(
        self, policy: RankedPolicy, direction: Direction
    ) -> Iterator[tuple[str, int]]:
        """Yield the units that a ranked policy holds, by the field of their grip.

        Source: projectcalico felix, docs.cilium.io and kubernetes-sigs
        network-policy-api alike: pods on the host network are not governed.
        """
        index = self._index
        if direction not in policy.governs:
            return
        units = index.traits.of_units(policy.subject)
        possible = units.possible & index.columns.pods
        sure = 0 if may_be_void(policy, index.dataplane) else units.sure & possible
        if index.dataplane.enforcement(policy.language) is Tri.YES:
            yield "ranked", sure
            yield "perhaps", possible & ~sure
        else:
            yield "unfixed", possible

    def grip(
        self,
        unit: int,
        held: tuple[int, ...],
        hidden: tuple[int, ...],
        ranked: Holds,
    ) -> Grip:
        """Return what some policies are to a unit, if they hold it in one direction.

        With and without what its node refuses.

        Args:
            unit: The unit.
            held: The NetworkPolicies, by position; ascending.
            hidden: The unreadable policies; ascending.
            ranked: The ranked policies; ascending.
        """
        if not held and not ranked:
            # Where no policy is, none can be taken away.
            opaque = self._index.opaque
            hidden = tuple(at for at in hidden if not opaque[at].only_takes)
        if not (held or hidden or ranked):
            return FREE
        grip = self._grip(unit, held, hidden, ranked)
        if not self._index.units.units[unit].windows:
            return grip
        policies, plane = self._index.policies, self._index.dataplane
        kept = tuple(at for at in held if not refusal(policies[at], plane))
        if kept == held:
            return grip
        return replace(grip, without=self.grip(unit, kept, hidden, ranked))

    def _grip(
        self,
        unit: int,
        held: tuple[int, ...],
        hidden: tuple[int, ...],
        ranked: Holds,
    ) -> Grip:
        index = self._index
        by_hold = {
            hold: tuple(at for each, at in ranked if each == hold)
            for hold in ("ranked", "perhaps", "unfixed")
        }
        others = [index.opaque[at] for at in hidden if not index.opaque[at].only_closes]
        closing = any(not each.only_frees for each in others)
        unfixed = index.dataplane.enforces is Tri.UNDEFINED
        doubt = Doubt.OPEN_ENDED if others or unfixed else Doubt.NONE
        if index.units.units[unit].host:
            # Kubernetes leaves it open whether policies bind a pod on the host network.
            doubt = Doubt.OPEN_ENDED
        if len(others) < len(hidden):
            # What merely closes leaves denied what is so.
            denies = doubt is Doubt.NONE and (held or ranked)
            doubt = Doubt.MAY_CLOSE if denies else Doubt.NOTHING_SURE
        if not all(map(_only_adds, others)) or (closing and (ranked or not held)):
            doubt = Doubt.NOTHING_SURE
        if by_hold["unfixed"] or (
            self._may_overlook and any(self._may_miss(at, unit) for at in held)
        ):
            doubt = Doubt.NOTHING_SURE
        return Grip(
            held,
            hidden,
            doubt,
            by_hold["ranked"],
            by_hold["perhaps"],
            by_hold["unfixed"],
        )

    def _may_miss(self, at: int, unit: int) -> bool:
        """Whether it is not sure that a NetworkPolicy selects a unit that it holds."""
        index = self._index
        policy = index.policies[at]
        found = index.peers.selected(policy.namespace, policy.subject)
        return not found.sure >> unit & 1


def _only_adds(policy: OpaquePolicy) -> bool:
    """Whether an unreadable policy is in a language that only adds allowances.

    Source: Kubernetes, networking/v1 types.go, NetworkPolicySpec: allowances add up,
    and there is no rule that denies. AKS docs, configure-static-egress-gateway: no
    policy holds what leaves by it.
    """
    only_adds = policy.engines is None and policy.kind == "NetworkPolicy"
    return only_adds or policy.only_frees
