"""From rules to terms, and from the policies on a pod to its row.

A term grants an answer to a set of columns; a row is the union of terms.
"""

from collections.abc import Iterable, Iterator, Sequence
from copy import copy
from dataclasses import replace
from enum import IntEnum

from seawall.engine.policy.compile.grip import Doubt, Grip
from seawall.engine.policy.compile.index import Index
from seawall.engine.policy.compile.ordered import OrderedRows
from seawall.engine.policy.compile.ranked_rules import View
from seawall.engine.policy.ends.match import Match
from seawall.engine.policy.ends.matched import Side
from seawall.engine.policy.ends.unit import NamedNumber
from seawall.engine.policy.rows.row import Row, RowStore, Term
from seawall.model.dataplane import PolicyEngine, Tri
from seawall.model.packet import PortRange, Protocol
from seawall.model.policy import (
    Direction,
    NamedPort,
    NumberedPorts,
    Policy,
    PolicyRule,
)


class Part(IntEnum):
    """Which part of a rule is asked: all of it, or one half whatever the other says."""

    WHOLE = 0
    PEERS = 1
    PORTS = 2


class Compiler:
    """Compiles the policies of one index; nothing is compiled that is not asked for."""

    def __init__(self, index: Index, store: RowStore | None = None) -> None:
        self._index = index
        self._store = RowStore() if store is None else store
        self._rows: dict[tuple[object, ...], Row] = {}
        self._kept: list[Row] = []
        self._shared: dict[tuple[int, Direction], tuple[Term, ...] | None] = {}
        self._by_name: dict[int, bool] = {}
        self._granted: dict[tuple[object, ...], tuple[PolicyRule, list[Term]]] = {}
        services = index.services
        sctp = services.protocol_mask(Protocol.SCTP)
        carried = index.dataplane.carries_sctp
        self.open = services.answer(
            services.everything if carried is Tri.YES else services.everything ^ sctp,
            services.everything ^ sctp if carried is Tri.NO else services.everything,
        )
        """The answer where no policy applies.

        Source: docs.cilium.io, configuration/sctp: off by default, not carried.
        """
        self.open_row = self._store.union([(self.open, index.columns.everything)])
        self.ordered = self._walker()

    def over(self, index: Index, gone: Iterable[int] = ()) -> "Compiler":
        """Return a compiler for *index*, which differs in its policies alone.

        A position that both have holds the same policy in both, as far as rows are
        concerned, or one that is never to be compiled again.

        Args:
            index: The other index.
            gone: Positions of NetworkPolicies of which nothing need be kept.
        """
        for at in gone:
            self._by_name.pop(at, None)
            for direction in Direction:
                self._shared.pop((at, direction), None)
        found = copy(self)
        found.turn_to(index)
        return found

    @property
    def index(self) -> Index:
        """What it compiles for."""
        return self._index

    def turn_to(self, index: Index) -> None:
        """Compile for another index from now on; see `over`."""
        changed = index.ranked is not self._index.ranked
        self._index, self._rows, self._kept = index, {}, []
        self._granted = {}
        if changed:
            self.ordered = self._walker()

    def row(self, unit: int, grip: Grip, direction: Direction) -> Row:
        """Return what a unit may exchange in one direction.

        Args:
            unit: The unit.
            grip: What holds it.
            direction: INGRESS for what may come, EGRESS for where it may go.
        """
        if grip.without is not None:
            return self._either(self.row(unit, it, direction) for it in grip.worlds)
        if grip.is_ordered:
            sides = (Side.OTHER,) if self._index.apart else tuple(Side)
            return self._ordered_row(unit, grip, direction, sides)
        if not grip.policies and grip.doubt is Doubt.NONE:
            return self.open_row
        ports = self._names_used(grip, direction, self._index.units.units[unit].ports)
        key = (grip.policies, grip.doubt, direction, ports)
        row = self._rows.get(key)
        if row is None:
            row = self._rows[key] = self._store.union(
                self._terms(grip, direction, ports)
            )
        return row

    def own_node_row(self, unit: int, grip: Grip) -> Row:
        """Return what a unit may send, every node taken as its own."""
        if grip.without is not None:
            return self._either(self.own_node_row(unit, it) for it in grip.worlds)
        if not grip.is_ordered or not self.ordered.has_scopes(grip):
            return self.row(unit, grip, Direction.EGRESS)
        return self._ordered_row(unit, grip, Direction.EGRESS, (Side.OWN,))

    def views(self, unit: int, grip: Grip, direction: Direction) -> list[View]:
        """Return from where the rules on a unit are looked at: its own node or not."""
        sides = tuple(Side) if self.ordered.has_scopes(grip) else tuple(Side)[:1]
        ports = self._index.units.units[unit].ports
        return [View(direction, side, unit, ports) for side in sides]

    def _ordered_row(
        self, unit: int, grip: Grip, direction: Direction, sides: tuple[Side, ...]
    ) -> Row:
        """Return the row of a unit that ranked policies hold."""
        ordered = self.ordered
        if not ordered.has_scopes(grip):
            sides = sides[:1]
        ports = self._index.units.units[unit].ports
        views = [View(direction, side, unit, ports) for side in sides]
        key = (
            grip,
            direction,
            sides,
            ports if direction is Direction.INGRESS else (),
            *(ordered.own_key(grip, view) for view in views),
        )
        row = self._rows.get(key)
        if row is None:
            row = self._rows[key] = self._walked(grip, views)
        return row

    def _walker(self) -> OrderedRows:
        index = self._index
        parts = (index.ranked, index.rules, index.columns, index.services)
        return OrderedRows(*parts, self._store)

    def _walked(self, grip: Grip, views: list[View]) -> Row:
        ordered, store = self.ordered, self._store
        rows = []
        for view in views:
            row = store.union(self._ordered_terms(grip, view))
            limit = ordered.mesh(grip, view)
            rows.append(row if limit is None else store.within(row, limit))
        return rows[0] if len(rows) == 1 else self._either(rows)

    def _either(self, rows: Iterable[Row]) -> Row:
        """Return what passes whichever of some rows holds; a mesh limits all alike."""
        found = list(rows)
        key = tuple(map(id, found))
        row = self._rows.get(key)
        if row is None:
            width = self._index.columns.everything.bit_length()
            parts = (row.part(0, width) for row in found)
            row = self._store.union(self.ordered.either(parts))
            self._rows[key] = row = replace(row, limit=found[0].limit)
            self._kept.extend(found)
        return row

    def _ordered_terms(self, grip: Grip, view: View) -> Iterator[Term]:
        services, columns = self._index.services, self._index.columns
        possible_only = (self.open >> services.width) << services.width
        if grip.doubt is Doubt.NOTHING_SURE:
            yield possible_only, columns.everything
        else:
            terms = self.ordered.terms(grip, view, self.allowances)
            yield from self._doubted(grip, self._limited(list(terms)))
            if grip.doubt is Doubt.OPEN_ENDED:
                yield possible_only, columns.everything
        yield from self.unpoliced()

    def allowances(self, grip: Grip, view: View) -> Iterator[Term]:
        """Yield what the NetworkPolicies of a grip grant."""
        for at in grip.policies:
            yield from self._policy_terms(at, view.direction, view.ports)

    def part_terms(
        self,
        policy: Policy,
        rule: PolicyRule,
        direction: Direction,
        ports: tuple[NamedNumber, ...],
        part: Part = Part.WHOLE,
    ) -> list[Term]:
        """Return what a rule, or one part of it, grants; kept for the next question.

        Complexity: that of `rule_terms` the first time; memory, terms of each rule
        that was asked about, for each set of named ports.
        """
        inward = direction is Direction.INGRESS
        key = (id(rule), policy.namespace, part, inward, ports if inward else ())
        known = self._granted.get(key)
        if known is None:
            asked = rule
            if part is Part.PEERS:
                asked = replace(rule, ports=None)
            elif part is Part.PORTS:
                asked = replace(rule, peers=None)
            terms = self.rule_terms(policy, asked, direction, ports)
            # The rule is kept, so that no other gets its identity.
            known = self._granted[key] = rule, terms
        return known[1]

    def rule_terms(
        self,
        policy: Policy,
        rule: PolicyRule,
        direction: Direction,
        ports: tuple[NamedNumber, ...],
    ) -> list[Term]:
        """Return what one rule grants to a unit with these named *ports*.

        Source: Kubernetes, networking/v1 types.go, NetworkPolicyIngressRule and
        NetworkPolicyEgressRule: peers and ports must both match.
        """
        services = self._index.services
        peers = self._index.peers.matching(policy.namespace, rule.peers)
        if not peers.possible:
            return []
        if rule.ports is None:
            every = services.everything
            return self._limited(_cells(peers, self._answers(every, every)))
        sure = possible = 0
        terms: list[Term] = []
        for match in rule.ports:
            if isinstance(match, NumberedPorts):
                one, other = self._numbered(match)
                sure |= one
                possible |= other
            elif direction is Direction.INGRESS:
                number = self._index.named.own(match, ports)
                sure |= number
                possible |= number
            else:
                terms.extend(self._named_terms(match, peers))
        terms.extend(_cells(peers, self._answers(sure, possible)))
        return self._limited(terms)

    def _terms(
        self, grip: Grip, direction: Direction, ports: tuple[NamedNumber, ...]
    ) -> Iterator[Term]:
        index, services = self._index, self._index.services
        possible_only = (self.open >> services.width) << services.width
        if grip.doubt is Doubt.NOTHING_SURE:
            yield possible_only, index.columns.everything
        else:
            for at in grip.policies:
                yield from self._doubted(grip, self._policy_terms(at, direction, ports))
            if grip.doubt is Doubt.OPEN_ENDED:
                yield possible_only, index.columns.everything
        yield from self.unpoliced()

    def _doubted(self, grip: Grip, terms: Sequence[Term]) -> Sequence[Term]:
        """Return what rules grant, merely as possible if something may close it."""
        if grip.doubt is not Doubt.MAY_CLOSE:
            return terms
        width = self._index.services.width
        return [((answer >> width) << width, columns) for answer, columns in terms]

    def unpoliced(self) -> Iterator[Term]:
        """Yield what passes because the dataplane does not police its family.

        Source: AKS docs, use-network-policies: Azure NPM polices IPv4 only.
        """
        services, columns = self._index.services, self._index.columns
        flag = self._index.dataplane.enforces_ipv6
        if columns.version6 and flag is not Tri.YES:
            possible_only = (self.open >> services.width) << services.width
            yield self.open if flag is Tri.NO else possible_only, columns.version6

    def _policy_terms(
        self, at: int, direction: Direction, ports: tuple[NamedNumber, ...]
    ) -> Sequence[Term]:
        """Return the terms of one policy, kept where they fit every unit alike."""
        key = (at, direction)
        shared = self._shared.get(key)
        if shared is not None:
            return shared
        policy = self._index.policies[at]
        depends = self._depends_on_ports(at, direction)
        found: list[Term] = []
        for rule in policy.rules(direction):
            found += self.rule_terms(policy, rule, direction, ports if depends else ())
        if depends:
            return found
        shared = self._shared[key] = tuple(found)
        return shared

    def _depends_on_ports(self, at: int, direction: Direction) -> bool:
        """Whether the rules of a policy go by the names of a pod's own ports."""
        if direction is Direction.EGRESS:
            return False
        depends = self._by_name.get(at)
        if depends is None:
            depends = self._by_name[at] = any(
                isinstance(match, NamedPort)
                for rule in self._index.policies[at].ingress
                for match in rule.ports or ()
            )
        return depends

    def _names_used(
        self, grip: Grip, direction: Direction, ports: tuple[NamedNumber, ...]
    ) -> tuple[NamedNumber, ...]:
        """Return those of *ports* on which the row depends."""
        if not ports or direction is Direction.EGRESS:
            return ()
        used = any(self._depends_on_ports(at, direction) for at in grip.policies)
        return ports if used else ()

    def _answers(self, sure: int, possible: int) -> tuple[int, int]:
        """Return the answers for columns that match surely, and possibly."""
        services = self._index.services
        return services.answer(sure, possible), services.answer(0, possible | sure)

    def _limited(self, terms: list[Term]) -> list[Term]:
        """Return *terms* without what the dataplane does not carry."""
        return [(answer & self.open, columns) for answer, columns in terms]

    def _numbered(self, match: NumberedPorts) -> tuple[int, int]:
        """Return the ports that an entry surely and possibly names.

        Source: Kubernetes, networking/v1 types.go, NetworkPolicyPort; AKS docs,
        migrate-from-npm-to-cilium-network-policy: Cilium before 1.17 ignores endPort.
        """
        services = self._index.services
        whole = services.mask(match.protocol, match.ports)
        honoured = self._index.dataplane.honours_end_port
        if not match.is_range or honoured is Tri.YES:
            return whole, whole
        first = match.ports.first
        alone = services.mask(match.protocol, PortRange(first, first))
        return alone, alone if honoured is Tri.NO else whole

    def _named_terms(self, match: NamedPort, peers: Match) -> Iterator[Term]:
        """Yield what an egress entry with a port name grants.

        A name never fits an address that is no pod. Where one name stands for several
        numbers in the cluster, a dataplane that is not reliable about it may take any
        of them, or none, for any pod.

        Source: Kubernetes, networking/v1 types.go, NetworkPolicyPort; cilium issue
        30003.
        """
        index, named = self._index, self._index.named
        numbers = named.numbers.get((match.protocol, match.name), {})
        pods = index.columns.of_units(index.columns.pods)
        hosts = index.columns.of_units(index.columns.hosts)
        if index.dataplane.engine is not PolicyEngine.SPEC:
            hosts = 0
        unclear = named.conflict(match)
        if unclear:
            maybe = Match(0, peers.possible & pods)
            yield from _cells(maybe, self._answers(unclear, unclear))
            pods = 0
        for mask, units in numbers.items():
            columns = index.columns.of_units(units)
            on_pods = Match(
                peers.sure & columns & pods, peers.possible & columns & pods
            )
            on_hosts = Match(0, peers.possible & columns & hosts)
            yield from _cells(on_pods | on_hosts, self._answers(mask, mask))


def _cells(peers: Match, answers: tuple[int, int]) -> list[Term]:
    if_sure, if_possible = answers
    if peers.is_certain:
        return [(if_sure, peers.sure)] if if_sure and peers.sure else []
    cells = [(if_sure, peers.sure), (if_possible, peers.possible & ~peers.sure)]
    return [cell for cell in cells if cell[0] and cell[1]]
