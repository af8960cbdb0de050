"""The way from a running cluster as a person reads it: what moves, and the steps."""

from collections.abc import Iterator, Sequence

from seawall.app.cli.show.design import conflict_text
from seawall.app.cli.show.words import bold, dim, is_colored, placed, wrapped
from seawall.design.adopt.answer import (
    Adoption,
    Kind,
    Moment,
    Move,
    Step,
    Today,
)
from seawall.design.choose.answer import Conflict
from seawall.design.told import TITLES
from seawall.query.intents.verdict import Standing as Verdict

_TITLE = 21
_INDENT = 4


def adoption_text(found: Adoption, *, colored: bool, verbose: bool) -> str:
    """Return what stays, what moves and how, the steps, and what is not proved.

    Args:
        found: The way.
        colored: Whether it goes to a terminal.
        verbose: Whether to show every source, and what stays.
    """
    paint = is_colored(to_terminal=colored)
    if isinstance(found.decided, Conflict):
        return conflict_text(found.decided, colored=colored)
    parts = [_moves(found, paint=paint, verbose=verbose)]
    if found.today:
        parts.append(_today(found, paint=paint))
    if found.steps:
        parts.append(_steps(found, paint=paint, verbose=verbose))
    if found.last:
        parts.append(_last(found, paint=paint))
    if found.unproved:
        parts.append(_unproved(found, paint=paint))
    return "\n\n".join(parts)


def _moves(found: Adoption, *, paint: bool, verbose: bool) -> str:
    lines = [bold(f"{found.cluster}  {_sum(found)}", colored=paint), ""]
    for each in found.moves:
        stays = each.standing.option is each.wanted
        if stays and not verbose:
            continue
        lines += _move(each, paint=paint, verbose=verbose)
    kept = [
        TITLES[each.decision]
        for each in found.moves
        if each.standing.option is each.wanted
    ]
    if kept and not verbose:
        lines.append(wrapped(f"{'stays':<{_TITLE}}{', '.join(kept)}", _TITLE, 0))
    return "\n".join(lines)


def _sum(found: Adoption) -> str:
    if found.recreates:
        return "needs a new cluster beside it"
    if not found.steps:
        return "has what is needed"
    count = len(found.steps)
    return "1 step leads there" if count == 1 else f"{count} steps lead there, in place"


def _move(each: Move, *, paint: bool, verbose: bool) -> Iterator[str]:
    stands = each.standing.option.value if each.standing.option else "not known"
    text = f"{TITLES[each.decision]:<{_TITLE}}{stands} → {each.wanted.value}"
    if each.standing.option is each.wanted:
        text = f"{TITLES[each.decision]:<{_TITLE}}{stands}"
    elif each.change is not None:
        text += f": {each.change.value}"
    where = each.standing.origin
    yield placed(wrapped(text, _TITLE, 0), where, _TITLE, colored=paint)
    if verbose and each.source:
        yield " " * _TITLE + dim(wrapped(each.source, _TITLE), colored=paint)


def _today(found: Adoption, *, paint: bool) -> str:
    return _standing("TODAY, BY PACKETS", found, found.today, paint=paint)


def _last(found: Adoption, *, paint: bool) -> str:
    """Return what does not hold after the last step, or that all of it does."""
    open_ = [it for it in found.last if it.standing is not Verdict.HOLDS]
    if open_:
        return _standing("AFTER THE LAST STEP, BY PACKETS", found, open_, paint=paint)
    head = bold("AFTER THE LAST STEP, BY PACKETS", colored=paint)
    return f"{head}\n  all {len(found.last)} hold"


def _standing(
    title: str, found: Adoption, listed: Sequence[Today], *, paint: bool
) -> str:
    lines = [bold(title, colored=paint)]
    for each in listed:
        place = found.needs.stated.get(each.need)
        says = wrapped(f"{each.standing.value:<{_LABEL}}{each.says}", _LABEL + 2, 2)
        lines.append("  " + placed(says, place, _LABEL + 2, colored=paint, taken=2))
        if each.why:
            lines.append(" " * (_LABEL + 2) + wrapped(each.why, _LABEL + 2))
    return "\n".join(lines)


def _steps(found: Adoption, *, paint: bool, verbose: bool) -> str:
    lines = [bold("STEPS", colored=paint)]
    for number, step in enumerate(found.steps, 1):
        lines += _step(number, step, paint=paint, verbose=verbose)
        lines += _proof(step, paint=paint, verbose=verbose)
    if any(step.losses for step in found.steps):
        text = (
            "no order of these steps loses less"
            if found.every_order
            else "there may be an order that loses less: not every one was asked about"
        )
        lines.append("  " + wrapped(text, 4, 2))
    return "\n".join(lines)


def _step(number: int, step: Step, *, paint: bool, verbose: bool) -> Iterator[str]:
    yield f"{number:>2}. " + wrapped(step.does, _INDENT)
    if step.sets:
        what = ", ".join(f"{TITLES[name]} {to.value}" for name, to in step.sets.items())
        yield _aside("after", what, paint=paint)
    if step.meanwhile:
        yield _aside("meanwhile", step.meanwhile, paint=paint)
    if step.broken:
        yield _aside("breaks", ", ".join(step.broken), paint=paint)
    if step.refused:
        yield _aside("against", ", ".join(step.refused), paint=paint)
    if verbose:
        yield _aside("source", step.source, paint=paint)


def _proof(step: Step, *, paint: bool, verbose: bool) -> Iterator[str]:
    """Yield what was asked about at the moments of a step, and what it loses."""
    if step.unasked:
        yield _aside("not asked", step.unasked, paint=paint)
    if not step.moments:
        return
    yield _aside("held" if step.losses else "proved", _held(step), paint=paint)
    for moment in step.moments:
        for word, why, says in _grouped(step, moment):
            text = f"{moment.says}: {'; '.join(says)} ({why})"
            yield _aside(word, text, paint=paint)
    gained = step.moments[-1].gains
    if gained:
        yield _aside("from here", "; ".join(gained), paint=paint)
    for moment in step.moments if verbose else ():
        passing = [says for says in moment.gains if says not in gained]
        if passing:
            text = f"{moment.says}: {'; '.join(passing)}"
            yield _aside("for a while", text, paint=paint)


def _held(step: Step) -> str:
    count = step.moments[0].asked
    if not count:
        return "nothing held before it that it could lose"
    kept = count - len(step.losses)
    text = f"{kept} of {count} that held hold" if step.losses else _all(count)
    if len(step.moments) > _MANY:
        first, last = step.moments[0].says, step.moments[-1].says
        return f"{text} at each of {len(step.moments)} moments: {first} … {last}"
    when = "; ".join(moment.says for moment in step.moments)
    return f"{text} at each moment: {when}"


def _all(count: int) -> str:
    return "what held holds" if count == 1 else f"all {count} that held hold"


def _grouped(step: Step, moment: Moment) -> Iterator[tuple[str, str, list[str]]]:
    """Yield what is lost first at a moment, together where the reason is one."""
    earlier = step.moments[: step.moments.index(moment)]
    known = {(it.need, it.says) for other in earlier for it in other.losses}
    found: dict[tuple[str, str], list[str]] = {}
    for each in moment.losses:
        if (each.need, each.says) not in known:
            unsure = each.standing is Verdict.UNKNOWN
            word = "unsure" if unsure else _LOST[each.kind]
            found.setdefault((word, each.why), []).append(each.says)
    for (word, why), says in found.items():
        yield word, why, says


_LOST = {Kind.REQUIRED: "cuts", Kind.FORBIDDEN: "opens"}
_LABEL = 11
_MANY = 5


def _aside(label: str, text: str, *, paint: bool) -> str:
    head = " " * _INDENT + dim(f"{label:<{_LABEL}}", colored=paint)
    return head + wrapped(text, _INDENT + _LABEL)


def _unproved(found: Adoption, *, paint: bool) -> str:
    lines = [bold("NOT PROVED", colored=paint)]
    lines += ["  " + wrapped(text, 4, 2) for text in found.unproved]
    return "\n".join(lines)
