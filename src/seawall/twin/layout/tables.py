"""Tables of the packet filter for security groups: who is asked, in which order."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from seawall.twin.line import Does, Line, Marks, Written, comment, used_in
from seawall.twin.policies.table import REJECT


@dataclass(frozen=True, slots=True)
class Desk:
    """One list of rules that a packet is put before.

    Attributes:
        lines: The first that matches decides.
        otherwise: What happens where none matches.
        written: What decides then.
        passes_all: Whether an allowance ends the way, past all other lists: that is
            what an admin rule's `AlwaysAllow` does. Otherwise the next list is asked.
    """

    lines: tuple[Line, ...]
    otherwise: Does
    written: Written
    passes_all: bool = False


@dataclass(frozen=True, slots=True)
class Door:
    """What stands before one member of a subnet, on its way out and in.

    Attributes:
        link: The name of the link to the member.
        leaving: The lists that what comes from it is put before, in order.
        arriving: The lists that what goes to it is put before, in order.
    """

    link: str
    leaving: tuple[Desk, ...]
    arriving: tuple[Desk, ...]


def filter_table(marks: Marks, doors: Sequence[Door]) -> str:
    """Return the table of one subnet.

    A list that is asked for several members is written once for each: so its counters
    tell what became of whose packets.
    """
    chains: list[str] = []
    used: set[str] = set()
    maps: dict[str, list[str]] = {"iifname": [], "oifname": []}
    for number, door in enumerate(doors):
        for word, way, desks in (
            ("iifname", "out", door.leaving),
            ("oifname", "in", door.arriving),
        ):
            if desks:
                name = f"{way}_{number}"
                maps[word].append(f'"{door.link}" : jump {name}_0')
                chains.extend(_chains(name, desks, used))
    sets = [line for line in marks.sets.text() if line.split()[1] in used]
    out = ["table inet seawall_filter {", *(f"  {line}" for line in (*sets, *chains))]
    out.extend(f"  {line}" for line in _base(maps))
    return "\n".join((*out, "}"))


def _base(maps: Mapping[str, list[str]]) -> Iterator[str]:
    yield "chain forward {"
    yield "  type filter hook forward priority 0; policy accept;"
    yield "  ct state established,related accept"
    for word, items in maps.items():
        if items:
            yield f"  {word} vmap {{ {', '.join(items)} }}"
    yield "}"


def _chains(name: str, desks: tuple[Desk, ...], used: set[str]) -> Iterator[str]:
    last = len(desks) - 1
    for number, desk in reversed(list(enumerate(desks))):
        onward = "return" if number == last else f"goto {name}_{number + 1}"
        verdicts = {
            Does.ALLOW: "return" if desk.passes_all else onward,
            Does.DENY: REJECT,
            Does.PASS: onward,
        }
        yield f"chain {name}_{number} {{"
        for line in desk.lines:
            used |= used_in(line.matches)
            terms = " ".join((*line.matches, "counter", verdicts[line.does]))
            yield f"  {terms} {comment(line.written)}"
        yield f"  counter {verdicts[desk.otherwise]} {comment(desk.written)}"
        yield "}"
