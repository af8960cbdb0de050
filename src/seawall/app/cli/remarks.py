"""Suppressions that stand as comments in the files themselves.

    # seawall:ignore AKS204 until 2027-03-31: the importer needs it

It speaks of its own line, or, if nothing else stands there, of the next line that is no
comment. Files are searched again, because what reads them keeps no comments.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from seawall.model.diagnostic import Diagnostic, Level
from seawall.model.origin import Origin
from seawall.model.snapshot import InputFile
from seawall.model.suppression import Suppression

_MARK = b"seawall:ignore"
_REMARK = re.compile(
    r"(?P<before>.*?)(?:#|//)\s*seawall:ignore\b\s*(?P<rules>[A-Za-z0-9, ]*?)"
    r"(?:\s+until\s+(?P<day>\S+?))?\s*(?::\s*(?P<reason>.*?))?\s*$"
)
_COMMENT = re.compile(r"\s*(?:#|//|$)")


def remarks(
    inputs: Sequence[InputFile],
) -> tuple[tuple[Suppression, ...], tuple[Diagnostic, ...]]:
    """Return the suppressions in comments of input files, and what is wrong with them.

    Files that are no longer there, such as standard input, are passed over.
    """
    found: list[Suppression] = []
    faults: list[Diagnostic] = []
    for item in inputs:
        path = Path(item.path)
        try:
            content = path.read_bytes() if path.is_file() else b""
        except OSError:
            continue
        if _MARK not in content:
            continue
        for read in _of(item.path, content.decode("utf-8", "replace").splitlines()):
            if isinstance(read, Diagnostic):
                faults.append(read)
            else:
                found.append(read)
    return tuple(found), tuple(faults)


def _of(path: str, lines: list[str]) -> Iterator[Suppression | Diagnostic]:
    for at, line in enumerate(lines):
        match = _REMARK.match(line)
        if match is None:
            continue
        origin = Origin(path, finder=lambda _d, _p, number=at + 1: number)  # type: ignore[misc]
        rules = match["rules"].replace(",", " ").split()
        day, fault = _day(match["day"])
        if not rules or not match["reason"] or fault:
            yield Diagnostic(
                Level.ERROR,
                origin,
                fault or "the comment `seawall:ignore` lacks a rule or a reason",
                "it is not heeded: nobody could tell later whether it is still wanted",
                "write `# seawall:ignore AKS204 until 2027-03-31: the reason`",
            )
            continue
        target = at
        if not match["before"].strip():
            while target < len(lines) and _COMMENT.match(lines[target]):
                target += 1
        for rule in rules:
            yield Suppression(
                rule.upper(), "", path, match["reason"], day, origin, target + 1
            )


def _day(text: str | None) -> tuple[date | None, str]:
    if text is None:
        return None, ""
    try:
        return date.fromisoformat(text), ""
    except ValueError:
        return None, f"`{text}` of the comment `seawall:ignore` is not a day"
