from ipaddress import ip_address

from hypothesis import given
from hypothesis import strategies as st

from policy_cluster import block
from seawall.engine.policy.ends.addresses import AddressClasses
from seawall.model.address import LAST, Address, AddressRange
from seawall.model.policy import BlockPeer

BLOCKS = st.lists(
    st.sampled_from(
        [
            block("0.0.0.0/0"),
            block("10.0.0.0/29"),
            block("10.0.0.0/29", "10.0.0.2/31"),
            block("10.0.0.4/30", "10.0.0.4/32", "10.0.0.4/31"),
            block("255.255.255.255/32"),
            block("10.0.0.0/31", "10.0.0.0/32", "10.0.0.1/32"),
            block("2001:db8::/32", "2001:db8::/48"),
        ]
    ),
    max_size=5,
)
PROBES = [
    ip_address(text)
    for text in (
        *("0.0.0.1", "9.255.255.255", "10.0.0.0", "10.0.0.1", "10.0.0.2", "10.0.0.3"),
        *("10.0.0.4", "10.0.0.5", "10.0.0.6", "10.0.0.8", "255.255.255.255"),
        *("::", "2001:db8::1", "2001:db8:1::", "2001:db9::"),
    )
]


@given(BLOCKS)
def test_a_block_covers_its_addresses_without_its_exceptions(
    blocks: list[BlockPeer],
) -> None:
    classes = AddressClasses((4, 6), blocks)
    for address in PROBES:
        at = classes.class_of(address)
        assert at is not None
        for peer in blocks:
            wanted = address in peer.block and not any(
                address in hole for hole in peer.excepts
            )
            assert bool(classes.covered[peer] >> at & 1) == wanted


@given(BLOCKS, st.sampled_from(PROBES), st.integers(0, 5))
def test_one_class_is_found_for_a_range_only_if_its_addresses_share_it(
    blocks: list[BlockPeer], first: Address, more: int
) -> None:
    classes = AddressClasses((4, 6), blocks)
    version, lowest = first.version, int(first)
    highest = min(lowest + more, LAST[version])
    alike = {
        classes.alike_of(AddressRange(version, number, number).lowest)
        for number in range(lowest, highest + 1)
    }
    found = classes.alike_within(version, lowest, highest)
    assert more or found is not None
    assert found is None or alike == {found}


@given(BLOCKS)
def test_the_classes_partition_both_families(blocks: list[BlockPeer]) -> None:
    classes = AddressClasses((4, 6), blocks)
    assert classes.ranges(classes.everything) == (
        AddressRange.everything(4),
        AddressRange.everything(6),
    )


def test_addresses_that_no_rule_divides_are_one_class() -> None:
    classes = AddressClasses((4,), [block("10.0.0.0/8", "10.1.0.0/16")])
    assert len(classes.classes) == 2
    outside = classes.class_of(ip_address("8.8.8.8"))
    assert classes.class_of(ip_address("10.1.2.3")) == outside


def test_overlapping_marks_count_once() -> None:
    marks = [[AddressRange.parse("10.0.0.0/8"), AddressRange.parse("10.0.0.0/9")]]
    classes = AddressClasses((4,), [], marks)
    at = classes.class_of(ip_address("10.0.0.1"))
    assert at is not None
    assert classes.marked[0] >> at & 1


def test_a_family_that_was_not_cut_has_no_class() -> None:
    assert AddressClasses((4,), []).class_of(ip_address("::1")) is None


def test_a_mark_cuts_classes_that_blocks_still_treat_alike() -> None:
    mark = [AddressRange.parse("10.0.0.1")]
    classes = AddressClasses((4,), [block("10.0.0.0/8")], [mark])
    marked, other = ip_address("10.0.0.1"), ip_address("10.0.0.2")
    assert classes.class_of(marked) != classes.class_of(other)
    assert classes.alike_of(marked) == classes.alike_of(other)
    assert classes.alike_of(marked) != classes.alike_of(ip_address("11.0.0.1"))
    assert classes.alike_of(ip_address("::1")) is None
