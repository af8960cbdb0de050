"""What became of one packet, and how outcomes are put together."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import NamedTuple, Protocol

from seawall.model.address import Address, AddressRange
from seawall.model.network import Subnet
from seawall.model.trace import Layer, Verdict
from seawall.reference.match import agreed


class Choice(Protocol):
    """Supplies what the platform would choose, so that nothing here quantifies."""

    def address(self, what: str, options: tuple[AddressRange, ...]) -> Address:
        """Return one address of *options*."""

    def port(self) -> int:
        """Return a source port."""


class Step(NamedTuple):
    """One stage: its kind, where it is, what it says, and by which rule."""

    layer: Layer
    at: str
    verdict: Verdict
    rule: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What becomes of one packet.

    Attributes:
        verdict: Denied if any stage denies, else unknown if any does not know.
        steps: The stages in order; of several ways those of the first not denied.
        passed: The ids of the firewalls that it passed with its last source address.
        arrival: The subnet that answers, and the source address as it arrived; None
            where no route decides about the answer.
    """

    verdict: Verdict
    steps: tuple[Step, ...] = ()
    passed: tuple[str, ...] = ()
    arrival: tuple[Subnet, Address] | None = None


ARRIVED = Outcome(Verdict.ALLOWED)


def then(step: Step, rest: Outcome = ARRIVED) -> Outcome:
    """Return the outcome of *step* followed by *rest*.

    Source: docs/semantics/path.md, V1 and V2.
    """
    verdict = step.verdict.then(rest.verdict)
    return replace(rest, verdict=verdict, steps=(step, *rest.steps))


def single(layer: Layer, at: str, verdict: Verdict, rule: str) -> Outcome:
    """Return the outcome of one stage after which nothing follows."""
    return then(Step(layer, at, verdict, rule))


def together(ways: Iterable[Outcome]) -> Outcome:
    """Return the outcome of ways of which it is not known which is taken.

    Source: docs/semantics/path.md, V3 and V5.
    """
    found = list(ways)
    if not found:
        return Outcome(Verdict.UNKNOWN)
    verdict = agreed(item.verdict for item in found)
    # What is denied arrives nowhere, so what arrives is told by a way that is not.
    shown = [item for item in found if item.verdict is not Verdict.DENIED] or found
    return replace(shown[0], verdict=verdict)
