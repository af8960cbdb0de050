"""Who reaches the API server, and who comes in: access, operators, entries."""

from dataclasses import replace
from enum import Enum

from seawall.design.requirements import names, ranges
from seawall.design.requirements.needs import (
    Access,
    Desk,
    Entry,
    Operator,
    Requirements,
    WayIn,
)
from seawall.design.requirements.part import Part
from seawall.ingest.near import guess
from seawall.model.address import AddressRange

MOST_RANGES = 2000
"""Authorized ranges at most, with the API server in the network.

Source: AKS docs, api-server-authorized-ip-ranges.
"""


class _Access(Enum):
    ANYWHERE = Access.ANYWHERE.value
    PRIVATE = Access.PRIVATE.value


def api_server(part: Part | None, out: Requirements) -> Requirements:
    """Return requirements with from where the API server may be reached."""
    if part is None:
        return out
    given = part.keys("api-server", "`api-server`")
    if "run-command" in given:
        out = replace(out, run_command=given["run-command"].flag())
    access = given.get("access")
    if access is None:
        return out
    if isinstance(access.value, list):
        return replace(out, access=Access.RANGES, access_ranges=_authorized(access))
    more = "and a list of ranges such as `[203.0.113.0/24]`"
    word = access.word(_Access, "access to the API server", more)
    return out if word is None else replace(out, access=Access(word.value))


def _authorized(access: Part) -> tuple[AddressRange, ...]:
    placed = ranges.prefixes(access, "`access`")
    if not access.value:
        access.tell(
            "`access` is an empty list",
            "AKS takes no authorized range for anybody may come",
            "write `access: private`, or list the ranges",
        )
    if len(placed) > MOST_RANGES:
        access.tell(
            f"`access` lists {len(placed)} ranges",
            f"AKS takes {MOST_RANGES} authorized ranges at most",
            "join them, or write `access: private`",
        )
    for found, part in placed:
        if found.prefix_length == 0:
            part.tell(
                "`0.0.0.0/0` authorizes everybody",
                "a list with it is as open as none",
                "write `access: anywhere` if that is meant, or take it out",
            )
        elif any(each.overlaps(found) for each in ranges.PRIVATE):
            part.tell(
                f"{found} is private, and authorized ranges are public addresses",
                "the public address of the API server never sees a private source",
                "state the public address that they come from, or `access: private`",
            )
    ranges.check_within(placed, "the range")
    return ranges.bare(placed)


def operators(part: Part | None, out: Requirements) -> Requirements:
    """Return requirements with who operates the cluster."""
    if part is None:
        return out
    read = [_operator(item, out) for item in part.items("`operators`")]
    return replace(out, operators=tuple(read))


def _operator(part: Part, out: Requirements) -> Operator:
    given = part.keys("operator", "an operator")
    needed(part, given, ("name", "via"), "an operator")
    name = given["name"].text("the operator's name") if "name" in given else ""
    desk = given["via"].word(Desk, "way of an operator") if "via" in given else None
    placed = ranges.prefixes(given.get("from"), "`from`")
    network = names.network_id(given["network"]) if "network" in given else ""
    if desk is None:
        return Operator(name, Desk.INTERNET)
    _check_network(part, given, desk)
    from_home = desk in (Desk.VPN, Desk.EXPRESSROUTE) and "from" not in given
    known = out.addresses.on_premises if from_home else ()
    needs_ranges = desk in (Desk.VPN, Desk.EXPRESSROUTE, Desk.INTERNET)
    if needs_ranges and "from" not in given and not known:
        part.tell(
            f"the operator comes by {desk.value}, and `from` does not say whence",
            "who may come is told by addresses",
            "write `from:` with their addresses",
        )
    for found, at in placed:
        if (desk is Desk.INTERNET) != ranges.is_public(found):
            at.tell(
                f"{found} is {'private' if desk is Desk.INTERNET else 'public'}, and "
                f"the operator comes by {desk.value}",
                "from the internet one comes with a public address, and by private "
                "ways with a private one",
                "mend the address or `via`",
            )
        listed = desk is not Desk.INTERNET or out.access is not Access.RANGES
        if not listed and not any(it.covers(found) for it in out.access_ranges):
            stated = ", ".join(map(str, out.access_ranges))
            at.tell(
                f"{found} is not among the ranges of `api-server.access`",
                f"whoever comes from elsewhere than {stated} is kept from the API "
                "server, as was asked",
                "list it there too, or take the operator out",
            )
    return Operator(name, desk, ranges.bare(placed) or known, network)


def _check_network(part: Part, given: dict[str, Part], desk: Desk) -> None:
    if desk is Desk.PEERING and "network" not in given:
        part.tell(
            "the operator comes by a peering, and no `network` is named",
            "a peering needs the other virtual network",
            "write `network:` with its resource ID",
        )
    if desk is not Desk.PEERING and "network" in given:
        given["network"].tell(
            f"an operator that comes by {desk.value} has no `network`",
            "only a peering names another virtual network",
            "write `via: peering`, or leave `network` out",
        )


def entries(part: Part | None, out: Requirements) -> Requirements:
    """Return requirements with who comes in; segments are read before."""
    if part is None:
        return out
    read: list[Entry] = []
    seen: dict[tuple[WayIn, int, str], Part] = {}
    for item in part.items("`ingress`"):
        entry = _entry(item, out)
        if entry is None:
            continue
        key = (entry.way, entry.listen, entry.host)
        if key in seen:
            item.tell(
                f"the same door stands at {seen[key].origin} already",
                "clients that call it could be meant for either",
                "give one another `listen` or `host`",
            )
        seen.setdefault(key, item)
        read.append(entry)
    return replace(out, entries=tuple(read))


def _entry(part: Part, out: Requirements) -> Entry | None:
    given = part.keys("entry", "an entry of `ingress`")
    needed(part, given, ("way", "to", "port"), "an entry of `ingress`")
    way = given["way"].word(WayIn, "way in") if "way" in given else None
    port = given["port"].port() if "port" in given else None
    listen = given["listen"].port() if "listen" in given else 443
    host = names.dns_name(given["host"], "the host") if "host" in given else ""
    placed = ranges.prefixes(given.get("from"), "`from`")
    ranges.check_within(placed, "the range")
    segment = ""
    if "to" in given:
        segment = known_segment(given["to"], out)
    if way is None or port is None or listen is None or not segment:
        return None
    serving = next(it for it in out.segments if it.name == segment)
    if port not in serving.serves:
        served = ", ".join(map(str, serving.serves)) or "nothing"
        given["port"].tell(
            f"segment `{segment}` does not serve port {port}",
            f"it serves {served}: clients would reach nobody",
            f"add {port} to its `serves`, or name a port that it serves",
        )
    return Entry(way, segment, port, listen, host, ranges.bare(placed))


def known_segment(part: Part, out: Requirements) -> str:
    """Return the name of a segment that there is; empty, and told, if there is none."""
    name = part.text("the name of a segment")
    known = [item.name for item in out.segments]
    if not name or name in known:
        return name
    listed = ", ".join(f"`{item}`" for item in known) or "none"
    part.tell(
        f"there is no segment `{name}`",
        f"the segments are {listed}",
        guess(name, known, "add it under `segments`"),
    )
    return ""


def needed(
    part: Part, given: dict[str, Part], keys: tuple[str, ...], what: str
) -> None:
    """Tell each key that must be there and is not."""
    for key in keys:
        if key not in given and isinstance(part.value, dict):
            part.tell(
                f"{what} has no `{key}`",
                "it cannot be designed without",
                f"write `{key}:`",
            )
