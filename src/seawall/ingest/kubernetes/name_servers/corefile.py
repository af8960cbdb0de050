"""Reads a Corefile: server blocks, and what each plugin in them does to names.

Source: CoreDNS manual, "Corefile"; pages of the plugins; AKS docs, coredns-custom.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from ipaddress import ip_address

from seawall.model.address import Address
from seawall.model.cluster_dns import DNS_PORT
from seawall.model.name_servers import (
    Forward,
    HostTable,
    Refusal,
    Rewrite,
    ServerBlock,
    Unread,
)
from seawall.model.origin import Origin

OVERRIDES = "custom/*.override"
SERVERS = "custom/*.server"

_WITHOUT_EFFECT = frozenset(
    {
        "autopath",
        "any",
        "bufsize",
        "cache",
        "cancel",
        "chaos",
        "debug",
        "dnssec",
        "dnstap",
        "errors",
        "health",
        "header",
        "local",
        "log",
        "loadbalance",
        "loop",
        "metadata",
        "minimal",
        "multisocket",
        "nsid",
        "pprof",
        "prometheus",
        "ready",
        "reload",
        "timeouts",
        "tls",
        "trace",
    }
)
"""Plugins that change no answer to a question about a name."""
_KINDS = ("exact", "prefix", "suffix", "substring", "regex")
_LONGEST_PATTERN = 200
_ZONED = {"file": 1, "etcd": 0, "k8s_external": 0, "secondary": 0, "template": 2}
"""Plugins that answer for the zones among their arguments, from which on."""
_TOKEN = re.compile(r'"((?:[^"\\]|\\.)*)"|`([^`]*)`|(\S+)')


class CorefileError(Exception):
    """A Corefile cannot be read; its text is a clause."""


@dataclass(frozen=True, slots=True)
class Line:
    """A directive, with the lines in braces behind it."""

    words: tuple[str, ...]
    body: tuple["Line", ...] = ()


@dataclass(slots=True)
class _Found:
    unread: list[Unread] = field(default_factory=list)
    rewrites: list[Rewrite] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    hosts: list[HostTable] = field(default_factory=list)
    domains: list[str] = field(default_factory=list)
    domains_hand_on: list[str] = field(default_factory=list)
    forwards: list[Forward] = field(default_factory=list)


def lines_of(text: str) -> tuple[Line, ...]:
    """Return the directives of a text.

    Raises:
        CorefileError: Braces do not match.
    """
    rows = [words for row in text.splitlines() if (words := _words(row))]
    found, rest = _nested(rows)
    if rest:
        raise CorefileError("a closing brace has no opening one")
    return found


def _words(row: str) -> list[str]:
    out: list[str] = []
    for match in _TOKEN.finditer(row):
        quoted, plain, word = match.groups()
        if word is not None and word.startswith("#"):
            break
        if word is not None and word != "{" and word.endswith("{") and "$" not in word:
            out += [word[:-1], "{"]
        else:
            out.append(next(it for it in (quoted, plain, word) if it is not None))
    return out


def _nested(
    rows: Sequence[Sequence[str]], *, deep: int = 0
) -> tuple[tuple[Line, ...], Sequence[Sequence[str]]]:
    """Return the directives up to the closing brace, and the rows behind it."""
    if deep > 4:  # noqa: PLR2004
        raise CorefileError("braces are nested too deep")
    out: list[Line] = []
    while rows:
        words, rows = list(rows[0]), rows[1:]
        if words[0] == "}":
            if deep == 0:
                return tuple(out), [words, *rows]
            if words[1:]:
                rows = [words[1:], *rows]
            return tuple(out), rows
        if "}" in words and "{" not in words:
            at = words.index("}")
            words, rows = words[:at], [words[at:], *rows]
        if "{" in words:
            at = words.index("{")
            head, inside = words[:at], words[at + 1 :]
            rows = [inside, *rows] if inside else rows
            body, rows = _nested(rows, deep=deep + 1)
            out.append(Line(tuple(head), body))
        else:
            out.append(Line(tuple(words)))
    if deep:
        raise CorefileError("an opening brace is never closed")
    return tuple(out), []


def blocks_of(
    lines: Iterable[Line], origin: Origin, overrides: Sequence[tuple[Line, Origin]] = ()
) -> Iterator[ServerBlock]:
    """Yield the server blocks that answer on the port of DNS.

    Args:
        lines: Directives, one for each block.
        origin: Where they stand.
        overrides: What stands where the blocks import it.

    Raises:
        CorefileError: Something is no server block.
    """
    for line in lines:
        if line.words and line.words[0] == "import":
            if line.words[1:] != (SERVERS,):
                says = f"`{' '.join(line.words)}` imports what is not read"
                raise CorefileError(says)
            continue
        if not line.words or line.words[0].startswith("("):
            raise CorefileError("a snippet or a block without a zone is not read")
        keys = [key for word in line.words for key in word.split(",") if key]
        zones = [zone for key in keys if (zone := _zone(key)) is not None]
        if zones:
            yield _block(tuple(zones), line.body, origin, overrides)


def _zone(key: str) -> str | None:
    """Return the zone of the key of a block; None if it is not for plain DNS."""
    scheme, mark, rest = key.rpartition("://")
    if mark and scheme != "dns":
        return None
    name, colon, port = rest.partition(":")
    if "/" in name or "{" in name or (colon and not port.isdecimal()):
        raise CorefileError(f"`{key}` is no zone that is read")
    if colon and int(port) != DNS_PORT:
        return None
    return name.lower().strip(".")


def _block(
    zones: tuple[str, ...],
    body: Sequence[Line],
    origin: Origin,
    overrides: Sequence[tuple[Line, Origin]],
) -> ServerBlock:
    found = _Found()
    for line in body:
        if line.words == ("import", OVERRIDES):
            for other, place in overrides:
                _take(found, other, place)
        else:
            _take(found, line, origin)
    unread = (
        each if each.zones else replace(each, zones=zones) for each in found.unread
    )
    return ServerBlock(
        zones,
        origin,
        tuple(unread),
        tuple(found.rewrites),
        tuple(found.refusals),
        tuple(found.hosts),
        tuple(found.domains),
        tuple(found.domains_hand_on),
        tuple(found.forwards),
    )


def merged(block: ServerBlock, overrides: Sequence[tuple[Line, Origin]]) -> ServerBlock:
    """Return a block with what was put into it."""
    if not overrides:
        return block
    added = _block((), [Line(("import", OVERRIDES))], block.origin, overrides)
    return ServerBlock(
        block.zones,
        block.origin,
        block.unread + added.unread,
        block.rewrites + added.rewrites,
        added.refusals + block.refusals,
        block.hosts + added.hosts,
        block.domains + added.domains,
        block.domains_hand_on + added.domains_hand_on,
        block.forwards + added.forwards,
    )


def _take(found: _Found, line: Line, origin: Origin) -> None:
    """Take one directive; what is not understood is kept as such."""
    plugin, args = (line.words[0], line.words[1:]) if line.words else ("", ())
    if plugin in _WITHOUT_EFFECT:
        return
    try:
        if not all(each.words for each in line.body):
            raise CorefileError("braces without a word before them")  # noqa: TRY301
        match plugin:
            case "forward":
                found.forwards.append(_forward(args, line.body, origin))
            case "hosts":
                found.hosts.append(_hosts(args, line.body, origin))
            case "rewrite":
                found.rewrites += _rewrites(args, line.body, origin)
            case "template":
                found.refusals.append(_refusal(args, line.body, origin))
            case "kubernetes":
                _kubernetes(found, args, line.body)
            case _:
                raise CorefileError("it is not understood")  # noqa: TRY301
    except CorefileError as error:
        zones = _zones(args[_ZONED[plugin] :]) if plugin in _ZONED else ()
        found.unread.append(Unread(f"plugin `{plugin}`: {error}", zones, origin))


def _zones(args: Iterable[str]) -> tuple[str, ...]:
    return tuple(each.lower().strip(".") for each in args)


def _forward(args: Sequence[str], body: Sequence[Line], origin: Origin) -> Forward:
    """Read whom names are forwarded to; only plain DNS on its own port is followed."""
    if len(args) < 2:  # noqa: PLR2004
        raise CorefileError("it names no server")
    excepted = [
        zone
        for line in body
        if line.words[:1] == ("except",)
        for zone in _zones(line.words[1:])
    ]
    servers: tuple[Address, ...] | None = ()
    if list(args[1:]) != ["/etc/resolv.conf"]:
        read = [_server(each) for each in args[1:]]
        known = tuple(each for each in read if each is not None)
        servers = known if len(known) == len(read) else None
    (domain,) = _zones(args[:1])
    return Forward(domain, servers, tuple(excepted), origin)


def _server(text: str) -> Address | None:
    host = text.removeprefix("dns://")
    try:
        return ip_address(host)
    except ValueError:
        pass
    name, colon, port = host.rpartition(":")
    try:
        found = ip_address(name.strip("[]"))
    except ValueError:
        return None
    return found if colon and port == str(DNS_PORT) else None


def _hosts(args: Sequence[str], body: Sequence[Line], origin: Origin) -> HostTable:
    """Read names with their addresses; files are not to be seen."""
    if args and "/" in args[0]:
        raise CorefileError(f"the file `{args[0]}` is not in the input")
    entries: list[tuple[str, Address]] = []
    hands_on: tuple[str, ...] = ()
    for line in body:
        first, *rest = line.words
        if first == "fallthrough":
            hands_on = _zones(rest) or ("",)
        elif first in ("ttl", "reload", "no_reverse"):
            continue
        else:
            try:
                address = ip_address(first)
            except ValueError:
                raise CorefileError(f"`{first}` is no address") from None
            entries += [(name, address) for name in _zones(rest)]
    return HostTable(tuple(entries), _zones(args), hands_on, origin)


def _rewrites(
    args: Sequence[str], body: Sequence[Line], origin: Origin
) -> list[Rewrite]:
    """Read rewrites of names; answers are rewritten back, which changes no address."""
    goes_on = args[:1] == ("continue",)
    rest = args[1:] if args[:1] in (("continue",), ("stop",)) else args
    rules = [line.words for line in body] if body else [tuple(rest)]
    out: list[Rewrite] = []
    for words in rules:
        if words[:1] == ("answer",):
            continue
        if words[:1] == ("ttl",):
            continue
        if words[:1] != ("name",):
            raise CorefileError(f"`rewrite {' '.join(words)}` is not read")
        kind, old, new = _renaming(words[1:])
        out.append(Rewrite(kind, old, new, goes_on, origin))
    return out


def _renaming(words: Sequence[str]) -> tuple[str, str, str]:
    kind = "exact"
    if words[:1] and words[0] in _KINDS:
        kind, words = words[0], words[1:]
    if len(words) > 2 and words[2] == "answer":  # noqa: PLR2004
        words = words[:2]
    if len(words) != 2:  # noqa: PLR2004
        raise CorefileError(f"`rewrite name {kind} {' '.join(words)}` is not read")
    if kind == "regex":
        return kind, _pattern(words[0]), words[1].lower().removesuffix(".")
    old, new = (each.lower() for each in words)
    if kind in ("exact", "suffix"):
        old, new = old.removesuffix("."), new.removesuffix(".")
    return kind, old, new


def _pattern(text: str) -> str:
    """Return a pattern that Go and Python read alike, in time that has a bound."""
    repeated = re.search(r"\)[*+?{]", text.replace(r"(?:[^.]+\.)", ""))
    if repeated or len(text) > _LONGEST_PATTERN or "(?P" in text:
        raise CorefileError(f"the pattern `{text}` is not read")
    try:
        re.compile(text)
    except re.error:
        raise CorefileError(f"the pattern `{text}` is not read") from None
    return text


def _refusal(args: Sequence[str], body: Sequence[Line], origin: Origin) -> Refusal:
    """Read a template that refuses names; one that answers is not followed."""
    asked = args[1].upper() if len(args) > 1 else ""
    said = {line.words[0]: line.words[1:] for line in body}
    if asked not in ("ANY", "A") or said.get("rcode") != ("NXDOMAIN",):
        raise CorefileError("only one that answers NXDOMAIN is followed")
    if set(said) - {"rcode", "match", "fallthrough"} or said.get("fallthrough"):
        raise CorefileError("it says more than is followed")
    pattern = _pattern(" ".join(said.get("match", ())))
    return Refusal(_zones(args[2:]) or ("",), pattern, "fallthrough" in said, origin)


def _kubernetes(found: _Found, args: Sequence[str], body: Sequence[Line]) -> None:
    """Read the domains of the cluster; what narrows its view is not followed."""
    for line in body:
        if line.words[0] == "fallthrough":
            found.domains_hand_on += _zones(line.words[1:]) or ("",)
        elif line.words[0] not in ("pods", "ttl", "endpoint_pod_names", "kubeconfig"):
            raise CorefileError(f"`{line.words[0]}` is not read")
    found.domains += _zones(args)
