"""A way from a running cluster for machines: the document `seawall/adoption/v1`."""

from collections.abc import Sequence
from datetime import date

from seawall import __version__
from seawall.design.adopt.answer import Adoption, Moment, Move, Step, Today
from seawall.design.choose.answer import Change, Conflict
from seawall.design.document import camel, conflict_json
from seawall.model.diagnostic import Diagnostic
from seawall.query.document import Json, diagnostic_json, origin_json

SCHEMA = "seawall/adoption/v1"


def adoption_json(found: Adoption, told: Sequence[Diagnostic], day: date) -> Json:
    """Return the document of a way, or of needs that cannot hold together."""
    conflict = isinstance(found.decided, Conflict)
    out: Json = {
        "schemaVersion": SCHEMA,
        "tool": {"name": "seawall", "version": __version__},
        "asOf": day.isoformat(),
        "verdict": "conflict" if conflict else _verdict(found),
        "cluster": found.cluster,
        "diagnostics": [diagnostic_json(item) for item in told],
    }
    if isinstance(found.decided, Conflict):
        whole = conflict_json(found.needs, found.decided, (), day)
        return {**out, "conflict": whole["conflict"]}
    return {
        **out,
        "decisions": [_move(each) for each in found.moves],
        "recreates": [camel(each) for each in found.recreates],
        "today": [_today(each) for each in found.today],
        "steps": [_step(each) for each in found.steps],
        "last": [_today(each) for each in found.last],
        "everyOrder": found.every_order,
        "unproved": list(found.unproved),
    }


def _today(each: Today) -> Json:
    return {
        "need": each.need,
        "says": each.says,
        "standing": each.standing.value,
        "why": each.why or None,
    }


def _verdict(found: Adoption) -> str:
    if found.recreates:
        return "anew"
    return "in-place" if found.steps else "stays"


def _move(each: Move) -> Json:
    standing = each.standing
    return {
        "decision": camel(each.decision),
        "stands": standing.option.value if standing.option else None,
        "origin": origin_json(standing.origin),
        "wanted": each.wanted.value,
        "change": _change(each.change),
        "says": each.says,
        "source": each.source or None,
    }


def _step(each: Step) -> Json:
    return {
        "does": each.does,
        "change": _change(each.change),
        "sets": {camel(name): option.value for name, option in each.sets.items()},
        "source": each.source,
        "broken": list(each.broken),
        "refused": list(each.refused),
        "meanwhile": each.meanwhile or None,
        "proved": each.is_proved,
        "unasked": each.unasked or None,
        "moments": [_moment(moment) for moment in each.moments],
    }


def _moment(each: Moment) -> Json:
    return {
        "says": each.says,
        "asked": each.asked,
        "losses": [
            {
                "need": loss.need,
                "says": loss.says,
                "kind": loss.kind.value,
                "standing": loss.standing.value,
                "why": loss.why,
            }
            for loss in each.losses
        ],
        "gains": list(each.gains),
    }


def _change(change: Change | None) -> str | None:
    return change.name.lower().replace("_", "-") if change is not None else None
