"""Needs that cannot hold together: the fewest, and the nearest that can."""

from seawall.design.choose.answer import Conflict, Nearest, Needed, RuleSaid
from seawall.design.choose.asked import Asked
from seawall.design.choose.clause import Demand

_STATED = 100
_LIMIT = 80
_PRESET = 60


def conflict(asked: Asked) -> Conflict:
    """Return why nothing can be chosen, and what to give up."""
    found = asked.against()
    demands, rules = found if found is not None else ([], [])
    best = asked.nearest(_weight(asked, path) for path in asked.demands)
    paths = list(asked.demands)
    return Conflict(
        tuple(
            _needed(asked, path, [each for each in demands if each.path == path])
            for path in dict.fromkeys(each.path for each in demands)
        ),
        tuple(RuleSaid(rule.code, rule.says, rule.source) for rule in rules),
        Nearest(
            tuple(
                _needed(asked, paths[place], asked.demands[paths[place]])
                for place in best.dropped
            ),
            best.choices,
        ),
    )


def _weight(asked: Asked, path: str) -> int:
    """Return how dear a need is: a preset's are given up first, then limits."""
    stated = asked.needs.stated
    preset = stated.get("preset")
    if preset is not None and stated.get(path) == preset:
        return _PRESET
    return _LIMIT if path.startswith("limits.") else _STATED


def _needed(asked: Asked, path: str, demands: list[Demand]) -> Needed:
    return Needed(
        path,
        demands[0].says,
        tuple(each.asks for each in demands),
        tuple(each.source for each in demands),
        asked.needs.stated.get(path),
    )
