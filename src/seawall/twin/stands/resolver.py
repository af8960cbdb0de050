"""A stand that answers names from its table, and forwards what others know.

A name that is in the table with another type exists and has no such record. A name
below no forwarding and in no table does not exist.

Source: RFC 1034 section 4.3.2 (aliases are followed), RFC 4592 section 2.1.1 (a name
that exists is never answered by a wildcard).
"""

import asyncio
import contextlib
import ipaddress
import secrets
import socket
import struct
from collections.abc import Callable

from seawall.twin.formats import names
from seawall.twin.formats.names import Code, Kind, Question, Record, Reply
from seawall.twin.plan import Answer, Forwarding, Stand

_PATIENCE_S = 2.0
_LARGEST = 65_535
_ALIASES = 16
_PORT = 53

Sockets = Callable[[int, int], socket.socket]
"""Makes a socket of a family and a kind in the space of who asks."""

Replies = tuple[Code, tuple[Record, ...]]


class Table:
    """What a DNS stand knows by itself."""

    def __init__(self, answers: tuple[Answer, ...]) -> None:
        self._known: dict[str, list[Answer]] = {}
        for one in answers:
            self._known.setdefault(one.name.rstrip(".").lower(), []).append(one)

    def find(self, name: str) -> list[Answer] | None:
        """Return what is known of a name; None when it does not exist."""
        if name in self._known:
            return self._known[name]
        labels = name.split(".")
        for at in range(1, len(labels)):
            above = ".".join(labels[at:])
            if f"*.{above}" in self._known:
                return self._known[f"*.{above}"]
            if above in self._known:
                return None
        return None


class Resolver:
    """The answers of one DNS stand."""

    def __init__(self, stand: Stand, sockets: Sockets) -> None:
        self._table = Table(stand.answers)
        self._forwardings = sorted(
            stand.forwardings, key=lambda f: f.suffix.count("."), reverse=True
        )
        self._sockets = sockets
        self._tasks: set[asyncio.Task[None]] = set()

    def in_time(self, message: bytes, send: Callable[[bytes], None]) -> None:
        """Answer *message* by *send*, at once or when who was asked has answered."""

        async def later() -> None:
            answer = await self.answer(message)
            if answer:
                send(answer)

        task = asyncio.get_running_loop().create_task(later())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def serve(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Answer questions over TCP, each with its length before it."""
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            while True:
                (size,) = struct.unpack("!H", await reader.readexactly(2))
                answer = await self.answer(await reader.readexactly(size))
                writer.write(struct.pack("!H", len(answer)) + answer)
                await writer.drain()
        with contextlib.suppress(OSError, RuntimeError):
            writer.close()

    async def answer(self, message: bytes) -> bytes:
        """Return the answer to a message; empty for what is no question."""
        question = names.read_question(message)
        if question is None:
            return b""
        code, records = await self._look_up(question.name, question.kind)
        return names.answer(question, code, records)

    async def _look_up(self, name: str, kind: int) -> Replies:
        followed: list[Record] = []
        for _ in range(_ALIASES):
            known = self._table.find(name)
            if known is None:
                code, more = await self._forward(name, kind)
                again = self._own_alias(name, more)
                if again is None:
                    return code, (*followed, *more)
                followed.append(again)
                name = again.value
                continue
            wanted = [one for one in known if one.kind == _word(kind)]
            if wanted:
                found = [
                    Record(name, Kind(kind), value)
                    for one in wanted
                    for value in one.values
                ]
                return Code.NOERROR, (*followed, *found)
            alias = next((o for o in known if o.kind == "CNAME" and o.values), None)
            if alias is None:
                return Code.NOERROR, tuple(followed)
            target = alias.values[0].rstrip(".").lower()
            followed.append(Record(name, Kind.CNAME, target))
            name = target
        return Code.SERVFAIL, tuple(followed)

    def _own_alias(self, name: str, told: tuple[Record, ...]) -> Record | None:
        """Return the alias, told by another, that this stand knows better about."""
        asked = self._asked_of(name)
        for record in told:
            if record.kind is not Kind.CNAME:
                continue
            target = record.value.rstrip(".").lower()
            if self._table.find(target) or self._asked_of(target) != asked:
                return Record(name, Kind.CNAME, target)
        return None

    def _asked_of(self, name: str) -> Forwarding | None:
        """Return whom this stand asks for a name; the longest suffix wins."""
        return next((it for it in self._forwardings if is_below(name, it)), None)

    async def _forward(self, name: str, kind: int) -> Replies:
        for one in self._forwardings:
            if not is_below(name, one):
                continue
            if not one.address:
                return Code.NXDOMAIN, ()
            reply = await resolve(self._sockets, one.address, name, kind)
            if reply is None:
                return Code.SERVFAIL, ()
            return Code(reply.code), reply.records
        return Code.NXDOMAIN, ()


def is_below(name: str, forwarding: Forwarding) -> bool:
    """Tell whether a name is what a forwarding is for; an empty suffix means all."""
    suffix = forwarding.suffix.strip(".").lower()
    return not suffix or name == suffix or name.endswith(f".{suffix}")


async def resolve(
    sockets: Sockets, resolver: str, name: str, kind: int, wait_s: float = _PATIENCE_S
) -> Reply | None:
    """Ask *resolver* for a name; None when nothing came or nobody was there."""
    loop = asyncio.get_running_loop()
    version = ipaddress.ip_address(resolver).version
    family = socket.AF_INET6 if version == 6 else socket.AF_INET  # noqa: PLR2004
    number = secrets.randbelow(1 << 16)
    with contextlib.closing(sockets(family, socket.SOCK_DGRAM)) as asker:
        try:
            async with asyncio.timeout(wait_s):
                asker.connect((resolver, _PORT))
                question = Question(number, name.rstrip(".").lower(), kind)
                await loop.sock_sendall(asker, names.ask(question))
                while True:
                    reply = names.read_reply(await loop.sock_recv(asker, _LARGEST))
                    if reply is not None and reply.number == number:
                        return reply
        except (OSError, TimeoutError):
            return None


async def addresses_of(sockets: Sockets, resolver: str, name: str) -> tuple[str, ...]:
    """Return the IPv4 addresses of a name, or else its IPv6 addresses."""
    for kind in (Kind.A, Kind.AAAA):
        reply = await resolve(sockets, resolver, name, kind)
        if reply is not None and reply.addresses():
            return reply.addresses()
    return ()


def _word(kind: int) -> str:
    return Kind(kind).name if kind in set(Kind) else ""
