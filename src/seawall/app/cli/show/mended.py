"""A proved change that mends a finding, in short or in full."""

from collections.abc import Iterator

from seawall.app.cli.show.words import wrapped
from seawall.audit.finding import Mended


def fix_lines(fix: Mended, *, in_full: bool) -> Iterator[str]:
    """Yield the lines of a change; in full with what carries it out."""
    says = f"fix:  {fix.says} ({fix.proof})"
    yield "        " + wrapped(says, 14, 8)
    shown = fix.closes if in_full else ()
    for effect in shown:
        yield "          " + wrapped(f"It {effect}.", 12, 10)
    for change in fix.changes if in_full else ():
        for note in change.notes:
            yield "          " + wrapped(note, 12, 10)
        for snippet in change.snippets():
            yield ""
            yield f"          # {snippet.name} ({snippet.form})"
            yield from (f"          {line}" for line in snippet.text.splitlines())
