"""The whole way: steps of settings, and what is no setting, when it loses the least.

Policies come last where that loses nothing. Else those that lose nothing are tried
first, then all of them, where what runs takes them, and then all around everything: a
temporary policy lets everything pass until the design's close what they shall.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from seawall.design.adopt.ahead import Ahead
from seawall.design.adopt.answer import Step, Today
from seawall.design.adopt.order import steps
from seawall.design.adopt.outside import POLICIES, lacks_policies, outside
from seawall.design.adopt.policies import apply_policies, close, harmless, kept_open
from seawall.design.adopt.proving import Proving
from seawall.design.choose.asked import Asked
from seawall.design.options import PolicyEngine
from seawall.model.dataplane import Language
from seawall.model.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Walked:
    """A way.

    Attributes:
        steps: In their order.
        end: What runs after them.
        last: What holds after the last of them; empty if one could not be asked about.
        every_order: Whether every order of the settings was asked about.
    """

    steps: tuple[Step, ...]
    end: Snapshot
    last: tuple[Today, ...] = ()
    every_order: bool = True

    @property
    def harm(self) -> int:
        """How many needs its steps lose."""
        return sum(len(step.losses) for step in self.steps)


def walk(asked: Asked, proving: Proving) -> Walked | None:
    """Return the way that loses the least; None if there is none in place."""
    now = proving.claims(proving.running)
    if not lacks_policies(proving, now):
        return _walked(asked, proving, now)
    to = proving.ahead(proving.goal)
    best = _last(asked, proving, now, to)
    if best is None or not best.harm or isinstance(to, str):
        return best
    for other in _others(asked, proving, now, to):
        if other is not None and other.harm < best.harm:
            best = other
        if not best.harm:
            break
    return best


def _others(
    asked: Asked, proving: Proving, now: tuple[Today, ...], to: Ahead
) -> Iterator[Walked | None]:
    if _takes(proving, to):
        found = harmless(proving, proving.running, to.objects)
        if found is not None:
            first, running = found
            after = proving.after(running)
            way = _walked(asked, after, now, first)
            if way is not None:
                rest = apply_policies(after, way.end, to.objects)
                yield _with(way, after, *rest)
        first, running = apply_policies(proving, proving.running, to.objects)
        yield _walked(asked, proving.after(running), now, first)
    if proving.start["engine"] is not PolicyEngine.NONE:
        first, running = kept_open(proving, proving.running, to.objects)
        yield _walked(asked, proving.after(running), now, first, to)


def _takes(proving: Proving, to: Ahead) -> bool:
    """Whether what runs takes the policies: nobody knows Cilium's before Cilium."""
    same = proving.start["engine"] is proving.goal["engine"]
    own = (Language.CILIUM, Language.CALICO)
    return same or not any(it.language in own for it in to.objects.ranked_policies)


def _last(
    asked: Asked, proving: Proving, now: tuple[Today, ...], to: Ahead | str
) -> Walked | None:
    """Return the way on which policies come last."""
    way = _walked(asked, proving, now)
    if way is None:
        return None
    if isinstance(to, str):
        return replace(way, steps=(*way.steps, replace(POLICIES, unasked=to)), last=())
    return _with(way, proving, *apply_policies(proving, way.end, to.objects))


def _walked(
    asked: Asked,
    proving: Proving,
    now: tuple[Today, ...],
    first: Step | None = None,
    closed_by: Ahead | None = None,
) -> Walked | None:
    """Return the way of settings and what is around them, after a first step."""
    ordered = steps(asked, proving.start, proving.goal, proving)
    if ordered is None:
        return None
    model = proving.model(proving.goal)
    here = proving.running if isinstance(model, str) else model
    around = []
    for step, after in outside(proving, now, here):
        around.append(step)
        here = after
    listed = (*(() if first is None else (first,)), *ordered, *around)
    unasked = isinstance(model, str) or any(step.unasked for step in listed)
    last = () if unasked else proving.claims(here)
    way = Walked(listed, here, last, not proving.is_spent)
    if closed_by is None:
        return way
    return _with(way, proving, *close(proving, here, closed_by.objects))


def _with(way: Walked, proving: Proving, step: Step, after: Snapshot) -> Walked:
    last = proving.claims(after) if way.last else ()
    return replace(way, steps=(*way.steps, step), end=after, last=last)
