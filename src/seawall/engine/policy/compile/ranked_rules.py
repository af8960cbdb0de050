"""From the rules of ranked policies to what they match, for the walk through them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from seawall.engine.policy.ends.columns import Columns
from seawall.engine.policy.ends.match import Match
from seawall.engine.policy.ends.matched import EndColumns, Side
from seawall.engine.policy.ends.named import NamedPorts
from seawall.engine.policy.ends.peer import Peers
from seawall.engine.policy.ends.services import Services
from seawall.engine.policy.ends.unit import NamedNumber
from seawall.engine.policy.rows.row import Term
from seawall.engine.policy.rows.walk import Hit, Stage
from seawall.model.dataplane import Dataplane, Language, Tri
from seawall.model.policy import Direction, NamedPort, NumberedPorts
from seawall.model.ranked import (
    IcmpMessages,
    RankedPolicy,
    RankedRule,
    ServiceMatch,
    WholeProtocol,
)

_BY_NAME = frozenset({Language.ADMIN, Language.CLUSTER})


@dataclass(frozen=True, slots=True)
class View:
    """From where rules are looked at.

    Attributes:
        direction: INGRESS for what may come to the governed unit.
        side: What nodes are taken to be to it.
        unit: The governed unit.
        ports: Its named ports.
    """

    direction: Direction
    side: Side
    unit: int
    ports: tuple[NamedNumber, ...]


@dataclass(frozen=True, slots=True)
class _Part:
    """Columns for which the services of a rule are the same.

    Attributes:
        columns: The columns.
        meant: The services that the rule means.
        excepted: Those of them that it leaves out.
    """

    columns: int
    meant: Match
    excepted: Match


class RankedRules:
    """Evaluates the rules of ranked policies on one snapshot."""

    def __init__(
        self,
        columns: Columns,
        services: Services,
        ends: EndColumns,
        named: NamedPorts,
        dataplane: Dataplane,
    ) -> None:
        """Take what rules are evaluated on.

        Args:
            columns: The layout of rows.
            services: The atoms.
            ends: The evaluator of predicates.
            named: What port names stand for.
            dataplane: What the engine that enforces them can do.
        """
        self._columns, self._services = columns, services
        self.ends, self._named, self._dataplane = ends, named, dataplane
        self._hits: dict[tuple[object, ...], tuple[RankedRule, Hit]] = {}

    def with_peers(self, peers: Peers) -> "RankedRules":
        """Return the same evaluator on what other peers say of addresses."""
        return RankedRules(
            self._columns,
            self._services,
            self.ends.with_peers(peers),
            self._named,
            self._dataplane,
        )

    def stage(self, policy: RankedPolicy, view: View, *, governs: bool) -> Stage:
        """Return a policy as a stage of the walk of one unit.

        Args:
            policy: The policy.
            view: The unit and the direction.
            governs: Whether the policy surely selects the unit.
        """
        tie = policy.tie
        if tie is None and self._dataplane.ties_by_name and policy.language in _BY_NAME:
            tie = policy.name
        return Stage(
            policy.tier,
            policy.order,
            tie,
            tuple(self.hit(rule, view) for rule in policy.rules(view.direction)),
            view.direction in policy.isolates,
            governs,
        )

    def hit(self, rule: RankedRule, view: View) -> Hit:
        """Return what a rule matches."""
        own = self.own_columns(rule, view)
        ports: object = ()
        if view.direction is Direction.INGRESS and _names_ports(rule):
            ports = view.ports
        key = (id(rule), view.direction, view.side, own.sure, own.possible, ports)
        found = self._hits.get(key)
        if found is None:
            # The rule is kept, so that no other gets its identity.
            found = self._hits[key] = (rule, self._evaluate(rule, view, own))
        return found[1]

    def forget(self) -> None:
        """Keep nothing that was evaluated: some rules are to come no more."""
        self._hits.clear()
        self.ends.forget()

    def own_columns(self, rule: RankedRule, view: View) -> Match:
        """Return the columns of the families in which the governed unit is meant."""
        everything, version6 = self._columns.everything, self._columns.version6
        if rule.own is None:
            return Match(everything, everything)
        found = self.ends.matching(rule.own, view.side)
        sure = possible = 0
        for family in self._columns.families:
            bit = 1 << self._columns.first_unit(family) + view.unit
            part = version6 if family == 6 else everything & ~version6  # noqa: PLR2004
            sure |= part if found.sure & bit else 0
            possible |= part if found.possible & bit else 0
        if len(self._columns.families) == 1:
            # Addresses may have a family that no pod has.
            sure = everything if sure else 0
            possible = everything if possible else 0
        return Match(sure, possible)

    def _evaluate(self, rule: RankedRule, view: View, own: Match) -> Hit:
        columns = self._columns
        versions = 0
        if 6 in rule.versions:  # noqa: PLR2004
            versions |= columns.version6
        if 4 in rule.versions:  # noqa: PLR2004
            versions |= columns.everything & ~columns.version6
        ends = self.ends.matching(rule.far, view.side) & own
        ends &= Match(versions, versions)
        offered = self._dataplane.offers(rule.needs) is Tri.YES
        settled = rule.condition is None and offered
        sure: list[Term] = []
        possible: list[Term] = []
        for part in self._parts(rule, view):
            surely = part.meant.sure & ~part.excepted.possible
            perhaps = part.meant.possible & ~part.excepted.sure
            if settled and surely and ends.sure & part.columns:
                sure.append((surely, ends.sure & part.columns))
            if perhaps and ends.possible & part.columns:
                possible.append((perhaps, ends.possible & part.columns))
        return Hit(rule.action, tuple(sure), tuple(possible), rule)

    def _parts(self, rule: RankedRule, view: View) -> list[_Part]:
        """Return the services of a rule, by the columns for which they differ."""
        everything = self._services.everything
        nothing = Match(0, 0)
        meant = Match(everything, everything) if rule.services is None else nothing
        parts = [_Part(self._columns.everything, meant, nothing)]
        for match in rule.services or ():
            for columns, masks in self._meant(match, view):
                parts = list(_with(parts, columns, masks, nothing))
        for match in rule.except_services:
            for columns, masks in self._meant(match, view):
                parts = list(_with(parts, columns, nothing, masks))
        return parts

    def _meant(self, match: ServiceMatch, view: View) -> Iterable[tuple[int, Match]]:
        """Return what an entry stands for, by columns."""
        services = self._services
        match match:
            case NumberedPorts(protocol, ports):
                mask = services.mask(protocol, ports)
            case WholeProtocol(number):
                mask = services.protocol_mask(number)
            case IcmpMessages():
                mask = services.message_mask(match)
            case NamedPort() if view.direction is Direction.INGRESS:
                mask = self._named.own(match, view.ports)
            case NamedPort():
                return self._named.far(match)
        return ((self._columns.everything, Match(mask, mask)),)


def may_be_void(policy: RankedPolicy, dataplane: Dataplane) -> bool:
    """Whether it is open that a policy is in force at all, whomever it selects.

    Source: cilium pkg/policy/api rule_validation.go; AKS docs,
    azure-cni-powered-by-cilium.
    """
    if policy.doubt is not None:
        return True
    return dataplane.offers(policy.needs) is not Tri.YES


def _with(
    parts: Iterable[_Part], columns: int, meant: Match, excepted: Match
) -> Iterator[_Part]:
    """Yield *parts* with more services for some columns."""
    for part in parts:
        inside = part.columns & columns
        if inside:
            yield _Part(inside, part.meant | meant, part.excepted | excepted)
        if part.columns ^ inside:
            yield _Part(part.columns ^ inside, part.meant, part.excepted)


def _names_ports(rule: RankedRule) -> bool:
    every = (*(rule.services or ()), *rule.except_services)
    return any(isinstance(match, NamedPort) for match in every)
