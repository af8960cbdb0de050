"""Writes findings and intents in the forms of other tools."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from seawall.app.cli.write import write_json, write_text

if TYPE_CHECKING:
    from seawall.audit.finding import Finding
    from seawall.model.suppression import Suppression
    from seawall.query.intents.verdict import Tested

FORMS = ("sarif", "junit", "github", "gitlab", "md")


def write_form(
    form: str,
    file: Path | None,
    findings: "Sequence[Finding] | None",
    tested: "Tested",
    *,
    unknown: str,
    suppressed: "Sequence[tuple[Finding, Suppression]]" = (),
) -> None:
    """Write findings and intents.

    Args:
        form: One of `FORMS`.
        file: Where to; None for standard output.
        findings: Findings; None where they were not looked for.
        tested: Intents.
        unknown: What an intent that is not known to hold does: `fail`, `warn` or `ok`.
        suppressed: Findings that are not told of, each with what suppresses it; SARIF
            holds them as such.
    """
    from seawall.app.forms.notice import of_findings, of_intents, of_suppressed

    found = of_findings(findings or ())
    notices = found + of_intents(tested.judged, unknown=unknown != "ok")
    if form == "sarif":
        from seawall.app.cli.rules import entries
        from seawall.app.forms.sarif import sarif

        every = [*notices, *of_suppressed(suppressed)]
        write_json(sarif(every, {each.code: each.text for each in entries()}), file)
    elif form == "gitlab":
        from seawall.app.forms.annotations import gitlab

        write_json(gitlab(notices), file)
    elif form == "github":
        from seawall.app.forms.annotations import github

        write_text(github(notices), file)
    elif form == "junit":
        from seawall.app.forms.junit import junit

        write_text(junit(tested, found, unknown_fails=unknown == "fail"), file)
    else:
        from seawall.app.forms.markdown import intents_md, notices_md

        parts = [notices_md("Findings", found)] if findings is not None else []
        parts += [intents_md(tested)] if tested.judged else []
        write_text("\n\n".join(parts), file)
