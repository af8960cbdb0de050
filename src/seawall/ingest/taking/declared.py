"""Which parameters and variables are declared, and which of them as secret.

Source: Azure docs, ARM template parameters and Bicep `@secure()`; Terraform docs, Input
Variables (`sensitive`).
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from seawall.ingest.taking.structure import structure
from seawall.ingest.taking.tree import Branch, NoTree, Value, trees

_DECLARES = re.compile(r'"parameters"|"variable"', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Declared:
    """What is declared, in lower case.

    Attributes:
        secret: Names that are secret somewhere.
        plain: Names that are declared in the open somewhere.
    """

    secret: frozenset[str] = frozenset()
    plain: frozenset[str] = frozenset()

    def hides(self, name: str) -> bool:
        """Whether what is given under a name is dropped.

        What nothing declares is used by nothing, and may be a secret.
        """
        lower = name.lower()
        return lower in self.secret or lower not in self.plain


NOTHING = Declared()


def declared_in(files: Iterable[tuple[str, str]]) -> Declared:
    """Return what texts declare, given with their paths."""
    secret: set[str] = set()
    plain: set[str] = set()
    for path, text in files:
        for name, is_secret in _declarations(path.lower(), text):
            (secret if is_secret else plain).add(name.lower())
    return Declared(frozenset(secret), frozenset(plain))


def _declarations(path: str, text: str) -> Iterator[tuple[str, bool]]:
    if path.endswith(".tf"):
        for block in structure(text, bicep=False).root.children:
            if block.key == "variable":
                secret = block.said.get("sensitive", "false") != "false"
                yield "".join(block.labels[:1]), secret
    elif path.endswith(".bicep"):
        file = structure(text, bicep=True).root
        for name, word in file.word.items():
            if word == "param":
                yield name, "secure" in file.marks[name]
    elif not path.endswith((".tfvars", ".bicepparam")) and _DECLARES.search(text):
        try:
            roots = trees(text)
        except NoTree:
            return
        for root in roots:
            yield from _of_tree(root)


def _of_tree(root: Value) -> Iterator[tuple[str, bool]]:
    waiting, seen = [root], set[int]()
    while waiting:
        value = waiting.pop()
        if not isinstance(value, Branch) or id(value) in seen:
            continue
        seen.add(id(value))
        for part in ("parameters", "variable"):
            held = value.get(part)
            for name, item in held.children if isinstance(held, Branch) else ():
                if isinstance(item, Branch) and (
                    part == "variable" or item.get("type") is not None
                ):
                    kind = item.said("type").lower()
                    secret = kind.startswith("secure")
                    yield str(name), secret or item.said("sensitive") == "true"
        waiting += [child for _, child in value.children]
