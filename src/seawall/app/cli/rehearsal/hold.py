"""Holds a rehearsal: builds the twin, sends packets, compares."""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from seawall.query.rehearsal.answer import Rehearsal
from seawall.query.rehearsal.conclude import concluded
from seawall.query.rehearsal.prepare import Prepared
from seawall.twin.kernel.filters import Counted
from seawall.twin.plan import Outcome, Probe, ProbeKind
from seawall.twin.probing.asking import Pace
from seawall.twin.running import Twin, raised


@dataclass(frozen=True, slots=True)
class Held:
    """A rehearsal that was held.

    Attributes:
        found: What it showed.
        seconds: How long building took, and sending all packets.
    """

    found: Rehearsal
    seconds: tuple[float, float]


def hold(
    prepared: Prepared,
    *,
    record: Path | None = None,
    then: Callable[[Twin], None] | None = None,
) -> Held:
    """Build a twin, send all packets, compare, and take it down.

    Args:
        prepared: The rehearsal.
        record: A folder for what every device sees meanwhile.
        then: What to do with the twin before it goes.

    Raises:
        TwinError: The twin cannot be built; says why and what to do.
    """
    begun = time.monotonic()
    with raised(prepared.plan) as twin:
        built = time.monotonic()
        with ExitStack() as stack:
            if record is not None:
                record.mkdir(parents=True, exist_ok=True)
                stack.enter_context(twin.recorded(record))
            outcomes = _asked(twin, prepared.plan.probes)
        sent = time.monotonic()
        met = _packets(twin.counted())
        found = concluded(prepared, outcomes, met, _again(twin))
        if then is not None:
            then(twin)
    return Held(found, (built - begun, sent - built))


def _asked(twin: Twin, probes: Iterable[Probe]) -> list[Outcome]:
    """Send all probes; those that speak TLS, HTTP or DNS later, few at once.

    Proxies and stands live in one process, and what they do takes it long.
    """
    listed = list(probes)
    spoken = [it for it in listed if it.kind in _SPOKEN]
    later = set(spoken)
    plain = [it for it in listed if it not in later]
    return [*twin.probe(plain), *(twin.probe(spoken, _SLOWLY) if spoken else ())]


_SPOKEN = (ProbeKind.TLS, ProbeKind.HTTP, ProbeKind.DNS)
_SLOWLY = Pace(wait_s=6.0, at_once=12, times=2)


def _again(twin: Twin) -> Callable[[Sequence[Probe]], Iterable[str]]:
    """Return what sends probes once more and tells which rules took packets of them."""

    def again(probes: Sequence[Probe]) -> list[str]:
        before = by_rule(twin.counted())
        twin.probe(probes)
        after = by_rule(twin.counted())
        return [key[2] for key, packets in after.items() if packets > before[key]]

    return again


def by_rule(counted: Iterable[Counted]) -> Counter[tuple[str, str, str]]:
    """Return how many packets each rule of each chain took; it may be several lines."""
    found: Counter[tuple[str, str, str]] = Counter()
    for item in counted:
        found[item.space, item.chain, item.comment] += item.packets
    return found


def _packets(counted: Iterable[Counted]) -> Counter[str]:
    found: Counter[str] = Counter()
    for item in counted:
        found[item.comment] += item.packets
    return found
