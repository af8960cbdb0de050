"""A design for machines: the document `seawall/design/v1`."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import date

from seawall import __version__
from seawall.design.choose.answer import (
    Conflict,
    Decided,
    Folklore,
    Later,
    Needed,
    Reason,
    Rejected,
)
from seawall.design.handover import Edited, HandedOver, NotProved, Proof
from seawall.design.options import Choices, Option
from seawall.design.requirements.needs import Requirements
from seawall.model.diagnostic import Diagnostic
from seawall.query.document import Json, diagnostic_json, origin_json
from seawall.query.intents.document import judged_json
from seawall.query.intents.verdict import Standing

SCHEMA = "seawall/design/v1"
Outcome = HandedOver | NotProved | Edited


def refused_json(told: Sequence[Diagnostic], day: date) -> Json:
    """Return the document of requirements that cannot be used."""
    return _head("refused", told, day)


def conflict_json(
    needs: Requirements, conflict: Conflict, told: Sequence[Diagnostic], day: date
) -> Json:
    """Return the document of requirements that cannot hold together."""
    nearest = conflict.nearest
    return {
        **_head("conflict", told, day),
        "cluster": _cluster(needs),
        "conflict": {
            "says": conflict.sentence,
            "needs": [_needed(item) for item in conflict.needs],
            "rules": [
                {"code": rule.code, "says": rule.says, "source": rule.source}
                for rule in conflict.rules
            ],
            "nearest": {
                "giveUp": [_needed(item) for item in nearest.give_up],
                "choices": choices_json(nearest.choices),
            },
        },
    }


def design_json(
    needs: Requirements,
    decided: Decided,
    outcome: Outcome,
    told: Sequence[Diagnostic],
    day: date,
    *,
    dry: bool = False,
) -> Json:
    """Return the document of a design and what became of it.

    Args:
        needs: What was needed.
        decided: What was chosen.
        outcome: What became of it.
        told: What was said of the requirements.
        day: The day by which retirements were judged.
        dry: Whether the files were made to prove them, and are gone again.
    """
    out: Json = {
        **_head(_verdict(outcome), told, day),
        "cluster": _cluster(needs),
        "choices": choices_json(decided.choices),
        "decisions": [_reason(needs, item) for item in decided.reasons],
    }
    if isinstance(outcome, HandedOver):
        out["folder"] = None if dry else outcome.folder.as_posix()
        out["files"] = list(outcome.files)
        out["lost"] = outcome.lost or None
        out["proof"] = _proof(outcome.proof)
        if out["verdict"] != "proved":
            out["faults"] = []
    elif isinstance(outcome, NotProved):
        out["faults"] = [diagnostic_json(item) for item in outcome.faults]
    else:
        out["edited"] = list(outcome.files)
        out["difference"] = outcome.difference
    return out


def choices_json(choices: Choices) -> Json:
    """Return each decision and its option."""
    out: Json = {}
    for each in fields(choices):
        option = getattr(choices, each.name)
        out[camel(each.name)] = option.value if isinstance(option, Option) else None
    return out


def _verdict(outcome: Outcome) -> str:
    if isinstance(outcome, HandedOver):
        is_proved = outcome.proof.judged or outcome.proof.settings
        return "proved" if is_proved else "not-proved"
    return "edited" if isinstance(outcome, Edited) else "not-proved"


def _head(verdict: str, told: Sequence[Diagnostic], day: date) -> Json:
    return {
        "schemaVersion": SCHEMA,
        "tool": {"name": "seawall", "version": __version__},
        "asOf": day.isoformat(),
        "verdict": verdict,
        "diagnostics": [diagnostic_json(item) for item in told],
    }


def _cluster(needs: Requirements) -> Json:
    return {
        "name": needs.name,
        "region": needs.region,
        "preset": needs.preset or None,
    }


def camel(name: str) -> str:
    """Return a field of `Choices` as documents write it."""
    first, *others = name.split("_")
    return first + "".join(word.capitalize() for word in others)


def _needed(item: Needed) -> Json:
    return {
        "need": item.path,
        "says": item.says,
        "asks": list(item.asks),
        "sources": list(item.sources),
        "origin": origin_json(item.origin),
    }


def _reason(needs: Requirements, reason: Reason) -> Json:
    return {
        "decision": camel(reason.decision),
        "option": reason.option.value,
        "why": reason.why,
        "source": reason.source,
        "because": [
            {"need": path, "origin": origin_json(needs.stated.get(path))}
            for path in reason.because
        ],
        "rejected": [_rejected(item) for item in reason.rejected],
        "later": [_later(item) for item in reason.later],
        "folklore": [_folklore(item) for item in reason.folklore],
    }


def _rejected(item: Rejected) -> Json:
    return {
        "option": item.option.value,
        "why": item.why,
        "source": item.source,
        "because": list(item.because),
        "rules": list(item.rules),
        "isPossible": item.is_possible,
    }


def _later(item: Later) -> Json:
    return {
        "change": item.change.name.lower().replace("_", "-"),
        "says": item.says,
        "source": item.source,
        "day": item.day.isoformat() if item.day else None,
    }


def _folklore(item: Folklore) -> Json:
    return {
        "option": item.option.value,
        "said": item.said,
        "documented": item.documented,
        "source": item.source,
    }


def _proof(proof: Proof) -> Json:
    holds = sum(each.standing is Standing.HOLDS for each in proof.judged)
    return {
        "hold": holds,
        "intents": [judged_json(each) for each in proof.judged],
        "settings": [
            {"needs": list(item.needs), "says": item.says, "readBack": item.is_read}
            for item in proof.settings
        ],
        "compared": list(proof.compared),
        "packets": proof.packets,
        "notes": [diagnostic_json(item) for item in proof.notes],
    }
