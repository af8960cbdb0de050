"""Functions that write and read other formats, hashes, and dates."""

import base64
import binascii
import csv
import hashlib
import io
import json
import re
import uuid
from collections.abc import Callable, Mapping
from urllib.parse import quote

from seawall.ingest.terraform.evaluation.functions.texts import checked
from seawall.ingest.terraform.evaluation.values import (
    MOST_ITEMS,
    Budget,
    Computed,
    Encoded,
    Failed,
    Lazy,
    Unknown,
    Value,
    known,
    text_of,
)
from seawall.ingest.text.yaml_text import parse_stream

_ESCAPED = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"}
_NAMESPACES = {
    "dns": uuid.NAMESPACE_DNS,
    "url": uuid.NAMESPACE_URL,
    "oid": uuid.NAMESPACE_OID,
    "x500": uuid.NAMESPACE_X500,
}


def jsonencode(value: Value) -> Value:
    """Return JSON; with parts that are not known, what they stand in is kept."""
    hidden = known(value, Budget())
    if hidden is not None:
        return Encoded(hidden.why, set=True, value=value)
    try:
        text = json.dumps(_plain(value), separators=(",", ":"), ensure_ascii=False)
    except (TypeError, ValueError, RecursionError):
        raise Failed("a value cannot be written as JSON") from None
    for sign, escaped in _ESCAPED.items():
        text = text.replace(sign, escaped)
    return checked(text)


def _plain(value: Value) -> Value:
    if isinstance(value, Lazy):
        return _plain(value.plain())
    if isinstance(value, Computed):
        raise Failed("whole resources are not encoded")
    if isinstance(value, Mapping):
        return {key: _plain(value[key]) for key in sorted(value)}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value


def jsondecode(value: Value) -> Value:
    """Return what JSON says."""
    if isinstance(value, Encoded):
        return value.value
    if isinstance(value, Unknown):
        return Unknown(value.why)
    try:
        found: Value = json.loads(text_of(value), parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise Failed("a text is not valid JSON") from None
    return found


def _no_constant(name: str) -> Value:
    raise ValueError(name)


def _yamldecode(value: Value) -> Value:
    documents = list(parse_stream(text_of(value)))
    if len(documents) != 1 or documents[0].fault is not None:
        raise Failed("a text is not one valid document of YAML")
    return _textual(documents[0].value, 0)


def _textual(value: object, depth: int) -> Value:
    """Return YAML with keys as texts."""
    if depth > 50:  # noqa: PLR2004
        raise Failed("a value is nested too deeply")
    if isinstance(value, Mapping):
        return {text_of(key): _textual(it, depth + 1) for key, it in value.items()}
    if isinstance(value, list):
        return [_textual(item, depth + 1) for item in value]
    if value is None or isinstance(value, str | bool | int | float):
        return value
    return str(value)


def _csvdecode(text: Value) -> Value:
    try:
        rows = list(csv.DictReader(io.StringIO(text_of(text))))
    except csv.Error:
        raise Failed("a text is not valid CSV") from None
    if len(rows) > MOST_ITEMS:
        raise Failed(f"a list has more than {MOST_ITEMS} elements")
    return [{str(key): value for key, value in row.items()} for row in rows]


def _base64decode(text: Value) -> Value:
    try:
        return base64.b64decode(text_of(text), validate=True).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError, ValueError):
        raise Failed("a text is not base64 of a text") from None


def _base64encode(text: Value) -> Value:
    return base64.b64encode(_bytes(text)).decode("ascii")


def _bytes(text: Value) -> bytes:
    return text_of(text).encode("utf-8", "surrogatepass")


def _hash(name: str) -> Callable[[Value], Value]:
    def call(text: Value) -> Value:
        return hashlib.new(name, _bytes(text), usedforsecurity=False).hexdigest()

    return call


def _hash64(name: str) -> Callable[[Value], Value]:
    def call(text: Value) -> Value:
        found = hashlib.new(name, _bytes(text), usedforsecurity=False).digest()
        return base64.b64encode(found).decode("ascii")

    return call


def _uuidv5(namespace: Value, name: Value) -> Value:
    space = text_of(namespace)
    try:
        known_space = _NAMESPACES.get(space) or uuid.UUID(space)
    except ValueError:
        raise Failed("there is no such namespace") from None
    return str(uuid.uuid5(known_space, text_of(name)))


def _basename(path: Value) -> Value:
    return re.split("/", text_of(path).rstrip("/"))[-1]


def _dirname(path: Value) -> Value:
    head, slash, _ = text_of(path).rpartition("/")
    return head or ("/" if slash else ".")


ENCODINGS: dict[str, Callable[..., Value]] = {
    "base64decode": _base64decode,
    "base64encode": _base64encode,
    "base64sha256": _hash64("sha256"),
    "base64sha512": _hash64("sha512"),
    "basename": _basename,
    "csvdecode": _csvdecode,
    "dirname": _dirname,
    "md5": _hash("md5"),
    "sha1": _hash("sha1"),
    "sha256": _hash("sha256"),
    "sha512": _hash("sha512"),
    "urlencode": lambda text: checked(
        quote(text_of(text), safe="").replace("%20", "+")
    ),
    "uuidv5": _uuidv5,
    "yamldecode": _yamldecode,
}
