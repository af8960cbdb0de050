from seawall.flowspace.header import Kind, kind_of, split_by_kind


def test_three_protocols_have_ports_and_two_have_types() -> None:
    by_kind = {
        kind: [p for p in range(256) if kind_of(p) is kind]
        for kind in (Kind.PORTS, Kind.ICMP)
    }
    assert by_kind == {Kind.PORTS: [6, 17, 132], Kind.ICMP: [1, 58]}


def test_protocols_are_cut_where_their_kind_changes() -> None:
    assert list(split_by_kind((0, 7))) == [
        ((0, 0), Kind.BARE),
        ((1, 1), Kind.ICMP),
        ((2, 5), Kind.BARE),
        ((6, 6), Kind.PORTS),
        ((7, 7), Kind.BARE),
    ]
    runs = [run for run, _ in split_by_kind((0, 255))]
    assert [n for first, last in runs for n in range(first, last + 1)] == [*range(256)]
