"""A twin that is kept: who is in it, a shell there, a packet, and its end."""

import contextlib
import fcntl
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path

import click
import msgspec

from seawall.app.cli.rehearsal.alter import alter_running
from seawall.app.cli.rehearsal.hold import by_rule
from seawall.model.packet import LAST_PORT
from seawall.query.rehearsal.change import Change, Key, Standing, standing_of
from seawall.query.rehearsal.prepare import Prepared
from seawall.query.rehearsal.words import names_of
from seawall.twin.kernel.trouble import trouble
from seawall.twin.layout.policy_layer import space_of
from seawall.twin.plan import Outcome, Probe, ProbeKind, Result
from seawall.twin.running import Twin, found, place
from seawall.twin.sampling.questions import Stand

VERBS = ("shell", "probe", "down")
"""The words after `rehearse` that are about a kept twin and no paths."""

REFUSED = 1
_LISTED = 8


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody in a kept twin.

    Attributes:
        names: How they may be called, the first in full.
        space: The space that they are in; empty for a Service or a front end.
        address: Their address.
        server: Whom they ask for names; empty where the twin does not draw that.
    """

    names: tuple[str, ...]
    space: str
    address: str
    server: str = ""


def keep(twin: Twin, prepared: Prepared) -> None:
    """Let a twin live on, and write down who is in it and what can be asked.

    Raises:
        TwinError: One is kept already, or somebody else is about to keep one.
    """
    with _alone():
        _write(place(), prepared)
        twin.keep()
    click.echo(
        "the twin stays up: `seawall rehearse shell WORKLOAD`, "
        "`seawall rehearse probe FROM TO:PORT`, `seawall rehearse --change NEW`, "
        "`seawall rehearse down`",
        err=True,
    )


def is_kept() -> bool:
    """Whether a twin of this user seems to be kept."""
    return place().exists()


def change_kept(new: Prepared) -> Change:
    """Let the kept twin become another, and return what that did.

    Raises:
        TwinError: No twin is kept, or somebody else changes it.
    """
    with _alone():
        twin = found()
        try:
            change = alter_running(twin, _standing(), new)
            _write(place(), new)
        finally:
            twin.close()
    return change


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    """Have the kept twin alone: whoever else wants to change it is told to wait.

    Raises:
        TwinError: Somebody else has it.
    """
    with place().with_name("twin.lock").open("w", encoding="ascii") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as cause:
            raise trouble(
                "another command is changing the kept twin",
                "what it does to connections could not be told from what this does",
                "wait until that is done",
            ) from cause
        yield


def _write(socket: Path, prepared: Prepared) -> None:
    cast = prepared.cast
    stands: tuple[Stand, ...] = (
        *cast.inside,
        *cast.places,
        *cast.services,
        *cast.fronts,
    )
    servers = {asker.name: str(it.address) for asker, it in cast.lookups}
    people = [
        {
            "names": list(names_of(stand)),
            "space": space_of(stand),
            "address": str(stand.address),
            "server": servers.get(getattr(stand, "name", ""), ""),
        }
        for stand in stands
    ]
    standing = standing_of(prepared)
    kept = {
        "people": people,
        "inside": standing.inside,
        "asked": [[key, probe] for key, probe in standing.probes.items()],
    }
    _register(socket).write_bytes(msgspec.json.encode(kept))


class _Kept(msgspec.Struct):
    """What is written down of a kept twin."""

    people: tuple[Known, ...]
    inside: tuple[str, ...]
    asked: tuple[tuple[Key, Probe], ...]


def _kept() -> _Kept:
    try:
        return msgspec.json.decode(_register(place()).read_bytes(), type=_Kept)
    except (OSError, msgspec.DecodeError):
        return _Kept((), (), ())


def _standing() -> Standing:
    kept = _kept()
    return Standing(dict(kept.asked), kept.inside)


def on_kept(words: tuple[str, ...]) -> int:
    """Do with the kept twin what the words say, and return the exit code.

    Raises:
        UsageError: The words do not say what to do.
        TwinError: No twin is kept.
    """
    verb, *rest = words
    twin = found()
    try:
        if verb == "down":
            if rest:
                raise click.UsageError("`rehearse down` takes nothing more")
            with _alone():
                twin.end()
                _register(place()).unlink(missing_ok=True)
            return 0
        people = _kept().people
        if verb == "shell":
            return _shell(twin, people, rest)
        return _probe(twin, people, rest)
    finally:
        twin.close()


def _shell(twin: Twin, people: tuple[Known, ...], rest: list[str]) -> int:
    if not rest:
        raise click.UsageError("say where: `seawall rehearse shell WORKLOAD`")
    who = _named(people, rest[0])
    program = rest[1:] or [os.environ.get("SHELL") or "/bin/sh"]
    if shutil.which(program[0]) is None:
        raise click.UsageError(f"there is no program `{program[0]}` on this machine")
    _is_somewhere(who)
    return twin.run_in(who.space, program, f"{who.names[0]}$ ").wait()


def _probe(twin: Twin, people: tuple[Known, ...], rest: list[str]) -> int:
    if len(rest) != 2:  # noqa: PLR2004
        raise click.UsageError("say `seawall rehearse probe FROM TO:PORT`")
    source = _named(people, rest[0])
    _is_somewhere(source)
    target, kind, port = _target(people, _by_name(twin, people, source, rest[1]))
    probe = Probe(1, source.space, kind, target, port, source=source.address)
    before = by_rule(twin.counted())
    (outcome,) = twin.probe((probe,))
    click.echo(outcome_text(outcome))
    for key, packets in by_rule(twin.counted()).items():
        if packets > before[key]:
            click.echo(f"  met {key[2].partition(' ')[2]}")
    return 0 if outcome.result.value == "answered" else REFUSED


def _is_somewhere(who: Known) -> None:
    """See that somebody can be there and send.

    Raises:
        UsageError: It is an address that leads to others.
    """
    if not who.space:
        raise click.UsageError(
            f"nobody sends from {who.names[0]}: it leads to others; name a pod, a node "
            "or a machine"
        )


def _by_name(twin: Twin, people: tuple[Known, ...], source: Known, text: str) -> str:
    """Return the target with an address in the place of a name that is looked up.

    Raises:
        UsageError: The name does not resolve, or nobody is asked for it.
    """
    head, colon, tail = text.rpartition(":")
    name = head if colon else text
    if "." not in name or _is_known(people, name):
        return text
    if not source.server:
        raise click.UsageError(
            f"whom {source.names[0]} asks for `{name}` is not drawn in the twin; "
            "give an address"
        )
    asked = Probe(1, source.space, ProbeKind.DNS, source.server, 53, name=name)
    (outcome,) = twin.probe((asked,))
    if not outcome.addresses:
        raise click.UsageError(
            f"`{name}` does not resolve for {source.names[0]}: {source.server} says "
            f"{outcome.detail or outcome.result.value}"
        )
    click.echo(f"{name} is {outcome.addresses[0]}, says {source.server}")
    return f"{outcome.addresses[0]}{colon}{tail if colon else ''}"


def _is_known(people: tuple[Known, ...], text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return any(text in one.names for one in people)
    return True


def outcome_text(outcome: Outcome) -> str:
    """Return what came back, as a line."""
    seen = f", seen as {outcome.seen_source}" if outcome.seen_source else ""
    by = f" by {outcome.answered_by}" if outcome.answered_by else ""
    detail = f" ({outcome.detail})" if outcome.detail else ""
    if outcome.result is Result.UNPROVED:
        return "no answer: it, or the answer to it, was lost on the way"
    return f"{outcome.result.value}{by}{seen}{detail}"


def _target(people: tuple[Known, ...], text: str) -> tuple[str, ProbeKind, int]:
    """Return the address, protocol and port that `TO[:PORT]` means; ICMP without.

    Raises:
        UsageError: It names nobody, or no port.
    """
    head, colon, tail = text.rpartition(":")
    if not colon or any(text in one.names for one in people):
        return _address(people, text), ProbeKind.ICMP, 0
    word, slash, number = tail.rpartition("/")
    kind = {"": ProbeKind.TCP, "tcp": ProbeKind.TCP, "udp": ProbeKind.UDP}.get(word)
    is_port = number.isdecimal() and 0 < int(number) <= LAST_PORT
    if kind is None or not is_port or (slash and not word):
        raise click.UsageError(f"`{tail}` is no port; write 443, or udp/53")
    return _address(people, head), kind, int(number)


def _address(people: tuple[Known, ...], text: str) -> str:
    try:
        return str(ip_address(text))
    except ValueError:
        return _named(people, text).address


def _named(people: tuple[Known, ...], text: str) -> Known:
    """Return whom a text means in the kept twin.

    Raises:
        UsageError: Nobody there is called so.
    """
    for one in people:
        if text in one.names or text == one.address:
            return one
    kind = text.partition(":")[0] + ":"
    alike = [name for one in people for name in one.names if name.startswith(kind)]
    called = list(dict.fromkeys(alike or [one.names[-1] for one in people]))
    names = ", ".join(called[:_LISTED])
    more = f" and {len(called) - _LISTED} more" if len(called) > _LISTED else ""
    raise click.UsageError(
        f"nobody in the twin is called `{text}`; there are {names}{more}"
    )


def _register(socket: Path) -> Path:
    return socket.with_name("twin.json")
