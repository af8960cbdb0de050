"""A running twin, as whoever asks it sees it.

    with raised(plan) as twin:
        outcomes = twin.probe(plan.probes)

The twin itself lives in a process of its own, which leaves the host's network before
it does anything; this one never does. When this process ends, in whatever way, that
one does too, and the kernel takes down what it made; `keep` lets it live on.
"""

import contextlib
import importlib.util
import os
import socket
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from seawall.twin import messages
from seawall.twin.kernel import filters
from seawall.twin.kernel.filters import Counted
from seawall.twin.kernel.footing import Footing
from seawall.twin.kernel.trouble import TwinError, trouble
from seawall.twin.plan import Outcome, Plan, Probe
from seawall.twin.probing.asking import Pace

_PATIENCE_S = 10
_SOCKET = "twin.sock"
_PYTHON = (sys.executable, "-P", "-m")


class Twin:
    """A twin that stands.

    Attributes:
        footing: By what right it was made; None for one that was found.
        process: The number of the process that keeps it; 0 for one that was found.
    """

    def __init__(self, channel: socket.socket) -> None:
        self._channel = channel
        self._stays = False
        self.footing: Footing | None = None
        self.process = 0

    def become(self, plan: Plan) -> None:
        """Be *plan* from now on; what is the same as before is not touched."""
        self._done(messages.Become(plan))

    def probe(
        self, probes: Sequence[Probe], pace: Pace | None = None
    ) -> tuple[Outcome, ...]:
        """Send *probes* and the controls that they name; return what came back.

        Controls that are not among *probes* are found in the plan.
        """
        return self._outcomes(messages.Ask(tuple(probes), pace or Pace()))

    def hold(self, probes: Sequence[Probe]) -> tuple[Outcome, ...]:
        """Open a connection for each probe of TCP, and keep those that stand."""
        return self._outcomes(messages.Hold(tuple(probes), again=False))

    def held(self) -> tuple[Outcome, ...]:
        """Try each connection that is kept: does it still carry?"""
        return self._outcomes(messages.Hold((), again=True))

    def counted(self) -> tuple[Counted, ...]:
        """Return how many packets each rule took that has a comment and a counter."""
        reply = self._ask(messages.Count())
        if isinstance(reply, messages.Counters):
            return reply.counted
        raise _unexpected(reply)

    @contextlib.contextmanager
    def recorded(self, folder: Path) -> Iterator[None]:
        """Write what every device sees meanwhile into files of *folder*."""
        self._done(messages.Record(str(folder.resolve())))
        try:
            yield
        finally:
            self._done(messages.Record(""))

    def keep(self, path: Path | None = None) -> Path:
        """Let the twin live on after this process; return where it is found again."""
        path = path or place()
        clear_leftover(path)
        self._done(messages.Stay(str(path)))
        self._stays = True
        return path

    def end(self) -> None:
        """Take the twin down."""
        self._done(messages.End())
        self._channel.close()

    def run_in(
        self,
        space: str,
        program: Sequence[str],
        prompt: str = "",
        *,
        capture: bool = False,
    ) -> subprocess.Popen[bytes]:
        """Start a program in a space.

        Args:
            space: Where it runs; it sees that network alone.
            program: Its path or name, and its arguments.
            prompt: What a shell shows before what is typed.
            capture: Catch what it prints; otherwise it has our input and output.
        """
        reply = self._ask(messages.Enter(space))
        if not isinstance(reply, messages.Entrance):
            raise _unexpected(reply)
        wanted = 2 if reply.rootless else 1
        _, received, _, _ = socket.recv_fds(self._channel, 1, wanted)
        network, user = received[0], received[1] if reply.rootless else -1
        environment = {**os.environ, "SEAWALL_SPACE": space}
        if prompt:
            environment["PS1"] = prompt
        command = [*_PYTHON, "seawall.twin.entering"]
        command += [str(network), str(user), reply.resolver, *program]
        try:
            return subprocess.Popen(  # noqa: S603
                command,
                pass_fds=received,
                env=environment,
                stdout=subprocess.PIPE if capture else None,
            )
        finally:
            for descriptor in received:
                os.close(descriptor)

    def close(self) -> None:
        """Leave the twin: it ends, unless it was told to stay."""
        self._channel.close()

    def _ask(self, request: messages.Request) -> messages.Reply:
        try:
            self._channel.sendall(messages.framed(request))
            reply = messages.receive(self._channel)
        except (BrokenPipeError, ConnectionResetError):
            reply = None
        match reply:
            case None:
                raise trouble(
                    "the process that keeps the twin has ended",
                    "it was killed, or this machine has no memory left",
                    "run it again; nothing was left behind",
                )
            case messages.Hindered(what, why, mend):
                raise trouble(what, why, mend)
            case messages.Broken(trace):
                raise RuntimeError(trace)
        return reply

    def _done(self, request: messages.Request) -> None:
        reply = self._ask(request)
        if not isinstance(reply, messages.Done):
            raise _unexpected(reply)

    def _outcomes(self, request: messages.Request) -> tuple[Outcome, ...]:
        reply = self._ask(request)
        if isinstance(reply, messages.Outcomes):
            return reply.outcomes
        raise _unexpected(reply)


@contextlib.contextmanager
def raised(plan: Plan, footing: Footing | None = None) -> Iterator[Twin]:
    """Build *plan* and give it for use; it is gone afterwards, unless it was kept.

    Args:
        plan: What to build.
        footing: Without root or with; None takes what the kernel allows.

    Raises:
        TwinError: It cannot be built; says why and what to do.
    """
    require()
    ours, theirs = socket.socketpair()
    with theirs:
        process = subprocess.Popen(  # noqa: S603
            [
                *_PYTHON,
                "seawall.twin.keeper",
                str(theirs.fileno()),
                footing.value if footing else "",
            ],
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            # An interrupt at the terminal is for the one who asked.
            start_new_session=True,
        )
    twin = Twin(ours)
    twin.process = process.pid
    try:
        standing = messages.receive(ours)
        match standing:
            case messages.Standing(found):
                twin.footing = found
            case messages.Hindered(what, why, mend):
                raise trouble(what, why, mend)
            case _:
                raise _unexpected(standing)
        twin.become(plan)
        yield twin
    finally:
        twin.close()
        if not twin._stays:  # noqa: SLF001
            _wait_for(process)
        else:
            # It is not waited for; nobody should be told that it still runs.
            process.returncode = 0


def require() -> None:
    """Look for what a twin needs besides the kernel.

    Raises:
        TwinError: Something is not installed; says how to get it.
    """
    if sys.platform != "linux":
        raise trouble(
            "a twin can be built on Linux only",
            "it is made of Linux's network namespaces and packet filter",
            "run it in a Linux virtual machine, or in WSL 2 on Windows",
        )
    if importlib.util.find_spec("pyroute2") is None:
        raise trouble(
            "the Python package `pyroute2` is not installed",
            "a twin lays its links and routes with it",
            "`pip install 'seawall[twin]'`",
        )
    filters.require()


def place() -> Path:
    """Return where a kept twin of this user listens; the folder is the user's alone.

    Raises:
        TwinError: Somebody else owns the folder.
    """
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    above = Path(runtime) if runtime else Path(tempfile.gettempdir())
    folder = above / ("seawall" if runtime else f"seawall-{os.geteuid()}")
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if found.st_uid != os.geteuid() or not stat.S_ISDIR(found.st_mode):
        raise trouble(
            f"{folder} belongs to somebody else",
            "a kept twin is found by a socket there, and obeys whoever reaches it",
            "remove it, or set XDG_RUNTIME_DIR to a folder of your own",
        )
    folder.chmod(0o700)
    return folder / _SOCKET


def clear_leftover(path: Path) -> bool:
    """Remove the socket of a twin that is no more; tell whether there was one.

    Raises:
        TwinError: A twin still listens there.
    """
    if not path.exists():
        return False
    with socket.socket(socket.AF_UNIX) as caller:
        try:
            caller.connect(str(path))
        except ConnectionRefusedError:
            path.unlink()
            return True
    raise trouble(
        "a twin is kept already",
        f"it listens at {path}",
        "take it down first: `seawall rehearse down`",
    )


def found(path: Path | None = None) -> Twin:
    """Return the twin that was kept.

    Raises:
        TwinError: There is none.
    """
    path = path or place()
    channel = socket.socket(socket.AF_UNIX)
    try:
        channel.connect(str(path))
    except OSError as cause:
        channel.close()
        if isinstance(cause, ConnectionRefusedError):
            path.unlink(missing_ok=True)
        raise trouble(
            "no twin is kept",
            f"nobody listens at {path}",
            "`seawall rehearse --keep PATH` builds one and leaves it up",
        ) from cause
    return Twin(channel)


def _wait_for(process: subprocess.Popen[bytes]) -> None:
    try:
        process.wait(_PATIENCE_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _unexpected(reply: object) -> TwinError:
    return trouble(
        f"the process that keeps the twin answered {reply!r}",
        "both sides come from the same version, so it is at odds with itself",
        "report it with the command that led to it",
    )
