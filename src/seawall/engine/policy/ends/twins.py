"""Who is who in two lists of workloads."""

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from seawall.model.workload import Workload


@dataclass(frozen=True)
class Twins:
    """The workloads of two lists, matched by kind, name and variant.

    Attributes:
        before: The one list.
        after: The other.
        of: For each position after, the position of the same workload before; None if
            it came.
    """

    before: Sequence[Workload]
    after: Sequence[Workload]
    of: Sequence[int | None]

    @classmethod
    def between(cls, before: Sequence[Workload], after: Sequence[Workload]) -> "Twins":
        """Match two lists.

        Of several workloads of one name, the first is taken for the first.

        Complexity: linear in the workloads; if both are one list, constant.
        """
        if before is after:
            return cls(before, after, range(len(after)))
        if len(before) == len(after) and all(
            one is other or _name(one) == _name(other)
            for one, other in zip(before, after, strict=True)
        ):
            return cls(before, after, range(len(after)))
        known: dict[Hashable, list[int]] = {}
        for at in reversed(range(len(before))):
            known.setdefault(_name(before[at]), []).append(at)
        return cls(before, after, tuple(_taken(known, item) for item in after))

    @cached_property
    def pairs(self) -> tuple[tuple[int, int], ...]:
        """The positions, before and after, of the workloads in both lists."""
        return tuple((was, now) for now, was in enumerate(self.of) if was is not None)

    def differing(self) -> Iterator[tuple[int, int]]:
        """Yield the positions of those in both lists that are not one object."""
        if self.before is self.after:
            return
        for was, now in self.pairs:
            if self.before[was] is not self.after[now]:
                yield was, now

    @cached_property
    def came(self) -> tuple[int, ...]:
        """The positions of the workloads that are only in the list after."""
        if isinstance(self.of, range):
            return ()
        return tuple(at for at, was in enumerate(self.of) if was is None)

    @cached_property
    def went(self) -> tuple[int, ...]:
        """The positions of the workloads that are only in the list before."""
        if isinstance(self.of, range):
            return ()
        kept = {was for was, _ in self.pairs}
        return tuple(at for at in range(len(self.before)) if at not in kept)


def _name(workload: Workload) -> Hashable:
    return workload.namespace, workload.kind, workload.name, workload.variant


def _taken(known: dict[Hashable, list[int]], workload: Workload) -> int | None:
    places = known.get(_name(workload))
    return places.pop() if places else None
