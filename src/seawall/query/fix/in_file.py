"""Changes as edits of files: a document that gets another text, or a file that is new.

What is written was read back as it is meant when the change was made. A document with
comments or labels of its own is left to people, and so is one that means something else
once it is built into what is applied.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from seawall.ingest.kustomize.shelf import NAMES
from seawall.ingest.manifest import read_manifest
from seawall.ingest.text.position import FileLines
from seawall.ingest.text.yaml_text import split
from seawall.model.origin import Origin
from seawall.model.policy import Policy
from seawall.query.fix.change import Change
from seawall.query.fix.policy_change import FILE, PolicyChange
from seawall.query.fix.policy_edit import PolicyEdit
from seawall.query.migration.manifest import as_yaml, network_policy

_KEYS = {"apiVersion", "kind", "metadata", "spec"}
_BUILT = (*NAMES, "Chart.yaml")


@dataclass(frozen=True, slots=True)
class FileEdit:
    """Text that takes the place of some lines of a file.

    Attributes:
        path: The file, as the user named it.
        text: What is written, without the last line break.
        first: The first line that goes, from 1; 0 for a file that is new.
        last: The last line that goes.
        width: How many characters that has.
    """

    path: str
    text: str
    first: int = 0
    last: int = 0
    width: int = 0


def in_files(changes: Sequence[Change], beside: Origin | None) -> tuple[FileEdit, ...]:
    """Return changes as edits; nothing unless all of them can be written so.

    Args:
        changes: All are needed.
        beside: Where the finding points; a new file is put into the same folder.
    """
    found = [_edit(change, beside) for change in changes]
    known = tuple(each for each in found if each is not None)
    places = {(each.path, each.first) for each in known}
    return known if len(places) == len(found) else ()


def _edit(change: Change, beside: Origin | None) -> FileEdit | None:
    if isinstance(change, PolicyEdit):
        return _in_place(change)
    if isinstance(change, PolicyChange) and beside is not None:
        return _new(change, beside)
    return None


def _in_place(change: PolicyEdit) -> FileEdit | None:
    """Return the edit of the document that holds a policy, and nothing else."""
    origin = change.before.origin
    if origin.pointer or not isinstance(origin.finder, FileLines):
        return None
    try:
        text = origin.finder.read()
        chunk = split(text)[origin.document]
    except (OSError, ValueError, IndexError):
        return None
    lines = chunk.text.split("\n")
    held = [at for at, line in enumerate(lines) if _says(line)]
    if origin.finder.form != "yaml" or not held or _is_built(origin):
        return None
    body = lines[held[0] : held[-1] + 1]
    if any("#" in line for line in body) or not _means("\n".join(body), change.before):
        return None
    first = text.count("\n", 0, chunk.start) + held[0] + 1
    last = first + len(body) - 1
    new = _in_words_of("\n".join(body), change.text)
    return FileEdit(
        origin.path, new.rstrip("\n"), first, last, len(body[-1].rstrip("\r"))
    )


def _says(line: str) -> bool:
    """Whether a line belongs to a document, and is no mark or comment before it."""
    bare = line.strip()
    return bool(bare) and not bare.startswith(("#", "---", "...", "%"))


def _means(text: str, policy: Policy) -> bool:
    """Whether a text is a policy and says nothing that another text would not keep."""
    objects, _ = read_manifest(text, FILE)
    if len(objects.policies) != 1 or objects.opaque_policies:
        return False
    written = yaml.safe_load(text)
    if set(written) - _KEYS or set(written["metadata"]) - {"name", "namespace"}:
        return False
    return as_yaml(network_policy(objects.policies[0])) == as_yaml(
        network_policy(policy)
    )


def _in_words_of(text: str, new: str) -> str:
    """Return a text that names no namespace where the one in its place names none."""
    if "namespace" in yaml.safe_load(text)["metadata"]:
        return new
    written = yaml.safe_load(new)
    del written["metadata"]["namespace"]
    return as_yaml(written)


def _new(change: PolicyChange, beside: Origin) -> FileEdit | None:
    """Return a file for a policy, beside one that is applied as it stands."""
    name = change.name.replace("/", "-") + ".yaml"
    try:
        fits = not (Path(beside.path).parent / name).exists()
    except (OSError, ValueError):
        return None
    kept = isinstance(beside.finder, FileLines) and beside.finder.form == "yaml"
    dumped = beside.pointer[:1] == ("items",)  # what is printed is applied by nobody
    if not (fits and kept) or dumped or _is_built(beside):
        return None
    folder = beside.path.replace("\\", "/").rpartition("/")[0]
    return FileEdit(f"{folder}/{name}" if folder else name, change.text.rstrip("\n"))


def _is_built(origin: Origin) -> bool:
    """Whether a file may be put together with others, or is none, as standard input."""
    if not Path(origin.path).is_file():
        return True
    above = Path(origin.path).absolute().parents
    return any((place / name).exists() for place in above for name in _BUILT)
