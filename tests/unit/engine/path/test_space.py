from ipaddress import ip_address

from seawall.engine.path.ground.space import (
    EVERYWHERE,
    PRIVATE,
    PUBLIC,
    SPECIAL,
    Space,
    at,
)


def test_the_three_spaces_partition_all_addresses() -> None:
    assert (PRIVATE | SPECIAL | PUBLIC) == EVERYWHERE
    assert not PRIVATE & PUBLIC
    assert not SPECIAL & PUBLIC


def test_spaces_unite_meet_and_subtract() -> None:
    one, two = Space.parse("10.0.0.0/24"), Space.parse("10.0.0.128-10.0.1.255")
    assert (one | two) == Space.parse("10.0.0.0/23")
    assert (one & two) == Space.parse("10.0.0.128/25")
    assert (one - two) == Space.parse("10.0.0.0/25")
    assert one - two <= one
    assert ip_address("10.0.0.7") in one
    assert str(at(ip_address("10.0.0.7"))) == "10.0.0.7"
