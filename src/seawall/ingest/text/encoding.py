"""From bytes to text: byte order marks, UTF-16, line ends."""

import codecs

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_STEP = 2**20


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


def is_utf8(data: bytes) -> bool:
    """Whether bytes are UTF-8 without a byte order mark; needs little memory."""
    if data.isascii():
        return True
    if any(data.startswith(mark) for mark, _ in _MARKS):
        return False
    decoder = codecs.getincrementaldecoder("utf-8")()
    view = memoryview(data)
    try:
        for start in range(0, len(data), _STEP):
            decoder.decode(view[start : start + _STEP])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True
