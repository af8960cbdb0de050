"""The JSON document of a difference, `seawall/diff/v1`."""

import json

from seawall.model.dataplane import Tri
from seawall.model.origin import Origin
from seawall.model.trace import Verdict
from seawall.model.workload import Workload
from seawall.query.difference.answer import Difference
from seawall.query.difference.cause import causes
from seawall.query.difference.change import Cause, Change, ChangedEnd, NamedEnd, OwnNode
from seawall.query.difference.flows import Flows
from seawall.query.difference.side import Side
from seawall.query.document import Json, envelope, origin_json
from seawall.query.reach.policy_json import addresses_json, workload_json

SCHEMA = "seawall/diff/v1"

_TRUTH = {Tri.YES: True, Tri.NO: False, Tri.UNDEFINED: None}


def difference_json(difference: Flows) -> Json:
    """Return the document of a difference.

    `equivalent` says that nothing differs in what is compared (`notCompared` says what
    is not), `certain` that no verdict is unknown on both
    sides. The inputs of the envelope are those of the right side.
    """
    left, right = difference.left, difference.right
    ends = Ends()
    document = envelope(SCHEMA, right.result.snapshot, right.result.assumptions)
    return {
        **document,
        "left": _side(left),
        "right": _side(right),
        "layers": "policy" if difference.network is None else "all",
        "notCompared": list(difference.not_compared),
        "equivalent": not (difference.changes or difference.one_network),
        "certain": difference.is_certain,
        "relation": _relation(difference),
        "added": [item.label for item in difference.added],
        "removed": [item.label for item in difference.removed],
        "changes": [change_json(item, difference, ends) for item in difference.changes],
    }


def _relation(difference: Flows) -> Json:
    found = difference.relation
    return {
        "leftInRight": _TRUTH[found.left_in_right],
        "rightInLeft": _TRUTH[found.right_in_left],
        "disjoint": _TRUTH[found.disjoint],
    }


def _side(side: Side) -> Json:
    snapshot = side.result.snapshot
    return {
        "name": side.name,
        "engine": side.result.table.index.dataplane.engine.value,
        "inputs": envelope(SCHEMA, snapshot)["inputs"],
    }


def change_json(
    change: Change, difference: Flows | Difference, ends: "Ends | None" = None
) -> Json:
    """Return one change of a difference; *ends* keeps what many changes share."""
    ends = ends or Ends()
    turn = change.turn
    sides = difference.left, difference.right
    before, after = (_causes(found, ends) for found in causes(change, sides))
    return {
        "kind": change.kind,
        "area": change.area,
        "via": change.via or None,
        "ways": list(change.ways) if any(change.ways) else None,
        "from": [ends.json(end) for end in change.sources],
        "to": [ends.json(end) for end in change.destinations],
        "services": [
            {"protocol": name, "ports": ports} for name, ports in turn.services
        ],
        "before": _word(turn.before),
        "after": _word(turn.after),
        "because": {"before": before, "after": after},
    }


def _word(verdict: Verdict | None) -> str:
    return "absent" if verdict is None else verdict.value


def _causes(found: tuple[Cause, ...], ends: "Ends") -> list[Json]:
    return [
        {
            "text": item.text,
            "rule": None if item.rule is None else item.rule.name,
            "origin": ends.place(item.origin),
        }
        for item in found
    ]


class Ends:
    """Ends and places as JSON, each made once: a workload is in many changes."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[ChangedEnd, Json]] = {}
        self._places: dict[int, tuple[Origin | None, Json | None]] = {}

    def place(self, origin: Origin | None) -> Json | None:
        """Return a place as JSON."""
        known = self._places.get(id(origin))
        if known is None:
            # The place is kept, so that no other gets its identity.
            known = self._places[id(origin)] = origin, origin_json(origin)
        return known[1]

    def json(self, end: ChangedEnd) -> Json:
        """Return an end as JSON."""
        known = self._known.get(id(end))
        if known is None:
            # The end is kept, so that no other gets its identity.
            known = self._known[id(end)] = end, _end(end)
        return known[1]


def _end(end: ChangedEnd) -> Json:
    if isinstance(end, OwnNode):
        return {"kind": "own-node", "name": "the node that the pod runs on"}
    if isinstance(end, NamedEnd):
        return {"kind": end.kind, "name": end.name}
    text = workload_json(end) if isinstance(end, Workload) else addresses_json(end)
    found: Json = json.loads(text)
    return found
