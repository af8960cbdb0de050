"""A baseline: what was found before, so that only what is new is told.

The file holds fingerprints, which stay when lines move, and words for people.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from seawall.app.forms.notice import fingerprints, from_here, of_findings
from seawall.audit.finding import Finding

SCHEMA = "seawall/baseline/v1"


class NotABaseline(Exception):  # noqa: N818  (its text is shown to the user)
    """A file that is no baseline; says why and what to do."""


def read_baseline(file: Path) -> frozenset[str]:
    """Return the fingerprints of a baseline.

    Raises:
        NotABaseline: The file cannot be read as one.
    """
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        why = error.strerror or "unreadable"
        raise NotABaseline(f"{file} cannot be read: {why}") from error
    except ValueError as error:
        raise NotABaseline(f"{file} is not JSON; write it anew") from error
    entries = found.get("findings") if isinstance(found, Mapping) else None
    if not isinstance(entries, list) or found.get("schemaVersion") != SCHEMA:
        raise NotABaseline(f"{file} is no baseline of Seawall; write it anew")
    return frozenset(
        str(entry["fingerprint"])
        for entry in entries
        if isinstance(entry, Mapping) and "fingerprint" in entry
    )


def baseline_of(findings: Sequence[Finding]) -> dict[str, object]:
    """Return the document of a baseline that holds some findings."""
    return {
        "schemaVersion": SCHEMA,
        "findings": [
            {
                "rule": finding.rule,
                "subject": finding.subject,
                "path": from_here(finding.origin.path) if finding.origin else None,
                "fingerprint": print_,
            }
            for finding, print_ in zip(
                findings, fingerprints(of_findings(findings)), strict=True
            )
        ],
    }


def without_known(
    findings: Sequence[Finding], known: frozenset[str]
) -> tuple[tuple[Finding, ...], int]:
    """Return the findings that a baseline lacks, and how many of it are gone."""
    prints = fingerprints(of_findings(findings))
    new = tuple(
        finding
        for finding, print_ in zip(findings, prints, strict=True)
        if print_ not in known
    )
    return new, len(known - set(prints))
