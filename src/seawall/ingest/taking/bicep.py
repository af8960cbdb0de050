"""Drops secrets from Bicep: its texts are replaced, and all that it computes stays.

Source: Azure docs, Bicep parameters (`@secure()`), data types (strings), read 2026-11.
"""

from collections.abc import Iterator, Sequence

from seawall.ingest.bicep.language.scanner import Token, tokens
from seawall.ingest.bicep.language.stream import STARTS
from seawall.ingest.taking.sensitive import is_secret_key, looks_secret
from seawall.ingest.taking.tree import DROPPED

_TEXTS = frozenset({"text", "left", "middle", "right", "hollow"})
_LISTS = frozenset({"environmentvariables", "environment", "envvars"})
_BRACKETS = {"{": 1, "[": 1, "(": 1, "}": -1, "]": -1, ")": -1}


def source_without_secrets(text: str) -> tuple[str, int]:
    """Return a file without its secrets, with as many lines, and how many it had."""
    found = tokens(text)
    secret = set(_Walk(found).secrets())
    parts: list[str] = []
    at = count = 0
    for index, token in enumerate(found):
        between = text[at : token.start]
        written = text[token.start : token.end]
        if looks_secret(between):
            between, count = "\n" * between.count("\n"), count + 1
        if index in secret and token.text:
            written, count = _replaced(written), count + 1
        elif token.kind == "bad" and looks_secret(written):
            written, count = "\n" * written.count("\n"), count + 1
        parts += [between, written]
        at = token.end
    return "".join(parts), count


def _replaced(written: str) -> str:
    """Return what stands where a text was, its quotes and lines kept."""
    lines = written.count("\n")
    if written.lstrip("$").startswith("'''"):
        return f"'''{DROPPED}" + "\n" * lines + "'''"
    head = written[0]
    tail = "${" if written.endswith("${") else written[-1]
    return f"{head}{DROPPED}{tail}" + "\n" * lines


class _Walk:
    """Goes through the tokens of a file, and knows what each text stands under."""

    def __init__(self, found: Sequence[Token]) -> None:
        self._found = found
        self._secure = False
        self._of_secrets = False
        # Whether what stands in each bracket around is secret.
        self._around: list[bool] = [False]
        self._key = ""
        self._valued = False

    def secrets(self) -> Iterator[int]:
        """Yield the places of texts that are secret."""
        pending = False
        for index, token in enumerate(self._found):
            if token.kind == "name" and token.text == "secure":
                pending = pending or self._after(index, "@", ".")
            elif self._begins(index):
                self._secure = pending and token.text == "param"
                pending = False
                self._start(index)
            elif token.kind == "sign":
                self._sign(index, token.text)
            elif token.kind == "newline":
                self._key = self._key if self._after(index, ":", "=") else ""
            elif token.kind in _TEXTS and self._is_secret(token):
                yield index

    def _after(self, index: int, *signs: str) -> bool:
        before = self._found[index - 1] if index else None
        return before is not None and before.kind == "sign" and before.text in signs

    def _begins(self, index: int) -> bool:
        token = self._found[index]
        before = self._found[index - 1].kind if index else "newline"
        starts = token.kind == "name" and token.text in STARTS
        return starts and before == "newline" and len(self._around) == 1

    def _start(self, index: int) -> None:
        """Note what is declared: its name, and whether it is a resource of secrets."""
        after = self._found[index + 1 : index + 3]
        self._key = after[0].text if after and after[0].kind == "name" else ""
        self._valued = False
        is_resource = self._found[index].text == "resource" and len(after) > 1
        self._of_secrets = is_resource and "/secrets" in after[1].text.lower()

    def _sign(self, index: int, sign: str) -> None:
        if sign == "=" and len(self._around) == 1:
            self._valued = True
        elif sign == ":":
            before = self._found[index - 1]
            self._key = before.text if before.kind in {"name", "text"} else self._key
        elif _BRACKETS.get(sign) == 1:
            listed = self._valued and self._key.lower() in _LISTS
            self._around.append(self._around[-1] or listed or self._is_key())
            if sign != "(":
                self._key = ""
        elif _BRACKETS.get(sign) == -1 and len(self._around) > 1:
            self._around.pop()

    def _is_key(self) -> bool:
        if self._of_secrets and self._key == "value":
            return True
        return self._valued and is_secret_key(self._key)

    def _is_secret(self, token: Token) -> bool:
        if looks_secret(token.text):
            return True
        if not self._valued:
            return False
        return self._secure or self._around[-1] or self._is_key()
