"""Which settings of the clusters, and of the network around them, are others."""

from collections.abc import Iterator
from dataclasses import dataclass

from seawall.model.setting import State
from seawall.model.snapshot import Snapshot
from seawall.query.difference.services import service_rows
from seawall.query.document import Json, origin_json
from seawall.query.settings.answer import explain
from seawall.query.settings.row import Row

_Key = tuple[str, str, str, str]
CHOSEN = ""
"""Stands for the cluster that is asked about, whatever its name."""


@dataclass(frozen=True, slots=True)
class SettingChange:
    """One setting that is another.

    Attributes:
        cluster: Whose it is; empty for the cluster that is asked about.
        before: How it was; None if what has it was not there.
        after: How it is.
    """

    cluster: str
    before: Row | None
    after: Row | None

    @property
    def row(self) -> Row:
        """The setting, as it is or was."""
        found = self.after or self.before
        if found is None:
            raise ValueError("a change of nothing")
        return found

    @property
    def title(self) -> str:
        """What a person calls it."""
        row = self.row
        of = " ".join(filter(None, (self.cluster, row.of)))
        return f"{row.title} of {of}" if of else row.title


def settings_changed(one: Snapshot, other: Snapshot) -> tuple[SettingChange, ...]:
    """Return the settings whose values differ, in the order in which they are told.

    A value that is stated and the same by default do not differ, nor do lists in
    another order. What became unknown, or known, does.
    """
    before, after = dict(_rows(one)), dict(_rows(other))
    for was, now in service_rows(one.objects, other.objects):
        before[_key(CHOSEN, was)], after[_key(CHOSEN, now)] = was, now
    return tuple(
        SettingChange(key[0], before.get(key), after.get(key))
        for key in dict.fromkeys((*after, *before))
        if _said(before.get(key)) != _said(after.get(key))
    )


def settings_json(changes: tuple[SettingChange, ...]) -> list[Json]:
    """Return the changes as the contract has them."""
    return [
        {
            "cluster": item.cluster or None,
            "group": item.row.group,
            "of": item.row.of or None,
            "name": item.row.name,
            "title": item.row.title,
            "before": _side(item.before),
            "after": _side(item.after),
        }
        for item in changes
    ]


def _rows(snapshot: Snapshot) -> Iterator[tuple[_Key, Row]]:
    found = explain(snapshot)
    for subject in found.clusters:
        is_chosen = snapshot.cluster is not None and subject is found.clusters[0]
        name = CHOSEN if is_chosen else subject.name
        for row in subject.rows:
            yield _key(name, row), row
    for row in found.around:
        yield _key(CHOSEN, row), row


def _key(cluster: str, row: Row) -> _Key:
    return cluster, row.group, row.of, row.name


def _said(row: Row | None) -> object:
    if row is None or row.state is State.UNKNOWN:
        return (row is None,)
    value = row.value
    if isinstance(value, list):
        return "list", tuple(sorted(map(_plain, value)))
    return "value", _plain(value) if isinstance(value, str) else value


def _plain(text: str) -> str:
    """Return a text as it is compared: ids of Azure count in lower case."""
    return text.lower() if text.startswith("/subscriptions/") else text


def _side(row: Row | None) -> Json | None:
    if row is None:
        return None
    return {
        "state": row.state.value,
        "value": row.value,
        "why": row.why or None,
        "origin": origin_json(row.origin),
    }
