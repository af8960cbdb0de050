"""What was proved about names of the twin: whether they resolve, and to what."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from seawall.engine.path import PathModel
from seawall.engine.path.dns.resolution import Answers, Resolution
from seawall.model.address import AddressRange, without
from seawall.model.end import End, NameEnd, ServiceEnd
from seawall.model.packet import Protocol
from seawall.model.pod_dns import DOMAIN
from seawall.model.trace import Verdict
from seawall.query.rehearsal.expecting import Expectation
from seawall.twin.classes.cast import PlaceStand
from seawall.twin.classes.names import NameStand
from seawall.twin.classes.ranges import PRIVATE, SPECIAL
from seawall.twin.sampling.question import Question

PORT = 53
UNKNOWN = Expectation(Verdict.UNKNOWN, of_input=False, answers=False)
_PUBLIC = tuple(without((AddressRange.everything(4),), (*PRIVATE, *SPECIAL)))


def looked_up(
    paths: PathModel,
    question: Question,
    source: End,
    packet: Callable[[Question], Expectation],
) -> Expectation:
    """Return what should become of the question for a name.

    Args:
        paths: The network.
        question: Who asks whom for what.
        source: Who asks, as an end.
        packet: Tells what becomes of a packet.
    """
    target = question.target
    if not isinstance(target, NameStand):
        return UNKNOWN
    legs = tuple(packet(leg) for leg in _legs(question, target))
    for at, leg in enumerate(legs):
        if leg.verdict is Verdict.UNKNOWN:
            return UNKNOWN
        if leg.verdict is Verdict.DENIED or not leg.answers:
            # Who was asked tells at least that whom he asked did not answer.
            return replace(leg, answers=at > 0, sources=(), named=())
    found = _resolution(paths, source, target.name)
    named = None if found is None else _addresses(paths, found)
    if named is None:
        return UNKNOWN
    return Expectation(Verdict.ALLOWED, of_input=False, answers=True, named=named)


def _legs(question: Question, target: NameStand) -> Iterator[Question]:
    helper = target.helper
    if helper.pod is None:
        there = PlaceStand(helper.address, AddressRange.of(helper.address))
        yield Question(question.source, there, Protocol.UDP, PORT)
        return
    if question.source is not helper.pod:
        yield Question(question.source, helper.pod, Protocol.UDP, PORT)
    if helper.upstream is not None and not target.name.endswith(f".{DOMAIN}"):
        there = PlaceStand(helper.upstream, AddressRange.of(helper.upstream))
        yield Question(helper.pod, there, Protocol.UDP, PORT)


def _resolution(paths: PathModel, source: End, name: str) -> Resolution | None:
    """Return the answer; None where it is not known, or not one for all pools."""
    answers = [
        paths.asking.resolved(start, NameEnd(f"{name}."))
        for start in paths.starts(source)
    ]
    if len({it.gist for it in answers}) != 1:
        return None
    found = answers[0]
    return None if found.doubt or found.answer is Answers.UNKNOWN else found


def resolution_text(paths: PathModel, source: End, name: str) -> str:
    """Return why a name resolves as it does, as a clause."""
    found = _resolution(paths, source, name)
    return f"{name}: {found.says}" if found is not None else f"{name}: not known"


def _addresses(paths: PathModel, found: Resolution) -> tuple[AddressRange, ...] | None:
    """Return the addresses that the answer holds; None where they are not known."""
    if found.answer is Answers.NOTHING:
        return ()
    if found.answer is Answers.PUBLIC:
        return _PUBLIC
    if found.answer is Answers.PRIVATE:
        return None if found.endpoints or found.somewhere else found.addresses.ranges
    end = found.end
    if not isinstance(end, ServiceEnd) or end.service.endpoints is not None:
        return None
    if not end.service.headless:
        return tuple(map(AddressRange.of, end.service.cluster_addresses)) or None
    behind = paths.walker.entrances.backends.of(end.service)
    return tuple(
        AddressRange.of(at) for it in behind for pod in it.pods for at in pod.addresses
    )
