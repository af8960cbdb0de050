"""One case: an input is read and asked about, and must end well.

Reading ends in bounded time, without a fault of ours, opens nothing but the input, and
starts nothing. Every diagnostic says what, why and what mends it. Where the input is
made unreadable, no certain verdict comes of what was lost.
"""

import contextlib
import io
import os
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any

from fuzz_inputs import Reader

from seawall.app.cli.main import run
from seawall.ingest import load
from seawall.model.diagnostic import Diagnostic, InputError, Level

SECONDS = 20
"""How long reading a small input may take, in seconds of the processor."""
_FORBIDDEN = ("subprocess.Popen", "os.system", "os.exec", "socket.connect")


class Broken(Exception):  # noqa: N818
    """Something that must hold does not."""


class _Late(BaseException):
    """Reading takes too long; nothing in the readers may catch it."""


class Guard:
    """Watches what is opened and started while an input is read."""

    def __init__(self) -> None:
        self._folder = ""
        self._own = tuple({sys.prefix, sys.base_prefix, *map(str, _libraries())})
        self.seen: list[str] = []
        sys.addaudithook(self._heard)

    def _heard(self, event: str, arguments: tuple[Any, ...]) -> None:
        if not self._folder:
            return
        if event in _FORBIDDEN:
            self.seen.append(f"{event} {arguments[0]!r}"[:200])
        elif event == "open" and isinstance(arguments[0], str | bytes):
            path = os.path.realpath(os.fsdecode(arguments[0]))
            if not path.startswith((self._folder, *self._own)):
                self.seen.append(f"opened {path}")

    @contextlib.contextmanager
    def around(self, folder: Path) -> Iterator[None]:
        """Watch, while nothing but a folder may be opened."""
        self.seen.clear()
        self._folder = os.path.realpath(folder)
        try:
            yield
        finally:
            self._folder = ""
        if self.seen:
            raise Broken(f"it reached out of the input: {self.seen[0]}")


def _libraries() -> list[Path]:
    source = Path(__file__).resolve().parent.parent / "src"
    return [source, *(Path(it).resolve() for it in sys.path if it)]


@contextlib.contextmanager
def bounded(seconds: float = SECONDS) -> Iterator[None]:
    """End what takes too long: of the processor's time, since others use it as well.

    What waits and does nothing ends as well, after a while.
    """

    def late(_number: int, _frame: FrameType | None) -> None:
        raise _Late

    clocks = {signal.SIGPROF: signal.ITIMER_PROF, signal.SIGALRM: signal.ITIMER_REAL}
    before = {number: signal.signal(number, late) for number in clocks}
    signal.setitimer(signal.ITIMER_PROF, seconds)
    signal.setitimer(signal.ITIMER_REAL, 20 * seconds)
    try:
        yield
    except _Late as frames:
        raise Broken(f"it takes more than {seconds} s") from frames
    finally:
        for number, clock in clocks.items():
            signal.setitimer(clock, 0)
            signal.signal(number, before[number])


@contextlib.contextmanager
def written(reader: Reader, data: bytes) -> Iterator[Path]:
    """Give a folder that holds an input."""
    with tempfile.TemporaryDirectory(prefix="fuzz-") as name:
        folder = Path(name)
        for beside, text in reader.beside.items():
            (folder / beside).write_text(text, encoding="utf-8")
        (folder / reader.file).write_bytes(data)
        yield folder


def read(reader: Reader, data: bytes, guard: Guard) -> tuple[Diagnostic, ...]:
    """Read an input, and return what is told of it.

    Raises:
        Broken: Something does not hold that must.
    """
    with written(reader, data) as folder, guard.around(folder), bounded():
        # An archive is told by its content only where it is named.
        path = folder / reader.file if reader.name == "snapshot" else folder
        try:
            told = load([path]).diagnostics
        except InputError as error:
            told = (error.diagnostic,)
    for item in told:
        whole = item.origin is None
        if not (item.what and item.why and item.mend):
            raise Broken(f"a diagnostic says too little: {item!r}")
        if item.origin is not None and not item.origin.path:
            raise Broken(f"a diagnostic has no place: {item!r}")
        if whole and item.level is Level.ERROR and len(told) > 1:
            raise Broken(f"an error has no place: {item!r}")
    return told


def ask(reader: Reader, data: bytes, guard: Guard, *question: str) -> str:
    """Return what a verb says of an input.

    Raises:
        Broken: It ends by a fault of ours.
    """
    out, err = io.TextIOWrapper(io.BytesIO(), "utf-8"), io.StringIO()
    with (
        written(reader, data) as folder,
        guard.around(folder),
        bounded(3 * SECONDS),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        path = folder / reader.file if reader.name == "snapshot" else folder
        code = run([*question, str(path)])
    faults = [it for it in err.getvalue().splitlines() if "internal error" in it]
    if code not in {0, 1, 2, 3} or faults:
        raise Broken(f"`{' '.join(question)}` ends with {code}: {faults}")
    out.flush()
    return out.buffer.getvalue().decode()


def verdict(reader: Reader, data: bytes, guard: Guard) -> str:
    """Return the verdict of the reader's question; empty where there is none."""
    assert reader.question is not None
    said = ask(reader, data, guard, "trace", *reader.question).split()
    return said[0] if said and said[0] in {"ALLOWED", "DENIED", "UNKNOWN"} else ""


def check_spoiled(
    reader: Reader, text: str, spoil: Callable[[str], str], guard: Guard
) -> bytes | None:
    """Spoil an input, and see that no certain verdict comes of what was lost.

    Returns:
        The spoiled input, where the law does not hold.
    """
    sure = verdict(reader, text.encode(), guard)
    data = spoil(text).encode("utf-8", "surrogatepass")
    errors = [it for it in read(reader, data, guard) if it.level is Level.ERROR]
    own = [it for it in errors if it.origin and it.origin.path.endswith(reader.file)]
    if not own:
        return None
    found = verdict(reader, data, guard)
    return data if found not in {sure, "UNKNOWN", ""} else None
