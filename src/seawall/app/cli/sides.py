"""What `diff` compares: two inputs, two revisions, or the two sides of a plan.

A revision is laid out in a folder that is gone when the command ends; what is shown of
a file in it is named as git names it, `REV:path`.
"""

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from seawall.app.cli.read import working

if TYPE_CHECKING:
    from seawall.ingest.git.tool import Repository
    from seawall.model.diagnostic import Diagnostic

_RANGE = re.compile(r"(?P<old>[^./].*?)?(?P<dots>\.\.\.?)(?![./])(?P<new>.*)")
"""Two revisions; what has slashes or dots beside the dots is a path."""
TWO = 2
SHORT = 12
"""So many characters of a commit's id are shown."""


@dataclass(frozen=True, slots=True)
class Names:
    """What people call the folders in which revisions are laid out.

    Attributes:
        shown: Pairs of a folder and the revision that it stands for.
    """

    shown: tuple[tuple[str, str], ...] = ()

    def text(self, text: str) -> str:
        """Return a text with revisions for folders."""
        for folder, revision in self.shown:
            if folder in text:
                text = text.replace(f"{folder}/", f"{revision}:")
                text = text.replace(folder, f"{revision}:")
        return text

    def plain(self, value: object) -> object:
        """Return data as JSON has it, with revisions for folders."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, dict):
            return {key: self.plain(item) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return [self.plain(item) for item in value]
        return value

    def diagnostic(self, item: "Diagnostic") -> "Diagnostic":
        """Return a diagnostic with revisions for folders."""
        origin = item.origin
        if origin is not None:
            origin = replace(origin, path=self.text(origin.path))
        what, why, mend = map(self.text, (item.what, item.why, item.mend))
        return replace(item, origin=origin, what=what, why=why, mend=mend)


@dataclass(frozen=True, slots=True)
class Given:
    """One side of a comparison, not read yet.

    Attributes:
        name: What people call it.
        paths: What is read.
        told: What was told while it was made ready.
        plan: Which side of a plan it is.
        is_plan: Whether both sides are those of one plan.
    """

    name: str
    paths: tuple[str, ...]
    told: tuple["Diagnostic", ...] = ()
    plan: Literal["before", "after"] = "after"
    is_plan: bool = False


@dataclass(frozen=True, slots=True)
class _Asked:
    """What one argument asks for.

    Attributes:
        text: As it was written.
        revision: The revision in it; empty if it is a path.
        path: The path in that revision; None if none is named.
        base: The revision from which the ancestor that it shares is meant.
    """

    text: str
    revision: str = ""
    path: str | None = None
    base: str = ""


def two_given(paths: Sequence[str]) -> tuple[Given, Given, Names]:
    """Return the two sides that arguments name, and what to call their places.

    Raises:
        click.UsageError: They do not name two.
        InputError: A revision cannot be read.
    """
    asked = _range(paths) or _pair(paths)
    if len(paths) == 1 and asked is None:
        made = Given("after the plan", tuple(paths), is_plan=True)
        return replace(made, name="before the plan", plan="before"), made, Names()
    if asked is None:
        raise click.UsageError(
            "name two inputs, OLD and NEW; revisions, as `main..HEAD`; one plan of "
            "Terraform; or one input and --engine twice"
        )
    old, new, within = asked
    if not (old.revision or new.revision):
        plain = tuple(Given(item.text, (item.text,)) for item in (old, new))
        return plain[0], plain[1], Names()
    names: list[tuple[str, str]] = []
    given = [
        _given(one, other, within, names) for one, other in ((old, new), (new, old))
    ]
    return given[0], given[1], Names(tuple(names))


def _range(paths: Sequence[str]) -> tuple[_Asked, _Asked, tuple[str, ...]] | None:
    """Return the revisions of `OLD..NEW`, and the paths behind it."""
    found = _RANGE.fullmatch(paths[0]) if paths and not _is_path(paths[0]) else None
    if found is None:
        return None
    old, new = found["old"] or "HEAD", found["new"] or "HEAD"
    base = new if found["dots"] == "..." else ""
    return _Asked(paths[0], old, base=base), _Asked(paths[0], new), tuple(paths[1:])


def _pair(paths: Sequence[str]) -> tuple[_Asked, _Asked, tuple[str, ...]] | None:
    """Return what two arguments ask for; the second is the current folder if left."""
    if len(paths) == 1 and not _is_path(paths[0]):
        return _asked(paths[0]), _Asked("."), ()
    if len(paths) < TWO:
        return None
    old, new = _asked(paths[0]), _asked(paths[1])
    if len(paths) > TWO and not (old.revision and new.revision):
        return None
    return old, new, tuple(paths[TWO:])


def _asked(text: str) -> _Asked:
    if _is_path(text):
        return _Asked(text)
    revision, colon, path = text.partition(":")
    return _Asked(text, revision or "HEAD", path if colon else None)


def _is_path(text: str) -> bool:
    return text == "-" or os.path.lexists(text)  # a link that leads nowhere is told


def _given(
    one: _Asked,
    other: _Asked,
    within: tuple[str, ...],
    names: list[tuple[str, str]],
) -> Given:
    """Return a side; a revision without a path stands for what the other names."""
    if not one.revision:
        return Given(one.text, (one.text,))
    beside = within or ((other.text,) if not other.revision else (".",))
    if beside == ("-",):
        raise click.UsageError(
            f"standard input is no place in a repository: name `{one.revision}:PATH`"
        )
    found = _repository(one, Path(beside[0]))
    if one.path is None:
        wanted = [_inside(found, path) for path in beside]
    else:
        here = one.path.startswith(("./", "../"))
        wanted = [_inside(found, one.path) if here else one.path.strip("/")]
    from seawall.ingest.git.tree import common_ancestor, lay_out

    revision = one.revision
    if one.base:
        revision = common_ancestor(found, revision, one.base)[:SHORT]
    with working(f"reading {revision}"):
        tree = lay_out(found, revision, wanted, _scratch())
    names.append((str(tree.root), revision))
    paths = tuple(str(tree.root / path) if path else str(tree.root) for path in wanted)
    place = f"{revision}:{wanted[0]}" if len(wanted) == 1 and wanted[0] else revision
    return Given(place, paths, tree.diagnostics)


def _repository(asked: _Asked, beside: Path) -> "Repository":
    """Return the repository of a path, or of the current folder.

    Raises:
        InputError: There is none, so that the argument is a path that does not exist.
    """
    from seawall.ingest.git.tool import repository

    folder = Path(os.path.realpath(beside))
    while not folder.is_dir():
        folder = folder.parent
    return repository(folder, asked.text)


def _inside(repository: "Repository", path: str) -> str:
    """Return a path as the repository names it; empty for its top.

    Raises:
        InputError: It lies outside.
    """
    from seawall.ingest.git.tool import refused

    # A link is itself, and not what it leads to.
    folder, name = os.path.split(os.path.abspath(path))  # noqa: PTH100
    found = os.path.relpath(os.path.realpath(folder) + os.sep + name, repository.top)
    if found == ".." or found.startswith("../"):
        raise refused(
            f"`{path}` lies outside of the repository `{repository.top.as_posix()}`",
            "a revision holds nothing of it",
            "name a path in the repository",
        )
    return "" if found == "." else Path(found).as_posix()


def _scratch() -> Path:
    """Return a folder that is gone when the command ends."""
    import tempfile

    folder = tempfile.TemporaryDirectory(prefix="seawall-")
    return Path(click.get_current_context().with_resource(folder))
