"""`trace`: one question in words, hop by hop, with everything that blocks it."""

from dataclasses import dataclass, replace

from seawall.engine.path import Partition, Replied
from seawall.flowspace import Field
from seawall.model.diagnostic import Assumption
from seawall.model.end import End, OnPremisesEnd, PodEnd
from seawall.model.trace import DecidingRule, HeaderView, Hop, Reply, Verdict
from seawall.query.ask import Asked, ask, decider
from seawall.query.case import Case
from seawall.query.document import Json, envelope, origin_json
from seawall.query.enforcement import NO_NETWORK
from seawall.query.services import services_of
from seawall.query.trace.blockers import Blocker, blockers_of
from seawall.query.trace.lookup_text import lookup_assumptions
from seawall.query.trace.other_way import other_way_text
from seawall.query.trace.parts import (
    addresses_of,
    parts_of,
    service_text,
    services_text_of,
)
from seawall.query.trace.way_back import (
    IN_PRACTICE,
    in_practice,
    lost_at,
    mends,
    other_replies,
    others_text,
)
from seawall.query.words.access import DEPENDS, arrives_text, misled_text
from seawall.query.words.port import PortText

SCHEMA = "seawall/trace/v1"
NO_CLUSTER = "no cluster is in the input"
MOST_PAIRS = 50
"""Of so many pairs all blockers are listed; of more those of the one explained."""


@dataclass(frozen=True, slots=True)
class TraceAnswer:
    """The answer to one question between two sets of ends.

    Attributes:
        question: As the user asked it.
        port: The services asked about.
        pairs: One for each pair of ends, in stable order; at least one.
        verdict: Allowed or denied only if all pairs agree, otherwise unknown if one
            is, otherwise allowed (in part).
        sentence: The verdict in words.
        assumptions: What it rests on beside what was read.
        blocked: What keeps packets from arriving; nothing where the verdict is allowed.
        others: Flows of the pair that is explained whose replies fare otherwise.
    """

    question: str
    port: PortText
    pairs: tuple[Asked, ...]
    verdict: Verdict
    sentence: str
    assumptions: tuple[Assumption, ...]
    blocked: tuple["Blocked", ...] = ()
    others: tuple[Replied, ...] = ()

    @property
    def shown(self) -> Asked:
        """The pair that is explained: the first whose verdict is the answer's."""
        return next(
            (pair for pair in self.pairs if pair.verdict is self.verdict), self.pairs[0]
        )

    @property
    def reply(self) -> Reply:
        """What becomes of the reply on the way that is explained."""
        return self.shown.reply


@dataclass(frozen=True, slots=True)
class Blocked:
    """A blocker, and the pairs of ends between which it blocks packets."""

    blocker: Blocker
    pairs: tuple[Asked, ...]


def trace(
    case: Case,
    question: str,
    sources: tuple[End, ...],
    targets: tuple[End, ...],
    *,
    port: PortText,
) -> TraceAnswer:
    """Return what becomes of packets from any of *sources* to any of *targets*."""
    pairs = tuple(
        ask(case, source, target, port)
        for source in sources
        for target in targets
        if source != target or len(sources) * len(targets) == 1
    )
    verdicts = {pair.verdict for pair in pairs}
    verdict = Verdict.DENIED
    if Verdict.UNKNOWN in verdicts:
        verdict = Verdict.UNKNOWN
    elif Verdict.ALLOWED in verdicts:
        verdict = Verdict.ALLOWED
    taken = (*case.assumptions, *lookup_assumptions(case, pairs))
    if any(_is_of_policies(case, pair) for pair in pairs):
        taken = (*taken, NO_NETWORK)
    answer = TraceAnswer(question, port, pairs, verdict, "", taken)
    answer = replace(
        answer,
        blocked=_blocked(case, answer),
        others=other_replies(case, answer.shown),
    )
    return replace(answer, sentence=_counts(answer) + _sentence(case, answer))


def _blocked(case: Case, answer: TraceAnswer) -> tuple[Blocked, ...]:
    if answer.verdict is Verdict.ALLOWED:
        return ()
    shown = answer.shown
    pairs = [shown]
    if len(answer.pairs) <= MOST_PAIRS:
        pairs += [each for each in answer.pairs if each is not shown]
    found: dict[object, Blocked] = {}
    for pair in pairs:
        for item in blockers_of(case, pair, pair.witness):
            known = found.get(item.key)
            if known is None:
                found[item.key] = Blocked(item, (pair,))
            else:
                found[item.key] = Blocked(known.blocker, (*known.pairs, pair))
    return tuple(found.values())


def _counts(answer: TraceAnswer) -> str:
    """Return how many pairs have which verdict; nothing for a single pair."""
    if len(answer.pairs) == 1:
        return ""
    counts = ", ".join(
        f"{count} {verdict.value}"
        for verdict in Verdict
        if (count := sum(pair.verdict is verdict for pair in answer.pairs))
    )
    return f"of {len(answer.pairs)} pairs {counts}; one of them, "


def _sentence(case: Case, answer: TraceAnswer) -> str:
    shown = answer.shown
    who = f"{case.end_text(shown.source)} to {case.end_text(shown.target)}"
    if shown.witness is None:
        return f"{who}: {_no_packet(shown)}"
    if answer.verdict is Verdict.ALLOWED:
        misled = misled_text(shown.forward)
        how = arrives_text(shown.paths, misled)
        text = f"{who}: {_how_far(answer)} arrives{how}"
        after = f"; {misled}" if misled else ""
        if shown.reply is Reply.LOST:
            text = f"{text.rstrip(',')}, but is {IN_PRACTICE}: {lost_at(shown.back)}"
        elif shown.reply is Reply.UNKNOWN:
            text = f"{text.rstrip(',')}; whether the reply returns is not known"
        elif _is_of_policies(case, shown):
            text = f"{text} as far as network policies decide ({NO_CLUSTER})"
        else:
            text = f"{text} and the reply returns"
        return text + after + others_text(answer.others)
    reason = _why(shown.forward)
    more = len(answer.blocked) - 1
    others = f" (and {more} more on the way)" if more > 0 else ""
    misled = misled_text(shown.forward)
    others += f"; {misled}" if misled else ""
    if answer.verdict is Verdict.DENIED:
        what = (
            "nothing arrives" if _is_open(answer) else f"{answer.port} does not arrive"
        )
        return f"{who}: {what}: {reason}{others}"
    what = "everything" if _is_open(answer) else str(answer.port)
    if shown.depends:
        reason = f"{DEPENDS}: {reason}"
    others += other_way_text(shown)
    return f"{who}: not known whether {what} arrives: {reason}{others}"


def _is_of_policies(case: Case, pair: Asked) -> bool:
    """Whether network policies alone are known of what pods send and take."""
    ends = (pair.source, pair.target)
    return case.cluster is None and any(isinstance(end, PodEnd) for end in ends)


def _no_packet(pair: Asked) -> str:
    if pair.verdict is Verdict.DENIED:
        return "nothing arrives: the cluster has IPv4 addresses only"
    if isinstance(pair.source, OnPremisesEnd):
        return "no VPN or ExpressRoute gateway that leads here is in the input"
    return (
        "no packet fits the question: no address of one end is known, or the ends have "
        "no address family in common"
    )


def _is_open(answer: TraceAnswer) -> bool:
    """Whether the question is about every protocol and port."""
    return answer.port == PortText()


def _how_far(answer: TraceAnswer) -> str:
    """Say what part of the question arrives."""
    partition = answer.shown.partition
    asked = "everything" if _is_open(answer) else str(answer.port)
    if not partition.denied:
        return asked
    services = services_of(partition.allowed)
    text = asked
    if services != services_of(partition.flows):
        text = "only " + "; ".join(service_text(service) for service in services)
    parts = [
        word
        for word, field in (("from", Field.SOURCE), ("to", Field.DESTINATION))
        if addresses_of(partition.allowed, field)
        != addresses_of(partition.flows, field)
    ]
    if parts:
        return f"{text} {' and '.join(parts)} a part of the addresses"
    if text == asked and partition.denied:
        listed = services_text_of(partition.allowed, partition.flows)
        text = "only " + "; ".join(listed)
    return text


def _why(hops: tuple[Hop, ...]) -> str:
    """Return the reason of the first hop that does not let the packet pass."""
    hop = decider(hops)
    if hop is None:
        return "no way leads there"
    place = ""
    if hop.rule is not None and hop.rule.origin is not None:
        place = f" ({hop.rule.origin})"
    return f"{place_text(hop)}: {hop.says}{place}"


def place_text(hop: Hop) -> str:
    """Return where a hop is: its kind, and its name if it has one."""
    return f"{hop.layer.value} at {hop.at}" if hop.at else hop.layer.value


def document(case: Case, answer: TraceAnswer) -> Json:
    """Return the document `seawall/trace/v1`."""
    shown = answer.shown
    out = envelope(SCHEMA, case.snapshot, answer.assumptions)
    out |= {
        "question": answer.question,
        "from": case.end_text(shown.source),
        "to": case.end_text(shown.target),
        "verdict": answer.verdict.value,
        **_path_json(shown),
        "reply": shown.reply.value,
        "inPractice": in_practice(answer.verdict, shown.reply).value,
        "mends": list(mends(answer.verdict, shown.reply, shown.source)),
        "otherReplies": [
            {
                "reply": each.fate.value,
                "flows": parts_of(each.flows, shown.partition.flows),
            }
            for each in answer.others
        ],
        "sentence": answer.sentence,
        "partition": _partition(shown.partition),
        "byAddress": _partition(each) if (each := shown.answer.by_address) else None,
        "forward": [hop_json(hop) for hop in shown.forward],
        "back": [hop_json(hop) for hop in shown.back],
        "source": _source_json(shown),
        "blockers": [_blocker_json(case, answer, item) for item in answer.blocked],
        "fixes": [],
        "cuts": [],
        "advice": [],
        "pairs": [
            {
                "from": case.end_text(pair.source),
                "to": case.end_text(pair.target),
                "verdict": pair.verdict.value,
                **_path_json(pair),
                "partition": _partition(pair.partition),
            }
            for pair in answer.pairs
        ],
    }
    return out


def _path_json(pair: Asked) -> Json:
    """Return by which path a name is reached; null where no name is asked about."""
    path = pair.path
    return {
        "path": path.value if path else None,
        "paths": [each.value for each in pair.paths],
    }


def _source_json(pair: Asked) -> Json:
    """Return where the source of the packet changes, and what far ends see."""
    return {
        "changes": [
            {
                "layer": hop.layer.value,
                "at": hop.at,
                "before": hop.before.source,
                "after": hop.after.source,
            }
            for hop in pair.forward
            if hop.before.source != hop.after.source
        ],
        "seenAs": [str(item) for item in pair.seen],
    }


def _blocker_json(case: Case, answer: TraceAnswer, item: Blocked) -> Json:
    """Return a blocker: a hop of one packet, and what of the question it blocks."""
    first = item.pairs[0]
    out = hop_json(item.blocker.hop)
    out["blocks"] = parts_of(item.blocker.flows, first.partition.flows)
    out["hidesRest"] = item.blocker.hides_rest
    if len(answer.pairs) > 1:
        out["pairs"] = [
            {"from": case.end_text(pair.source), "to": case.end_text(pair.target)}
            for pair in item.pairs
        ]
    return out


def _partition(parts: Partition) -> Json:
    return {
        "allowed": parts_of(parts.allowed, parts.flows),
        "denied": parts_of(parts.denied, parts.flows),
        "unknown": parts_of(parts.unknown, parts.flows),
    }


def hop_json(hop: Hop) -> Json:
    """Return a hop as the contract has it."""
    return {
        "layer": hop.layer.value,
        "at": hop.at,
        "decision": hop.verdict.value,
        "says": hop.says,
        "rule": _rule_json(hop.rule),
        "source": hop.source,
        "before": _header_json(hop.before),
        "after": _header_json(hop.after),
    }


def _rule_json(rule: DecidingRule | None) -> Json | None:
    if rule is None:
        return None
    return {"name": rule.name, "origin": origin_json(rule.origin)}


def _header_json(header: HeaderView) -> Json:
    return {
        "source": header.source,
        "destination": header.destination,
        "protocol": header.protocol,
        "port": header.port,
    }
