"""Proves a rewrite: what was written is read back, and every flow is compared.

Far ends that are, or may be, nodes are compared case by case: the pod's own node,
another node, and a machine that is no node. Under every case each verdict must agree.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

from seawall.engine.policy.ends.frame import NodeCase
from seawall.ingest.manifest import read_manifest
from seawall.model.address import without
from seawall.model.dataplane import Dataplane, Tri
from seawall.model.diagnostic import Diagnostic, Level
from seawall.model.packet import Protocol
from seawall.model.snapshot import KubernetesObjects, Snapshot
from seawall.query.difference.answer import Difference
from seawall.query.difference.change import Change
from seawall.query.difference.side import Side, families_of
from seawall.query.migration.draft import Draft
from seawall.query.migration.manifest import manifests
from seawall.query.migration.old_side import OldSide
from seawall.query.migration.propose import propose
from seawall.query.places import cluster_ranges
from seawall.query.reach.policy import Extra, ReachResult, reach_policy

FILE = "rewritten.yaml"


@dataclass(frozen=True, slots=True)
class Remaining:
    """Something that differs all the same.

    Attributes:
        change: What differs.
        difference: The comparison that shows it.
        only: The case in which it does; None for every case.
    """

    change: Change
    difference: Difference
    only: NodeCase | None


@dataclass(frozen=True)
class Migration:
    """A rewrite and what is proved of it.

    Attributes:
        old: The engine whose answers are to be kept, as people call it.
        new: The engine that is to give them.
        draft: The rewrite.
        objects: The cluster's objects with the rewrite in place, as it was read back.
        diagnostics: What our reader says to the rewrite as it was written.
        differences: What differs, one for each `NodeCase`; the own node is part of
            each.
    """

    old: str
    new: str
    draft: Draft
    objects: KubernetesObjects
    diagnostics: tuple[Diagnostic, ...]
    differences: tuple[Difference, ...]

    @cached_property
    def remaining(self) -> tuple[Remaining, ...]:
        """Everything that differs all the same, each with the case it differs in."""
        found: dict[object, Remaining] = {}
        for case, difference in zip(NodeCase, self.differences, strict=True):
            for change in difference.changes:
                key = (change.sources, change.destinations, change.turn)
                only = None if key in found else case
                found[key] = Remaining(change, difference, only)
        return tuple(found.values())

    @property
    def is_certain(self) -> bool:
        """Whether no verdict is unknown on both sides."""
        return all(item.is_certain for item in self.differences)

    @property
    def is_equivalent(self) -> bool:
        """Whether the same passes for certain, but for what is never carried."""
        return not self.remaining and self.is_certain

    @property
    def is_needed(self) -> bool:
        """Whether anything is to be edited at all."""
        return bool(self.draft.policies or self.draft.added)

    def text(self, heading: Iterable[str] = ()) -> str:
        """Return the rewrite as YAML."""
        return manifests(self.draft, heading)


def migrate(
    snapshot: Snapshot, engines: tuple[str, str], planes: tuple[Dataplane, Dataplane]
) -> Migration:
    """Return policies for a new engine, and what a proof says of them.

    Args:
        snapshot: The input.
        engines: The old and the new engine, as people call them.
        planes: How these treat policies.

    Complexity: that of two comparisons of all pairs.
    """
    old, new = planes
    draft, ways = propose(snapshot.objects, reach_policy(snapshot, old).table, new)
    objects, diagnostics = _with(snapshot.objects, draft)
    after = replace(snapshot, objects=objects)
    pods, nodes = cluster_ranges(snapshot)
    families = families_of(snapshot, after)
    ports = tuple(item for way in ways for item in way.numbers)

    def compared(case: NodeCase) -> Difference:
        extra = Extra(case, ports, families)
        left, right = (
            _carried(reach_policy(*it, extra=extra), new)
            for it in ((snapshot, old), (after, new))
        )
        shared = nodes if case is NodeCase.NODES else ()
        return Difference(
            OldSide(engines[0], left, ways),
            Side(engines[1], right),
            left_out=without(pods, shared),
        )

    differences = tuple(compared(case) for case in NodeCase)
    return Migration(*engines, draft, objects, diagnostics, differences)


def _with(
    objects: KubernetesObjects, draft: Draft
) -> tuple[KubernetesObjects, tuple[Diagnostic, ...]]:
    """Return the objects with a rewrite in place, as it reads once it is written."""
    if not (draft.policies or draft.added):
        return objects, ()
    read, diagnostics = read_manifest(manifests(draft), FILE)
    replaced = {(item.namespace, item.name) for item in draft.policies}
    kept = [it for it in objects.policies if (it.namespace, it.name) not in replaced]
    policies = sorted((*kept, *read.policies), key=lambda it: (it.namespace, it.name))
    ranked = (*objects.ranked_policies, *read.ranked_policies)
    return (
        replace(
            objects,
            policies=tuple(policies),
            ranked_policies=tuple(sorted(ranked, key=lambda item: item.tier)),
            opaque_policies=(*objects.opaque_policies, *read.opaque_policies),
        ),
        tuple(item for item in diagnostics if item.level is not Level.NOTE),
    )


def _carried(result: ReachResult, new: Dataplane) -> ReachResult:
    """Return an answer without what the new engine carries for nobody."""
    if new.carries_sctp is not Tri.NO:
        return result
    services = result.table.services
    rest = services.everything ^ services.protocol_mask(Protocol.SCTP)
    return replace(result, mask=result.mask & services.answer(rest, rest))
