"""Which policies hold each unit, and what keeps that from being certain."""

from dataclasses import replace

from seawall.engine.policy.bits import indices
from seawall.engine.policy.grip import FREE, Doubt, Grip
from seawall.engine.policy.index import Index
from seawall.engine.policy.ranked_rules import may_be_void
from seawall.engine.policy.refused import refusal
from seawall.model.dataplane import PolicyEngine, Tri
from seawall.model.policy import Direction, OpaquePolicy

_Ranked = tuple[tuple[str, int], ...]
"""How ranked policies hold a unit, by the name of the field of `Grip`, and which."""


class Holding:
    """Finds the policies that hold the units of one index."""

    def __init__(self, index: Index) -> None:
        self._index = index

    def grips(self, direction: Direction) -> list[Grip]:
        """Return what holds each unit in one direction, by position of the unit.

        Source: Kubernetes, networking/v1 types.go, NetworkPolicySpec: a pod is isolated
        in a direction if a policy that selects it names that direction.
        """
        index = self._index
        count = index.columns.units
        holding: list[list[int]] = [[] for _ in range(count)]
        hiding: list[list[int]] = [[] for _ in range(count)]
        governable = index.columns.pods
        if index.dataplane.engine is PolicyEngine.SPEC:
            governable |= index.columns.hosts
        for at, policy in enumerate(index.policies):
            if direction in policy.isolates:
                found = index.peers.selected(policy.namespace, policy.subject)
                for unit in indices(found & governable):
                    holding[unit].append(at)
        for at, scope in enumerate(index.opaque):
            if direction in scope.directions:
                found = index.peers.selected(scope.namespace, scope.subject)
                for unit in indices(found & governable):
                    hiding[unit].append(at)
        ranked = self._ranked(direction)
        return [
            self._held(unit, tuple(held), tuple(hidden), ranked[unit])
            for unit, (held, hidden) in enumerate(zip(holding, hiding, strict=True))
        ]

    def _ranked(self, direction: Direction) -> list["_Ranked"]:
        """Return the ranked policies that hold each unit.

        Source: projectcalico felix, docs.cilium.io and kubernetes-sigs
        network-policy-api alike: pods on the host network are not governed.
        """
        index = self._index
        found: list[_Ranked] = [()] * index.columns.units
        for at, policy in enumerate(index.ranked):
            if direction not in policy.governs:
                continue
            fixed = index.dataplane.enforcement(policy.language) is Tri.YES
            held = index.traits.of_units(policy.subject)
            sure = 0 if may_be_void(policy, index.dataplane) else held.sure
            for unit in indices(held.possible & index.columns.pods):
                hold = "unfixed"
                if fixed:
                    hold = "ranked" if sure >> unit & 1 else "perhaps"
                found[unit] = (*found[unit], (hold, at))
        return found

    def _held(
        self,
        unit: int,
        held: tuple[int, ...],
        hidden: tuple[int, ...],
        ranked: "_Ranked",
    ) -> Grip:
        """Return what holds a unit, with and without what its node refuses."""
        if not (held or hidden or ranked):
            return FREE
        grip = self._grip(unit, held, hidden, ranked)
        if not self._index.units.units[unit].windows:
            return grip
        policies, plane = self._index.policies, self._index.dataplane
        kept = tuple(at for at in held if not refusal(policies[at], plane))
        if kept == held:
            return grip
        return replace(grip, without=self._held(unit, kept, hidden, ranked))

    def _grip(
        self,
        unit: int,
        held: tuple[int, ...],
        hidden: tuple[int, ...],
        ranked: "_Ranked",
    ) -> Grip:
        index = self._index
        by_hold = {
            hold: tuple(at for each, at in ranked if each == hold)
            for hold in ("ranked", "perhaps", "unfixed")
        }
        unfixed = index.dataplane.enforces is Tri.UNDEFINED
        doubt = Doubt.OPEN_ENDED if hidden or unfixed else Doubt.NONE
        if index.units.units[unit].host:
            # Kubernetes leaves it open whether policies bind a pod on the host network.
            doubt = Doubt.OPEN_ENDED
        only_adds = held and all(_only_adds(index.opaque[at]) for at in hidden)
        if hidden and (ranked or not only_adds):
            doubt = Doubt.NOTHING_SURE
        if by_hold["unfixed"]:
            doubt = Doubt.NOTHING_SURE
        return Grip(
            held,
            hidden,
            doubt,
            by_hold["ranked"],
            by_hold["perhaps"],
            by_hold["unfixed"],
        )


def _only_adds(policy: OpaquePolicy) -> bool:
    """Whether an unreadable policy is in a language that only adds allowances.

    Source: Kubernetes, networking/v1 types.go, NetworkPolicySpec: allowances add up,
    and there is no rule that denies.
    """
    return policy.engines is None and policy.kind == "NetworkPolicy"
