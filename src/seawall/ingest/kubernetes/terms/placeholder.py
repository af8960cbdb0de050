"""Text that somebody meant to replace before the object is applied."""

import re

_PLACEHOLDER = re.compile(
    r"\$\{[^}]*\}"
    r"|\$\([A-Za-z_][A-Za-z0-9_.]*\)"
    r"|\{\{.*?\}\}|\{%.*?%\}"
    r"|\$[A-Z_][A-Z0-9_]*"
    r"|__[A-Za-z0-9_]+__|%[A-Z_][A-Z0-9_]*%|@[A-Z_][A-Z0-9_]*@"
    r"|<[A-Za-z][^<>]*>"
    r"|\{[A-Za-z_][A-Za-z0-9_.]*\}"
    r"|#\{[^}]*\}#"
    r"|\bTEMP_[A-Z0-9_]+"
)


def placeholder_in(text: str) -> str | None:
    """Return the first placeholder in *text*, or None.

    Example:
        >>> placeholder_in("${TEAM}-web")
        '${TEAM}'
        >>> placeholder_in("web")
    """
    match = _PLACEHOLDER.search(text)
    return match[0] if match is not None else None
