"""Rules of Azure Firewall that let pass what it refuses."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from seawall.engine.path import Branch, Space
from seawall.engine.path.firewalls.firewall import FirewallSaying, ordered
from seawall.flowspace import FlowSet
from seawall.model.address import prefixes_of
from seawall.model.filter import ANYWHERE, Access, AddressTerm
from seawall.model.firewall import (
    ApplicationRule,
    CollectionType,
    Firewall,
    NetworkRule,
    RuleCollection,
)
from seawall.model.origin import Origin
from seawall.model.packet import EVERY_PORT, Protocol
from seawall.model.trace import Layer, Verdict
from seawall.query.case import Case
from seawall.query.fix.by_hand import settled_by
from seawall.query.fix.change import Advice
from seawall.query.fix.firewall_change import PROTOCOLS, FirewallChange, Rule
from seawall.query.fix.naming import free_name
from seawall.query.fix.need import (
    FEW_PREFIXES,
    Need,
    ServiceNeed,
    flows_of,
    needs_of,
    refused,
)
from seawall.query.trace.blockers import Blocker

LONGEST_NAME = 80
FIRST_PRIORITY, STEP, LAST_PRIORITY = 100, 10, 65_000
"""Source: Azure docs, firewall rule-processing."""

NO_ONE = Space.parse("0.0.0.0/32")
_ORIGIN = Origin("fix")
_WEB = {80: "http", 443: "https", 1433: "mssql"}


def firewall_rules_for(
    case: Case, blocked: Iterable[tuple[Blocker, FlowSet]]
) -> Iterator[FirewallChange | Advice]:
    """Yield rules that let pass what firewalls refuse, and advice where none can.

    Args:
        case: What is there.
        blocked: Blockers whose hops are firewalls, each with all packets of the
            question that it is from.
    """
    done: set[object] = set()
    now = case
    for blocker, asked in blocked:
        for way, step in blocker.places:
            say = step.ruling.say
            if not isinstance(say, FirewallSaying) or not _is_whole(say.firewall):
                yield Advice(Layer.FIREWALL, blocker.hop.at, _missing(blocker))
                break
            flows = blocker.flows & way.flows
            headers = refused(step, flows)
            for need in needs_of(step, flows, asked & way.flows):
                key = (say.firewall.id, need, way.question.name)
                if key in done:
                    continue
                done.add(key)
                made = _admitting(now, way, say, need, headers)
                if made is None:
                    says = (
                        f"no rule that could be written admits it: {blocker.hop.says}"
                    )
                    yield Advice(Layer.FIREWALL, blocker.hop.at, says)
                    continue
                for change in made:
                    now = now.changed(change.applied(now.snapshot))
                    yield change


def _is_whole(firewall: Firewall) -> bool:
    return firewall.complete.is_surely(value=True)


def _missing(blocker: Blocker) -> str:
    if blocker.hop.verdict is Verdict.UNKNOWN:
        return settled_by(blocker.hop)
    return "no rule of the firewall can mend it"


def _admitting(
    case: Case, way: Branch, say: FirewallSaying, need: Need, headers: FlowSet
) -> tuple[FirewallChange, ...] | None:
    """Return rules after which a firewall surely passes headers; None if none do."""
    firewall = say.firewall
    wanted = headers & need.sources.as_sources() & need.destinations.as_destinations()
    wanted &= flows_of(need.services)
    for drafts in drafts_for(way.question.name, need):
        now, made = case, []
        for draft in drafts:
            change = placed(held(now, firewall), say, draft, wanted)
            if change is None:
                break
            made.append(change)
            now = now.changed(change.applied(now.snapshot))
        else:
            if passes(now, way, held(now, firewall), wanted):
                return tuple(made)
    return None


def held(case: Case, firewall: Firewall) -> Firewall:
    """Return a firewall as a case has it now."""
    found = [it for it in case.snapshot.fabric.firewalls if it.id == firewall.id]
    return found[0] if found else firewall


def passes(case: Case, way: Branch, firewall: Firewall, wanted: FlowSet) -> bool:
    """Whether a firewall surely lets headers pass."""
    firewalls = case.paths.walker.transit.firewalls
    ruling = firewalls.compiled(firewall, way.question).ruling
    return wanted.isdisjoint(ruling.denied | ruling.unknown)


Draft = tuple[CollectionType, Rule, FlowSet]


def drafts_for(
    name: str, need: Need, access: Access = Access.ALLOW
) -> Iterator[list[Draft]]:
    """Yield rules that may decide about a need, the narrowest first."""
    verb = access.value.lower()
    sources = _terms(need.sources)
    web = [item for item in need.services if _is_web(item)]
    if name and len(web) == len(need.services):
        ports = tuple(
            (_WEB.get(ports.first, "https"), ports.first)
            for item in web
            for ports in item.ports
        )
        rule = ApplicationRule(
            f"{verb}-{name}", sources, ports, (name,), (), (), (), _ORIGIN
        )
        yield [(CollectionType.APPLICATION, rule, _touching(need, Space()))]
    if name:
        yield [
            (
                CollectionType.NETWORK,
                _network(f"{verb}-{name}", need, item, (), (name,)),
                _touching(need, Space(), item),
            )
            for item in need.services
        ]
    yield [
        (
            CollectionType.NETWORK,
            _network(f"{verb}-{item}", need, item, _terms(need.destinations), ()),
            _touching(need, need.destinations, item),
        )
        for item in need.services
    ]


def _is_web(service: ServiceNeed) -> bool:
    return service.protocol == Protocol.TCP and all(
        item.first == item.last for item in service.ports
    )


def _network(
    name: str,
    need: Need,
    service: ServiceNeed,
    to: tuple[AddressTerm, ...],
    names: tuple[str, ...],
) -> NetworkRule:
    said = service.protocol in PROTOCOLS and service.protocol is not None
    protocols = (service.protocol,) if said and service.protocol is not None else None
    ports = service.ports if said else (EVERY_PORT,)
    return NetworkRule(name, protocols, _terms(need.sources), to, names, ports, _ORIGIN)


def _touching(need: Need, to: Space, service: ServiceNeed | None = None) -> FlowSet:
    """Return the headers of a rule; by name it concerns the question's target alone."""
    services = need.services if service is None else (service,)
    ends = need.sources.as_sources() & (to or NO_ONE).as_destinations()
    return flows_of(services) & ends


def _terms(space: Space) -> tuple[AddressTerm, ...]:
    prefixes = prefixes_of(space.ranges)
    return tuple(prefixes) if len(prefixes) <= FEW_PREFIXES else (ANYWHERE,)


def placed(
    firewall: Firewall,
    say: FirewallSaying,
    draft: Draft,
    wanted: FlowSet,
    access: Access = Access.ALLOW,
) -> FirewallChange | None:
    """Return a rule in a collection of some access, before all that decide otherwise.

    A new collection where none does; None if there is no room for one.

    Args:
        firewall: The firewall as it is now.
        say: Its rules as they were when the packets were followed.
        draft: The rule.
        wanted: The packets that it is to decide about.
        access: What it is to do with them.
    """
    allows = access is Access.ALLOW
    kind, rule, touches = draft
    listed = ordered(firewall, kind)
    named = {f"{it.name}/{rule.name}": it for it in listed for rule in it.rules}
    stopping = [
        named[matcher.name]
        for matcher in say.matchers
        if matcher.allows is not allows
        and matcher.name in named
        and wanted & matcher.possible
    ]
    limit = min((item.order for item in stopping), default=None)
    before = [
        item
        for item in listed
        if item.access is access and (limit is None or item.order < limit)
    ]
    chosen = before[-1] if before else _new(firewall, kind, stopping, access)
    if chosen is None:
        return None
    taken = {item.name for item in chosen.rules}
    fresh = replace(rule, name=free_name(rule.name, taken, LONGEST_NAME))
    return FirewallChange(
        firewall.id, firewall.name, chosen, fresh, touches, is_new=not before
    )


def _new(
    firewall: Firewall,
    kind: CollectionType,
    stopping: list[RuleCollection],
    access: Access,
) -> RuleCollection | None:
    """Return an empty collection before some others; None if there is no room."""
    every = sorted(firewall.collections, key=lambda item: item.order)
    if not every:
        return None
    near = min(stopping, key=lambda item: item.order) if stopping else every[-1]
    tier, group, priority = near.order
    taken = {item.order[2] for item in every if item.order[:2] == (tier, group)}
    last = priority if stopping else LAST_PRIORITY
    free = [at for at in range(FIRST_PRIORITY, last, STEP) if at not in taken]
    if not free:
        return None
    order = (tier, group, free[-1] if stopping else free[0])
    names = {item.name for item in every}
    name = free_name(f"{access.value.lower()}-{kind.value}", names, LONGEST_NAME)
    return RuleCollection(
        near.group,
        name,
        order,
        kind,
        access,
        (),
        _ORIGIN,
        policy=near.policy,
        policy_name=near.policy_name,
    )
