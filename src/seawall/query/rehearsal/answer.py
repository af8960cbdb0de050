"""What packets did beside what was proved: how far both agree, and where not."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from ipaddress import ip_address

from seawall.model.address import AddressRange
from seawall.model.trace import Verdict
from seawall.query.rehearsal.expecting import Expectation, Expectations, Reason
from seawall.twin.gaps import Gap
from seawall.twin.line import Written
from seawall.twin.plan import Outcome, Result
from seawall.twin.sampling.questions import Question


class Agreement(Enum):
    """How a packet compares with what was proved of it."""

    AGREED = "agreed"
    DISAGREED = "disagreed"
    NOT_COMPARED = "not compared"
    """The engine does not know: no packet can show that wrong."""
    NOT_SHOWN = "not shown"
    """Something on its way is not drawn in the twin: see the gaps."""
    UNPROVED = "unproved"
    """Nothing came back, and nothing shows that it would have."""


@dataclass(frozen=True, slots=True)
class Compared:
    """One packet.

    Attributes:
        question: What was sent.
        expected: What should become of it.
        outcome: What did.
        agreement: How the two compare.
        differs: What differs, as a clause; empty where nothing does.
    """

    question: Question
    expected: Expectation
    outcome: Outcome
    agreement: Agreement
    differs: str = ""


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A packet that did not do what was proved, with both explanations.

    Attributes:
        compared: The packet.
        reasons: Why the engine says so.
        met: The rules of the packet filter that it met when it was sent again.
    """

    compared: Compared
    reasons: tuple[Reason, ...]
    met: tuple[Written, ...]


@dataclass(frozen=True, slots=True)
class Idle:
    """A rule of the input that no packet met, and why not."""

    rule: Written
    why: str


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """The whole comparison.

    Attributes:
        compared: Each packet, in the order in which they were sent.
        disagreements: Those that disagree, explained; at most so many as were asked.
        idle: Rules of the input that no packet met, each with the reason.
        rules: How many rules of the input there are.
        gaps: What the twin does not show.
        left_out: What of the input has no part in the twin, as clauses.
        unclear: Why packets are not compared, each with how many of those that were
            looked at; the most frequent first.
    """

    compared: tuple[Compared, ...]
    disagreements: tuple[Disagreement, ...]
    idle: tuple[Idle, ...]
    rules: int
    gaps: tuple[Gap, ...]
    left_out: tuple[str, ...] = ()
    unclear: tuple[tuple[str, int], ...] = ()

    def count(self, agreement: Agreement) -> int:
        """Return how many packets compare so."""
        return sum(item.agreement is agreement for item in self.compared)


def compared(
    questions: Sequence[Question],
    outcomes: Mapping[int, Outcome],
    expectations: Expectations,
    is_blind: Callable[[Question], bool],
) -> tuple[Compared, ...]:
    """Return what each packet did beside what was proved of it.

    Args:
        questions: What was sent; the number of each is its place, from 1.
        outcomes: What came back, by number.
        expectations: Tells what was proved.
        is_blind: Whether the twin cannot show what becomes of a packet.
    """
    return tuple(
        compare(
            question,
            expectations.of(question),
            outcomes[number],
            is_blind=is_blind(question),
        )
        for number, question in enumerate(questions, 1)
    )


def compare(
    question: Question,
    expected: Expectation,
    outcome: Outcome,
    *,
    is_blind: bool = False,
) -> Compared:
    """Return how one packet compares."""
    agreement, differs = _agreement(expected, outcome)
    if is_blind and agreement is not Agreement.NOT_COMPARED:
        agreement, differs = Agreement.NOT_SHOWN, ""
    return Compared(question, expected, outcome, agreement, differs)


def _agreement(expected: Expectation, outcome: Outcome) -> tuple[Agreement, str]:
    if expected.verdict is Verdict.UNKNOWN:
        return Agreement.NOT_COMPARED, ""
    if outcome.result is Result.UNPROVED:
        return Agreement.UNPROVED, ""
    came_back = outcome.result is Result.ANSWERED
    if came_back is not expected.answers:
        wanted = "an answer" if expected.answers else "none"
        seen = "one came" if came_back else f"it was {outcome.result.value}"
        return Agreement.DISAGREED, f"{wanted} was expected, and {seen}"
    if came_back and expected.named is not None:
        return _names_agree(expected.named, outcome)
    if came_back and expected.sources and outcome.seen_source:
        at = ip_address(outcome.seen_source)
        if not any(at in item for item in expected.sources):
            named = ranges_text(expected.sources)
            return (
                Agreement.DISAGREED,
                f"it should be seen as {named}, and was seen as {at}",
            )
    return Agreement.AGREED, ""


def _names_agree(
    named: tuple[AddressRange, ...], outcome: Outcome
) -> tuple[Agreement, str]:
    """Return how the addresses compare that a name was resolved to."""
    found = [ip_address(at) for at in outcome.addresses]
    if bool(found) is bool(named) and all(
        any(at in item for item in named) for at in found
    ):
        return Agreement.AGREED, ""
    wanted = f"resolve to {ranges_text(named)}" if named else "not resolve"
    seen = ", ".join(outcome.addresses) or "nothing"
    return Agreement.DISAGREED, f"it should {wanted}, and resolved to {seen}"


def ranges_text(ranges: Iterable[AddressRange]) -> str:
    """Return ranges as a person reads them; of many the first few."""
    listed = [str(item) for item in ranges]
    shown = ", ".join(listed[:3])
    return f"{shown} and {len(listed) - 3} more" if len(listed) > 3 else shown  # noqa: PLR2004


def idle_rules(
    written: Mapping[str, Written], met: Mapping[str, int]
) -> tuple[Written, ...]:
    """Return the rules of the input that no packet met.

    Args:
        written: Every rule that was compiled, by id.
        met: How many packets met each, by id; those that none met may lack.
    """
    return tuple(
        item
        for id_, item in written.items()
        if item.origin is not None and not met.get(id_)
    )
