"""What one place says about packets, and how several sayings become one answer."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from seawall.flowspace import FlowSet
from seawall.model.origin import Origin
from seawall.model.trace import DecidingRule, Verdict

NOTHING = FlowSet.empty()
EVERYTHING = FlowSet.everything()


class Said(NamedTuple):
    """Why a place decides as it does about one packet.

    Attributes:
        says: What happens, as a clause.
        rule: What decided, or None.
        source: The document that says so.
    """

    says: str
    rule: DecidingRule | None
    source: str


Saying = Callable[[FlowSet, Verdict], Said]
"""From the headers that one packet may have here, and the verdict, to the reason."""


@dataclass(frozen=True, slots=True)
class Partition:
    """A set of flows, split by what becomes of them.

    Attributes:
        allowed: Surely passes.
        denied: Surely does not.
        unknown: Not known, for want of an input or a documented rule.
    """

    allowed: FlowSet = NOTHING
    denied: FlowSet = NOTHING
    unknown: FlowSet = NOTHING

    @property
    def flows(self) -> FlowSet:
        """All flows of the three parts."""
        return self.allowed | self.denied | self.unknown

    def __and__(self, flows: FlowSet) -> "Partition":
        return Partition(
            self.allowed & flows, self.denied & flows, self.unknown & flows
        )

    def verdict(self) -> Verdict:
        """Return the verdict of all flows together: unknown where they differ."""
        if not self.denied and not self.unknown:
            return Verdict.ALLOWED
        if not self.allowed and not self.unknown:
            return Verdict.DENIED
        return Verdict.UNKNOWN


def agreed(parts: Iterable[Partition]) -> Partition:
    """Put together what the choices of the platform lead to.

    A flow keeps a verdict if every choice that it is in says so, else it is unknown;
    parts without common flows are simply united.
    """
    listed = list(parts)
    if len(listed) == 1:
        return listed[0]
    allowed = FlowSet.union_of(part.allowed for part in listed)
    denied = FlowSet.union_of(part.denied for part in listed)
    unknown = FlowSet.union_of(part.unknown for part in listed) | (allowed & denied)
    return Partition(allowed - unknown, denied - unknown, unknown)


@dataclass(frozen=True, slots=True)
class Ruling:
    """What one place decides about every header that could arrive there.

    Attributes:
        denied: Surely dropped here.
        unknown: Not known here; disjoint from *denied*.
        say: Tells why, for one packet.
    """

    denied: FlowSet
    unknown: FlowSet
    say: Saying

    @classmethod
    def passing(cls, says: str, source: str = "") -> "Ruling":
        """Return the ruling of a place that lets everything through."""
        return cls(NOTHING, NOTHING, constant(says, source))

    @classmethod
    def denying(
        cls, says: str, source: str, rule: DecidingRule | None = None
    ) -> "Ruling":
        """Return the ruling of a place that lets nothing through."""
        return cls(EVERYTHING, NOTHING, constant(says, source, rule))

    @classmethod
    def not_known(
        cls, says: str, source: str = "", rule: DecidingRule | None = None
    ) -> "Ruling":
        """Return the ruling of a place that the input does not describe."""
        return cls(NOTHING, EVERYTHING, constant(says, source, rule))


def constant(says: str, source: str, rule: DecidingRule | None = None) -> Saying:
    """Return a saying that is the same for every packet."""
    said = Said(says, rule, source)
    return lambda _headers, _verdict: said


@dataclass(frozen=True, slots=True)
class Matcher:
    """One rule of a first-match list, compiled.

    Attributes:
        sure: The headers that it surely matches.
        possible: Those that it may match; holds *sure*.
        allows: What it does with them.
        name: As a person knows it.
        origin: Where it stands.
        order: Rules of equal order have no order among themselves.
        doubt: What is missing to know where it matches, as a clause; often empty.
    """

    sure: FlowSet
    possible: FlowSet
    allows: bool
    name: str
    origin: Origin | None
    order: Hashable = None
    doubt: str = ""


class Outcome(NamedTuple):
    """What a first-match list may do with each header.

    Attributes:
        may_allow: A rule that allows may be the first that matches.
        may_deny: A rule that denies may be.
        left: No rule surely matches.
    """

    may_allow: FlowSet
    may_deny: FlowSet
    left: FlowSet

    @property
    def undecided(self) -> FlowSet:
        """The headers for which the rules that may match disagree."""
        return self.may_allow & self.may_deny


def first_match(matchers: Sequence[Matcher], among: FlowSet = EVERYTHING) -> Outcome:
    """Follow an ordered list of rules of which some only may match.

    Args:
        matchers: In order; those of equal order next to each other.
        among: The headers that come to the list.

    Complexity: about four set operations a rule.
    """
    allowing: list[FlowSet] = []
    denying: list[FlowSet] = []
    left = among
    taken = NOTHING
    before: Hashable = object()
    for matcher in matchers:
        if matcher.order != before:
            left -= taken
            taken = NOTHING
            before = matcher.order
            if not left:
                break
        hit = left & matcher.possible
        if hit:
            (allowing if matcher.allows else denying).append(hit)
            taken |= matcher.sure
    return Outcome(FlowSet.union_of(allowing), FlowSet.union_of(denying), left - taken)


def deciding(
    matchers: Sequence[Matcher], headers: FlowSet, verdict: Verdict
) -> Matcher | None:
    """Return the rule that decides about headers which share a verdict.

    Args:
        matchers: In order.
        headers: Those that one packet may have here, already narrowed to the verdict.
        verdict: What the list says about them.

    Returns:
        The first rule that matches, one that surely does before one that may; where
        the verdict is unknown the first that only may match. None if no rule matches.
    """
    perhaps: Matcher | None = None
    for matcher in matchers:
        if verdict is Verdict.UNKNOWN:
            if headers & (matcher.possible - matcher.sure):
                return matcher
            continue
        wanted = verdict is Verdict.ALLOWED
        if matcher.allows is wanted and headers & matcher.sure:
            return matcher
        if matcher.allows is wanted and headers & matcher.possible:
            perhaps = perhaps or matcher
        headers -= matcher.sure
        if not headers:
            break
    if verdict is Verdict.UNKNOWN:
        return next((each for each in matchers if headers & each.possible), None)
    return perhaps
