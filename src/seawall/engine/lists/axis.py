"""One field of all rules of a list: atoms that no rule tells apart, and who has them.

Sets of atoms, of symbols and of rules are bits of integers.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from seawall.engine.lists.terms import Symbol

MOST_LONELY = 3
"""So many atoms of a set are tried as examples."""


class Cut(NamedTuple):
    """A part of a field: the numbers of some atoms that some symbols hold.

    Attributes:
        atoms: A set of atoms.
        within: Symbols that hold the number, with all that hold those.
    """

    atoms: int
    within: int = 0


class Held(NamedTuple):
    """What one rule matches in a field.

    Attributes:
        atoms: Those that it surely matches.
        symbols: Those that it names.
    """

    atoms: int
    symbols: int


class Axis:
    """A field of many rules.

    Attributes:
        values: The distinct contents of the field.
        value_of: For each rule, the position of its content among these.
        symbols: The symbols that some rule names.
        every: All atoms.
        by_atom: For each atom the rules that surely match it.
        by_symbol: For each symbol the rules that name it.
        above: For each symbol those that hold all of it, itself among them.
        reach: For each symbol the atoms that it may hold.
        meeting: For each value the rules that may match something that it matches.
        holding: For each value rules that match all that it matches; with symbols some
            may be missing.
    """

    def __init__(
        self,
        atoms: int,
        values: Sequence[Held],
        value_of: Sequence[int],
        symbols: Sequence[Symbol],
        reach: Sequence[int],
    ) -> None:
        self.symbols = tuple(symbols)
        self.every = (1 << atoms) - 1
        self._runs: dict[int, tuple[tuple[int, int], ...]] = {}
        self.values = tuple(values)
        self.value_of = tuple(value_of)
        self.above = [
            sum(1 << at for at, item in enumerate(symbols) if own.is_within(item))
            for own in symbols
        ]
        self.reach = list(reach)
        for at, above in enumerate(self.above):
            for other in bits(above):
                self.reach[at] &= reach[other]
        rules = self._rules()
        self.by_symbol = [0] * len(symbols)
        for value, held in zip(self.values, rules, strict=True):
            for symbol in bits(value.symbols):
                self.by_symbol[symbol] |= held
        self.by_atom = _swept(atoms, self.values, rules)
        self._either, self._both = _trees(self.by_atom)
        self.meeting = [self._meeting(value) for value in self.values]
        self.holding = [self._holding(value) for value in self.values]

    def _rules(self) -> list[int]:
        found = [bytearray(len(self.value_of) // 8 + 1) for _ in self.values]
        for rule, value in enumerate(self.value_of):
            found[value][rule >> 3] |= 1 << (rule & 7)
        return [int.from_bytes(item, "little") for item in found]

    def _over(self, atoms: int, *, every: bool) -> int:
        """Return the rules that match some atom of a set, or every one."""
        tree = self._both if every else self._either
        size = len(tree) // 2
        found = -1 if every else 0
        for first, last in runs(atoms):
            low, high = first + size, last + size + 1
            while low < high:
                if low & 1:
                    found = found & tree[low] if every else found | tree[low]
                    low += 1
                if high & 1:
                    high -= 1
                    found = found & tree[high] if every else found | tree[high]
                low >>= 1
                high >>= 1
        return found

    def _meeting(self, value: Held) -> int:
        atoms = value.atoms
        for symbol in bits(value.symbols):
            atoms |= self.reach[symbol]
        found = self._over(atoms, every=False)
        for symbol, rules in enumerate(self.by_symbol):
            if self.reach[symbol] & atoms:
                found |= rules
        return found

    def _holding(self, value: Held) -> int:
        found = self._over(value.atoms, every=True) if value.atoms else -1
        for symbol in bits(value.symbols):
            found &= self.named(self.above[symbol]) | self._over(
                self.reach[symbol], every=True
            )
        return found

    def named(self, symbols: int) -> int:
        """Return the rules that name one of some symbols."""
        found = 0
        for symbol in bits(symbols):
            found |= self.by_symbol[symbol]
        return found

    def runs(self, atoms: int) -> tuple[tuple[int, int], ...]:
        """Return the first and last atom of every run of a set."""
        found = self._runs.get(atoms)
        if found is None:
            found = self._runs[atoms] = tuple(runs(atoms))
        return found

    def inside(self, cut: Cut, value: Held) -> Iterator[Cut]:
        """Yield parts that together are what a value matches of a cut."""
        if cut.within & value.symbols:
            yield cut
            return
        if cut.atoms & value.atoms:
            yield Cut(cut.atoms & value.atoms, cut.within)
        if not cut.atoms & ~value.atoms:
            return
        for symbol in bits(value.symbols):
            atoms = cut.atoms & self.reach[symbol]
            if atoms:
                yield Cut(atoms, cut.within | self.above[symbol])

    def lonely(self, value: Held, among: int) -> list[int]:
        """Return the rules at a few of the places of a value, the emptiest first."""
        held = sorted(
            (self.by_atom[atom] for atom in bits(value.atoms & among)),
            key=int.bit_count,
        )[:MOST_LONELY]
        for symbol in bits(value.symbols):
            named = self.named(self.above[symbol])
            at = [self.by_atom[atom] for atom in bits(self.reach[symbol] & among)]
            if at:
                held.append(named | min(at, key=int.bit_count))
        return sorted(held, key=int.bit_count)[:MOST_LONELY]


def bits(number: int) -> Iterator[int]:
    """Yield the positions of the bits of a set, ascending."""
    text = bin(number)[:1:-1]
    at = text.find("1")
    while at >= 0:
        yield at
        at = text.find("1", at + 1)


def runs(number: int) -> Iterator[tuple[int, int]]:
    """Yield the first and last position of every run of bits, ascending."""
    text = bin(number)[:1:-1]
    first = text.find("1")
    while first >= 0:
        end = text.find("0", first)
        if end < 0:
            end = len(text)
        yield first, end - 1
        first = text.find("1", end)


def _swept(atoms: int, values: Sequence[Held], rules: Sequence[int]) -> list[int]:
    """Return the rules at each atom."""
    turns: dict[int, int] = {}
    for value, held in zip(values, rules, strict=True):
        for first, last in runs(value.atoms):
            turns[first] = turns.get(first, 0) ^ held
            turns[last + 1] = turns.get(last + 1, 0) ^ held
    found = []
    now = 0
    for atom in range(atoms):
        now ^= turns.get(atom, 0)
        found.append(now)
    return found


def _trees(leaves: Sequence[int]) -> tuple[list[int], list[int]]:
    """Return trees over atoms, of the rules at some and at all of those below."""
    size = len(leaves)
    either = [0] * size + list(leaves)
    both = [0] * size + list(leaves)
    for at in range(size - 1, 0, -1):
        either[at] = either[2 * at] | either[2 * at + 1]
        both[at] = both[2 * at] & both[2 * at + 1]
    return either, both
