"""Sends many probes at once, and judges silence.

Silence is no evidence by itself: a probe that met it is sent once more, together with
its control, and counts as refused only when the control was answered in that round. A
control is a probe of the same path that is known to pass. Where answers take long,
because the machine is busy, silence is given more time before it is believed.
"""

import asyncio
import time
from collections.abc import Iterable
from dataclasses import dataclass, replace

from seawall.twin.kernel.namespaces import Namespaces
from seawall.twin.plan import Outcome, Probe, Result
from seawall.twin.probing.errors import SILENCE, Hindrance, by_errno
from seawall.twin.probing.tries import TRIES, Answered, Hindered

_QUIET_S = 0.05
"""After so long without an answer a probe costs nothing but its patience."""
_OPEN_FILES = 3000
_MOST_TIMES = 6
_LONGEST_WAIT_S = 8.0
_MARGIN = 4
"""Silence is believed after so many times what the slowest answer took."""

NO_CONTROL = "silence, and no control probe that would prove the path"
CONTROL_SILENT = "silence, and the control probe was not answered either"


@dataclass(frozen=True, slots=True)
class Pace:
    """How hard to ask.

    Attributes:
        wait_s: How long an answer may take; longer where controls take long.
        at_once: How many probes are under way together, beside those that have met
            silence and only wait.
        times: How often a probe is sent, at least, before silence is believed.
    """

    wait_s: float = 0.5
    at_once: int = 256
    times: int = 2


async def ask(
    spaces: Namespaces,
    probes: Iterable[Probe],
    known: Iterable[Probe] = (),
    pace: Pace | None = None,
) -> list[Outcome]:
    """Send *probes* and their controls; return what came back, in the same order.

    Args:
        spaces: Where they are sent from.
        probes: What is asked.
        known: Where controls are found that are not asked themselves.
        pace: How hard to ask.
    """
    pace = pace or Pace()
    wanted = {probe.number: probe for probe in probes}
    asked = dict(wanted)
    others = {probe.number: probe for probe in known}
    for probe in wanted.values():
        if probe.control in others:
            asked.setdefault(probe.control, others[probe.control])
    found: dict[int, Outcome] = {}
    last: dict[int, Outcome] = {}
    left = list(asked.values())
    for number in range(1, _MOST_TIMES + 1):
        outcomes = await _round(spaces, left, pace)
        last.update((outcome.probe, outcome) for outcome in outcomes)
        for outcome in outcomes:
            before = found.get(outcome.probe)
            if before is None or before.result is Result.UNPROVED:
                found[outcome.probe] = outcome
        open_ = {p.number for p in left if found[p.number].result is Result.UNPROVED}
        controls = {asked[n].control for n in open_} & set(asked)
        took = [o.took_us for o in outcomes if o.result is Result.ANSWERED]
        busy = max(took, default=0) * _MARGIN > pace.wait_s * 1_000_000
        if not open_ or (number >= pace.times and not busy):
            break
        if busy:
            pace = replace(pace, wait_s=min(pace.wait_s * 2, _LONGEST_WAIT_S))
        left = [probe for n, probe in asked.items() if n in open_ | controls]
    return [_judged(probe, found, last) for probe in wanted.values()]


def _judged(
    probe: Probe, found: dict[int, Outcome], last: dict[int, Outcome]
) -> Outcome:
    outcome = found[probe.number]
    if outcome.detail != SILENCE:
        return outcome
    # What was answered in an earlier round proves nothing about the last one.
    control = last.get(probe.control)
    if control is None:
        return replace(outcome, detail=NO_CONTROL)
    if control.result is not Result.ANSWERED:
        return replace(outcome, detail=CONTROL_SILENT)
    return replace(outcome, result=Result.SILENT)


async def _round(spaces: Namespaces, probes: list[Probe], pace: Pace) -> list[Outcome]:
    """Send each probe once. Probes that fix their source port wait for each other."""
    room = asyncio.Semaphore(_OPEN_FILES)
    gate = asyncio.Semaphore(pace.at_once)
    ports: dict[object, asyncio.Lock] = {}
    loop = asyncio.get_running_loop()

    async def through_gate(probe: Probe) -> Outcome:
        async with room:
            await gate.acquire()
            quiet = loop.call_later(min(_QUIET_S, pace.wait_s), gate.release)
            try:
                return await _once(spaces, probe, pace.wait_s)
            finally:
                if loop.time() < quiet.when() and not quiet.cancelled():
                    quiet.cancel()
                    gate.release()

    async def one(probe: Probe) -> Outcome:
        if not probe.source_port:
            return await through_gate(probe)
        key = (probe.space, probe.kind, probe.source, probe.source_port)
        async with ports.setdefault(key, asyncio.Lock()):
            return await through_gate(probe)

    return list(await asyncio.gather(*(one(probe) for probe in probes)))


async def _once(spaces: Namespaces, probe: Probe, wait_s: float) -> Outcome:
    begin = time.perf_counter()
    try:
        async with asyncio.timeout(wait_s):
            answered = await TRIES[probe.kind](spaces, probe)
        outcome = _heard(probe, answered)
    except Hindered as cause:
        outcome = _hindered(probe, cause.hindrance)
    except TimeoutError:
        outcome = Outcome(probe.number, Result.UNPROVED, detail=SILENCE)
    except OSError as cause:
        outcome = _hindered(probe, by_errno(cause.errno))
    took = int((time.perf_counter() - begin) * 1_000_000)
    return replace(outcome, took_us=took)


def _heard(probe: Probe, answered: Answered) -> Outcome:
    seen = answered.seen
    outcome = Outcome(
        probe.number,
        Result.ANSWERED,
        addresses=answered.addresses,
        detail=answered.detail,
    )
    if seen is None:
        return outcome
    return replace(
        outcome,
        seen_source=seen.source,
        seen_port=seen.port,
        answered_by=seen.space,
        seen_destination=seen.destination,
        seen_name=seen.name,
    )


def _hindered(probe: Probe, hindrance: Hindrance) -> Outcome:
    return Outcome(
        probe.number,
        hindrance.result,
        told_by=hindrance.told_by,
        detail=hindrance.detail,
    )
