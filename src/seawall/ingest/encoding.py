"""From bytes to text: byte order marks, UTF-16, line ends."""

import codecs

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def is_binary(data: bytes) -> bool:
    """Whether the first bytes are those of no text."""
    if any(data.startswith(mark) for mark, _ in _MARKS):
        return False
    return b"\0" in data


def decode(data: bytes) -> str:
    """Return the text, without byte order mark, its lines ended by line feeds.

    Raises:
        UnicodeDecodeError: The bytes are not in the encoding that they claim.
    """
    encoding = "utf-8"
    for mark, name in _MARKS:
        if data.startswith(mark):
            data, encoding = data[len(mark) :], name
            break
    text = data.decode(encoding)
    return text.replace("\r\n", "\n") if "\r\n" in text else text
