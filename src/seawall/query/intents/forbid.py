"""Intents that forbid: nothing of what they speak of may arrive."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from itertools import chain, islice

from seawall.engine.path import Space
from seawall.model.end import AddressEnd, End, InternetEnd, PodEnd, TagEnd
from seawall.model.intent import Demand, Exemption, Intent
from seawall.model.trace import Hop, Verdict
from seawall.query.case import Case
from seawall.query.intents.crossing import Asking
from seawall.query.intents.exempt import Exempt, Exempting, exempting
from seawall.query.intents.named import Names
from seawall.query.intents.pair import Crossing
from seawall.query.intents.party import (
    NotJudged,
    Party,
    party,
    ports_of,
    senders,
    takers,
)
from seawall.query.intents.shown import packet_of, packet_text
from seawall.query.intents.verdict import (
    MOST,
    SHOWN,
    Breach,
    Judged,
    Standing,
    pairs_text,
)
from seawall.query.services import services_of
from seawall.query.trace.answer import place_text
from seawall.query.trace.parts import service_text
from seawall.query.words.access import DEPENDS


@dataclass(slots=True)
class Against:
    """What speaks against an intent."""

    certain: list[Crossing] = field(default_factory=list)
    doubtful: list[Crossing] = field(default_factory=list)
    is_more: bool = False


def judge_forbidden(asking: Asking, intent: Intent, day: date) -> Judged:
    """Judge an intent by which something must not pass.

    Complexity: that of `Asking.crossings`, and a walk for each pair that is explained.

    Raises:
        NotJudged: It names something that the input does not hold.
    """
    case = asking.case
    sources, targets, own = _sides(case, intent)
    ports = ports_of(intent.ports)
    except_, lapsed = exempting(case, intent, own, day)
    live = [item.written for item in except_.exempt if item.written is not None]
    names = Names(case, except_)
    crossings = (
        found
        for each in chain(
            asking.crossings(sources, targets, ports),
            asking.edges.crossings(sources, targets, ports, _spared(sources, own)),
            asking.unseen.crossings(intent, sources, targets, live),
        )
        for found in names.told(each)
    )
    found = against(except_, crossings)
    return judged(case, intent, except_, lapsed, found, asking.count(sources, targets))


def judged(
    case: Case,
    intent: Intent,
    except_: Exempting,
    lapsed: tuple[Exemption, ...],
    found: "Against",
    asked: int,
) -> Judged:
    """Return an answer from what speaks against an intent.

    Args:
        case: What was read.
        intent: The intent.
        except_: Its exceptions, after they were used.
        lapsed: Those whose day is past.
        found: What speaks against it.
        asked: How many pairs of ends were asked about.
    """
    breaches = tuple(
        _explained(case, each, standing)
        for each, standing in islice(
            (
                *((each, Standing.VIOLATED) for each in found.certain),
                *((each, Standing.UNKNOWN) for each in found.doubtful),
            ),
            SHOWN,
        )
    )
    standing, says = _standing(found, asked)
    held = found.certain if standing is Standing.VIOLATED else found.doubtful
    return Judged(
        intent,
        standing,
        says,
        breaches,
        len(held),
        found.is_more,
        lapsed,
        () if found.is_more else except_.idle(),
    )


def _sides(case: Case, intent: Intent) -> tuple[Party, Party, tuple[Exempt, ...]]:
    """Return who must not reach whom, and what the demand itself leaves out."""
    if intent.demand is Demand.FORBID:
        sources = senders(case, intent.sources)
        targets = takers(case, intent.destinations)
        if sources.is_anyone and targets.is_anyone:
            raise NotJudged(
                intent.destinations[0],
                "both sides are `anyone`",
                "name the ends that are to be kept apart",
            )
        return sources, targets, ()
    confines = intent.demand is Demand.CONFINE
    sources = senders(case, intent.sources)
    targets = (party if confines else takers)(case, intent.destinations)
    everybody = Party((), is_anyone=True)
    for side, written in ((sources, intent.sources), (targets, intent.destinations)):
        if side.is_anyone:
            raise NotJudged(
                written[0],
                f"`{intent.demand.value}` with `anyone` on one side says nothing",
                "name the ends that are meant",
            )
    if intent.demand is Demand.ONLY:
        return everybody, targets, (Exempt(sources, None),)
    return sources, everybody, (Exempt(None, targets),)


def _spared(sources: Party, own: tuple[Exempt, ...]) -> Party | None:
    """Return who of everybody may ask; None if not everybody is spoken of."""
    if not sources.is_anyone:
        return None
    held = [item.sources for item in own if item.sources is not None]
    return held[0] if held else Party(())


def against(except_: Exempting, crossings: Iterable[Crossing]) -> Against:
    """Return what of some crossings is not excepted."""
    found = Against()
    for each in crossings:
        if each.blank:
            if not except_.covers(each):
                found.doubtful.append(each)
            continue
        left = except_.left(each)
        if left.allowed:
            found.certain.append(left)
        elif left.unknown and len(found.doubtful) < MOST:
            # One that is certain may still come, so the search goes on.
            found.doubtful.append(left)
        elif left.unknown:
            found.is_more = True
        if len(found.certain) >= MOST:
            found.is_more = True
            break
    return found


def _standing(found: Against, asked: int) -> tuple[Standing, str]:
    pairs = pairs_text(asked)
    against = len(found.certain or found.doubtful)
    # One pair may be told by several names, and several ports.
    apart = ", by name, address and port" if against > asked else ""
    if found.certain:
        return Standing.VIOLATED, f"of {pairs}{apart}"
    if found.doubtful:
        return Standing.UNKNOWN, f"of {pairs}{apart}"
    return Standing.HOLDS, f"proved for every packet of {pairs}"


def _explained(case: Case, crossing: Crossing, standing: Standing) -> Breach:
    """Return a crossing in words, with one packet of it and its way."""
    flows = crossing.allowed if standing is Standing.VIOLATED else crossing.unknown
    services = "; ".join(map(service_text, services_of(flows))) or "something"
    source, target = _end(case, crossing.source), _end(case, crossing.target)
    if crossing.blank:
        return Breach(standing, source, target, "anything", crossing.blank)
    for start, end in _questions(crossing):
        hops, depends = packet_of(case, start, end, flows, standing)
        if hops:
            decided = _deciding(hops)
            says = f"{place_text(decided)}: {decided.says}"
            return Breach(
                standing,
                source,
                target,
                services,
                f"{DEPENDS}: {says}" if depends else says,
                decided.rule.origin if decided.rule else None,
                packet_text(hops),
                hops,
            )
    way = "may leave" if isinstance(crossing.target, TagEnd) else "comes in"
    says = "it passes" if standing is Standing.VIOLATED else "it may pass"
    if crossing.via:
        says = f"it {way} by {crossing.via}"
    elif isinstance(crossing.source, PodEnd) and crossing.source.workload.host_network:
        says += ": no policy holds pods on the network of their node"
    return Breach(standing, source, target, services, says)


def _end(case: Case, end: End) -> str:
    """Return an end in words; the addresses that are the internet by that word."""
    if isinstance(end, AddressEnd):
        internet = case.paths.asking.addresses(InternetEnd())
        if Space.of(end.ranges) == internet:
            return "internet"
    return case.end_text(end)


def _questions(crossing: Crossing) -> Iterable[tuple[End, End]]:
    """Yield the questions that may show a packet of a crossing."""
    is_told = isinstance(crossing.target, PodEnd | TagEnd)
    if not crossing.via or not is_told:
        yield crossing.source, crossing.target
    if isinstance(crossing.source, AddressEnd) and isinstance(crossing.target, PodEnd):
        yield InternetEnd(), crossing.target


def _deciding(hops: tuple[Hop, ...]) -> Hop:
    """Return the hop that a person wants to know of: a doubt, or the last to admit."""
    unknown = [hop for hop in hops if hop.verdict is Verdict.UNKNOWN]
    ruled = [hop for hop in hops if hop.rule is not None and hop.rule.origin]
    return (unknown or ruled[-1:] or [hops[-1]])[0]
