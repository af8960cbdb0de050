import codecs

import pytest

from seawall.ingest.text.encoding import decode, is_binary


@pytest.mark.parametrize(
    "data",
    [
        "ä: 1\n".encode(),
        codecs.BOM_UTF8 + "ä: 1\n".encode(),
        codecs.BOM_UTF16_LE + "ä: 1\n".encode("utf-16-le"),
        codecs.BOM_UTF16_BE + "ä: 1\n".encode("utf-16-be"),
        "ä: 1\r\n".encode(),
    ],
)
def test_every_usual_encoding_is_read(data: bytes) -> None:
    assert not is_binary(data)
    assert decode(data) == "ä: 1\n"


def test_bytes_of_no_text_are_binary() -> None:
    assert is_binary(b"\x7fELF\0\0")


def test_broken_utf8_is_an_error() -> None:
    with pytest.raises(UnicodeDecodeError):
        decode(b"a: \xff\n")
