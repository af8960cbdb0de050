"""Finds and reads files: paths to texts. Knows no syntax beyond a first look."""

import hashlib
import os
import re
import stat
import sys
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import Path

from seawall.ingest.doubts.called import is_script
from seawall.ingest.stored.form import BadArchive, StoredFault, StoredLost
from seawall.ingest.stored.read import is_archive, read_archive
from seawall.ingest.text.encoding import decode, is_binary, is_utf8
from seawall.ingest.text.json_text import HOOKED_LIMIT
from seawall.ingest.unopened import may_hold, named_in, stand_in
from seawall.model.diagnostic import Diagnostic, InputError, Level
from seawall.model.origin import Origin

_SUFFIXES = frozenset(
    {".yaml", ".yml", ".json", ".tfstate", ".tfplan", ".tf", ".tfvars"}
    | {".bicep", ".bicepparam"}
)
_FOLDERS_PASSED_OVER = frozenset({"node_modules", "__pycache__"})
_FIRST_LOOK = 4096
_LARGE = HOOKED_LIMIT
_LIKELY = re.compile(
    r"\s*[\[{]\s*[\"\[{\]}]|(?:^|.*?\n)(?:apiVersion|kind): ", re.DOTALL
)


@dataclass(frozen=True, slots=True)
class TextFile:
    """A file that was read as text.

    Attributes:
        path: As the user named it, with `/`.
        location: Where it can be read again; None for standard input.
        sha256: Digest of its bytes, in hexadecimal.
        content: Its text; of a large one that may be JSON, the UTF-8 that it is written
            in, because that is what is read fastest and text would be as much again.
        expected: Whether its name, or the user by naming it, says that it is YAML or
            JSON. If not, and it turns out to be neither, nothing is wrong with it.
        named: Whether the user named the file itself.
        stored: Whether it comes from a snapshot, and so from no file of this machine.
        faults: What a snapshot says that could not be read of it.
        lost: What a snapshot says that this names.
    """

    path: str
    location: Path | None
    sha256: str
    content: str | bytes
    expected: bool
    named: bool = False
    stored: bool = False
    faults: tuple[StoredFault, ...] = ()
    lost: tuple[StoredLost, ...] = ()

    @property
    def text(self) -> str:
        """Its text."""
        return self.content if isinstance(self.content, str) else decode(self.content)


@dataclass(slots=True)
class Walk:
    """One walk over the paths that a user gave; what it passes over is counted.

    Attributes:
        largest: Files above this many bytes are refused.
        diagnostics: What went wrong.
        ignored: How many files in folders are neither YAML nor JSON by the look of
            them.
        namespace: The default namespace of a snapshot that was read; or empty.
        scripts: Whether scripts in folders are read.
    """

    largest: int
    diagnostics: list[Diagnostic]
    ignored: int = 0
    namespace: str = ""
    scripts: bool = False

    def read(self, paths: Sequence[Path | str]) -> Iterator[TextFile]:
        """Return each file once, folders in sorted order.

        Raises:
            InputError: A path does not exist.
        """
        seen: set[str] = set()
        named = {os.path.realpath(path) for path in paths if str(path) != "-"}
        for given in paths:
            if str(given) == "-":
                yield from self._one("-", None, named=True)
                continue
            path = Path(given)
            if not _exists(path):
                raise InputError(_missing(path))
            if is_archive(path):
                yield from self._archive(path)
                continue
            folder = path.is_dir()
            for found in self._files_below(path) if folder else (path,):
                real = os.path.realpath(found)
                if real in seen:
                    continue
                seen.add(real)
                if _is_within(real, named):
                    yield from self._one(found.as_posix(), found, named=real in named)
                elif found.suffix.lower() in _SUFFIXES:
                    self._leads_out(found)
                    yield _unopened(found.as_posix())
                else:
                    self.ignored += 1

    def _archive(self, path: Path) -> Iterator[TextFile]:
        """Return the files of a snapshot, and tell again what was told of its paths."""
        name = path.as_posix()
        try:
            stored = read_archive(path, self.largest)
        except BadArchive as error:
            what = f"`{name}` is no snapshot that can be read"
            self._report(name, what, str(error), "take it again: `seawall snapshot`")
            return
        self.ignored += stored.ignored
        self.namespace = stored.namespace
        for note in stored.notes:
            level = next((it for it in Level if it.value == note.level), Level.NOTE)
            origin = Origin(note.path) if note.path else None
            told = Diagnostic(level, origin, note.what, note.why, note.mend)
            self.diagnostics.append(told)
        for file in stored.files:
            content = self._content(file.path, file.content, expected=file.expected)
            if isinstance(content, str | bytes):
                yield TextFile(
                    file.path,
                    None,
                    file.sha256,
                    content,
                    file.expected,
                    file.named,
                    stored=True,
                    faults=file.faults,
                    lost=file.lost,
                )

    def _one(
        self, name: str, location: Path | None, *, named: bool
    ) -> Iterator[TextFile]:
        likely = location is None or location.suffix.lower() in _SUFFIXES
        try:
            wanted = likely or (self.scripts and is_script(name))
            if not (named or wanted) and not _first_look(location):
                self.ignored += 1
                return
            data = self._bytes(name, location)
        except OSError as error:
            why = error.strerror or str(error)
            mend = "check the file's permissions"
            self._report(name, f"`{name}` cannot be read", why, mend)
            yield _unopened(name, named=named)
            return
        if data is None:
            yield _unopened(name, named=named)
            return
        content = self._content(name, data, expected=named or likely)
        if isinstance(content, _Undecodable):
            yield _unopened(name, content.text, named=named)
        elif content is not None:
            digest = hashlib.sha256(data).hexdigest()
            # The bytes are let go before the text is read.
            del data
            # A pipe is empty once it was read: the text is kept to find lines in.
            again = location if location is not None and location.is_file() else None
            yield TextFile(name, again, digest, content, named or likely, named)

    def _content(
        self, name: str, data: bytes, *, expected: bool
    ) -> "str | bytes | _Undecodable | None":
        what = f"`{name}` is a binary file"
        why = "Seawall reads YAML and JSON text"
        mend = "leave it out, or export it as text (`terraform show -json` for a plan)"
        text: str | None = None
        if not is_binary(data):
            opening = data[:_FIRST_LOOK].lstrip()[:1]
            if len(data) > _LARGE and opening == b"{" and is_utf8(data):
                return data
            try:
                return decode(data)
            except UnicodeDecodeError as error:
                text = data.decode("latin-1")
                encoding = error.encoding.upper()
                what = f"`{name}` is not valid {encoding} at byte {error.start}"
                why = "YAML and JSON are UTF-8 or UTF-16"
                mend = "save the file as UTF-8"
        if expected:
            self._report(name, what, why, mend)
            return _Undecodable(text)
        self.ignored += 1
        return None

    def _bytes(self, name: str, location: Path | None) -> bytes | None:
        if location is None:
            data = sys.stdin.buffer.read(self.largest + 1)
            size = len(data)
        else:
            with location.open("rb") as file:
                # Devices and pipes do not know their size, and some have no end.
                size = os.fstat(file.fileno()).st_size
                data = file.read(self.largest + 1) if size <= self.largest else b""
            size = max(size, len(data))
        if size <= self.largest:
            return data
        self._report(
            name,
            f"`{name}` holds {size // 2**20} MiB or more",
            f"files above {self.largest // 2**20} MiB are not read",
            "split it, or export only the kinds that matter: workloads, policies, "
            "services and namespaces",
        )
        return None

    def _report(self, name: str, what: str, why: str, mend: str) -> None:
        self.diagnostics.append(Diagnostic(Level.ERROR, Origin(name), what, why, mend))

    def _files_below(self, folder: Path) -> Iterator[Path]:
        for root, folders, files in os.walk(folder, onerror=self._closed_folder):
            folders[:] = sorted(
                name
                for name in folders
                if not name.startswith(".") and name not in _FOLDERS_PASSED_OVER
            )
            for name in folders:
                if (Path(root) / name).is_symlink():
                    self._passed_over(Path(root) / name)
            for name in sorted(files):
                path = Path(root) / name
                if path.is_file():
                    yield path
                elif path.suffix.lower() in _SUFFIXES:
                    self._passed_over(path)

    def _closed_folder(self, error: OSError) -> None:
        name = Path(error.filename).as_posix()
        self._report(
            name,
            f"the folder `{name}` cannot be read",
            error.strerror or str(error),
            "check the folder's permissions",
        )

    def _leads_out(self, path: Path) -> None:
        """Tell of a file that stands in a folder and lies outside of it."""
        name = path.as_posix()
        self.diagnostics.append(
            Diagnostic(
                Level.WARNING,
                Origin(name),
                f"`{name}` is a link to a file outside of what was given, and not read",
                "nothing is read but the input, so that what it declares is not known",
                "name the link itself if what it leads to belongs to the input",
            )
        )

    def _passed_over(self, path: Path) -> None:
        """Tell of what stands in a folder and is not followed."""
        name = path.as_posix()
        if path.is_dir():
            self.diagnostics.append(
                Diagnostic(
                    Level.NOTE,
                    Origin(name),
                    f"`{name}` is a link to a folder, which is not followed",
                    "links may lead out of the folder that was given, or in a circle",
                    "name the link itself if what it leads to belongs to the input",
                )
            )
        elif path.is_symlink() and not path.exists():
            self._report(
                name,
                f"`{name}` is a link that leads nowhere",
                "what it stands for is not in the input",
                "restore the file, or remove the link",
            )
        else:
            self.diagnostics.append(
                Diagnostic(
                    Level.NOTE,
                    Origin(name),
                    f"`{name}` is a {_nature(path)} and not read",
                    "in a folder only ordinary files are read",
                    "name it on the command line to have it read",
                )
            )


@dataclass(frozen=True, slots=True)
class _Undecodable:
    """What is left of a file that is no text of an encoding that is read.

    Attributes:
        text: Its bytes, each as a character; None of a binary file.
    """

    text: str | None


def _unopened(name: str, text: str | None = None, *, named: bool = False) -> TextFile:
    """Return what stands for a file that is not read."""
    lost = may_hold(name) if text is None else named_in(text)
    digest = hashlib.sha256(b"").hexdigest()
    return TextFile(
        name, None, digest, stand_in(name), expected=True, named=named, lost=lost
    )


def is_expected(name: str) -> bool:
    """Whether the name of a file says that it may be input."""
    return name.lower().endswith(tuple(_SUFFIXES))


def _is_within(real: str, given: AbstractSet[str]) -> bool:
    """Whether a file is one of what was given, or lies in one of it."""
    end = len(real)
    while end > 0:
        if real[:end] in given:
            return True
        end = real.rfind(os.sep, 0, end)
    return os.sep in given


def _first_look(location: Path | None) -> bool:
    if location is None:
        return True
    with location.open("rb") as file:
        data = file.read(_FIRST_LOOK)
    if is_binary(data):
        return False
    return _LIKELY.match(data.decode("utf-8", "replace")) is not None


def _exists(path: Path) -> bool:
    """Whether a path that the user gave leads to something.

    Raises:
        InputError: It cannot be told.
    """
    try:
        return path.exists()
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise InputError(
            Diagnostic(
                Level.ERROR,
                None,
                f"the path `{path.as_posix()[:200]}` cannot be used",
                why,
                "name a file or folder that you may read",
            )
        ) from error


def _nature(path: Path) -> str:
    try:
        mode = path.stat().st_mode
    except OSError:
        return "special file"
    if stat.S_ISFIFO(mode):
        return "pipe"
    return "socket" if stat.S_ISSOCK(mode) else "device"


def _missing(path: Path) -> Diagnostic:
    if path.is_symlink():
        return Diagnostic(
            Level.ERROR,
            Origin(path.as_posix()),
            f"`{path.as_posix()}` is a link that leads nowhere",
            "every path that is given must be a file, a folder or `-`",
            "restore what it leads to, or name the file itself",
        )
    near = ""
    if path.parent.is_dir() and os.access(path.parent, os.R_OK):
        from difflib import get_close_matches  # noqa: PLC0415  (rarely needed)

        names = [entry.name for entry in path.parent.iterdir()]
        close = get_close_matches(path.name, names, n=1)
        near = (
            f"; did you mean `{(path.parent / close[0]).as_posix()}`?" if close else ""
        )
    return Diagnostic(
        Level.ERROR,
        Origin(path.as_posix()),
        f"`{path.as_posix()}` does not exist",
        "every path that is given must be a file, a folder or `-`",
        f"check the path{near}",
    )
