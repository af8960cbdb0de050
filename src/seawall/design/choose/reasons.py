"""Why each decision fell as it did: what excludes every other option, by solving."""

from seawall.design.choose.answer import Reason, Rejected
from seawall.design.choose.asked import Asked
from seawall.design.choose.clause import Preference, decisions, options_of
from seawall.design.choose.folklore import FOLKLORE
from seawall.design.choose.later import later
from seawall.design.options import Choices, Option
from seawall.design.told import TITLES


def reasons(asked: Asked, best: Choices) -> tuple[Reason, ...]:
    """Return the reason of every decision."""
    return tuple(
        _reason(asked, best, decision, options)
        for decision, options in decisions().items()
    )


def _reason(
    asked: Asked, best: Choices, decision: str, options: tuple[Option, ...]
) -> Reason:
    chosen: Option = getattr(best, decision)
    rejected: tuple[Rejected, ...] = ()
    for option in options:
        if option is not chosen:
            named = {path for each in rejected for path in each.because}
            rejected += (_rejected(asked, best, option, named),)
    because = tuple(dict.fromkeys(path for each in rejected for path in each.because))
    why, source = _why(asked, because, rejected)
    return Reason(
        decision,
        chosen,
        why,
        source,
        because,
        rejected,
        later(chosen),
        tuple(each for each in FOLKLORE if each.option in options),
    )


def _rejected(asked: Asked, best: Choices, option: Option, named: set[str]) -> Rejected:
    found = asked.against(option, liked=named)
    if found is None:
        return _less_liked(asked, best, option)
    demands, rules = found
    says = [f"{each.says}: {each.asks}" for each in demands]
    says += [rule.says for rule in rules]
    sources = [each.source for each in demands] + [rule.source for rule in rules]
    return Rejected(
        option,
        "; ".join(dict.fromkeys(says)),
        "; ".join(dict.fromkeys(sources)),
        tuple(dict.fromkeys(each.path for each in demands)),
        tuple(rule.code for rule in rules),
    )


def _less_liked(asked: Asked, best: Choices, option: Option) -> Rejected:
    """Say why an option that is possible was not chosen: what speaks against it more.

    That is what speaks against the best choice that has the option, and not against
    the one that was made.
    """
    other = asked.best(option)
    if other is None:
        raise AssertionError("what nothing excludes can be chosen")
    mine = asked.weighing(best)
    more = [each for each in asked.weighing(other) if each not in mine]
    more.sort(key=lambda each: (option not in each.against, -each.weight))
    told = more[:_MOST_TOLD]
    if not told:
        return Rejected(
            option, "nothing asks for it", "the requirements", is_possible=True
        )
    return Rejected(
        option,
        "; ".join(dict.fromkeys(_said(each, option, best) for each in told)),
        "; ".join(dict.fromkeys(each.source for each in told)),
        is_possible=True,
    )


_MOST_TOLD = 2


def _said(each: Preference, option: Option, best: Choices) -> str:
    """Return what a preference says, led in where another option brings it along."""
    if option in each.against:
        return each.says
    chosen = options_of(best)
    brought = [
        f"{TITLES[decision]}: `{other.value}`"
        for decision, options in decisions().items()
        for other in options
        if other in each.against and other not in chosen
    ]
    return f"with it comes {', '.join(brought)}, and {each.says}"


def _why(
    asked: Asked, because: tuple[str, ...], rejected: tuple[Rejected, ...]
) -> tuple[str, str]:
    """Return one sentence and its sources."""
    parts = [asked.demands[path][0].says for path in because]
    sources = [each.source for each in rejected if bool(because) == bool(each.because)]
    left = [f"`{each.option.value}`" for each in rejected if each.is_possible]
    if left:
        parts.append(f"preferred to {', '.join(left)}")
    return (
        "; ".join(parts) or "the rules leave nothing else",
        "; ".join(dict.fromkeys(one for it in sources for one in it.split("; "))),
    )
