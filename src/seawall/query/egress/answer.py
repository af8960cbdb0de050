"""What a cluster must reach, row by row, with what becomes of it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from seawall.flowspace import FlowSet
from seawall.model.cluster import Cluster
from seawall.model.diagnostic import Assumption
from seawall.model.end import End
from seawall.model.trace import Verdict
from seawall.query.case import Case
from seawall.query.egress.beyond import Excess, Extent, beyond
from seawall.query.egress.catalogue import (
    Catalogue,
    Importance,
    Requirement,
    catalogue,
)
from seawall.query.egress.destinations import Destination, destinations
from seawall.query.egress.facts import Facts
from seawall.query.egress.needed import Needed, services
from seawall.query.egress.needs import Need, needs
from seawall.query.egress.reached import Passage, Sender, Senders, passage

CATALOGUE = Assumption(
    "required-egress-catalogue",
    "What a cluster must reach is what the platform's pages listed on the day of the "
    "catalogue; the platform changes it without notice.",
    "AKS docs, outbound-rules-control-egress",
    ("required egress",),
)
UNSEEN_PODS = Assumption(
    "add-on-pods-are-held-by-no-policy",
    "Pods of the system and of add-ons that the input does not show are taken to be "
    "held by no network policy.",
    "Kubernetes, Network Policies: a pod that no policy selects is not isolated",
    ("required egress",),
)
PUBLIC_CLOUD = Assumption(
    "azure-global",
    "The cluster is taken to be in Azure Global, since neither its region nor the name "
    "of its API server is in the input.",
    "AKS docs, outbound-rules-control-egress",
    ("required egress",),
)


@dataclass(frozen=True, slots=True)
class Row:
    """What becomes of one need, for senders that fare alike.

    Attributes:
        requirement: What is needed.
        destination: The place.
        missing: What would tell whether it is needed; empty if it surely is.
        senders: Who needs it.
        passage: What becomes of it.
    """

    requirement: Requirement
    destination: Destination
    missing: tuple[str, ...]
    senders: tuple[str, ...]
    passage: Passage

    @property
    def is_sure(self) -> bool:
        """Whether the cluster surely needs it to work."""
        required = self.requirement.importance is Importance.REQUIRED
        return required and not self.missing

    @property
    def verdict(self) -> Verdict:
        """Whether it passes."""
        return self.passage.verdict

    @property
    def place(self) -> tuple[str, str]:
        """The destination and the service, in words."""
        return self.destination.text, self.requirement.service


def places(rows: Iterable[Row]) -> int:
    """Return how many different destinations and services rows are about."""
    return len({row.place for row in rows})


@dataclass(frozen=True, slots=True)
class EgressAnswer:
    """What one cluster must reach, and whether it does.

    Attributes:
        cluster: The cluster.
        facts: What is known about it.
        day: The day that is asked about.
        listed: The catalogue.
        rows: In the order of the catalogue.
        excess: What may be reached beyond that, the widest first.
        assumptions: What it rests on beside what was read.
    """

    cluster: Cluster
    facts: Facts
    day: date
    listed: Catalogue
    rows: tuple[Row, ...]
    excess: tuple[Excess, ...]
    assumptions: tuple[Assumption, ...]

    def having(self, verdict: Verdict) -> tuple[Row, ...]:
        """Return what is surely required and has that verdict."""
        return tuple(row for row in self.rows if row.is_sure and row.verdict is verdict)

    @property
    def perhaps(self) -> tuple[Row, ...]:
        """What may be required, without what is surely required for something else."""
        sure = {row.place for row in self.rows if row.is_sure}
        return tuple(row for row in self.rows if row.missing and row.place not in sure)

    @property
    def optional(self) -> tuple[Row, ...]:
        """What the cluster sends, and lives without."""
        return tuple(row for row in self.rows if not row.missing and not row.is_sure)


def required_egress(
    case: Case, cluster: Cluster, day: date, only: tuple[End, ...] = ()
) -> EgressAnswer:
    """Return what *cluster* must reach on *day*, and what becomes of it.

    Args:
        case: The snapshot.
        cluster: The cluster of it that is asked about.
        day: The day.
        only: The senders to ask; none asks all that need something.
    """
    facts = Facts(case.snapshot, cluster)
    listed = catalogue()
    senders = Senders(case, only)
    rows = required_rows(case, cluster, facts, day, only)
    wanted = [(row.destination.text, row.requirement) for row in rows]
    needed = Needed(listed, wanted, facts, day)
    return EgressAnswer(
        cluster,
        facts,
        day,
        listed,
        rows,
        beyond(case, senders.everyone(), needed, listed),
        _assumptions(case, facts),
    )


def surely_required(case: Case) -> tuple[Row, ...]:
    """Return what the cluster of a case surely needs on the day of the catalogue."""
    cluster = case.cluster
    if cluster is None:
        return ()
    facts = Facts(case.snapshot, cluster)
    rows = required_rows(case, cluster, facts, catalogue().as_of, surely=True)
    return tuple(row for row in rows if row.is_sure)


def shared_excess(case: Case) -> tuple[Excess, ...]:
    """Return what the cluster of a case may reach where anybody can have a place."""
    cluster = case.cluster
    if cluster is None:
        return ()
    facts, listed = Facts(case.snapshot, cluster), catalogue()
    wanted = [
        (destination.text, need.requirement)
        for need in needs(listed, facts, cluster, listed.as_of)
        for destination in destinations(need.requirement, case.snapshot, cluster, facts)
    ]
    needed = Needed(listed, wanted, facts, listed.as_of)
    senders = Senders(case).everyone()
    return beyond(case, senders, needed, listed, Extent.SHARED)


def required_rows(
    case: Case,
    cluster: Cluster,
    facts: Facts,
    day: date,
    only: tuple[End, ...] = (),
    *,
    surely: bool = False,
) -> tuple[Row, ...]:
    """Return what a cluster with certain facts must reach on a day.

    Args:
        case: The snapshot.
        cluster: The cluster.
        facts: What is known about it.
        day: The day.
        only: The senders to ask; none asks all that need something.
        surely: Whether to leave out what only may be required, and what is optional.
    """
    senders = Senders(case, only)
    rows: list[Row] = []
    asked = _Asked(case, tells_all=not surely)
    for need in needs(catalogue(), facts, cluster, day):
        required = need.requirement.importance is Importance.REQUIRED
        if surely and not (need.is_sure and required):
            continue
        for destination in destinations(
            need.requirement, case.snapshot, cluster, facts
        ):
            rows += _rows(need, destination, senders, asked)
    return tuple(rows)


class _Asked:
    """Passages by sender and place, each asked once."""

    def __init__(self, case: Case, *, tells_all: bool) -> None:
        self._case = case
        self._tells_all = tells_all
        self._known: dict[tuple[object, ...], Passage] = {}

    def passage(
        self, sender: Sender, destination: Destination, wanted: FlowSet
    ) -> Passage:
        key = (sender.end, sender.is_shown, destination, wanted)
        if key not in self._known:
            self._known[key] = passage(
                self._case, sender, destination, wanted, tells_all=self._tells_all
            )
        return self._known[key]


def _rows(
    need: Need, destination: Destination, senders: Senders, asked: _Asked
) -> Iterator[Row]:
    requirement = need.requirement
    missing = need.missing
    if destination.why and destination.end is not None:
        missing = (*missing, destination.why)
    wanted = services(requirement)
    by_fate: dict[Passage, list[str]] = {}
    for sender in senders.of(need):
        found = asked.passage(sender, destination, wanted)
        by_fate.setdefault(found, []).append(sender.name)
    for found, names in _alike(by_fate):
        yield Row(requirement, destination, missing, names, found)


def _alike(
    by_fate: dict[Passage, list[str]],
) -> Iterator[tuple[Passage, tuple[str, ...]]]:
    """Put senders together whose packets fare alike, wherever exactly they start."""
    groups: dict[tuple[Verdict, str, object], tuple[Passage, list[str]]] = {}
    for found, names in by_fate.items():
        by = found.let_by
        stops = tuple((hop.layer, hop.at, hop.rule) for hop in found.blockers)
        key = (found.verdict, found.says, (stops, by and by.rule))
        groups.setdefault(key, (found, []))[1].extend(names)
    for found, names in groups.values():
        yield found, tuple(names)


def _assumptions(case: Case, facts: Facts) -> tuple[Assumption, ...]:
    found = [*case.assumptions, CATALOGUE]
    if facts.cloud().why:
        found.append(PUBLIC_CLOUD)
    if not case.paths.atlas.pods_are_hidden:
        found.append(UNSEEN_PODS)
    return tuple(found)
