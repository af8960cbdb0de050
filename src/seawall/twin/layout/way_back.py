"""Errors go back the way that a packet came, so that every refusal is heard.

A filter answers with an error what a cloud drops in silence. That error is the twin's
own and no packet of the network that it stands for, so routes have no say in it: a
refusal behind a route that leads nowhere back would else be taken for a lost answer.
"""

from seawall.twin.layout.draft import ANYWHERE, Draft, Room, Side, Way

FIRST = 1_000
"""The table of the first link; one for each follows."""


def lead_errors_back(draft: Draft) -> None:
    """Have every space that hands packets on send errors where the packet came from."""
    sides: dict[str, list[Side]] = {}
    for side in (side for pair in draft.links for side in pair):
        sides.setdefault(side.space, []).append(side)
    for room in draft.rooms.values():
        if room.forwards and sides.get(room.name):
            _lead_back(room, sides[room.name])


def _lead_back(room: Room, sides: list[Side]) -> None:
    numbered = list(enumerate(sides, 1))
    for number, side in numbered:
        room.ways.append(Way(ANYWHERE, side, FIRST + number))
        room.returning.append((number, FIRST + number))
    came = ", ".join(f'"{side.name}" : {number}' for number, side in numbered)
    room.texts.append(f"""table inet seawall_back {{
  chain forward {{
    type filter hook forward priority -10; policy accept;
    ct state new ct mark 0 ct mark set iifname map {{ {came} }}
    meta mark set iifname map {{ {came} }}
  }}
  chain prerouting {{
    type filter hook prerouting priority -140; policy accept;
    ct state related icmp type destination-unreachable meta mark set ct mark
  }}
}}""")
