"""Rows of units that ranked policies hold, or that a mesh does."""

from collections.abc import Callable, Iterable, Iterator

from seawall.engine.policy.compile.agreement import agreed_cells
from seawall.engine.policy.compile.grip import Grip
from seawall.engine.policy.compile.ranked_rules import RankedRules, View
from seawall.engine.policy.ends.columns import Columns
from seawall.engine.policy.ends.services import Services
from seawall.engine.policy.rows.row import Row, RowStore, Term
from seawall.engine.policy.rows.walk import Hit, Stage, Walk
from seawall.model.ends import AllOf, AnyOf, Ends, Nodes, NodeScope, Not, Perhaps
from seawall.model.ranked import (
    DEFAULT_TIER,
    NETWORK_POLICY_ORDER,
    Action,
    RankedPolicy,
)

Allowances = Callable[[Grip, View], Iterable[Term]]
"""What the NetworkPolicies of a grip grant, as terms of answers."""


class OrderedRows:
    """Walks through the policies that hold units; rows that must be equal are one."""

    def __init__(
        self,
        ranked: tuple[RankedPolicy, ...],
        rules: RankedRules,
        columns: Columns,
        services: Services,
        store: RowStore,
    ) -> None:
        """Take what rows are made from."""
        self._ranked, self._rules = ranked, rules
        self._columns, self._services, self._store = columns, services, store
        self._mesh = {at for at, item in enumerate(ranked) if item.language.of_mesh}
        self._scoped = {at for at, item in enumerate(ranked) if _has_scopes(item)}
        self._rows: dict[tuple[object, ...], tuple[Term, ...]] = {}

    def terms(self, grip: Grip, view: View, allowances: Allowances) -> tuple[Term, ...]:
        """Return what the network's policies let a unit exchange, as terms.

        Source: the walk of `seawall.model.ranked`.
        """
        stages = self.stages(grip, view, allowances)
        if not stages:
            every = self._services.everything
            whole = self._services.answer(every, every)
            return ((whole, self._columns.everything),)
        return self._walked(stage for stage, _ in stages)

    def stages(
        self, grip: Grip, view: View, allowances: Allowances
    ) -> list[tuple[Stage, RankedPolicy | None]]:
        """Return the policies of the network that hold a unit, in any order.

        NetworkPolicies are one stage, without a ranked policy.
        """
        found: list[tuple[Stage, RankedPolicy | None]] = []
        found.extend(self._stages(grip, view, mesh=False))
        if grip.policies:
            found.append((self._network_policies(allowances(grip, view)), None))
        return found

    def mesh_stages(
        self, grip: Grip, view: View
    ) -> list[tuple[Stage, RankedPolicy | None]]:
        """Return the policies of a mesh that hold a unit, in any order."""
        return list(self._stages(grip, view, mesh=True))

    def mesh(self, grip: Grip, view: View) -> Row | None:
        """Return what a mesh lets a unit exchange; None if none has a say.

        Source: istio.io, reference, Authorization Policy: the proxy of the pod decides,
        beside what the network does.
        """
        stages = self.mesh_stages(grip, view)
        if not stages:
            return None
        return self._store.union(self._walked(stage for stage, _ in stages))

    def has_scopes(self, grip: Grip) -> bool:
        """Whether it counts which node is the unit's own."""
        return not self._scoped.isdisjoint((*grip.ranked, *grip.perhaps))

    def own_key(self, grip: Grip, view: View) -> tuple[object, ...]:
        """Return what of the governed unit the rules look at."""
        found = []
        for at in (*grip.ranked, *grip.perhaps):
            for rule in self._ranked[at].rules(view.direction):
                if rule.own is not None:
                    own = self._rules.own_columns(rule, view)
                    found.append((own.sure, own.possible))
        return tuple(found)

    def either(self, rows: Iterable[Iterable[Term]]) -> list[Term]:
        """Return what holds whichever of some lists of disjoint cells does."""
        return agreed_cells(self._services, [list(cells) for cells in rows])

    def _stages(
        self, grip: Grip, view: View, *, mesh: bool
    ) -> Iterator[tuple[Stage, RankedPolicy]]:
        for at in (*grip.ranked, *grip.perhaps):
            if (at in self._mesh) is mesh:
                policy, governs = self._ranked[at], at in grip.ranked
                yield self._rules.stage(policy, view, governs=governs), policy

    def _network_policies(self, terms: Iterable[Term]) -> Stage:
        """Return NetworkPolicies as one stage: they only allow, so none is first."""
        services = self._services
        listed = list(terms)
        hit = Hit(
            Action.ALLOW,
            tuple((services.sure(answer), held) for answer, held in listed),
            tuple((services.possible(answer), held) for answer, held in listed),
        )
        return Stage(DEFAULT_TIER, NETWORK_POLICY_ORDER, None, (hit,), isolates=True)

    def _walked(self, stages: Iterable[Stage]) -> tuple[Term, ...]:
        services = self._services
        walk = Walk([(services.everything, self._columns.everything)], stages)
        sure = ((services.answer(m, m), held) for m, held in walk.sure().terms())
        maybe = ((services.answer(0, m), held) for m, held in walk.allowed.terms())
        return (*sure, *maybe)


def _has_scopes(policy: RankedPolicy) -> bool:
    return any(
        _is_scoped(rule.far) or (rule.own is not None and _is_scoped(rule.own))
        for direction in policy.governs
        for rule in policy.rules(direction)
    )


def _is_scoped(ends: Ends) -> bool:
    match ends:
        case Nodes(scope):
            return scope is not NodeScope.ANY
        case AllOf(items) | AnyOf(items):
            return any(_is_scoped(item) for item in items)
        case Not(item) | Perhaps(item, _):
            return _is_scoped(item)
        case _:
            return False
