"""Text from inputs, made harmless to a terminal.

Names may hold anything. What would move the cursor, ring, or retitle the window is
shown as an escape sequence in letters instead.
"""

import re

_CONTROL = re.compile(
    # All control characters but tab, line feed and our own colours.
    "\x1b(?!\\[[0-9;]*m)|[\x00-\x08\x0b-\x1a\x1c-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e"
    "\u2066-\u2069\ud800-\udfff]"
)


def harmless(text: str) -> str:
    """Return *text* with control characters and broken characters spelled out."""
    return _CONTROL.sub(lambda match: _spelled(match[0]), text)


def _spelled(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")
