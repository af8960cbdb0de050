"""Builds what a plan lists, in this process, and changes it to another plan.

Listeners and probes are not built here: see `stands` and `probing`.
"""

import contextlib
import itertools
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Protocol, TypeVar

from seawall.twin.kernel import filters
from seawall.twin.kernel.devices import Devices, add_link, open_kernel, remove_link
from seawall.twin.kernel.footing import raise_limit
from seawall.twin.kernel.namespaces import Namespaces
from seawall.twin.kernel.settings import write_settings
from seawall.twin.kernel.trouble import TwinError, too_few_descriptors, trouble
from seawall.twin.plan import End, Link, Plan, RuleText, Space

_SPARE_DESCRIPTORS = 200
_LONGEST_NAME = 15


class _Placed(Protocol):
    """Whatever is in a space."""

    @property
    def space(self) -> str: ...


_P = TypeVar("_P", bound=_Placed)


class Network:
    """The spaces of a plan with their links, routes and rules, as they are now."""

    def __init__(self) -> None:
        self.spaces = Namespaces()
        self.plan = Plan(spaces=())

    def become(self, plan: Plan) -> set[str]:
        """Be *plan* from now on, without touching what is the same as before.

        Connections live on, as far as the new routes and rules let them. A space whose
        own description differs is made anew.

        Returns:
            The spaces that were there and are gone or made anew.

        Raises:
            TwinError: The plan is at odds with itself, or the kernel refused a thing.
        """
        check(plan)
        self._make_room(plan)
        old = {space.name: space for space in self.plan.spaces}
        new = {space.name: space for space in plan.spaces}
        gone = {name for name, space in old.items() if new.get(name) != space}
        out = [
            link
            for link in self.plan.links
            if link not in plan.links or not gone.isdisjoint(_spaces_of(link))
        ]
        for link in out:
            with self.spaces.inside(link.left.space):
                remove_link(link)
        for name in gone:
            self.spaces.drop(name)
        fresh = [space for space in plan.spaces if space.name not in self.spaces]
        for space in fresh:
            self._add_space(space)
        kept = set(self.plan.links) - set(out)
        laid = [link for link in plan.links if link not in kept]
        with contextlib.closing(open_kernel()) as kernel:
            for link in laid:
                add_link(kernel, self.spaces, link)
        self._furnish(plan, laid, {space.name for space in fresh})
        self._load(plan.rules, {space.name for space in fresh})
        self.plan = plan
        return gone

    def counted(self) -> Iterator[filters.Counted]:
        """Give the counters of all rules that have a comment."""
        for space in sorted({text.space for text in self.plan.rules}):
            with self.spaces.inside(space):
                found = list(filters.counted(space))
            yield from found

    def _make_room(self, plan: Plan) -> None:
        limit = raise_limit()
        wanted = len(plan.spaces) + 2 * len(plan.stands) + _SPARE_DESCRIPTORS
        if wanted > limit:
            raise too_few_descriptors(wanted, limit)

    def _add_space(self, space: Space) -> None:
        self.spaces.make(space.name)
        with self.spaces.inside(space.name):
            write_settings(space)
            with contextlib.closing(Devices(space.name)) as devices:
                devices.raise_loopback(space.addresses)

    def _furnish(self, plan: Plan, laid: Iterable[Link], fresh: set[str]) -> None:
        """Give spaces their devices' addresses, their routes and routing rules.

        A device that goes takes its routes with it, so a space that got a device has
        all its routes written again.
        """
        ends: dict[str, list[End]] = {}
        for end in itertools.chain.from_iterable((li.left, li.right) for li in laid):
            ends.setdefault(end.space, []).append(end)
        routes, had_routes = _grouped(plan.routes), _grouped(self.plan.routes)
        rules, had_rules = _grouped(plan.route_rules), _grouped(self.plan.route_rules)
        for name in (space.name for space in plan.spaces):
            old_routes = [] if name in fresh else had_routes.get(name, [])
            old_rules = [] if name in fresh else had_rules.get(name, [])
            new_routes, new_rules = routes.get(name, []), rules.get(name, [])
            same = old_routes == new_routes and old_rules == new_rules
            if same and name not in ends:
                continue
            with (
                self.spaces.inside(name),
                contextlib.closing(Devices(name)) as devices,
            ):
                for end in ends.get(name, ()):
                    devices.raise_end(end)
                for route in _without(old_routes, new_routes):
                    devices.remove_route(route)
                for route in new_routes:
                    if name in ends or route not in old_routes:
                        devices.put_route(route)
                for rule in _without(old_rules, new_rules):
                    devices.remove_rule(rule)
                for rule in _without(new_rules, old_rules):
                    devices.add_rule(rule)

    def _load(self, rules: Iterable[RuleText], fresh: set[str]) -> None:
        wanted, had = _grouped(rules), _grouped(self.plan.rules)
        for space in sorted(set(wanted) | set(had)):
            old = [] if space in fresh else had.get(space, [])
            new = wanted.get(space, [])
            if old == new or space not in self.spaces:
                continue
            with self.spaces.inside(space):
                filters.load(space, [text.text for text in new])


def check(plan: Plan) -> None:
    """Look for what no kernel could build.

    Raises:
        TwinError: A name is used twice, is too long, or is nobody's.
    """
    names = Counter(space.name for space in plan.spaces)
    for name, count in names.items():
        if count > 1:
            raise _fault(f"the space `{name}` stands {count} times in the plan")
    placed: Iterable[_Placed] = itertools.chain(
        (end for link in plan.links for end in (link.left, link.right)),
        plan.routes,
        plan.route_rules,
        plan.rules,
        plan.stands,
        plan.probes,
    )
    for thing in placed:
        if thing.space not in names:
            raise _fault(f"`{thing.space}` is no space of the plan: {thing}")
    devices = Counter(
        (end.space, end.device)
        for link in plan.links
        for end in (link.left, link.right)
    )
    for (space, device), count in devices.items():
        if count > 1:
            raise _fault(f"the device `{device}` stands {count} times in `{space}`")
        if not 0 < len(device) <= _LONGEST_NAME:
            raise _fault(f"`{device}` has no name that a device can have")
    numbers = Counter(probe.number for probe in plan.probes)
    for number, count in numbers.items():
        if count > 1:
            raise _fault(f"the number {number} is that of {count} probes")


def _fault(what: str) -> TwinError:
    return trouble(
        what,
        "a plan names each thing once, and only what is in it",
        "this is a fault of the plan: report it with the input that led to it",
    )


def _spaces_of(link: Link) -> set[str]:
    return {link.left.space, link.right.space}


def _grouped(things: Iterable[_P]) -> dict[str, list[_P]]:
    found: dict[str, list[_P]] = {}
    for thing in things:
        found.setdefault(thing.space, []).append(thing)
    return found


def _without(these: list[_P], those: list[_P]) -> list[_P]:
    return [one for one in these if one not in those]
