"""The form of an archive: a ZIP file of texts, and a manifest that names them.

Texts stand under numbers and not under their names, so that no name in an archive ever
leads to a file of the machine that reads it.
"""

import re
from dataclasses import dataclass

SCHEMA = "seawall/snapshot/v1"
MANIFEST = "seawall-snapshot.json"
MAGIC = b"PK\x03\x04"
ENTRY = re.compile(r"files/[0-9]{6}")

MOST_FILES = 100_000
LARGEST_MANIFEST = 64 * 2**20
LARGEST_TOTAL = 2 * 2**30

DROPPED = "(dropped)"
"""What stands where a secret was."""


def is_dropped(text: str) -> bool:
    """Whether a text stands where a secret was; it may bear a number."""
    return text.startswith(DROPPED[:-1]) and text.endswith(")")


@dataclass(frozen=True, slots=True)
class StoredNote:
    """Something that was told while the paths were walked.

    Attributes:
        level: Its weight, as `error`.
        path: Which path it is about; empty for none.
        what: What it is.
        why: The rule that it touches.
        mend: What to do.
    """

    level: str
    path: str
    what: str
    why: str
    mend: str


@dataclass(frozen=True, slots=True)
class StoredFault:
    """What could not be read of a file, and so was not kept.

    Attributes:
        document: The number of the document, from 0.
        line: Its line, from 1.
        what: What is wrong.
        why: The rule that it touches.
        mend: What to do.
    """

    document: int
    line: int
    what: str
    why: str
    mend: str


@dataclass(frozen=True, slots=True)
class StoredLost:
    """An object that a text names where it could not be read, and so was not kept.

    Attributes:
        api_version: As written; empty if absent.
        kind: As written.
        line: Its line, from 1.
    """

    api_version: str
    kind: str
    line: int


@dataclass(frozen=True, slots=True)
class StoredFile:
    """One file of an archive.

    Attributes:
        path: As the user named it when it was read.
        sha256: Digest of the bytes that were read, before secrets were dropped.
        content: The text without secrets, as UTF-8.
        expected: Whether its name, or the user, said that it is YAML or JSON.
        named: Whether the user named the file itself.
        faults: What could not be read of it and stands empty.
        lost: What that names.
    """

    path: str
    sha256: str
    content: bytes
    expected: bool
    named: bool
    faults: tuple[StoredFault, ...] = ()
    lost: tuple[StoredLost, ...] = ()


@dataclass(frozen=True, slots=True)
class Stored:
    """What an archive holds.

    Attributes:
        files: In the order in which they were read.
        notes: What was told while the paths were walked.
        ignored: How many files were neither YAML nor JSON.
        namespace: The namespace of objects that state none.
    """

    files: tuple[StoredFile, ...]
    notes: tuple[StoredNote, ...]
    ignored: int
    namespace: str


class BadArchive(Exception):  # noqa: N818  (the input's fault, not ours)
    """An archive cannot be used; says why, as a clause."""
