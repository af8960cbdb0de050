"""Packets of SCTP are read as they were written, with the checksum of the standard."""

import pytest

from seawall.twin.formats import chunks
from seawall.twin.formats.chunks import Chunk, Packet


def test_the_checksum_is_the_standard_s() -> None:
    # The check value of CRC-32C, as catalogues of checksums give it.
    assert chunks._crc32c(b"123456789") == 0xE3069283


@pytest.mark.parametrize(
    "packet",
    [
        Packet(4000, 7777, 0, Chunk.INIT, 99),
        Packet(7777, 4000, 99, Chunk.INIT_ACK, 1, b'{"space": "b"}\n'),
        Packet(7777, 4000, 99, Chunk.ABORT),
    ],
)
def test_a_packet_is_read_as_written(packet: Packet) -> None:
    assert chunks.read(packet.encode()) == packet


def test_rubbish_is_no_packet() -> None:
    whole = Packet(4000, 7777, 0, Chunk.INIT, 99).encode()
    for size in range(len(whole)):
        assert chunks.read(whole[:size]) is None or size > 28
    assert chunks.read(b"\xff" * 64) is None
