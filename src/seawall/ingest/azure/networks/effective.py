"""Effective routes: what the platform says of the routes of one interface.

The output of `az network nic show-effective-route-table` does not name the interface
that it is about. The name of the file does, or the recorded call around it.

Source: Azure SDK, armnetwork, EffectiveRouteListResult; Azure docs, diagnose-network-
routing-problem.
"""

from pathlib import PurePosixPath

from seawall.ingest.azure.records.catalogue import same
from seawall.ingest.azure.records.values import address, prefixes, text, texts
from seawall.ingest.notes import Notes
from seawall.ingest.resource import Field
from seawall.model.diagnostic import Assumption
from seawall.model.effective import EffectiveHop, EffectiveRoute, EffectiveRoutes
from seawall.model.interface import NetworkInterface
from seawall.model.network import Subnet
from seawall.model.origin import Origin

SOURCE = "Azure docs, diagnose-network-routing-problem"

_HOPS = {hop.value.lower(): hop for hop in EffectiveHop if hop.value != "unknown"}
_COMMAND = "az network nic show-effective-route-table -o json > NAME.json"


def is_route_list(value: object) -> bool:
    """Whether *value* holds the effective routes of one interface."""
    return any(_is_route(item) for item in _rows(Field(value, Origin(""))))


def read_effective(
    listed: list[Field],
    subnets: tuple[Subnet, ...],
    interfaces: tuple[NetworkInterface, ...],
    notes: Notes,
) -> tuple[EffectiveRoutes, ...]:
    """Return the effective routes of subnets, each once."""
    found: dict[str, EffectiveRoutes] = {}
    doubted: set[str] = set()
    for field in listed:
        names = _names(field)
        home = _home(names, subnets, interfaces)
        if home is None:
            _report_stranger(field, names, notes)
            continue
        rows = _routes(field, notes)
        if rows is None:
            continue
        given = EffectiveRoutes(home.id, names[0], rows, field.origin)
        known = found.get(home.id)
        if known is not None and _differ(known, given):
            doubted.add(home.id)
            notes.error(
                field.origin,
                f"the effective routes of the subnet `{home.name}` stand twice and "
                "differ",
                f"those at {known.origin} say otherwise, and neither is used",
                "keep those of one moment",
            )
            continue
        if known is None:
            found[home.id] = given
    kept = {id_: item for id_, item in found.items() if id_ not in doubted}
    for home in subnets:
        if home.id in kept:
            notes.assumptions.append(_assumption(home, kept[home.id]))
    return tuple(kept[id_] for id_ in sorted(kept))


def _assumption(home: Subnet, given: EffectiveRoutes) -> Assumption:
    return Assumption(
        "effective-routes-current",
        f"the routes of subnet `{home.name}` are still those that Azure reported in "
        f"`{given.origin.path}`; their age is not told there",
        SOURCE,
        (home.name,),
    )


def _rows(field: Field) -> list[Field]:
    """Return the rows of a list of routes, in whatever is around it."""
    if isinstance(field.value, list):
        return list(field.items())
    if not isinstance(field.value, dict):
        return []
    answers = field.get("responses")
    if isinstance(answers.value, dict):
        for key in sorted(answers.value, key=str):
            rows = _rows(answers.get(str(key)).get("body"))
            if rows:
                return rows
        return []
    return list(field.get("value").items())


def _is_route(row: Field) -> bool:
    return (
        isinstance(row.value, dict)
        and row.get("nextHopType").is_given
        and row.get("source").is_given
        and isinstance(row.get("addressPrefix").value, list)
    )


def _names(field: Field) -> list[str]:
    """Return what the interface may be called, the surest first."""
    parameters = field.get("parameters")
    written = [
        text(field.get("networkInterface")),
        text(parameters.get("networkInterfaceName")),
        PurePosixPath(field.origin.path.replace("\\", "/")).name.split(".")[0],
    ]
    return [name.rstrip("/") for name in written if name]


def _home(
    names: list[str],
    subnets: tuple[Subnet, ...],
    interfaces: tuple[NetworkInterface, ...],
) -> Subnet | None:
    for name in names:
        homes = {
            each.subnet
            for each in interfaces
            if same(each.name, name) or same(each.id, name)
        }
        found = [each for each in subnets if each.id in homes]
        found = found or [each for each in subnets if same(each.name, name)]
        if len(found) == 1:
            return found[0]
    return None


def _report_stranger(field: Field, names: list[str], notes: Notes) -> None:
    notes.warning(
        field.origin,
        "effective routes are not used: whose they are is not known",
        f"no network interface and no single subnet in the input is called "
        f"`{names[0] if names else '?'}`, and the output itself names none",
        f"name the file after the interface or its subnet: `{_COMMAND}`",
    )


def _routes(field: Field, notes: Notes) -> tuple[EffectiveRoute, ...] | None:
    """Return the active routes; None if one of them cannot be read."""
    found = []
    for row in _rows(field):
        if (text(row.get("state")) or "active").lower() != "active":
            continue
        route = _route(row, notes)
        written = list(row.get("addressPrefix").items())
        if not written or len(route.prefixes) < len(written):
            notes.error(
                row.origin,
                "effective routes are not used: one has no prefix that can be read",
                "without it packets would seem to take the next longest",
                f"ask Azure for them again: `{_COMMAND}`",
            )
            return None
        found.append(route)
    return tuple(found)


def _route(row: Field, notes: Notes) -> EffectiveRoute:
    written = text(row.get("nextHopType")) or ""
    hop = _HOPS.get(written.lower(), EffectiveHop.UNKNOWN)
    if hop is EffectiveHop.UNKNOWN:
        notes.error(
            row.get("nextHopType").origin,
            f"`{written}` is not a next hop that is known",
            "where packets of this route go is unknown",
            "tell us what it means, or ask Azure for the routes again",
        )
    hops = row.get("nextHopIpAddress")
    several = texts(hops)
    appliance = None
    if hop is EffectiveHop.APPLIANCE and len(several) == 1:
        first = next(iter(hops.items()), hops)
        appliance = address(first, notes)
    return EffectiveRoute(
        text(row.get("name")) or "",
        prefixes(row.get("addressPrefix"), notes),
        hop,
        appliance,
        row.origin,
    )


def _differ(one: EffectiveRoutes, other: EffectiveRoutes) -> bool:
    def plain(given: EffectiveRoutes) -> set[object]:
        return {
            (item, route.next_hop, route.appliance)
            for route in given.routes
            for item in route.prefixes
        }

    return plain(one) != plain(other)
