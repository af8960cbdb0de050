"""A twin becomes another plan without touching what stays, is kept, and is recorded."""

import os
import struct
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from threading import Thread

import pytest

from seawall.twin import running
from seawall.twin.kernel.trouble import TwinError
from seawall.twin.plan import (
    End,
    Link,
    Plan,
    Probe,
    ProbeKind,
    Result,
    RouteLine,
    RuleText,
    Space,
    Stand,
)
from seawall.twin.probing.asking import Pace
from seawall.twin.running import clear_leftover, raised
from twin_plans import B6, B, filtered, two_ends

QUICK = Pace(wait_s=0.3, times=1)
OPEN = two_ends(filtered("tcp dport 1000 accept"))
NEW_ONES_SHUT = two_ends(filtered())
ALL_SHUT = two_ends(
    RuleText(
        "r",
        "table inet f {\n chain forward {\n"
        "  type filter hook forward priority 0; policy drop;\n }\n}",
    )
)


def tcp(number: int, to: str = B, port: int = 1000, space: str = "a") -> Probe:
    return Probe(number, space, ProbeKind.TCP, to, port)


def test_live_connections_are_told_apart_from_new_ones() -> None:
    with raised(OPEN) as twin:
        opened = twin.hold((tcp(1), tcp(2, B6), tcp(3, port=1001)))
        assert [o.result for o in opened] == [
            Result.ANSWERED,
            Result.ANSWERED,
            Result.UNPROVED,
        ]
        assert {o.probe: o.result for o in twin.held()} == {
            1: Result.ANSWERED,
            2: Result.ANSWERED,
        }
        twin.become(NEW_ONES_SHUT)
        assert twin.probe((tcp(4),), QUICK)[0].result is Result.UNPROVED
        assert {o.result for o in twin.held()} == {Result.ANSWERED}
        twin.become(ALL_SHUT)
        assert {o.result for o in twin.held()} == {Result.SILENT}
        twin.become(OPEN)
        assert twin.probe((tcp(4),), QUICK)[0].result is Result.ANSWERED


def test_no_datagram_passes_by_what_an_earlier_one_left() -> None:
    # With few ports to choose from, a kernel would soon take one of those again.
    few = (("ipv4.ip_local_port_range", "40000 40003"),)

    def narrow(plan: Plan) -> Plan:
        spaces = [replace(s, sysctls=(*s.sysctls, *few)) for s in plan.spaces]
        return replace(plan, spaces=tuple(spaces))

    asked = tuple(
        Probe(n, "a", ProbeKind.UDP, B, 1000, control=99) for n in range(1, 20)
    )
    open_ = narrow(two_ends(filtered("udp dport 1000 accept", "tcp dport 1000 accept")))
    shut = narrow(two_ends(filtered("tcp dport 1000 accept")))
    with raised(open_) as twin:
        found = twin.probe((*asked, tcp(99)), QUICK)
        assert {o.result for o in found} == {Result.ANSWERED}
        twin.become(shut)
        found = twin.probe((*asked, tcp(99)), QUICK)
    assert {o.result for o in found[:-1]} == {Result.SILENT}


def with_another(address: str = "10.9.0.5") -> Plan:
    gateway = "10.9.0.4"
    return replace(
        OPEN,
        spaces=(*OPEN.spaces, Space("c")),
        links=(
            *OPEN.links,
            Link(
                End("r", "to_c", (f"{gateway}/31",)),
                End("c", "eth0", (f"{address}/31",)),
            ),
        ),
        routes=(*OPEN.routes, RouteLine("c", "0.0.0.0/0", gateway)),
        stands=(*OPEN.stands, Stand("c", "0.0.0.0", 1000)),  # noqa: S104
    )


def test_spaces_come_and_go_while_others_stay() -> None:
    with raised(OPEN) as twin:
        twin.hold((tcp(1),))
        for _ in range(2):
            twin.become(with_another())
            (outcome,) = twin.probe((tcp(2, "10.9.0.5"),), QUICK)
            assert outcome.answered_by == "c"
            twin.become(OPEN)
            (outcome,) = twin.probe((tcp(2, "10.9.0.5"),), QUICK)
            assert outcome.result is not Result.ANSWERED
        assert [o.result for o in twin.held()] == [Result.ANSWERED]


def with_b_anew() -> Plan:
    spaces = tuple(
        replace(s, addresses=("10.7.7.7/32",)) if s.name == "b" else s
        for s in OPEN.spaces
    )
    return replace(
        OPEN,
        spaces=spaces,
        routes=(*OPEN.routes, RouteLine("r", "10.7.7.7/32", B)),
    )


def test_a_space_that_is_described_anew_is_made_anew() -> None:
    with raised(OPEN) as twin:
        twin.become(with_b_anew())
        found = twin.probe((tcp(1), tcp(2, "10.7.7.7"), tcp(3, B6)))
    assert [o.answered_by for o in found] == ["b", "b", "b"]


def test_routes_come_and_go() -> None:
    away = replace(
        OPEN, routes=tuple(r for r in OPEN.routes if r.space != "a" or ":" in r.prefix)
    )
    with raised(OPEN) as twin:
        twin.become(away)
        found = twin.probe((tcp(1), tcp(2, B6)), QUICK)
        assert [o.result for o in found] == [Result.UNREACHABLE, Result.ANSWERED]
        twin.become(OPEN)
        assert twin.probe((tcp(1),), QUICK)[0].result is Result.ANSWERED


def test_a_kept_twin_is_found_again_by_another_process(tmp_path: Path) -> None:
    place = tmp_path / "twin.sock"
    with raised(OPEN) as twin:
        keeper = twin.process
        twin.keep(place)
    script = (
        "import sys; from pathlib import Path\n"
        "from seawall.twin import running\n"
        "from seawall.twin.plan import Probe, ProbeKind\n"
        "twin = running.found(Path(sys.argv[1]))\n"
        f"print(twin.probe((Probe(1, 'a', ProbeKind.TCP, '{B}', 1000),))[0].result)\n"
    )
    try:
        done = subprocess.run(  # noqa: S603
            [sys.executable, "-c", script, str(place)],
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stdout.strip() == "Result.ANSWERED"
        assert place.stat().st_mode & 0o077 == 0
        with pytest.raises(TwinError, match="kept already"):
            clear_leftover(place)
    finally:
        running.found(place).end()
    assert not place.exists()
    assert keeper > 0
    with pytest.raises(TwinError, match="no twin is kept"):
        running.found(place)


def test_nobody_probes_a_twin_that_another_is_changing(tmp_path: Path) -> None:
    place = tmp_path / "twin.sock"
    many = tuple(tcp(number) for number in range(1, 40))
    with raised(OPEN) as twin:
        twin.keep(place)
        other = running.found(place)

        def change() -> None:
            for plan in (with_b_anew(), OPEN) * 4:
                other.become(plan)

        changing = Thread(target=change)
        changing.start()
        while changing.is_alive():
            # There is one that answers before and after, and none in between.
            assert {it.result for it in twin.probe(many, QUICK)} == {Result.ANSWERED}
        changing.join()
        other.end()


def test_what_a_killed_twin_left_is_cleared(tmp_path: Path) -> None:
    place = tmp_path / "twin.sock"
    with raised(OPEN) as twin:
        twin.keep(place)
        os.kill(twin.process, 9)
        os.waitpid(twin.process, 0)
    assert place.exists()
    assert clear_leftover(place)
    assert not place.exists()
    assert not clear_leftover(place)


def test_each_device_has_its_own_recording(tmp_path: Path) -> None:
    with raised(OPEN) as twin:
        with twin.recorded(tmp_path):
            twin.probe((tcp(1), tcp(2, port=1001)), QUICK)
        twin.probe((tcp(3),), QUICK)
    files = sorted(path.name for path in tmp_path.iterdir())
    assert files == ["a-eth0.pcap", "b-eth0.pcap", "r-to_a.pcap", "r-to_b.pcap"]
    near = destinations(tmp_path / "a-eth0.pcap")
    far = destinations(tmp_path / "b-eth0.pcap")
    assert {1000, 1001} <= near
    assert 1000 in far
    assert 1001 not in far, "the router let it through"


def destinations(path: Path) -> set[int]:
    """Destination ports of the IPv4 packets in a recording."""
    data = path.read_bytes()
    assert struct.unpack_from("IHH", data) == (0xA1B2C3D4, 2, 4)
    found, at = set(), 24
    while at < len(data):
        _, _, size, whole = struct.unpack_from("IIII", data, at)
        assert size == whole
        packet = data[at + 16 : at + 16 + size]
        if packet[12:14] == b"\x08\x00":
            found.add(struct.unpack_from("!H", packet, 14 + 20 + 2)[0])
        at += 16 + size
    return found


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    with raised(OPEN) as twin:
        recording = twin.recorded(blocked)
        with pytest.raises(TwinError, match="nothing can be recorded"):
            recording.__enter__()
        assert twin.probe((tcp(1),), QUICK)[0].result is Result.ANSWERED


def test_a_program_in_a_space_sees_that_space_alone() -> None:
    with raised(OPEN) as twin:
        script = (
            "cat /proc/net/route | wc -l; cat /etc/resolv.conf; echo $SEAWALL_SPACE"
        )
        with twin.run_in("a", ["sh", "-c", script], capture=True) as program:
            output, _ = program.communicate(timeout=10)
    lines = output.decode().splitlines()
    assert lines[0].strip() == "3", "a heading, the link and the default route"
    assert lines[-1] == "a"
