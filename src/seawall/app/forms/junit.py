"""JUnit XML, which CI systems show as tests.

Source: the elements that they read: `testsuite`, `testcase`, `failure`, `error`,
`skipped`; there is no standard.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from seawall.app.forms.notice import Notice, from_here
from seawall.model.origin import Origin
from seawall.query.intents.verdict import Judged, Standing, Tested

_NO_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Source: W3C, XML 1.0, "Characters"."""


@dataclass(frozen=True, slots=True)
class _Case:
    """One test case; it passes without a word."""

    suite: str
    name: str
    origin: Origin | None
    word: str = ""
    says: str = ""
    text: str = ""


def junit(
    tested: Tested, notices: Sequence[Notice] = (), *, unknown_fails: bool
) -> str:
    """Return intents, one test case each, and findings, each a failure.

    An intent that is not known to hold is an error if *unknown_fails*, else skipped.
    """
    cases = [_of_intent(each, unknown_fails) for each in tested.judged]
    cases += [
        _Case(
            "findings",
            f"{item.code} {item.subject}",
            item.origin,
            "failure",
            item.message,
            f"{item.message}\nmend: {item.mend}",
        )
        for item in notices
    ]
    counts = f'tests="{len(cases)}"'
    for word, name in (
        ("failure", "failures"),
        ("error", "errors"),
        ("skipped", "skipped"),
    ):
        counts += f' {name}="{sum(case.word == word for case in cases)}"'
    return "\n".join(
        [
            '<?xml version="1.0" encoding="UTF-8"?>',
            f'<testsuites {counts}><testsuite name="seawall" {counts}>',
            *map(_element, cases),
            "</testsuite></testsuites>",
        ]
    )


def _of_intent(judged: Judged, unknown_fails: bool) -> _Case:  # noqa: FBT001
    intent = judged.intent
    if judged.standing is Standing.HOLDS:
        return _Case("intents", intent.name, intent.origin)
    word = "failure"
    if judged.standing is Standing.UNKNOWN:
        word = "error" if unknown_fails else "skipped"
    text = "\n".join(_lines(judged))
    return _Case("intents", intent.name, intent.origin, word, judged.says, text)


def _element(case: _Case) -> str:
    place = ""
    if case.origin is not None:
        file = _attribute(from_here(case.origin.path))
        place = f' file={file} line="{case.origin.line or 1}"'
    head = f'<testcase classname="{case.suite}" name={_attribute(case.name)}{place}'
    if not case.word:
        return f"{head}/>"
    says = f"message={_attribute(case.says)}"
    body = f"<{case.word} {says}>{escape(_plain(case.text))}</{case.word}>"
    return f"{head}>{body}</testcase>"


def _attribute(text: str) -> str:
    return quoteattr(_plain(text))


def _plain(text: str) -> str:
    """Return a text without characters that XML 1.0 does not take."""
    return _NO_XML.sub("\ufffd", text)


def _lines(judged: Judged) -> list[str]:
    lines = []
    for each in judged.breaches:
        place = f" ({each.origin})" if each.origin else ""
        packet = f"\n    packet: {each.packet}" if each.packet else ""
        services = f": {each.services}" if each.services else ""
        lines.append(f"{each.ends}{services}\n    {each.says}{place}{packet}")
    return lines or [judged.says]
