"""The host's own network is the same before, during and after a twin, or a kill."""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from seawall.twin.kernel.footing import Footing
from seawall.twin.kernel.trouble import TwinError
from seawall.twin.plan import Probe, ProbeKind, Result
from seawall.twin.running import raised
from twin_plans import B, filtered, two_ends

LOOKS = (
    ("ip", "-o", "link"),
    ("ip", "-o", "address"),
    ("ip", "route", "show", "table", "all"),
    ("ip", "-6", "route", "show", "table", "all"),
    ("ip", "rule"),
    ("ip", "-6", "rule"),
    ("ip", "netns"),
    ("nft", "list", "ruleset"),
)
SETTINGS = (
    "net/ipv4/ip_forward",
    "net/ipv4/icmp_ratemask",
    "net/ipv6/conf/all/forwarding",
    "net/ipv6/conf/default/addr_gen_mode",
)
PLAN = two_ends(filtered("tcp dport 1000 accept"))
FOOTINGS = [Footing.ROOTLESS, Footing.ROOT] if os.geteuid() == 0 else [None]
BEGINS = """
import sys, time
sys.path[:0] = {path!r}
from twin_plans import two_ends
from seawall.twin.running import raised
with raised(two_ends()) as twin:
    print(twin.process, flush=True)
    time.sleep(60)
"""


def host() -> dict[str, str]:
    """Everything of the host's network that a slip could change."""
    seen = {}
    for look in LOOKS:
        try:
            done = subprocess.run(  # noqa: S603
                look, capture_output=True, text=True, check=False
            )
        except FileNotFoundError:
            continue
        # Lifetimes that count down are no change.
        seen[" ".join(look)] = re.sub(r"\d+sec", "", done.stdout)
    for name in SETTINGS:
        path = Path("/proc/sys") / name
        if path.exists():
            seen[name] = path.read_text()
    return seen


def network_of(process: int | str) -> str:
    return str(Path(f"/proc/{process}/ns/net").readlink())


def ends(process: int) -> bool:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        except FileNotFoundError:
            return True
        if state[0] == "Z":
            return True
        time.sleep(0.02)
    return False


@pytest.mark.parametrize("footing", FOOTINGS)
def test_the_host_is_as_it_was(footing: Footing | None) -> None:
    before, mine = host(), network_of("self")
    with raised(PLAN, footing) as twin:
        (outcome,) = twin.probe((Probe(1, "a", ProbeKind.TCP, B, 1000),))
        assert outcome.result is Result.ANSWERED
        assert network_of("self") == mine
        assert host() == before
    assert network_of("self") == mine
    assert host() == before


@pytest.mark.parametrize("footing", FOOTINGS)
def test_both_footings_stand_apart_from_the_host(footing: Footing | None) -> None:
    with raised(PLAN, footing) as twin:
        assert network_of(twin.process) != network_of("self")
        if footing is not None:
            assert twin.footing is footing


def test_killing_who_began_takes_the_twin_down() -> None:
    before = host()
    path = [p for p in sys.path if p]
    with subprocess.Popen(  # noqa: S603
        [sys.executable, "-c", BEGINS.format(path=path)], stdout=subprocess.PIPE
    ) as beginner:
        assert beginner.stdout is not None
        keeper = int(beginner.stdout.readline())
        assert network_of(keeper) != network_of("self")
        beginner.send_signal(signal.SIGKILL)
        assert ends(keeper)
    assert host() == before


def test_killing_the_keeper_is_told_and_leaves_nothing() -> None:
    before = host()
    with raised(PLAN) as twin:
        os.kill(twin.process, signal.SIGKILL)
        assert ends(twin.process)
        with pytest.raises(TwinError) as told:
            twin.counted()
    assert "has ended" in told.value.diagnostic.what
    assert host() == before


AS_ANOTHER = """
import sys
sys.path[:0] = {path!r}
from seawall.twin.kernel.footing import Footing
from seawall.twin.kernel.trouble import TwinError
from seawall.twin.plan import Probe, ProbeKind
from seawall.twin.running import raised
from twin_plans import B, filtered, two_ends
try:
    with raised(two_ends(filtered("tcp dport 1000 accept"))) as twin:
        probe = Probe(1, "a", ProbeKind.TCP, B, 1000)
        print(twin.footing.value, twin.probe((probe,))[0].result.value)
except TwinError as cause:
    print("hindered", cause.diagnostic.what)
"""
NOBODY = 65_534


def run_as_nobody(*words: str) -> "subprocess.CompletedProcess[str]":
    environment = {"PATH": "/usr/bin:/bin", "PYTHONPATH": os.pathsep.join(paths())}
    return subprocess.run(  # noqa: S603
        words,
        capture_output=True,
        text=True,
        check=False,
        user=NOBODY,
        group=NOBODY,
        extra_groups=[],
        cwd="/",
        env=environment,
    )


def paths() -> list[str]:
    return [str(Path(item).resolve()) for item in sys.path if item]


def python_for_all() -> str | None:
    """A Python of this version that another user may run with all that we import."""
    name = f"python{sys.version_info.major}.{sys.version_info.minor}"
    for candidate in (sys.executable, f"/usr/bin/{name}", f"/usr/local/bin/{name}"):
        try:
            done = run_as_nobody(candidate, "-c", "import msgspec, pyroute2, seawall")
        except OSError:
            continue
        if done.returncode == 0:
            return candidate
    return None


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can run as another user")
def test_another_user_has_a_twin_without_being_root() -> None:
    python = python_for_all()
    if python is None:
        pytest.skip("no Python here that a user other than root may run")
    done = run_as_nobody(python, "-c", AS_ANOTHER.format(path=paths()))
    if done.stdout.startswith("hindered"):
        pytest.skip(f"this kernel gives other users no namespaces: {done.stdout}")
    assert done.stdout.split() == ["rootless", "answered"], done.stderr
