"""Rehearses a change: the old network becomes the new one, and is asked again."""

from seawall.query.rehearsal.change import (
    Change,
    Standing,
    change_of,
    common_probes,
    is_unmoved,
    standing_of,
)
from seawall.query.rehearsal.prepare import Prepared
from seawall.twin.plan import ProbeKind, Result
from seawall.twin.running import Twin, raised

MOST_LIVE = 500
"""Connections that are held open over the change, at most."""


def alter(old: Prepared, new: Prepared) -> Change:
    """Build the old twin, let it become the new one, and return what that did.

    Raises:
        TwinError: The twin cannot be built; says why and what to do.
    """
    with raised(old.plan) as twin:
        return alter_running(twin, standing_of(old), new)


def alter_running(twin: Twin, old: Standing, new: Prepared) -> Change:
    """Let a twin that stands become the new one, and return what that did.

    Raises:
        TwinError: It cannot become so; says why and what to do.
    """
    common = common_probes(old, new)
    first = [probe for _, probe, _ in common]
    before = {outcome.probe: outcome for outcome in twin.probe(first)}
    steady = [
        one
        for _, one, two in common
        if one.kind is ProbeKind.TCP
        and is_unmoved(one, two)
        and before[one.number].result is Result.ANSWERED
    ]
    held = {
        outcome.probe
        for outcome in twin.hold(steady[:MOST_LIVE])
        if outcome.result is Result.ANSWERED
    }
    twin.become(new.plan)
    live = {it.probe: it for it in twin.held() if it.probe in held}
    second = [probe for _, _, probe in common]
    after = {outcome.probe: outcome for outcome in twin.probe(second)}
    return change_of(old, new, before, after, live)
