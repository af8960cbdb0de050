"""What packets did beside what was proved."""

from ipaddress import ip_address
from pathlib import Path

import pytest

from seawall.ingest import load
from seawall.model.address import AddressRange
from seawall.model.origin import Origin
from seawall.model.packet import Protocol
from seawall.model.trace import Verdict
from seawall.query.case import Case
from seawall.query.rehearsal.answer import Agreement, compare, idle_rules
from seawall.query.rehearsal.expecting import Expectation, PolicyExpectations
from seawall.query.rehearsal.whole_network import WholeExpectations
from seawall.twin.classes.cast import PlaceStand, PodStand, cast_of
from seawall.twin.line import Written
from seawall.twin.plan import Outcome, Result
from seawall.twin.sampling.questions import Question

CONTOSO = Path(__file__).parents[4] / "examples" / "contoso"
OWN = AddressRange.parse("8.8.8.8")
PLACE = PlaceStand(ip_address("8.8.8.8"), OWN)  # type: ignore[arg-type]
QUESTION = Question(PLACE, PLACE, Protocol.TCP, 80)


def expected(verdict: str, *, answers: bool = False) -> Expectation:
    return Expectation(Verdict(verdict), True, answers, (OWN,))


@pytest.mark.parametrize(
    ("verdict", "result", "agreement"),
    [
        ("allowed", "answered", "agreed"),
        ("allowed", "refused", "disagreed"),
        ("allowed", "unreachable", "disagreed"),
        ("allowed", "silent", "disagreed"),
        ("allowed", "unproved", "unproved"),
        ("denied", "answered", "disagreed"),
        ("denied", "refused", "agreed"),
        ("denied", "unreachable", "agreed"),
        ("denied", "silent", "agreed"),
        ("denied", "unproved", "unproved"),
        ("unknown", "answered", "not compared"),
        ("unknown", "refused", "not compared"),
    ],
)
def test_silence_alone_proves_nothing_and_the_unknown_is_not_compared(
    verdict: str, result: str, agreement: str
) -> None:
    seen = "8.8.8.8" if result == "answered" else ""
    found = compare(
        QUESTION,
        expected(verdict, answers=verdict == "allowed"),
        Outcome(1, Result(result), seen),
    )
    assert found.agreement is Agreement(agreement)
    assert bool(found.differs) is (agreement == "disagreed")


def test_an_answer_to_somebody_else_is_a_disagreement() -> None:
    found = compare(
        QUESTION,
        expected("allowed", answers=True),
        Outcome(1, Result.ANSWERED, "9.9.9.9"),
    )
    assert found.agreement is Agreement.DISAGREED
    assert "seen as 8.8.8.8, and was seen as 9.9.9.9" in found.differs


def test_a_reply_that_is_lost_is_no_answer() -> None:
    found = compare(QUESTION, expected("allowed"), Outcome(1, Result.SILENT))
    assert found.agreement is Agreement.AGREED


def test_rules_of_the_input_that_no_packet_met_are_listed() -> None:
    here = Origin("policies.yaml")
    written = {it: Written(it, it, here) for it in ("r1", "r2", "r3")}
    written["r4"] = Written("r4", "what the twin itself does", None)
    assert [it.id for it in idle_rules(written, {"r1": 3, "r2": 0})] == ["r2", "r3"]


def test_what_the_input_leaves_open_is_asked_of_the_cast() -> None:
    case = Case(load([str(CONTOSO)]))
    cast = cast_of(case.snapshot)
    pods = {stand.workload.name: stand for stand in cast.pods}
    ask = PolicyExpectations(case, cast)
    # That it is a pod decides, wherever it is.
    known = Question(pods["storefront"], pods["catalog"], Protocol.TCP, 8080)
    assert ask.of(known) == Expectation(
        Verdict.ALLOWED,
        of_input=True,
        answers=True,
        sources=(AddressRange.of(pods["storefront"].address),),
    )
    assert ask.why(known)[0].place


def test_the_whole_way_is_asked_with_its_reply_and_source() -> None:
    case = Case(load([str(CONTOSO)]))
    cast = cast_of(case.snapshot, whole=True)
    jumpbox = next(it for it in cast.machines if it.name.endswith("snet-jumpbox"))
    pod: PodStand = cast.pods[0]
    ask = WholeExpectations(case, cast)
    found = ask.of(Question(jumpbox, pod, Protocol.TCP, 4_444))
    assert found.verdict is Verdict.DENIED
    assert not found.answers
    assert ask.why(Question(jumpbox, pod, Protocol.TCP, 4_444))
