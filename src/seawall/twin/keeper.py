"""The process that keeps a twin: it leaves the host's network, builds, listens, asks.

Started as `python -m seawall.twin.keeper DESCRIPTOR FOOTING`. It does as it is told
over the socket of that descriptor and ends with it, whatever else happens: all that it
made is in namespaces that vanish with it. Only a twin that was told to stay outlives
the one who began it; it listens then at a path that its owner alone can reach.
"""

import asyncio
import contextlib
import os
import select
import socket
import sys
import threading
import traceback
from pathlib import Path

from seawall.model.diagnostic import Diagnostic
from seawall.twin import messages
from seawall.twin.building import Network
from seawall.twin.kernel import footing
from seawall.twin.kernel.footing import Footing
from seawall.twin.kernel.trouble import TwinError
from seawall.twin.probing.asking import ask
from seawall.twin.probing.holding import Held
from seawall.twin.recording import Recorder
from seawall.twin.stands.listening import Stands

_HOLD_S = 1.0


class Keeper:
    """One twin and those who talk to it."""

    def __init__(self, standing: Footing) -> None:
        self._footing = standing
        self._network = Network()
        self._stands = Stands(self._network.spaces)
        self._held = Held(self._network.spaces)
        self._recorder: Recorder | None = None
        self._path: Path | None = None
        self._over = asyncio.Event()
        # What one asks for is done before the next is heard: nobody probes a twin
        # that somebody else is changing.
        self._one = asyncio.Lock()
        self._talks: set[asyncio.Task[None]] = set()
        self.stays = threading.Event()

    async def keep(self, channel: socket.socket) -> None:
        """Do what is asked until the end is."""
        self._talk_to(channel)
        await self._over.wait()
        self._stop_recording()
        self._leave()

    def _leave(self) -> None:
        """Be found no more."""
        if self._path is not None:
            self._path.unlink(missing_ok=True)

    def _talk_to(self, channel: socket.socket) -> None:
        task = asyncio.get_running_loop().create_task(self._talk(channel))
        self._talks.add(task)
        task.add_done_callback(self._talks.discard)

    async def _talk(self, channel: socket.socket) -> None:
        channel.setblocking(False)  # noqa: FBT003
        loop = asyncio.get_running_loop()
        with contextlib.suppress(OSError), contextlib.closing(channel):
            while (request := await messages.receive_request(channel)) is not None:
                descriptors: list[int] = []
                try:
                    async with self._one:
                        reply = await self._answer(request, descriptors)
                except TwinError as cause:
                    reply = hindered(cause.diagnostic)
                except Exception:  # noqa: BLE001
                    reply = messages.Broken(traceback.format_exc())
                await loop.sock_sendall(channel, messages.framed(reply))
                if descriptors:
                    channel.setblocking(True)  # noqa: FBT003
                    socket.send_fds(channel, [b"."], descriptors)
                    channel.setblocking(False)  # noqa: FBT003
                if isinstance(request, messages.End):
                    self._over.set()

    async def _answer(
        self, request: messages.Request, descriptors: list[int]
    ) -> messages.Reply:
        match request:
            case messages.Become(plan):
                # In a thread of its own, where pyroute2 has an event loop of its own.
                remade = await asyncio.to_thread(self._network.become, plan)
                await self._stands.become(plan, remade)
            case messages.Ask(probes, pace):
                known = self._network.plan.probes
                found = await ask(self._network.spaces, probes, known, pace)
                return messages.Outcomes(tuple(found))
            case messages.Hold(probes, again):
                found = await (
                    self._held.again(_HOLD_S)
                    if again
                    else self._held.open(probes, _HOLD_S)
                )
                return messages.Outcomes(tuple(found))
            case messages.Count():
                return messages.Counters(tuple(self._network.counted()))
            case messages.Enter(space):
                return self._entrance(space, descriptors)
            case messages.Record(folder):
                self._record(folder)
            case messages.Stay(path):
                self._stay(Path(path))
            case messages.End():
                # Whoever is told of the end must find nothing left of it.
                self._leave()
        return messages.Done()

    def _entrance(self, name: str, descriptors: list[int]) -> messages.Entrance:
        space = next(s for s in self._network.plan.spaces if s.name == name)
        descriptors.append(self._network.spaces.descriptor(name))
        rootless = self._footing is Footing.ROOTLESS
        if rootless:
            descriptors.append(os.open("/proc/self/ns/user", os.O_RDONLY))
        return messages.Entrance(rootless, space.resolver)

    def _record(self, folder: str) -> None:
        self._stop_recording()
        if folder:
            self._recorder = Recorder(
                self._network.spaces, self._network.plan, Path(folder)
            )

    def _stop_recording(self) -> None:
        if self._recorder is not None:
            self._recorder.close()
            self._recorder = None

    def _stay(self, path: Path) -> None:
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(str(path))
        path.chmod(0o600)
        listener.listen()
        listener.setblocking(False)  # noqa: FBT003
        asyncio.get_running_loop().add_reader(listener, self._welcome, listener)
        self._path = path
        self.stays.set()

    def _welcome(self, listener: socket.socket) -> None:
        with contextlib.suppress(OSError):
            self._talk_to(listener.accept()[0])


def hindered(diagnostic: Diagnostic) -> messages.Hindered:
    """Return a diagnostic as a message."""
    return messages.Hindered(diagnostic.what, diagnostic.why, diagnostic.mend)


def _end_with(channel: socket.socket, stays: threading.Event) -> None:
    """End this process at once when the other side of *channel* is gone.

    By a thread, so that it is noticed in the midst of building too.
    """
    poll = select.poll()
    poll.register(channel, select.POLLRDHUP | select.POLLHUP | select.POLLERR)
    poll.poll()
    if not stays.is_set():
        os._exit(0)


def main(arguments: list[str]) -> None:
    """Take a footing and keep a twin until told to end."""
    channel = socket.socket(fileno=int(arguments[0]))
    wanted = Footing(arguments[1]) if arguments[1] else None
    try:
        standing = footing.take(wanted)
    except TwinError as cause:
        channel.sendall(messages.framed(hindered(cause.diagnostic)))
        return
    channel.sendall(messages.framed(messages.Standing(standing)))

    async def keep() -> None:
        keeper = Keeper(standing)
        watched = channel.dup()
        threading.Thread(
            target=_end_with, args=(watched, keeper.stays), daemon=True
        ).start()
        await keeper.keep(channel)

    asyncio.run(keep())


if __name__ == "__main__":
    main(sys.argv[1:])
