"""Templates for YAML without what they hold: only what their reader asks for stays."""

import re

from seawall.ingest.stored.form import DROPPED
from seawall.ingest.text.template import is_template

_MARK = re.compile(r"\{\{|\{%|<%")
_DOCUMENT = re.compile(r"(?:---|\.\.\.)(?=[ \t]|$)")
_FIELD = re.compile(
    r" {0,2}(?:apiVersion|kind|name|namespace): *[\"']?[^\"'\s#]+",
)


def is_templated(text: str) -> bool:
    """Whether a text that cannot be read is taken for a template."""
    return is_template(text)


def without_values(text: str) -> str:
    """Return the kinds and names that a template states, each on its line.

    One line stays that no YAML is, so that it is a template as before.
    """
    out: list[str] = []
    marked = False
    for line in text.split("\n"):
        if (match := _DOCUMENT.match(line)) or (match := _FIELD.match(line)):
            out.append(match[0])
        elif not marked and _MARK.search(line):
            out.append(f"{{{{ % {DROPPED} }}}}")
            marked = True
        else:
            out.append("")
    if not marked:
        last = max(len(out) - 1, 0)
        out[last] = f"{out[last]} {{{{ % {DROPPED} }}}}".lstrip()
    return "\n".join(out)
