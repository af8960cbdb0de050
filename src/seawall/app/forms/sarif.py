"""SARIF 2.1.0, for code scanning.

Source: OASIS, Static Analysis Results Interchange Format (SARIF) Version 2.1.0: run,
reportingDescriptor, result, physicalLocation, codeFlow, suppression, taxonomies, fix,
artifactChange, replacement.
"""

from collections.abc import Mapping, Sequence
from urllib.parse import quote

from seawall import __version__
from seawall.app.forms.notice import (
    UNKNOWN,
    VIOLATED,
    Notice,
    fingerprints,
    from_here,
)
from seawall.app.forms.taxonomies import Taxonomies
from seawall.audit.controls import Control
from seawall.audit.finding import Mended, Severity
from seawall.model.origin import Origin
from seawall.model.suppression import Suppression
from seawall.model.trace import Hop
from seawall.query.fix.in_file import FileEdit, in_files

Json = dict[str, object]

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "note",
    Severity.INFO: "note",
}
_SCORES = {
    Severity.HIGH: "8.0",
    Severity.MEDIUM: "5.0",
    Severity.LOW: "3.0",
    Severity.INFO: "0.0",
}
_OWN = {
    VIOLATED: "Something that must hold does not.",
    UNKNOWN: "It is not known whether something that must hold does.",
}


def sarif(notices: Sequence[Notice], texts: Mapping[str, str]) -> Json:
    """Return one run with a result for each notice.

    Args:
        notices: What was found.
        texts: What rules say, by code.
    """
    by_code: dict[str, Notice] = {}
    for notice in notices:
        by_code.setdefault(notice.code, notice)
    codes = list(by_code)
    taxonomies = Taxonomies(by_code.values())
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "seawall",
                        "version": __version__,
                        "rules": [
                            _rule(item, texts) | taxonomies.relations(item.controls)
                            for item in by_code.values()
                        ],
                    }
                },
                **taxonomies.components,
                "columnKind": "unicodeCodePoints",
                "results": [
                    _result(item, codes.index(item.code), print_)
                    for item, print_ in zip(notices, fingerprints(notices), strict=True)
                ],
            }
        ],
    }


def _rule(notice: Notice, texts: Mapping[str, str]) -> Json:
    text = texts.get(notice.code) or _OWN.get(notice.code) or notice.name
    first, _, rest = text.strip().partition("\n")
    return {
        "id": notice.code,
        "name": "".join(part.capitalize() for part in notice.name.split("-")),
        "shortDescription": {"text": first},
        "fullDescription": {"text": " ".join(text.split())},
        "help": {"text": rest.strip() or first, "markdown": text.strip()},
        "defaultConfiguration": {"level": _LEVELS[notice.severity]},
        "properties": {
            "tags": ["security", "network", *(_tag(each) for each in notice.controls)],
            "security-severity": _SCORES[notice.severity],
        },
    }


def _tag(control: Control) -> str:
    """Return a control as tags are written: `nist-sp-800-53/sc-7`."""
    return f"{control.framework.name}/{control.id}".lower().replace(" ", "-")


def _result(notice: Notice, index: int, print_: str) -> Json:
    mend = f". Mend: {notice.mend}" if notice.mend else ""
    out: Json = {
        "ruleId": notice.code,
        "ruleIndex": index,
        "level": _LEVELS[notice.severity],
        "message": {"text": notice.message + mend},
        "partialFingerprints": {"seawall/v1": print_},
        "properties": {"subject": notice.subject},
    }
    if notice.origin is not None:
        out["locations"] = [_location(notice.origin)]
    if notice.further:
        out["relatedLocations"] = [
            _location(origin) | {"id": number, "message": {"text": text}}
            for number, (text, origin) in enumerate(notice.further, 1)
        ]
    if notice.suppressed is not None:
        out["suppressions"] = [_suppression(notice.suppressed)]
    mended = notice.fix
    if mended and (edits := in_files(mended.changes, notice.origin)):
        out["fixes"] = [_fix(mended, edits)]
    steps = [step for hop in notice.hops if (step := _step(hop)) is not None]
    if steps:
        out["codeFlows"] = [{"threadFlows": [{"locations": steps}]}]
    return out


def _fix(mended: Mended, edits: Sequence[FileEdit]) -> Json:
    """Return a proved change, a list of edits for each file."""
    by_path: dict[str, list[Json]] = {}
    for edit in edits:
        by_path.setdefault(edit.path, []).append(_replacement(edit))
    return {
        "description": {"text": f"{mended.says} ({mended.proof})"},
        "artifactChanges": [
            {"artifactLocation": {"uri": uri_of(path)}, "replacements": listed}
            for path, listed in by_path.items()
        ],
    }


def _replacement(edit: FileEdit) -> Json:
    gone = {
        "startLine": max(edit.first, 1),
        "startColumn": 1,
        "endLine": max(edit.last, 1),
        "endColumn": edit.width + 1,
    }
    end = "" if edit.first else "\n"
    return {"deletedRegion": gone, "insertedContent": {"text": edit.text + end}}


def _suppression(by: Suppression) -> Json:
    """Return why a result is not told of: a comment beside it, or a file."""
    until = f" (until {by.expires})" if by.expires else ""
    return {
        "kind": "external" if by.line is None else "inSource",
        "status": "accepted",
        "justification": by.reason + until,
        "location": _location(by.origin),
    }


def _step(hop: Hop) -> Json | None:
    """Return a hop as a step; those without a place are left out."""
    origin = hop.rule.origin if hop.rule is not None else None
    if origin is None:
        return None
    place = f"{hop.layer.value} at {hop.at}" if hop.at else hop.layer.value
    return {
        "location": _location(origin) | {"message": {"text": f"{place}: {hop.says}"}}
    }


def _location(origin: Origin) -> Json:
    physical: Json = {"artifactLocation": {"uri": uri_of(origin.path)}}
    line = origin.line
    if line is not None:
        physical["region"] = {"startLine": line}
    return {"physicalLocation": physical}


def uri_of(path: str) -> str:
    """Return a path as a reference of RFC 3986, relative if it leads down from here."""
    plain = from_here(path)
    prefix = "file://" if plain.startswith("/") else ""
    return prefix + quote(plain.encode("utf-8", "surrogateescape"), safe="/._-~!@")
