"""Those behind an address, as a person reads it."""

from seawall.app.cli.show.words import bold, is_colored, opening, wrapped
from seawall.model.trace import Verdict
from seawall.query.case import Case
from seawall.query.seen_as import OWN, Behind, SeenAs, Sender

MOST = 12
"""How many senders with one fate are named."""
RANGES = 4


def seen_as_text(case: Case, answer: SeenAs, *, colored: bool) -> str:
    """Return the answer as text."""
    paint = is_colored(to_terminal=colored)
    asked = ", ".join(str(item) for item in answer.asked)
    lines = [bold(f"SEEN AS {asked}", colored=paint)]
    if not answer.groups:
        lines.append("  nobody in the input arrives anywhere with such a source")
    for group in answer.groups:
        lines += ["", *_group(case, group, paint=paint)]
    if answer.holders:
        names = ", ".join(item.label for item in answer.holders)
        says = f"Pods of the cluster see {names} with such an address of its own."
        lines += ["", "  " + wrapped(says, 2, 2)]
    lines += ["", "  " + wrapped(_legend(), 2, 2)]
    return "\n".join(lines)


def _legend() -> str:
    return (
        "What pods and their own node see of each other is left out. A sender is "
        "open if something surely arrives that may carry the address, otherwise not "
        "known; which of several addresses a packet gets is the platform's choice."
    )


def _group(case: Case, group: Behind, *, paint: bool) -> list[str]:
    some = ", ".join(str(item) for item in group.addresses[:RANGES])
    more = len(group.addresses) - RANGES
    some += f" and {more} more ranges" if more > 0 else ""
    count = len(group.ends)
    says = f"{some}: " + (
        f"these {count} cannot be told apart by it" if count > 1 else "one sender alone"
    )
    lines = ["  " + wrapped(says, 2, 2)]
    fates: dict[tuple[str, bool, Verdict, tuple[str, ...]], list[Sender]] = {}
    for sender in group.senders:
        key = (sender.through, sender.is_guess, sender.verdict, sender.toward)
        fates.setdefault(key, []).append(sender)
    last = ""
    for (through, guessed, verdict, toward), senders in fates.items():
        if through != last:
            lines.append("    " + wrapped(_by(through, guessed=guessed), 4, 4))
            last = through
        names = ", ".join(case.end_text(item.end) for item in senders[:MOST])
        rest = len(senders) - MOST
        names += f" and {rest} more" if rest > 0 else ""
        text = f"{names}  ->  {', '.join(toward)}"
        lines.append(f"      {opening(verdict, colored=paint)} " + wrapped(text, 8, 8))
    return lines


def _by(through: str, *, guessed: bool) -> str:
    if through == OWN:
        return "with an address of their own"
    if guessed:
        return f"by {through}, whose addresses are not in the input"
    return f"by {through}"
