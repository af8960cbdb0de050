"""Lays the tree of a revision out in a folder, as far as reading may ask for it."""

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from seawall.ingest.files import is_expected
from seawall.ingest.git.tool import Repository, refused
from seawall.model.diagnostic import Diagnostic, Level
from seawall.model.origin import Origin

_LINK, _SUBMODULE = "120000", "160000"
_POINTER = b"version https://git-lfs.github.com/spec/"
_POINTER_LIMIT = 1024
"""Source: Git LFS docs, spec, "The Pointer"."""


@dataclass(frozen=True, slots=True)
class Tree:
    """A revision that was laid out.

    Attributes:
        revision: As the user wrote it.
        commit: The id of its commit.
        root: The folder that stands for the top of the repository.
        diagnostics: What of it is not there.
    """

    revision: str
    commit: str
    root: Path
    diagnostics: tuple[Diagnostic, ...]


@dataclass(frozen=True, slots=True)
class _Entry:
    mode: str
    id: str
    path: str


@dataclass(slots=True)
class _Laying:
    """One tree in the making; links come last, so that nothing is written through one.

    Attributes:
        revision: As the user wrote it.
        root: Where it is laid out.
    """

    revision: str
    root: Path
    diagnostics: list[Diagnostic] = field(default_factory=list)
    links: list[tuple[str, str]] = field(default_factory=list)

    def file(self, entry: _Entry, content: bytes) -> None:
        """Lay out one file, or take note of a link."""
        if entry.mode == _LINK:
            target = content.decode("utf-8", "surrogateescape")
            self.links.append((entry.path, target))
            return
        if content.startswith(_POINTER) and len(content) <= _POINTER_LIMIT:
            self._told(
                Level.ERROR,
                entry.path,
                "is a pointer of Git LFS and not the file itself",
                f"what it stands for ({_digest(content)}) is not in the repository",
                "give two folders in which `git lfs pull` was run",
            )
            return
        path = self.root / entry.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)

    def submodule(self, entry: _Entry) -> None:
        """Tell of a submodule, of which the repository knows a commit alone."""
        self._told(
            Level.ERROR,
            entry.path,
            "is a submodule, whose files the repository does not hold",
            f"it stands at {entry.id[:12]}; what it declares is not known",
            "give two folders in which `git submodule update` was run",
        )

    def lead(self) -> None:
        """Make the links that lead to something in the same tree."""
        made = []
        for name, target in self.links:
            path = self.root / name
            aim = os.path.normpath(PurePosixPath(name).parent / target)
            if PurePosixPath(target).is_absolute() or aim.startswith(".."):
                self._leads_out(name)
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            path.symlink_to(target)
            made.append((name, path))
        top = str(self.root) + os.sep
        for name, path in made:
            if not (os.path.realpath(path) + os.sep).startswith(top):
                path.unlink()
                self._leads_out(name)

    def _leads_out(self, name: str) -> None:
        self._told(
            Level.WARNING,
            name,
            "is a link to something outside of the repository, and not followed",
            "what it leads to belongs to no revision",
            "nothing, if it is no input; else give two folders",
        )

    def _told(self, level: Level, path: str, what: str, why: str, mend: str) -> None:
        place = str(self.root / path)
        told = Diagnostic(level, Origin(place), f"`{place}` {what}", why, mend)
        self.diagnostics.append(told)


def commit_of(repository: Repository, revision: str) -> str:
    """Return the id of the commit that a revision stands for.

    Raises:
        InputError: There is no such revision.
    """
    found = repository.ask("rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}")
    if not found.failure and not revision.startswith("-"):
        return found.output.decode("ascii", "replace").strip()
    shallow = repository.ask("rev-parse", "--is-shallow-repository")
    mend = "see `git branch -a` and `git tag`, or `git fetch` it"
    if shallow.output.strip() == b"true":
        mend = (
            "fetch its history, as this clone is shallow: `git fetch --unshallow`, or "
            "`fetch-depth: 0` where a pipeline checks out"
        )
    raise refused(
        f"`{revision}` is neither a path nor a revision",
        f"the repository `{repository.top.as_posix()}` knows no commit of that name",
        mend,
    )


def common_ancestor(repository: Repository, one: str, other: str) -> str:
    """Return the commit from which two revisions went apart.

    Raises:
        InputError: There is none.
    """
    ends = commit_of(repository, one), commit_of(repository, other)
    found = repository.ask("merge-base", *ends)
    if found.failure:
        raise refused(
            f"`{one}` and `{other}` have no common ancestor that is here",
            "three dots compare with the commit from which the two went apart",
            "fetch more history (`git fetch --unshallow`), or write two dots",
        )
    return found.output.decode("ascii", "replace").strip()


def lay_out(
    repository: Repository, revision: str, wanted: Sequence[str], scratch: Path
) -> Tree:
    """Lay out the files of a revision below a folder.

    Of what is not asked for only files are there whose names say that something else
    may lead to them, such as a base of an overlay.

    Args:
        repository: Where the revision is.
        revision: As the user wrote it.
        wanted: Paths in the repository; an empty one is all of it.
        scratch: A folder of which nothing else is kept.

    Raises:
        InputError: It cannot be read, or does not hold a path.

    Complexity: files of the tree; bytes of those that are laid out.
    """
    commit = commit_of(repository, revision)
    entries = list(_entries(repository, commit))
    for path in wanted:
        if path and not any(_is_below(item.path, path) for item in entries):
            raise refused(
                f"`{revision}:{path}` does not exist",
                "the tree of that revision holds nothing of this name",
                "name a folder that both revisions have, such as the one above it",
            )
    root = scratch / "tree"
    root.mkdir()
    laying = _Laying(revision, Path(os.path.realpath(root)))
    kept = [
        item
        for item in entries
        if any(_is_below(item.path, path) for path in wanted)
        or (is_expected(item.path) and item.mode != _SUBMODULE)
    ]
    for item in kept:
        if item.mode == _SUBMODULE:
            laying.submodule(item)
    files = [item for item in kept if item.mode != _SUBMODULE]
    answered = repository.blobs([item.id for item in files], scratch)
    with answered.open("rb") as source:
        for item, content in _contents(files, source, revision):
            laying.file(item, content)
    answered.unlink()
    laying.lead()
    return Tree(revision, commit, laying.root, tuple(laying.diagnostics))


def _entries(repository: Repository, commit: str) -> Iterator[_Entry]:
    """Yield the files of a commit; none of its names leads out of it."""
    listed = repository.ask("ls-tree", "-r", "-z", "--full-tree", commit)
    if listed.failure:
        raise refused(f"the tree of {commit[:12]} cannot be read", listed.failure)
    for line in listed.output.decode("utf-8", "surrogateescape").split("\0"):
        head, _, path = line.partition("\t")
        if not path or {"", ".", "..", ".git"} & set(path.split("/")):
            continue
        mode, _, id_ = head.split()[:3]
        yield _Entry(mode, id_, path)


def _contents(
    files: Iterable[_Entry], source: BinaryIO, revision: str
) -> Iterator[tuple[_Entry, bytes]]:
    """Yield what `git cat-file --batch` wrote of some files."""
    for item in files:
        head = source.readline().split()
        if len(head) != 3 or head[0] != item.id.encode():  # noqa: PLR2004  (id, kind, size)
            raise refused(
                f"`{revision}:{item.path}` is not in this clone",
                "a partial clone keeps some files elsewhere, and nothing is fetched",
                "fetch it: `git checkout` the revision once, or make a whole clone",
            )
        yield item, source.read(int(head[2]))
        source.read(1)


def _is_below(path: str, folder: str) -> bool:
    return not folder or path == folder or path.startswith(folder + "/")


def _digest(pointer: bytes) -> str:
    """Return the id in a pointer of Git LFS."""
    words = pointer.decode("utf-8", "replace").split()
    return words[words.index("oid") + 1] if "oid" in words[:-1] else "its id is missing"
