"""Intents that require: everything that they speak of arrives and is answered."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from itertools import islice

from seawall.engine.path import Partition
from seawall.flowspace import FlowSet
from seawall.model.end import End
from seawall.model.intent import Intent
from seawall.model.trace import AccessPath, Hop, Reply, Verdict
from seawall.query.ask import Asked, ask, decider, depends, plain
from seawall.query.case import Case
from seawall.query.intents.crossing import ADDRESSES, Asking
from seawall.query.intents.exempt import Exempting, exempting
from seawall.query.intents.pair import Crossing
from seawall.query.intents.party import NotJudged, Party, ports_of, senders, takers
from seawall.query.intents.shown import packet_of, packet_text
from seawall.query.intents.verdict import (
    MOST,
    Breach,
    Judged,
    Standing,
    pairs_text,
    weighed,
)
from seawall.query.services import asked_services, services_of
from seawall.query.trace.answer import place_text
from seawall.query.trace.parts import service_text
from seawall.query.trace.way_back import lost_at
from seawall.query.words.access import DEPENDS, misled_text, path_text
from seawall.query.words.port import PortText

IPV4, IPV6 = 4, 6


def judge_required(asking: Asking, intent: Intent, day: date) -> Judged:
    """Judge an intent by which everything must pass.

    Complexity: a walk for each pair of ends and each service.

    Raises:
        NotJudged: It names something that the input does not hold.
    """
    case = asking.case
    sources, targets = senders(case, intent.sources), takers(case, intent.destinations)
    for side, written in ((sources, intent.sources), (targets, intent.destinations)):
        if side.is_anyone:
            raise NotJudged(
                written[0],
                "`anyone` cannot be required to reach, or to be reached",
                "name the ends that are meant",
            )
    except_, lapsed = exempting(case, intent, (), day)
    found = _breaches(asking, intent, _pairs(sources, targets), except_)
    breaches = list(islice(found, MOST))
    pairs = pairs_text(sum(1 for _ in _pairs(sources, targets)))
    more = len(breaches) >= MOST
    return replace(
        weighed(intent, breaches, proved=f"every packet of {pairs}", asked=pairs),
        is_more=more,
        lapsed=lapsed,
        idle=() if more else except_.idle(),
    )


def _pairs(sources: Party, targets: Party) -> Iterator[tuple[End, End]]:
    alone = len(sources.ends) == len(targets.ends) == 1
    for source in sources.ends:
        for target in targets.ends:
            if source != target or alone:
                yield source, target


def _breaches(
    asking: Asking,
    intent: Intent,
    pairs: Iterable[tuple[End, End]],
    except_: Exempting,
) -> Iterator[Breach]:
    case = asking.case
    for source, target in pairs:
        for port in ports_of(intent.ports):
            if port.name and not asked_services(port, target):
                yield _nameless(case, source, target, port)
                continue
            if asking.is_of_policy(source, target):
                found = _by_policy(asking, source, target, port, except_)
                found = found or _pathless(case, intent, source, target)
            else:
                found = _breach(case, intent, ask(case, source, target, port), except_)
            if found is not None:
                yield found


def _by_policy(
    asking: Asking, source: End, target: End, port: PortText, except_: Exempting
) -> Breach | None:
    """Return what speaks against a pair of which only the policies are known."""
    case = asking.case
    wanted = asked_services(port, target)
    if isinstance(target, ADDRESSES):
        wanted &= case.paths.asking.addresses(target).as_destinations()
    elif isinstance(source, ADDRESSES):
        wanted &= case.paths.asking.addresses(source).as_sources()
    ends = Party((source,)), Party((target,))
    rows = list(asking.crossings(*ends, (port,), include_self=source == target))
    allowed = FlowSet.union_of(row.allowed for row in rows)
    unknown = FlowSet.union_of(row.unknown for row in rows) - allowed
    missing = Crossing(source, target, wanted - allowed - unknown, unknown)
    left = except_.left(missing)
    for flows, standing in (
        (left.allowed, Standing.VIOLATED),
        (left.unknown, Standing.UNKNOWN),
    ):
        if flows:
            hops = packet_of(case, source, target, flows, standing).hops
            return _stopped(case, missing, flows, standing, hops)
    return None


def _stopped(
    case: Case,
    pair: Crossing,
    flows: FlowSet,
    standing: Standing,
    hops: tuple[Hop, ...],
) -> Breach:
    """Return that some flows of a pair do not arrive, or may not."""
    services = "; ".join(map(service_text, services_of(flows)))
    ends = case.end_text(pair.source), case.end_text(pair.target)
    packet = packet_text(hops)
    hop = decider(hops)
    if hop is None:
        word = "does not arrive" if standing is Standing.VIOLATED else "may not arrive"
        return Breach(standing, *ends, services, f"{services} {word}", packet=packet)
    misled = misled_text(hops)
    return Breach(
        standing,
        *ends,
        services,
        f"{place_text(hop)}: {hop.says}" + (f"; {misled}" if misled else ""),
        hop.rule.origin if hop.rule else None,
        packet,
        hops,
    )


def _breach(
    case: Case, intent: Intent, asked: Asked, except_: Exempting
) -> Breach | None:
    """Return what speaks against a pair; None if nothing does."""
    parts = _by_family(asked)
    missing = Crossing(asked.source, asked.target, parts.denied, parts.unknown)
    left = except_.left(missing)
    ends = case.end_text(asked.source), case.end_text(asked.target)
    if asked.witness is None:
        if asked.verdict is Verdict.DENIED:
            says = "the cluster has IPv4 addresses only"
            return Breach(Standing.VIOLATED, *ends, "anything", says)
        says = "no packet fits the question: an address of one end is not known"
        return Breach(Standing.UNKNOWN, *ends, "anything", says)
    for flows, standing in (
        (left.allowed, Standing.VIOLATED),
        (left.unknown, Standing.UNKNOWN),
    ):
        if flows:
            each = asked.answer.by_address
            shown = flows & each.denied if each is not None else flows
            witness = (shown or flows).witness(plain(shown or flows))
            hops = case.paths.explain(asked.answer, witness) if witness else ()
            found = _stopped(case, missing, flows, standing, hops)
            if witness and depends(asked.answer, witness):
                return replace(found, says=f"{DEPENDS}: {found.says}")
            return found
    if not parts.allowed:
        return None
    return _by_reply(case, asked, except_) or _by_path(intent, asked, ends)


def _by_family(asked: Asked) -> Partition:
    """Return what becomes of packets, as far as their family is known to be used.

    A name whose address is not known need not have one of either family: where one
    family passes, what is denied of the other may not be meant.
    """
    parts = asked.partition
    doubtful = FlowSet.empty()
    for family in IPV4, IPV6:
        others = parts & FlowSet.box(families=(IPV4 + IPV6 - family,))
        if asked.answer.somewhere and others.allowed and not others.denied:
            doubtful |= parts.denied & FlowSet.box(families=(family,))
    return Partition(parts.allowed, parts.denied - doubtful, parts.unknown | doubtful)


def _by_reply(case: Case, asked: Asked, except_: Exempting) -> Breach | None:
    """Return what speaks against packets that arrive: replies that do not return."""
    found = {
        item.fate: item
        for item in case.paths.replied(asked.answer, asked.partition.allowed)
    }
    for fate, standing in (
        (Reply.LOST, Standing.VIOLATED),
        (Reply.UNKNOWN, Standing.UNKNOWN),
    ):
        if fate not in found:
            continue
        flows, back = found[fate].flows, found[fate].back
        arrived = Crossing(asked.source, asked.target, flows, FlowSet.empty())
        left = except_.left(arrived).allowed
        if not left:
            continue
        ends = case.end_text(asked.source), case.end_text(asked.target)
        services = "; ".join(map(service_text, services_of(left)))
        says = "it arrives, and whether the reply returns is not known"
        if fate is Reply.LOST:
            says = f"it arrives, and the reply is lost: {lost_at(back)}"
        witness = left.witness(plain(left))
        if witness is None:
            return Breach(standing, *ends, services, says)
        hops = case.paths.explain(asked.answer, witness)
        _, back = case.paths.replies(asked.answer, witness)
        packet = packet_text(hops)
        return Breach(standing, *ends, services, says, None, packet, hops, back)
    return None


def _by_path(intent: Intent, asked: Asked, ends: tuple[str, str]) -> Breach | None:
    """Return what speaks against packets that arrive: another door than is wanted."""
    if intent.path != "private" or asked.paths == (AccessPath.PRIVATE,):
        return None
    how = path_text(asked.paths) or "without a name, so by no private endpoint"
    known = AccessPath.UNKNOWN not in asked.paths
    standing = Standing.VIOLATED if known else Standing.UNKNOWN
    services = "; ".join(map(service_text, services_of(asked.partition.allowed)))
    return Breach(standing, *ends, services, f"it is reached {how}")


def _pathless(case: Case, intent: Intent, source: End, target: End) -> Breach | None:
    if not intent.path:
        return None
    ends = case.end_text(source), case.end_text(target)
    says = "it has no name, so it is reached by no private endpoint"
    return Breach(Standing.VIOLATED, *ends, "anything", says)


def _nameless(case: Case, source: End, target: End, port: PortText) -> Breach:
    return Breach(
        Standing.VIOLATED,
        case.end_text(source),
        case.end_text(target),
        str(port),
        f"no port of it is named `{port.name}`",
    )
