"""The part of a trace's JSON document that is about fixes."""

from collections.abc import Iterable, Sequence

from seawall.query.document import Json
from seawall.query.fix.change import Change
from seawall.query.fix.effects import Effect
from seawall.query.fix.offer import Offer
from seawall.query.fix.search import Fix
from seawall.query.services import services_of


def fixes_json(offer: Offer) -> Json:
    """Return the fields of a trace that say what can be done about it."""
    return {
        "fixes": [_fix(item) for item in offer.fixes],
        "cuts": [_fix(item) for item in offer.cuts],
        "advice": [
            {"layer": item.layer.value, "at": item.at, "text": item.says}
            for item in offer.advice
        ],
    }


def _fix(fix: Fix) -> Json:
    return {
        "kind": " + ".join(dict.fromkeys(item.kind for item in fix.changes)),
        "text": "; ".join(item.says for item in fix.changes),
        "verified": True,
        "remains": list(fix.remains),
        "changes": [change_json(item) for item in fix.changes],
        "opens": [effect_json(item) for item in fix.opens],
        "closes": [effect_json(item) for item in fix.closes],
    }


def mended_json(changes: Sequence[Change], closes: Iterable[Effect]) -> Json:
    """Return changes that mend a finding, which open nothing."""
    return {
        "kind": " + ".join(dict.fromkeys(item.kind for item in changes)),
        "text": "; ".join(item.says for item in changes),
        "verified": True,
        "changes": [change_json(item) for item in changes],
        "closes": [effect_json(item) for item in closes],
    }


def change_json(change: Change) -> Json:
    """Return one change with what carries it out."""
    return {
        "kind": change.kind,
        "text": change.says,
        "notes": list(change.notes),
        "snippets": [
            {"form": item.form, "name": item.name, "text": item.text}
            for item in change.snippets()
        ],
    }


def effect_json(effect: Effect) -> Json:
    """Return something that fares otherwise with a change in place."""
    return {
        "from": effect.source,
        "to": effect.destination,
        "services": [
            {"protocol": name, "ports": ports}
            for name, ports in services_of(effect.flows)
        ],
        "certain": not effect.kind.startswith("may"),
    }
