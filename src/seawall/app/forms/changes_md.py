"""What a change does, as Markdown for a comment on a pull request."""

from collections.abc import Callable, Iterator, Sequence

from seawall.app.forms.markdown import cell
from seawall.app.forms.review import Review
from seawall.app.forms.review_words import (
    intent_change_text,
    setting_change_text,
    unread_text,
)
from seawall.model.origin import Origin
from seawall.model.trace import Verdict
from seawall.query.difference.cause import causes
from seawall.query.difference.change import Cause, Change, few, word
from seawall.query.difference.flows import Flows
from seawall.query.reach.text import services_text

MOST = 30
"""So many rows of a table; comments have a largest size."""
_WORDS = {
    "opened": "opened",
    "closed": "closed",
    "unknown": "no longer known",
    "settled": "now known",
    "rerouted": "by another way",
}


def changes_md(
    flows: Flows, review: Review | None, named: Callable[[str], str] = str
) -> str:
    """Return a difference as Markdown; what is empty says nothing.

    Args:
        flows: What passes differently.
        review: What else changes.
        named: Gives places the names that people know.
    """
    lines = [f"### Seawall: {_title(flows, review)}"]
    lines += [f"\n`{flows.left.name}` → `{flows.right.name}`"]
    if flows.one_network:
        lines += ["", f"❓ {cell(flows.one_network)}"]
    elif flows.not_compared:
        lines += ["", f"not compared: {cell('; '.join(flows.not_compared))}"]
    if flows.changes:
        lines += ["", *_flows(flows)]
    if review is not None:
        lines += _review(review)
    return named("\n".join(lines))


def _title(flows: Flows, review: Review | None) -> str:
    counts = [
        f"{count} {word}"
        for kind, word in _WORDS.items()
        if (count := sum(change.kind == kind for change in flows.changes))
    ]
    if review is not None:
        counts += [
            f"{number} {one if number == 1 else many}"
            for number, one, many in (
                (len(review.settings), "setting changed", "settings changed"),
                (len(review.new), "new finding", "new findings"),
                (len(review.gone), "finding gone", "findings gone"),
                (len(review.intents), "intent otherwise", "intents otherwise"),
                (len(review.unread), "not read", "not read"),
            )
            if number
        ]
    if counts:
        return ", ".join(counts)
    compared = " in what is compared" if flows.not_compared else ""
    if flows.is_certain:
        return f"nothing differs{compared}"
    return f"nothing that is known differs{compared}"


def _flows(flows: Flows) -> Iterator[str]:
    yield "| | What | From | To | Before | After |"
    yield "|---|---|---|---|---|---|"
    for change in flows.changes[:MOST]:
        before, after = causes(change, (flows.left, flows.right))
        turn = change.turn
        via = f" through {change.via}" if change.via else ""
        yield (
            "| "
            + " | ".join(
                (
                    f"**{_WORDS[change.kind]}**",
                    cell(f"{services_text(turn.services)}{via}"),
                    cell(few(map(flows.end_text, change.sources))),
                    cell(few(map(flows.end_text, change.destinations))),
                    _fate(turn.before, before, change, 0),
                    _fate(turn.after, after, change, 1),
                )
            )
            + " |"
        )
    if len(flows.changes) > MOST:
        yield f"\nand {len(flows.changes) - MOST} more: `seawall diff -o json`"


def _fate(
    verdict: Verdict | None, found: Sequence[Cause], change: Change, side: int
) -> str:
    parts = [f"**{word(verdict)}**"]
    if change.ways[side]:
        parts.append(cell(change.ways[side]))
    for item in found:
        place = f" ({_place(item.origin)})" if item.origin else ""
        parts.append(f"{cell(item.text)}{place}")
    return "<br>".join(parts)


def _review(found: Review) -> Iterator[str]:
    yield from _list(
        "Not read, so that it may differ",
        [(unread_text(item), item.diagnostic.origin) for item in found.unread],
    )
    yield from _list(
        "Settings",
        [(setting_change_text(item), item.row.origin) for item in found.settings],
    )
    for title, findings in (("New findings", found.new), ("Findings gone", found.gone)):
        yield from _list(
            title,
            [
                (f"{it.severity.value} {it.rule} {it.subject}: {it.message}", it.origin)
                for it in findings
            ],
        )
    yield from _list(
        "Intents",
        [
            (intent_change_text(item), item.judged.intent.origin)
            for item in found.intents
        ],
    )


def _list(title: str, items: Sequence[tuple[str, Origin | None]]) -> Iterator[str]:
    if not items:
        return
    yield f"\n**{title}**\n"
    for text, origin in items[:MOST]:
        place = f" ({_place(origin)})" if origin else ""
        yield f"- {cell(text)}{place}"
    if len(items) > MOST:
        yield f"- and {len(items) - MOST} more"


def _place(origin: Origin) -> str:
    return f"`{origin}`".replace("|", "\\|")
