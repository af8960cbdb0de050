"""Every setting of the clusters in an input, and what was read at all."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from seawall.model.cluster import Cluster
from seawall.model.diagnostic import Diagnostic, Level
from seawall.model.setting import State
from seawall.model.snapshot import InputFile, Snapshot
from seawall.query.settings.cluster_rows import cluster_rows
from seawall.query.settings.fabric_rows import fabric_rows
from seawall.query.settings.row import Row
from seawall.query.settings.settle import Settling

GROUPS = (
    "cluster",
    "network",
    "policy",
    "API server",
    "way out",
    "way in",
    "names",
    "nodes",
    "node pools",
    "add-ons",
    "subnets",
    "peerings",
    "firewalls",
    "private endpoints",
    "private DNS zones",
    "platform services",
)
"""What settings are about, in the order in which they are told."""


@dataclass(frozen=True, slots=True)
class Subject:
    """The settings of one cluster.

    Attributes:
        name: Its name.
        rows: Its settings, by group and then as they were found.
    """

    name: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Explained:
    """What an input says, and how each value is known.

    Attributes:
        clusters: Each cluster, the one that is asked about first.
        around: The network around them.
        read: The files that were read.
        passed_over: The files in which there was nothing.
        not_read: What could not be read or is not modelled.
    """

    clusters: tuple[Subject, ...]
    around: tuple[Row, ...]
    read: tuple[InputFile, ...]
    passed_over: tuple[InputFile, ...]
    not_read: tuple[Diagnostic, ...]

    @property
    def rows(self) -> tuple[Row, ...]:
        """Every setting."""
        found = [row for subject in self.clusters for row in subject.rows]
        return (*found, *self.around)

    def count(self, state: State) -> int:
        """Return how many settings are known in one way."""
        return sum(row.state is state for row in self.rows)


def explain(snapshot: Snapshot) -> Explained:
    """Return every setting that decides about isolation, with how it is known."""
    chosen = (snapshot.cluster,) if snapshot.cluster is not None else ()
    found: tuple[Cluster | None, ...] = (*chosen, *snapshot.other_clusters)
    subjects = []
    around: dict[tuple[str, str, str], Row] = {}
    for cluster in found or (None,):
        settling = Settling(snapshot, cluster)
        if cluster is not None:
            rows = sorted(cluster_rows(cluster, settling), key=_group)
            subjects.append(Subject(cluster.name, tuple(rows)))
        for row in fabric_rows(snapshot, cluster, settling):
            around.setdefault((row.group, row.of, row.name), row)
    return Explained(
        tuple(subjects),
        tuple(sorted(around.values(), key=_group)),
        tuple(it for it in snapshot.inputs if it.kind != "ignored"),
        tuple(it for it in snapshot.inputs if it.kind == "ignored"),
        tuple(it for it in snapshot.diagnostics if it.level is not Level.NOTE),
    )


def counts(rows: Iterable[Row]) -> dict[State, int]:
    """Return how many rows are known in each way."""
    tally = Counter(row.state for row in rows)
    return {state: tally[state] for state in State}


def summary(found: Mapping[State, int]) -> str:
    """Return the counts as one line."""
    return (
        f"{found[State.STATED]} stated, {found[State.DEFAULTED]} by default, "
        f"{found[State.UNKNOWN]} not known"
    )


def _group(row: Row) -> int:
    return GROUPS.index(row.group)
