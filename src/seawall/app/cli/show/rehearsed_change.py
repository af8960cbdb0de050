"""A rehearsed change on a terminal: what it opens, closes and cuts."""

from seawall.app.cli.show.words import bold, is_colored, wrapped
from seawall.query.rehearsal.change import Change, Changed, Effect
from seawall.query.rehearsal.words import place_text

MOST = 40
_SAYS = {
    Effect.OPENED: "OPENED: refused before, answered now",
    Effect.CLOSED: "CLOSED: answered before, refused now",
    Effect.SEEN_OTHERWISE: "SEEN OTHERWISE: the far end sees another source",
    Effect.CUT: "CUT: connections that were open and carry nothing any more",
    Effect.OUTLIVES: "OUTLIVE IT: connections that stay open, though no new one is let",
}


def change_text(found: Change, *, colored: bool, verbose: bool) -> str:
    """Return what a change did to packets."""
    paint = is_colored(to_terminal=colored)
    lines = [bold("THE CHANGE", colored=paint)]
    asked = f"{found.asked:,} connections were tried before and after"
    held = f"{found.live:,} were held open over it"
    lines.append(f"  {asked}; {held}")
    if found.cuts:
        says = "Cilium cuts live connections that a policy no longer allows: not shown"
        lines.append(f"  {says}")
    for word, names in (("gone", found.gone), ("new", found.new)):
        if names:
            lines.append("  " + wrapped(f"{word}: {', '.join(names)}", 4, 2))
    for effect, says in _SAYS.items():
        items = [item for item in found.changed if item.effect is effect]
        if items:
            head = f"{says} ({len(items)})"
            lines += ["", bold(head, colored=paint)]
            shown = items if verbose else items[:MOST]
            lines += [_line(item) for item in shown]
            if len(shown) < len(items):
                lines.append(f"  and {len(items) - len(shown)} more: use --verbose")
    if not found.changed:
        lines += ["", "Nothing that was sent fares otherwise after it."]
    return "\n".join(lines)


def _line(item: Changed) -> str:
    question = item.question
    port = f" {question.port}" if question.port else ""
    ends = f"{place_text(question.source)} to {place_text(question.target)}"
    text = f"{ends}, {question.protocol.name}{port}"
    if item.effect is Effect.SEEN_OTHERWISE:
        text += f": as {item.before.seen_source}, now as {item.after.seen_source}"
    return "  - " + wrapped(text, 4, 4)
