"""What changes for a cluster until a day, or with another version of Kubernetes."""

from dataclasses import dataclass
from datetime import date

from seawall.model.cluster import Cluster
from seawall.model.trace import Verdict
from seawall.query.case import Case
from seawall.query.egress.answer import EgressAnswer, Row, places, required_rows
from seawall.query.egress.catalogue import Catalogue, Retirement
from seawall.query.egress.facts import Facts
from seawall.query.egress.needs import applies


@dataclass(frozen=True, slots=True)
class Ended:
    """Something that the cluster uses and that has ended by then.

    Attributes:
        retirement: What, when, and what to do.
        pools: The node pools that it concerns, by name; empty for the whole cluster.
        missing: What would tell whether the cluster uses it; empty if it does.
        by_version: Whether it is the version of Kubernetes that ends it.
    """

    retirement: Retirement
    pools: tuple[str, ...]
    missing: tuple[str, ...]
    by_version: bool


@dataclass(frozen=True, slots=True)
class Later:
    """What is different then.

    Attributes:
        day: The day that is compared with now.
        kubernetes: The version that is asked about; empty for the cluster's own.
        added: What is needed then, or may be, and is not now.
        removed: What is needed now, or may be, and is not then.
        unsettled: What is surely needed now and only may be then.
        ended: What has ended by then, by day.
    """

    day: date
    kubernetes: str
    added: tuple[Row, ...]
    removed: tuple[Row, ...]
    unsettled: tuple[Row, ...]
    ended: tuple[Ended, ...]

    @property
    def breaks(self) -> tuple[Row, ...]:
        """What will surely be needed and is blocked as things stand."""
        return tuple(
            row for row in self.added if row.is_sure and row.verdict is Verdict.DENIED
        )

    def __bool__(self) -> bool:
        return bool(places((*self.added, *self.removed, *self.unsettled)) or self.ended)


def later(
    case: Case, now: EgressAnswer, day: date, kubernetes: str | None = None
) -> Later:
    """Return what changes between an answer and *day*, the network staying as it is."""
    facts = Facts(case.snapshot, now.cluster, kubernetes)
    rows = required_rows(case, now.cluster, facts, day)
    before = {(row.requirement.id, row.destination.text): row for row in now.rows}
    after = {(row.requirement.id, row.destination.text): row for row in rows}
    return Later(
        day,
        kubernetes or "",
        tuple(
            row
            for row in rows
            if (row.requirement.id, row.destination.text) not in before
        ),
        tuple(
            row
            for row in now.rows
            if (row.requirement.id, row.destination.text) not in after
        ),
        tuple(
            row
            for key, row in after.items()
            if key in before and row.missing and not before[key].missing
        ),
        _ended(now.listed, facts, now.cluster, day),
    )


def _ended(
    listed: Catalogue, facts: Facts, cluster: Cluster, day: date
) -> tuple[Ended, ...]:
    found: list[Ended] = []
    version = facts.kubernetes
    for each in listed.retirements:
        least = each.kubernetes
        by_version = least is not None and version is not None and version >= least
        if each.day > day and not by_version:
            continue
        concerned = applies(each, facts, cluster, each.doubt)
        if concerned is not None:
            pools, missing = concerned
            names = tuple(pool.name for pool in pools) if each.pools else ()
            is_late = each.day > day
            found.append(Ended(each, names, missing, by_version and is_late))
    return tuple(
        sorted(found, key=lambda item: (item.retirement.day, item.retirement.id))
    )
