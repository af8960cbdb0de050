"""What a cluster may reach beyond what it must, the widest first."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import IntEnum

from seawall.engine.path import Answer
from seawall.flowspace import Field, FlowSet
from seawall.model.catalogue import tag_names
from seawall.model.end import End, InternetEnd, NameEnd
from seawall.model.packet import Protocol
from seawall.model.trace import Hop, Verdict
from seawall.query.case import Case
from seawall.query.egress.candidates import Candidate, of_firewall, of_group
from seawall.query.egress.catalogue import Catalogue
from seawall.query.egress.destinations import ANY, REGION
from seawall.query.egress.needed import Needed
from seawall.query.egress.reached import Sender, asked, let_by, placed
from seawall.query.services import services_of
from seawall.query.trace.parts import service_text, services_text_of

MOST_BOXES = 200
WIDE = 256
FEW = 3
EVERYTHING = FlowSet.everything()
_CONNECTIONS = FlowSet.box(
    protocols=((int(Protocol.TCP),) * 2, (int(Protocol.UDP),) * 2)
)


class Extent(IntEnum):
    """How much a rule opens; the least number is the widest."""

    ANYTHING = 0
    """Every public address, on every TCP and UDP port."""
    ANY_DESTINATION = 1
    """Every public address, or every name, on some ports."""
    SHARED = 2
    """Where anybody can have a place of their own."""
    WIDE = 3
    """Names by a pattern, a service tag, or many addresses."""
    SINGLE = 4
    """One name, or few addresses."""
    PLATFORM = 5
    """Names that the platform keeps together, of which not all are needed."""


@dataclass(frozen=True, slots=True)
class Excess:
    """Something that may be reached and is not needed.

    Attributes:
        extent: How wide it is.
        text: The destination.
        services: Protocols and ports in words; empty where *text* holds them.
        senders: Who may reach it.
        verdict: Allowed, or unknown if it only may be.
        let_by: The hop whose rule lets it pass.
        why: What is wrong with it, or why it is not needed, as clauses.
    """

    extent: Extent
    text: str
    services: str
    senders: tuple[str, ...]
    verdict: Verdict
    let_by: Hop | None
    why: tuple[str, ...] = ()


def beyond(
    case: Case,
    senders: tuple[Sender, ...],
    needed: Needed,
    listed: Catalogue,
    narrowest: Extent = Extent.PLATFORM,
) -> tuple[Excess, ...]:
    """Return what senders may reach beyond what is needed, the widest first.

    Args:
        case: The snapshot.
        senders: Who is asked.
        needed: What is needed.
        listed: The catalogue.
        narrowest: What is narrower than this is left out, and not asked about.
    """
    survey = _Survey(case, needed, listed, narrowest)
    found: dict[object, Excess] = {}
    known: dict[tuple[End, bool], tuple[Excess, ...]] = {}
    for sender in senders:
        same = (sender.end, sender.is_shown)
        if same not in known:
            known[same] = tuple(survey.of(sender))
        for each in known[same]:
            item = replace(each, senders=(sender.name,))
            rule = item.let_by and item.let_by.rule
            key = (item.extent, item.text, item.services, item.verdict, rule, item.why)
            if key in found:
                together = (*found[key].senders, *item.senders)
                item = replace(item, senders=together)
            found[key] = item
    return tuple(
        sorted(found.values(), key=lambda item: (item.extent, item.text, item.senders))
    )


class _Survey:
    def __init__(
        self, case: Case, needed: Needed, listed: Catalogue, narrowest: Extent
    ) -> None:
        self._narrowest = narrowest
        self._case = case
        self._needed = needed
        self._listed = listed

    def of(self, sender: Sender) -> Iterator[Excess]:
        """Yield what one sender may reach and does not need."""
        answer = asked(self._case, sender, InternetEnd(), EVERYTHING)
        if answer.partition.flows & _CONNECTIONS <= answer.allowed and answer.allowed:
            yield self._excess(
                Extent.ANYTHING, "every public address, on every port", "",
                sender, answer, answer.allowed,
            )  # fmt: skip
            return
        whole = answer.partition.flows
        allowed = answer.allowed - self._needed.flows
        anywhere = allowed & allowed.every(
            Field.DESTINATION, whole.project(Field.DESTINATION)
        )
        yield from self._by_address(sender, answer, allowed, anywhere)
        seen: set[tuple[str, FlowSet]] = set()
        for candidate in self._candidates(sender, answer):
            key = (candidate.text, candidate.services)
            # Where every address is open, a rule for some of them opens no more.
            if key not in seen and not whole & candidate.services <= anywhere:
                seen.add(key)
                yield from self._by_rule(sender, candidate)

    def _candidates(self, sender: Sender, answer: Answer) -> Iterator[Candidate]:
        fabric = self._case.snapshot.fabric
        passed = {id_ for way in answer.branches for id_ in way.firewalls}
        for firewall in fabric.firewalls:
            if firewall.id in passed:
                yield from of_firewall(firewall)
        subnets = {each.id: each for each in fabric.subnets}
        wanted: set[str | None] = set()
        for start in self._case.paths.starts(sender.end):
            subnet = subnets.get(start.subnet or "")
            wanted.add(subnet.security_group.value if subnet else None)
            wanted.add(start.pool.nic_security_group.value if start.pool else None)
        for group in fabric.security_groups:
            if group.id in wanted:
                yield from of_group(group)

    def _by_address(
        self, sender: Sender, answer: Answer, allowed: FlowSet, anywhere: FlowSet
    ) -> Iterator[Excess]:
        """Yield what is reached by address alone, without a name."""
        whole = answer.partition.flows
        if anywhere:
            yield self._excess(
                Extent.ANY_DESTINATION, "every public address", _services(anywhere),
                sender, answer, anywhere,
            )  # fmt: skip
        if self._narrowest < Extent.WIDE:
            return
        by_rule: dict[object, FlowSet] = {}
        for number, box in enumerate((allowed - anywhere).boxes()):
            part = FlowSet.from_box(box)
            hop = self._let_by(answer, part) if number < MOST_BOXES else None
            key = hop.rule if hop else None
            by_rule[key] = by_rule.get(key, FlowSet.empty()) | part
        for part in by_rule.values():
            spans = part.project(Field.DESTINATION).values()
            count = sum(last - first + 1 for each in spans for first, last in each)
            extent = Extent.WIDE if count > WIDE else Extent.SINGLE
            text = "; ".join(services_text_of(part, whole))
            yield self._excess(extent, text, "", sender, answer, part)
        yield from self._not_known(sender, answer)

    def _not_known(self, sender: Sender, answer: Answer) -> Iterator[Excess]:
        """Yield that it is not known what passes, where no rule is the reason."""
        witness = answer.unknown.witness()
        if witness is None:
            return
        for hop in self._case.paths.explain(answer, witness):
            if hop.verdict is Verdict.UNKNOWN and hop.rule is None:
                item = self._excess(
                    Extent.WIDE, "it is not known what else", "",
                    sender, answer, answer.unknown,
                )  # fmt: skip
                why = (f"{hop.layer.value} {hop.at}: {hop.says}",)
                placed_hop = placed(self._case, hop)
                yield replace(item, verdict=Verdict.UNKNOWN, why=why, let_by=placed_hop)
                return

    def _by_rule(self, sender: Sender, candidate: Candidate) -> Iterator[Excess]:
        """Yield what a rule is about, if it passes and is not needed."""
        if candidate.name_tag:
            if self._narrowest >= Extent.PLATFORM:
                yield from self._by_name_tag(sender, candidate)
            return
        extent = self._extent(candidate)
        if extent > self._narrowest or self._needed.covers(candidate):
            return
        answer = asked(self._case, sender, candidate.end, candidate.services)
        passing = answer.allowed or answer.unknown
        if not passing:
            return
        why = (*self._shared(candidate), *self._needed.reasons(candidate))
        text = "every name" if candidate.name == "*" else candidate.text
        item = self._excess(extent, text, _services(passing), sender, answer, passing)
        yield replace(item, why=why)

    def _extent(self, candidate: Candidate) -> Extent:
        if candidate.name == "*":
            return Extent.ANY_DESTINATION
        if self._shared(candidate):
            return Extent.SHARED
        if candidate.tag or "*" in candidate.name:
            return Extent.WIDE
        return Extent.SINGLE

    def _by_name_tag(self, sender: Sender, candidate: Candidate) -> Iterator[Excess]:
        """Yield the names of a firewall's tag that are not needed."""
        names = tag_names(candidate.name_tag)
        spare = [name for name in names if not self._needed.names(name)]
        text = f"the name tag {candidate.name_tag}"
        if not names:
            answer = asked(self._case, sender, InternetEnd(), candidate.services)
            item = self._excess(
                Extent.PLATFORM, text, _services(candidate.services),
                sender, answer, answer.unknown,
            )  # fmt: skip
            why = ("which names it holds is not known here",)
            yield replace(item, verdict=Verdict.UNKNOWN, why=why)
            return
        for name in spare[:1]:
            example = NameEnd(name.replace(REGION, ANY).replace("*", ANY))
            answer = asked(self._case, sender, example, candidate.services)
            if answer.allowed:
                region = self._needed.region or REGION
                shown = ", ".join(spare[:FEW]).replace(REGION, region)
                why = (f"{len(spare)} of its names are not needed, such as {shown}",)
                item = self._excess(
                    Extent.PLATFORM, text, _services(answer.allowed),
                    sender, answer, answer.allowed,
                )  # fmt: skip
                yield replace(item, why=why)

    def _shared(self, candidate: Candidate) -> tuple[str, ...]:
        return tuple(
            each.why
            for each in self._listed.shared
            if (candidate.tag and each.holds_tag(candidate.tag))
            or (candidate.name and each.holds_name(candidate.name))
        )

    def _excess(
        self,
        extent: Extent,
        text: str,
        services: str,
        sender: Sender,
        answer: Answer,
        flows: FlowSet,
    ) -> Excess:
        verdict = Verdict.ALLOWED if flows & answer.allowed else Verdict.UNKNOWN
        hop = self._let_by(answer, flows)
        return Excess(extent, text, services, (sender.name,), verdict, hop)

    def _let_by(self, answer: Answer, flows: FlowSet) -> Hop | None:
        witness = flows.witness()
        if witness is None:
            return None
        hops = self._case.paths.explain(answer, witness)
        return let_by(tuple(placed(self._case, hop) for hop in hops))


def _services(flows: FlowSet) -> str:
    return "; ".join(service_text(service) for service in services_of(flows))
