"""Which requirements of the catalogue apply to a cluster, surely or perhaps."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from seawall.model.cluster import Cluster, NodePool
from seawall.query.egress.catalogue import Catalogue, Requirement, Retirement
from seawall.query.egress.facts import Fact, Facts

Conditions = tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Need:
    """A requirement that applies to a cluster, or may.

    Attributes:
        requirement: The requirement.
        pools: The node pools that it concerns, or may concern.
        missing: What would tell whether it applies, as clauses; empty if it surely
            does.
    """

    requirement: Requirement
    pools: tuple[NodePool, ...]
    missing: tuple[str, ...]

    @property
    def is_sure(self) -> bool:
        """Whether the cluster surely needs it."""
        return not self.missing


def needs(
    listed: Catalogue, facts: Facts, cluster: Cluster, day: date
) -> Iterator[Need]:
    """Yield what a cluster needs on a day, in the order of the catalogue."""
    cloud = facts.cloud().value
    for requirement in listed.requirements:
        if cloud not in requirement.clouds or not requirement.holds_at(day):
            continue
        found = applies(requirement, facts, cluster, requirement.doubt_at(day))
        if found is None:
            continue
        pools, missing = found
        least, version = requirement.kubernetes, facts.kubernetes
        if least is not None:
            if version is None:
                missing = (*missing, "the version of Kubernetes is not stated")
            elif version < least:
                continue
        yield Need(requirement, pools, missing)


def applies(
    entry: Requirement | Retirement, facts: Facts, cluster: Cluster, doubt: str
) -> tuple[tuple[NodePool, ...], tuple[str, ...]] | None:
    """Return the pools that an entry concerns, and what is missing to be sure.

    Returns:
        None if it surely does not apply.
    """
    settled = _settled(entry.when, [facts.of_cluster(name) for name, _ in entry.when])
    if settled is None:
        return None
    pools, perhaps = _pools(entry.pools, facts, cluster)
    if not pools and not perhaps:
        return None
    missing = list(settled)
    if not pools:
        missing += [why for _, clauses in perhaps for why in clauses]
    if doubt:
        missing.append(doubt)
    concerned = pools or tuple(pool for pool, _ in perhaps)
    return concerned, tuple(dict.fromkeys(missing))


def _settled(conditions: Conditions, found: list[Fact]) -> tuple[str, ...] | None:
    """Return what is missing to know that all conditions hold; None if one does not."""
    missing: dict[str, None] = {}
    for (name, values), fact in zip(conditions, found, strict=True):
        if fact.value is None:
            missing[fact.why or f"`{name}` is not known"] = None
        elif fact.value not in values:
            return None
    return tuple(missing)


def _pools(
    wanted: Conditions, facts: Facts, cluster: Cluster
) -> tuple[tuple[NodePool, ...], list[tuple[NodePool, tuple[str, ...]]]]:
    """Return the pools that surely are of the kind meant, and those that may be."""
    sure: list[NodePool] = []
    perhaps: list[tuple[NodePool, tuple[str, ...]]] = []
    for pool in cluster.pools:
        found = [facts.of_pool(pool, name) for name, _ in wanted]
        missing = _settled(wanted, found)
        if missing is None:
            continue
        if missing:
            clauses = tuple(f"pool `{pool.name}`: {why}" for why in missing)
            perhaps.append((pool, clauses))
        else:
            sure.append(pool)
    return tuple(sure), perhaps
