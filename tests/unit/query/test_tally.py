import random

from seawall.query.reach.tally import Counters, Passage, Tally, Weights


def test_weights_of_one_number_add_up() -> None:
    weights = Weights([(0, 3), (2, 10), (0, 2)])
    assert weights.of(0b101) == 15
    assert weights.of(0b110) == 10
    assert weights.of(0) == 0


def test_counters_count_how_often_each_number_was_met() -> None:
    chance = random.Random(7)  # noqa: S311
    counters, plain = Counters(), [0] * 40
    weights = Weights((at, at + 1) for at in range(40))
    for _ in range(200):
        members, amount = chance.getrandbits(40), chance.randint(0, 9)
        counters.add(members, amount)
        for at in range(40):
            plain[at] += amount * (members >> at & 1)
    for _ in range(20):
        asked = chance.getrandbits(40)
        wanted = sum(plain[at] * (at + 1) for at in range(40) if asked >> at & 1)
        assert counters.over(asked, weights) == wanted


def test_what_is_neither_open_nor_unknown_is_closed() -> None:
    tally = Tally(10)
    tally.add(Passage.OPEN, 4)
    tally.add(Passage.UNKNOWN, 3)
    tally.add(Passage.CLOSED, 2)
    tally.add(Passage.OPEN, -1)
    assert (tally.open, tally.unknown, tally.closed) == (3, 3, 4)
