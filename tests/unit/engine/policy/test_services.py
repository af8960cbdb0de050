from hypothesis import given
from hypothesis import strategies as st

from seawall.engine.policy import Services
from seawall.engine.policy.ends.services import WITH_PORTS
from seawall.model.packet import EVERY_PORT, PortRange, Protocol
from seawall.model.ranked import IcmpMessages

TCP, UDP = Protocol.TCP, Protocol.UDP
RANGES = st.tuples(
    st.sampled_from((Protocol.TCP, Protocol.UDP, Protocol.SCTP)),
    st.builds(
        lambda a, b: PortRange(min(a, b), max(a, b)),
        st.sampled_from((0, 1, 5, 6, 7, 65535)),
        st.sampled_from((0, 1, 5, 6, 7, 65535)),
    ),
)


@given(st.lists(RANGES, max_size=6))
def test_a_mask_holds_the_ports_of_its_range_and_no_other(
    mentioned: list[tuple[Protocol, PortRange]],
) -> None:
    services = Services(mentioned)
    for protocol, ports in mentioned:
        mask = services.mask(protocol, ports)
        for number in (0, 1, 2, 5, 6, 7, 8, 65534, 65535):
            assert bool(mask & services.mask_of(protocol, number)) == (number in ports)
            other = UDP if protocol is TCP else TCP
            assert not mask & services.mask_of(other, number)


@given(st.lists(RANGES, max_size=6))
def test_the_atoms_partition_all_services(
    mentioned: list[tuple[Protocol, PortRange]],
) -> None:
    services = Services(mentioned)
    whole = ((0, 65535),)
    assert services.intervals(services.everything) == dict.fromkeys(WITH_PORTS, whole)


def test_everything_has_one_short_name() -> None:
    services = Services([(TCP, PortRange(80, 80))])
    assert services.mask_services(services.everything) == (("any", "0-65535"),)
    assert services.mask_services(0) == ()


def test_ports_are_written_sorted_and_merged() -> None:
    ranges = [PortRange(8000, 8010), PortRange(53, 53), PortRange(80, 80)]
    services = Services((TCP, item) for item in [*ranges, PortRange(8011, 8012)])
    mask = 0
    for item in [*ranges, PortRange(8011, 8012)]:
        mask |= services.mask(TCP, item)
    assert services.mask_services(mask) == (("TCP", "53,80,8000-8012"),)


def test_everything_but_one_protocol_is_spelled_out() -> None:
    services = Services([])
    mask = services.everything ^ services.mask(Protocol.SCTP, EVERY_PORT)
    assert services.mask_services(mask) == (
        ("TCP", "0-65535"),
        ("UDP", "0-65535"),
        ("ICMP", "0-65535"),
    )


def test_what_is_sure_is_possible() -> None:
    services = Services([])
    answer = services.answer(0b01, 0b10)
    assert services.sure(answer) == 0b01
    assert services.possible(answer) == 0b11


def test_of_icmp_messages_that_are_told_apart_a_part_is_not_the_whole() -> None:
    services = Services([], [IcmpMessages(Protocol.ICMP, 8, None)])
    echo = services.message_mask(IcmpMessages(Protocol.ICMP, 8, None))
    icmp = services.protocol_mask(Protocol.ICMP)
    tcp = services.protocol_mask(Protocol.TCP)
    assert echo != icmp
    assert services.whole(echo | tcp) == tcp
    assert services.widened(echo | tcp) == icmp | tcp
    assert services.whole(icmp) == services.widened(icmp) == icmp
