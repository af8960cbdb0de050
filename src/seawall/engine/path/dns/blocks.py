"""What the server blocks of the cluster's DNS make of a name, before anybody is asked.

Source: CoreDNS manual, "Query Processing"; plugins rewrite, template, hosts, forward.
"""

import re
from collections.abc import Iterable
from functools import lru_cache

from seawall.engine.path.dns.names import is_under
from seawall.model.address import Address
from seawall.model.name_servers import (
    Forward,
    HostTable,
    Refusal,
    Rewrite,
    ServerBlock,
    Unread,
)


def covers(zones: Iterable[str], name: str) -> bool:
    """Say whether a name is under one of some domains; an empty one has every name."""
    return any(not zone or is_under(name, zone) for zone in zones)


def blocks_of(blocks: Iterable[ServerBlock], name: str) -> list[ServerBlock]:
    """Return the blocks with the longest zone that a name is under: one, or several.

    Source:
        CoreDNS manual, "Query Processing": the longest zone that matches.
    """
    pairs = [
        (len(zone), block)
        for block in blocks
        for zone in block.zones
        if covers((zone,), name)
    ]
    longest = max((length for length, _ in pairs), default=0)
    return [block for length, block in pairs if length == longest]


def unread_of(block: ServerBlock, name: str) -> Unread | None:
    """Return what is not understood and may touch a name."""
    for each in block.unread:
        if not each.zones or covers(each.zones, name):
            return each
    return None


def rewritten(block: ServerBlock, name: str) -> tuple[str, Rewrite | None]:
    """Return what a name is asked for as, and the last rewrite that changed it.

    Source:
        CoreDNS plugin rewrite: the first that matches ends it, unless it continues.
    """
    last = None
    for rewrite in block.rewrites:
        changed = _changed(rewrite, name)
        if changed is None:
            continue
        name, last = changed, rewrite
        if not rewrite.goes_on:
            break
    return name, last


def _changed(rewrite: Rewrite, name: str) -> str | None:
    old, new = rewrite.old, rewrite.new
    match rewrite.kind:
        case "exact" if name == old:
            found: str | None = new
        case "prefix" if name.startswith(old):
            found = new + name[len(old) :]
        case "suffix" if name.endswith(old):
            found = name[: len(name) - len(old)] + new
        case "substring" if old in name:
            found = name.replace(old, new)
        case "regex":
            match = _compiled(old).search(f"{name}.")
            found = _filled(new, match) if match else None
        case _:
            found = None
    return found


def _filled(new: str, match: re.Match[str]) -> str:
    for number, group in enumerate((match.group(0), *match.groups())):
        new = new.replace(f"{{{number}}}", group or "")
    return new.strip(".")


def refusal_of(block: ServerBlock, name: str) -> Refusal | None:
    """Return the template that says that a name does not exist, if one does.

    Source:
        CoreDNS plugin template: without fallthrough a name that does not match does not
        exist either.
    """
    for refusal in block.refusals:
        if not covers(refusal.zones, name):
            continue
        matches = not refusal.pattern or _compiled(refusal.pattern).search(f"{name}.")
        if matches or not refusal.hands_on:
            return refusal
    return None


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


def hosts_of(
    block: ServerBlock, name: str
) -> tuple[HostTable, tuple[Address, ...]] | None:
    """Return the table that answers for a name, and the addresses, none if it lacks it.

    Source:
        CoreDNS plugin hosts: without fallthrough what is lacking does not resolve.
    """
    for table in block.hosts:
        if table.zones and not covers(table.zones, name):
            continue
        found = tuple(address for host, address in table.entries if host == name)
        if found or not covers(table.hands_on, name):
            return table, found
    return None


def forwards_of(block: ServerBlock, name: str) -> list[Forward]:
    """Return whom a name may be asked of.

    Source:
        CoreDNS plugin forward.
    """
    return [
        each
        for each in block.forwards
        if covers((each.domain,), name) and not covers(each.excepted, name)
    ]
