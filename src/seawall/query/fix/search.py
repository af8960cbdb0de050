"""Finds changes after which a question is allowed, by mending blocker after blocker.

Whatever is offered was asked again with the changes in place: every packet of the
question arrives, and its reply returns.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from seawall.flowspace import FlowSet
from seawall.model.end import AddressEnd, End, InternetEnd, NameEnd, PodEnd
from seawall.model.policy import Direction
from seawall.model.trace import Layer, Reply, Verdict
from seawall.model.workload import Workload
from seawall.query.ask import Asked, ask
from seawall.query.case import Case
from seawall.query.fix.admission import POLICIES, Admission, admissions_of
from seawall.query.fix.by_hand import by_hand
from seawall.query.fix.change import Advice, Change
from seawall.query.fix.effects import OPENING, Effect, policy_effects
from seawall.query.fix.firewall import firewall_rules_for
from seawall.query.fix.group import FILTERS, rules_for
from seawall.query.fix.names import LinkChange, linked
from seawall.query.fix.network_effects import Asking, network_effects
from seawall.query.fix.network_policy import sentence
from seawall.query.fix.policy import admitting
from seawall.query.fix.resource import resource_rules_for
from seawall.query.fix.route import routes_back, routes_for
from seawall.query.services import asked_services
from seawall.query.trace.blockers import Blocker, blockers_of
from seawall.query.words.port import PortText

ROUNDS = 6
"""What hides behind what was mended is looked for so many times."""

MENDED = (*FILTERS, *POLICIES, Layer.FIREWALL, Layer.RESOURCE_FIREWALL)
"""What has candidates, or advice, of its own."""

DOOR = (
    "let clients in at what the reply passes too: an internal load balancer behind "
    "DNAT of the firewall, or an application gateway"
)
"""Source: AKS docs, limit-egress-traffic; Azure docs, firewall integrate-lb."""

CHANGES_THE_WAY = (Layer.NAME, Layer.ROUTE)
"""Mended first: afterwards packets may take another way altogether."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is to be allowed.

    Attributes:
        pairs: Pairs of ends.
        port: The services asked about.
        whole: Whether every packet must arrive; if not, it is about the reply alone.
    """

    pairs: tuple[tuple[End, End], ...]
    port: PortText
    whole: bool = True

    def asked(self, case: Case) -> tuple[Asked, ...]:
        """Return the answers of a case."""
        return tuple(ask(case, *pair, self.port) for pair in self.pairs)


@dataclass(frozen=True)
class Fix:
    """Changes after which every packet of a question arrives.

    Attributes:
        changes: All are needed.
        before: The case that was asked.
        after: The case with the changes in it.
        question: What was asked, and holds now.
        admissions: What its policies admit, as they were asked for.
    """

    changes: tuple[Change, ...]
    before: Case
    after: Case
    question: Question
    admissions: tuple[Admission, ...] = ()

    @cached_property
    def effects(self) -> tuple[Effect, ...]:
        """What else it opens or closes."""
        found = list(policy_effects(self.before, self.after, self.admissions))
        if self.admissions:
            found += self._for_other_pods()
        touched = [item.touches for item in self.changes if item.touches]
        if touched:
            pairs, port = self.question.pairs, self.question.port
            services = FlowSet.union_of(asked_services(port, end) for _, end in pairs)
            also = tuple(
                NameEnd(name)
                for item in self.changes
                if isinstance(item, LinkChange)
                for name in item.other_names(self.before.snapshot, pairs)
            )
            asking = Asking(self.before, self.after, pairs, services, also)
            found += network_effects(asking, touched)
        return tuple(dict.fromkeys(found))

    def _for_other_pods(self) -> Iterator[Effect]:
        """Yield what pods get that a question about single pods did not mean.

        A policy selects by labels, and the pods of a workload have the same.
        """
        whole = {item.label: item for item in self.before.workloads}
        for source, target in self.question.pairs:
            flows = asked_services(self.question.port, target)
            if others := _other_pods(source, whole):
                yield Effect("opens", others, str(target), flows)
            if others := _other_pods(target, whole):
                yield Effect("opens", str(source), others, flows)

    @cached_property
    def remains(self) -> tuple[str, ...]:
        """What keeps the answer unknown all the same, because no input speaks of it."""
        return tuple(
            dict.fromkeys(
                item.hop.says
                for pair in self.question.asked(self.after)
                for item in blockers_of(self.after, pair)
                if item.is_absence
            )
        )

    @property
    def opens(self) -> tuple[Effect, ...]:
        """What it opens, or may open, beside the question."""
        return tuple(item for item in self.effects if item.kind in OPENING)

    @property
    def closes(self) -> tuple[Effect, ...]:
        """What it closes, or may close, beside the question."""
        return tuple(item for item in self.effects if item.kind not in OPENING)


def _other_pods(end: End, whole: Mapping[str, Workload]) -> str:
    """Return in words the pods of a workload that an end leaves out, if it does."""
    if not isinstance(end, PodEnd) or not end.workload.pods:
        return ""
    known = whole.get(end.workload.label)
    if known is None or len(known.pods) <= len(end.workload.pods):
        return ""
    return f"the other pods of {known.label}"


@dataclass(slots=True)
class Search:
    """What was found for a question.

    Attributes:
        fix: The changes; None if there are none that can be proved.
        cuts: Changes that deny it, those that close least beside it first.
        advice: What else would help, or what stands in the way of a fix.
    """

    fix: Fix | None = None
    cuts: list[Fix] = field(default_factory=list)
    advice: list[Advice] = field(default_factory=list)


def search(case: Case, question: Question, asked: tuple[Asked, ...]) -> Search:
    """Return changes that open a question, or what stands in their way.

    Args:
        case: What is asked.
        question: The question.
        asked: Its answers.

    Complexity: one more answer for each round and change, and one compilation of what
    each change touches.
    """
    found = Search()
    changes: list[Change] = []
    admissions: list[Admission] = []
    now, answers = case, asked
    for _ in range(ROUNDS):
        if is_open(now, question, answers):
            found.fix = _smallest(case, question, tuple(changes), now)
            found.fix = replace(found.fix, admissions=tuple(admissions))
            return found
        found.advice.clear()
        turn = _Round(now, found, question.whole)
        turn.mend(answers, question.port)
        if not turn.changes:
            return found
        changes += turn.changes
        admissions += turn.admissions
        now, answers = turn.case, question.asked(turn.case)
    says = "one thing after another blocks it; mend the first, and ask again"
    found.advice.append(Advice(Layer.ROUTE, "", says))
    return found


def is_open(case: Case, question: Question, answers: Iterable[Asked]) -> bool:
    """Whether every packet of every pair arrives and its reply returns.

    What comes to a door and is not for the end that is asked about is no part of the
    question.
    """
    return all(_is_open(case, question, pair) for pair in answers)


def _is_open(case: Case, question: Question, pair: Asked) -> bool:
    if pair.verdict is Verdict.ALLOWED and not question.whole:
        return _returns(case, pair)
    blockers = blockers_of(case, pair)
    if blockers:
        # Where the input holds no network, what it does hold is all that can be open.
        return all(item.is_absence for item in blockers)
    return pair.verdict is Verdict.ALLOWED and _returns(case, pair)


def _returns(case: Case, pair: Asked) -> bool:
    """Whether the reply returns on every way that packets take."""
    for way in pair.answer.branches:
        header = (way.flows & pair.partition.allowed).witness()
        if header is None:
            continue
        reply, _ = case.paths.replies(pair.answer, header)
        if reply is not Reply.RETURNS:
            return False
    return True


@dataclass(slots=True)
class _Round:
    """One pass over what blocks, with the changes that it led to.

    Attributes:
        case: The case with all changes so far.
        found: Where advice goes.
        whole: Whether every packet must arrive.
        changes: The changes of this pass.
        admissions: What its policies admit.
    """

    case: Case
    found: Search
    whole: bool
    changes: list[Change] = field(default_factory=list)
    admissions: list[Admission] = field(default_factory=list)

    def add(self, change: Change, after: Case | None = None) -> None:
        """Take in a change, and the case with it if that is at hand."""
        if change in self.changes:
            return
        self.changes.append(change)
        self.case = after or self.case.changed(change.applied(self.case.snapshot))

    def mend(self, answers: Iterable[Asked], port: PortText) -> None:
        """Take in changes for what blocks packets between some ends."""
        blocked: list[tuple[Blocker, FlowSet]] = []
        for pair in answers:
            blockers: tuple[Blocker, ...] = ()
            if self.whole or pair.verdict is not Verdict.ALLOWED:
                blockers = blockers_of(self.case, pair)
            blocked += [(item, pair.partition.flows) for item in blockers]
            self._mend_way(pair, blockers, port)
        if not self.changes:
            first = [it for it in blocked if it[0].hop.layer in CHANGES_THE_WAY]
            self._mend(first or blocked)

    def _mend_way(
        self, pair: Asked, blockers: Iterable[Blocker], port: PortText
    ) -> None:
        """Take in changes after which packets take another way."""
        layers = {item.hop.layer for item in blockers}
        if layers & {Layer.NAME, Layer.RESOURCE_FIREWALL}:
            link = linked(self.case, pair)
            if link is not None:
                self.add(link)
                return
        for blocker in blockers:
            if blocker.hop.layer is Layer.ROUTE:
                for change in routes_for(self.case, pair, blocker, port):
                    self.add(change)
        if not layers:
            back = routes_back(self.case, pair, port)
            for change in back:
                self.add(change)
            if not back:
                self.found.advice += _for_reply(pair)

    def _take(self, items: Iterable[Change | Advice]) -> None:
        for item in items:
            if isinstance(item, Advice):
                self.found.advice.append(item)
            else:
                self.add(item)

    def _mend(self, blocked: list[tuple[Blocker, FlowSet]]) -> None:
        for admissions in admissions_of(blocked):
            made = admitting(self.case, admissions)
            if made is not None:
                self.add(*made)
                self.admissions += admissions
                continue
            near, direction = admissions[0].near, admissions[0].direction
            outward = direction is Direction.EGRESS
            layer = Layer.POLICY_EGRESS if outward else Layer.POLICY_INGRESS
            says = "no policy that could be written admits it: " + sentence(admissions)
            self.found.advice.append(Advice(layer, near.label, says))
        filters = [it for it in blocked if it[0].hop.layer in FILTERS]
        self._take(rules_for(self.case.snapshot, filters))
        firewalls = [it for it in blocked if it[0].hop.layer is Layer.FIREWALL]
        self._take(firewall_rules_for(self.case, firewalls))
        services = [it for it, _ in blocked if it.hop.layer is Layer.RESOURCE_FIREWALL]
        self._take(resource_rules_for(self.case, services))
        for blocker, _ in blocked:
            hop = blocker.hop
            if hop.layer not in MENDED and not blocker.is_absence:
                self.found.advice.append(Advice(hop.layer, hop.at, by_hand(hop)))


def _for_reply(pair: Asked) -> Iterable[Advice]:
    if pair.reply not in (Reply.LOST, Reply.UNKNOWN):
        return
    for hop in pair.back:
        if hop.verdict is not Verdict.ALLOWED:
            says = hop.says
            if isinstance(pair.source, InternetEnd | AddressEnd):
                says = f"{says}; {DOOR}"
            yield Advice(hop.layer, hop.at, says)


def _smallest(
    case: Case, question: Question, changes: tuple[Change, ...], after: Case
) -> Fix:
    """Return the fix without what it does not need."""
    kept = list(changes)
    if len(kept) > 1:
        for change in changes:
            less = [item for item in kept if item is not change]
            trial = applied(case, less)
            if is_open(trial, question, question.asked(trial)):
                kept, after = less, trial
    return Fix(tuple(kept), case, after, question)


def applied(case: Case, changes: Iterable[Change]) -> Case:
    """Return the case with changes in it."""
    for change in changes:
        case = case.changed(change.applied(case.snapshot))
    return case
