"""Where units have their addresses."""

from seawall.engine.policy.ends.unit import Units


def homes_of(
    units: Units,
) -> tuple[dict[tuple[int, bool], dict[int, int]], dict[tuple[int, bool], int]]:
    """Return the units by family, mode and address class, and those without one."""
    kinds = [(family, host) for family in (4, 6) for host in (False, True)]
    at_home: dict[tuple[int, bool], dict[int, int]] = {kind: {} for kind in kinds}
    homeless = dict.fromkeys(kinds, 0)
    for number, unit in enumerate(units.units):
        for family, home in unit.homes:
            kind = (family, unit.host)
            if home is None:
                homeless[kind] |= 1 << number
            else:
                known = at_home[kind]
                known[home] = known.get(home, 0) | 1 << number
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
