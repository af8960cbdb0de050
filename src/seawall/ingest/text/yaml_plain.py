"""The plain part of YAML, read line by line, several times faster than a full reader.

Most manifests use block mappings and lists with one-line scalars and nothing else.
Those are read here. Whatever is not certain, a repeated key included, is refused with
`NotPlain`, and `ingest.yaml_full` reads it; the two agree on all that is accepted here.
"""

import re

SKIP, KEY, OPEN, LITERAL, ITEM, ITEM_KEY, ITEM_OPEN = range(7)
"""Kinds of line: nothing, `k: v`, `k:`, `k: |`, `- v`, `- k: v`, `- k:`."""

Line = tuple[int, int, int, object, object]
"""Kind, column of the dash or key, column of the key, key, value."""

_MEMO_LIMIT = 200_000
_UNSAFE = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]"
)
_LINE = re.compile(
    r"( *)(- +)?"
    r"(?:(?:([A-Za-z0-9_./$(][^\s:]{0,300}(?::[^\s:]{1,300})*)"
    r"|\"([^\"\\]{0,500})\"|'([^']{0,500})'):(?= |$))?"
    r" *(.*)"
)
_QUOTED = re.compile(r"(?:\"([^\"\\]*)\"|'([^']*)')(?: +#.*)? *")
_LITERAL = re.compile(r"\|(-?)(?: +#.*)? *")
_PLAIN_START = re.compile(r"[A-Za-z0-9_./$(+;^~]|-[^\s]")
_TOKEN = r"(?:[A-Za-z0-9][A-Za-z0-9_./-]*|\"[^\"\\,]*\"|'[^',]*')"  # noqa: S105
_FLOW_LIST = re.compile(rf"\[ *(?:({_TOKEN}(?: *, *{_TOKEN})*) *)?\](?: +#.*)? *")
_PAIR = rf"{_TOKEN} *: +{_TOKEN}"
_FLOW_MAP = re.compile(rf"\{{ *(?:({_PAIR}(?: *, *{_PAIR})*) *)?\}}(?: +#.*)? *")
_WHOLE = re.compile(r"-?[1-9][0-9]{0,17}|0")
_DECIMAL = re.compile(r"[0-9]{1,9}\.[0-9]{1,9}")
_DIGITS_BUT_TEXT = re.compile(
    r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}(?:/[0-9]{1,2})?"
    r"|[0-9][0-9A-Za-z./-]*[g-nq-swyG-NP-SU-WY][0-9A-Za-z./-]*"
)
_TRUE = ("yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON")
_FALSE = ("no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF")
_WORDS: dict[str, object] = {
    **dict.fromkeys(_TRUE, True),
    **dict.fromkeys(_FALSE, False),
    **dict.fromkeys(("~", "null", "Null", "NULL")),
}


class NotPlain(Exception):  # noqa: N818  (an answer, not a fault)
    """The text uses more of YAML than is read here."""


def parse_plain(text: str, memo: dict[str, Line]) -> object:
    """Return the value of one document.

    Args:
        text: The document without its `---` line; line feeds end its lines.
        memo: Lines that were met before; pass the same one again and again.

    Raises:
        NotPlain: The text must be read by `ingest.yaml_full`.
    """
    if _UNSAFE.search(text) is not None:
        raise NotPlain
    if len(memo) > _MEMO_LIMIT:
        memo.clear()
    try:
        return _build(text.split("\n"), memo)
    except IndexError:
        # A line stands further left than the first one.
        raise NotPlain from None


def _build(lines: list[str], memo: dict[str, Line]) -> object:  # noqa: C901, PLR0912, PLR0915
    # One loop on purpose: calls would cost more than the work that they do.
    root: object = None
    stack: list[tuple[int, dict[object, object] | list[object]]] = []
    current: dict[object, object] | list[object] | None = None
    level = 0
    waiting: object = None
    is_waiting = False
    position = 0
    while position < len(lines):
        line = lines[position]
        position += 1
        parsed = memo.get(line)
        if parsed is None:
            parsed = memo[line] = _classify(line)
        kind, column, key_column, key, value = parsed
        if kind == SKIP:
            continue
        if current is None:
            root = current = [] if kind >= ITEM else {}
            level = column
        elif is_waiting:
            if column > level or (column == level and kind >= ITEM):
                stack.append((level, current))
                fresh: dict[object, object] | list[object]
                fresh = [] if kind >= ITEM else {}
                current[waiting] = fresh  # type: ignore[call-overload]
                current = fresh
                level = column
            is_waiting = False
        while level > column:
            level, current = stack.pop()
        if level != column:
            raise NotPlain
        if kind >= ITEM and current.__class__ is list:
            if kind == ITEM:
                current.append(value)
                continue
            stack.append((level, current))
            fresh = {}
            current.append(fresh)
            current = fresh
            level = key_column
        elif kind >= ITEM:
            raise NotPlain
        elif current.__class__ is list:
            # A list may stand at the column of its key.
            level, current = stack.pop()
            if level != column or current.__class__ is not dict:
                raise NotPlain
        if key in current:
            raise NotPlain
        if kind == LITERAL:
            value, position = _literal(lines, position, column, chomp=bool(value))
        elif kind in (OPEN, ITEM_OPEN):
            waiting, is_waiting = key, True
        current[key] = value  # type: ignore[call-overload]
    return root


def _classify(line: str) -> Line:
    stripped = line.strip(" ")
    if not stripped or stripped[0] == "#":
        return SKIP, 0, 0, None, None
    match = _LINE.fullmatch(line)
    if match is None:
        raise NotPlain
    indent, dash, plain, double, single, rest = match.groups()
    column = len(indent)
    key_column = column + len(dash) if dash else column
    key: object = None
    if plain is not None:
        key = resolve(plain)
    elif double is not None or single is not None:
        key = double if double is not None else single
    elif not dash:
        raise NotPlain
    else:
        return ITEM, column, key_column, None, _value(rest)
    if not rest or rest[0] == "#":
        return (ITEM_OPEN if dash else OPEN), column, key_column, key, None
    literal = _LITERAL.fullmatch(rest)
    if literal is not None and not dash:
        return LITERAL, column, key_column, key, literal[1] == "-"
    return (ITEM_KEY if dash else KEY), column, key_column, key, _value(rest)


def _value(text: str) -> object:
    first = text[:1]
    if first in ('"', "'"):
        match = _QUOTED.fullmatch(text)
        if match is None:
            raise NotPlain
        return match[1] if match[1] is not None else match[2]
    if first == "[":
        match = _FLOW_LIST.fullmatch(text)
        if match is None:
            raise NotPlain
        return [_token(item) for item in match[1].split(",")] if match[1] else []
    if first == "{":
        return _flow_map(text)
    if _PLAIN_START.match(text) is None:
        raise NotPlain
    comment = text.find(" #")
    if comment >= 0:
        text = text[:comment]
    text = text.rstrip(" ")
    if ": " in text or text[-1] == ":":
        raise NotPlain
    return resolve(text)


def _flow_map(text: str) -> dict[object, object]:
    match = _FLOW_MAP.fullmatch(text)
    if match is None:
        raise NotPlain
    out: dict[object, object] = {}
    for pair in match[1].split(",") if match[1] else ():
        key_text, colon, value_text = pair.partition(": ")
        key = _token(key_text)
        if not colon or key in out:
            raise NotPlain
        out[key] = _token(value_text)
    return out


def _token(text: str) -> object:
    text = text.strip(" ")
    return text[1:-1] if text[0] in "\"'" else resolve(text)


def resolve(text: str) -> object:
    """Return what a plain scalar stands for, in the YAML that Kubernetes reads.

    Raises:
        NotPlain: It looks like a number in one of the rarer spellings.
    """
    first = text[0]
    if first.isalpha() or first in "~_/$(;^":
        return _WORDS.get(text, text)
    if first.isdigit() or first == "-":
        if _WHOLE.fullmatch(text) is not None:
            return int(text)
        if _DIGITS_BUT_TEXT.fullmatch(text) is not None:
            return text
        if _DECIMAL.fullmatch(text) is not None:
            return float(text)
        if first == "-" and (text[1:2].isalpha() or text[1:2] == "-"):
            return text
    elif first == "." and (text == "." or text[1] == "/"):
        return text
    raise NotPlain


def _literal(
    lines: list[str], position: int, column: int, *, chomp: bool
) -> tuple[str, int]:
    content: list[str] = []
    indent = -1
    deepest_blank = 0
    while position < len(lines):
        line = lines[position]
        stripped = line.lstrip(" ")
        depth = len(line) - len(stripped)
        if not stripped:
            if indent < 0:
                deepest_blank = max(deepest_blank, depth)
                content.append("")
            else:
                content.append(line[indent:])
            position += 1
            continue
        if depth <= column or 0 <= depth < indent:
            break
        if indent < 0:
            indent = depth
            if deepest_blank > depth:
                raise NotPlain
        content.append(line[indent:])
        position += 1
    if indent < 0:
        raise NotPlain
    joined = "\n".join(content)
    if joined[-1:] == " " or not joined.strip("\n"):
        raise NotPlain
    # At the end of a text without a last line end there is none to keep.
    cut_off = position == len(lines) and lines[-1] != ""
    joined = joined.rstrip("\n")
    return (joined if chomp or cut_off else joined + "\n"), position
