"""Where units have their addresses."""

from seawall.engine.policy.ends.unit import Units
from seawall.engine.policy.rows.bits import set_of


def homes_of(
    units: Units,
) -> tuple[dict[tuple[int, bool], dict[int, int]], dict[tuple[int, bool], int]]:
    """Return the units by family, mode and address class, and those without one."""
    kinds = [(family, host) for family in (4, 6) for host in (False, True)]
    found: dict[tuple[int, bool], dict[int | None, list[int]]]
    found = {kind: {} for kind in kinds}
    for number, unit in enumerate(units.units):
        for family, home in unit.homes:
            found[family, unit.host].setdefault(home, []).append(number)
    homeless = {kind: set_of(homes.pop(None, ())) for kind, homes in found.items()}
    at_home = {
        kind: {at: set_of(held) for at, held in homes.items() if at is not None}
        for kind, homes in found.items()
    }
    return at_home, homeless


def unplaced(units: Units) -> set[tuple[int, bool]]:
    """Return the families and modes in which somebody's address is not known."""
    present = (units.units[number] for number in units.present)
    return {
        (family, unit.host)
        for unit in present
        for family, home in unit.homes
        if home is None
    }
