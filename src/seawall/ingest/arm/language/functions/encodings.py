"""Texts in other spellings: base 64, addresses of pages, data of pages.

Source: Azure docs, template-functions-string, read 2026-11.
"""

import base64
import binascii
import json
from urllib.parse import quote, unquote, unquote_to_bytes, urljoin

from seawall.ingest.arm.language.signature import STRING, WHATEVER, Library
from seawall.ingest.arm.language.tree import Fault
from seawall.ingest.arm.language.values import Value


def declare(library: Library) -> None:
    """Add them to a library."""
    library.add("base64", STRING, kind="string")(_encoded)
    library.add("base64ToString", STRING, kind="string")(_decoded)
    library.add("base64ToJson", STRING)(lambda text: parsed(_decoded(text)))
    library.add("dataUri", STRING, kind="string")(
        lambda text: f"data:text/plain;charset=utf8;base64,{_encoded(text)}"
    )
    library.add("dataUriToString", STRING, kind="string")(_of_data)
    library.add("uri", STRING, STRING, kind="string")(_uri)
    library.add("uriComponent", STRING, kind="string")(
        lambda text: quote(text, safe="-_.!~*'()")
    )
    library.add("uriComponentToString", STRING, kind="string")(unquote)
    library.add("json", STRING)(parsed)
    library.add("string", WHATEVER, kind="string")(written)


def _encoded(text: str) -> str:
    return base64.b64encode(text.encode("utf-8", "surrogatepass")).decode()


def _decoded(text: str) -> str:
    try:
        return base64.b64decode(text, validate=True).decode()
    except (binascii.Error, ValueError):
        raise Fault("a text is not base 64 of a text") from None


def _of_data(text: str) -> str:
    head, comma, data = text.partition(",")
    if not comma or not head.startswith("data:"):
        raise Fault("a text is not the address of data")
    if head.endswith(";base64"):
        return _decoded(data)
    return unquote_to_bytes(data).decode("utf-8", "replace")


def _uri(base: str, relative: str) -> str:
    try:
        return urljoin(base, relative)
    except ValueError:
        raise Fault(f"`{base[:60]}` is no address") from None


def parsed(text: str) -> Value:
    """Return what a text is in JSON.

    Raises:
        Fault: It is not JSON.
    """
    try:
        return json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise Fault("a text is not JSON") from None


def _refuse(word: str) -> object:
    raise ValueError(word)


def written(value: Value) -> str:
    """Return a value as a text: words for truth values, JSON for what has parts."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(value)
    if value is None:
        return ""
    try:
        return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    except RecursionError:
        raise Fault("a value is nested too deep") from None
