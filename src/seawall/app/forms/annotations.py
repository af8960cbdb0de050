"""Annotations for pipelines, and the code quality report of GitLab.

Source: GitHub docs, Workflow commands: error, warning and notice, with the characters
that must be escaped; GitLab docs, Code Quality report format.
"""

from collections.abc import Sequence

from seawall.app.forms.notice import Notice, fingerprints, from_here
from seawall.audit.finding import Severity

_COMMANDS = {
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "notice",
    Severity.INFO: "notice",
}
_QUALITY = {
    Severity.HIGH: "critical",
    Severity.MEDIUM: "major",
    Severity.LOW: "minor",
    Severity.INFO: "info",
}


def github(notices: Sequence[Notice]) -> str:
    """Return one workflow command a line."""
    return "\n".join(map(_command, notices))


def _command(notice: Notice) -> str:
    properties = {"title": f"{notice.code} {notice.name}"}
    if notice.origin is not None:
        properties["file"] = from_here(notice.origin.path)
        if (line := notice.origin.line) is not None:
            properties["line"] = str(line)
    told = ",".join(f"{key}={_property(text)}" for key, text in properties.items())
    mend = f"\nmend: {notice.mend}" if notice.mend else ""
    return f"::{_COMMANDS[notice.severity]} {told}::{_data(notice.message + mend)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def gitlab(notices: Sequence[Notice]) -> list[dict[str, object]]:
    """Return the entries of a code quality report; each needs a place."""
    out: list[dict[str, object]] = []
    for notice, print_ in zip(notices, fingerprints(notices), strict=True):
        origin = notice.origin
        out.append(
            {
                "description": notice.message,
                "check_name": notice.code,
                "fingerprint": print_,
                "severity": _QUALITY[notice.severity],
                "location": {
                    "path": from_here(origin.path) if origin else ".",
                    "lines": {"begin": (origin.line if origin else None) or 1},
                },
            }
        )
    return out
